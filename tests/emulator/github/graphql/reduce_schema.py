"""Cut GitHub's published schema down to what the emulator answers; every definition that stays is the true one.

    npm pack @octokit/graphql-schema && tar xzf octokit-graphql-schema-*.tgz
    python -m tests.emulator.github.graphql.reduce_schema package/schema.graphql

A field is offered when its type is kept: add a type or a field to KEEP and run this again.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

from graphql import parse, print_ast
from graphql.language import (
    EnumTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

TARGET = Path(__file__).parents[3] / "data" / "github-schema"
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}
ALL = "*"

KEEP: dict[str, str] = {
    "Query": "id node nodes organization rateLimit repository repositoryOwner search user viewer",
    "Mutation": (
        "addComment addLabelsToLabelable addPullRequestReview closePullRequest convertPullRequestToDraft"
        " createCommitOnBranch"
        " createPullRequest createRef deleteRef disablePullRequestAutoMerge enablePullRequestAutoMerge"
        " markPullRequestReadyForReview mergePullRequest reopenPullRequest requestReviews updatePullRequest"
        " updateRef"
    ),
    "RateLimit": ALL,
    "PageInfo": ALL,
    "Node": ALL,
    "Actor": ALL,
    "Labelable": ALL,
    "GitObject": ALL,
    "RepositoryOwner": ALL,
    "UniformResourceLocatable": ALL,
    "Repository": (
        "archivedAt assignableUsers autoMergeAllowed branchProtectionRules createdAt databaseId defaultBranchRef"
        " deleteBranchOnMerge description"
        " diskUsage"
        " forkCount hasIssuesEnabled homepageUrl id isArchived isDisabled isEmpty isFork isInOrganization isLocked"
        " isMirror isPrivate isTemplate label labels latestRelease mergeCommitAllowed name nameWithOwner object"
        " owner"
        " parent pullRequest pullRequests pushedAt rebaseMergeAllowed ref refs release releases resourcePath"
        " rulesets"
        " squashMergeAllowed sshUrl updatedAt url viewerCanAdminister viewerPermission visibility"
    ),
    "RepositoryConnection": ALL,
    "RepositoryEdge": ALL,
    "SearchResultItem": ALL,
    "SearchResultItemConnection": "nodes pageInfo repositoryCount",
    "Organization": (
        "avatarUrl createdAt databaseId description email id login name repositories repository resourcePath team"
        " url"
        " viewerCanAdminister viewerIsAMember"
    ),
    "User": (
        "avatarUrl createdAt databaseId email id isViewer login name organization repositories repository"
        " resourcePath url"
    ),
    "Bot": "avatarUrl createdAt databaseId id login resourcePath updatedAt url",
    "Team": "combinedSlug databaseId id name slug",
    "Ref": "associatedPullRequests branchProtectionRule compare id name prefix refUpdateRule repository target",
    "RefConnection": ALL,
    "RefEdge": ALL,
    "RefUpdateRule": (
        "allowsDeletions allowsForcePushes pattern requiredApprovingReviewCount requiredStatusCheckContexts"
        " requiresLinearHistory requiresSignatures viewerCanPush"
    ),
    "BranchProtectionRule": (
        "databaseId id isAdminEnforced lockBranch pattern requiredStatusCheckContexts requiresApprovingReviews"
        " requiresStatusChecks restrictsPushes"
    ),
    "BranchProtectionRuleConnection": ALL,
    "BranchProtectionRuleEdge": ALL,
    "RepositoryRuleset": "conditions databaseId enforcement id name rules target",
    "RepositoryRulesetConnection": ALL,
    "RepositoryRulesetEdge": ALL,
    "RepositoryRuleConditions": "refName",
    "RefNameConditionTarget": ALL,
    "RepositoryRule": "id type",
    "RepositoryRuleConnection": ALL,
    "RepositoryRuleEdge": ALL,
    "UserConnection": ALL,
    "UserEdge": ALL,
    "Comparison": "aheadBy baseTarget behindBy commits headTarget id status",
    "ComparisonCommitConnection": ALL,
    "Blob": ALL,
    "Tree": ALL,
    "TreeEntry": ALL,
    "Submodule": ALL,
    "Commit": (
        "abbreviatedOid additions associatedPullRequests author authoredDate changedFiles changedFilesIfAvailable"
        " commitResourcePath commitUrl committedDate committer deletions file history id message messageBody"
        " messageHeadline oid parents repository resourcePath statusCheckRollup tree treeResourcePath treeUrl url"
    ),
    "StatusCheckRollup": "commit contexts id state",
    "StatusCheckRollupContextConnection": ALL,
    "StatusCheckRollupContextEdge": ALL,
    "StatusCheckRollupContext": ALL,
    "CheckRun": (
        "checkSuite completedAt conclusion databaseId detailsUrl id name repository resourcePath startedAt"
        " status url"
    ),
    "CheckSuite": (
        "commit conclusion createdAt databaseId id repository resourcePath status updatedAt url workflowRun"
    ),
    "WorkflowRun": "createdAt databaseId event id resourcePath runNumber updatedAt url workflow",
    "Workflow": "createdAt databaseId id name resourcePath updatedAt url",
    "StatusContext": "commit context createdAt description id state targetUrl",
    "CommitConnection": ALL,
    "CommitHistoryConnection": ALL,
    "CommitEdge": ALL,
    "Tag": ALL,
    "GitActor": "avatarUrl date email name user",
    "PullRequest": (
        "additions author autoMergeRequest baseRef baseRefName baseRefOid baseRepository body changedFiles closed"
        " closedAt comments commits createdAt databaseId deletions files fullDatabaseId headRef headRefName"
        " headRefOid headRepository headRepositoryOwner id isCrossRepository isDraft labels lastEditedAt"
        " latestOpinionatedReviews locked"
        " maintainerCanModify mergeCommit mergeStateStatus mergeable merged mergedAt mergedBy number permalink"
        " repository resourcePath reviewDecision reviewRequests reviews state title updatedAt url"
        " viewerCanEnableAutoMerge"
        " viewerCanUpdate"
        " viewerCanLabel viewerDidAuthor"
    ),
    "PullRequestConnection": ALL,
    "PullRequestEdge": ALL,
    "PullRequestCommit": "commit id pullRequest resourcePath url",
    "PullRequestCommitConnection": ALL,
    "PullRequestCommitEdge": ALL,
    "PullRequestChangedFile": "additions changeType deletions path",
    "PullRequestChangedFileConnection": ALL,
    "PullRequestChangedFileEdge": ALL,
    "AutoMergeRequest": ALL,
    "PullRequestReview": (
        "author authorCanPushToRepository body commit databaseId id pullRequest resourcePath state submittedAt url"
    ),
    "PullRequestReviewConnection": ALL,
    "PullRequestReviewEdge": ALL,
    "ReviewRequest": "asCodeOwner databaseId id pullRequest requestedReviewer",
    "ReviewRequestConnection": ALL,
    "ReviewRequestEdge": ALL,
    "RequestedReviewer": ALL,
    "IssueComment": "author body createdAt databaseId id resourcePath updatedAt url viewerDidAuthor",
    "IssueCommentConnection": ALL,
    "IssueCommentEdge": ALL,
    "Label": "color createdAt description id isDefault name repository resourcePath updatedAt url",
    "LabelConnection": ALL,
    "LabelEdge": ALL,
    "Release": (
        "author createdAt databaseId description id isDraft isLatest isPrerelease name publishedAt repository"
        " resourcePath tag tagCommit tagName updatedAt url"
    ),
    "ReleaseConnection": ALL,
    "ReleaseEdge": ALL,
    "AddCommentPayload": ALL,
    "AddLabelsToLabelablePayload": ALL,
    "AddPullRequestReviewPayload": ALL,
    "ClosePullRequestPayload": ALL,
    "ConvertPullRequestToDraftPayload": ALL,
    "CreateCommitOnBranchPayload": ALL,
    "CreatePullRequestPayload": ALL,
    "CreateRefPayload": ALL,
    "DeleteRefPayload": ALL,
    "DisablePullRequestAutoMergePayload": ALL,
    "EnablePullRequestAutoMergePayload": ALL,
    "MarkPullRequestReadyForReviewPayload": ALL,
    "MergePullRequestPayload": ALL,
    "ReopenPullRequestPayload": ALL,
    "RequestReviewsPayload": ALL,
    "UpdatePullRequestPayload": ALL,
    "UpdateRefPayload": ALL,
}  # fmt: skip


def named(node: TypeNode) -> str:
    """The name under list and non-null wrappers."""
    while hasattr(node, "type"):
        node = node.type
    return node.name.value  # type: ignore[attr-defined]


def reduce(text: str) -> str:
    """The reduced schema's text."""
    definitions: dict[str, Any] = {
        d.name.value: d for d in parse(text).definitions if getattr(d, "name", None) is not None
    }
    wanted: dict[str, Any] = {}
    for name, fields in KEEP.items():
        node = definitions[name]
        if isinstance(node, UnionTypeDefinitionNode):
            wanted[name] = altered(node, types=tuple(t for t in node.types if t.name.value in KEEP))
        else:
            wanted[name] = _cut(node, None if fields == ALL else set(fields.split()), definitions)
    _close(wanted, definitions)
    rows = [print_ast(_plain(wanted[name])) for name in sorted(wanted)]
    return "\n\n".join(rows) + "\n"


def altered(node: Any, **changes: Any) -> Any:
    """A copy of a syntax node with other attributes; the nodes themselves are frozen."""
    new = copy.copy(node)
    for name, value in changes.items():
        object.__setattr__(new, name, value)
    return new


def _cut(node: Any, fields: set[str] | None, definitions: dict[str, Any]) -> Any:
    missing = (fields or set()) - {f.name.value for f in node.fields}
    if missing:
        raise SystemExit(f"{node.name.value} has no {', '.join(sorted(missing))}")
    kept = tuple(
        f
        for f in node.fields
        if (fields is None or f.name.value in fields) and _answered(definitions, named(f.type))
    )
    return altered(node, fields=kept, interfaces=tuple(i for i in node.interfaces or () if i.name.value in KEEP))


def _answered(definitions: dict[str, Any], name: str) -> bool:
    leaf = (ScalarTypeDefinitionNode, EnumTypeDefinitionNode)
    return name in BUILT_IN or name in KEEP or isinstance(definitions[name], leaf)


def _close(wanted: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Add the scalars, enums and inputs that the kept fields name, and what those name in turn."""
    queue = list(wanted.values())
    while queue:
        node = queue.pop()
        names = set()
        for field in getattr(node, "fields", None) or ():
            names.add(named(field.type))
            names |= {named(argument.type) for argument in getattr(field, "arguments", None) or ()}
        for name in names - wanted.keys() - BUILT_IN:
            wanted[name] = definitions[name]
            queue.append(definitions[name])


def _plain(node: Any) -> Any:
    """Without descriptions and GitHub's own directives: neither changes what is answered."""
    changes: dict[str, Any] = {"description": None, "directives": ()}
    for name in ("fields", "values", "arguments"):
        if getattr(node, name, None):
            changes[name] = tuple(map(_plain, getattr(node, name)))
    if hasattr(node, "type") or hasattr(node, "arguments"):
        changes["directives"] = tuple(d for d in node.directives or () if d.name.value == "deprecated")
    return altered(node, **changes)


def main(source: str) -> None:
    path = Path(source)
    (TARGET / "schema.graphql").write_text(reduce(path.read_text(encoding="utf-8")), encoding="utf-8")
    version = json.loads((path.parent / "package.json").read_text(encoding="utf-8"))["version"]
    licence = (path.parent / "LICENSE.md").read_text(encoding="utf-8")
    (TARGET / "LICENSE.md").write_text(licence, encoding="utf-8")
    (TARGET / "SOURCE.md").write_text(
        f"`schema.graphql` is GitHub's public GraphQL schema as the npm package `@octokit/graphql-schema`\n"
        f"{version} publishes it (MIT, see LICENSE.md), without descriptions and cut to the types and fields\n"
        "named in `tests/emulator/github/graphql/reduce_schema.py`, which makes it.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(sys.argv[1])
