"""What must hold after the storm, read from the database itself and not from what the platform says of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import psycopg

from deploy.topology import service_class
from shared.kit.host import heard_topics
from shared.kit.postgres import EmbeddedPostgres
from shared.kit.settings import SERVICES
from tests.faults.storm import Storm
from tests.support.running import RunningSonggang
from tests.support.waiting import wait_for


def database_of(platform: RunningSonggang) -> str:
    found = EmbeddedPostgres.running_dsn(platform.data / "postgres")
    if found is None:
        raise RuntimeError("the database is not running")
    return found


def wait_settled(url: str, seconds: float = 180) -> None:
    """Until every outbox is published and every inbox is handled; a parked event is a failure."""

    def settled() -> bool:
        with psycopg.connect(url) as connection:
            waiting = 0
            for name in SERVICES:
                waiting += _scalar(connection, f"SELECT count(*) FROM {name}.outbox WHERE published_at IS NULL")
                waiting += _scalar(connection, f"SELECT count(*) FROM {name}.inbox WHERE state = 'pending'")
                parked = connection.execute(
                    f"SELECT topic, problem FROM {name}.inbox WHERE state = 'parked'"
                ).fetchall()
                assert not parked, f"{name} has parked events: {parked[:3]}"
        return waiting == 0

    wait_for(settled, seconds=seconds, every=0.3, what="all events handled")


def check_everything(url: str, storm: Storm) -> None:
    """Every acknowledged command once, every event with one effect, no seat twice, no stock below zero."""
    with psycopg.connect(url) as connection:
        _each_acknowledged_once(connection, storm)
        _each_event_reached_everyone(connection)
        _one_ledger_entry_each(connection, storm)
        _seats(connection)
        _stock(connection, storm)
        _openings(connection)


def _each_acknowledged_once(connection: psycopg.Connection[Any], storm: Storm) -> None:
    orders = [said.answer["id"] for said in storm.of("order")]
    assert len(orders) == len(set(orders))
    stored = {str(row[0]) for row in connection.execute("SELECT id FROM dispatch.dispatch_order")}
    assert set(orders) == stored, f"acknowledged {len(orders)}, stored {len(stored)}"
    sales = [said.answer["id"] for said in storm.of("sale")]
    stored = {str(row[0]) for row in connection.execute("SELECT id FROM honey.sales_order")}
    assert len(sales) == len(set(sales))
    assert set(sales) == stored, f"acknowledged {len(sales)}, stored {len(stored)}"


def _each_event_reached_everyone(connection: psycopg.Connection[Any]) -> None:
    for subscriber in SERVICES:
        heard = heard_topics(service_class(subscriber))
        for publisher in SERVICES:
            condition = "true" if "#" in heard else "topic = ANY(%(heard)s)"
            missing = connection.execute(
                f"SELECT count(*) FROM {publisher}.outbox AS sent WHERE {condition} AND NOT EXISTS "
                f"(SELECT 1 FROM {subscriber}.inbox AS got WHERE got.event_id = sent.event_id "
                "AND got.state = 'handled')",
                {"heard": list(heard)},
            ).fetchone()
            assert missing is not None
            assert missing[0] == 0, f"{missing[0]} events of {publisher} did not reach {subscriber}"


def _one_ledger_entry_each(connection: psycopg.Connection[Any], storm: Storm) -> None:
    issued = _scalar(connection, "SELECT count(*) FROM ledger.received WHERE topic = 'dispatch_order.issued'")
    assert issued == len(storm.of("order"))
    caseloads = connection.execute("SELECT order_id, count(*) FROM outposts.caseload_entry GROUP BY 1").fetchall()
    assert len(caseloads) == len(storm.of("order"))
    assert all(times == 1 for _, times in caseloads)


def _seats(connection: psycopg.Connection[Any]) -> None:
    taken = connection.execute(
        "SELECT trip_id, seat_no FROM dispatch.seat_hold WHERE seat_no IS NOT NULL "
        "AND state IN ('held', 'confirmed', 'boarded')"
    ).fetchall()
    twice = [seat for seat, times in Counter(taken).items() if times > 1]
    assert not twice, f"seats taken twice: {twice}"


def _stock(connection: psycopg.Connection[Any], storm: Storm) -> None:
    sold = sum(line["quantity"] for said in storm.of("sale") for line in said.body["lines"])
    levels = connection.execute("SELECT place, jars FROM honey.stock_level").fetchall()
    assert all(jars >= 0 for _, jars in levels), levels
    left = sum(jars for place, jars in levels if place == "dongguan")
    assert storm.county.jars - sold == left, f"{storm.county.jars} - {sold} != {left}"


def _openings(connection: psycopg.Connection[Any]) -> None:
    over = connection.execute(
        "SELECT p.id, p.openings, count(*) FROM postings.opening_reservation AS r "
        "JOIN postings.posting AS p ON p.id = r.posting_id WHERE r.state IN ('held', 'confirmed') "
        "GROUP BY p.id, p.openings HAVING count(*) > p.openings"
    ).fetchall()
    assert not over, f"oversold openings: {over}"


def _scalar(connection: psycopg.Connection[Any], query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
