"""What a worker is told on the way to work, step by step: the seat, the coach, the arrival, the first day."""

from __future__ import annotations

from services.notify import messages
from shared.contracts import dispatch
from shared.kit.session import Session

# A waiting list's end and a hold that ran out ask for the same: another seat is looked for.
LOST = {
    dispatch.SeatLost.expired: "seat_lost",
    dispatch.SeatLost.trip_left: "seat_lost",
    dispatch.SeatLost.trip_cancelled: "trip_cancelled",
}


def seat_confirmed(session: Session, event: dispatch.SeatConfirmed) -> None:
    params = {
        "boards_at": event.boards_at.astimezone(messages.CHINA).strftime("%m-%d %H:%M"),
        "division": event.pickup or "",
        "outpost": event.outpost.value,
        "seat_no": event.seat_no,
    }
    template = "seat_moved_up" if event.is_moved_up else "seat_confirmed"
    key = f"seat:{event.order_id}:{event.trip_id}:{event.seat_no}"
    messages.tell_worker(session, event.worker_id, template, params, dedupe=key)


def seat_released(session: Session, event: dispatch.SeatReleased) -> None:
    """Who gave the seat back knows it."""
    template = LOST.get(event.because)
    if template is not None:
        key = f"seat-lost:{event.order_id}:{event.trip_id}"
        messages.tell_worker(session, event.worker_id, template, {"outpost": event.outpost.value}, dedupe=key)


def worker_boarded(session: Session, event: dispatch.WorkerBoarded) -> None:
    params = {"outpost": event.outpost.value}
    messages.tell_worker(
        session, event.worker_id, "boarded", params, dedupe=f"boarded:{event.order_id}:{event.trip_id}"
    )


def worker_missed(session: Session, event: dispatch.WorkerMissed) -> None:
    params = {"outpost": event.outpost.value}
    messages.tell_worker(session, event.worker_id, "missed", params, dedupe=f"missed:{event.order_id}:{event.trip_id}")


def worker_arrived(session: Session, event: dispatch.WorkerArrived) -> None:
    params = {"outpost": event.outpost.value}
    key = f"arrived:{event.order_id}:{event.trip_id}"
    messages.tell_worker(session, event.worker_id, "arrived", params, dedupe=key)


def worker_handed_over(session: Session, event: dispatch.WorkerHandedOver) -> None:
    params = {"outpost": event.outpost.value}
    key = f"handed-over:{event.order_id}:{event.trip_id}"
    messages.tell_worker(session, event.worker_id, "handed_over", params, dedupe=key)


def order_cancelled(session: Session, event: dispatch.DispatchOrderCancelled) -> None:
    """Who is sent with another order hears of that one."""
    if event.reason is not dispatch.CancelReason.reissued:
        params = {"outpost": event.outpost.value}
        messages.tell_worker(session, event.worker_id, "order_cancelled", params, dedupe=f"gone:{event.order_id}")


def placement_started(session: Session, event: dispatch.PlacementStarted) -> None:
    """The worker sees what the employer or the outpost has said of the first day and the wage."""
    wage = "" if event.wage_cents is None else f"{event.wage_cents / 100:g}"
    params = {"outpost": event.outpost.value, "started_on": event.started_on.isoformat(), "yuan": wage or "-"}
    messages.tell_worker(session, event.worker_id, "placement_started", params, dedupe=f"started:{event.order_id}")
