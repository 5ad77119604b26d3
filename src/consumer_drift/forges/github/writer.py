"""Bumps on GitHub: verified commits by ``createCommitOnBranch``, pull requests, labels, reviewers, auto-merge.

Writes go one after the other, at least a second apart and at most 80 a minute and 500 an hour:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, TypeVar

from consumer_drift.forges.github import bump_queries, mutations, parse_pull_requests, pull_requests, write_errors
from consumer_drift.forges.github.mutations import failure_of, unexplained
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.writing import missing_labels, one_by_one, refuse_base, refuse_moved
from consumer_drift.model.bump import EVERYTHING
from consumer_drift.model.config import AutoMerge
from consumer_drift.model.result import UNCLEAR, Failure, Reason
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.mutations import Mutations
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.bump import Branch, BumpState, Change, Draft, Finish, Sufficient
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName

T = TypeVar("T")
R = TypeVar("R")


class GitHubWriter:
    """Writes with one token. Ids from reading bump states are kept for the writes after it."""

    in_place = False

    def __init__(self, client: GitHubClient, wanted: Propagate, mutations: Mutations) -> None:
        self._client = client
        self._wanted = wanted
        self._mutations = mutations
        self._ids: dict[RepositoryName, pull_requests.Ids] = {}
        self._refs: dict[tuple[RepositoryName, str], str] = {}
        self._reviewers: pull_requests.ReviewerIds | None = None

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R]]:
        """Do one after the other, at the pace that GitHub asks for."""
        return one_by_one(work, items)

    def settle(self) -> Iterator[None]:
        """Wait until replicas, too, show what was written."""
        self._client.settle()
        yield

    def bump_states(
        self,
        snapshots: Sequence[Snapshot],
        head: str,
        resembling: str,
        sufficient: Sufficient = EVERYTHING,  # noqa: ARG002
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """Return bump branches and pull requests, ten repositories a query."""
        asking = bump_queries.BumpQuery(head, resembling, self._wanted.labels)
        found: dict[RepositoryName, BumpState | Failure] = {}
        for snapshot, read in pull_requests.bump_states(self._client, snapshots, asking):
            if isinstance(read, Failure):
                found[snapshot.asked] = read
                continue
            found[snapshot.asked] = read.state
            self._ids[snapshot.name] = read.ids
        stopped = self._client.deadline.failure()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one in snapshots}

    def branch(self, state: BumpState, name: str, *, with_files: bool = False) -> Branch | Failure | None:
        """Return a branch and the commits that only it has."""
        files = bump_queries.branch_files(state.snapshot) if with_files else ()
        found = pull_requests.branch(self._client, state.snapshot, name, files)
        if found is None or isinstance(found, Failure):
            return found
        self._refs[state.snapshot.name, name] = found[1]
        return found[0]

    def commit(self, state: BumpState, change: Change) -> Failure | None:
        """Make one verified commit; a branch that does not exist is created at the commit that was read."""
        name = state.snapshot.name
        refused = refuse_base(state.snapshot, change.branch)
        if refused is not None:
            return refused
        asked = f"a commit on {change.branch} of {name}"
        start = change.tip or state.snapshot.commit
        commit = {
            "branch": {"repositoryNameWithOwner": str(name), "branchName": change.branch},
            "expectedHeadOid": start,
            "message": {"headline": change.headline, "body": change.text},
            "fileChanges": {"additions": [_addition(edit.path, edit.after) for edit in change.edits]},
        }
        if change.tip:
            return failure_of(self._mutations.send(mutations.COMMIT, {"commit": commit}, asked), asked, "commit")
        ref = {
            "repositoryId": self._ids[name].repository,
            "name": f"refs/heads/{change.branch}",
            "oid": start,
        }
        reply = self._mutations.send(mutations.COMMIT_ON_NEW_BRANCH, {"ref": ref, "commit": commit}, asked)
        refused = failure_of(reply, asked, "ref", "commit")
        if refused is not None and not isinstance(reply, Failure):
            self._remove_empty_branch(reply, refused, asked)
        return refused

    def open(self, state: BumpState, draft: Draft) -> PullRequest | Failure:
        """Open a pull request from the consumer's own branch."""
        name = state.snapshot.name
        asked = f"a pull request from {draft.head} of {name}"
        pull = {
            "repositoryId": self._ids[name].repository,
            "headRefName": draft.head,
            "baseRefName": state.snapshot.branch,
            "title": draft.title,
            "body": draft.body,
            "draft": self._wanted.draft,
        }
        reply = self._mutations.send(mutations.OPEN, {"pull": pull}, asked)
        refused = failure_of(reply, asked, "pull")
        if refused is not None or isinstance(reply, Failure):
            return refused or unexplained(asked)
        try:
            return parse_pull_requests.pull_request(reply.data["pull"]["pullRequest"])
        except InvalidJson as error:
            return invalid_response(asked, error)

    def finish(self, state: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:
        """Set labels, reviewers, auto-merge and the final text in one document, the text last."""
        warnings: list[str] = []
        inputs = self._extras(state, pull_request, warnings)
        inputs["pull"] = {"pullRequestId": pull_request.id, "body": finish.body}
        asked = f"labels, reviewers or text of {pull_request.url}"
        reply = self._mutations.send(mutations.finish(inputs), inputs, asked)
        if isinstance(reply, Failure):
            return reply
        warnings += [
            _warning(what, write_errors.of_error(error, asked))
            for what in ("labels", "reviews", "merge")
            for error in reply.errors_at(what)[:1]
        ]
        refused = failure_of(reply, asked, "pull")
        return refused if refused is not None else tuple(warnings)

    def rewrite(self, state: BumpState, pull_request: PullRequest, body: str) -> Failure | None:  # noqa: ARG002
        """Change a pull request's text."""
        return self._update(pull_request, {"body": body})

    def close(self, state: BumpState, pull_request: PullRequest) -> Failure | None:  # noqa: ARG002
        """Close a pull request."""
        return self._update(pull_request, {"state": "CLOSED"})

    def delete(self, state: BumpState, branch: Branch) -> Failure | None:
        """Delete a branch that still points to the commit that was seen; the mutation has no such condition."""
        name = state.snapshot.name
        refused = refuse_base(state.snapshot, branch.name)
        if refused is not None:
            return refused
        now = self.branch(state, branch.name)
        if now is None or isinstance(now, Failure):
            return now
        refused = refuse_moved(name, branch, now.tip)
        if refused is not None:
            return refused
        asked = f"the deletion of {branch.name} of {name}"
        ref = {"refId": self._refs[name, branch.name]}
        return failure_of(self._mutations.send(mutations.DELETE, {"ref": ref}, asked), asked, "ref")

    def _update(self, pull_request: PullRequest, what: Mapping[str, str]) -> Failure | None:
        asked = f"a change of {pull_request.url}"
        pull = {"pullRequestId": pull_request.id, **what}
        return failure_of(self._mutations.send(mutations.UPDATE, {"pull": pull}, asked), asked, "pull")

    def _extras(
        self, state: BumpState, pull_request: PullRequest, warnings: list[str]
    ) -> dict[str, dict[str, Any]]:
        """Return the inputs of the extras that exist; add a sentence to *warnings* for the others."""
        wanted, inputs = self._wanted, dict[str, dict[str, Any]]()
        labels = self._ids[state.snapshot.name].labels
        warnings += missing_labels(wanted.labels, labels)
        if labels:
            inputs["labels"] = {"labelableId": pull_request.id, "labelIds": list(labels.values())}
        if wanted.reviewers:
            if self._reviewers is None:
                self._reviewers = pull_requests.reviewer_ids(self._client, wanted.reviewers)
            found = self._reviewers
            warnings += found.warnings
            if found.users or found.teams:
                inputs["reviews"] = {
                    "pullRequestId": pull_request.id,
                    "userIds": list(found.users),
                    "teamIds": list(found.teams),
                    "union": True,
                }
        if wanted.auto_merge is not AutoMerge.OFF:
            inputs["merge"] = {"pullRequestId": pull_request.id, "mergeMethod": wanted.auto_merge.value.upper()}
        return inputs

    def _remove_empty_branch(self, reply: GraphResponse, refused: Failure, asked: str) -> None:
        """Delete a branch that was created, if its commit was refused for a lasting reason."""
        created = reply.data.get("ref")
        ref = created.get("ref") if created is not None else None
        if refused.reason in UNCLEAR | {Reason.STALE} or ref is None:
            return
        # If this fails as well, the branch stays empty, and the next run commits to it.
        self._mutations.send(mutations.DELETE, {"ref": {"refId": ref["id"].value}}, asked)


def _addition(path: str, text: str) -> dict[str, str]:
    return {"path": path, "contents": base64.b64encode(text.encode()).decode("ascii")}


_AT_ONCE = "nothing is required before a merge there, so it would be merged at once: require a check"
_MERGE_REMEDIES = {
    "rules not configured": _AT_ONCE,
    "clean status": _AT_ONCE,
    "unstable status": "nothing is required before a merge there: require a check",
    "not allowed for this repository": "allow auto-merge in the repository's settings",
    "draft": "a draft cannot be merged: set propagate.draft or propagate.auto-merge to false",
}


def _warning(what: str, failure: Failure) -> str:
    said = {
        "labels": "its labels could not be set",
        "reviews": "its reviewers could not be asked",
        "merge": "auto-merge was not switched on",
    }[what]
    remedy = next((told for words, told in _MERGE_REMEDIES.items() if words in failure.said), failure.remedy)
    return f"{said} ({failure.said}): {remedy}"
