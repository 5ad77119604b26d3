"""Only who has the token can read a cache, and only who has it can have written it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.cache.encryption import decrypt, encrypt
from consumer_drift.cache.entries import CacheRejected

TOKEN = "51820efbc8ae95a256bd7c182bf27d32eddda949"
SECRET = b'{"text": "runtime==1.4.0 of a private repository"}' * 20


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_what_was_encrypted_is_decrypted(plain: bytes, token: str) -> None:
    encrypted = encrypt(plain, token.encode("utf-8", "replace").decode(), "1.0.0")
    assert decrypt(encrypted, token.encode("utf-8", "replace").decode(), "1.0.0") == plain


def test_neither_the_content_nor_the_token_is_in_the_file() -> None:
    encrypted = encrypt(SECRET, TOKEN, "1.0.0")
    for hidden in (b"runtime==", b"private", TOKEN.encode(), bytes.fromhex(TOKEN)):
        assert hidden not in encrypted


def test_the_same_content_never_looks_the_same() -> None:
    """Whoever sees two caches learns nothing of what changed between them."""
    one, other = (encrypt(bytes(4096), TOKEN, "1.0.0")[-4096:] for _ in range(2))
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 100


def test_another_token_cannot_be_told_from_a_forgery() -> None:
    with pytest.raises(CacheRejected, match="another token, or has been changed"):
        decrypt(encrypt(SECRET, TOKEN, "1.0.0"), f"{TOKEN}x", "1.0.0")


def test_another_version_of_the_program_is_told() -> None:
    with pytest.raises(CacheRejected, match="another version of this program wrote it"):
        decrypt(encrypt(SECRET, TOKEN, "1.0.0"), TOKEN, "1.0.1")


def test_another_version_of_the_format_is_told() -> None:
    newer = encrypt(SECRET, TOKEN, "1.0.0").replace(b"consumer-drift cache 2", b"consumer-drift cache 3", 1)
    with pytest.raises(CacheRejected, match="another version of this program wrote it"):
        decrypt(newer, TOKEN, "1.0.0")


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    encrypted = bytearray(encrypt(SECRET, TOKEN, "1.0.0"))
    place = data.draw(st.integers(0, len(encrypted) - 1))
    encrypted[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CacheRejected):
        decrypt(bytes(encrypted), TOKEN, "1.0.0")


@given(st.integers(0, 1000))
def test_no_missing_end_goes_unseen(length: int) -> None:
    encrypted = encrypt(SECRET, TOKEN, "1.0.0")
    with pytest.raises(CacheRejected):
        decrypt(encrypted[: min(length, len(encrypted) - 1)], TOKEN, "1.0.0")


@given(st.binary(max_size=500))
def test_anything_else_is_no_cache(data: bytes) -> None:
    with pytest.raises(CacheRejected):
        decrypt(data, TOKEN, "1.0.0")


@pytest.mark.parametrize(
    "head",
    [
        b"[]",
        b"{}",
        b"[" * 350,
        b'{"format": 7, "program": "1.0.0", "salt": ""}',
        b'{"format": "consumer-drift cache 2", "program": "1.0.0", "salt": "xyz"}',
        b'{"format": "consumer-drift cache 2", "program": "1.0.0", "salt": 7}',
        b'{"format": "consumer-drift cache 2", "program": "1.0.0", "salt": ""}',
    ],
)
def test_a_hostile_head_is_no_failure(head: bytes) -> None:
    with pytest.raises(CacheRejected):
        decrypt(head + b"\n" + bytes(64), TOKEN, "1.0.0")
