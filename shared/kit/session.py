"""What a noun module works with: a database session that knows who acts, when, and what to tell the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlmodel
from sqlalchemy import Connection

from shared.contracts.base import Event
from shared.contracts.scopes import Context, OutpostCode
from shared.kit.blobs import Blobs
from shared.kit.keys import Keys
from shared.kit.reads import Read
from shared.kit.scripts import Script, driver_of
from shared.kit.settings import Settings

if TYPE_CHECKING:
    from shared.kit.database import Transaction

Gathered = Callable[["Session", list[Any]], None]


@dataclass(frozen=True)
class Kit:
    """What belongs to the process rather than to the transaction."""

    service: str
    settings: Settings
    keys: Keys
    blobs: Blobs


@dataclass(frozen=True)
class Published:
    """An event waiting for the commit of the transaction that caused it."""

    event: Event
    outpost: OutpostCode | None


class Session(sqlmodel.Session):
    """One transaction under one scope. Opened and committed by the entrypoint alone, never by a noun module.

    `context` is the scope that the rows are seen under; `caller` is who asked, which differs where an entrypoint runs
    `as_service`.
    """

    def __init__(
        self,
        transaction: Transaction,
        kit: Kit,
        context: Context,
        command_id: UUID | None = None,
        caller: Context | None = None,
    ) -> None:
        super().__init__(autoflush=True, expire_on_commit=False)
        self.transaction = transaction
        self.kit = kit
        self.context = context
        self.caller = caller or context
        self.command_id = command_id
        self.now = datetime.now(UTC)
        self.published: list[Published] = []
        self.submitted_jobs = False
        self._last: list[tuple[Script, Sequence[Any]]] = []
        self._gathered: dict[Gathered, list[Any]] = {}

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Where the ORM's statements go; this is what opens the transaction."""
        return self.transaction.connection()

    def read(self, read: Read, **values: Any) -> list[Any]:
        """The rows of a read that is asked all the time, by its parameters' names."""
        if self.transaction.is_open or self._gathered:
            self.flush()
        return self.transaction.read(read, values)

    def say(self, script: Script, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a plain statement of the kit's own; a first one opens the transaction in its round trip."""
        return self.transaction.say(script, values)

    def say_last(self, script: Script, values: Sequence[Any]) -> None:
        """Have a statement carried out with the commit, in its round trip."""
        self._last.append((script, values))

    def last_words(self) -> list[bytes]:
        if not self._last:
            return []
        driver = driver_of(self.transaction.connection())
        return [script(driver, values) for script, values in self._last]

    @property
    def keys(self) -> Keys:
        return self.kit.keys

    @property
    def blobs(self) -> Blobs:
        return self.kit.blobs

    @property
    def settings(self) -> Settings:
        return self.kit.settings

    def publish(self, event: Event, *, outpost: OutpostCode | None = None) -> None:
        """Tell the other services, in the same transaction (an outbox row). Never with personal data in it."""
        named = getattr(event, "outpost", None)
        self.published.append(Published(event, outpost or (named if isinstance(named, OutpostCode) else None)))

    def gather(self, write: Gathered, one: Any) -> None:
        """Leave something to `write`, which gets all that was left to it at the next flush, in its order.

        For handlers of events that come by the hundred: one statement for all of a batch. Whatever reads through the
        session flushes first, so that nothing is missed; not to be used within a savepoint that may be rolled back.
        """
        self._gathered.setdefault(write, []).append(one)

    def flush(self, objects: Any = None) -> None:
        super().flush(objects)
        while self._gathered and not self._flushing:
            gathered, self._gathered = self._gathered, {}
            for write, found in gathered.items():
                write(self, found)
            super().flush()
