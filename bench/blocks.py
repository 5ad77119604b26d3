"""The parts of a page that the bench writes: each between ``<!-- bench: NAME -->`` and ``<!-- end -->``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BLOCK = re.compile(r"(<!-- bench: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, blocks: Mapping[str, str]) -> str:
    """Return *page* with *blocks* by their names, each ending with a line feed; the other parts stay.

    Raises ValueError for a block that the page has no place for.
    """
    missing = set(blocks) - {found[2] for found in _BLOCK.finditer(page)}
    if missing:
        raise ValueError(f"the page has no place for {', '.join(sorted(missing))}")

    def replaced(found: re.Match[str]) -> str:
        block = blocks.get(found[2])
        return found[0] if block is None else f"{found[1]}\n{block}\n{found[3]}"

    return _BLOCK.sub(replaced, page)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
