"""The parts of a page that the bench writes: each between ``<!-- bench: NAME -->`` and ``<!-- end -->``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BLOCK = re.compile(r"(?<=<!-- bench: )([a-z ]+)( -->\n\n).*?(?=\n<!-- end -->)", re.DOTALL)


def filled(page: str, blocks: Mapping[str, str]) -> str:
    """Return *page* with *blocks* by their names, each ending with a line feed; the other parts stay.

    Raises ValueError for a block that the page has no place for.
    """
    missing = set(blocks) - {found[1] for found in _BLOCK.finditer(page)}
    if missing:
        raise ValueError(f"the page has no place for {', '.join(sorted(missing))}")
    return _BLOCK.sub(
        lambda found: f"{found[1]}{found[2]}{blocks[found[1]]}" if found[1] in blocks else found[0], page
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
