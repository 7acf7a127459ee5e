"""Employers and agreements: the credit code, duplicates, who sees what, what a block and a lapse do."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.postings.uscc import ALPHABET, check_character, read_uscc
from shared.contracts import postings as c
from shared.contracts.base import BlobRef
from shared.contracts.errors import Problem
from shared.contracts.scopes import Role
from tests.services.postings.employer_factory import make_uscc, posting_for, register, today
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


class TestCreditCode:
    def test_the_standards_own_example_is_good(self) -> None:
        assert read_uscc("91110000600037341L") == "91110000600037341L"

    def test_spaces_hyphens_full_width_and_lower_case_are_corrected(self) -> None:
        assert read_uscc(" ９1110000-60003 7341l ") == "91110000600037341L"

    @pytest.mark.parametrize(
        "code", ["", "9111000060003734", "91110000600037341M", "91110000O00037341L", "9111A000600037341L"]
    )
    def test_what_cannot_be_a_code_is_refused(self, code: str) -> None:
        with refused("employer.uscc_invalid"):
            read_uscc(code)

    @given(st.integers(0, 16), st.integers(1, 30), st.integers())
    def test_one_wrong_character_is_always_found(self, place: int, shift: int, seed: int) -> None:
        code = make_uscc(random.Random(seed))
        wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
        with pytest.raises(Problem):
            read_uscc(code[:place] + wrong + code[place + 1 :])

    @given(st.integers())
    def test_made_codes_are_good(self, seed: int) -> None:
        code = make_uscc(random.Random(seed))
        assert read_uscc(code) == code
        assert check_character(code[:17]) == code[17]


class TestRegistering:
    def test_the_same_code_again_is_refused_with_the_known_id(self, hq: Asker) -> None:
        first = register(hq)
        with refused("employer.duplicate") as problems:
            register(hq, uscc=first.uscc.lower())
        assert problems[0].facts["employer_id"] == str(first.id)

    def test_contacts_are_sealed_in_the_table(self, platform: TestPlatform, hq: Asker) -> None:
        employer = register(hq, contacts=[{"name": "王经理", "phone": "13800138000"}])
        assert hq.ask(c.GetEmployer(employer_id=employer.id)).contacts[0].phone == "13800138000"
        runtime = platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            stored = session.connection().execute(
                text("SELECT contacts FROM postings.employer WHERE id = :id"), {"id": employer.id}
            )
            assert b"13800138000" not in bytes(stored.scalar_one())

    def test_a_single_contact_may_be_given_flat(self, hq: Asker) -> None:
        employer = register(hq, contact_name="李主管", contact_phone="0769-1")
        assert employer.contacts == [c.EmployerContact(name="李主管", phone="0769-1")]

    def test_an_auditor_may_not_register(self, platform: TestPlatform) -> None:
        with refused("scope.forbidden"):
            register(platform.hq(Role.hq_auditor))

    def test_changes_need_the_version_they_were_made_on(self, hq: Asker) -> None:
        employer = register(hq)
        changed = hq.ask(c.UpdateEmployer(employer_id=employer.id, expected_version=1, name="新名字公司"))
        assert (changed.name, changed.version) == ("新名字公司", 2)
        with refused("resource.changed_meanwhile"):
            hq.ask(c.UpdateEmployer(employer_id=employer.id, expected_version=1, name="别的名字"))

    def test_a_partner_sees_itself_and_nobody_else(self, hq: Asker, partner: Callable[..., Asker]) -> None:
        own, other = register(hq, note="内部备注"), register(hq)
        seen = partner(own.id).ask(c.GetEmployer())
        assert (seen.id, seen.note) == (own.id, None)
        with refused("resource.not_found"):
            partner(own.id).ask(c.GetEmployer(employer_id=other.id))
        assert partner(own.id).ask(c.ListAgreements(employer_id=other.id)).items == []

    def test_the_list_finds_by_a_part_of_the_name_and_by_the_code(self, hq: Asker) -> None:
        employer = register(hq, name="凯里百分之百%服饰有限公司")
        assert [row.id for row in hq.ask(c.ListEmployers(q="之百%服")).items] == [employer.id]
        assert [row.id for row in hq.ask(c.ListEmployers(q=employer.uscc.lower())).items] == [employer.id]


class TestBlocking:
    def test_a_block_hides_its_postings_and_an_unblock_shows_them_again(self, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        posting = hq.ask(posting_for(employer.id))
        blocked = hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠工资"))
        assert (blocked.is_blocked, blocked.blocked_reason) == (True, "拖欠工资")
        with refused("resource.not_found"):
            public.ask(c.GetPublicPosting(posting_id=posting.id))
        with refused("employer.blocked"):
            hq.ask(posting_for(employer.id))
        hq.ask(c.UnblockEmployer(employer_id=employer.id, reason="已补发"))
        assert public.ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id

    def test_blocking_twice_is_refused(self, hq: Asker) -> None:
        employer = register(hq)
        with refused("state.illegal_transition"):
            hq.ask(c.UnblockEmployer(employer_id=employer.id, reason="误操作"))
        hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠工资"))
        with refused("state.illegal_transition"):
            hq.ask(c.BlockEmployer(employer_id=employer.id, reason="再次拖欠"))


class TestAgreements:
    def test_validity_decides_the_state(self, hq: Asker) -> None:
        employer = register(hq)
        day = today()
        states = [
            hq.ask(c.SignAgreement(employer_id=employer.id, valid_from=begin, valid_to=end)).state
            for begin, end in (
                (day, day),
                (day + timedelta(days=1), day + timedelta(days=9)),
                (day - timedelta(days=9), day - timedelta(days=1)),
            )
        ]
        assert states == ["active", "pending", "lapsed"]

    def test_an_agreement_cannot_end_before_it_begins(self, hq: Asker) -> None:
        employer = register(hq)
        with refused("agreement.dates_invalid"):
            hq.ask(c.SignAgreement(employer_id=employer.id, valid_from=today(), valid_to=today() - timedelta(days=1)))

    def test_a_number_is_given_once(self, hq: Asker) -> None:
        employer = register(hq)
        hq.ask(c.SignAgreement(employer_id=employer.id, number="LW-1", valid_from=today(), valid_to=today()))
        with refused("agreement.number_taken"):
            hq.ask(c.SignAgreement(employer_id=employer.id, number="LW-1", valid_from=today(), valid_to=today()))

    def test_the_scan_is_kept_by_its_hash(self, hq: Asker) -> None:
        employer = register(hq)
        agreement = hq.ask(c.SignAgreement(employer_id=employer.id, valid_from=today(), valid_to=today()))
        scan = BlobRef(hash="a" * 64, size=10, media_type="application/pdf", filename="协议.pdf")
        assert hq.ask(c.AttachAgreementScan(agreement_id=agreement.id, scan=scan)).scan == scan

    def test_a_lapsed_agreement_stops_new_offers(self, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        past = today() - timedelta(days=1)
        agreement = hq.ask(c.SignAgreement(employer_id=employer.id, valid_from=past, valid_to=today()))
        posting = hq.ask(posting_for(employer.id))
        hq.ask(c.TerminateAgreement(agreement_id=agreement.id, reason="双方协商"))
        with refused("agreement.lapsed"):
            hq.ask(posting_for(employer.id))
        with refused("resource.not_found"):
            public.ask(c.GetPublicPosting(posting_id=posting.id))
        hq.ask(c.SignAgreement(employer_id=employer.id, valid_from=today(), valid_to=today() + timedelta(days=300)))
        assert public.ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id

    def test_the_timer_lets_agreements_begin_and_lapse(self, platform: TestPlatform, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        day = today()
        ending = hq.ask(c.SignAgreement(employer_id=employer.id, valid_from=day, valid_to=day))
        coming = hq.ask(
            c.SignAgreement(
                employer_id=employer.id, valid_from=day + timedelta(days=1), valid_to=day + timedelta(days=9)
            )
        )
        posting = hq.ask(posting_for(employer.id))
        _shift(platform, ending.id, days=-1)
        platform.hosted["postings"].clockwork.run_now("follow_agreement_dates")
        assert hq.ask(c.GetAgreement(agreement_id=ending.id)).state is c.AgreementState.lapsed
        assert hq.ask(c.GetAgreement(agreement_id=coming.id)).state is c.AgreementState.pending
        with refused("resource.not_found"):
            public.ask(c.GetPublicPosting(posting_id=posting.id))
        _shift(platform, coming.id, days=-1)
        platform.hosted["postings"].clockwork.run_now("follow_agreement_dates")
        assert hq.ask(c.GetAgreement(agreement_id=coming.id)).state is c.AgreementState.active
        assert public.ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id


def _shift(platform: TestPlatform, agreement_id: object, *, days: int) -> None:
    """Let time pass for one agreement."""
    runtime = platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(
            text(
                "UPDATE postings.agreement SET valid_from = valid_from + :days, valid_to = valid_to + :days "
                "WHERE id = :id"
            ),
            {"days": days, "id": agreement_id},
        )
