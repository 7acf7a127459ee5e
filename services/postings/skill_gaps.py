"""What one skill more would change: the certificate gate is tried again as if the uncovered had learned a trade.

Everything else that keeps a seeker from a posting (age, health, shifts, days, an earlier refusal) stays closed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlmodel import col, select

from services.postings import snapshots, weights
from services.postings.columns import Inputs, Words
from services.postings.gating import Fit, closed_between, closed_to
from services.postings.offers import Matching, Seeker, Uncovered
from services.postings.scoring import fit_of
from shared.contracts import postings as c
from shared.contracts.postings.matching import Gate
from shared.kit.session import Session
from shared.reference import occupation_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Enough for a county; more of the same would not change the order, and an answer must come within the call.
MOST_SEEKERS = 3000
MOST_UNNAMED = 30
BLOCK = 250


def get_skill_gaps(session: Session, query: c.GetSkillGaps) -> c.SkillGaps:
    matching = session.exec(
        select(Matching).where(col(Matching.digest).is_not(None)).order_by(col(Matching.created_at).desc()).limit(1)
    ).first()
    if matching is None:
        return c.SkillGaps(matching_id=None, uncovered=0, items=[])
    inputs = _inputs(session, matching, query.division)
    items = _gaps(inputs, _tried(inputs, query.occupations)) if len(inputs.seekers) and len(inputs.postings) else []
    return c.SkillGaps(matching_id=matching.id, uncovered=len(inputs.seekers), items=items)


def _inputs(session: Session, matching: Matching, division: str | None) -> Inputs:
    """The run's uncovered who still seek, against the postings of today."""
    short = select(Uncovered.worker_id).where(col(Uncovered.matching_id) == matching.id)
    seekers = (
        session.execute(
            snapshots.seeking(division)
            .where(col(Seeker.worker_id).in_(short))
            .order_by(col(Seeker.worker_id))
            .limit(MOST_SEEKERS)
        )
        .scalars()
        .all()
    )
    request = c.MatchingRequest.model_validate(matching.request)
    return snapshots.load_for(session, request, weights.current(session)[1], seekers)


def _tried(inputs: Inputs, named: list[str]) -> list[str]:
    """The named occupations, and of the others those that most postings demand."""
    demanded: Counter[str] = Counter()
    for requirement in inputs.postings.requirement.tolist():
        demanded.update({code for group in inputs.words.requirements[requirement] for code in group} - set(named))
    return [*dict.fromkeys(named), *(code for code, _ in demanded.most_common(MOST_UNNAMED))]


def _gaps(inputs: Inputs, tried: list[str]) -> list[c.SkillGap]:
    import numpy as np

    count = len(inputs.words.skills)
    fit = fit_of(_with_each(inputs.words, tried))
    unlocked = np.zeros((len(tried), len(inputs.seekers)), dtype=np.int64)
    opens = np.zeros((len(tried), len(inputs.postings)), dtype=bool)
    has = inputs.seekers.kept.astype(np.int64)
    for start in range(0, len(inputs.seekers), BLOCK):
        rows = slice(start, min(start + BLOCK, len(inputs.seekers)))
        skills, may = inputs.seekers.skills[rows], _otherwise_open(inputs, rows, fit)
        known = fit.meets[skills][:, inputs.postings.requirement]
        has[rows] += (may & known).sum(axis=1)
        for number in range(len(tried)):
            learned = fit.meets[skills + (number + 1) * count][:, inputs.postings.requirement]
            opened = may & ~known & learned
            unlocked[number, rows] = opened.sum(axis=1)
            opens[number] |= opened.any(axis=0)
    # `room` is offers still allowed, so many an opening, less what is live.
    every = inputs.postings
    free = (every.room + every.live) // inputs.request.offers_per_opening
    lifted = (has < inputs.request.minimum) & (has + unlocked >= inputs.request.minimum)
    found = [
        c.SkillGap(
            occupation=occupation,
            occupation_name=occupation_name(occupation) or occupation,
            unlocked=int(unlocked[number].sum()),
            seekers=int((unlocked[number] > 0).sum()),
            lifted=int(lifted[number].sum()),
            postings=int(opens[number].sum()),
            openings=int(free[opens[number]].sum()),
        )
        for number, occupation in enumerate(tried)
    ]
    return sorted((gap for gap in found if gap.unlocked), key=lambda gap: (-gap.unlocked, -gap.lifted, gap.occupation))


def _with_each(words: Words, tried: list[str]) -> Words:
    """The skill sets as they are, and after them as each occupation would make them, in the order of `tried`."""
    held = list(words.skills)
    for occupation in tried:
        held += [[*skills, (occupation, 0)] for skills in words.skills]
    return replace(words, skills=held)


def _otherwise_open(inputs: Inputs, rows: slice, fit: Fit) -> NDArray[np.bool_]:
    """Which postings every gate but the certificate's leaves open to a block of seekers."""
    import numpy as np

    block, every = inputs.seekers.at(np.s_[rows, None]), inputs.postings.at(np.s_[None, :])
    may = np.ones((rows.stop - rows.start, len(inputs.postings)), dtype=bool)
    for closed in closed_to(inputs.seekers.at(rows), inputs.today).values():
        may &= ~closed[:, None]
    for gate, closed in closed_between(block, every, fit, inputs.today).items():
        if gate is not Gate.certificate:
            may &= ~closed
    within = (inputs.barred_seeker >= rows.start) & (inputs.barred_seeker < rows.stop)
    may[inputs.barred_seeker[within] - rows.start, inputs.barred_posting[within]] = False
    return may
