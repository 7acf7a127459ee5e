"""Keys, seals, links, contexts and files: genuine ones open, everything else does not."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.errors import Problem
from shared.contracts.scopes import Actor, Context, Hq, Role
from shared.kit.blobs import CHUNK, BlobBroken, Blobs
from shared.kit.context import ContextSeal, service_context
from shared.kit.keys import Keys, KeysMissing, load_keys
from shared.kit.links import make_link_token, read_link_token
from shared.kit.logs import mask_personal
from shared.kit.privacy import SealBroken, lookup_hash, lookup_hashes, seal, unseal
from tests.support.asker import refused
from tests.support.platform import test_settings

KEYS = Keys.new()


@given(st.text(max_size=200))
def test_a_sealed_value_opens_for_its_person_only(plaintext: str) -> None:
    sealed = seal(KEYS, plaintext, about="a")
    assert unseal(KEYS, sealed, about="a") == plaintext
    with pytest.raises(SealBroken):
        unseal(KEYS, sealed, about="b")


def test_what_was_sealed_before_a_rotation_still_opens() -> None:
    sealed = seal(KEYS, "13800138000", about="a")
    rotated = KEYS.rotated()
    assert unseal(rotated, sealed, about="a") == "13800138000"
    assert lookup_hash(KEYS, "x") in lookup_hashes(rotated, "x")
    with pytest.raises(SealBroken):
        unseal(KEYS, seal(rotated, "new", about="a"), about="a")


def test_keys_survive_being_written_and_are_private(tmp_path: Path) -> None:
    settings = test_settings(tmp_path)
    made = load_keys(settings, create=True)
    assert load_keys(settings).secret("x") == made.secret("x")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_keys_are_not_made_anew_beside_existing_data(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(KeysMissing, match="backup"):
        load_keys(test_settings(tmp_path), create=True)


def test_a_link_opens_for_its_purpose_until_it_expires() -> None:
    now = datetime.now(UTC)
    token = make_link_token(KEYS, purpose="seat", subject="s", expires_at=now + timedelta(hours=1), trip="t")
    assert read_link_token(KEYS, token, purpose="seat").claims == {"trip": "t"}
    with refused("link.invalid"):
        read_link_token(KEYS, token, purpose="recommendations")
    with refused("link.expired"):
        read_link_token(KEYS, token, purpose="seat", now=now + timedelta(hours=2))


@given(st.text(max_size=120))
def test_nothing_else_is_a_link(token: str) -> None:
    with pytest.raises(Problem):
        read_link_token(KEYS, token, purpose="seat")


def test_a_context_is_believed_when_signed_and_fresh() -> None:
    gateway = ContextSeal(KEYS, "gateway")
    context = Context(actor=Actor(kind="user", id="u"), role=Role.hq_admin, scope=Hq())
    token = gateway.sign(context)
    assert ContextSeal(KEYS, "registry").verify(token) == context
    with refused("context.refused"):
        ContextSeal(Keys.new(), "registry").verify(token)
    with refused("context.refused"):
        ContextSeal(KEYS, "registry").verify(token[:-4] + "AAA=")
    forged = gateway.sign(service_context("registry"))
    with refused("context.refused"):
        ContextSeal(KEYS, "postings").verify(forged)


@given(st.lists(st.binary(max_size=3000), max_size=6))
def test_a_file_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes]) -> None:
    blobs = Blobs(test_settings(tmp_path_factory.mktemp("blobs")), KEYS)
    ref = blobs.put(chunks)
    assert blobs.read(ref) == b"".join(chunks)
    assert ref.size == sum(map(len, chunks))


def test_a_large_file_is_read_in_pieces_and_cannot_be_cut_off(tmp_path: Path) -> None:
    blobs = Blobs(test_settings(tmp_path), KEYS)
    content = bytes(range(256)) * (CHUNK * 3 // 256)
    ref = blobs.put([content])
    with blobs.open(ref) as file:
        file.seek(CHUNK)
        assert file.read(4) == content[CHUNK : CHUNK + 4]
    (path,) = (tmp_path / "blobs").glob("??/*")
    assert content[:64] not in path.read_bytes()
    path.write_bytes(path.read_bytes()[: -CHUNK // 2])
    with pytest.raises(BlobBroken):
        blobs.read(ref)


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    blobs = Blobs(test_settings(tmp_path), KEYS)
    with refused("request.too_large"):
        blobs.put(io.BytesIO(b"x" * 4096), max_bytes=1000)
    assert list(blobs.names()) == []
    assert not list((tmp_path / "blobs" / "partial").iterdir())


def test_identity_numbers_and_phones_are_masked_in_logs() -> None:
    event = {"event": "failed for 522631199001010019, call 13800138000", "seconds": 3, "id": "20190101"}
    assert mask_personal(None, "", event)["event"] == "failed for [masked], call [masked]"
