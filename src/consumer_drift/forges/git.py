"""Which paths of a repository fit the patterns of ``forbid``, and which names those of ``reconcile``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from wcmatch import glob

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX
_WILD = frozenset("*?[")
# As many as anybody reads of one pattern; the rest would only make a message long.
_MOST = 20


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A row of a git tree. A submodule counts as a folder: it is one in every checkout."""

    path: str
    is_folder: bool


def is_top_level(pattern: str) -> bool:
    """Whether the repository's root alone tells if a path fits: a plain name, as in ``workspace/``."""
    return "/" not in pattern.rstrip("/") and not is_wild(pattern)


def is_wild(pattern: str) -> bool:
    """Whether *pattern* holds a wildcard."""
    return not _WILD.isdisjoint(pattern)


def matching_paths(patterns: Sequence[str], entries: Iterable[TreeEntry]) -> Mapping[str, tuple[str, ...]]:
    """For every pattern the paths that fit it, at most twenty; folders end in ``/``.

    A pattern is anchored at the root, ``**`` crosses folders, one that ends in ``/`` fits folders alone.
    """
    names = [f"{entry.path}/" if entry.is_folder else entry.path for entry in entries]
    return {pattern: _fitting(pattern, names) for pattern in patterns}


def _fitting(pattern: str, names: Sequence[str]) -> tuple[str, ...]:
    if not is_wild(pattern):
        wanted = {pattern} if pattern.endswith("/") else {pattern, f"{pattern}/"}
        return tuple(name for name in names if name in wanted)
    fits: list[str] = []
    for name in names:
        subject = name if pattern.endswith("/") else name.rstrip("/")
        if glob.globmatch(subject, pattern, flags=_FLAGS):
            fits.append(name)
            if len(fits) == _MOST:
                break
    return tuple(fits)


def name_matches(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether reconcile looks at a repository of that *name*. Without *include* it looks at all."""
    folded = name.casefold()

    def fits(patterns: Sequence[str]) -> bool:
        return any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)

    return (not include or fits(include)) and not fits(exclude)


def blob_id(text: str, object_format: str = "sha1") -> str:
    """The id under which git keeps *text*, by the repository's hash (``sha1`` or ``sha256``).

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    content = text.encode()
    kind = hashlib.sha256 if object_format == "sha256" else _sha1
    return kind(b"blob %d\0" % len(content) + content).hexdigest()


def _sha1(data: bytes) -> hashlib._Hash:
    return hashlib.sha1(data, usedforsecurity=False)
