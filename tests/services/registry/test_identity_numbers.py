"""GB 11643 and phone numbers, against the standard's own examples and an independent implementation."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import exceptions
from stdnum.cn import ric

from services.registry.identity_numbers import check_character, parse_identity_number
from services.registry.phones import parse_phone
from shared.contracts.errors import Problem
from shared.contracts.registry import Sex
from tests.support.people import make_id_number

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("given_number", "value", "sex"),
    [
        ("11010519491231002X", "11010519491231002X", Sex.female),
        ("11010519491231002x", "11010519491231002X", Sex.female),
        ("440524188001010014", "440524188001010014", Sex.male),
        ("360426199101010071", "360426199101010071", Sex.male),
        ("522631199001010019", "522631199001010019", Sex.male),
        ("  522631 19900101 0027 ", "522631199001010027", Sex.female),
        ("５２２６３１１９９００１０１００２７", "522631199001010027", Sex.female),
        ("'522631199001010027", "522631199001010027", Sex.female),
        ("130503670401001", "130503196704010016", Sex.male),
    ],
)
def test_sound_numbers(given_number: str, value: str, sex: Sex) -> None:
    found = parse_identity_number(given_number, today=TODAY)
    assert (found.value, found.sex) == (value, sex)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("52263119900101001", "length"),
        ("5226311990010100190", "length"),
        ("52263119900101001A", "characters"),
        ("5226311990010X0019", "characters"),
        ("522631199002300019", "date"),
        ("522631209001010015", "future"),
        ("522631199001010018", "checksum"),
        ("", "length"),
    ],
)
def test_unsound_numbers_say_why(number: str, reason: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_identity_number(number, today=TODAY)
    assert refused.value.code == "worker.id_number_invalid"
    assert refused.value.facts["reason"] == reason


def test_an_area_that_no_longer_exists_is_no_reason_to_refuse() -> None:
    first17 = "990101" + "19900101" + "001"
    found = parse_identity_number(first17 + check_character(first17), today=TODAY)
    assert not found.has_known_area


@given(seed=st.integers(0, 2**32), place=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_agrees_with_an_independent_check_about_any_miscopied_digit(seed: int, place: int, digit: str) -> None:
    number = make_id_number(random.Random(seed))
    changed = number[:place] + digit + number[place + 1 :]
    try:
        ric.get_birth_date(changed)
        sound = ric.calc_check_digit(changed) == changed[-1]
    except exceptions.ValidationError:
        sound = False
    try:
        ours = parse_identity_number(changed, today=date(2999, 1, 1)).value == changed
    except Problem:
        ours = False
    assert ours == sound


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("13800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("８６13800138000", "+8613800138000"),
        ("0855-6221234", "+868556221234"),
        ("(0855)6221234", "+868556221234"),
        ("13800138000/13900139000", "+8613800138000"),
        ("无号, 13900139000", "+8613900139000"),
    ],
)
def test_phones(written: str, e164: str) -> None:
    assert parse_phone(written) == e164


@pytest.mark.parametrize("written", ["1380013800", "138001380001", "12800138000", "6221234", "电话", "+"])
def test_phones_that_are_none(written: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_phone(written)
    assert refused.value.code == "worker.phone_invalid"
