"""Merging on GitHub: what a pull request would bring, its approval, and the merge of the commit that was seen.

https://docs.github.com/en/graphql/reference/mutations#mergepullrequest
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from consumer_drift.forges.git import blob_id
from consumer_drift.forges.github import mutations, parse_commits, parse_files, queries
from consumer_drift.forges.github.client import repository_path
from consumer_drift.forges.github.mutations import failure_of
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.messages import ErrorPattern, explained
from consumer_drift.forges.writing import APPROVED_BY_AUTHOR, CHANGE_METHOD, RUN_AGAIN
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, NoText, Reason
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.mutations import Mutations
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.config import MergeMethod
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.proposal import Proposal
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.support.json_fields import JsonValue

# More changed files than a bump ever has; GitHub itself shows 300 at most.
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class _Files:
    """Files at one commit: what is in them, and their modes."""

    texts: Mapping[str, FileResult]
    modes: Mapping[str, int]


class GitHubLander:
    """Approves and merges with one token, at the pace of its other writes."""

    def __init__(self, client: GitHubClient, mutations: Mutations) -> None:
        self._client = client
        self._mutations = mutations

    def settle(self) -> None:
        """Wait until replicas, too, show what was written."""
        self._client.settle()

    def identity(self) -> str | Failure:
        """Return the login of the token's user or app."""
        return self._client.login("the user of the token that approves")

    def proposal(self, snapshot: Snapshot, pull_request: PullRequest, head: str) -> Proposal | Failure:
        """Return what *head* would bring: by the REST comparison, which GraphQL lacks the merge base of.

        https://docs.github.com/en/rest/commits/commits#compare-two-commits
        """
        base = quote(snapshot.commit or pull_request.base, safe="")
        path = f"{repository_path(snapshot.name)}/compare/{base}...{head}"
        compared = self._client.rest(path)
        if isinstance(compared, Failure):
            return compared
        try:
            start, found = parse_commits.proposal(compared, head)
        except InvalidJson as error:
            return invalid_response(path, error)
        if len(found.modified) > _MOST_FILES:
            return replace(found, whole=False)
        paths = sorted(found.modified & snapshot.files.keys())
        before = self._files(snapshot, start, paths)
        if isinstance(before, Failure):
            return before
        after = self._files(snapshot, head, paths)
        if isinstance(after, Failure):
            return after
        # A file that becomes a link, or one that can be run, is modified as well.
        others = {path for path in paths if before.modes.get(path) != after.modes.get(path)}
        return replace(found, others=found.others | others, before=before.texts, after=after.texts)

    def approve(self, snapshot: Snapshot, pull_request: PullRequest, head: str) -> Failure | None:  # noqa: ARG002
        """Approve the commit *head*."""
        asked = f"the approval of {pull_request.url}"
        review = {"pullRequestId": pull_request.id, "commitOID": head, "event": "APPROVE"}
        return self._sent(mutations.APPROVE, {"review": review}, "review", asked)

    def merge(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        pull_request: PullRequest,
        head: str,
        method: MergeMethod,
    ) -> Failure | None:
        """Merge, if the head is still that commit. STALE if it is not."""
        asked = f"the merge of {pull_request.url}"
        merge = {
            "pullRequestId": pull_request.id,
            "expectedHeadOid": head,
            "mergeMethod": method.value.upper(),
        }
        return self._sent(mutations.MERGE, {"merge": merge}, "merge", asked)

    def _files(self, snapshot: Snapshot, commit: str, paths: Sequence[str]) -> _Files | Failure:
        if not paths:
            return _Files({}, {})
        document, variables = queries.files_at(snapshot.name, paths, commit)
        asked = f"the pinned files of {snapshot.name} at {commit}"

        def files(reply: GraphResponse) -> _Files:
            node = reply.data["r0"]
            texts = {path: self._file(snapshot, node.get(f"f{index}")) for index, path in enumerate(paths)}
            return _Files(texts, parse_files.modes(node, paths))

        return self._client.read(document, variables, asked, files)

    def _file(self, snapshot: Snapshot, shown: JsonValue | None) -> FileResult:
        """Return a file byte by byte: GitHub converts some texts to another encoding."""
        if shown is None:
            return NoFile()
        content = parse_files.blob(shown)
        if isinstance(content, NoText):
            return content
        oid = shown["oid"].text()
        if isinstance(content, FileText) and blob_id(content.text) == oid:
            return content
        return self._client.blob(snapshot.name, oid)

    def _sent(self, document: str, inputs: Mapping[str, Any], field: str, asked: str) -> Failure | None:
        refused = failure_of(self._mutations.send(document, inputs, asked), asked, field)
        return refused and explained(refused, _PATTERNS)


# GitHub's own words, as its answers and its users' issues quote them. The first that matches.
_PATTERNS = (
    ErrorPattern(
        r"(?:head|base) branch was modified|is not mergeable|has merge conflicts|still a draft|already merged",
        Reason.STALE,
        RUN_AGAIN,
    ),
    ErrorPattern(r"own pull request", Reason.SETTING, APPROVED_BY_AUTHOR),
    ErrorPattern(r"are not allowed on this repository|method .*not allowed", Reason.SETTING, CHANGE_METHOD),
    ErrorPattern(
        r"approving review|review(?:s)? (?:is|are) required|requires? review|code owner",
        Reason.PROTECTED,
        "its branch requires more approvals, or those of other people: approve it",
    ),
    ErrorPattern(
        r"changes (?:have been|were) requested", Reason.PROTECTED, "resolve the review that asks for changes"
    ),
    ErrorPattern(
        r"required status check|status check", Reason.PROTECTED, "wait for the required check, or look at its log"
    ),
    ErrorPattern(
        r"not up.to.date|out.of.date with the base",
        Reason.PROTECTED,
        "its branch has to be up to date before a merge: press 'Update branch' there",
    ),
    ErrorPattern(
        r"rule violations|protected branch|not authorized to (?:push|merge)|merge queue",
        Reason.PROTECTED,
        "a rule of the branch does not allow this merge: let the merge token's user bypass it, or merge by hand",
    ),
)
