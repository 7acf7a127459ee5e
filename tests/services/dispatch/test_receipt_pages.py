"""The pages on which an employer and an outpost close the orders of their own people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from shared.contracts import dispatch as c
from tests.services.dispatch.conftest import County, today


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def looked(client: Any, path: str) -> str:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def said(client: Any, path: str, **fields: str) -> str:
    """Send a form of the page, and the page that it leads to."""
    data = {"csrf_token": token_in(looked(client, path)), **fields}
    answer = client.post(path, data=data, headers={"accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    client.cookies.update(answer.cookies)
    return looked(client, answer.headers["location"])


class TestEmployer:
    def test_its_people_on_the_way_are_closed_one_by_one(self, county: County, http: Any) -> None:
        trip = county.trip()
        posting = county.openings.posting()
        orders = [county.issue(posting_id=posting) for _ in range(2)]
        for order in orders:
            county.seat(trip, order)
            county.board(trip, order)
        stranger = county.issue()
        employer = http.as_partner(orders[0].employer_id)
        page = looked(employer, "/partner/receipts")
        assert "正在来的包车" in page
        assert all(order.order_no in page for order in orders)
        assert stranger.order_no not in page
        assert "姓名未取到" not in page

        started = {"order": str(orders[0].id), "outcome": "started", "started_on": today().isoformat()}
        assert "请填写上岗日期" in said(employer, "/partner/receipts", **{**started, "started_on": ""})
        assert "已收到回执" in said(employer, "/partner/receipts", **started, wage="4800.50")
        closed = county.hq.ask(c.GetDispatchOrder(order_id=orders[0].id))
        assert closed.state is c.OrderState.closed
        declined = {"order": str(orders[1].id), "outcome": "not_started", "reason": "health"}
        assert "已收到回执" in said(employer, "/partner/receipts", **declined)
        again = said(employer, "/partner/receipts", **declined)
        assert "没有待签的回执" in again
        foreign = said(employer, "/partner/receipts", **{**started, "order": str(stranger.id)})
        assert "alert tone-bad" in foreign
        assert county.hq.ask(c.GetDispatchOrder(order_id=stranger.id)).state is c.OrderState.issued

    def test_the_page_is_not_for_others(self, county: County, http: Any) -> None:
        for client in (http.as_outpost("dongguan"), http.as_area("522631")):
            assert client.get("/partner/receipts", headers={"accept": "text/html"}).status_code == 403


class TestOutpost:
    def test_overdue_ones_have_their_own_list(self, county: County, http: Any) -> None:
        late = county.issue(depart_on=today() - timedelta(days=9))
        soon = county.issue()
        outpost = http.as_outpost("dongguan")
        overdue = looked(outpost, "/outposts/dongguan/receipts?overdue=yes")
        waiting = looked(outpost, "/outposts/dongguan/receipts?state=issued")
        assert late.order_no in overdue
        assert soon.order_no not in overdue
        assert soon.order_no in waiting
        page = said(
            outpost,
            "/outposts/dongguan/receipts",
            order=str(late.id),
            outcome="started",
            started_on=today().isoformat(),
        )
        assert "已收到回执" in page
        missing = outpost.get("/outposts/wenling/receipts", headers={"accept": "text/html"})
        assert missing.status_code == 404
