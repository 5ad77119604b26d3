"""Connections: pages of nodes behind opaque cursors."""

# ruff: noqa: N815 - the names are GraphQL's
from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.emulator.github.graphql.session import DeniedError

if TYPE_CHECKING:
    from collections.abc import Callable


def cursor(index: int) -> str:
    return base64.b64encode(b"cursor:v2:%d" % index).decode()


def position(text: str) -> int:
    """The index of a cursor; raises DeniedError for what is no cursor of ours."""
    try:
        kind, version, index = base64.b64decode(text, validate=True).split(b":")
        if (kind, version) == (b"cursor", b"v2"):
            return int(index)
    except (binascii.Error, ValueError):
        pass
    raise DeniedError("INVALID_CURSOR_ARGUMENTS", f"`{text}` does not appear to be a valid cursor.")


@dataclass
class PageInfo:
    """Where a page lies in its connection."""

    hasNextPage: bool
    hasPreviousPage: bool
    startCursor: str | None
    endCursor: str | None


class Connection:
    """A page of rows, each turned into a node only when asked for."""

    totalDiskUsage = 0

    def __init__(
        self,
        rows: list[Any],
        node: Callable[[Any], Any],
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> None:
        start = position(after) + 1 if after else 0
        end = position(before) if before else len(rows)
        if first is not None:
            end = min(end, start + first)
        if last is not None:
            start = max(start, end - last)
        end = max(start, end)
        self._rows, self._node, self._start = rows[start:end], node, start
        self._made: list[Any] | None = None
        self.totalCount = len(rows)
        shown = len(self._rows)
        self.pageInfo = PageInfo(
            end < len(rows),
            start > 0,
            cursor(start) if shown else None,
            cursor(start + shown - 1) if shown else None,
        )

    @property
    def nodes(self) -> list[Any]:
        if self._made is None:
            self._made = [self._node(row) for row in self._rows]
        return self._made

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": n, "cursor": cursor(self._start + i)} for i, n in enumerate(self.nodes)]
