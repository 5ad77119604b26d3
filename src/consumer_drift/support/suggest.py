"""Did you mean: the closest of the known words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A longer text is no misspelt word, and comparing it is slow.
_LONGEST = 100


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return the one of *known* that *text* most likely means, or an empty text. Case does not matter."""
    if len(text) > _LONGEST:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    folded = {name.casefold(): name for name in known}
    close = get_close_matches(text.casefold().replace("_", "-"), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
