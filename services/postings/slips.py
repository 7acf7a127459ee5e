"""岗位推荐单: which workers get a slip, under which number, and the batch's paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from services.postings import slip_papers
from services.postings.matchings import job_uuid
from services.postings.offers import Recommendation, Seeker, Slip, SlipBatch, SlipPrinting
from services.postings.outreach import find_outreach
from services.postings.outreach_models import OutreachAttendance
from services.postings.slip_numbers import Numbering
from shared.contracts import postings as c
from shared.contracts import registry
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Area
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session

AT_ONCE = 200
PAGES_A_PAPER = 200


@job("slip_batch")
def print_batch(run: JobRun) -> dict[str, Any]:
    """Number the slips, two hundred to a transaction, then print two hundred pages at a time, for the memory's sake."""
    with run.transaction() as session:
        wanted = _wanted(session, c.PrintSlips.model_validate(run.params))
    done = int(run.checkpoint.get("numbered", 0))
    run.save(total=len(wanted), done=done, step="number")
    while done < len(wanted):
        run.raise_if_cancelled()
        some = wanted[done : done + AT_ONCE]
        people = _people(run, some)
        with run.transaction() as session:
            Numbering(session, _batch(session, run.id), people).take(some)
            done += len(some)
            run.save({"numbered": done}, done=done, session=session)
    run.save(step="print")
    return _make_papers(run)


def print_slips(session: Session, command: c.PrintSlips) -> c.SlipBatchView:
    """Queue a batch. That a person asks for it is the confirmation that a recommendation needs before it is printed.

    Raises NOT_FOUND for an outreach event that is not known.
    """
    if command.outreach_id is not None:
        find_outreach(session, command.outreach_id)
    queued = submit(session, print_batch, command.model_dump(mode="json"))
    scope = session.caller.scope
    batch = SlipBatch(
        id=job_uuid(queued),
        division=scope.division if isinstance(scope, Area) else "",
        outreach_id=command.outreach_id,
        request=command.model_dump(mode="json", exclude_none=True),
        requested_by=_actor(session),
        created_at=session.now,
    )
    session.add(batch)
    session.flush()
    return _batch_view(session, batch)


def get_slip_batch(session: Session, query: c.GetSlipBatch) -> c.SlipBatchView:
    return _batch_view(session, _batch(session, query.batch_id))


def list_slip_batches(session: Session, query: c.ListSlipBatches) -> Page[c.SlipBatchView]:
    return page(
        session,
        select(SlipBatch),
        order=(col(SlipBatch.created_at).desc(), col(SlipBatch.id).desc()),
        request=query,
        view=lambda batch: _batch_view(session, batch),
    )


def get_slip_paper(session: Session, query: c.GetSlipPaper) -> BlobRef:
    """A PDF of a batch that the caller may see. Raises NOT_FOUND, SLIP_NOTHING_PRINTED."""
    batch = _batch(session, query.batch_id)
    for paper in batch.papers:
        if paper["part"] == query.part:
            return BlobRef.model_validate(paper["blob"])
    raise c.SLIP_NOTHING_PRINTED(batch_id=str(batch.id))


def list_slips(session: Session, query: c.ListSlips) -> Page[c.SlipView]:
    statement = select(Slip)
    if query.worker_id is not None:
        statement = statement.where(col(Slip.worker_id) == query.worker_id)
    if query.batch_id is not None:
        printed = select(SlipPrinting.slip_id).where(col(SlipPrinting.batch_id) == query.batch_id)
        statement = statement.where(col(Slip.id).in_(printed))
    return page(
        session,
        statement,
        order=(col(Slip.first_printed_at).desc(), col(Slip.id).desc()),
        request=query,
        view=lambda slip: _slip_view(session, slip),
    )


def _wanted(session: Session, command: c.PrintSlips) -> list[UUID]:
    """Whom the command names, each once and always in the same order, so that a crashed job can go on.

    An event names who lives there and who came.
    """
    if command.worker_ids is not None:
        return list(dict.fromkeys(command.worker_ids))
    offered = select(Recommendation.worker_id).where(col(Recommendation.state).in_(c.LIVE_STATES))
    place = col(Seeker.division).startswith(command.division or "")
    if command.outreach_id is not None:
        came = select(OutreachAttendance.worker_id).where(col(OutreachAttendance.outreach_id) == command.outreach_id)
        lives = col(Seeker.division).startswith(find_outreach(session, command.outreach_id).division)
        place = or_(lives, col(Seeker.worker_id).in_(came))
    statement = select(Seeker.worker_id).where(place, col(Seeker.worker_id).in_(offered))
    return list(session.exec(statement.order_by(col(Seeker.division), col(Seeker.worker_id))).all())


def _people(run: JobRun, worker_ids: Sequence[UUID]) -> registry.People:
    if not worker_ids:
        return registry.People(people=[])
    purpose = registry.PeoplePurpose.recommendation_slip
    return run.ask(registry.GetPeople(worker_ids=list(worker_ids), purpose=purpose))


def _make_papers(run: JobRun) -> dict[str, Any]:
    """One A5 page a slip, in the order in which they were numbered. Names are asked for again: none was stored."""
    with run.transaction() as session:
        printed = session.exec(
            select(SlipPrinting).where(col(SlipPrinting.batch_id) == run.id).order_by(col(SlipPrinting.page))
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
        batch = _batch(session, run.id)
        batch.papers = papers
        session.add(batch)
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


def _batch(session: Session, batch_id: UUID) -> SlipBatch:
    found = session.get(SlipBatch, batch_id)
    if found is None:
        raise NOT_FOUND(what="slip batch")
    return found


def _batch_view(session: Session, batch: SlipBatch) -> c.SlipBatchView:
    state = job_state(session, batch.id)
    return c.SlipBatchView(
        **batch.model_dump(include=set(c.SlipBatchView.model_fields) - {"papers"}),
        papers=[c.SlipPaper(**paper, size=paper["blob"]["size"]) for paper in batch.papers],
        job_id=state.id,
        state=state.state,
        progress=state.progress,
        problem=state.problem,
        finished_at=state.finished_at,
    )


def _slip_view(session: Session, slip: Slip) -> c.SlipView:
    prints = session.exec(
        select(SlipPrinting).where(col(SlipPrinting.slip_id) == slip.id).order_by(col(SlipPrinting.printed_at))
    ).all()
    return c.SlipView(
        **slip.model_dump(include=set(c.SlipView.model_fields)),
        prints=[c.SlipPrint.model_validate(printing) for printing in prints],
    )


def _actor(session: Session) -> str:
    return f"{session.caller.actor.kind}:{session.caller.actor.id}"
