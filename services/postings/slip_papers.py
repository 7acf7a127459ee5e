"""What stands on a recommendation slip, and its page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.postings.models import JobPosting
from services.postings.offering import offered_posting
from services.postings.offers import Recommendation, Slip
from shared.contracts import postings as c
from shared.contracts import registry
from shared.kit import papers
from shared.kit.links import make_link_token
from shared.kit.session import Session

TEMPLATE = Path(__file__).parent / "papers" / "slip.typ"
LINK_PURPOSE = "recommendations"
LINK_DAYS = 60
SEX_ZH = {registry.Sex.male: "男", registry.Sex.female: "女"}
UNIT_ZH = {"hour": "/时", "day": "/天", "week": "/周", "month": "/月", "year": "/年", "piece": "/件"}
SHIFT_ZH = {
    c.Shift.day: "白班",
    c.Shift.night: "夜班",
    c.Shift.two_shift: "两班倒",
    c.Shift.three_shift: "三班倒",
    c.Shift.flexible: "班次不固定",
}


def facts(session: Session, slip: Slip, person: registry.Person) -> dict[str, Any]:
    """One slip's page. The QR code opens the worker's own offers for sixty days; it names no one."""
    token = make_link_token(
        session.keys,
        purpose=LINK_PURPOSE,
        subject=str(slip.worker_id),
        expires_at=session.now + timedelta(days=LINK_DAYS),
    )
    today = session.now.astimezone(c.COUNTY_ZONE).date()
    return {
        "slip_no": slip.slip_no,
        "name": person.name,
        "sex": SEX_ZH[person.sex],
        "division": person.division_name,
        "printed_on": f"{today:%Y年%m月%d日}",
        "link_until": f"{today + timedelta(days=LINK_DAYS):%Y年%m月%d日}",
        "link": f"{session.settings.base_url}/w/{token}",
        "postings": [posting_words(posting) | {"reason": found.reason} for found, posting in on_paper(session, slip)],
    }


def on_paper(session: Session, slip: Slip) -> list[tuple[Recommendation, JobPosting]]:
    """A slip's offers in the order of their numbers on paper."""
    rows = session.exec(
        select(Recommendation, JobPosting)
        .join(JobPosting, col(JobPosting.id) == col(Recommendation.posting_id))
        .where(col(Recommendation.id).in_([UUID(found) for found in slip.recommendation_ids]))
        .order_by(col(Recommendation.score).desc(), col(Recommendation.id))
    ).all()
    return [(found, posting) for found, posting in rows]


def render(slips: list[dict[str, Any]]) -> bytes:
    """The paper of a batch. Emoji and other signs that the font lacks are left out of what employers wrote."""
    words = [value for slip in slips for posting in slip["postings"] for value in posting.values()]
    missing = papers.undrawable(words)
    table = str.maketrans(dict.fromkeys(missing, ""))
    pages = [
        slip
        | {
            "qr": papers.qr_svg(slip["link"]),
            "postings": [
                {name: value.translate(table) for name, value in posting.items()} for posting in slip["postings"]
            ],
        }
        for slip in slips
    ]
    return papers.render(TEMPLATE, {"slips": pages})


def undrawable_names(people: Iterable[registry.Person]) -> set[UUID]:
    """Whose name has a character that no font here can draw."""
    known = list(people)
    rare = papers.undrawable(person.name for person in known)
    return {person.worker_id for person in known if rare & set(person.name)}


def posting_words(posting: JobPosting) -> dict[str, str]:
    """A posting as papers show it."""
    shown = offered_posting(posting)
    asked = c.Requirements.model_validate(posting.requirements)
    gives = [
        "包吃住" if asked.board and asked.lodging else "包吃" if asked.board else "包住" if asked.lodging else "",
        *asked.insurance[:2],
        SHIFT_ZH[asked.shift] if asked.shift else "",
        "夫妻房" if asked.couples else "",
    ]
    return {
        "title": shown.title,
        "employer": shown.employer_name,
        "place": shown.place,
        "wage": _wage(shown),
        "gives": "、".join(word for word in gives if word),
        "age": _age(asked),
        "until": f"{shown.valid_through:%m月%d日}" if shown.valid_through else "",
    }


def _wage(shown: c.OfferedPosting) -> str:
    if shown.wage_min_cents is None or shown.wage_unit is None:
        return "面议"
    low, high = (_yuan(cents) for cents in (shown.wage_min_cents, shown.wage_max_cents or shown.wage_min_cents))
    return (low if low == high else f"{low}-{high}") + "元" + UNIT_ZH[shown.wage_unit]


def _yuan(cents: int) -> str:
    return f"{cents / 100:.2f}".rstrip("0").rstrip(".")


def _age(asked: c.Requirements) -> str:
    if asked.min_age and asked.max_age:
        return f"{asked.min_age}-{asked.max_age}岁"
    if asked.max_age:
        return f"{asked.max_age}岁以下"
    return f"{asked.min_age}岁以上" if asked.min_age else ""
