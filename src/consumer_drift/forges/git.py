"""What is git's own: blob ids, tree entries, and the patterns that match paths and names."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.globs import matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_WILD = frozenset("*?[")
# More paths for one pattern would only make a message long.
_MOST = 20
# More files for one pattern are no list of pins, and each costs a read.
MOST_FILES = 200
# Deeper folders would come with far more files than fit.
MOST_LEVELS = 2
# Author and committer of every commit that this program makes itself. They belong to no person, so a person who
# amends or rebases such a commit shows in it, and the domain cannot exist: https://www.rfc-editor.org/rfc/rfc2606
NAME = "consumer-drift"
EMAIL = "consumer-drift@noreply.invalid"
# https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
LINK_MODE = 0o120000
SUBMODULE_MODE = 0o160000


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """An entry of a git tree. A submodule counts as a folder, as in every checkout; *is_link*: a symbolic link.

    *oid* is the id of what it contains, empty where that is not known.
    """

    path: str
    is_folder: bool
    is_link: bool = False
    oid: str = ""


# The same few paths are wanted of every repository.
@lru_cache(maxsize=4096)
def normal(path: str) -> str:
    """Return *path* as servers write it: without ``./``, and without slashes around it."""
    return posixpath.normpath(path).strip("/")


@lru_cache(maxsize=4096)
def parent(path: str) -> str:
    """Return the folder that *path* is in; empty: the root."""
    return posixpath.dirname(posixpath.normpath(path)).strip("/")


@lru_cache(maxsize=1024)
def parents(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders that *paths* are in, each once, without those of patterns."""
    return tuple(dict.fromkeys(parent(path) for path in paths if not is_pattern(path)))


def is_top_level(pattern: str) -> bool:
    """Return whether the repository's root alone tells if a path matches: a plain name, as in ``workspace/``."""
    return "/" not in pattern.rstrip("/") and not is_wild(pattern)


def is_wild(pattern: str) -> bool:
    """Return whether *pattern* contains a wildcard."""
    return not _WILD.isdisjoint(pattern)


def matching_paths(patterns: Sequence[str], entries: Iterable[TreeEntry]) -> Mapping[str, tuple[str, ...]]:
    """Return for every pattern the paths that match it, at most twenty; folders end in ``/``.

    A pattern is anchored at the root, ``**`` crosses folders, and one that ends in ``/`` matches only folders.
    """
    names = [f"{entry.path}/" if entry.is_folder else entry.path for entry in entries]
    return {pattern: _matching(pattern, names) for pattern in patterns}


def _matching(pattern: str, names: Sequence[str]) -> tuple[str, ...]:
    if not is_wild(pattern):
        wanted = {pattern} if pattern.endswith("/") else {pattern, f"{pattern}/"}
        return tuple(name for name in names if name in wanted)
    fits = matcher(pattern)
    subjects = names if pattern.endswith("/") else [name.rstrip("/") for name in names]
    found = (name for name, subject in zip(names, subjects, strict=True) if fits(subject))
    return tuple(islice(found, _MOST))


def names_above(branch: str) -> list[str]:
    """Return the names that no other branch may have beside *branch*: of ``bump/a/b`` these are bump and bump/a.

    Git keeps a branch as a file of that name: https://git-scm.com/docs/git-check-ref-format
    """
    return [branch[:at] for at, sign in enumerate(branch) if sign == "/"]


def files_to_read(asked: Iterable[str], matches: Mapping[str, tuple[str, ...] | Failure]) -> tuple[str, ...]:
    """Return the files of *asked*, with the files that fit its patterns in their place, each once."""
    found: list[str] = []
    for path in asked:
        if not is_pattern(path):
            found.append(path)
        elif not isinstance(fitting := matches.get(path, ()), Failure):
            found.extend(fitting)
    return tuple(dict.fromkeys(found))


def folder_of(pattern: str) -> tuple[str, int] | None:
    """Return the folder below which the files of *pattern* are, and how many levels below it, at most two.

    Returns None where they may be deeper: then only the whole tree tells.
    """
    parts = pattern.split("/")
    first = next(index for index, part in enumerate(parts) if is_pattern(part))
    levels = len(parts) - first
    return None if "**" in pattern or levels > MOST_LEVELS else ("/".join(parts[:first]), levels)


def matching_files(
    patterns: Iterable[str], entries: Iterable[TreeEntry]
) -> Mapping[str, tuple[str, ...] | Failure]:
    """Return for every pattern all files that fit it, in their order; a failure where these are too many.

    A pattern is anchored at the root, and ``**`` crosses folders.
    """
    names = [entry.path for entry in entries if not (entry.is_folder or entry.is_link)]
    return {pattern: _all_matching(pattern, names) for pattern in patterns}


def _all_matching(pattern: str, names: Sequence[str]) -> tuple[str, ...] | Failure:
    found = tuple(sorted(filter(matcher(pattern), names)))
    if len(found) <= MOST_FILES:
        return found
    return Failure(
        Reason.TOO_LARGE,
        f"{len(found)} files fit {pattern}, and at most {MOST_FILES} are read",
        "use a pattern that fits fewer files",
    )


def blob_id(text: str, object_format: str = "sha1") -> str:
    """Return git's id of a blob with this *text*, by the repository's hash (``sha1`` or ``sha256``).

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    import hashlib  # noqa: PLC0415 - with OpenSSL's, and few runs compare contents

    content = text.encode()
    kind = "sha256" if object_format == "sha256" else "sha1"
    return hashlib.new(kind, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
