from __future__ import annotations

from typing import Any

from shared.contracts import dispatch as c
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County
from tests.support.asker import refused


class TestEmployersTrips:
    def test_it_sees_its_own_people_of_a_coach_and_no_other(self, county: County) -> None:
        employer, trip = new_id(), county.trip()
        posting = county.openings.posting(employer_id=employer)
        mine, other = county.issue(posting_id=posting), county.issue()
        for order in (mine, other):
            county.seat(trip, order)
        county.board(trip, mine)
        partner = county.platform.partner(employer)

        (row,) = partner.ask(c.ListEmployerTrips()).items
        people = partner.ask(c.ListArrivals(trip_id=trip.id)).items

        assert (row.id, row.own_people, row.own_boarded) == (trip.id, 1, 1)
        assert [(one.order_id, one.seat_no, one.seat_state) for one in people] == [(mine.id, 1, c.SeatState.boarded)]
        assert people[0].expected_at == trip.stops[-1].arrive_at

    def test_a_coach_without_own_people_is_not_there(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        stranger = county.platform.partner(new_id())
        assert stranger.ask(c.ListEmployerTrips()).items == []
        with refused("resource.not_found"):
            stranger.ask(c.ListArrivals(trip_id=trip.id))

    def test_who_was_cancelled_comes_no_more(self, county: County) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))
        assert county.platform.partner(order.employer_id).ask(c.ListEmployerTrips()).items == []

    def test_by_http_with_names_and_without_identity_numbers(self, county: County, http: Any) -> None:
        trip, order = county.trip(), county.issue()
        county.seat(trip, order)
        employer = http.as_partner(order.employer_id)
        trips = employer.get("/api/v1/partner/trips").json()["items"]
        answer = employer.get(f"/api/v1/partner/trips/{trip.id}/arrivals")
        assert answer.status_code == 200, answer.text
        person = answer.json()["items"][0]["person"]
        assert [one["id"] for one in trips] == [str(trip.id)]
        assert person["name"]
        assert person["id_number"] is None
        assert http.as_outpost("dongguan").get("/api/v1/partner/trips").status_code == 403


class TestEmployersPapers:
    def test_contract_and_end_in_its_own_api(self, county: County, http: Any) -> None:
        order = county.issue()
        employer = http.as_partner(order.employer_id)
        facts = {
            "starts_on": "2026-01-05",
            "wage_cents": 480_000,
            "has_social_insurance": True,
            "has_injury_cover": True,
        }
        made = employer.post(f"/api/v1/partner/dispatch-orders/{order.id}/labor-contract", json=facts)
        assert made.status_code == 201, made.text
        listed = employer.get("/api/v1/partner/labor-contracts").json()["items"]
        assert [one["order_id"] for one in listed] == [str(order.id)]
        receipt = county.started(order)
        end = {"ended_on": str(receipt.started_on), "reason": "worker_left"}
        path = f"/api/v1/partner/placements/{receipt.placement_id}/end"
        assert http.as_partner(new_id()).post(path, json=end).status_code == 404
        assert employer.post(path, json=end).json()["end_reason"] == "worker_left"
