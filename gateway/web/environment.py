"""The templates' environment: one for each language, with the words, the formats and the built files in it."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.language import Locale
from gateway.web import formats, names
from gateway.web.locales import LOCALES, translations
from gateway.web.static_files import StaticFiles

TEMPLATES = Path(__file__).parent / "templates"


def environments(static: StaticFiles) -> dict[Locale, Environment]:
    return {locale: _environment(locale, static) for locale in LOCALES}


def _environment(locale: Locale, static: StaticFiles) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    found = translations(locale)
    symbols = _symbols(static)
    install: Any = environment
    install.install_gettext_callables(found.gettext, found.ngettext, newstyle=True, pgettext=found.pgettext)
    environment.globals.update(
        locale=locale,
        static=static.url,
        inline_icon=partial(_inline_icon, symbols),
        icon_url=partial(_icon_url, symbols, static.url("icons.svg")),
        worker_style=Markup(static.text("worker.css")),  # noqa: S704 - our own built file
        today=formats.today,
        names=names.Names(locale, found.gettext),
    )
    environment.filters.update(
        number=formats.number,
        percent=formats.percent,
        money=formats.money,
        wage=formats.wage,
        day=partial(formats.day, locale=locale),
        weekday=partial(formats.day, locale=locale, weekday=True),
        full_day=partial(formats.full_day, locale=locale),
        clock=formats.clock,
        moment=partial(formats.moment, locale=locale),
        iso=formats.iso,
    )
    return environment


def _symbols(static: StaticFiles) -> dict[str, str]:
    found = re.findall(r'<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', static.text("icons.svg"))
    return dict(found)


def _icon_url(symbols: dict[str, str], sprite: str, name: str) -> str:
    if name not in symbols:
        raise LookupError(f"{name} is not in gateway/web/assets/icons.json")
    return f"{sprite}#{name}"


def _inline_icon(symbols: dict[str, str], name: str) -> Markup:
    """The icon itself, for pages that load nothing else."""
    return Markup('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
        Markup(symbols[name])  # noqa: S704 - our own built file
    )
