"""One commit pushed to a branch by git's own protocol: on every forge the only way to a branch without a history.

The server moves the branch only if it still points to the commit that was seen, so of two pushes at once one is
refused, and a push that is cut off changes nothing.

https://git-scm.com/docs/gitprotocol-http, https://git-scm.com/docs/gitprotocol-pack and
https://git-scm.com/docs/gitformat-pack
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.git import EMAIL, NAME
from consumer_drift.forges.http.messages import MIB, Request
from consumer_drift.forges.http.push import git_path
from consumer_drift.forges.writing import RUN_AGAIN
from consumer_drift.model.branch import FILE_MODE, FOLDER_MODE, BranchEntry
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from consumer_drift.forges.http.messages import Response
    from consumer_drift.model.branch import StoredBranch
    from consumer_drift.model.repository import RepositoryName

# The numbers of the kinds of objects in a pack.
_KINDS = {"commit": 1, "tree": 2, "blob": 3}
# What these forges answer a token that may not push; 404 also hides a repository that it may not see.
_DENIED = frozenset({401, 403, 404})
# A hook of the forge, or a rule of the branch, said no; everything else is about what the branch points to.
_DECLINED = re.compile(r"declined|denied|prohibited|protected|not allowed|rule violations")


@dataclass(frozen=True, slots=True)
class CommitText:
    """The one line that a commit says, and its moment, with a zone."""

    message: str
    at: datetime


def push(
    send: Callable[[Request], Response | Failure],
    server: str,
    name: RepositoryName,
    seen: StoredBranch,
    changes: Mapping[str, str | None],
    text: CommitText,
) -> Failure | None:
    """Add one commit to the branch that was *seen*, with the files in *changes*; None removes one.

    STALE if the branch has moved. After a failure of the connection it is unknown whether it was applied.
    """
    request = Request(
        "POST",
        # A push never follows the redirect from an earlier name.
        git_path(seen.repository or name, "git-receive-pack"),
        root=server.rstrip("/"),
        handled=_DENIED,
        writes=True,
        content=body_of(seen, changes, text),
        headers={
            "content-type": "application/x-git-receive-pack-request",
            "accept": "application/x-git-receive-pack-result",
        },
        is_git=True,
        most=MIB,
    )
    answer = send(request)
    if isinstance(answer, Failure):
        return _denied(name, answer) if _is_denied(answer) else answer
    return _refused(name, seen, answer.body)


def body_of(seen: StoredBranch, changes: Mapping[str, str | None], text: CommitText) -> bytes:
    """Return the request: from which commit to which one the branch moves, and the new objects."""
    objects = _Objects(seen.object_format)
    entries = {entry.name: entry for entry in seen.entries}
    for path, content in changes.items():
        entries.pop(path, None)
        if content is not None:
            entries[path] = BranchEntry(FILE_MODE, path, objects.add("blob", content.encode()))
    tree = objects.add("tree", b"".join(_tree(entries.values())))
    moment = f"{NAME} <{EMAIL}> {int(text.at.timestamp())} +0000"
    parents = [f"parent {seen.commit}"] if seen.commit else []
    lines = [f"tree {tree}", *parents, f"author {moment}", f"committer {moment}", "", text.message, ""]
    commit = objects.add("commit", "\n".join(lines).encode())
    wanted = f"report-status object-format={seen.object_format}"
    command = f"{seen.commit or '0' * len(commit)} {commit} refs/heads/{seen.name}\0{wanted}"
    return _line(command.encode()) + b"0000" + objects.pack()


def result_of(body: bytes) -> str | None:
    """Return why the push was refused, None where it was applied. Raises ValueError where the answer is cut."""
    said = [line.decode("utf-8", "replace").strip() for line in _lines(body)]
    refused = next((line for line in said if line.startswith(("ng ", "unpack ")) and line != "unpack ok"), None)
    if refused is not None:
        return refused
    if any(line.startswith("ok ") for line in said):
        return None
    raise ValueError("it does not say whether the branch was moved")


class _Objects:
    """New objects of one hash, and the pack of them."""

    def __init__(self, object_format: str) -> None:
        self._object_format = object_format
        self._packed: dict[str, bytes] = {}

    def add(self, kind: str, data: bytes) -> str:
        """Return the id of an object, which is in the pack from now on."""
        digest = self._hash(b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()
        self._packed[digest] = _size(_KINDS[kind], len(data)) + zlib.compress(data)
        return digest

    def pack(self) -> bytes:
        """Return all objects as a pack."""
        content = b"PACK" + (2).to_bytes(4) + len(self._packed).to_bytes(4) + b"".join(self._packed.values())
        return content + self._hash(content).digest()

    def _hash(self, data: bytes) -> hashlib._Hash:
        if self._object_format == "sha256":
            return hashlib.sha256(data)
        return hashlib.sha1(data, usedforsecurity=False)


def _size(kind: int, length: int) -> bytes:
    """Return the head of an object in a pack: its kind, and its length in groups of four and then seven bits."""
    first, length = kind << 4 | length & 15, length >> 4
    found = bytearray()
    while length:
        found.append(first | 128)
        first, length = length & 127, length >> 7
    return bytes([*found, first])


def _tree(entries: Iterable[BranchEntry]) -> Iterator[bytes]:
    """Yield the rows of a tree in git's order, in which a folder's name ends in a slash."""

    def key(entry: BranchEntry) -> bytes:
        return entry.name.encode() + (b"/" if entry.mode == FOLDER_MODE else b"")

    for entry in sorted(entries, key=key):
        yield f"{entry.mode:o} {entry.name}\0".encode() + bytes.fromhex(entry.oid)


def _line(data: bytes) -> bytes:
    return b"%04x" % (len(data) + 4) + data


def _lines(body: bytes) -> Iterator[bytes]:
    """Yield the lines of an answer, each after its length in hexadecimal digits. Raises ValueError."""
    at = 0
    while at < len(body):
        length = int(body[at : at + 4], 16)
        if length >= 4 and at + length > len(body):
            raise ValueError("it was cut short")
        if length >= 4:
            yield body[at + 4 : at + length]
        at += max(length, 4)


def _refused(name: RepositoryName, seen: StoredBranch, body: bytes) -> Failure | None:
    where = f"the branch {seen.name} of {name}"
    try:
        said = result_of(body)
    except ValueError as error:
        return Failure(Reason.CUT_SHORT, f"the answer to a push to {where} cannot be read: {error}", RUN_AGAIN)
    if said is None:
        return None
    if _DECLINED.search(said.lower()):
        return Failure(
            Reason.PROTECTED,
            f"the server does not accept a push to {where} ({said!r})",
            f"give the token's user write access to {name}; if it has that, exempt the branch from the rules that"
            " protect it, or choose another name",
        )
    return Failure(Reason.STALE, f"{where} moved meanwhile ({said!r})", RUN_AGAIN)


def _is_denied(failure: Failure) -> bool:
    """Whether the forge itself said no: a limit and a proxy answer 403 as well, and need another remedy."""
    if failure.status == 403:
        return failure.is_permission or failure.reason is Reason.READ_ONLY
    return failure.status in _DENIED


def _denied(name: RepositoryName, failure: Failure) -> Failure:
    return Failure(
        Reason.DENIED,
        f"the token may not push to {name} ({failure.status})",
        "give it write access to the contents of that repository (`contents: write`, `write:repository`)",
        status=failure.status,
        asked=failure.asked,
    )
