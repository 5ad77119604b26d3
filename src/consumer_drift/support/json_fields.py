"""Fields out of JSON that a forge sent: the right type, or one exception that names the field."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from consumer_drift.model.repository import RepositoryName

T = TypeVar("T")

# A JSON value that was not looked into yet: it becomes a type of ours in the next function, or an obstacle.
Json = Any


class InvalidJson(Exception):  # noqa: N818 - it says what the answer is
    """An answer lacks a field, or has another type there than its API promises."""


def record(value: Json, what: str) -> dict[str, Json]:
    """*value* as a JSON object. Raises Misshapen."""
    return _typed(value, dict, what)


def rows(value: Json, what: str) -> list[Json]:
    """*value* as a JSON list. Raises Misshapen."""
    return _typed(value, list, what)


def text(holder: dict[str, Json], key: str) -> str:
    """A string field. Raises Misshapen, also for half a character: JSON can say that, and nothing can write it."""
    value = _typed(holder.get(key), str, key)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidJson(f"{key} is no text") from error
    return value


def flag(holder: dict[str, Json], key: str) -> bool:
    """A boolean field. Raises Misshapen."""
    return _typed(holder.get(key), bool, key)


def number(holder: dict[str, Json], key: str) -> int:
    """An integer field; a boolean is none. Raises Misshapen."""
    value = holder.get(key)
    if isinstance(value, bool):
        raise InvalidJson(f"{key} is a bool")
    return _typed(value, int, key)


def moment(holder: dict[str, Json], key: str) -> datetime:
    """An ISO 8601 time with its zone. Raises Misshapen."""
    try:
        value = datetime.fromisoformat(text(holder, key))
    except ValueError as error:
        raise InvalidJson(f"{key} is no time") from error
    if value.tzinfo is None:
        raise InvalidJson(f"{key} has no time zone")
    return value


def repository(holder: dict[str, Json], key: str) -> RepositoryName:
    """An ``owner/name`` field. Raises Misshapen."""
    try:
        return RepositoryName.parse(text(holder, key))
    except ValueError as error:
        raise InvalidJson(f"{key} is no repository's name") from error


def _typed(value: Json, kind: type[T], what: str) -> T:
    if not isinstance(value, kind):
        raise InvalidJson(f"{what} is a {type(value).__name__}, not a {kind.__name__}")
    return value
