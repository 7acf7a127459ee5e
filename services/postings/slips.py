"""岗位推荐单: which workers get a slip, under which number, and the batch's paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from services.postings import deliveries, slip_papers
from services.postings.matchings import job_uuid
from services.postings.offers import Recommendation, Seeker, Slip, SlipBatch, SlipPrinting
from services.postings.outreach import find_outreach
from services.postings.outreach_models import OutreachAttendance
from services.postings.presences import actor_of
from services.postings.slip_numbers import Numbering
from shared.contracts import postings as c
from shared.contracts import registry
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Area
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

AT_ONCE = 200
PAGES_A_PAPER = 200


@job("slip_batch")
def print_batch(run: JobRun) -> dict[str, Any]:
    """Number the slips, two hundred to a transaction, then print two hundred pages at a time, for the memory's sake."""
    with run.transaction() as session:
        batch = _batch_of(session, run)
        batch_id, excluded = batch.id, set(batch.excluded)
        named = _wanted(session, c.PrintSlips.model_validate(batch.request))
    wanted = [worker_id for worker_id in named if str(worker_id) not in excluded]
    done = int(run.checkpoint.get("numbered", 0))
    run.save(total=len(wanted), done=done, step="number")
    while done < len(wanted):
        run.raise_if_cancelled()
        some = wanted[done : done + AT_ONCE]
        people = _people(run, some)
        with run.transaction() as session:
            Numbering(session, find_batch(session, batch_id), people).take(some)
            done += len(some)
            run.save({"numbered": done}, done=done, session=session)
    run.save(step="print")
    return _make_papers(run)


def print_slips(session: Session, command: c.PrintSlips) -> c.SlipBatchView:
    """Queue a batch. A person who asks for it confirms it, unless the request wants somebody to look first.

    Raises SLIP_NEEDS_PERSON; NOT_FOUND for an outreach event that is not known.
    """
    require_person(session)
    if command.outreach_id is not None:
        find_outreach(session, command.outreach_id)
    scope = session.caller.scope
    batch = SlipBatch(
        id=new_id(),
        division=scope.division if isinstance(scope, Area) else "",
        outreach_id=command.outreach_id,
        request=command.model_dump(mode="json", exclude_none=True),
        requested_by=actor_of(session),
        created_at=session.now,
    )
    if not command.needs_confirmation:
        batch.confirmed_by, batch.confirmed_at = batch.requested_by, session.now
        batch.id = batch.job_id = submit_batch(session, batch)
    session.add(batch)
    session.flush()
    return batch_view(session, batch)


def submit_batch(session: Session, batch: SlipBatch) -> UUID:
    """Queue the printing; the job's row id."""
    return job_uuid(submit(session, print_batch, batch.request))


def require_person(session: Session) -> None:
    """Slips carry what a program chose for a person: somebody has to stand for them. Raises SLIP_NEEDS_PERSON."""
    if session.caller.actor.kind != "user":
        raise c.SLIP_NEEDS_PERSON()


def get_slip_batch(session: Session, query: c.GetSlipBatch) -> c.SlipBatchView:
    return batch_view(session, find_batch(session, query.batch_id))


def list_slip_batches(session: Session, query: c.ListSlipBatches) -> Page[c.SlipBatchView]:
    return page(
        session,
        select(SlipBatch),
        order=(col(SlipBatch.created_at).desc(), col(SlipBatch.id).desc()),
        request=query,
        view=lambda batch: batch_view(session, batch),
    )


def get_slip_paper(session: Session, query: c.GetSlipPaper) -> BlobRef:
    """A PDF of a batch that the caller may see. Raises NOT_FOUND, SLIP_NOTHING_PRINTED."""
    batch = find_batch(session, query.batch_id)
    for paper in batch.papers:
        if paper["part"] == query.part:
            return BlobRef.model_validate(paper["blob"])
    raise c.SLIP_NOTHING_PRINTED(batch_id=str(batch.id))


def list_slips(session: Session, query: c.ListSlips) -> Page[c.SlipView]:
    statement = select(Slip)
    if query.worker_id is not None:
        statement = statement.where(col(Slip.worker_id) == query.worker_id)
    if query.slip_no is not None:
        statement = statement.where(col(Slip.slip_no) == query.slip_no.strip().upper())
    if query.batch_id is not None:
        printed = select(SlipPrinting.slip_id).where(col(SlipPrinting.batch_id) == query.batch_id)
        statement = statement.where(col(Slip.id).in_(printed))
    return page(
        session,
        statement,
        order=(col(Slip.first_printed_at).desc(), col(Slip.id).desc()),
        request=query,
        view=lambda slip: slip_view(session, slip),
    )


def whom(session: Session, command: c.PrintSlips) -> Any:
    """The seekers whom a command names, as a statement; an event names who lives there and who came."""
    if command.worker_ids is not None:
        return select(Seeker.worker_id).where(col(Seeker.worker_id).in_(command.worker_ids))
    offered = select(Recommendation.worker_id).where(col(Recommendation.state).in_(c.LIVE_STATES))
    place = col(Seeker.division).startswith(command.division or "")
    if command.outreach_id is not None:
        came = select(OutreachAttendance.worker_id).where(col(OutreachAttendance.outreach_id) == command.outreach_id)
        lives = col(Seeker.division).startswith(find_outreach(session, command.outreach_id).division)
        place = or_(lives, col(Seeker.worker_id).in_(came))
    return select(Seeker.worker_id).where(place, col(Seeker.worker_id).in_(offered))


def _wanted(session: Session, command: c.PrintSlips) -> list[UUID]:
    """Whom the command names, each once and always in the same order, so that a crashed job can go on."""
    if command.worker_ids is not None:
        return list(dict.fromkeys(command.worker_ids))
    statement = whom(session, command).order_by(col(Seeker.division), col(Seeker.worker_id))
    return list(session.exec(statement).all())


def _people(run: JobRun, worker_ids: Sequence[UUID]) -> registry.People:
    if not worker_ids:
        return registry.People(people=[])
    purpose = registry.PeoplePurpose.recommendation_slip
    return run.ask(registry.GetPeople(worker_ids=list(worker_ids), purpose=purpose))


def _make_papers(run: JobRun) -> dict[str, Any]:
    """One A5 page a slip, in the order in which they were numbered. Names are asked for again: none was stored."""
    with run.transaction() as session:
        printed = session.exec(
            select(SlipPrinting)
            .where(col(SlipPrinting.batch_id) == _batch_of(session, run).id)
            .order_by(col(SlipPrinting.page))
        ).all()
    papers: list[dict[str, Any]] = []
    for some in _pieces(printed):
        run.raise_if_cancelled()
        known = {person.worker_id: person for person in _people(run, [row.worker_id for row in some]).people}
        with run.transaction() as session:
            facts = [
                slip_papers.facts(session, session.get_one(Slip, row.slip_id), known[row.worker_id])
                for row in some
                if row.worker_id in known
            ]
        if facts:
            papers.append(_store_paper(run, len(papers) + 1, facts))
    with run.transaction() as session:
        batch = _batch_of(session, run)
        batch.papers = papers
        session.add(batch)
        slips = session.exec(select(Slip).where(col(Slip.id).in_([row.slip_id for row in printed]))).all()
        deliveries.slips_printed(session, {UUID(each) for slip in slips for each in slip.recommendation_ids})
        return {"slips": batch.slips, "reprinted": batch.reprinted, "left_out": len(batch.left_out)}


def _store_paper(run: JobRun, part: int, facts: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = sorted(fact["slip_no"] for fact in facts)
    stored = run.kit.blobs.put_bytes(
        slip_papers.render(facts), media_type="application/pdf", filename=f"{numbers[0]}-{numbers[-1]}.pdf"
    )
    return {
        "part": part,
        "pages": len(facts),
        "first_slip_no": numbers[0],
        "last_slip_no": numbers[-1],
        "blob": stored.model_dump(mode="json"),
    }


def _pieces(rows: Sequence[SlipPrinting]) -> Iterator[Sequence[SlipPrinting]]:
    for start in range(0, len(rows), PAGES_A_PAPER):
        yield rows[start : start + PAGES_A_PAPER]


def find_batch(session: Session, batch_id: UUID) -> SlipBatch:
    found = session.get(SlipBatch, batch_id)
    if found is None:
        raise NOT_FOUND(what="slip batch")
    return found


def _batch_of(session: Session, run: JobRun) -> SlipBatch:
    """The batch that a job prints. Those of before had the job's own id and no other."""
    batch = session.exec(select(SlipBatch).where(col(SlipBatch.job_id) == run.id)).one_or_none()
    return batch or find_batch(session, run.id)


def batch_view(session: Session, batch: SlipBatch) -> c.SlipBatchView:
    shown = batch.model_dump(include=set(c.SlipBatchView.model_fields) - {"papers", "job_id"})
    is_waiting = batch.confirmed_at is None and batch.confirmed_by is None and batch.job_id is None
    if is_waiting and c.PrintSlips.model_validate(batch.request).needs_confirmation:
        state = "cancelled" if batch.is_cancelled else "awaiting_confirmation"
        return c.SlipBatchView(**shown, job_id=None, state=state, progress=0)
    run = job_state(session, batch.job_id or batch.id)
    return c.SlipBatchView(
        **shown,
        papers=[c.SlipPaper(**paper, size=paper["blob"]["size"]) for paper in batch.papers],
        job_id=run.id,
        state=run.state,
        progress=run.progress,
        problem=run.problem,
        finished_at=run.finished_at,
    )


def slip_view(session: Session, slip: Slip) -> c.SlipView:
    prints = session.exec(
        select(SlipPrinting).where(col(SlipPrinting.slip_id) == slip.id).order_by(col(SlipPrinting.printed_at))
    ).all()
    return c.SlipView(
        **slip.model_dump(include=set(c.SlipView.model_fields)),
        prints=[c.SlipPrint.model_validate(printing) for printing in prints],
    )
