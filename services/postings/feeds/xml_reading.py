"""Reading XML feeds as a stream: Indeed's form and its many relatives, each job freed as soon as it was read.

Entities, DTD and network are off; a feed that declares any is refused. Memory does not grow with the feed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from services.postings.feeds.fields import SPELLINGS, plain
from services.postings.feeds.records import RawJob, Reading, fields_of
from services.postings.feeds.xml_repair import RepairedXml
from shared.contracts import postings as c

if TYPE_CHECKING:
    from lxml import etree

_RECORDS = (
    "job", "ad", "offer", "offre", "item", "vacancy", "vacature", "position", "posting", "jobposting", "job_posting",
    "jobPosting", "JobPosting", "entry", "annonce", "Offre_emploi", "offre_emploi", "job_offer", "joboffer", "jobOffer",
    "JobOffer", "opening", "JobPositionPosting", "jobad", "jobAd", "recruitment", "岗位", "职位",
)  # fmt: skip
_TITLES = frozenset(SPELLINGS["title"].split())
_EXPECTED = frozenset({"expectedjobcount", "jobcount", "totaljobs", "numberofjobs", "totalcount"})
_TEXTS = frozenset({"description", "content", "body", "details", "jobdescription", "htmldescription", "profile"})

_HTML = frozenset(
    {"p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "h1", "h2", "h3", "h4", "span", "div", "a", "u", "table"}
    | {"tr", "td", "th", "tbody"}
)


class XmlFeed:
    """One XML file. `jobs` may be read as often as needed; the first reading decides whether repair is needed."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file, self._reading = file, reading
        self._repair = False
        self._tags: tuple[str, ...] = _variants(_RECORDS)

    def count(self) -> int:
        """Read the whole file once: how many jobs it has. Raises for one that is broken, cut off or no feed."""
        self._refuse_pages()
        try:
            found = self._count()
        except _Faulty:
            self._repair = True
            found = self._count()
        if found == 0 and (tag := self._guess_record()):
            self._tags = (tag,)
            found = self._count()
        return found

    def jobs(self) -> Iterator[RawJob]:
        for row, element in enumerate(self._elements(Reading()), start=1):
            yield RawJob(row, fields_of(_pairs(element)))

    def _count(self) -> int:
        from lxml import etree

        self._reading.repairs.clear()
        number = 0
        try:
            for _ in self._elements(self._reading):
                number += 1
        except etree.XMLSyntaxError as error:
            raise self._refusal(error) from error
        return number

    def _source(self, reading: Reading) -> Any:
        self._file.seek(0)
        try:
            return RepairedXml(self._file, reading) if self._repair else self._file
        except LookupError as error:
            raise c.FEED_ENCODING_UNKNOWN() from error

    def _elements(self, reading: Reading) -> Iterator[etree._Element]:
        """Each job's element, emptied when the next one is asked for."""
        from lxml import etree

        source = self._source(reading)
        checked = False
        events = etree.iterparse(
            source,
            events=("end",),
            tag=(*self._tags, *_variants(("expectedJobCount",))),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        records = frozenset(tag.removeprefix("{*}") for tag in self._tags)
        for _, element in events:
            if not checked:
                checked = True
                if element.getroottree().docinfo.internalDTD is not None:
                    raise c.FEED_DOCTYPE_REFUSED()
            if plain(str(element.tag)) in _EXPECTED:
                if (text := (element.text or "").strip()).isdigit():
                    reading.expected = int(text)
            elif not _is_inside(element, records):
                yield element
                _free(element)
        if not checked:
            self._check_root(events)

    def _check_root(self, events: Any) -> None:
        """A file without any job may still be a bomb: judge it by its root."""
        root = events.root
        if root is not None and root.getroottree().docinfo.internalDTD is not None:
            raise c.FEED_DOCTYPE_REFUSED()

    def _guess_record(self) -> str | None:
        """The element that most often has a title for a child, in a feed whose words we do not know."""
        from lxml import etree

        source = self._source(Reading())
        seen: Counter[str] = Counter()
        for _, element in etree.iterparse(source, resolve_entities=False, load_dtd=False, no_network=True):
            parent = element.getparent()
            if parent is not None and parent.getparent() is not None and plain(str(element.tag)) in _TITLES:
                seen[str(parent.tag)] += 1
            if len(element) > 3:
                _free(element)
        return seen.most_common(1)[0][0] if seen else None

    def _refuse_pages(self) -> None:
        self._file.seek(0)
        head = self._file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
        if not head:
            raise c.FEED_EMPTY()
        if head.lower().startswith((b"<!doctype html", b"<html")):
            title = re.search(rb"<title[^>]*>([^<]{0,80})", head, re.IGNORECASE)
            raise c.FEED_HTML_INSTEAD(title=title.group(1).decode("utf-8", "replace").strip() if title else "")

    def _refusal(self, error: etree.XMLSyntaxError) -> Exception:
        """Cut off, or mendable, or broken."""
        line = error.lineno or 0
        if self._is_cut_off():
            return c.FEED_TRUNCATED(line=line)
        if not self._repair:
            return _Faulty()
        return c.FEED_NOT_WELLFORMED(line=line, detail=str(error.msg)[:200])

    def _is_cut_off(self) -> bool:
        """Whether the end tag of the root is missing from the end of the file."""
        self._file.seek(0)
        root = re.search(rb"<([A-Za-z_\x80-\xff][^\s/>!?]*)", self._file.read(65536))
        self._file.seek(0, 2)
        self._file.seek(max(self._file.tell() - 4096, 0))
        tail = self._file.read().replace(b"\x00", b"").rstrip()
        return root is not None and not re.search(rb"</\s*" + re.escape(root.group(1)) + rb"\s*>(\s|<!--.*-->)*$", tail)


class _Faulty(Exception):
    """Not well-formed, but perhaps mendable."""


def _variants(names: tuple[str, ...]) -> tuple[str, ...]:
    spelled = {form for name in names for form in (name, name.upper(), name.capitalize())}
    return tuple(f"{{*}}{name}" for name in sorted(spelled))


def _is_inside(element: etree._Element, records: frozenset[str]) -> bool:
    """Whether it stands within another record, whose part it is then."""
    parent = element.getparent()
    while parent is not None:
        if str(parent.tag).rpartition("}")[2] in records:
            return True
        parent = parent.getparent()
    return False


def _free(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _pairs(element: etree._Element) -> list[tuple[str, str]]:
    pairs = [("@" + plain(str(name)), str(value).strip()) for name, value in element.items()]
    _below(element, "", pairs)
    return pairs


def _below(element: etree._Element, path: str, pairs: list[tuple[str, str]]) -> None:
    for child in element:
        name = plain(child.tag)
        here = f"{path}/{name}" if path else name
        for key, value in child.items():
            pairs.append((f"{here}/@{plain(str(key))}", str(value).strip()))
        text = child.text
        if len(child) == 0:
            if text:
                pairs.append((here, text.strip()))
        elif name in _TEXTS and all(str(below.tag).lower() in _HTML for below in child):
            pairs.append((here, " ".join(str(text) for text in child.itertext()).strip()))
        else:
            _below(child, here, pairs)
