"""上车签到单: what a phone needs to check people in without a connection, and the codes that it can check by itself."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Query, View
from shared.contracts.dispatch.trips import SeatState, TripView
from shared.contracts.scopes import OutpostCode

CODE_DIGITS = 6


class BoardingListEntry(View):
    """One seat. The token of its QR code is not given, only its hash, so that a list on a lost phone opens no seat."""

    seat_no: int
    order_id: UUID
    order_no: str
    worker_id: UUID
    outpost: OutpostCode
    pickup: str | None = Field(description="the township where this person gets on")
    state: SeatState
    boarded_at: datetime | None = None
    token_hash: str = Field(description="SHA-256 of the seat token, hexadecimal")


class BoardingListView(View):
    """Everybody with a seat on one trip, or of one outpost's people on it, by seat number."""

    trip: TripView
    made_at: datetime
    entries: list[BoardingListEntry]


class GetBoardingList(Query[BoardingListView]):
    """The list that an escort keeps on the phone. An outpost gets its own people."""

    trip_id: UUID


def token_hash(seat_token: str) -> str:
    return hashlib.sha256(seat_token.encode()).hexdigest()


def seat_code(hashed: str) -> str:
    """验票码: six digits to say aloud where no code can be scanned; they follow from the token's hash alone."""
    return f"{int(hashed[:12], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
