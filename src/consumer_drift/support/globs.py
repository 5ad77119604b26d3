"""Patterns of paths, matched in time in proportion to the path: ``**/acme_runtime/``, ``charts/*/values.yaml``.

``*``, ``?`` and ``[…]`` stay within a folder, and ``**`` as a whole step is any number of folders. Names that
begin with a dot are names like all others. Case counts.
"""

from __future__ import annotations

import functools
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The longest path that Linux opens, and the longest pattern that is certain to compile.
LONGEST = 4096
_NAME = r"[^/]"
_FOLDERS = rf"(?:{_NAME}+/)*"
_NOTHING = r"[^\x00-\x{10FFFF}]"
# ``]`` is the first character of a set, or its end. A set that does not end is a ``[`` like any other character.
_PIECE = re.compile(r"(?P<any>\*+)|(?P<one>\?)|\[(?P<not>[!^]?)(?P<set>\][^\]]*|[^\]]+)\]|(?P<plain>.)", re.DOTALL)


@functools.lru_cache(maxsize=1024)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Return whether a path fits *pattern*. A pattern that ends in ``/`` fits only paths that do."""
    import re2  # noqa: PLC0415 - loaded for the first pattern

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    options.max_mem = 1 << 26
    compiled = re2.compile(translated(pattern), options)

    def fits(path: str) -> bool:
        # A path of this machine may have bytes that are no text, which no UTF-8 can hold.
        return compiled.fullmatch(path.encode("utf-8", "replace").decode()) is not None

    return fits


def translated(pattern: str) -> str:
    """Return *pattern* as a regular expression of RE2 for a whole path."""
    *folders, last = pattern.split("/")
    begin = "".join(_FOLDERS if step == "**" else f"{_step(step)}/" for step in folders)
    if not last:
        return begin
    return begin + (rf"{_NAME}+(?:/{_NAME}+)*" if last == "**" else _step(last))


def _step(step: str) -> str:
    if step.strip("*") == "":
        return f"{_NAME}+"
    return "".join(_piece(match) for match in _PIECE.finditer(step))


def _piece(match: re.Match[str]) -> str:
    if match["any"]:
        return f"{_NAME}*"
    if match["one"]:
        return _NAME
    if match["set"] is not None:
        return _set(match["set"], excluded=bool(match["not"]))
    return re.escape(match["plain"])


def _set(text: str, *, excluded: bool) -> str:
    """Return a set of characters, of which ``/`` is never one."""
    items, at = [], 0
    while at < len(text):
        first = text[at]
        if at + 2 < len(text) and text[at + 1] == "-":
            last = text[at + 2]
            items += [f"{re.escape(first)}-{re.escape(last)}"] if first <= last else []
            at += 3
        else:
            items.append(re.escape(first))
            at += 1
    if excluded:
        return f"[^/{''.join(items)}]"
    return f"[{''.join(items)}]" if items else _NOTHING


def name_matches(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Return whether *include* and *exclude* take a repository of that *name* in. Case does not count.

    Without *include* all are taken in but those of *exclude*.
    """
    folded = name.casefold()

    def matches(patterns: Sequence[str]) -> bool:
        return any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)

    return (not include or matches(include)) and not matches(exclude)
