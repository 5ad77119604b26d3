"""The commits of a git checkout, read from its files: nothing of it is run, and no link is followed.

https://git-scm.com/docs/gitrepository-layout and https://git-scm.com/docs/gitformat-pack
"""

from __future__ import annotations

import heapq
import mmap
import re
import struct
import zlib
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from consumer_drift.forges.local.folder import unreadable
from consumer_drift.forges.local.refs import commit_of
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence
from consumer_drift.model.source_branch import BranchCommit, CommitPage
from consumer_drift.support.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ID = re.compile(r"[0-9a-f]{40}")
_COMMITTER = re.compile(rb"^committer [^\n]*> (?P<seconds>-?[0-9]{1,12}) [+-][0-9]{4}$", re.MULTILINE)
_PARENT = re.compile(rb"^parent (?P<id>[0-9a-f]{40})$", re.MULTILINE)
# So many are read at most, newest first.
_MOST = 20_000
# No commit has a longer message, and no chain of deltas is longer: git makes 50 by default.
_LARGEST = 4 * 2**20
_DEEPEST = 500
_PIECE = 4096
_COMMIT, _OFFSET_DELTA, _ID_DELTA = 1, 6, 7
_BY_LOOSE = re.compile(rb"commit [0-9]+\0")


class _DamagedError(ValueError):
    """A file of git is not what its format says."""


def commits(folder: Path, branch: str, commit: str) -> CommitPage | Failure:
    """Return the commits of *branch*, or of what leads to *commit*: all on one page."""
    git = folder / ".git"
    if git.is_symlink() or not git.is_dir():
        return Failure(
            Reason.NOT_FOUND,
            f"{folder} is not a git checkout, and a plain folder has no commits",
            Sentence("clone it there, or set `version:` or `file:` under `source:`"),
        )
    try:
        # A checkout of a job often has the branch only as the server's.
        start = commit or commit_of(git, f"refs/heads/{branch}") or commit_of(git, f"refs/remotes/origin/{branch}")
        if not start or not _ID.fullmatch(start):
            said = f"{folder} has no branch {branch!r}" if not start else f"{folder} does not use SHA-1"
            return Failure(Reason.NOT_FOUND, said, "check it out there, or correct `source.branch`")
        return _read(folder, git, start)
    except OSError as error:
        return unreadable(git, error)
    except (zlib.error, struct.error, IndexError, ValueError, OverflowError, RecursionError) as error:
        return Failure(Reason.UNEXPECTED, f"{git} cannot be read: {error}", "run git fsck there")


def _read(folder: Path, git: Path, start: str) -> CommitPage | Failure:
    if (git / "shallow").is_file():
        said = f"{folder} is a shallow clone, whose history is cut"
        return Failure(
            Reason.CUT_SHORT, said, "fetch it with `git fetch --unshallow`, or check out with fetch-depth: 0"
        )
    with ExitStack() as stack:
        objects = _CommitObjects(git / "objects", stack)
        found = list(_newest_first(objects, start))
    if len(found) > _MOST:
        return Failure(Reason.TOO_LARGE, f"{folder} has more than {_MOST:,} commits", "name a server instead")
    return CommitPage(tuple(found))


def _newest_first(objects: _CommitObjects, start: str) -> Iterator[BranchCommit]:
    """Yield commits as ``git log`` does: by date, and none before one that leads to it was shown."""
    seen = {start}
    todo = [_entry(objects.commit(start))]
    count = 0
    while todo and count <= _MOST:
        one = heapq.heappop(todo)[-1]
        count += 1
        yield one
        for parent in one.parents:
            if parent not in seen:
                seen.add(parent)
                heapq.heappush(todo, _entry(objects.commit(parent)))


def _entry(one: BranchCommit) -> tuple[float, str, BranchCommit]:
    return (-one.date.timestamp() if one.date else 0.0, one.id, one)


class _CommitObjects:
    """The commits in a folder of objects: loose ones and those in packs."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        packs = folder / "pack"
        names = sorted(packs.glob("*.idx")) if packs.is_dir() and not packs.is_symlink() else []
        self._packs = [_Pack(one, self, stack) for one in names if not one.is_symlink()]

    def commit(self, id_: str) -> BranchCommit:
        """Return a commit. Raises an error of the operating system, or ValueError."""
        body = self.body(id_)
        head = body.partition(b"\n\n")[0]
        committer = _COMMITTER.search(head)
        date = datetime.fromtimestamp(int(committer["seconds"]), UTC) if committer else None
        return BranchCommit(id_, date, tuple(one["id"].decode() for one in _PARENT.finditer(head)))

    def body(self, id_: str, depth: int = 0) -> bytes:
        """Return the content of a commit."""
        loose = self._folder / id_[:2] / id_[2:]
        if loose.is_file() and not loose.is_symlink():
            content = _inflated(read_limited(loose, _LARGEST))
            header = _BY_LOOSE.match(content)
            if header is None:
                raise _DamagedError(f"{id_} is not a commit")
            return content[header.end() :]
        for pack in self._packs:
            offset = pack.offset(bytes.fromhex(id_))
            if offset is not None:
                return pack.body(offset, depth)
        raise _DamagedError(f"the commit {id_} is not there")


class _Pack:
    """A pack and its index, version 2."""

    def __init__(self, index: Path, objects: _CommitObjects, stack: ExitStack) -> None:
        self._index = _mapped(index, stack)
        self._pack = _mapped(index.with_suffix(".pack"), stack)
        self._objects = objects
        if self._index[:8] != b"\xfftOc\x00\x00\x00\x02":
            raise _DamagedError(f"{index.name} is not an index of version 2")
        self._count = self._number(8 + 4 * 255)

    def _number(self, at: int) -> int:
        return int(struct.unpack_from(">I", self._index, at)[0])

    def offset(self, id_: bytes) -> int | None:
        """Return where an object is in the pack, None if it is not."""
        low = self._number(8 + 4 * (id_[0] - 1)) if id_[0] else 0
        high = self._number(8 + 4 * id_[0])
        names = 8 + 4 * 256
        while low < high:
            middle = (low + high) // 2
            found = self._index[names + 20 * middle : names + 20 * middle + 20]
            if found == id_:
                return self._place(names, middle)
            low, high = (middle + 1, high) if found < id_ else (low, middle)
        return None

    def _place(self, names: int, row: int) -> int:
        offsets = names + 24 * self._count
        place = self._number(offsets + 4 * row)
        if not place & 0x80000000:
            return place
        large = offsets + 4 * self._count + 8 * (place & 0x7FFFFFFF)
        return int(struct.unpack_from(">Q", self._index, large)[0])

    def body(self, offset: int, depth: int) -> bytes:
        """Return the commit at *offset*, which may be kept as the difference from another object."""
        if depth > _DEEPEST:
            raise _DamagedError("a chain of deltas has no end")
        at, byte = offset + 1, self._pack[offset]
        kind = (byte >> 4) & 7
        while byte & 0x80:
            at, byte = at + 1, self._pack[at]
        if kind == _COMMIT:
            return self._inflated(at)
        if kind == _ID_DELTA:
            base = self._objects.body(self._pack[at : at + 20].hex(), depth + 1)
            return _patched(base, self._inflated(at + 20))
        if kind != _OFFSET_DELTA:
            raise _DamagedError("an object of another kind is named as a commit")
        at, byte = at + 1, self._pack[at]
        back = byte & 0x7F
        while byte & 0x80:
            at, byte = at + 1, self._pack[at]
            back = ((back + 1) << 7) | (byte & 0x7F)
        if not 0 < back <= offset:
            raise _DamagedError("a delta is of nothing")
        return _patched(self.body(offset - back, depth + 1), self._inflated(at))

    def _inflated(self, at: int) -> bytes:
        return _inflated(self._pack, at)


def _mapped(file: Path, stack: ExitStack) -> mmap.mmap:
    with file.open("rb") as opened:
        return stack.enter_context(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))


def _inflated(data: bytes | mmap.mmap, at: int = 0) -> bytes:
    """Return what the compressed stream at *at* holds, whatever follows it."""
    stream = zlib.decompressobj()
    found = b""
    while not stream.eof:
        part = data[at : at + _PIECE]
        if not part or len(found) >= _LARGEST:
            raise _DamagedError("an object is cut, or larger than any commit")
        found += stream.decompress(stream.unconsumed_tail + part, _LARGEST)
        at += len(part)
    return found


def _patched(base: bytes, delta: bytes) -> bytes:
    """Apply a delta: after the two sizes come copies from *base* and literal bytes."""
    _, at = _size(delta, 0)
    _, at = _size(delta, at)
    parts: list[bytes] = []
    while at < len(delta):
        code = delta[at]
        at += 1
        if not code & 0x80:
            parts.append(delta[at : at + code])
            at += code
            continue
        numbers = []
        for bit in range(7):
            numbers.append(delta[at] if code & (1 << bit) else 0)
            at += bool(code & (1 << bit))
        start = int.from_bytes(bytes(numbers[:4]), "little")
        length = int.from_bytes(bytes(numbers[4:]), "little") or 0x10000
        parts.append(base[start : start + length])
        if sum(map(len, parts)) > _LARGEST:
            raise _DamagedError("a delta makes too large an object")
    return b"".join(parts)


def _size(delta: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = delta[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at
