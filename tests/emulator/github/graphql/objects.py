"""Git objects as GraphQL nodes."""

# ruff: noqa: N803, N815 - the names are GraphQL's
from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.emulator.checks import BAD, CheckRow, combined, visible
from tests.emulator.git import DIRECTORY, SUBMODULE, Commit, Entry, changed_paths
from tests.emulator.github import permission as permissions
from tests.emulator.github.call import when
from tests.emulator.github.graphql.connections import Connection
from tests.emulator.github.graphql.owners import GitActorNode

if TYPE_CHECKING:
    from tests.emulator.github.graphql.repositories import RepositoryNode
    from tests.emulator.github.graphql.session import DeniedError


class ObjectNode:
    """What every git object answers."""

    graphql_type = ""

    def __init__(self, repository: RepositoryNode, oid: str) -> None:
        repository.session.touch()
        self.repository, self.session, self.oid = repository, repository.session, oid
        self.repository_name = repository.repository_name
        self.id = f"{self.graphql_type[0]}_{repository.databaseId}_{oid}"
        self.abbreviatedOid = oid[:7]
        self.commitResourcePath = f"{repository.resourcePath}/commit/{oid}"
        self.commitUrl = f"{repository.url}/commit/{oid}"


class BlobNode(ObjectNode):
    """A file's content. text is null for a binary one and cut at the server's limit."""

    graphql_type = "Blob"

    def __init__(self, repository: RepositoryNode, oid: str) -> None:
        super().__init__(repository, oid)
        self._data = repository.session.world.objects.blobs[oid]
        self.byteSize = len(self._data)
        self.isBinary = b"\0" in self._data[:8000]
        self.isTruncated = len(self._data) > repository.session.world.settings.blob_text_max

    @property
    def text(self) -> str | None:
        if self.isBinary:
            return None
        limit = self.session.world.settings.blob_text_max
        return self._data[:limit].decode("utf-8", "replace")


class TreeNode(ObjectNode):
    """A folder."""

    graphql_type = "Tree"

    def __init__(self, repository: RepositoryNode, oid: str, path: str = "") -> None:
        super().__init__(repository, oid)
        self._path = path

    @property
    def entries(self) -> list[TreeEntryNode]:
        prefix = f"{self._path}/" if self._path else ""
        rows = self.session.world.objects.trees[self.oid]
        return [TreeEntryNode(self.repository, prefix + name, entry) for name, entry in rows]


class TreeEntryNode:
    """A row of a folder."""

    graphql_type = "TreeEntry"
    isGenerated = False

    def __init__(self, repository: RepositoryNode, path: str, entry: Entry) -> None:
        self.repository, self._entry = repository, entry
        self.repository_name = repository.repository_name
        self.path, self.name, self.oid = path, path.rpartition("/")[2], entry.oid
        self.pathRaw = base64.b64encode(path.encode()).decode()
        self.nameRaw = base64.b64encode(self.name.encode()).decode()
        self.mode, self.type = int(entry.mode, 8), entry.type
        self.size = repository.session.world.objects.size(entry)
        self.extension = "." + self.name.rpartition(".")[2] if "." in self.name else ""

    @property
    def lineCount(self) -> int | None:
        data = self.repository.session.world.objects.blobs.get(self.oid)
        return None if data is None else len(data.splitlines())

    @property
    def object(self) -> Any:
        return of_entry(self.repository, self._entry, self.path)

    @property
    def submodule(self) -> dict[str, Any] | None:
        if self._entry.mode != SUBMODULE:
            return None
        url = "https://example.invalid/sub.git"
        names = {"name": self.name, "nameRaw": self.nameRaw, "path": self.path, "pathRaw": self.pathRaw}
        return {**names, "branch": None, "gitUrl": url, "subprojectCommitOid": self.oid}


def of_entry(repository: RepositoryNode, entry: Entry, path: str = "") -> ObjectNode | None:
    if entry.mode == DIRECTORY:
        return TreeNode(repository, entry.oid, path)
    # a submodule's commit lies in another repository
    return None if entry.mode == SUBMODULE else BlobNode(repository, entry.oid)


class TagNode(ObjectNode):
    """An annotated tag's own object."""

    graphql_type = "Tag"

    def __init__(self, repository: RepositoryNode, oid: str) -> None:
        super().__init__(repository, oid)
        tag = repository.session.world.objects.tags[oid]
        self.name, self.message = tag.name, tag.message
        self.tagger = GitActorNode(repository.session, tag.tagger)
        self._target = tag.target

    @property
    def target(self) -> CommitNode:
        return CommitNode(self.repository, self._target)


class CommitNode(ObjectNode):
    """A commit."""

    graphql_type = "Commit"

    def __init__(self, repository: RepositoryNode, oid: str) -> None:
        super().__init__(repository, oid)
        self._commit: Commit = repository.session.world.objects.commits[oid]
        self.message = self._commit.message
        self.messageHeadline, _, body = self.message.partition("\n")
        self.messageBody = body.strip("\n")
        self.authoredDate = when(self._commit.author.date)
        self.committedDate = when(self._commit.committer.date)
        self.resourcePath, self.url = self.commitResourcePath, self.commitUrl
        self.treeResourcePath = f"{repository.resourcePath}/tree/{oid}"
        self.treeUrl = f"{repository.url}/tree/{oid}"

    @property
    def author(self) -> GitActorNode:
        return GitActorNode(self.session, self._commit.author)

    @property
    def committer(self) -> GitActorNode:
        return GitActorNode(self.session, self._commit.committer)

    @property
    def statusCheckRollup(self) -> RollupNode | None:
        """Either permission shows the state of all, and its own shows each row.

        https://github.com/facebook/sapling/issues/993: nothing is shown with neither of them.
        """
        known = self.repository.repository
        if not permissions.permitted(self.session.caller, known, "statuses"):
            self.session.require(known, "checks")
        rows = visible(known, self.oid)
        return RollupNode(self, rows) if rows else None

    @property
    def tree(self) -> TreeNode:
        return TreeNode(self.repository, self._commit.tree)

    def file(self, path: str) -> TreeEntryNode | None:
        entry = self.session.world.objects.lookup(self._commit, path.strip("/"))
        return TreeEntryNode(self.repository, path.strip("/"), entry) if entry else None

    @property
    def changedFilesIfAvailable(self) -> int:
        objects = self.session.world.objects
        before = objects.commits[self._commit.parents[0]].files if self._commit.parents else {}
        return len(changed_paths(before, self._commit.files))

    changedFiles = changedFilesIfAvailable

    @property
    def additions(self) -> int:
        return self._stats()["additions"]

    @property
    def deletions(self) -> int:
        return self._stats()["deletions"]

    def _stats(self) -> dict[str, int]:
        objects = self.session.world.objects
        before = objects.commits[self._commit.parents[0]].files if self._commit.parents else {}
        return objects.line_stats(before, self._commit.files)

    def parents(self, **page: Any) -> Connection:
        return Connection(list(self._commit.parents), lambda oid: CommitNode(self.repository, oid), **page)

    def history(self, path: str | None = None, **page: Any) -> Connection:
        for unused in ("author", "since", "until"):
            page.pop(unused, None)
        objects = self.session.world.objects
        rows = list(objects.history(self.oid))
        if path:
            rows = [c for c in rows if objects.touches(c, path)]
        return Connection(rows, lambda c: CommitNode(self.repository, c.oid), **page)

    def associatedPullRequests(self, orderBy: Any = None, **page: Any) -> Connection:
        from tests.emulator.github.graphql.pulls import PullRequestNode  # noqa: PLC0415 - GraphQL types form cycles

        pulls = self.repository.repository.pulls
        rows = [p for p in pulls if self.oid in {c.oid for c in self.session.world.objects.history(p.head_tip)}]
        return Connection(rows, lambda p: PullRequestNode(self.repository, p), **page)


class RollupNode:
    """The checks and statuses of a commit together. https://docs.github.com/graphql/reference/objects"""

    graphql_type = "StatusCheckRollup"

    def __init__(self, commit: CommitNode, rows: list[CheckRow]) -> None:
        self.commit, self._rows = commit, rows
        self.repository_name = commit.repository_name
        self.id = f"SCR_{commit.oid}"
        self.state = combined(rows).upper()

    def contexts(self, **page: Any) -> Connection:
        found = Connection(self._rows, self._context, **page)
        found.checkRunCount = sum(1 for row in self._rows if row.kind == "run")  # type: ignore[attr-defined]
        found.statusContextCount = len(self._rows) - found.checkRunCount  # type: ignore[attr-defined]
        return found

    def _context(self, row: CheckRow) -> StatusContextNode | CheckRunNode | DeniedError:
        """Rows that the token may not see are null, each with an error: https://github.com/cli/cli/issues/12597."""
        session, known = self.commit.session, self.commit.repository.repository
        if not permissions.permitted(session.caller, known, "checks" if row.kind == "run" else "statuses"):
            return session.lacking()
        return CheckRunNode(self.commit, row) if row.kind == "run" else StatusContextNode(self.commit, row)


class StatusContextNode:
    """A commit status."""

    graphql_type = "StatusContext"
    description = targetUrl = None

    def __init__(self, commit: CommitNode, row: CheckRow) -> None:
        self.commit, self.repository_name = commit, commit.repository_name
        self.id, self.context, self.createdAt = f"SC_{row.id}", row.name, when(row.since)
        self.state = {"error": "ERROR", "pending": "PENDING"}.get(
            row.state, "FAILURE" if row.state in BAD else "SUCCESS"
        )


class CheckRunNode:
    """A check run; while it runs it has no conclusion."""

    graphql_type = "CheckRun"

    def __init__(self, commit: CommitNode, row: CheckRow) -> None:
        self._commit, self._row = commit, row
        self.repository_name = commit.repository_name
        self.id, self.databaseId, self.name = f"CR_{row.id}", row.id, row.name
        self.resourcePath = f"{commit.repository.resourcePath}/runs/{row.id}"
        self.url = self.detailsUrl = f"{commit.repository.url}/runs/{row.id}"
        self.repository = commit.repository
        running = row.state == "pending"
        self.status = "IN_PROGRESS" if running else "COMPLETED"
        self.conclusion = None if running else row.state.upper()
        self.startedAt = when(row.since)
        self.completedAt = None if running else when(row.since)

    @property
    def checkSuite(self) -> dict[str, Any]:
        names = {"databaseId": 1, "resourcePath": self.resourcePath, "url": self.url}
        times = {"createdAt": self.startedAt, "updatedAt": self.startedAt}
        workflow = {"id": f"W_{self._row.workflow}", "name": self._row.workflow, **names, **times}
        run = {"id": f"WFR_{self._row.id}", "event": "pull_request", "runNumber": 1, **names, **times}
        known = {"commit": self._commit, "repository": self.repository}
        state = {"status": self.status, "conclusion": self.conclusion}
        suite = {"id": f"CS_{self._row.id}", **names, **times, **known, **state}

        def workflow_run() -> dict[str, Any] | None:
            # A permission of its own: https://github.com/tellahq/opensession/pull/212
            self._commit.session.require(self._commit.repository.repository, "actions")
            return {**run, "workflow": workflow} if self._row.workflow else None

        return {**suite, "workflowRun": workflow_run}


def of_oid(repository: RepositoryNode, oid: str) -> ObjectNode | None:
    """The node of an object of a repository, by its oid."""
    objects = repository.session.world.objects
    if oid in objects.tags:
        return TagNode(repository, oid)
    if oid in objects.commits:
        return CommitNode(repository, oid)
    if oid in objects.trees:
        return TreeNode(repository, oid)
    return BlobNode(repository, oid) if oid in objects.blobs else None
