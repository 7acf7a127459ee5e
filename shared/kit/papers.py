"""Printed papers: a typst template and the facts become a PDF in which every Chinese character really shows.

A template is `services/<name>/papers/<paper>.typ`; it starts with `#import "/shared/kit/papers.typ": *`, which gives it
`data`, `attachments`, `paper`, `heavy` and `qr`. Papers are PDF/A-2u: an archive format, and the one whose rules make
typst refuse a character that no font can draw, where plain PDF would print an empty box.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

from shared.contracts.errors import ProblemCode, ProblemKind
from shared.kit.settings import settings_from_environment

if TYPE_CHECKING:
    import typst

ROOT = Path(__file__).resolve().parents[2]

LONG_LINK = 100
FONT_WHEEL = "noto_cjk_sans_otc"
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)

# One word to a character, so that an error names one character.
_PROBE = b"""#set text(font: json(bytes(sys.inputs.fonts)))
#for character in json(bytes(sys.inputs.data)) [#character ]"""

PAPER_FONT_MISSING = ProblemCode(
    "paper.font_missing",
    ProblemKind.unavailable,
    zh="没有找到中文字体, 无法打印。请安装 fonts-noto-cjk, 或把 SONGGANG_FONT_PATH 设为中文字体文件或文件夹。",
    en="No Chinese font was found, so nothing was printed. Install fonts-noto-cjk, or set SONGGANG_FONT_PATH.",
)
PAPER_GLYPH_MISSING = ProblemCode(
    "paper.glyph_missing",
    ProblemKind.unavailable,
    zh="字体里没有这个字: {text}。请安装含生僻字的字体后再打印。",
    en="The font cannot draw {text}; install one that can, and print again.",
)


def render(template: Path, data: Mapping[str, Any], *, attachments: Mapping[str, bytes | str] | None = None) -> bytes:
    """The PDF of a template filled with `data` (anything JSON can say; dates and ids as text).

    `attachments` are pictures (SVG text, or PNG and JPEG bytes) under the names by which the template asks for them.
    All travel in memory, so that names never lie on the disk unencrypted. Raises PAPER_FONT_MISSING and
    PAPER_GLYPH_MISSING; a mistake in the template itself is a RuntimeError.
    """
    import typst

    fonts, families = chinese_fonts(settings_from_environment().font_path)
    inputs = {
        "data": json.dumps(data, ensure_ascii=False, default=str),
        "fonts": json.dumps(families),
        "attachments": json.dumps(
            {name: list(found) if isinstance(found, bytes) else found for name, found in (attachments or {}).items()},
            ensure_ascii=False,
        ),
    }
    try:
        return typst.compile(
            template.resolve(),
            root=ROOT,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            pdf_standards="a-2u",
        )
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            raise PAPER_GLYPH_MISSING(text=_named(error)) from error
        raise RuntimeError(f"{template.name}: {error.message} {error.diagnostic}") from error


def undrawable(words: Iterable[str]) -> set[str]:
    """The characters that the fonts cannot draw: rare ones of a name (to say so before printing), emoji of a title."""
    import typst

    fonts, families = chinese_fonts(settings_from_environment().font_path)
    left = {character for text in words for character in text if _is_ink(character)}
    missing: set[str] = set()
    while left:
        inputs = {"data": json.dumps(sorted(left), ensure_ascii=False), "fonts": json.dumps(families)}
        try:
            typst.compile(_PROBE, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs, pdf_standards="a-2u")
        except typst.TypstError as error:
            found = set(_named(error)) & left
            if not found:
                raise RuntimeError(error.message) from error
            missing |= found
            left -= found
        else:
            break
    return missing


def qr_svg(text: str, *, margin: int = 2) -> str:
    """A QR code as SVG without a fixed size. Error correction M: a slip is folded and carried in a pocket.

    A long text is a signed link, as good as random, so no mask is better than another and trying all eight (four times
    the work) is left out.
    """
    import segno

    mask = 0 if len(text) > LONG_LINK else None
    return str(segno.make(text, error="m", micro=False, mask=mask).svg_inline(border=margin, omitsize=True))


@lru_cache(maxsize=4)
def chinese_fonts(given: Path | None = None) -> tuple[typst.Fonts, list[str]]:
    """The fonts to print with and their families, Chinese first.

    Looked for in the setting, then in the wheel (so that a bare machine prints the same paper), then in the system.
    Raises PAPER_FONT_MISSING.
    """
    import typst

    for folder in (given, _wheel_folder()):
        if folder is not None:
            place = folder if folder.is_dir() else folder.parent
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(place)])
            families = _order(fonts.families(), any_family=folder is given)
            if families:
                return fonts, families
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    families = _order(fonts.families(), any_family=False)
    if not families:
        raise PAPER_FONT_MISSING()
    return fonts, families


def _is_ink(character: str) -> bool:
    """Not a control, format or space character. A character newer than Python's tables counts as one to be drawn."""
    return category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _named(error: typst.TypstError) -> str:
    """The text that an error says could not be displayed."""
    return error.message.partition("`")[2].partition("`")[0].strip('"')


def _order(found: list[str], *, any_family: bool) -> list[str]:
    known = [family for family in FAMILIES if family in found]
    return known or (found if any_family else [])


def _wheel_folder() -> Path | None:
    spec = find_spec(FONT_WHEEL)
    return Path(spec.origin).parent if spec is not None and spec.origin else None
