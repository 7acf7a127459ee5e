"""Two small services for the kit's own tests: `writer` owns notes, `reader` hears of them. They exist in tests only."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlmodel import Field, col, select

from shared.contracts.base import Command, Event, JobState, Page, PageRequest, Query, View
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit import migrate
from shared.kit.calls import Ask, Call
from shared.kit.entrypoints import Unit, command, query, subscribe, timer
from shared.kit.jobs import JobRun, job, submit
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id, service_tables
from shared.kit.tenancy import county_owned, machinery_only, outpost_owned

WRITER, READER = "writer", "reader"
SAMPLE_SERVICES = (WRITER, READER)

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as ReaderTable
    from shared.kit.tables import ServiceTable as WriterTable
else:
    WriterTable = service_tables(WRITER)
    ReaderTable = service_tables(READER)


class Note(WriterTable, table=True):
    __tablename__ = "note"
    __policy__: ClassVar = outpost_owned(hq="read")
    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: str
    words: str


class Person(WriterTable, table=True):
    __tablename__ = "person"
    __policy__: ClassVar = county_owned(worker="id", division="division", partner=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    division: str


class Seen(ReaderTable, table=True):
    __tablename__ = "seen"
    __policy__: ClassVar = machinery_only()
    seq: int | None = Field(default=None, primary_key=True)
    note_id: UUID
    words: str


for _name, _base in ((WRITER, WriterTable), (READER, ReaderTable)):
    _models = ModuleType(f"services.{_name}.models")
    _models.Table = _base  # type: ignore[attr-defined]
    sys.modules[f"services.{_name}.models"] = _models


class NoteView(View):
    id: UUID
    outpost: OutpostCode
    words: str


class SeenView(View):
    words: list[str]


class WriteNote(Command[NoteView]):
    service: ClassVar[str] = WRITER
    method: ClassVar[str] = "write_note"
    reply: ClassVar[Any] = NoteView
    outpost: OutpostCode
    words: str
    note_id: UUID | None = None


class WriteNotes(Command[SeenView]):
    service: ClassVar[str] = WRITER
    method: ClassVar[str] = "write_notes"
    reply: ClassVar[Any] = SeenView
    outpost: OutpostCode
    notes: list[tuple[UUID, str]]


class ListNotes(PageRequest, Query[Page[NoteView]]):
    service: ClassVar[str] = WRITER
    method: ClassVar[str] = "list_notes"
    reply: ClassVar[Any] = Page[NoteView]


class CountSlowly(Command[JobState]):
    service: ClassVar[str] = WRITER
    method: ClassVar[str] = "count_slowly"
    reply: ClassVar[Any] = JobState
    upto: int
    fail_at: int | None = None


class ReadSeen(Query[SeenView]):
    service: ClassVar[str] = READER
    method: ClassVar[str] = "read_seen"
    reply: ClassVar[Any] = SeenView


class NoteWritten(Event):
    topic: ClassVar[str] = "note.written"
    aggregate: ClassVar[str] = "note_id"
    about_worker: ClassVar[str | None] = None
    note_id: UUID
    outpost: OutpostCode
    words: str


@job("count")
def count(run: JobRun) -> dict[str, Any]:
    """Writes a note a step, so that a test can see which steps were done, and that none was done twice."""
    for number in range(run.checkpoint.get("next", 0), run.params["upto"]):
        run.raise_if_cancelled()
        if run.params.get("fail_at") == number and not run.checkpoint.get("failed"):
            run.save({"next": number, "failed": True})
            raise CrashOfTheProcess
        with run.transaction(as_service=True) as session:
            session.add(Note(outpost="dongguan", words=str(number)))
            run.save({**run.checkpoint, "next": number + 1}, done=number + 1, total=run.params["upto"], session=session)
    return {"counted": run.params["upto"]}


class CrashOfTheProcess(BaseException):
    """Ends a job without any of the endings that code could see, as `kill -9` does."""


def _twice(ask: Ask, command: WriteNote, call: Call) -> str:
    return command.words


class WriterService:
    name = WRITER
    unit = Unit()
    jobs = (count,)

    @command(WriteNote, allow=("hq", "outpost"), before=_twice)
    def write_note(self, session: Session, command: WriteNote, words: str) -> NoteView:
        if words == "wrong":
            raise NOT_FOUND()
        note = session.get(Note, command.note_id) if command.note_id else None
        if note is None:
            note = Note(id=command.note_id or new_id(), outpost=command.outpost.value, words=words)
        note.words = words
        session.add(note)
        session.publish(NoteWritten(note_id=note.id, outpost=command.outpost, words=words))
        return NoteView(id=note.id, outpost=command.outpost, words=note.words)

    @command(WriteNotes, allow=("outpost",))
    def write_notes(self, session: Session, command: WriteNotes) -> SeenView:
        for note_id, words in command.notes:
            session.publish(NoteWritten(note_id=note_id, outpost=command.outpost, words=words))
        return SeenView(words=[words for _, words in command.notes])

    @query(ListNotes, allow=("hq", "outpost"))
    def list_notes(self, session: Session, query: ListNotes) -> Page[NoteView]:
        return page(session, select(Note), order=(col(Note.id),), request=query, view=NoteView.model_validate)

    @command(CountSlowly, allow=("hq",))
    def count_slowly(self, session: Session, command: CountSlowly) -> Any:
        return submit(session, count, command.model_dump())


class ReaderService:
    name = READER
    unit = Unit()
    breaks_on: ClassVar[set[str]] = set()
    ticked: ClassVar[list[int]] = []

    @subscribe(NoteWritten)
    def note_written(self, session: Session, event: NoteWritten) -> None:
        session.add(Seen(note_id=event.note_id, words=event.words))
        if event.words in self.breaks_on:
            raise RuntimeError("this event cannot be handled")

    @query(ReadSeen, allow=("hq",), as_service=True)
    def read_seen(self, session: Session, query: ReadSeen) -> SeenView:
        return SeenView(words=list(session.exec(select(Seen.words).order_by(col(Seen.seq)))))

    @timer(seconds=3600)
    def tick(self, session: Session) -> None:
        self.ticked.append(1)


def prepare_sample(admin_url: str, keys: Any) -> None:
    """Bring a database to the sample services' shape: their tables first, since they have no migrations."""
    from sqlalchemy import create_engine

    engine = create_engine(migrate.driver_url(admin_url))
    with engine.begin() as connection:
        for name, base in ((WRITER, WriterTable), (READER, ReaderTable)):
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {name}")
            base.metadata.create_all(connection)
    engine.dispose()
    migrate.migrate(admin_url, keys, SAMPLE_SERVICES)
