"""What the lock files of npm, pnpm and Yarn share: how a package and its archive are called."""

from __future__ import annotations

import re
from urllib.parse import unquote

from consumer_drift.locks.base import LockError, LockProblem

_GIT = re.compile(r"(?:git[+:@]|ssh:|github:|gitlab:|bitbucket:)|[^#]*\.git(?:#|$)|https://codeload\.")
_COMMIT = re.compile(r"(?:#(?:.*commit[=:])?|/)([0-9a-f]{40})$")
_LOCAL = ("file:", "link:", "portal:", "workspace:", "./", "../", "/")


def split_pattern(pattern: str) -> tuple[str, str]:
    """``@acme/runtime@^1.2`` is the name and the range; the range is empty where there is none."""
    at = pattern.find("@", 1)
    return (pattern, "") if at < 0 else (pattern[:at], pattern[at + 1 :])


def real_name(name: str, wanted: str) -> str:
    """The package behind an alias: *wanted* is the range, as ``npm:other@1.2.3`` or ``npm:other``."""
    return split_pattern(wanted.removeprefix("npm:"))[0] if wanted.startswith("npm:") else name


def archive(address: str) -> tuple[str, str] | None:
    """The package's name and ``name-version``, as the address of a registry's archive says; None for any other.

    Registries serve ``/@acme/runtime/-/runtime-1.2.3.tgz``, and some repeat the scope behind the dash.
    """
    path = unquote(address.partition("?")[0].partition("#")[0])
    before, dash, behind = path.rpartition("/-/")
    file_name = behind.rpartition("/")[2]
    if not (dash and path.startswith(("https://", "http://")) and file_name.endswith(".tgz")):
        return None
    *_, scope, name = ["", *before.split("/")]
    if behind.startswith("@"):
        scope = behind.partition("/")[0]
    return (f"{scope}/{name}" if scope.startswith("@") else name), file_name.removesuffix(".tgz")


def is_git(address: str) -> bool:
    """Whether a package comes from a Git repository."""
    return bool(_GIT.match(address))


def commit_of(address: str) -> str:
    """The commit at the end of a repository's address; empty where there is none."""
    match = _COMMIT.search(address)
    return match[1] if match else ""


def is_local(address: str) -> bool:
    """Whether a package comes from a folder or an archive beside the lock."""
    return address.startswith(_LOCAL)


def concerns(name: str, address: str, wanted: str) -> bool:
    """Whether an entry called *name*, whose archive is at *address*, is about the package *wanted* by either."""
    if name == wanted:
        return True
    if wanted not in unquote(address):
        return False
    told = archive(address)
    return told is not None and told[0] == wanted


def require_agreement(name: str, version: str, address: str, offset: int) -> None:
    """Raise LockError where a registry's archive at *address* is another package or version.

    What gets installed is the archive, whatever the version beside it says.
    """
    told = archive(address)
    if told is None:
        return
    # Registries leave the build metadata out of the archive's name.
    versions = {version, version.partition("+")[0]}
    if told[0] != name or told[1] not in {f"{name.rpartition('/')[2]}-{one}" for one in versions}:
        raise LockError(LockProblem.DAMAGED, f"installs {told[1][:100]} as {name[:100]} {version[:100]}", offset)
