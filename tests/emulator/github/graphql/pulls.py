"""Pull requests and what hangs on them as GraphQL nodes."""

# ruff: noqa: N803, N815 - the names are GraphQL's
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator import checks
from tests.emulator.git import changed_paths
from tests.emulator.github import permission as permissions
from tests.emulator.github.call import when
from tests.emulator.github.graphql.connections import Connection
from tests.emulator.github.graphql.objects import CommitNode
from tests.emulator.github.graphql.owners import OwnerNode, actor

if TYPE_CHECKING:
    from tests.emulator.checks import ReviewRow
    from tests.emulator.git import Commit
    from tests.emulator.github.graphql.refs import RefNode
    from tests.emulator.github.graphql.repositories import RepositoryNode
    from tests.emulator.records import Comment, PullRequest

CHANGES = {"added": "ADDED", "removed": "DELETED", "modified": "MODIFIED"}


def state_of(pull: PullRequest) -> str:
    return "MERGED" if pull.merged else pull.state.upper()


def pull_connection(
    repository: RepositoryNode,
    rows: list[PullRequest],
    states: list[str] | None = None,
    headRefName: str | None = None,
    baseRefName: str | None = None,
    labels: list[str] | None = None,
    orderBy: dict[str, str] | None = None,
    **page: Any,
) -> Connection:
    """Pull requests, filtered; without an order the oldest come first."""
    rows = [p for p in rows if not states or state_of(p) in states]
    rows = [p for p in rows if headRefName is None or p.head_branch == headRefName]
    rows = [p for p in rows if baseRefName is None or p.base_branch == baseRefName]
    if labels:
        wanted = {name.lower() for name in labels}
        rows = [p for p in rows if wanted & {x.name.lower() for x in p.labels}]
    order = orderBy or {"field": "CREATED_AT", "direction": "ASC"}
    keys = {"UPDATED_AT": lambda p: (p.updated_at, p.id), "COMMENTS": lambda p: (len(p.comments), p.id)}
    rows.sort(key=keys.get(order["field"], lambda p: (p.created_at, p.id)), reverse=order["direction"] == "DESC")
    return Connection(rows, lambda p: PullRequestNode(repository, p), **page)


class PullRequestNode:
    """A pull request."""

    graphql_type = "PullRequest"
    locked = viewerCanLabel = False
    lastEditedAt = None
    maintainerCanModify = True

    def __init__(self, repository: RepositoryNode, pull: PullRequest) -> None:
        self.pull = pull
        if repository.repository is not pull.repository:
            repository = type(repository)(repository.session, pull.repository)
        repository.session.touch()
        self.repository = self.baseRepository = repository
        self.session, self.repository_name = repository.session, repository.repository_name
        self.id, self.databaseId, self.fullDatabaseId = f"PR_{pull.id}", pull.id, str(pull.id)
        self.number, self.title, self.body = pull.number, pull.title, pull.body
        self.state, self.isDraft, self.merged = state_of(pull), pull.draft, pull.merged
        self.closed = pull.state != "open"
        self.createdAt, self.updatedAt = when(pull.created_at), when(pull.updated_at)
        self.closedAt, self.mergedAt = when(pull.closed_at), when(pull.merged_at)
        self.headRefName, self.baseRefName = pull.head_branch, pull.base_branch
        self.headRefOid, self.baseRefOid = pull.head_tip, pull.base_tip
        self.isCrossRepository = pull.from_fork
        self.resourcePath = f"{repository.resourcePath}/pull/{pull.number}"
        self.url = self.permalink = f"{repository.url}/pull/{pull.number}"

    @property
    def author(self) -> OwnerNode | None:
        return actor(self.session, self.pull.author)

    @property
    def mergedBy(self) -> OwnerNode | None:
        return actor(self.session, self.pull.merged_by)

    @property
    def viewerDidAuthor(self) -> bool:
        return self.session.caller.login == self.pull.author

    @property
    def viewerCanUpdate(self) -> bool:
        return self.viewerDidAuthor or permissions.rank(self.session.caller, self.pull.repository) > 1

    @property
    def viewerCanEnableAutoMerge(self) -> bool:
        blocked = checks.is_blocked(self.pull)
        return self.viewerCanUpdate and blocked and self.pull.repository.auto_merge_allowed

    @property
    def headRepository(self) -> RepositoryNode | None:
        source = self.pull.head_repository
        if source is None or not self.session.visible(source):
            return None
        return type(self.repository)(self.session, source)

    @property
    def headRepositoryOwner(self) -> OwnerNode | None:
        return actor(self.session, self.pull.head_owner)

    @property
    def headRef(self) -> RefNode | None:
        source = self.headRepository
        return source.ref("refs/heads/" + self.pull.head_branch) if source else None

    @property
    def baseRef(self) -> RefNode | None:
        return self.repository.ref("refs/heads/" + self.pull.base_branch)

    @property
    def mergeable(self) -> str:
        if self.pull.state != "open":
            return "UNKNOWN"
        if self.pull.checking:
            # Asking makes GitHub compute it.
            self.pull.checking -= 1
            return "UNKNOWN"
        fits = self.session.world.objects.merges(self.pull.base_tip, self.pull.head_tip)
        return "MERGEABLE" if fits else "CONFLICTING"

    @property
    def mergeStateStatus(self) -> str:
        if self.pull.checking:
            return "UNKNOWN"
        if self.mergeable == "CONFLICTING":
            return "DIRTY"
        if self.pull.draft:
            return "DRAFT"
        if checks.is_blocked(self.pull):
            return "BLOCKED"
        state = checks.combined(checks.visible(self.pull.repository, self.pull.head_tip))
        return "UNSTABLE" if state in {"failure", "pending"} else "CLEAN"

    @property
    def reviewDecision(self) -> str | None:
        return checks.decision(self.pull)

    def latestOpinionatedReviews(self, writersOnly: bool = False, **page: Any) -> Connection:
        rows = [row for row in checks.opinions(self.pull) if not writersOnly or checks.counts(self.pull, row)]
        return Connection(rows, lambda row: ReviewNode(self, row), **page)

    def reviews(self, author: str | None = None, states: list[str] | None = None, **page: Any) -> Connection:
        nodes = [ReviewNode(self, row) for row in self.pull.reviews]
        nodes = [one for one in nodes if not states or one.state in states]
        return Connection(nodes, lambda node: node, **page)

    @property
    def mergeCommit(self) -> CommitNode | None:
        return CommitNode(self.repository, self.pull.merge_commit) if self.pull.merge_commit else None

    @property
    def autoMergeRequest(self) -> dict[str, Any] | None:
        waiting = self.pull.auto_merge
        if waiting is None:
            return None
        nothing = {"authorEmail": None, "commitBody": None, "commitHeadline": None}
        by = {"enabledAt": self.updatedAt, "enabledBy": actor(self.session, waiting.user)}
        return {**nothing, **by, "mergeMethod": waiting.method.upper(), "pullRequest": self}

    # what was changed ------------------------------------------------------------------------------------

    def _trees(self) -> tuple[Any, Commit]:
        objects = self.session.world.objects
        start = objects.merge_base(self.pull.base_tip, self.pull.head_tip)
        return start.files if start else {}, objects.commits[self.pull.head_tip]

    @property
    def changedFiles(self) -> int:
        before, head = self._trees()
        return len(changed_paths(before, head.files))

    @property
    def additions(self) -> int:
        before, head = self._trees()
        return self.session.world.objects.line_stats(before, head.files)["additions"]

    @property
    def deletions(self) -> int:
        before, head = self._trees()
        return self.session.world.objects.line_stats(before, head.files)["deletions"]

    def files(self, **page: Any) -> Connection:
        before, head = self._trees()
        objects = self.session.world.objects

        def row(change: tuple[str, str]) -> dict[str, Any]:
            path, kind = change
            pair = [{path: side[path]} if path in side else {} for side in (before, head.files)]
            stats = objects.line_stats(*pair)
            counts = {"additions": stats["additions"], "deletions": stats["deletions"]}
            return {**counts, "path": path, "changeType": CHANGES[kind]}

        return Connection(changed_paths(before, head.files), row, **page)

    def commits(self, **page: Any) -> Connection:
        objects = self.session.world.objects
        start = objects.merge_base(self.pull.base_tip, self.pull.head_tip)
        known = {c.oid for c in objects.history(start.oid)} if start else set()
        # oldest first, as GitHub lists a request's commits
        rows = [c for c in objects.history(self.pull.head_tip) if c.oid not in known][::-1]
        return Connection(rows, self._commit, **page)

    def _commit(self, commit: Commit) -> dict[str, Any]:
        places = {
            "resourcePath": f"{self.resourcePath}/commits/{commit.oid}",
            "url": f"{self.url}/commits/{commit.oid}",
        }
        node = CommitNode(self.repository, commit.oid)
        return {"id": f"PURC_{self.pull.id}_{commit.oid}", "commit": node, "pullRequest": self, **places}

    # what was said ---------------------------------------------------------------------------------------

    def labels(self, orderBy: Any = None, **page: Any) -> Connection:
        from tests.emulator.github.graphql.repositories import LabelNode  # noqa: PLC0415 - GraphQL types form cycles

        return Connection(self.pull.labels, lambda x: LabelNode(self.repository, x), **page)

    def comments(self, orderBy: Any = None, **page: Any) -> Connection:
        return Connection(self.pull.comments, lambda c: CommentNode(self, c), **page)

    def reviewRequests(self, **page: Any) -> Connection:
        def row(login: str) -> dict[str, Any]:
            rest = {"asCodeOwner": False, "databaseId": 1, "pullRequest": self}
            return {"id": f"RR_{self.pull.id}_{login}", "requestedReviewer": actor(self.session, login), **rest}

        return Connection(self.pull.reviewers, row, **page)


class ReviewNode:
    """A review of a pull request."""

    graphql_type = "PullRequestReview"
    body = ""

    def __init__(self, pull: PullRequestNode, row: ReviewRow) -> None:
        self._row, self.pullRequest = row, pull
        self.repository_name = pull.repository_name
        self.id, self.databaseId = f"PRR_{row.id}", row.id
        self.state = "DISMISSED" if row.dismissed else row.state
        self.submittedAt = when(row.submitted_at)
        self.resourcePath = f"{pull.resourcePath}#pullrequestreview-{row.id}"
        self.url = f"{pull.url}#pullrequestreview-{row.id}"
        self.authorCanPushToRepository = checks.counts(pull.pull, row)

    @property
    def author(self) -> OwnerNode | None:
        return actor(self.pullRequest.session, self._row.author)

    @property
    def commit(self) -> CommitNode:
        return CommitNode(self.pullRequest.repository, self._row.commit)


class CommentNode:
    """A comment on a pull request."""

    graphql_type = "IssueComment"

    def __init__(self, pull: PullRequestNode, comment: Comment) -> None:
        self._pull, self._comment = pull, comment
        self.id, self.databaseId, self.body = f"IC_{comment.id}", comment.id, comment.body
        self.createdAt = self.updatedAt = when(comment.created_at)
        self.resourcePath = f"{pull.resourcePath}#issuecomment-{comment.id}"
        self.url = f"{pull.url}#issuecomment-{comment.id}"
        self.viewerDidAuthor = comment.author == pull.session.caller.login

    @property
    def author(self) -> OwnerNode | None:
        return actor(self._pull.session, self._comment.author)
