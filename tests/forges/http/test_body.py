"""A body is decoded once, and not beyond its bound."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from consumer_drift.forges.http.body import Body, UnusableBodyError
from consumer_drift.model.result import Reason

MEBIBYTE = 2**20


def read(data: bytes, encoding: str = "", most: int = MEBIBYTE, step: int = 7) -> bytes:
    """The body that arrives in parts of *step* bytes."""
    body = Body(encoding, most, most, lambda: None)
    for start in range(0, len(data), step):
        body.add(data[start : start + step])
    return body.whole()


def refused(data: bytes, encoding: str = "", most: int = MEBIBYTE, step: int = 65536) -> Reason:
    """Why that body is not kept."""
    with pytest.raises(UnusableBodyError) as caught:
        read(data, encoding, most, step)
    assert caught.value.failure.remedy
    return caught.value.failure.reason


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", " gzip ", "identity, gzip"])
@pytest.mark.parametrize("step", [1, 7, 65536])
def test_one_encoding_is_decoded_however_it_arrives(encoding: str, step: int) -> None:
    text = b'{"name": "acme"}' * 10_000
    assert read(gzip.compress(text), encoding, step=step) == text


@pytest.mark.parametrize("encoding", ["", "identity"])
def test_without_an_encoding_the_bytes_are_the_body(encoding: str) -> None:
    assert read(b"\x1f\x8b is no magic here", encoding) == b"\x1f\x8b is no magic here"
    assert read(b"", encoding) == b""


def test_several_members_are_one_body() -> None:
    """As RFC 1952 has it."""
    assert read(gzip.compress(b"[1,") + gzip.compress(b"2]"), "gzip") == b"[1,2]"


def test_an_empty_body_may_be_called_compressed() -> None:
    """As some servers do for 204 and for errors."""
    assert read(b"", "gzip") == b""


@pytest.mark.parametrize(
    "data",
    [gzip.compress(b"a" * 100)[:-1], b"no gzip at all", gzip.compress(b"a")[:-8] + b"\0" * 8,
     gzip.compress(b"a") + b"rest"],
    ids=["cut", "none", "wrong sum", "something behind it"],
)  # fmt: skip
def test_what_is_damaged_is_not_the_answer(data: bytes) -> None:
    assert refused(data, "gzip") is Reason.CUT_SHORT


def test_the_bound_is_exact() -> None:
    """For what arrives and for what comes out."""
    assert read(b"x" * 1000, most=1000) == b"x" * 1000
    assert refused(b"x" * 1001, most=1000) is Reason.TOO_LARGE
    assert read(gzip.compress(b"x" * 1000), "gzip", most=1000) == b"x" * 1000
    assert refused(gzip.compress(b"x" * 1001), "gzip", most=1000) is Reason.TOO_LARGE


def test_no_more_is_decoded_than_is_kept() -> None:
    """A bomb of 256 MiB takes the memory of its bound."""
    bomb = gzip.compress(b" " * 256 * MEBIBYTE, 1)
    tracemalloc.start()
    try:
        assert refused(bomb, "gzip", 2 * MEBIBYTE) is Reason.TOO_LARGE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEBIBYTE


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_leave_is_asked_for_once_before_more_than_the_share_is_kept(encoding: str) -> None:
    """It may wait for a long time, and nothing grows meanwhile."""
    sizes: list[int] = []
    body = Body(encoding, 8 * MEBIBYTE, MEBIBYTE, lambda: sizes.append(body.size))
    text = b"x" * 4 * MEBIBYTE
    packed = gzip.compress(text) if encoding else text
    for start in range(0, len(packed), 4096):
        body.add(packed[start : start + 4096])
    assert body.whole() == text
    [size] = sizes
    assert MEBIBYTE < size <= MEBIBYTE + 65536


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,identity,gzip", "deflate", "br", "gzip;q=1", "compress"])
def test_what_was_not_asked_for_is_not_decoded(encoding: str) -> None:
    """Before a byte of it is looked at."""
    assert refused(gzip.compress(gzip.compress(b"{}")), encoding) is Reason.UNEXPECTED
