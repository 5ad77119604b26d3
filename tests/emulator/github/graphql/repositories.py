"""Repositories, references and releases as GraphQL nodes."""

# ruff: noqa: N803, N815 - the names are GraphQL's
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.access import user_rank
from tests.emulator.github import permission as permissions
from tests.emulator.github.call import when
from tests.emulator.github.graphql.connections import Connection
from tests.emulator.github.graphql.objects import CommitNode, ObjectNode, of_entry, of_oid
from tests.emulator.github.graphql.owners import OwnerNode, actor
from tests.emulator.github.graphql.pulls import PullRequestNode, pull_connection
from tests.emulator.github.graphql.refs import RefNode, all_refs, find_ref, oid_of
from tests.emulator.github.graphql.session import DeniedError, Session

if TYPE_CHECKING:
    from tests.emulator.git import Commit
    from tests.emulator.records import Label, Release
    from tests.emulator.repository import Repository

PERMISSIONS = {0: None, 1: "READ", 2: "WRITE", 3: "ADMIN"}


class RepositoryNode:
    """A repository the caller may see."""

    graphql_type = "Repository"
    isDisabled = isLocked = deleteBranchOnMerge = False
    hasIssuesEnabled = True
    homepageUrl = None
    diskUsage = forkCount = 0

    def __init__(self, session: Session, repository: Repository) -> None:
        self.session, self.repository = session, repository
        self.repository_name = self.nameWithOwner = repository.full_name
        self.id, self.databaseId, self.name = f"R_{repository.id}", repository.id, repository.name
        self.resourcePath = f"/{repository.full_name}"
        self.url = session.url + self.resourcePath
        self.sshUrl = f"git@github.com:{repository.full_name}.git"
        self.description = repository.description or None
        self.isArchived, self.isFork, self.isEmpty = repository.archived, repository.fork, repository.empty
        self.isPrivate, self.visibility = repository.private, repository.visibility.upper()
        self.isMirror = repository.mirror
        self.isTemplate, self.isInOrganization = repository.template, repository.owner.kind == "organisation"
        self.autoMergeAllowed = repository.auto_merge_allowed
        self.mergeCommitAllowed = "merge" in repository.merge_methods
        self.rebaseMergeAllowed = "rebase" in repository.merge_methods
        self.squashMergeAllowed = "squash" in repository.merge_methods

    @property
    def createdAt(self) -> str | None:
        return when(self.repository.created_at)

    @property
    def updatedAt(self) -> str | None:
        return when(self.repository.updated_at)

    @property
    def pushedAt(self) -> str | None:
        return None if self.repository.empty else when(self.repository.pushed_at)

    @property
    def archivedAt(self) -> str | None:
        return when(self.repository.archived_at)

    @property
    def owner(self) -> OwnerNode:
        return OwnerNode(self.session, self.repository.owner)

    @property
    def parent(self) -> RepositoryNode | None:
        parent = self.repository.parent
        return RepositoryNode(self.session, parent) if parent and self.session.visible(parent) else None

    @property
    def viewerPermission(self) -> str | None:
        return PERMISSIONS[permissions.rank(self.session.caller, self.repository)]

    @property
    def viewerCanAdminister(self) -> bool:
        return permissions.rank(self.session.caller, self.repository) > 2

    def assignableUsers(self, query: str | None = None, **page: Any) -> Connection:
        """Who may write here, by a part of the login."""
        known = self.repository
        users = [
            one for one in self.session.world.owners.values() if one.kind == "user" and user_rank(one, known) > 1
        ]
        shown = [one for one in users if not query or query.lower() in one.login.lower()]
        return Connection(shown, lambda one: OwnerNode(self.session, one), **page)

    # rules for branches ----------------------------------------------------------------------------------

    def rulesets(self, includeParents: bool = True, targets: Any = None, **page: Any) -> Connection:
        """The patterns of `protected`, which let no one create or change a branch; every reader sees them.

        https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets
        """
        return Connection(list(enumerate(self.repository.protected, start=1)), lambda row: _ruleset(*row), **page)

    def branchProtectionRules(self, **page: Any) -> Connection:
        """The rules of the older kind; administrators alone are shown any."""
        rules = list(dict.fromkeys((*self.repository.required_checks, *self.repository.required_approvals)))
        shown = rules if permissions.rank(self.session.caller, self.repository) > 2 else []
        return Connection(shown, self._rule, **page)

    def _rule(self, pattern: str) -> dict[str, Any]:
        checks = self.repository.required_checks.get(pattern, [])
        return {
            "id": f"BPR_{pattern}",
            "databaseId": 1,
            "pattern": pattern,
            "isAdminEnforced": False,
            "lockBranch": False,
            "requiresApprovingReviews": bool(self.repository.required_approvals.get(pattern)),
            "requiresStatusChecks": bool(checks),
            "requiredStatusCheckContexts": checks,
            "restrictsPushes": False,
        }

    # git -------------------------------------------------------------------------------------------------

    def object(self, expression: str | None = None, oid: str | None = None) -> ObjectNode | None:
        self.session.require(self.repository, "contents")
        if oid is not None:
            return of_oid(self, oid)
        if not expression:
            raise DeniedError(None, "expression or oid is required")
        ref, colon, path = expression.partition(":")
        commit = self.repository.resolve(ref) if ref else None
        if commit is None:
            return of_oid(self, ref) if not colon and len(ref) == 40 else None
        if not colon:
            return self._named(ref, commit)
        # git takes no ./ and no leading slash here
        entry = None if path.startswith("/") else self.session.world.objects.lookup(commit, path.rstrip("/"))
        return of_entry(self, entry, path.rstrip("/")) if entry else None

    def _named(self, ref: str, commit: Commit) -> ObjectNode | None:
        oid = self.repository.tags.get(ref.removeprefix("refs/tags/"))
        if oid in self.session.world.objects.tags and ref not in self.repository.branches:
            return of_oid(self, oid or "")
        return CommitNode(self, commit.oid)

    @property
    def defaultBranchRef(self) -> RefNode | None:
        self.session.require(self.repository, "contents")
        name = self.repository.default_branch
        return RefNode(self, "refs/heads/", name) if name in self.repository.branches else None

    def ref(self, qualifiedName: str) -> RefNode | None:
        self.session.require(self.repository, "contents")
        return find_ref(self, qualifiedName)

    def refs(
        self,
        refPrefix: str,
        query: str | None = None,
        orderBy: dict[str, str] | None = None,
        direction: str | None = None,
        **page: Any,
    ) -> Connection:
        """refs/heads/ or refs/tags/ by name; query is a text somewhere in the name, without case."""
        self.session.require(self.repository, "contents")
        prefix = refPrefix if refPrefix.endswith("/") else refPrefix + "/"
        names = [full for full in all_refs(self.repository) if full.startswith(prefix)]
        if query:
            names = [n for n in names if query.lower() in n.removeprefix(prefix).lower()]
        order = orderBy or {"field": "ALPHABETICAL", "direction": direction or "ASC"}
        if order["field"] == "TAG_COMMIT_DATE":
            objects = self.session.world.objects
            names.sort(key=lambda n: (objects.commits[objects.peel(oid_of(self.repository, n))].committer.date, n))
        if order["direction"] == "DESC":
            names.reverse()
        return Connection(names, lambda full: RefNode(self, prefix, full.removeprefix(prefix)), **page)

    # requests, releases, labels --------------------------------------------------------------------------

    def pullRequest(self, number: int) -> PullRequestNode:
        self.session.require(self.repository, "pull_requests")
        found = self.repository.pull_by_number(number)
        if found is None:
            raise DeniedError("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return PullRequestNode(self, found)

    def pullRequests(self, **filters: Any) -> Connection:
        self.session.require(self.repository, "pull_requests")
        return pull_connection(self, self.repository.pulls, **filters)

    def _releases(self) -> list[Release]:
        drafts = permissions.rank(self.session.caller, self.repository) > 1
        rows = [r for r in self.repository.releases if drafts or not r.draft]
        return sorted(rows, key=lambda r: (r.created_at, r.id), reverse=True)

    def releases(self, orderBy: dict[str, str] | None = None, **page: Any) -> Connection:
        self.session.require(self.repository, "contents")
        rows = self._releases()
        if orderBy and orderBy["direction"] == "ASC":
            rows.reverse()
        return Connection(rows, lambda r: ReleaseNode(self, r), **page)

    def release(self, tagName: str) -> ReleaseNode | None:
        self.session.require(self.repository, "contents")
        found = next((r for r in self._releases() if r.tag == tagName and not r.draft), None)
        return ReleaseNode(self, found) if found else None

    @property
    def latestRelease(self) -> ReleaseNode | None:
        self.session.require(self.repository, "contents")
        found = next((r for r in self._releases() if not r.draft and not r.prerelease), None)
        return ReleaseNode(self, found) if found else None

    def label(self, name: str) -> LabelNode | None:
        found = next((x for x in self.repository.labels if x.name.lower() == name.lower()), None)
        return LabelNode(self, found) if found else None

    def labels(self, orderBy: Any = None, query: str | None = None, **page: Any) -> Connection:
        rows = [x for x in self.repository.labels if not query or query.lower() in x.name.lower()]
        return Connection(rows, lambda x: LabelNode(self, x), **page)


def _ruleset(number: int, pattern: str) -> dict[str, Any]:
    types = ("CREATION", "UPDATE", "PULL_REQUEST")
    return {
        "id": f"RRS_{number}",
        "databaseId": number,
        "name": pattern,
        "enforcement": "ACTIVE",
        "target": "BRANCH",
        "conditions": {"refName": {"include": [f"refs/heads/{pattern}"], "exclude": []}},
        "rules": lambda **page: Connection(list(types), lambda one: {"id": one, "type": one}, **page),
    }


class ReleaseNode:
    """A release."""

    graphql_type = "Release"

    def __init__(self, repository: RepositoryNode, release: Release) -> None:
        self.repository, self._release = repository, release
        self.repository_name = repository.repository_name
        self.id, self.databaseId = f"RE_{release.id}", release.id
        self.name, self.description, self.tagName = release.name, release.body, release.tag
        self.isDraft, self.isPrerelease = release.draft, release.prerelease
        self.createdAt = self.updatedAt = when(release.created_at)
        self.publishedAt = None if release.draft else when(release.published_at)
        self.resourcePath = f"{repository.resourcePath}/releases/tag/{release.tag}"
        self.url = f"{repository.url}/releases/tag/{release.tag}"

    @property
    def isLatest(self) -> bool:
        latest = self.repository.latestRelease
        return latest is not None and latest.databaseId == self.databaseId

    @property
    def author(self) -> OwnerNode | None:
        return actor(self.repository.session, self._release.author)

    @property
    def tag(self) -> RefNode | None:
        return find_ref(self.repository, f"refs/tags/{self.tagName}")

    @property
    def tagCommit(self) -> CommitNode | None:
        commit = self.repository.repository.resolve(f"refs/tags/{self.tagName}")
        return CommitNode(self.repository, commit.oid) if commit else None


class LabelNode:
    """A label."""

    graphql_type = "Label"
    isDefault = False

    def __init__(self, repository: RepositoryNode, label: Label) -> None:
        self.repository, self.label = repository, label
        self.id, self.name, self.color = f"LA_{label.id}", label.name, label.color
        self.description = label.description or None
        self.createdAt = self.updatedAt = repository.createdAt
        self.resourcePath = f"{repository.resourcePath}/labels/{label.name}"
        self.url = f"{repository.url}/labels/{label.name}"
