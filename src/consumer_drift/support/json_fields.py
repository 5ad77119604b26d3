"""Typed access to parsed JSON: a value of the right type, or an error that names its path."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import Enum

E = TypeVar("E", bound="Enum")
T = TypeVar("T")

# A parsed JSON value that was not checked yet.
Json = Any

# From here on not every program reads the same number: https://datatracker.ietf.org/doc/html/rfc8259#section-6
_TOO_LARGE = 2**53
_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a number"}


class InvalidJson(Exception):  # noqa: N818 - it says what the document is
    """A document lacks a field, or has another type there than promised. The text names the field."""


class JsonValue:
    """*value*, the field or the item *key* of *parent*. A document has no parent.

    Every method raises InvalidJson if the value is not what it reads.
    """

    __slots__ = ("_key", "_parent", "value")

    def __init__(self, value: Json, parent: JsonValue | None = None, key: str | int = "") -> None:
        self.value = value
        self._parent = parent
        self._key = key

    def __repr__(self) -> str:
        return f"JsonValue({self.value!r}, {self.path!r})"

    @property
    def path(self) -> str:
        """Where it is in the document, as ``findings[3].code``; empty for the document itself.

        Only an error shows it, and an answer has hundreds of values for each repository.
        """
        before = self._parent.path if self._parent is not None else ""
        if isinstance(self._key, int):
            return f"{before}[{self._key}]"
        return f"{before}.{self._key}" if before else self._key

    def __getitem__(self, key: str) -> JsonValue:
        """Return the field *key* of an object."""
        try:
            return JsonValue(
                self.value[key] if self.value.__class__ is dict else self._typed(dict)[key], self, key
            )
        except KeyError:
            raise JsonValue(None, self, key).invalid("is missing") from None

    def get(self, key: str) -> JsonValue | None:
        """Return the field *key* of an object, or None if it is missing or null."""
        found = self._typed(dict).get(key)
        return None if found is None else JsonValue(found, self, key)

    def __contains__(self, key: str) -> bool:
        return key in self._typed(dict)

    def __iter__(self) -> Iterator[JsonValue]:
        """Return the items of a list."""
        return (JsonValue(item, self, index) for index, item in enumerate(self._typed(list)))

    def items(self) -> Iterator[tuple[str, JsonValue]]:
        """Return the fields of an object, whatever they are called."""
        return ((key, JsonValue(item, self, key)) for key, item in self._typed(dict).items())

    def __len__(self) -> int:
        """Return how many items a list has."""
        return len(self._typed(list))

    def __bool__(self) -> bool:
        """A value is there, even if it is an empty list."""
        return True

    @property
    def is_null(self) -> bool:
        """Whether it is null."""
        return self.value is None

    def maybe(self, read: Callable[[JsonValue], T]) -> T | None:
        """Return what *read* makes of it, or None for null."""
        return None if self.value is None else read(self)

    def text(self) -> str:
        """Return a string. A lone surrogate is an error: JSON can express it, and UTF-8 cannot."""
        text = self._typed(str)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise self.invalid("is not valid Unicode") from error
        return text

    def flag(self) -> bool:
        """Return a boolean."""
        return self._typed(bool)

    def number(self, least: int = 0) -> int:
        """Return an integer from *least* on; a boolean is an error."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not least <= self.value < _TOO_LARGE:
            raise self.invalid(f"is not a whole number from {least} on")
        return self.value

    def seconds(self) -> float:
        """Return a finite number that is not negative."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.invalid("is not a number of seconds")
        if not 0 <= self.value < _TOO_LARGE:
            raise self.invalid("is not a number of seconds")
        return float(self.value)

    def moment(self) -> datetime:
        """Return an ISO 8601 time with its zone."""
        try:
            value = datetime.fromisoformat(self.text())
        except ValueError as error:
            raise self.invalid("is not a time") from error
        if value.tzinfo is None:
            raise self.invalid("has no time zone")
        return value

    def one_of(self, members: type[E]) -> E:
        """Return the member of an enumeration that has this value."""
        text = self.text()
        for member in members:
            if member.value == text:
                return member
        raise self.invalid("is a word that this version does not know")

    def repository(self) -> RepositoryName:
        """Return ``owner/name``."""
        try:
            return RepositoryName.parse(self.text())
        except ValueError as error:
            raise self.invalid("is not a repository name") from error

    def invalid(self, what: str) -> InvalidJson:
        """Return the error for this place; *what* completes the sentence."""
        return InvalidJson(f"{self.path or 'the document'} {what}")

    def _typed(self, kind: type[T]) -> T:
        if not isinstance(self.value, kind):
            raise self.invalid(f"is not {_NAMES[kind]}")
        return self.value
