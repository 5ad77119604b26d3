"""Bumps on GitHub: verified commits by ``createCommitOnBranch``, pull requests, their extras, their end.

Writes go one after the other, at least a second apart and within 80 a minute and 500 an hour:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.github import errors as github_errors
from consumer_drift.forges.github import parse, pull_requests, queries
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.throttle import Quota, WriteThrottle
from consumer_drift.model.config import AutoMerge
from consumer_drift.model.result import UNCLEAR, Failure, Reason
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.bump import Branch, BumpState, Change, Draft, Finish
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName

_GAP = 1.0
_SETTLING = 2.0
_QUOTAS = (Quota(80, 60.0), Quota(500, 3600.0))


class GitHubWriter:
    """Writes with one token. What a look tells in ids is kept for the writes that follow it."""

    in_place = False

    def __init__(self, session: GitHubClient, wanted: Propagate) -> None:
        self._session = session
        self._wanted = wanted
        self._pace = WriteThrottle(_GAP, _QUOTAS, session.deadline)
        self._known: dict[RepositoryName, pull_requests.Known] = {}
        self._refs: dict[tuple[RepositoryName, str], str] = {}
        self._reviewers: pull_requests.ReviewerIds | None = None

    def settle(self) -> None:
        """A replica may answer for a moment as if nothing had been written."""
        self._session.deadline.wait(_SETTLING)

    def look(
        self, snapshots: Sequence[Snapshot], head: str, resembling: str
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """Bump branches and pull requests, ten repositories a query."""
        asking = queries.BumpQuery(head, resembling, self._wanted.labels)
        found: dict[RepositoryName, BumpState | Failure] = {}
        for snapshot, looked in pull_requests.bump_states(self._session, snapshots, asking):
            if isinstance(looked, Failure):
                found[snapshot.asked] = looked
                continue
            found[snapshot.asked] = looked.work
            self._known[snapshot.name] = looked.known
        stopped = self._session.deadline.failure()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one in snapshots}

    def branch(self, work: BumpState, name: str) -> Branch | Failure | None:
        """A branch and the commits that only it has."""
        found = pull_requests.branch(self._session, work.snapshot, name)
        if found is None or isinstance(found, Failure):
            return found
        self._refs[work.snapshot.name, name] = found[1]
        return found[0]

    def commit(self, work: BumpState, change: Change) -> Failure | None:
        """One verified commit; its branch is made at the commit that was read where it is not there."""
        name = work.snapshot.name
        asked = f"a commit on {change.branch} of {name}"
        start = change.tip or work.snapshot.commit
        commit = {
            "branch": {"repositoryNameWithOwner": str(name), "branchName": change.branch},
            "expectedHeadOid": start,
            "message": {"headline": change.headline, "body": change.text},
            "fileChanges": {"additions": [_addition(edit.path, edit.after) for edit in change.edits]},
        }
        if change.tip:
            return _refused(self._mutate(queries.COMMIT, {"commit": commit}, asked), asked, "commit")
        ref = {
            "repositoryId": self._known[name].repository,
            "name": f"refs/heads/{change.branch}",
            "oid": start,
        }
        reply = self._mutate(queries.COMMIT_ON_NEW_BRANCH, {"ref": ref, "commit": commit}, asked)
        refused = _refused(reply, asked, "ref", "commit")
        if refused is not None and not isinstance(reply, Failure):
            self._take_back(reply, refused, asked)
        return refused

    def open(self, work: BumpState, draft: Draft) -> PullRequest | Failure:
        """Open it from the consumer's own branch."""
        name = work.snapshot.name
        asked = f"a pull request from {draft.head} of {name}"
        pull = {
            "repositoryId": self._known[name].repository,
            "headRefName": draft.head,
            "baseRefName": work.snapshot.branch,
            "title": draft.title,
            "body": draft.body,
            "draft": self._wanted.draft,
        }
        reply = self._mutate(queries.OPEN, {"pull": pull}, asked)
        refused = _refused(reply, asked, "pull")
        if refused is not None or isinstance(reply, Failure):
            return refused or _nothing(asked)
        try:
            payload = json_fields.record(reply.data.get("pull"), "pull")
            return parse.pull_request(json_fields.record(payload.get("pullRequest"), "pullRequest"))
        except json_fields.InvalidJson as error:
            return invalid_response(asked, error)

    def finish(self, work: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:
        """Everything in one document, the final text last."""
        warnings: list[str] = []
        inputs = self._extras(work, pull_request, warnings)
        inputs["pull"] = {"pullRequestId": pull_request.id, "body": finish.body}
        asked = f"what {pull_request.url} still needs"
        reply = self._mutate(queries.finish(inputs), inputs, asked)
        if isinstance(reply, Failure):
            return reply
        warnings += [
            _sentence(what, github_errors.of_error(error, asked))
            for what in ("labels", "reviews", "merge")
            for error in reply.errors_at(what)[:1]
        ]
        refused = _refused(reply, asked, "pull")
        return refused if refused is not None else tuple(warnings)

    def rewrite(self, work: BumpState, pull_request: PullRequest, body: str) -> Failure | None:  # noqa: ARG002
        """Change its text."""
        return self._update(pull_request, {"body": body})

    def close(self, work: BumpState, pull_request: PullRequest) -> Failure | None:  # noqa: ARG002
        """Close it."""
        return self._update(pull_request, {"state": "CLOSED"})

    def delete(self, work: BumpState, branch: Branch) -> Failure | None:
        """Delete it, after a last look that it stands where it was seen: the mutation knows no such guard."""
        asked = f"the deletion of {branch.name} of {work.snapshot.name}"
        now = self.branch(work, branch.name)
        if now is None or isinstance(now, Failure):
            return now
        if now.tip != branch.tip:
            said = f"somebody pushed to {branch.name} of {work.snapshot.name} meanwhile"
            return Failure(Reason.STALE, said, "run it again", asked=asked)
        ref = {"refId": self._refs[work.snapshot.name, branch.name]}
        return _refused(self._mutate(queries.DELETE, {"ref": ref}, asked), asked, "ref")

    def _update(self, pull_request: PullRequest, what: Mapping[str, str]) -> Failure | None:
        asked = f"a change of {pull_request.url}"
        pull = {"pullRequestId": pull_request.id, **what}
        return _refused(self._mutate(queries.UPDATE, {"pull": pull}, asked), asked, "pull")

    def _extras(
        self, work: BumpState, pull_request: PullRequest, warnings: list[str]
    ) -> dict[str, dict[str, Any]]:
        """The inputs of what is wanted and known there; a sentence in *warnings* for what is not."""
        wanted, inputs = self._wanted, dict[str, dict[str, Any]]()
        known = self._known[work.snapshot.name].labels
        warnings += [
            f"it has no label {name!r}, since {work.snapshot.name} knows none of that name: create it there"
            for name in wanted.labels
            if name not in known
        ]
        if known:
            inputs["labels"] = {"labelableId": pull_request.id, "labelIds": list(known.values())}
        if wanted.reviewers:
            if self._reviewers is None:
                self._reviewers = pull_requests.find(self._session, wanted.reviewers)
            asked_ones = self._reviewers
            warnings += asked_ones.unknown
            if asked_ones.users or asked_ones.teams:
                inputs["reviews"] = {
                    "pullRequestId": pull_request.id,
                    "userIds": list(asked_ones.users),
                    "teamIds": list(asked_ones.teams),
                    "union": True,
                }
        if wanted.auto_merge is not AutoMerge.OFF:
            inputs["merge"] = {"pullRequestId": pull_request.id, "mergeMethod": wanted.auto_merge.value.upper()}
        return inputs

    def _take_back(self, reply: GraphResponse, refused: Failure, asked: str) -> None:
        """Where the branch was made and the commit refused for good, the empty branch goes again."""
        made = reply.data.get("ref")
        ref = made.get("ref") if isinstance(made, dict) else None
        if refused.reason in UNCLEAR | {Reason.STALE} or not isinstance(ref, dict):
            return
        # Should this fail as well, the branch stays empty, and the next run commits on it.
        self._mutate(queries.DELETE, {"ref": {"refId": ref.get("id")}}, asked)

    def _mutate(self, document: str, inputs: Mapping[str, Any], asked: str) -> GraphResponse | Failure:
        held = self._pace.wait()
        if held is not None:
            return held
        reply = self._session.ask(document, inputs, asked, writes=True)
        return github_errors.of_answer(reply) if isinstance(reply, Failure) else reply


def _addition(path: str, text: str) -> dict[str, str]:
    return {"path": path, "contents": base64.b64encode(text.encode()).decode("ascii")}


def _refused(reply: GraphResponse | Failure, asked: str, *names: str) -> Failure | None:
    """Why not all of the fields *names* were done; None where they were."""
    if isinstance(reply, Failure):
        return reply
    for name in names:
        errors = (*reply.errors_at(name), *reply.placeless)
        if errors:
            return github_errors.of_error(errors[0], asked)
    missing = [name for name in names if reply.data.get(name) is None]
    return _nothing(asked) if missing else None


def _nothing(asked: str) -> Failure:
    return Failure(Reason.UNEXPECTED, f"GitHub did nothing about {asked} and gave no reason", "run it again")


_MERGE_REMEDIES = {
    "clean status": "nothing is required before a merge there, so it would be merged at once: require a check",
    "unstable status": "nothing is required before a merge there: require a check",
    "not allowed for this repository": "allow auto-merge in the repository's settings",
    "draft": "a draft cannot be merged: set propagate.draft or propagate.auto-merge to false",
}


def _sentence(what: str, failure: Failure) -> str:
    said = {
        "labels": "its labels could not be set",
        "reviews": "its reviewers could not be asked",
        "merge": "auto-merge was not switched on",
    }[what]
    remedy = next((told for words, told in _MERGE_REMEDIES.items() if words in failure.said), failure.remedy)
    return f"{said} ({failure.said}): {remedy}"
