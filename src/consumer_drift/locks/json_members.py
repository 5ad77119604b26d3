"""A fast reader of JSON that keeps the places of a few values. https://datatracker.ietf.org/doc/html/rfc8259

The standard library's decoder does the work; it is asked for one member after the other, so the place of each is
known where it matters. It refuses what no package manager writes: a key twice in one object, NaN, a second
document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, NoReturn

from consumer_drift.locks.base import LockError, LockProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"[ \t\r\n]*+")


@dataclass(frozen=True, slots=True)
class JsonMember:
    """A value in an object or a list, written in ``text[start:end]``. *key* is empty in a list."""

    key: str
    value: Any
    start: int
    end: int


def document(text: str) -> JsonMember:
    """The one value that *text* is. Raises LockError where it is none, or is cut."""
    start = _skip(text, 1 if text.startswith("\ufeff") else 0)
    value, end = _decode(text, start)
    rest = _skip(text, end)
    if rest < len(text):
        raise LockError(LockProblem.DAMAGED, "has something behind its end", rest)
    return JsonMember("", value, start, end)


def members(text: str, parent: JsonMember | None) -> Iterator[JsonMember]:
    """The members of *parent* where it is an object, its items where it is a list; else none."""
    if parent is None or not isinstance(parent.value, dict | list) or not parent.value:
        return
    named = isinstance(parent.value, dict)
    at = parent.start
    for _ in range(len(parent.value)):
        at = _skip(text, at + 1)  # Over the opening bracket, or the comma.
        key = ""
        if named:
            key, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, end = _decode(text, at)
        yield JsonMember(key, value, at, end)
        at = _skip(text, end)


def member(text: str, parent: JsonMember | None, key: str) -> JsonMember | None:
    """The member of the object *parent* that has *key*."""
    if parent is None or not isinstance(parent.value, dict) or key not in parent.value:
        return None
    return next(one for one in members(text, parent) if one.key == key)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise LockError(LockProblem.DAMAGED, "has a key twice in one object")
    return table


def _no_constant(name: str) -> NoReturn:
    raise LockError(LockProblem.DAMAGED, f"is no valid JSON: it has {name}")


_DECODER = JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _decode(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except JSONDecodeError as error:
        raise _invalid(text, error) from None
    except RecursionError:
        raise LockError(LockProblem.DAMAGED, "is nested too deep", at) from None
    except LockError:
        raise
    except ValueError:
        raise LockError(LockProblem.DAMAGED, "has a number of too many digits", at) from None


def _invalid(text: str, error: JSONDecodeError) -> LockError:
    if error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()):
        return LockError(LockProblem.CUT, "ends in the middle", len(text))
    return LockError(LockProblem.DAMAGED, "is no valid JSON", error.pos)


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
