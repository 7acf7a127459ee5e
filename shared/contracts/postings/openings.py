"""Openings: how many seats a posting has, who holds one, and when it goes back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind

__all__ = [
    "OPENING_NONE_FREE",
    "OPENING_ORDER_HOLDS_ANOTHER",
    "POSTING_EXPIRED",
    "POSTING_NOT_OPEN",
    "ListReservations",
    "OpeningReservation",
    "ReleaseOpening",
    "ReservationRow",
    "ReservationState",
    "ReserveOpening",
]

OPENING_NONE_FREE = ProblemCode(
    "opening.none_free",
    ProblemKind.conflict,
    zh="该岗位的 {openings} 个名额已全部占用。",
    en="All {openings} openings of this posting are taken.",
)
OPENING_ORDER_HOLDS_ANOTHER = ProblemCode(
    "opening.order_holds_another",
    ProblemKind.conflict,
    zh="该派遣单已占用另一个岗位的名额。",
    en="This order already holds an opening of another posting.",
)
POSTING_EXPIRED = ProblemCode(
    "posting.expired",
    ProblemKind.conflict,
    zh="该岗位已于 {valid_through} 到期。",
    en="This posting expired on {valid_through}.",
)
POSTING_NOT_OPEN = ProblemCode(
    "posting.not_open",
    ProblemKind.conflict,
    zh="该岗位当前状态为“{state}”, 不能占用名额。",
    en="This posting is '{state}'; none of its openings can be reserved.",
)


class ReservationState(StrEnum):
    """held -> confirmed -> given_back; held -> released, and back to held when asked again in time."""

    held = "held"
    confirmed = "confirmed"
    released = "released"
    given_back = "given_back"


class OpeningReservation(View):
    """One opening, held for or taken by one dispatch order."""

    order_id: UUID
    posting_id: UUID
    employer_id: UUID
    agreement_id: UUID | None = None
    state: ReservationState
    expires_at: datetime
    openings_free: int


class ReserveOpening(Command[OpeningReservation]):
    """Hold an opening for a dispatch order until `expires_at`. The same order again gets the same opening."""

    posting_id: UUID
    order_id: UUID
    expires_at: AwareDatetime


class ReleaseOpening(Command[OpeningReservation]):
    """Give a held opening back before its time, because the order was not issued after all."""

    order_id: UUID


class ReservationRow(View):
    order_id: UUID
    posting_id: UUID
    state: ReservationState
    expires_at: datetime
    updated_at: datetime


class ListReservations(PageRequest, Query[Page[ReservationRow]]):
    posting_id: UUID
