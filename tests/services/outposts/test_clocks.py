"""法定时限: each article of the statutes as an example, and what must hold for any history."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.outposts.clocks import Deadline, clocks, deadlines, next_due
from shared.contracts.outposts import CaseFact, DeadlineState, RightsCaseKind

TODAY = date(2026, 11, 23)
WAGES, INJURY, ARBITRATION = RightsCaseKind.wage_dispute, RightsCaseKind.injury_claim, RightsCaseKind.arbitration


def clock(kind: RightsCaseKind, name: str, facts_on: date, *facts: tuple[str, date], today: date = TODAY) -> Deadline:
    return next(one for one in deadlines(kind, facts_on, facts, today) if one.clock == name)


def test_arbitration_must_be_asked_for_within_a_year_of_knowing_the_harm() -> None:
    found = clock(ARBITRATION, "arbitration_application", date(2026, 3, 1))
    assert (found.due_on, found.state) == (date(2027, 3, 1), DeadlineState.running)


def test_asserting_the_claim_lets_the_year_run_anew() -> None:
    found = clock(ARBITRATION, "arbitration_application", date(2026, 3, 1), ("claim_asserted", date(2026, 6, 15)))
    assert (found.starts_on, found.due_on) == (date(2026, 6, 15), date(2027, 6, 15))


def test_a_claim_asserted_after_the_year_revives_nothing() -> None:
    found = clock(ARBITRATION, "arbitration_application", date(2025, 3, 1), ("claim_asserted", date(2026, 4, 1)))
    assert (found.due_on, found.state) == (date(2026, 3, 1), DeadlineState.missed)


def test_unpaid_wages_have_no_limit_until_employment_ends() -> None:
    during = clock(WAGES, "wage_arbitration_application", date(2024, 1, 1))
    assert (during.due_on, during.state) == (None, DeadlineState.suspended)
    after = clock(WAGES, "wage_arbitration_application", date(2024, 1, 1), ("employment_ended", date(2026, 10, 31)))
    assert (after.due_on, after.state) == (date(2027, 10, 31), DeadlineState.running)


def test_filing_while_still_employed_meets_the_wage_clock() -> None:
    found = clock(WAGES, "wage_arbitration_application", date(2026, 1, 1), ("arbitration_filed", date(2026, 5, 1)))
    assert found.state is DeadlineState.met


def test_the_commission_decides_within_five_days_and_a_rest_day_moves_to_monday() -> None:
    found = clock(ARBITRATION, "arbitration_acceptance", date(2026, 3, 1), ("arbitration_filed", date(2026, 11, 16)))
    assert found.due_on == date(2026, 11, 23)  # the fifth day, 21 November, is a Saturday


def test_the_award_takes_45_days_and_at_most_15_more() -> None:
    accepted = ("arbitration_accepted", date(2026, 10, 1))
    assert clock(ARBITRATION, "arbitration_award", date(2026, 3, 1), accepted).due_on == date(2026, 11, 16)
    longer = clock(ARBITRATION, "arbitration_award", date(2026, 3, 1), accepted, ("award_extended", date(2026, 11, 1)))
    assert longer.due_on == date(2026, 11, 30)


def test_the_worker_sues_within_15_days_of_the_award() -> None:
    received = ("award_received", date(2026, 11, 1))
    late = clock(ARBITRATION, "lawsuit", date(2026, 3, 1), received)
    assert (late.due_on, late.state) == (date(2026, 11, 16), DeadlineState.missed)
    in_time = clock(ARBITRATION, "lawsuit", date(2026, 3, 1), received, ("lawsuit_filed", date(2026, 11, 16)))
    assert in_time.state is DeadlineState.met


def test_an_injury_is_filed_by_the_employer_in_30_days_else_by_the_worker_in_a_year() -> None:
    found = {one.clock: one for one in deadlines(INJURY, date(2026, 10, 1), [], TODAY)}
    assert found["injury_filing_by_employer"].due_on == date(2026, 11, 2)  # 31 October is a Saturday
    assert found["injury_filing_by_employer"].state is DeadlineState.missed
    assert found["injury_filing_by_worker"].due_on == date(2027, 10, 1)
    assert found["injury_filing_by_worker"].state is DeadlineState.running


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    assert clock(ARBITRATION, "arbitration_application", date(2024, 2, 29)).due_on == date(2025, 2, 28)


def test_advice_has_no_clock() -> None:
    assert deadlines(RightsCaseKind.advice, TODAY, [], TODAY) == []


def test_every_clock_names_its_article_and_facts_that_exist() -> None:
    known = {fact.value for fact in CaseFact} | {"facts_on"}
    for one in clocks():
        assert "条" in one.law
        assert {one.starts_with, *one.restarted_by, *one.lengthened_by, *one.stopped_by} <= known
    assert len({one.name for one in clocks()}) == len(clocks())


days = st.dates(min_value=date(2023, 1, 1), max_value=TODAY)
histories = st.lists(st.tuples(st.sampled_from([fact.value for fact in CaseFact]), days), max_size=12)


@settings(deadline=None)
@given(kind=st.sampled_from(RightsCaseKind), facts_on=days, facts=histories)
def test_any_history_gives_each_clock_once_and_never_ends_before_it_starts(
    kind: RightsCaseKind, facts_on: date, facts: list[tuple[str, date]]
) -> None:
    found = deadlines(kind, facts_on, facts, TODAY)
    assert len({one.clock for one in found}) == len(found)
    for one in found:
        if one.starts_on and one.due_on and one.near_on:
            assert one.starts_on < one.due_on
            assert one.near_on <= one.due_on
        if one.state is DeadlineState.running:
            assert one.due_on is not None
            assert one.due_on >= TODAY
    running = [one.due_on for one in found if one.state is DeadlineState.running and one.due_on]
    assert next_due(found) == (min(running) if running else None)


@settings(deadline=None)
@given(kind=st.sampled_from(RightsCaseKind), facts_on=days, facts=histories, later=st.integers(0, 1000))
def test_the_order_of_recording_does_not_matter_and_time_only_runs_clocks_out(
    kind: RightsCaseKind, facts_on: date, facts: list[tuple[str, date]], later: int
) -> None:
    found = deadlines(kind, facts_on, facts, TODAY)
    assert deadlines(kind, facts_on, list(reversed(facts)), TODAY) == found
    for now, then in zip(found, deadlines(kind, facts_on, facts, TODAY + timedelta(days=later)), strict=True):
        assert (now.clock, now.due_on) == (then.clock, then.due_on)
        assert then.state is now.state or (now.state, then.state) == (DeadlineState.running, DeadlineState.missed)
