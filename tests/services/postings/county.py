"""A small county to match in: employers with agreements, postings, and workers who seek."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from services.postings.uscc import ALPHABET, WEIGHTS
from shared.contracts import postings as c
from shared.contracts import registry
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

PACKING = "6-31-05-00"
SEWING = "6-05-01-03"


class County:
    """Speaks as HQ unless told otherwise; events are settled before anybody asks what came of them."""

    def __init__(self, platform: TestPlatform, seed: int = 7) -> None:
        self.platform = platform
        self.hq = platform.hq()
        self._random = random.Random(seed)
        self._people = RegisterWorkerFactory(seed)

    def employer(self, *, agreement: bool = True, name: str = "东莞市长安鑫源电子有限公司") -> UUID:
        employer_id = self.hq.ask(c.RegisterEmployer(name=name, uscc=self._uscc())).id
        if agreement:
            self.hq.ask(
                c.SignAgreement.model_validate(
                    {"employer_id": employer_id, "valid_from": "2024-01-01", "valid_to": "2031-12-31"}
                )
            )
        return employer_id

    def posting(self, employer_id: UUID | None = None, **given: Any) -> UUID:
        facts: dict[str, Any] = {
            "employer_id": employer_id or self.employer(),
            "title": "包装工",
            "occupation": PACKING,
            "openings": 5,
            "wage_min_cents": 450_000,
            "wage_max_cents": 600_000,
            "wage_unit": "month",
            "division": "441900119",
            "valid_through": "2031-12-31",
            "requirements": {"board": True, "lodging": True},
        }
        return self.hq.ask(c.OpenPosting.model_validate({**facts, **given})).id

    def worker(self, **given: Any) -> UUID:
        facts: dict[str, Any] = {
            "division": "522631104",
            "skills": [registry.SkillIn(occupation=PACKING)],
            "intention": registry.Intention.model_validate(
                {"wants_out_work": True, "destinations": ["dongguan"], "expected_wage_cents": 450_000}
            ),
        }
        return self.hq.ask(self._people.build(**{**facts, **given})).id

    def match(self, **request: Any) -> c.MatchingView:
        """Start a run, carry it out, and read it."""
        self.platform.settle()
        started = self.hq.ask(c.StartMatching(**request))
        self.platform.run_jobs()
        self.platform.settle()
        return self.hq.ask(c.GetMatching(matching_id=started.id))

    def uncovered(self, matching_id: UUID) -> dict[UUID, c.UncoveredSeeker]:
        page = self.hq.ask(c.ListUncovered(matching_id=matching_id, limit=500))
        return {found.worker_id: found for found in page.items}

    def offers(self, worker_id: UUID, **which: Any) -> list[c.RecommendationView]:
        return self.hq.ask(c.ListRecommendations(worker_id=worker_id, limit=500, **which)).items

    def live(self, worker_id: UUID) -> list[c.RecommendationView]:
        return self.offers(worker_id, is_live=True)

    def _uscc(self) -> str:
        first = "91441900" + "".join(self._random.choice(ALPHABET) for _ in range(9))
        total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True))
        return first + ALPHABET[-total % 31]
