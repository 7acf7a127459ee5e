"""Numbers without gaps: a counter row per series and year, taken in the transaction that uses the number."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.dispatch.models import OrderCounter
from services.dispatch.states import today
from shared.kit.session import Session

ORDERS = "PQ"
TRIPS = "BC"


def next_number(session: Session, series: str) -> str:
    """`PQ-2026-00001`. The row stays locked until the commit, so a rollback gives the number back.

    Take it last: everybody else who needs a number of the series waits.
    """
    year = today(session).year
    statement = (
        insert(OrderCounter)
        .values(series=series, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[col(OrderCounter.series), col(OrderCounter.year)],
            set_={"last": OrderCounter.last + 1},
        )
        .returning(col(OrderCounter.last))
    )
    return f"{series}-{year}-{session.execute(statement).scalar_one():05d}"
