"""Which language a page speaks, and its words.

The Chinese sentence is the message id: templates read as the county reads them, and a page without a translation shows
Chinese, never a key. `locale/en` translates; `locale/zh_CN` need only hold what a county wants worded differently.

After changing words: `pybabel extract -F gateway/web/locale/babel.cfg -k N_ -o /tmp/pages.pot .`, then
`pybabel update -i /tmp/pages.pot -d gateway/web/locale -D pages --no-fuzzy-matching`, and translate what is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import HTTPConnection

from gateway.language import Locale, locale_from

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "pages"
COOKIE = "songgang_language"
LOCALES: tuple[Locale, ...] = get_args(Locale)
_FOLDERS: dict[Locale, str] = {"zh-CN": "zh_CN", "en": "en"}


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "to be translated where it is shown"
    return sentence


def chosen_locale(request: HTTPConnection) -> Locale:
    """By the reader's choice (the cookie), else by the browser's languages, else Chinese."""
    kept = request.cookies.get(COOKIE)
    for locale in LOCALES:
        if kept == locale:
            return locale
    return locale_from(request.headers.get("accept-language"))


@lru_cache(maxsize=4)
def translations(locale: Locale) -> NullTranslations:
    """The compiled catalogue; compiled here, in memory, where the build did not do it."""
    folder = FOLDER / _FOLDERS[locale] / "LC_MESSAGES"
    compiled = folder / f"{DOMAIN}.mo"
    source = folder / f"{DOMAIN}.po"
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        compile_catalogue(source, compiled)
    with compiled.open("rb") as file:
        return Translations(file, domain=DOMAIN)


def compile_catalogue(source: Path, compiled: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file, domain=DOMAIN)
    partial = compiled.with_suffix(".partial")
    with partial.open("wb") as file:
        write_mo(file, catalogue)
    partial.replace(compiled)


def compile_catalogues() -> None:
    """Compile every catalogue; part of the build."""
    for name in _FOLDERS.values():
        source = FOLDER / name / "LC_MESSAGES" / f"{DOMAIN}.po"
        compile_catalogue(source, source.with_suffix(".mo"))


def words(locale: Locale) -> Callable[[str], str]:
    """The translating function of a language, for sentences that are made outside templates."""
    return translations(locale).gettext
