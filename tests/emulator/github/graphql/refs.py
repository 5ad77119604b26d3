"""References and how they compare, as GraphQL nodes."""

# ruff: noqa: N803 - the names are GraphQL's
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.github.graphql.connections import Connection
from tests.emulator.github.graphql.objects import CommitNode, ObjectNode, of_oid
from tests.emulator.github.graphql.pulls import pull_connection

if TYPE_CHECKING:
    from tests.emulator.git import Commit
    from tests.emulator.github.graphql.repositories import RepositoryNode
    from tests.emulator.repository import Repository


def all_refs(repository: Repository) -> list[str]:
    """Every full reference name, sorted as git sorts them."""
    heads = [f"refs/heads/{name}" for name in repository.branches]
    return sorted([*heads, *(f"refs/tags/{name}" for name in repository.tags)])


def oid_of(repository: Repository, full: str) -> str:
    store = repository.branches if full.startswith("refs/heads/") else repository.tags
    return store[full.split("/", 2)[2]]


def find_ref(repository: RepositoryNode, name: str) -> RefNode | None:
    """A reference by its full name, or by a branch's or tag's own."""
    known = repository.repository
    for prefix, store in (("refs/heads/", known.branches), ("refs/tags/", known.tags)):
        short = name.removeprefix(prefix)
        if (name.startswith(prefix) or not name.startswith("refs/")) and short in store:
            return RefNode(repository, prefix, short)
    return None


class RefNode:
    """A branch or a tag."""

    graphql_type = "Ref"

    def __init__(self, repository: RepositoryNode, prefix: str, name: str) -> None:
        self.repository, self.prefix, self.name = repository, prefix, name
        self.repository_name = repository.repository_name
        self.id = f"REF_{repository.databaseId}_{prefix}{name}"

    @property
    def target(self) -> ObjectNode | None:
        return of_oid(self.repository, oid_of(self.repository.repository, self.prefix + self.name))

    def associatedPullRequests(self, **filters: Any) -> Connection:
        known = self.repository.repository
        known_session = self.repository.session
        known_session.require(known, "pull_requests")
        rows = [p for p in known.outgoing if p.head_branch == self.name and known_session.visible(p.repository)]
        return pull_connection(self.repository, rows, **filters)

    @property
    def branchProtectionRule(self) -> dict[str, Any] | None:
        rule = self.refUpdateRule
        if rule is None:
            return None
        checks = rule["requiredStatusCheckContexts"]
        more = {"databaseId": 1, "id": f"BPR_{self.id}", "requiresStatusChecks": bool(checks)}
        return {**more, "pattern": rule["pattern"], "requiredStatusCheckContexts": checks}

    @property
    def refUpdateRule(self) -> dict[str, Any] | None:
        known = self.repository.repository
        checks, approvals = known.checks_for(self.name), known.approvals_for(self.name)
        if self.prefix != "refs/heads/" or not (checks or approvals or known.is_protected(self.name)):
            return None
        return {
            "allowsDeletions": False,
            "allowsForcePushes": False,
            "pattern": self.name,
            "requiredApprovingReviewCount": approvals,
            "requiredStatusCheckContexts": checks,
            "requiresLinearHistory": False,
            "requiresSignatures": False,
            "viewerCanPush": not known.is_protected(self.name),
        }

    def compare(self, headRef: str) -> ComparisonNode | None:
        base = self.repository.repository.resolve(self.prefix + self.name)
        head = self.repository.repository.resolve(headRef)
        return ComparisonNode(self.repository, base, head) if base and head else None


class ComparisonNode:
    """How two commits lie to each other."""

    graphql_type = "Comparison"

    def __init__(self, repository: RepositoryNode, base: Commit, head: Commit) -> None:
        objects = repository.session.world.objects
        mine = {c.oid for c in objects.history(base.oid)}
        theirs = {c.oid for c in objects.history(head.oid)}
        self._ahead = [c for c in objects.history(head.oid) if c.oid not in mine]
        self.id = f"CMP_{base.oid}_{head.oid}"
        self.aheadBy, self.behindBy = len(self._ahead), len(mine - theirs)
        states = {(False, False): "IDENTICAL", (True, False): "AHEAD", (False, True): "BEHIND"}
        self.status = states.get((bool(self.aheadBy), bool(self.behindBy)), "DIVERGED")
        self._repository = repository
        self.baseTarget, self.headTarget = CommitNode(repository, base.oid), CommitNode(repository, head.oid)

    def commits(self, **page: Any) -> Connection:
        connection = Connection(self._ahead, lambda c: CommitNode(self._repository, c.oid), **page)
        connection.authorCount = len({c.author.email for c in self._ahead})  # type: ignore[attr-defined]
        return connection
