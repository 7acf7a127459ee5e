from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts import dispatch as c
from shared.contracts.errors import Problem
from shared.contracts.registry import RegisterWorker
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County
from tests.support.asker import refused

PEARL = [OutpostCode.guangzhou, OutpostCode.dongguan, OutpostCode.shenzhen]


class TestCharter:
    def test_the_timetable_follows_from_the_places(self, county: County) -> None:
        trip = county.trip(outposts=PEARL, plate="贵H12345", day_cost_cents=150_000, km_cost_cents=450)

        kinds = [stop.kind for stop in trip.stops if stop.kind is not c.StopKind.rest]
        assert kinds == [c.StopKind.pickup, *[c.StopKind.dropoff] * 3]
        assert [stop.outpost for stop in trip.stops if stop.outpost] == PEARL
        assert trip.drivers == 2
        assert trip.trip_no.startswith("BC-")
        assert trip.cost_cents > 0

    def test_one_driver_does_not_get_to_hangzhou(self, county: County) -> None:
        with refused("trip.coach_rules"):
            county.trip(outposts=[OutpostCode.hangzhou], drivers=1)

    def test_a_pickup_outside_the_county_is_unknown(self, county: County) -> None:
        with refused("trip.place_unknown"):
            county.trip(pickups=[c.Pickup(division="110101001")])


class TestSeats:
    def test_numbered_from_the_lowest(self, county: County) -> None:
        trip, (first, second, third) = county.trip(), county.issue_many(3)
        assert county.seat(trip, first).seat_no == 1
        assert county.seat(trip, second, seat_no=12).seat_no == 12
        assert county.seat(trip, third).seat_no == 2

    def test_of_fifty_at_once_one_gets_the_seat(self, county: County, at_once: Callable[..., list[Any]]) -> None:
        trip, orders = county.trip(), county.issue_many(50)

        found = at_once([lambda order=order: county.seat(trip, order, seat_no=7) for order in orders])

        assert sum(isinstance(one, c.SeatView) for one in found) == 1
        assert {one.code for one in found if isinstance(one, Problem)} == {"trip.seat_taken"}

    def test_fifty_at_once_fill_a_coach_of_twenty(self, county: County, at_once: Callable[..., list[Any]]) -> None:
        trip, orders = county.trip(seats=20), county.issue_many(50)

        found = at_once([lambda order=order: county.seat(trip, order) for order in orders])

        assert sorted(one.seat_no or 0 for one in found if isinstance(one, c.SeatView)) == list(range(1, 21))
        assert {one.code for one in found if isinstance(one, Problem)} == {"trip.full"}

    def test_an_order_has_one_seat_in_all_trips(self, county: County) -> None:
        order = county.issue()
        county.seat(county.trip(), order)
        with refused("trip.order_has_seat"):
            county.seat(county.trip(), order)

    def test_there_is_no_seat_fifty(self, county: County) -> None:
        with refused("trip.seat_unknown"):
            county.seat(county.trip(), county.issue(), seat_no=50)

    def test_a_coach_to_dongguan_seats_nobody_for_wenling(self, county: County) -> None:
        with refused("trip.not_going_there"):
            county.seat(county.trip(), county.issue(outpost=OutpostCode.wenling))

    def test_a_cancelled_order_gives_its_seat_back(self, county: County) -> None:
        trip, order = county.trip(seats=1), county.issue()
        county.seat(trip, order)
        county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))
        assert county.seat(trip, county.issue()).seat_no == 1


class TestHolds:
    def test_only_its_owner_releases_it(self, county: County) -> None:
        trip, (order, other) = county.trip(), county.issue_many(2)
        hold = county.seat(trip, order, hold_minutes=30)

        with refused("trip.hold_not_yours"):
            county.hq.ask(c.ReleaseSeat(trip_id=trip.id, hold_id=hold.id, order_id=other.id))
        released = county.hq.ask(c.ReleaseSeat(trip_id=trip.id, hold_id=hold.id, order_id=order.id))

        assert released.state is c.SeatState.released

    def test_one_that_ran_out_is_somebody_elses(self, county: County, sql: Callable[..., Any]) -> None:
        trip, (order, other) = county.trip(seats=1), county.issue_many(2)
        hold = county.seat(trip, order, hold_minutes=30)
        with refused("trip.full"):
            county.seat(trip, other)
        sql("UPDATE dispatch.seat_hold SET expires_at = now() - interval '1 second' WHERE id = :id", id=hold.id)

        assert county.seat(trip, other).seat_no == 1
        with refused("state.illegal_transition"):
            county.hq.ask(c.ConfirmSeat(trip_id=trip.id, hold_id=hold.id, order_id=order.id))
        with refused("trip.no_seat"):
            county.board(trip, order)

    def test_a_confirmed_one_does_not_run_out(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        hold = county.seat(trip, order, hold_minutes=1)
        confirm = c.ConfirmSeat(trip_id=trip.id, hold_id=hold.id, order_id=order.id)
        assert county.hq.ask(confirm).expires_at is None
        assert county.hq.ask(confirm).state is c.SeatState.confirmed

    def test_the_longest_waiting_moves_up(self, county: County) -> None:
        trip, orders = county.trip(seats=1), county.issue_many(3)
        first = county.seat(trip, orders[0])
        waiting = [county.seat(trip, order, can_wait=True) for order in orders[1:]]
        assert {seat.state for seat in waiting} == {c.SeatState.waiting}

        county.hq.ask(c.ReleaseSeat(trip_id=trip.id, hold_id=first.id, order_id=orders[0].id))

        seats = county.hq.ask(c.ListSeats(trip_id=trip.id)).items
        assert [(seat.order_id, seat.seat_no) for seat in seats] == [(orders[1].id, 1), (orders[2].id, None)]


class TestBoarding:
    def test_twice_is_the_same_boarding(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)

        first = county.board(trip, order)
        again = county.board(trip, order)

        assert (first.is_repeated, again.is_repeated) == (False, True)
        assert again.boarded_at == first.boarded_at
        seen = county.hq.ask(c.GetDispatchOrder(order_id=order.id))
        assert seen.state is c.OrderState.on_the_way
        assert [step.kind for step in seen.custody] == [c.CustodyKind.boarded]

    def test_fifty_scans_at_once_are_one_boarding(self, county: County, at_once: Callable[..., list[Any]]) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)

        found = at_once([lambda: county.board(trip, order)] * 50)

        assert sum(not boarding.is_repeated for boarding in found) == 1

    def test_by_the_code_on_the_workers_phone(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order, seat_no=5)
        ticket = county.platform.worker(order.worker_id).ask(c.MyTrip(worker_id=order.worker_id)).items[0]

        boarding = county.at("dongguan").ask(c.BoardWorker(trip_id=trip.id, seat_token=ticket.seat_token))

        assert (boarding.order_id, boarding.seat_no) == (order.id, 5)
        assert ticket.dropoff is not None
        assert ticket.pickup is not None

    def test_a_code_opens_no_other_coach_and_cannot_be_made_up(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        token = county.platform.worker(order.worker_id).ask(c.MyTrip(worker_id=order.worker_id)).items[0].seat_token
        assert token is not None
        for given in (token[:-4] + "AAAA", "x.y"):
            with refused("link.invalid"):
                county.hq.ask(c.BoardWorker(trip_id=trip.id, seat_token=given))
        with refused("link.invalid"):
            county.hq.ask(c.BoardWorker(trip_id=county.trip().id, seat_token=token))

    def test_nobody_boards_without_a_seat(self, county: County) -> None:
        trip, order = county.trip(seats=1), county.issue()
        with refused("trip.no_seat"):
            county.board(trip, order)
        county.seat(trip, county.issue())
        county.seat(trip, order, can_wait=True)
        with refused("trip.no_seat"):
            county.board(trip, order)

    def test_another_outpost_boards_nobody(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        with refused("resource.not_found"):
            county.at("wenling").ask(c.BoardWorker(trip_id=trip.id, order_id=order.id))


class TestWay:
    def test_from_the_home_stop_to_the_hand_over(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        county.board(trip, order)
        county.hq.ask(c.DepartTrip(trip_id=trip.id))

        arrived = county.at("dongguan").ask(c.RecordArrival(trip_id=trip.id))
        given = county.at("dongguan").ask(c.HandOverWorkers(trip_id=trip.id, outpost=OutpostCode.dongguan))
        again = county.at("dongguan").ask(c.HandOverWorkers(trip_id=trip.id, outpost=OutpostCode.dongguan))

        assert arrived.state is c.TripState.arrived
        assert given.order_ids == [order.id]
        assert again.order_ids == []
        custody = county.hq.ask(c.GetDispatchOrder(order_id=order.id)).custody
        assert [step.kind.value for step in custody] == ["boarded", "arrived", "handed_over"]
        assert county.started(order).outcome is c.ReceiptOutcome.started

    def test_who_did_not_board_has_missed_it_and_can_take_another(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        county.hq.ask(c.DepartTrip(trip_id=trip.id))

        entry = county.hq.ask(c.GetManifest(trip_id=trip.id)).entries[0]

        assert entry.state is c.SeatState.missed
        assert county.seat(county.trip(), order).seat_no == 1

    def test_a_list_kept_offline_corrects_a_missed_one(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        county.hq.ask(c.DepartTrip(trip_id=trip.id))
        at = datetime.now(UTC) - timedelta(hours=2)

        boarding = county.hq.ask(c.BoardWorker(trip_id=trip.id, order_id=order.id, boarded_at=at))

        assert boarding.boarded_at == at

    def test_a_whole_list_kept_offline_is_merged_after_the_arrival(self, county: County) -> None:
        trip, orders = county.trip(), county.issue_many(4)
        for order in orders[:3]:
            county.seat(trip, order)
        code = county.platform.worker(orders[1].worker_id).ask(c.MyTrip(worker_id=orders[1].worker_id)).items[0]
        county.board(trip, orders[0])
        county.at("dongguan").ask(c.RecordArrival(trip_id=trip.id))
        elsewhere = county.seat(county.trip(), orders[2])
        at = datetime.now(UTC) - timedelta(hours=9)
        lines = [
            c.OfflineBoarding(order_id=orders[0].id, boarded_at=at),
            c.OfflineBoarding(seat_token=code.seat_token, boarded_at=at),
            c.OfflineBoarding(order_id=orders[2].id, boarded_at=at),
            c.OfflineBoarding(order_id=orders[3].id, boarded_at=at),
            c.OfflineBoarding(seat_token="made.up", boarded_at=at),
        ]

        merged = county.hq.ask(c.MergeBoardings(trip_id=trip.id, entries=lines))
        again = county.at("dongguan").ask(c.MergeBoardings(trip_id=trip.id, entries=lines))

        assert (merged.boarded, merged.repeated) == (2, 1)
        assert [(line.row, line.code) for line in merged.refused] == [(4, "trip.no_seat"), (5, "link.invalid")]
        assert (again.boarded, again.repeated) == (0, 3)
        custody = county.hq.ask(c.GetDispatchOrder(order_id=orders[2].id)).custody
        assert {step.kind.value for step in custody} == {"missed", "boarded", "arrived"}
        seats = county.hq.ask(c.ListSeats(trip_id=elsewhere.trip_id)).items
        assert seats == []

    def test_each_step_is_announced_for_its_person(self, county: County, sql: Callable[..., Any]) -> None:
        trip, orders = county.trip(seats=1), county.issue_many(3)
        first = county.seat(trip, orders[0], hold_minutes=30)
        county.seat(trip, orders[1], can_wait=True)
        county.seat(trip, orders[2], can_wait=True)
        county.hq.ask(c.ReleaseSeat(trip_id=trip.id, hold_id=first.id, order_id=orders[0].id))
        county.hq.ask(c.DepartTrip(trip_id=trip.id))
        called_off = county.trip()
        county.seat(called_off, orders[1])
        county.hq.ask(c.CancelTrip(trip_id=called_off.id, reason="大雪封路"))

        heard = {
            order.id: [
                row[0]
                for row in sql(
                    "SELECT topic FROM dispatch.outbox WHERE aggregate_id = :id AND topic LIKE 'seat.%' "
                    "OR aggregate_id = :id AND topic LIKE 'worker.%' ORDER BY version",
                    id=str(order.id),
                )
            ]
            for order in orders
        }

        assert heard[orders[0].id] == ["seat.released"]
        assert heard[orders[1].id] == ["seat.confirmed", "worker.missed", "seat.confirmed", "seat.released"]
        assert heard[orders[2].id] == ["seat.released"]

    def test_an_arrival_stands_for_a_departure_nobody_recorded(self, county: County) -> None:
        trip, order, missing = county.trip(), county.issue(), county.issue()
        county.seat(trip, order)
        county.seat(trip, missing)
        county.board(trip, order)

        arrived = county.at("dongguan").ask(c.RecordArrival(trip_id=trip.id))

        assert arrived.departed_at is not None
        states = {entry.order_id: entry.state for entry in county.hq.ask(c.GetManifest(trip_id=trip.id)).entries}
        assert states == {order.id: c.SeatState.boarded, missing.id: c.SeatState.missed}

    def test_each_outpost_of_a_chain_records_its_own_arrival(self, county: County) -> None:
        trip = county.trip(outposts=PEARL)
        for code in PEARL[:2]:
            assert county.at(code).ask(c.RecordArrival(trip_id=trip.id)).state is c.TripState.departed
        with refused("resource.not_found"):
            county.at("guangzhou").ask(c.RecordArrival(trip_id=trip.id, outpost=OutpostCode.shenzhen))
        with refused("resource.not_found"):
            county.at("wenling").ask(c.RecordArrival(trip_id=trip.id))

        last = county.hq.ask(c.RecordArrival(trip_id=trip.id))

        assert last.state is c.TripState.arrived

    def test_nobody_is_handed_over_before_the_arrival(self, county: County) -> None:
        with refused("state.illegal_transition"):
            county.hq.ask(c.HandOverWorkers(trip_id=county.trip().id, outpost=OutpostCode.dongguan))

    def test_a_coach_that_was_called_off_frees_its_people(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        assert county.hq.ask(c.CancelTrip(trip_id=trip.id, reason="大雪封路")).seats_taken == 0
        assert county.seat(county.trip(), order).seat_no == 1
        with refused("state.illegal_transition"):
            county.hq.ask(c.DepartTrip(trip_id=trip.id))


class TestManifest:
    def test_real_names_and_masked_numbers(self, county: County) -> None:
        registered: RegisterWorker = county.people.build()
        worker = county.hq.ask(registered)
        county.platform.settle()
        order, trip = county.issue(worker.id), county.trip()
        county.seat(trip, order)

        for asker in (county.hq, county.at("dongguan")):
            entry = asker.ask(c.GetManifest(trip_id=trip.id)).entries[0]
            assert entry.name == registered.name
            assert entry.id_number_masked is not None
            assert "********" in entry.id_number_masked

    def test_an_outpost_reads_its_own_part(self, county: County) -> None:
        trip = county.trip(outposts=PEARL)
        orders = {code: county.issue(outpost=code) for code in PEARL}
        for order in orders.values():
            county.seat(trip, order)

        seen = county.at("dongguan").ask(c.GetManifest(trip_id=trip.id))

        assert [entry.order_id for entry in seen.entries] == [orders[OutpostCode.dongguan].id]
        with refused("resource.not_found"):
            county.at("wenling").ask(c.GetManifest(trip_id=trip.id))

    def test_an_unknown_trip(self, county: County) -> None:
        with refused("resource.not_found"):
            county.hq.ask(c.GetManifest(trip_id=new_id()))
