"""Git's object model in memory: real oids for blobs, trees, commits and annotated tags.

Object formats: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

FILE = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
SUBMODULE = "160000"
DIRECTORY = "040000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a tree: a mode as git prints it and the oid it points at."""

    mode: str
    oid: str

    @property
    def type(self) -> str:
        """The git object type: blob, tree or commit."""
        return {DIRECTORY: "tree", SUBMODULE: "commit"}.get(self.mode, "blob")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when; the date is aware and kept to the second."""

    name: str
    email: str
    date: datetime

    def line(self) -> str:
        return f"{self.name} <{self.email}> {int(self.date.timestamp())} +0000"


@dataclass(frozen=True, eq=False)
class Commit:
    """A commit with its whole tree flattened to {path: Entry}."""

    oid: str
    tree: str
    files: Mapping[str, Entry]
    parents: tuple[str, ...]
    message: str
    author: Signature
    committer: Signature


@dataclass(frozen=True, eq=False)
class TagObject:
    """An annotated tag's own object."""

    oid: str
    name: str
    target: str
    message: str
    tagger: Signature


def object_oid(kind: str, data: bytes) -> str:
    """The sha1 git gives an object of this kind."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()


def blob_oid(data: bytes) -> str:
    return object_oid("blob", data)


@dataclass(eq=False)
class Objects:
    """An object store shared by every repository of a world."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, tuple[tuple[str, Entry], ...]] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    tags: dict[str, TagObject] = field(default_factory=dict)
    _flat: dict[frozenset[tuple[str, Entry]], tuple[str, Mapping[str, Entry]]] = field(default_factory=dict)
    _last: dict[tuple[str, str], Commit] = field(default_factory=dict)

    def blob(self, data: bytes) -> str:
        oid = blob_oid(data)
        self.blobs[oid] = data
        return oid

    def tree(self, files: Mapping[str, Entry]) -> str:
        """Store the nested trees of a flat {path: Entry} and return the root's oid."""
        root: dict[str, object] = {}
        for path, entry in files.items():
            *folders, name = path.split("/")
            level = root
            for folder in folders:
                level = level.setdefault(folder, {})  # type: ignore[assignment]
            level[name] = entry
        return self._store(root)

    def _store(self, level: Mapping[str, object]) -> str:
        rows = []
        for name, value in level.items():
            entry = value if isinstance(value, Entry) else Entry(DIRECTORY, self._store(value))  # type: ignore[arg-type]
            rows.append((name, entry))
        # git sorts a directory as if its name ended in a slash
        rows.sort(key=lambda row: row[0].encode() + (b"/" if row[1].mode == DIRECTORY else b""))
        data = b"".join(
            b"%s %s\0%s" % (e.mode.lstrip("0").encode(), n.encode(), bytes.fromhex(e.oid)) for n, e in rows
        )
        oid = object_oid("tree", data)
        self.trees[oid] = tuple(rows)
        return oid

    def commit(
        self,
        files: Mapping[str, Entry],
        parents: tuple[str, ...],
        message: str,
        author: Signature,
        committer: Signature | None = None,
    ) -> Commit:
        key = frozenset(files.items())
        if key not in self._flat:
            self._flat[key] = (self.tree(files), dict(files))
        tree, shared = self._flat[key]
        committer = committer or author
        lines = [f"tree {tree}", *(f"parent {p}" for p in parents)]
        lines += [f"author {author.line()}", f"committer {committer.line()}", "", message]
        oid = object_oid("commit", "\n".join(lines).encode())
        commit = Commit(oid, tree, shared, parents, message, author, committer)
        self.commits[oid] = commit
        return commit

    def annotate(self, name: str, target: str, message: str, tagger: Signature) -> TagObject:
        lines = [f"object {target}", "type commit", f"tag {name}", f"tagger {tagger.line()}", "", message]
        tag = TagObject(object_oid("tag", "\n".join(lines).encode()), name, target, message, tagger)
        self.tags[tag.oid] = tag
        return tag

    def peel(self, oid: str) -> str:
        """The commit of an oid: an annotated tag's target, or itself."""
        return self.tags[oid].target if oid in self.tags else oid

    def history(self, oid: str) -> Iterator[Commit]:
        """Every ancestor, itself first, breadth first and each once."""
        seen, queue = {oid}, deque([oid])
        while queue:
            commit = self.commits[queue.popleft()]
            yield commit
            for parent in commit.parents:
                if parent not in seen:
                    seen.add(parent)
                    queue.append(parent)

    def merge_base(self, one: str, other: str) -> Commit | None:
        mine = {commit.oid for commit in self.history(one)}
        return next((commit for commit in self.history(other) if commit.oid in mine), None)

    def merges(self, base: str, head: str) -> bool:
        """Whether a merge has no conflict: no path was changed differently on both sides."""
        start = self.merge_base(base, head)
        old = start.files if start else {}
        ours, theirs = self.commits[base].files, self.commits[head].files
        return not any(
            old.get(path) != ours.get(path) != theirs.get(path) for path, _ in changed_paths(old, theirs)
        )

    def last_change(self, oid: str, path: str) -> Commit:
        """The newest commit on the first-parent line in which a path (file or folder) changed."""
        key = (oid, path)
        if key not in self._last:
            self._last[key] = self._walk_change(oid, path)
        return self._last[key]

    def _walk_change(self, oid: str, path: str) -> Commit:
        commit = self.commits[oid]
        here = self.lookup(commit, path)
        while commit.parents:
            parent = self.commits[commit.parents[0]]
            if self.lookup(parent, path) != here:
                break
            commit = parent
        return commit

    def lookup(self, commit: Commit, path: str) -> Entry | None:
        """The entry at a path of a commit; the empty path is the root tree."""
        if not path:
            return Entry(DIRECTORY, commit.tree)
        if path in commit.files:
            return commit.files[path]
        oid = commit.tree
        for name in path.split("/"):
            entry = next((e for n, e in self.trees.get(oid, ()) if n == name), None)
            if entry is None or entry.mode != DIRECTORY:
                return None
            oid = entry.oid
        return Entry(DIRECTORY, oid)

    def walk(self, tree: str, prefix: str = "") -> Iterator[tuple[str, Entry]]:
        """A tree's rows in git's order, folders before what is in them (ls-tree -r -t)."""
        for name, entry in self.trees[tree]:
            path = prefix + name
            yield path, entry
            if entry.mode == DIRECTORY:
                yield from self.walk(entry.oid, path + "/")

    def touches(self, commit: Commit, path: str) -> bool:
        """Whether a commit changed a path, seen from its first parent."""
        before = self.lookup(self.commits[commit.parents[0]], path) if commit.parents else None
        return self.lookup(commit, path) != before

    def line_stats(self, before: Mapping[str, Entry], after: Mapping[str, Entry]) -> dict[str, int]:
        """Added and deleted lines between two flat trees; a binary file counts none, as with git."""
        added = deleted = 0
        for path, _ in changed_paths(before, after):
            old = self.blobs.get(before[path].oid, b"") if path in before else b""
            new = self.blobs.get(after[path].oid, b"") if path in after else b""
            if b"\0" in old[:8000] or b"\0" in new[:8000]:
                continue
            plus, minus = line_difference(old.splitlines(keepends=True), new.splitlines(keepends=True))
            added, deleted = added + plus, deleted + minus
        return {"total": added + deleted, "additions": added, "deletions": deleted}

    def size(self, entry: Entry) -> int:
        return len(self.blobs.get(entry.oid, b""))


def changed_paths(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> list[tuple[str, str]]:
    """(path, added|modified|removed) between two flat trees, sorted by path."""
    rows = []
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        kind = "added" if path not in before else "removed" if path not in after else "modified"
        rows.append((path, kind))
    return rows


def line_difference(old: list[bytes], new: list[bytes]) -> tuple[int, int]:
    """(added, deleted) lines of the shortest edit between two files."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    # longest common subsequence of what is left
    row = [0] * (len(new) + 1)
    for a in old:
        previous, row = row, [0]
        for i, b in enumerate(new):
            row.append(previous[i] + 1 if a == b else max(previous[i + 1], row[-1]))
    return len(new) - row[-1], len(old) - row[-1]
