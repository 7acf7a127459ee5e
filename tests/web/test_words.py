"""The catalogues: every sentence of a page has its English, every one is still used, every icon exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from deploy.assets import SOURCE, TEMPLATES
from gateway.web import names
from gateway.web.locales import DOMAIN, FOLDER, words
from shared.contracts import dispatch, outposts, postings
from shared.contracts.scopes import OutpostCode, Role
from shared.kit.settings import SERVICES

WEB = Path(names.__file__).parent
KEYWORDS = {"_": None, "N_": None, "say": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def sentences() -> set[str]:
    """Every sentence that the pages' code marks for translation."""
    found = extract_from_dir(
        WEB,
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2")],
        options_map={"templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false"}},
        keywords=KEYWORDS,
    )
    return {message[0] if isinstance(message, tuple) else message for _, _, message, *_ in found}


def catalogue(locale: str) -> Catalog:
    return read_po(BytesIO((FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po").read_bytes()), locale=locale)


def texts_of(found: Message) -> tuple[str, list[str]]:
    """The Chinese sentence (the id) and what was made of it."""
    sentence = found.id[0] if isinstance(found.id, tuple) else str(found.id)
    return sentence, list(found.string) if isinstance(found.string, tuple) else [str(found.string)]


def test_english_is_complete_and_nothing_is_left_over() -> None:
    known = dict(texts_of(found) for found in catalogue("en") if found.id)
    assert sentences() - known.keys() == set(), "to be translated"
    assert known.keys() - sentences() == set(), "no longer used"
    for sentence, texts in known.items():
        assert all(texts), sentence
        assert not any(re.search(r"[一-鿿]", text) for text in texts), sentence


def test_placeholders_survive_translation() -> None:
    for found in catalogue("en"):
        sentence, texts = texts_of(found)
        wanted = set(re.findall(r"%(?:\(\w+\))?s", sentence))
        assert not sentence or all(set(re.findall(r"%(?:\(\w+\))?s", text)) == wanted for text in texts), sentence


def test_every_value_of_the_contracts_has_a_name() -> None:
    """A new state of a contract must not appear on a screen as `on_the_way`."""
    chinese = names.Names("zh-CN", words("zh-CN"))
    tables: dict[str, Iterable[Any]] = {
        "outpost": OutpostCode,
        "role": [role for role in Role if role.value not in ("public", "machinery")],
        "case_kind": outposts.RightsCaseKind,
        "case_state": outposts.RightsCaseState,
        "follow_up": outposts.FollowUpKind,
        "trip_state": dispatch.TripState,
        "seat_state": dispatch.SeatState,
        "wage_unit": postings.WageUnit,
        "service": SERVICES,
    }
    for table, values in tables.items():
        for value in values:
            assert re.search(r"[一-鿿]", chinese.of(table, value)), f"{table} {value}"


def test_slots_are_the_seven_outposts() -> None:
    assert {code for code, _, _ in names.Names("en", words("en")).slots()} == {code.value for code in OutpostCode}


def test_no_icon_is_carried_along_unused() -> None:
    """(One that is missing fails where it is drawn.)"""
    text = "".join(template.read_text() for template in TEMPLATES.rglob("*.html"))
    assert [name for name in json.loads((SOURCE / "icons.json").read_text()) if f'"{name}"' not in text] == []


def test_templates_have_no_inline_handlers_or_styles() -> None:
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", text), template.name
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template.name
