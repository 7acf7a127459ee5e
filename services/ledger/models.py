"""Which rows the ledger keeps: the received log with its chains, and what is derived from it.

The log is the archive and is only added to. Everything derived carries a generation, so that a rebuild can stand
beside what is read until it is complete.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field

from shared.contracts.ledger import Essential
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, text_enum, timestamp
from shared.kit.tenancy import KEY, KIND, Policy, county_owned, hq_owned

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as Table
else:
    from shared.kit.tables import service_tables

    Table = service_tables("ledger")

GENESIS = "0" * 64


def _own_outpost(lent: Policy) -> Policy:
    """An outpost reads of a worker what concerns the county or itself, not what another outpost did."""
    own = f"{KIND} <> 'outpost' OR outpost IS NULL OR outpost = {KEY}"
    return Policy(read=f"({lent.read}) AND ({own})", write=lent.write, uses_grants=True)


class Received(Table, table=True):
    """EmploymentLedgerEntry 就业信息台账: one event as it came. `hash` covers the envelope and the hash before it."""

    __tablename__ = "received"
    __policy__: ClassVar[Policy] = _own_outpost(county_owned(division="division", writable_by=()))
    __mapper_args__: ClassVar[dict[str, Any]] = {"eager_defaults": False}
    __table_args__ = (
        Index("received_sequence", "sequence", unique=True),
        Index("received_worker", "worker_id", "sequence"),
    )

    event_id: UUID = Field(primary_key=True)
    sequence: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    topic: str
    at: datetime = timestamp(default_now=False)
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    division: str | None = None
    worker_id: UUID | None = None
    envelope: str
    previous_hash: str | None = None
    hash: str | None = None


class Chain(Table, table=True):
    """The end of one worker's chain. Its row is the lock under which the chain grows."""

    __tablename__ = "chain"
    __policy__: ClassVar[Policy] = county_owned(division="division", writable_by=())

    worker_id: UUID = Field(primary_key=True)
    entries: int = 0
    head: str = GENESIS
    division: str | None = None
    merged_into: UUID | None = Field(default=None, index=True)


class Generation(Table, table=True):
    """Which generation of the derived rows is read; one row."""

    __tablename__ = "generation"
    __policy__: ClassVar[Policy] = hq_owned(read=("outpost", "area", "partner", "worker", "public"))

    single: bool = Field(default=True, primary_key=True)
    current: int = 1


class FigureEntry(Table, table=True):
    """What one event adds to one measure."""

    __tablename__ = "figure_entry"
    __policy__: ClassVar[Policy] = hq_owned(
        read=("outpost", "area"), where={"outpost": "outpost = {key}", "area": "division LIKE {key} || '%'"}
    )
    __table_args__ = (Index("figure_entry_counted", "generation", "on_day", "measure"),)

    generation: int = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    on_day: date
    amount: int = Field(sa_type=BigInteger)
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    division: str | None = None
    worker_id: UUID | None = None
    at: datetime = timestamp(default_now=False)


class Proof(Table, table=True):
    """The event that proves one of the 八个一 for one worker."""

    __tablename__ = "proof"
    __policy__: ClassVar[Policy] = county_owned(division="division", writable_by=())

    generation: int = Field(primary_key=True)
    worker_id: UUID = Field(primary_key=True)
    essential: Essential = text_enum(Essential, primary_key=True)
    event_id: UUID
    topic: str
    at: datetime = timestamp(default_now=False)
    reference: str | None = None
    order_id: UUID | None = None
    agreement_id: UUID | None = None
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    division: str | None = None


class KnownAgreement(Table, table=True):
    """劳务合作框架协议 as the ledger has heard of it."""

    __tablename__ = "known_agreement"
    __policy__: ClassVar[Policy] = hq_owned(read=("outpost", "area", "worker"))

    generation: int = Field(primary_key=True)
    agreement_id: UUID = Field(primary_key=True)
    employer_id: UUID
    event_id: UUID
    at: datetime = timestamp(default_now=False)
    state: str


class LedgerCheck(Table, table=True):
    """What a verification or a rebuild found; its id is the job's."""

    __tablename__ = "ledger_check"
    __policy__: ClassVar[Policy] = hq_owned()

    id: UUID = Field(primary_key=True)
    kind: str
    at: datetime = timestamp()
    found: dict[str, Any] = jsonb()
