"""Variables in a text, filled in so that every character keeps its place in the file.

Dockerfiles: https://docs.docker.com/reference/dockerfile/#environment-replacement
Compose: https://docs.docker.com/reference/compose-file/interpolation/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.pins.source_text import Fragment

if TYPE_CHECKING:
    from collections.abc import Mapping

# A reference to an image is short; what is longer is left as it is, and so is deep nesting.
_LONGEST = 512
_DEEPEST = 8
_PLAIN = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-+?])?")


def expand(fragment: Fragment, variables: Mapping[str, Fragment], depth: int = 0) -> Fragment:
    """*fragment* with its variables replaced. One that has no value stays, as ``$NAME``."""
    if "$" not in fragment.text or len(fragment.text) > _LONGEST or depth > _DEEPEST:
        return fragment
    parts: list[Fragment] = []
    at = 0
    while (dollar := fragment.text.find("$", at)) >= 0:
        parts.append(fragment.cut(at, dollar))
        part, at = _variable(fragment, dollar, variables, depth)
        parts.append(part)
    parts.append(fragment.cut(at))
    return _joined(parts, fragment)


def _variable(
    fragment: Fragment, dollar: int, variables: Mapping[str, Fragment], depth: int
) -> tuple[Fragment, int]:
    """What the ``$`` at *dollar* becomes, and where the text goes on."""
    plain = _PLAIN.match(fragment.text, dollar)
    if plain:
        name = plain[1]
        return variables.get(name, fragment.cut(dollar, plain.end())), plain.end()
    braced = _BRACED.match(fragment.text, dollar)
    end = _closing(fragment.text, braced.end()) if braced else -1
    if braced is None or end < 0:
        return fragment.cut(dollar, dollar + 1), dollar + 1
    name, operator = braced.groups()
    word = fragment.cut(braced.end(), end)
    unset = Fragment(f"${name}", (fragment.offsets[dollar],) * (len(name) + 1), fragment.offsets[dollar])
    value = variables.get(name)
    if operator is None:
        return value or unset, end + 1
    if operator.endswith("+"):
        return (expand(word, variables, depth + 1) if value else word.cut(0, 0)), end + 1
    if value is not None and (value.text or operator == "-"):
        return value, end + 1
    return (expand(word, variables, depth + 1) if operator.endswith("-") else unset), end + 1


def _closing(text: str, start: int) -> int:
    """The brace that closes the one before *start*, or -1."""
    depth = 1
    for index in range(start, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return -1


def _joined(parts: list[Fragment], whole: Fragment) -> Fragment:
    text = "".join(part.text for part in parts)
    offsets = [offset for part in parts for offset in part.offsets]
    return Fragment(text[:_LONGEST], offsets[:_LONGEST], whole.origin)
