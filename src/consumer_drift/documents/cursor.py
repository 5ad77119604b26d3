"""A place in a text that a parser moves on: what TOML and HCL are read with alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.node import MAX_DEPTH, TOO_DEEP

if TYPE_CHECKING:
    import re


class Cursor:
    """*language* is its name in errors. Methods raise MalformedError where the text is something else."""

    language: ClassVar[str]

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start

    def _skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _takes(self, sign: str) -> bool:
        """Whether *sign* is next, which is then stepped over."""
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _word(self, pattern: re.Pattern[str], expected: str) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            self._fail(expected)
        self._at = match.end()
        return match.group()

    def _require_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise MalformedError(TOO_DEEP, self._line())

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _fail(self, expected: str) -> NoReturn:
        raise MalformedError(f"is no valid {self.language}: {expected} was expected", self._line())
