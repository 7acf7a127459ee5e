"""What search engines read: a page for each open posting, sitemaps for the county and each outpost, robots.txt.

Google's rules: the data of a page says what the page says, a list carries none, and a job that ended is gone (410).
"""

from __future__ import annotations

import re
from html import escape
from typing import Annotated
from uuid import UUID
from xml.sax.saxutils import escape as escape_xml

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from gateway.auth import Anyone
from gateway.caller import Caller
from gateway.routers.public.posting_formats import page, wage_words
from shared.contracts import postings as c
from shared.contracts.errors import NOT_FOUND, Problem
from shared.contracts.scopes import OutpostCode

router = APIRouter(tags=["public"], include_in_schema=False)
# A sitemap may name 50,000 addresses; a fifth of it is built in a blink.
PART = 10_000
LISTED = 50
_FRESH = {"cache-control": "public, max-age=3600"}
_PAGE = {"content-security-policy": "default-src 'none'; base-uri 'none'", "cache-control": "public, max-age=300"}
_NAME = re.compile(r"^(county|" + "|".join(code.value for code in OutpostCode) + r")-(\d{1,4})\.xml$")
_XML = "application/xml; charset=utf-8"
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@router.get("/jobs/{posting_id}")
async def posting_page(caller: Anyone, posting_id: UUID) -> Response:
    """One open posting with its JobPosting data; 410 once it has ended."""
    try:
        posting = await caller.ask(c.GetPublicPosting(posting_id=posting_id))
    except Problem as problem:
        if problem.code != NOT_FOUND.code:
            raise
        presence = await caller.ask(c.GetPostingPresence(posting_id=posting_id))
        if not presence.was_open:
            raise
        return HTMLResponse(_ended(), status_code=410, headers={**_PAGE, "x-robots-tag": "noindex"})
    return HTMLResponse(page(posting, f"{_base(caller)}/jobs/{posting.id}"), headers=_PAGE)


@router.get("/jobs")
async def posting_list(caller: Anyone, query: Annotated[c.ListPublicPostings, Query()]) -> Response:
    """Open postings as links, the newest first; it carries no JobPosting data, as a list must not."""
    found = await caller.ask(query.model_copy(update={"limit": LISTED}))
    return HTMLResponse(_list(found.items, found.next_cursor), headers=_PAGE)


@router.get("/sitemap.xml")
async def sitemap_index(caller: Anyone) -> Response:
    """The parts of the county's sitemap; an outpost's own are at /sitemaps/{outpost}.xml."""
    return await _index(caller, None)


@router.get("/sitemaps/{name}")
async def sitemap(caller: Anyone, name: str) -> Response:
    """One part (county-0.xml, dongguan-0.xml), or an outpost's index (dongguan.xml)."""
    stem = name.removesuffix(".xml")
    if stem != name and stem in {code.value for code in OutpostCode}:
        return await _index(caller, OutpostCode(stem))
    match = _NAME.match(name)
    if match is None:
        raise NOT_FOUND(what="sitemap")
    outpost = None if match.group(1) == "county" else OutpostCode(match.group(1))
    found = await caller.ask(c.ListPostingAddresses(outpost=outpost, part=int(match.group(2)), size=PART))
    if not found.items and match.group(2) != "0":
        raise NOT_FOUND(what="sitemap")
    entries = "".join(
        f"<url><loc>{escape_xml(_base(caller))}/jobs/{item.id}</loc>"
        f"<lastmod>{item.changed_at.isoformat(timespec='seconds')}</lastmod></url>"
        for item in found.items
    )
    return Response(_xml("urlset", entries), media_type=_XML, headers=_FRESH)


@router.get("/robots.txt")
async def robots(caller: Anyone) -> Response:
    """Postings are for everybody; consoles and the API are not for crawlers."""
    text = (
        "User-agent: *\nAllow: /jobs\nDisallow: /api/\nDisallow: /hq\nDisallow: /outposts/\nDisallow: /partner\n"
        f"Disallow: /w/\nSitemap: {_base(caller)}/sitemap.xml\n"
    )
    return Response(text, media_type="text/plain; charset=utf-8", headers=_FRESH)


async def _index(caller: Caller, outpost: OutpostCode | None) -> Response:
    found = await caller.ask(c.ListPostingAddresses(outpost=outpost, size=0))
    name = outpost.value if outpost else "county"
    parts = range(max(1, -(-found.total // PART)))
    entries = "".join(
        f"<sitemap><loc>{escape_xml(_base(caller))}/sitemaps/{name}-{part}.xml</loc></sitemap>" for part in parts
    )
    return Response(_xml("sitemapindex", entries), media_type=_XML, headers=_FRESH)


def _xml(root: str, entries: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_NAMESPACE}>{entries}</{root}>\n'


def _list(postings: list[c.PublicPosting], next_cursor: str | None) -> str:
    rows = "".join(
        f'<li><a href="/jobs/{found.id}">{escape(found.title)}</a> {escape(found.company)} '
        f"{escape(found.division_name or found.place or '')} {escape(wage_words(found))}</li>"
        for found in postings
    )
    more = f'<p><a rel="next" href="/jobs?cursor={escape(next_cursor)}">下一页</a></p>' if next_cursor else ""
    return _html("招聘岗位", f"<h1>招聘岗位</h1><ul>{rows}</ul>{more}")


def _ended() -> str:
    return _html("岗位已结束", '<h1>岗位已结束</h1><p><a href="/jobs">看看其他岗位</a></p>')


def _html(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head><body><main>{body}</main></body></html>"
    )


def _base(caller: Caller) -> str:
    return caller.gateway.settings.base_url
