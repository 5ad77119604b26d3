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
_EDITABLE = re.compile(r"(?:-e|--editable)(?:[ \t]+|=)")
# https://setuptools.pypa.io/en/latest/userguide/declarative_config.html
_SECTION = re.compile(r"\[(?P<name>[^\]\n]+)\][ \t]*\r?$")
_OPTION = re.compile(r"(?P<name>[A-Za-z][\w .-]*?)[ \t]*[=:][ \t]*")
_OPTIONS = {"options": frozenset({"install_requires", "setup_requires", "tests_require"})}
_EXTRAS = "options.extras_require"


def requirements(text: str) -> Iterator[Fragment]:
    """Yield one fragment for each logical line that can be a requirement, its hashes included.

    Comments and continuations become blanks, so that every other character keeps its place.
    """
    clean = text
    for pattern in (_BOM, _COMMENT, _CONTINUATION):
        clean = pattern.sub(_blank, clean)
    for line in _LINE.finditer(clean):
        fragment = Fragment.at(line.group(), line.start()).stripped()
        editable = _EDITABLE.match(fragment.text)
        if editable:
            fragment = fragment.cut(editable.end()).stripped("\"' \t\r")
        if fragment.text and fragment.text[0] not in "-[":
            yield fragment


def in_setup_cfg(text: str) -> Iterator[Fragment]:
    """Yield the requirements of the options that hold some, one a line."""
    clean = _COMMENT.sub(_blank, _BOM.sub(_blank, text))
    section, holds = "", False
    for match in _LINE.finditer(clean):
        line = Fragment.at(match.group(), match.start())
        if not line.text.strip():
            continue
        header = _SECTION.match(line.text)
        if header:
            section, holds = header["name"].strip().lower(), False
            continue
        if not line.text[0].isspace():
            option = _OPTION.match(line.text)
            holds = option is not None and _holds(section, option["name"].strip().lower())
            line = line.cut(option.end()) if option else line
        if holds and line.text.strip():
            yield line.stripped()


def _holds(section: str, option: str) -> bool:
    return section == _EXTRAS or option in _OPTIONS.get(section, ())


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
