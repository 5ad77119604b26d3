"""The checkout that a file is in, as Git's own files tell. Git is not run: it obeys a repository's settings.

https://git-scm.com/docs/gitrepository-layout
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.forges.local.refs import common_folder, head_commit, own_folder, read_git_file
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.sentence import Sentence, Setting, SetTo

if TYPE_CHECKING:
    from pathlib import Path

_ORIGIN = re.compile(r'^\[remote "origin"\]\s*\n(?:[ \t].*\n)*?[ \t]+url[ \t]*=[ \t]*(\S+)', re.MULTILINE)
_SSH = re.compile(r"(?:ssh://)?(?:[^@/]+@)?(?P<host>[^:/]+)(?::\d+/|[:/])(?P<path>.+)\Z")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with a repository's files. *commit* and *url* (of ``origin``) are empty if they are not known."""

    root: Path
    commit: str
    url: str

    def __str__(self) -> str:
        return f"a checkout of commit {self.commit}" if self.commit else "a checkout of an unknown commit"

    def repository_on(self, server: str) -> RepositoryName | None:
        """Return the repository on *server* (an address) that this was cloned from, None where it is not known."""
        return self.repository if self.host and self.host == urlsplit(server).hostname else None

    @property
    def host(self) -> str:
        """The name of the server that this was cloned from, empty where it is not known."""
        return _address(self.url)[0]

    @property
    def server(self) -> str:
        """The address of that server for a browser, as far as the remote's tells; empty where it is not known."""
        if self.url.startswith(("http://", "https://")):
            split = urlsplit(self.url)
            return f"{split.scheme}://{split.netloc.rpartition('@')[2]}"
        return f"https://{self.host}" if self.host else ""

    @property
    def repository(self) -> RepositoryName | None:
        """The repository that this was cloned from, whatever its server; None where it is not known."""
        path = _address(self.url)[1].removesuffix(".git").strip("/")
        try:
            return RepositoryName.parse("/".join(path.split("/")[-2:]))
        except ValueError:
            return None


def on_another_server(checkout: Checkout, server: str, *more: str) -> Sentence:
    """Return what to tell the user of a *checkout* that comes from another server than the run's, and *more*."""
    return Sentence(
        f"the remote origin of this checkout is on {checkout.host}, and the server is {server}: set ",
        *(SetTo(Setting.SERVER, checkout.server), " and ", Setting.FORGE),
        *more,
    )


def checkout_of(file: Path) -> Checkout | None:
    """Return the checkout that *file* is in, None where it is in none."""
    for root in file.resolve().parents:
        inside = root / ".git"
        if inside.exists():
            git = own_folder(inside)
            shared = common_folder(git)
            return Checkout(root, head_commit(git, shared), _origin(shared))
    return None


def _origin(folder: Path) -> str:
    found = _ORIGIN.search(read_git_file(folder / "config"))
    return found[1] if found else ""


def _address(url: str) -> tuple[str, str]:
    """Return the host and the path of a remote's address, which may be in Git's short form for ssh."""
    if url.startswith(("http://", "https://")):
        try:
            split = urlsplit(url)
            return split.hostname or "", split.path
        except ValueError:
            return "", ""
    found = _SSH.match(url)
    return (found["host"], found["path"]) if found else ("", "")
