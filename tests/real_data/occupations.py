"""How well occupations are recognised in real titles: 240 labelled by hand, half of them put aside before tuning.

The titles are those of a job board's search (office, technical work) and stay in the shared folder: the labels name
rows of its file. A label is one code or several that are equally right, the first one first; `-` says that the title
alone tells no occupation, and then only a sure answer is wrong. The half was chosen by a hash of the title, all labels
were given before the first rule was written, and rules were changed after looking at the tuning half alone.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from services.postings.recognition.occupations import occupation_of_title

LABELS = Path(__file__).parent / "occupation_labels.csv"
JOBS = "jobs/51job_2023.csv"
SURE_FROM = 0.6


@dataclass
class Accuracy:
    """Counts over one half. `group`: right to the 小类, the first three parts of the code."""

    titles: int = 0
    exact: int = 0
    group: int = 0
    sure: int = 0
    sure_right: int = 0

    def __str__(self) -> str:
        return (
            f"{self.titles} titles, {self.exact} exact, {self.group} right to the small group, "
            f"{self.sure_right} right of {self.sure} that were sure"
        )


def accuracy(shared_data: Path) -> dict[str, Accuracy]:
    """The accuracy on each half, `tuning` and `held_out`."""
    with (shared_data / JOBS).open(encoding="utf-8-sig", newline="") as file:
        titles = {number: row["jobName"] for number, row in enumerate(csv.DictReader(file), start=1)}
    found: dict[str, Accuracy] = {}
    with LABELS.open(encoding="utf-8", newline="") as file:
        for label in csv.DictReader(file):
            part = found.setdefault(label["part"], Accuracy())
            _count(part, titles[int(label["row"])], label["codes"].split())
    return found


def _count(part: Accuracy, title: str, codes: list[str]) -> None:
    code, confidence = occupation_of_title(title)
    is_sure = code is not None and (confidence or 0) >= SURE_FROM
    if codes[0] == "-":
        exact = group = not is_sure or code in codes
    else:
        exact = code in codes
        group = code is not None and any(code[:7] == known[:7] for known in codes)
    part.titles += 1
    part.exact += exact
    part.group += group
    part.sure += is_sure
    part.sure_right += is_sure and group
