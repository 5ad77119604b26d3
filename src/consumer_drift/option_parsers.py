"""How the text of an option becomes its value. A parser raises ValueError, which says what to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parser(Generic[T]):
    """How a text becomes a value. *parse* raises ValueError, which says what to write.

    *words* are all texts that it takes, in lower case, empty where there are too many to name.
    """

    parse: Callable[[str], T]
    words: tuple[str, ...] = ()


def choice(values: Iterable[T]) -> Parser[T]:
    """Return a parser of the words that *values* are, in any case."""
    known = {str(value): value for value in values}

    def parse(text: str) -> T:
        if text.lower() not in known:
            raise ValueError(f"write {' or '.join(known)}")
        return known[text.lower()]

    return Parser(parse, tuple(known))


# What YAML 1.1 and 1.2 read as a boolean, in the spellings that they allow.
_TRUE, _FALSE = ("true", "yes", "on", "y"), ("false", "no", "off", "n")


def boolean(text: str) -> bool:
    """Return what a boolean of YAML says."""
    if text in {text.lower(), text.capitalize(), text.upper()}:
        if text.lower() in _TRUE:
            return True
        if text.lower() in _FALSE:
            return False
    raise ValueError("write true or false")


MOST_REQUESTS = 64


def concurrency(text: str) -> int:
    """Return a number of requests at once."""
    if not re.fullmatch("[0-9]{1,2}", text) or not 1 <= int(text) <= MOST_REQUESTS:
        raise ValueError(f"write a number from 1 to {MOST_REQUESTS}")
    return int(text)


# Five days, which is as long as any job may take.
LONGEST = 432_000


def seconds(text: str) -> float:
    """Return a time in seconds."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or not 1 <= float(text) <= LONGEST:
        raise ValueError(f"write seconds, from 1 to {LONGEST}")
    return float(text)


FAILURES = (Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE)


NO_FAILURE = "none"


def failures(text: str) -> frozenset[Status]:
    """Return the results that fail a step."""
    words = [word.lower() for word in _words(text)]
    if words == [NO_FAILURE]:
        return frozenset()
    if not words or not set(words) <= {status.value for status in FAILURES}:
        raise ValueError(f"write {', '.join(FAILURES)}, or some of them with commas in between, or {NO_FAILURE}")
    return frozenset(Status(word) for word in words)


def _words(text: str) -> list[str]:
    return [item for item in re.split(r"[,\s]+", text) if item]


def names(text: str) -> tuple[str, ...]:
    """Return names of consumers, which commas or blanks separate."""
    for name in _words(text):
        RepositoryName.parse(name, "owner")
    return tuple(_words(text))


def paths(text: str) -> tuple[str, ...]:
    """Return paths, which commas or line breaks separate."""
    return tuple(path.strip() for path in re.split(r"[,\n]", text) if path.strip())


def user_agent(text: str) -> str:
    """Return a value that a header can have."""
    if not text.isascii() or not text.isprintable() or len(text) > 200:
        raise ValueError("write a line of at most 200 ASCII characters")
    return text


def branch(text: str) -> str:
    """Return the name of a branch, or an empty one."""
    from consumer_drift.config.types import why_no_branch  # noqa: PLC0415 - help and completion do without

    why = why_no_branch(text) if text else ""
    if why:
        raise ValueError(f"write a name that git allows: {why}")
    return text


def cache_file(text: str) -> str:
    """Return the path of the cache, empty where it is switched off."""
    # YAML 1.1 makes a boolean of "off" before the action sees it.
    return "" if text.lower() in {"off", "false"} else text


TEXT = Parser(str)


BOOLEAN = Parser(boolean)
