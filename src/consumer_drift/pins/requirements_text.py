"""The requirements in a requirements file, a constraints file, or a setup.cfg.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.pins.source_text import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = re.compile("\ufeff")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_CONTINUATION = re.compile(r"\\\r?\n")
_LINE = re.compile(r"[^\n]+")
# ``install_requires = acme-runtime==1.4.0`` in a setup.cfg.
_OPTION_KEY = re.compile(r"[A-Za-z][\w.-]*[ \t]*=(?!=)[ \t]*")


def requirements(text: str) -> Iterator[Fragment]:
    """One piece for each logical line that can be a requirement, its hashes included.

    Comments and continuations become blanks, so that every other character keeps its place.
    """
    clean = text
    for pattern in (_BOM, _COMMENT, _CONTINUATION):
        clean = pattern.sub(_blank, clean)
    for line in _LINE.finditer(clean):
        piece = Fragment.at(line.group(), line.start()).stripped()
        if not piece.text or piece.text[0] in "-[":
            continue
        key = _OPTION_KEY.match(piece.text)
        yield piece.cut(key.end()) if key else piece


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
