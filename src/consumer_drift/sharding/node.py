"""A value of a parsed JSON document with the path that leads to it: the right type, or where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import Enum

E = TypeVar("E", bound="Enum")
T = TypeVar("T")

# From here on not every program reads the same number: https://datatracker.ietf.org/doc/html/rfc8259#section-6
_TOO_MUCH = 2**53
_NAMES = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number"}


class InvalidReport(Exception):  # noqa: N818 - it says what the report is
    """A document is not what the schema promises: a sentence that says where."""


@dataclass(frozen=True, slots=True)
class ReportNode:
    """*value* at *path* (``findings[3].code``; empty for the document itself)."""

    value: Any
    path: str = ""

    def __getitem__(self, key: str) -> ReportNode:
        """The field *key* of an object. Raises Damaged."""
        path = f"{self.path}.{key}" if self.path else key
        holder = self._typed(dict)
        if key not in holder:
            raise InvalidReport(f"{path} is missing")
        return ReportNode(holder[key], path)

    def __iter__(self) -> Iterator[ReportNode]:
        """The items of a list. Raises Damaged."""
        items = self._typed(list)
        return (ReportNode(item, f"{self.path}[{index}]") for index, item in enumerate(items))

    def text(self) -> str:
        """A text; half a character, which JSON can say and nothing can write, is none. Raises Damaged."""
        text = self._typed(str)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidReport(f"{self.path} is no text") from error
        return text

    def flag(self) -> bool:
        """A boolean. Raises Damaged."""
        return self._typed(bool)

    def number(self, least: int = 0) -> int:
        """A whole number from *least* on; a boolean is none. Raises Damaged."""
        if isinstance(self.value, bool) or not least <= self._typed(int) < _TOO_MUCH:
            raise InvalidReport(f"{self.path} is no whole number from {least} on")
        return self._typed(int)

    def seconds(self) -> float:
        """A finite number that is not negative. Raises Damaged."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise InvalidReport(f"{self.path} is no number of seconds")
        if not 0 <= self.value < _TOO_MUCH:
            raise InvalidReport(f"{self.path} is no number of seconds")
        return float(self.value)

    def one_of(self, words: type[E]) -> E:
        """A member of an enumeration, by its value. Raises Damaged."""
        text = self.text()
        for word in words:
            if word.value == text:
                return word
        raise InvalidReport(f"{self.path} is a word that this version does not know")

    def repository(self) -> RepositoryName:
        """``owner/name``. Raises Damaged."""
        try:
            return RepositoryName.parse(self.text())
        except ValueError as error:
            raise InvalidReport(f"{self.path} is no repository's name") from error

    def maybe(self, read: Callable[[ReportNode], T]) -> T | None:
        """What *read* makes of it, None for null."""
        return None if self.value is None else read(self)

    def _typed(self, kind: type[T]) -> T:
        if not isinstance(self.value, kind):
            raise InvalidReport(f"{self.path or 'the document'} is not {_NAMES[kind]}")
        return self.value
