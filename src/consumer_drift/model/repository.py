"""Repositories: their names, compared as the forges compare them, and places in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What GitHub, Gitea and Forgejo all accept in an owner's or a repository's name.
_PART = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")
_RESERVED = frozenset({".", "..", ".git"})


@dataclass(frozen=True, slots=True, eq=False)
class RepositoryName:
    """``owner/name``. Two names are equal when they differ in case alone, as on every forge.

    *key* is what equality and order go by. It is kept, because each name is looked up some dozen times.
    """

    owner: str
    name: str
    key: tuple[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.owner.casefold(), self.name.casefold()))

    @classmethod
    def parse(cls, text: str, default_owner: str = "") -> RepositoryName:
        """``owner/name``, or ``name`` where *default_owner* is not empty.

        Raises ValueError, with a sentence for the user, when *text* is no repository's name.
        """
        owner, slash, name = text.rpartition("/")
        if not slash:
            owner = default_owner
        if not owner:
            raise ValueError(f"{text!r} names no owner: write owner/name")
        for part in (owner, name):
            if not is_name(part):
                raise ValueError(
                    f"{text!r} is no repository's name: letters, digits, '.', '_' and '-', as name or owner/name"
                )
        return cls(owner, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RepositoryName) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __lt__(self, other: RepositoryName) -> bool:
        return self.key < other.key

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


def is_name(text: str) -> bool:
    """Whether *text* can be the name of an owner or of a repository."""
    return bool(_PART.match(text)) and text not in _RESERVED and not text.endswith(".git")


def distinct(names: Iterable[RepositoryName]) -> tuple[RepositoryName, ...]:
    """Return *names* sorted, each once; of several spellings the first in the order of characters."""
    spelled: dict[RepositoryName, RepositoryName] = {}
    for name in sorted(names, key=str):
        spelled.setdefault(name, name)
    return tuple(sorted(spelled.values()))


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a repository, and the value that is there.

    *line* counts from 1, 0 where there is none; *url* is where a browser shows it. All of *path*, *url* and
    *value* may be empty.
    """

    repository: RepositoryName
    path: str = ""
    line: int = 0
    url: str = ""
    value: str = ""

    @property
    def file_and_line(self) -> str:
        """``path:line``, or the path alone where no line is known."""
        return f"{self.path}:{self.line}" if self.line else self.path
