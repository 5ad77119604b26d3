"""Text with colours and without, and how much of it a report for people shows."""

from __future__ import annotations

from collections.abc import Callable

# Takes a text and its style, as in ``bold red``.
Paint = Callable[[str, str], str]

# A longer table leaves out in-sync consumers; all others are always shown.
TABLE_ROWS = 50
# Characters of one line.
MESSAGE = 4000
ADDRESS = 2000


def plain(text: str, _style: str) -> str:
    """Return *text* as it is."""
    return text


def coloured(text: str, style: str) -> str:
    """Return *text* with the escape sequences of *style*."""
    from rich.color import ColorSystem  # noqa: PLC0415 - a pipe has no colours
    from rich.style import Style  # noqa: PLC0415

    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)
