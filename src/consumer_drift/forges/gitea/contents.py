"""One repository's files and forbidden paths, in as few requests as the server allows.

A tag may have the name of the branch. Trees of all servers, and files on Forgejo and on Gitea before 1.24, are
then read at the tag, in git's order of refs, so these are requested by the branch's full name. Later versions of
Gitea read files at the branch, and do not know full names there. What an answer shows is held against the branch.
https://git-scm.com/docs/gitrevisions
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from consumer_drift.config.location import CONSUMER_FILES
from consumer_drift.forges.git import TreeEntry, files_to_read, is_top_level, matching_files, matching_paths
from consumer_drift.forges.gitea import parse, parse_files, routes
from consumer_drift.locks.formats import is_lock
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, NoText, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.held_texts import HeldTexts
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.support.json_fields import JsonValue

Entries = tuple[TreeEntry, ...]
Files = dict[str, FileResult]

_NOT_OFFERED = frozenset({404, 405})
# What the tree route answers for an unknown branch: Gitea 400, Forgejo 404.
_NO_TREE = frozenset({400, 404})
_MOST_TREE_PAGES = 1000
# Texts of at most so many bytes of memory are remembered by their ids, so many of them.
_SMALL, _MOST_SMALL = 1024, 4096
# After so many repositories that told nothing about the batch route, no further repository waits for the next.
_BATCH_TRIES = 3


class ContentsReader:
    """Reads repositories whose row is known. One for a run: it keeps what it learns about the server."""

    def __init__(self, client: GiteaClient, texts: HeldTexts) -> None:
        self._client = client
        self.texts = texts
        self._has_batch: bool | None = None
        self._trying_batch = threading.Lock()
        self._tries = 0
        # Whether files can be requested by the full name of a branch, None until one was found in one of the ways.
        self._has_full_refs: bool | None = None
        # Proxies that refuse an escaped slash let no full name through to the tree route.
        self._has_full_trees = True
        # Most consumers have the same text in a file that has the version alone.
        self._small: dict[str, FileText] = {}
        self._unkept: set[str] = set()
        self._readers: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def read(
        self, snapshot: Snapshot, paths: Sequence[str], forbid: Sequence[str], *, probing: bool = False
    ) -> Snapshot | Failure:
        """Return *snapshot* with *paths* and *forbid* answered at its branch, or a failure if that is missing.

        *probing*: most likely it has none of *paths*.
        """
        read = self.fetch(snapshot, paths, forbid, probing=probing)
        return read if isinstance(read, Failure) else self.texts.held(read, snapshot.files)

    def fetch(
        self, snapshot: Snapshot, paths: Sequence[str], forbid: Sequence[str], *, probing: bool = False
    ) -> Snapshot | Failure:
        """Return what ``read`` returns; the caller says which of its texts are held."""
        if snapshot.archived:
            return snapshot
        patterns = tuple(path for path in paths if is_pattern(path))
        if snapshot.empty:
            nothing: Files = {path: NoFile() for path in files_to_read(paths, {})}
            none = dict.fromkeys(forbid, ()), dict.fromkeys(patterns, ())
            return replace(snapshot, branch="", files=nothing, forbidden=none[0], matches=none[1])
        entries: Entries | Failure | None = None
        has_doubtful = self._has_batch is False and (probing or _may_lack_several(paths))
        if forbid or patterns or (paths and has_doubtful):
            recursive = bool(patterns) or not all(is_top_level(pattern) for pattern in forbid)
            entries = self._tree(snapshot, recursive=recursive)
            if isinstance(entries, Failure) and entries.reason is Reason.NOT_FOUND:
                return entries
        matches = _matches(patterns, entries)
        found = self._files(
            snapshot, files_to_read(paths, matches), entries if isinstance(entries, tuple) else None
        )
        if isinstance(found, Failure):
            return found
        return replace(snapshot, files=found, forbidden=_forbidden(forbid, entries), matches=matches)

    # files

    def _files(self, snapshot: Snapshot, paths: Sequence[str], entries: Entries | None) -> Files | Failure:
        # What the tree proves absent needs no request.
        absent: Files = {path: NoFile() for path in paths if _lacks(entries, path)}
        present = [path for path in paths if path not in absent]
        found = self._read_files(snapshot, present, entries)
        return found if isinstance(found, Failure) else absent | found

    def _read_files(self, snapshot: Snapshot, paths: Sequence[str], entries: Entries | None) -> Files | Failure:
        if not paths:
            return {}
        if self._has_batch is None and self._tries < _BATCH_TRIES:
            # One repository finds out for all others, which wait instead of finding out one by one.
            with self._trying_batch:
                if self._has_batch is None:
                    self._tries += 1
                    return self._by_batch(snapshot, paths, entries)
        if self._has_batch is False:
            return self._one_by_one(snapshot, paths, entries)
        return self._by_batch(snapshot, paths, entries)

    def _by_batch(self, snapshot: Snapshot, paths: Sequence[str], entries: Entries | None) -> Files | Failure:
        found: Files = {}
        for part in routes.batches(paths):
            answers = self._part(snapshot, part)
            if isinstance(answers, Failure):
                return answers
            if answers is None:
                return self._one_by_one(snapshot, paths, entries)
            found.update(answers)
        return found

    def _part(self, snapshot: Snapshot, part: Sequence[str]) -> Files | Failure | None:
        """Return the answers of one batch, or None if this server has no such route."""
        found: Files = {}
        while left := part[len(found) :]:
            request = routes.batch(snapshot.name, left, snapshot.branch)
            answer = self._client.send(snapshot.name, request)
            if isinstance(answer, Failure) and answer.reason is Reason.TOO_LARGE and len(left) > 1:
                # Each of them may be small enough.
                rest = self._one_by_one(snapshot, left, None)
                return rest if isinstance(rest, Failure) else found | rest
            if isinstance(answer, Failure):
                if answer.status not in _NOT_OFFERED or found:
                    return found | dict.fromkeys(left, answer)
                was_anonymous = self._client.is_anonymous(snapshot.name)
                why = self._without_batch(snapshot, answer)
                if why is None and self._client.is_anonymous(snapshot.name) and not was_anonymous:
                    continue
                if why is None and self._has_batch is None:
                    self._has_batch = False
                return why
            read = parse.parsed(answer, str(request), partial(_batch_at, paths=left, branch=snapshot.branch))
            if isinstance(read, Failure):
                return found | dict.fromkeys(left, read)
            self._has_batch = True
            if not read:
                # Too large together, or a server whose limit is 0 files: then each file by itself.
                rest = self._one_by_one(snapshot, left, None)
                return rest if isinstance(rest, Failure) else found | rest
            found.update(read)
        return found

    def _without_batch(self, snapshot: Snapshot, failure: Failure) -> Failure | None:
        """Return None if the route is missing, or the failure if the branch or the repository is.

        A 405 can only be about the route; a 404 is about the route if the branch is known to exist.
        """
        if failure.status == 405:
            return None
        commit = self._commit(snapshot)
        return commit if isinstance(commit, Failure) else None

    def _one_by_one(self, snapshot: Snapshot, paths: Sequence[str], entries: Entries | None) -> Files | Failure:
        was_anonymous = self._client.is_anonymous(snapshot.name)
        if entries is None and self._has_batch is False and _may_lack_several(paths):
            # That the server has no batch route was found out only now.
            tree = self._tree(snapshot, recursive=False)
            entries = tree if isinstance(tree, tuple) else None
        found: Files = {
            path: NoFile() if _lacks(entries, path) else self._known(snapshot, path, entries) for path in paths
        }
        if entries is not None or _proves_branch(found):
            return found
        commit = self._commit(snapshot)
        if isinstance(commit, Failure):
            return commit
        if self._client.is_anonymous(snapshot.name) and not was_anonymous:
            # The token got a 404 for everything: only what is shown without it counts.
            return self._one_by_one(snapshot, paths, None)
        return found

    def _known(self, snapshot: Snapshot, path: str, entries: Entries | None) -> FileResult:
        """Return a file, without a request where its tree names what was read in another repository."""
        oid = next((one.oid for one in entries or () if one.path == path and not one.is_link), "")
        if not oid or oid in self._unkept:
            return self._file(snapshot, path)
        with self._guard:
            reader = self._readers.setdefault(oid, threading.Lock())
        with reader:
            known = self._small.get(oid)
            if known is not None:
                return known
            found = self._file(snapshot, path)
            if isinstance(found, FileText) and found.size <= _SMALL and len(self._small) < _MOST_SMALL:
                self._small[oid] = found
            else:
                self._unkept.add(oid)
            return found

    def _file(self, snapshot: Snapshot, path: str) -> FileResult:
        if self._has_full_refs is not False and snapshot.branch:
            found = self._file_at(snapshot, path, routes.full_ref(snapshot.branch))
            if _is_something(found):
                self._has_full_refs = True
            if self._has_full_refs or not isinstance(found, NoFile):
                return found
        found = self._file_at(snapshot, path, snapshot.branch)
        if _is_something(found):
            self._has_full_refs = False
        return found

    def _file_at(self, snapshot: Snapshot, path: str, ref: str) -> FileResult:
        request = routes.contents(snapshot.name, path, ref)
        answer = self._client.send(snapshot.name, request)
        if isinstance(answer, Failure):
            return NoFile() if answer.reason is Reason.NOT_FOUND else answer
        read = partial(_content_at, path=path, branch=ref if ref == snapshot.branch else "")
        return parse.parsed(answer, str(request), read)

    # the tree

    def _tree(self, snapshot: Snapshot, *, recursive: bool) -> Entries | Failure:
        if self._has_full_trees:
            entries = self._entries(snapshot, routes.full_ref(snapshot.branch), recursive=recursive)
            if not isinstance(entries, Failure) or entries.status not in _NO_TREE:
                return entries
        commit = self._commit(snapshot)
        if isinstance(commit, Failure):
            return commit
        entries = self._entries(snapshot, commit, recursive=recursive)
        if not isinstance(entries, Failure):
            self._has_full_trees = False
        elif entries.status in _NO_TREE:
            # The branch exists, so this says nothing about the repository, and is not "not found" either.
            return replace(entries, reason=Reason.UNEXPECTED)
        return entries

    def _entries(self, snapshot: Snapshot, ref: str, *, recursive: bool) -> Entries | Failure:
        """Return the whole tree at *ref*, as it is when the first page of it is read."""
        entries: list[TreeEntry] = []
        for number in range(1, _MOST_TREE_PAGES + 1):
            page = self._tree_page(snapshot, ref, number, recursive=recursive)
            if isinstance(page, Failure):
                return page
            entries += page.entries
            # A branch may move between two pages, and what is then in neither would be taken for missing.
            ref = page.commit
            if not page.more:
                return tuple(entries)
            if not page.entries:
                break
        return Failure(
            Reason.CUT_SHORT,
            f"the forge shows {len(entries)} paths of {snapshot.name} and says that there are more",
            "use patterns without wildcards or folders, or remove the forbidden paths of this consumer",
        )

    def _tree_page(
        self, snapshot: Snapshot, ref: str, number: int, *, recursive: bool
    ) -> parse_files.TreePage | Failure:
        request = routes.tree(snapshot.name, ref, number, recursive=recursive)
        answer = self._client.send(snapshot.name, request)
        return parse.parsed(answer, str(request), parse_files.tree_page)

    def _commit(self, snapshot: Snapshot) -> str | Failure:
        """Return the commit of the snapshot's branch, which proves that the branch exists."""
        name = snapshot.name
        answer, row = self._client.found(name, lambda name: routes.branch(name, snapshot.branch))
        if row is not None:
            return Failure(
                Reason.NOT_FOUND,
                f"{name} has no branch {snapshot.branch!r}, or the token's user may not read its code",
                "correct or remove the consumer's `branch:`, and check the default branch on the forge and what"
                " the token's user may read there",
                status=404,
                asked=str(routes.branch(name, snapshot.branch)),
            )
        if isinstance(answer, Failure):
            return answer
        return parse.parsed(answer, str(routes.branch(name, snapshot.branch)), parse.branch_commit)


def _content_at(answer: JsonValue, path: str, branch: str) -> FileResult:
    """Return the file in an answer, or a failure if it was not read at *branch*, unless that is empty."""
    found = parse_files.content(answer, path)
    if not branch or parse_files.is_at_branch(answer, path, branch):
        return found
    return Failure(
        Reason.UNEXPECTED,
        f"the forge did not read {path} at the branch {branch!r}, but at a tag or commit of that name",
        f"delete or rename what is called {branch!r} beside the branch",
    )


def _batch_at(answer: JsonValue, paths: Sequence[str], branch: str) -> Files:
    found: Files = dict(parse_files.batch(answer, paths))
    for path, row in zip(found, answer, strict=False):
        if not row.is_null:
            found[path] = _content_at(row, path, branch)
    return found


def _is_something(found: FileResult) -> bool:
    return isinstance(found, FileText | NoText)


def _lacks(entries: Entries | None, path: str) -> bool:
    """Return whether the tree proves that there is nothing at *path*, by its first part."""
    if entries is None:
        return False
    first = path.partition("/")[0]
    return all(entry.path != first for entry in entries)


def _may_lack_several(paths: Sequence[str]) -> bool:
    """Return whether the root's tree saves requests.

    A manifest has one of several lock files beside it, and few consumers have a file that says what they allow.
    """
    return sum(path in CONSUMER_FILES or ("/" not in path and is_lock(path)) for path in paths) > 1


def _proves_branch(found: Files) -> bool:
    """Return whether the 404s are reliable: there are none, or something at the branch was found."""
    answers = found.values()
    return any(isinstance(answer, FileText | NoText) for answer in answers) or not any(
        isinstance(answer, NoFile) for answer in answers
    )


def _matches(
    patterns: Sequence[str], entries: Entries | Failure | None
) -> Mapping[str, tuple[str, ...] | Failure]:
    if isinstance(entries, Failure):
        return dict.fromkeys(patterns, entries)
    return matching_files(patterns, entries or ())


def _forbidden(
    patterns: Sequence[str], entries: Entries | Failure | None
) -> Mapping[str, tuple[str, ...] | Failure]:
    if isinstance(entries, Failure):
        return dict.fromkeys(patterns, entries)
    return matching_paths(patterns, entries or ())
