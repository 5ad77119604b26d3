"""Sentences that name settings. A setting stays a value until an entry point puts its own name for it.

On the command line a setting is a flag (``--ca-bundle``), in a job it is an input (``the input ca-bundle``). The
layers that find a problem know neither.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, StrEnum
from functools import cache
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    # From a setting, and the value to give it (empty: none in particular), to what the user writes. For the token
    # the value is what it lacks, and the answer is empty unless only another token can have that.
    Naming = Callable[["Setting", str], str]


class Setting(StrEnum):
    """What messages tell the user to set: the names of ``consumer_drift.options``."""

    CONFIG = "config"
    ROOT = "root"
    FORGE = "forge"
    SERVER = "server"
    TOKEN = "token"  # noqa: S105 - the name of a setting
    TOKEN_ENV = "token-env"  # noqa: S105
    MERGE_TOKEN = "merge-token"  # noqa: S105
    MERGE_TOKEN_ENV = "merge-token-env"  # noqa: S105
    TARGET = "target"
    SOURCE = "source"
    UPDATE = "update"
    PULL_REQUEST = "pull-request"
    OUTPUT = "output"
    ONLY = "only"
    DRY_RUN = "dry-run"
    WRITE = "write"
    SHARD = "shard"
    REPORT = "report"
    HISTORY = "history"
    HISTORY_BRANCH = "history-branch"
    PAGE = "page"
    PAGE_VISIBILITY = "page-visibility"
    REPORTS = "reports"
    CONCURRENCY = "concurrency"
    MAX_TIME = "max-time"
    CA_BUNDLE = "ca-bundle"
    USER_AGENT = "user-agent"


@dataclass(frozen=True, slots=True)
class SetTo:
    """A setting together with the value to give it."""

    setting: Setting
    value: str

    def __str__(self) -> str:
        return f"{self.setting} {self.value}"


@dataclass(frozen=True, slots=True)
class Grant:
    """What to do about a right that the token lacks: *plain*, unless no one can give *what* to that kind of token.

    The entry point knows the kind: a job's own token never reads another private repository.
    """

    plain: str
    what: str

    def __str__(self) -> str:
        return self.plain


class Sentence(str):
    """A text, and the parts that it is made of. As a text it has the settings' plain names.

    An f-string keeps the text alone. To keep the parts, join sentences by this class.
    """

    parts: tuple[str | SetTo | Grant, ...]

    def __new__(cls, *parts: str | SetTo | Grant) -> Sentence:
        flat: list[str | SetTo | Grant] = []
        for part in parts:
            flat += part.parts if isinstance(part, Sentence) else [part]
        self = super().__new__(cls, "".join(map(str, flat)))
        self.parts = tuple(flat)
        return self

    def worded(self, name: Naming) -> str:
        """Return the text with what *name* gives for each setting."""
        return "".join(_worded(part, name) for part in self.parts)


def _worded(part: str | SetTo | Grant, name: Naming) -> str:
    if isinstance(part, Grant):
        instead = name(Setting.TOKEN, part.what)
        return (capitalized(instead) if part.plain[:1].isupper() else instead) or part.plain
    if isinstance(part, SetTo):
        return name(part.setting, part.value)
    return name(part, "") if isinstance(part, Setting) else part


def joined(separator: str, texts: Iterable[str]) -> Sentence:
    """Return *texts* with *separator* between them, as ``str.join`` does."""
    parts = [part for text in texts for part in (separator, text)]
    return Sentence(*parts[1:])


def capitalized(text: str) -> str:
    """Return *text* with its first letter in upper case."""
    if not isinstance(text, Sentence) or not text.parts:
        return text[:1].upper() + text[1:]
    first, *rest = text.parts
    if isinstance(first, Grant):
        return Sentence(replace(first, plain=capitalized(first.plain)), *rest)
    if isinstance(first, Setting | SetTo):
        return text
    return Sentence(first[:1].upper() + first[1:], *rest)


def worded(value: Any, name: Naming) -> Any:
    """Return *value*, a report or a part of one, with every sentence in it worded."""
    return with_texts(value, lambda text: text.worded(name) if isinstance(text, Sentence) else text)


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return *value* (frozen dataclasses and tuples, nested) with *change* applied to every text in it.

    What does not change is not copied: a report has some hundred values for each consumer.
    """
    if isinstance(value, str):
        return value if isinstance(value, Enum) else change(value)
    if isinstance(value, tuple):
        items = [with_texts(item, change) for item in value]
        return value if all(map(is_, items, value)) else tuple(items)
    changed = {}
    for name in _fields(value.__class__):
        before = getattr(value, name)
        # Most values have no text.
        if not before or before is True:
            continue
        after = with_texts(before, change)
        if after is not before:
            changed[name] = after
    return replace(value, **changed) if changed else value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """Return the names of what a dataclass is made of, none of another type."""
    return tuple(field.name for field in fields(kind) if field.init) if is_dataclass(kind) else ()


OUT_OF_MEMORY = Sentence(
    "the program needs more memory than it may use: raise that limit, lower ",
    *(Setting.CONCURRENCY, ", or split the list with ", Setting.SHARD),
)


def defect(error: Exception) -> str:
    """Return what to say of an *error* that nothing expects.

    Its own text may have foreign text, or a token, so only its place is shown.
    """
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = f" at {Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}" if at else ""
    return f"the program failed ({type(error).__name__}{where}). This is a defect: please report it"
