"""Reading a web page that carries JobPosting: its JSON-LD scripts, else its microdata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from services.postings.feeds.json_reading import jobs_in, parse
from services.postings.feeds.records import RawJob, Reading
from shared.contracts import postings as c
from shared.contracts.errors import Problem

if TYPE_CHECKING:
    from lxml import etree

MAX_PAGE = 16 * 1024 * 1024
_COMMENTS = re.compile(r"\A\s*(?:<!\[CDATA\[|//[^\n]*\n|/\*.*?\*/|<!--.*?-->)+|(?:\]\]>|-->)\s*\Z", re.DOTALL)


class HtmlFeed:
    """One page. It is small enough to be held."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file, self._reading = file, reading
        self._documents: list[Any] = []

    def count(self) -> int:
        """Raises FEED_HTML_INSTEAD for a page without any structured job: an error page with status 200, say."""
        from lxml import html

        self._file.seek(0)
        raw = self._file.read(MAX_PAGE + 1)
        if len(raw) > MAX_PAGE:
            raise c.FEED_TOO_LARGE(limit_mb=MAX_PAGE // (1024 * 1024))
        parser = html.HTMLParser(no_network=True, huge_tree=False, encoding=_encoding(raw))
        page = html.document_fromstring(raw, parser=parser)
        self._reading.repairs.clear()
        scripts, broken = self._scripts(page)
        self._documents = scripts or list(_microdata(page))
        found = sum(1 for _ in self.jobs())
        if found == 0:
            if broken:
                raise broken
            raise c.FEED_HTML_INSTEAD(title=" ".join((page.findtext(".//title") or "").split())[:80])
        return found

    def jobs(self) -> Iterator[RawJob]:
        return jobs_in(self._documents, self._reading)

    def _scripts(self, page: etree._Element) -> tuple[list[Any], Problem | None]:
        found: list[Any] = []
        broken: Problem | None = None
        for script in page.iter("script"):
            if "ld+json" not in (script.get("type") or "").lower():
                continue
            text = script.text or ""
            bare = _COMMENTS.sub("", text)
            if bare.strip() != text.strip():
                self._reading.repaired("注释 comments before the document")
            try:
                found.append(parse(bare.strip(), self._reading))
            except Problem as problem:
                broken = problem
                self._reading.repaired("无法解析的脚本 a script that cannot be parsed")
        return found, broken


def _encoding(raw: bytes) -> str:
    named = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", raw[:2048])
    name = named.group(1).decode("ascii").lower() if named else "utf-8"
    return "gb18030" if name in ("gb2312", "gbk") else name


def _microdata(page: etree._Element) -> Iterator[dict[str, Any]]:
    for element in page.iter():
        if "JobPosting" in (element.get("itemtype") or ""):
            yield {"@type": "JobPosting", **_properties(element)}


def _properties(scope: etree._Element) -> dict[str, Any]:
    """The itemprops inside an itemscope, down to the next scope."""
    found: dict[str, Any] = {}

    def walk(element: etree._Element) -> None:
        for child in element:
            name = child.get("itemprop")
            if child.get("itemscope") is not None:
                if name:
                    found.setdefault(name, _properties(child))
                continue
            if name:
                value = (
                    child.get("content")
                    or child.get("datetime")
                    or " ".join("".join(map(str, child.itertext())).split())
                )
                found.setdefault(name, value)
            walk(child)

    walk(scope)
    return found
