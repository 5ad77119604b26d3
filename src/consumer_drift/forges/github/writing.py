"""Bumps on GitHub: verified commits by ``createCommitOnBranch``, pull requests, their extras, their end.

Writes go one after the other, at least a second apart and within 80 a minute and 500 an hour:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.github import bump_queries, bumps, mutations, reviewers, write_refusals
from consumer_drift.forges.github.replies import misshapen
from consumer_drift.forges.http import fields
from consumer_drift.forges.http.pace import Pace, Quota
from consumer_drift.model.answers import UNCLEAR, Obstacle, Reason
from consumer_drift.model.config import AutoMerge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.github.replies import Reply
    from consumer_drift.forges.github.session import Session
    from consumer_drift.forges.http.pace import Clock
    from consumer_drift.model.bumps import Branch, Change, Draft, Finish, Proposal, Work
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Snapshot

_GAP = 1.0
_SETTLING = 2.0
_QUOTAS = (Quota(80, 60.0), Quota(500, 3600.0))


class GitHubWriter:
    """Writes with one token. What a look tells in ids is kept for the writes that follow it."""

    in_place = False

    def __init__(self, session: Session, wanted: Propagate, clock: Clock) -> None:
        self._session = session
        self._wanted = wanted
        self._clock = clock
        self._pace = Pace(_GAP, _QUOTAS, clock, session.stop)
        self._known: dict[RepositoryName, bumps.Known] = {}
        self._refs: dict[tuple[RepositoryName, str], str] = {}
        self._reviewers: reviewers.Found | None = None

    def settle(self) -> None:
        """A replica may answer for a moment as if nothing had been written."""
        self._clock.sleep(_SETTLING)

    def look(
        self, snapshots: Sequence[Snapshot], head: str, resembling: str
    ) -> Mapping[RepositoryName, Work | Obstacle]:
        """Bump branches and pull requests, ten repositories a query."""
        asking = bump_queries.Asking(head, resembling, self._wanted.labels)
        found: dict[RepositoryName, Work | Obstacle] = {}
        for snapshot, looked in bumps.look(self._session, snapshots, asking):
            if isinstance(looked, Obstacle):
                found[snapshot.asked] = looked
                continue
            found[snapshot.asked] = looked.work
            self._known[snapshot.name] = looked.known
        stopped = self._session.stop.obstacle()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one in snapshots}

    def branch(self, work: Work, name: str) -> Branch | Obstacle | None:
        """A branch and the commits that only it has."""
        found = bumps.branch(self._session, work.snapshot, name)
        if found is None or isinstance(found, Obstacle):
            return found
        self._refs[work.snapshot.name, name] = found[1]
        return found[0]

    def commit(self, work: Work, change: Change) -> Obstacle | None:
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
            return _refused(self._mutate(mutations.COMMIT, {"commit": commit}, asked), asked, "commit")
        ref = {
            "repositoryId": self._known[name].repository,
            "name": f"refs/heads/{change.branch}",
            "oid": start,
        }
        reply = self._mutate(mutations.COMMIT_ON_NEW_BRANCH, {"ref": ref, "commit": commit}, asked)
        refused = _refused(reply, asked, "ref", "commit")
        if refused is not None and not isinstance(reply, Obstacle):
            self._take_back(reply, refused, asked)
        return refused

    def open(self, work: Work, draft: Draft) -> Proposal | Obstacle:
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
        reply = self._mutate(mutations.OPEN, {"pull": pull}, asked)
        refused = _refused(reply, asked, "pull")
        if refused is not None or isinstance(reply, Obstacle):
            return refused or _nothing(asked)
        try:
            payload = fields.record(reply.data.get("pull"), "pull")
            return bumps.proposal(fields.record(payload.get("pullRequest"), "pullRequest"))
        except fields.Misshapen as error:
            return misshapen(asked, error)

    def finish(self, work: Work, proposal: Proposal, finish: Finish) -> tuple[str, ...] | Obstacle:
        """Everything in one document, the final text last."""
        warnings: list[str] = []
        inputs = self._extras(work, proposal, warnings)
        inputs["pull"] = {"pullRequestId": proposal.id, "body": finish.body}
        asked = f"what {proposal.url} still needs"
        reply = self._mutate(mutations.finish(inputs), inputs, asked)
        if isinstance(reply, Obstacle):
            return reply
        warnings += [
            _sentence(what, write_refusals.of_error(error, asked))
            for what in ("labels", "reviews", "merge")
            for error in reply.errors_at(what)[:1]
        ]
        refused = _refused(reply, asked, "pull")
        return refused if refused is not None else tuple(warnings)

    def rewrite(self, work: Work, proposal: Proposal, body: str) -> Obstacle | None:  # noqa: ARG002
        """Change its text."""
        return self._update(proposal, {"body": body})

    def close(self, work: Work, proposal: Proposal) -> Obstacle | None:  # noqa: ARG002
        """Close it."""
        return self._update(proposal, {"state": "CLOSED"})

    def delete(self, work: Work, branch: Branch) -> Obstacle | None:
        """Delete it, after a last look that it stands where it was seen: the mutation knows no such guard."""
        asked = f"the deletion of {branch.name} of {work.snapshot.name}"
        now = self.branch(work, branch.name)
        if now is None or isinstance(now, Obstacle):
            return now
        if now.tip != branch.tip:
            said = f"somebody pushed to {branch.name} of {work.snapshot.name} meanwhile"
            return Obstacle(Reason.STALE, said, "run it again", asked=asked)
        ref = {"refId": self._refs[work.snapshot.name, branch.name]}
        return _refused(self._mutate(mutations.DELETE, {"ref": ref}, asked), asked, "ref")

    def _update(self, proposal: Proposal, what: Mapping[str, str]) -> Obstacle | None:
        asked = f"a change of {proposal.url}"
        pull = {"pullRequestId": proposal.id, **what}
        return _refused(self._mutate(mutations.UPDATE, {"pull": pull}, asked), asked, "pull")

    def _extras(self, work: Work, proposal: Proposal, warnings: list[str]) -> dict[str, dict[str, Any]]:
        """The inputs of what is wanted and known there; a sentence in *warnings* for what is not."""
        wanted, inputs = self._wanted, dict[str, dict[str, Any]]()
        known = self._known[work.snapshot.name].labels
        warnings += [
            f"it has no label {name!r}, since {work.snapshot.name} knows none of that name: create it there"
            for name in wanted.labels
            if name not in known
        ]
        if known:
            inputs["labels"] = {"labelableId": proposal.id, "labelIds": list(known.values())}
        if wanted.reviewers:
            if self._reviewers is None:
                self._reviewers = reviewers.find(self._session, wanted.reviewers)
            asked_ones = self._reviewers
            warnings += asked_ones.unknown
            if asked_ones.users or asked_ones.teams:
                inputs["reviews"] = {
                    "pullRequestId": proposal.id,
                    "userIds": list(asked_ones.users),
                    "teamIds": list(asked_ones.teams),
                    "union": True,
                }
        if wanted.auto_merge is not AutoMerge.OFF:
            inputs["merge"] = {"pullRequestId": proposal.id, "mergeMethod": wanted.auto_merge.value.upper()}
        return inputs

    def _take_back(self, reply: Reply, refused: Obstacle, asked: str) -> None:
        """Where the branch was made and the commit refused for good, the empty branch goes again."""
        made = reply.data.get("ref")
        ref = made.get("ref") if isinstance(made, dict) else None
        if refused.reason in UNCLEAR | {Reason.STALE} or not isinstance(ref, dict):
            return
        # Should this fail as well, the branch stays empty, and the next run commits on it.
        self._mutate(mutations.DELETE, {"ref": {"refId": ref.get("id")}}, asked)

    def _mutate(self, document: str, inputs: Mapping[str, Any], asked: str) -> Reply | Obstacle:
        held = self._pace.wait()
        if held is not None:
            return held
        reply = self._session.ask(document, inputs, asked, writes=True)
        return write_refusals.of_answer(reply) if isinstance(reply, Obstacle) else reply


def _addition(path: str, text: str) -> dict[str, str]:
    return {"path": path, "contents": base64.b64encode(text.encode()).decode("ascii")}


def _refused(reply: Reply | Obstacle, asked: str, *names: str) -> Obstacle | None:
    """Why not all of the fields *names* were done; None where they were."""
    if isinstance(reply, Obstacle):
        return reply
    for name in names:
        errors = (*reply.errors_at(name), *reply.placeless)
        if errors:
            return write_refusals.of_error(errors[0], asked)
    missing = [name for name in names if reply.data.get(name) is None]
    return _nothing(asked) if missing else None


def _nothing(asked: str) -> Obstacle:
    return Obstacle(Reason.UNEXPECTED, f"GitHub did nothing about {asked} and gave no reason", "run it again")


_MERGE_REMEDIES = {
    "clean status": "nothing is required before a merge there, so it would be merged at once: require a check",
    "unstable status": "nothing is required before a merge there: require a check",
    "not allowed for this repository": "allow auto-merge in the repository's settings",
    "draft": "a draft cannot be merged: set propagate.draft or propagate.auto-merge to false",
}


def _sentence(what: str, obstacle: Obstacle) -> str:
    said = {
        "labels": "its labels could not be set",
        "reviews": "its reviewers could not be asked",
        "merge": "auto-merge was not switched on",
    }[what]
    remedy = next((told for words, told in _MERGE_REMEDIES.items() if words in obstacle.said), obstacle.remedy)
    return f"{said} ({obstacle.said}): {remedy}"
