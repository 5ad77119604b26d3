"""The body of an answer: at most one content encoding, and a bound on what comes out of it.

A body that was compressed many times over is a thousand times larger with each layer, so no layer is decoded
before it is known that it is the only one, and nothing is kept beyond the bound.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The only encoding that requests ask for: https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding
ACCEPTED = "gzip"
_GZIP = frozenset({"gzip", "x-gzip"})
# The header and the trailer of gzip, and not zlib's own: https://docs.python.org/3/library/zlib.html
_GZIP_FORMAT = 16 + zlib.MAX_WBITS
_STEP = 64 * 1024
_CHECK_PROXY = "check that the server's address leads to the forge itself, and any proxy in front of it"


class UnusableBodyError(Exception):
    """A body that is not kept. *failure* says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.said)
        self.failure = failure


class Body:
    """Collects what arrives of one body, decoded, up to *most* bytes. Its methods raise UnusableBodyError."""

    def __init__(self, encoding: str, most: int, share: int, leave: Callable[[], None]) -> None:
        """*encoding* is the value of ``Content-Encoding``, empty for none.

        *leave* is called once, before more than *share* bytes are kept.
        """
        self._most = most
        self._share = share
        self._leave = leave
        self._parts: list[bytes] = []
        self.size = 0
        self._gzip = zlib.decompressobj(_GZIP_FORMAT) if _is_gzip(encoding) else None

    def add(self, data: bytes) -> None:
        """Take *data* as it arrived."""
        for part in self._decoded(data) if self._gzip is not None else (data,):
            self.size += len(part)
            if self.size > self._most:
                raise UnusableBodyError(_too_large(self._most))
            if self.size > self._share:
                self._share = self._most
                self._leave()
            self._parts.append(part)

    def whole(self) -> bytes:
        """Return the body after everything was added."""
        if self._gzip is not None and self.size and not self._gzip.eof:
            raise UnusableBodyError(_damaged())
        return b"".join(self._parts)

    def _decoded(self, data: bytes) -> Iterator[bytes]:
        while data:
            assert self._gzip is not None  # noqa: S101 - the caller looked
            if self._gzip.eof:
                # A file of several members is their contents in a row: RFC 1952, 2.2.
                self._gzip = zlib.decompressobj(_GZIP_FORMAT)
            try:
                yield self._gzip.decompress(data, _STEP)
            except zlib.error as error:
                raise UnusableBodyError(_damaged()) from error
            data = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail


def _is_gzip(encoding: str) -> bool:
    names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in {"", "identity"}]
    if len(names) > 1 or not _GZIP.issuperset(names):
        said = f"the answer is encoded as {encoding[:60]!r}, and only {ACCEPTED} was asked for"
        raise UnusableBodyError(Failure(Reason.UNEXPECTED, said, _CHECK_PROXY))
    return bool(names)


def too_many_values(most: int) -> Failure:
    """Return the failure of an answer that would take more than *most* bytes of memory."""
    return Failure(
        Reason.TOO_LARGE,
        f"the answer has so many values that they would take more than {most // 2**20} MiB of memory",
        _CHECK_PROXY,
    )


def _too_large(most: int) -> Failure:
    return Failure(
        Reason.TOO_LARGE,
        f"the answer is larger than {most // 2**10:,} KiB",
        "a pin belongs in a small file; check the file at that path",
    )


def _damaged() -> Failure:
    return Failure(
        Reason.CUT_SHORT,
        f"the answer is damaged or not complete: its {ACCEPTED} encoding is not valid",
        "check the forge's health and the network, then run again",
    )
