"""Bumps on Gitea and Forgejo: one commit over all files by one route, pull requests, their extras, their end.

https://docs.gitea.com/api (contents, pulls)
"""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.git import blob_id
from consumer_drift.forges.gitea import errors, parse, routes
from consumer_drift.forges.http.messages import unexpected
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.config import AutoMerge
from consumer_drift.model.result import UNCLEAR, Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.pull_requests import PullRequestReader
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.model.bump import Branch, BumpState, Change, Draft, Edit, Finish
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline

# Whether a pull request can be merged is computed after it was opened, and until then the answer is 405.
_TRIES = 5
_PAUSE = 0.5
_SETTLING = 3.0
# A title that starts so is a draft, and nothing else is one.
_DRAFT = "WIP: "
_WHO = {"name": parse.NAME, "email": parse.EMAIL}


class GiteaWriter:
    """Writes with one token, one request after the other; these forges ask for no pauses."""

    in_place = False

    def __init__(
        self,
        access: GiteaClient,
        looker: PullRequestReader,
        wanted: Propagate,
        threads: int,
        deadline: Deadline,
    ) -> None:
        self._access = access
        self._looker = looker
        self._wanted = wanted
        self._threads = threads
        self._stop = deadline
        # What was wrong with the labels of a repository's new pull request.
        self._label_warnings: dict[RepositoryName, tuple[str, ...]] = {}

    def settle(self) -> None:
        """The list of branches is brought up to date behind the commit that makes one."""
        self._stop.wait(_SETTLING)

    def look(
        self, snapshots: Sequence[Snapshot], head: str, resembling: str
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """Bump branches and pull requests, side by side."""
        work = partial(self._looker.look, head=head, resembling=resembling)
        found: dict[RepositoryName, BumpState | Failure] = {
            snapshot.asked: looked
            for snapshot, looked in map_unordered(work, snapshots, threads=self._threads, deadline=self._stop)
        }
        stopped = self._stop.failure()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one in snapshots}

    def branch(self, work: BumpState, name: str) -> Branch | Failure | None:
        """A branch and the commits that only it has."""
        return self._looker.branch(work.snapshot, name, with_files=False)

    def commit(self, work: BumpState, change: Change) -> Failure | None:
        """One commit. Each file goes with the id of what it replaces, so that nothing newer is overwritten."""
        snapshot = work.snapshot
        body: dict[str, Any] = {
            "branch": change.branch if change.tip else snapshot.branch,
            "message": f"{change.headline}\n\n{change.text}\n",
            "author": _WHO,
            "committer": _WHO,
            "files": [_operation(edit, snapshot.object_format) for edit in change.edits],
        }
        if not change.tip:
            body["new_branch"] = change.branch
        return _refused(self._write(routes.change_files(snapshot.name, body)))

    def open(self, work: BumpState, draft: Draft) -> PullRequest | Failure:
        """Open it with its labels, which this route takes by their numbers."""
        name = work.snapshot.name
        body = {
            "base": work.snapshot.branch,
            "head": draft.head,
            "title": f"{_DRAFT}{draft.title}" if self._wanted.draft else draft.title,
            "body": draft.body,
            "labels": self._labels(name),
        }
        request = routes.open_pull_request(name, body)
        answer = self._write(request)
        if isinstance(answer, Failure):
            return answer
        opened = parse.parsed(answer, str(request), partial(parse.pull_request, of=name))
        if not isinstance(opened, Failure) and opened.from_fork:
            return unexpected(answer, str(request), "its head is in another repository")
        return opened

    def finish(self, work: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:
        """Reviewers, auto-merge, and the final text. The labels were there from the start."""
        warnings = list(self._label_warnings.get(work.snapshot.name, ()))
        for part in (self._review, self._merge):
            said = part(work, pull_request)
            if isinstance(said, Failure):
                return said
            warnings += said
        refused = self.rewrite(work, pull_request, finish.body)
        return refused if refused is not None else tuple(warnings)

    def rewrite(self, work: BumpState, pull_request: PullRequest, body: str) -> Failure | None:
        """Change its text."""
        request = routes.change_pull_request(work.snapshot.name, pull_request.number, {"body": body})
        return _refused(self._write(request))

    def close(self, work: BumpState, pull_request: PullRequest) -> Failure | None:
        """Close it."""
        request = routes.change_pull_request(work.snapshot.name, pull_request.number, {"state": "closed"})
        return _refused(self._write(request))

    def delete(self, work: BumpState, branch: Branch) -> Failure | None:
        """Delete it, after a last look that it stands where it was seen: the route knows no such guard."""
        now = self.branch(work, branch.name)
        if now is None or isinstance(now, Failure):
            return now
        if now.tip != branch.tip:
            said = f"somebody pushed to {branch.name} of {work.snapshot.name} meanwhile"
            return Failure(Reason.STALE, said, "run it again")
        return _refused(self._write(routes.delete_branch(work.snapshot.name, branch.name)))

    # extras

    def _labels(self, name: RepositoryName) -> list[int]:
        """The numbers of the wanted labels; what is wrong with the others is kept for the end."""
        if not self._wanted.labels:
            return []
        known = self._looker.labels(name)
        if isinstance(known, Failure):
            self._label_warnings[name] = (f"its labels could not be set: {known}",)
            return []
        by_name = {label.name.casefold(): label.id for label in known}
        missing = [label for label in self._wanted.labels if label.casefold() not in by_name]
        if missing:
            shared = {label.name.casefold(): label.id for label in self._looker.organisation_labels(name.owner)}
            by_name = {**shared, **by_name}
            missing = [label for label in missing if label.casefold() not in by_name]
        self._label_warnings[name] = tuple(
            f"it has no label {label!r}, since {name} knows none of that name (an organisation's labels need"
            " read:organization): create it there"
            for label in missing
        )
        wanted = (by_name.get(label.casefold()) for label in self._wanted.labels)
        return [number for number in wanted if number is not None]

    def _review(self, work: BumpState, pull_request: PullRequest) -> list[str] | Failure:
        names = self._wanted.reviewers
        if not names:
            return []
        refused = self._ask(work, pull_request, names)
        if refused is None or refused.reason in UNCLEAR:
            return refused or []
        # The forge refuses all for the sake of one: which one it is, shows only one by one.
        warnings: list[str] = []
        for name in names:
            refused = self._ask(work, pull_request, (name,)) if len(names) > 1 else refused
            if refused is not None and refused.reason in UNCLEAR:
                return refused
            if refused is not None:
                warnings.append(f"{name} was not asked to review ({refused.said}): correct propagate.reviewers")
        return warnings

    def _ask(self, work: BumpState, pull_request: PullRequest, names: Sequence[str]) -> Failure | None:
        body = {
            "reviewers": [name for name in names if "/" not in name],
            "team_reviewers": [name.partition("/")[2] for name in names if "/" in name],
        }
        return _refused(self._write(routes.request_reviewers(work.snapshot.name, pull_request.number, body)))

    def _merge(self, work: BumpState, pull_request: PullRequest) -> list[str] | Failure:
        """Schedule the merge, and only where something has to pass first: elsewhere it would be done at once."""
        style = self._wanted.auto_merge
        if style is AutoMerge.OFF:
            return []
        checks = self._looker.checks(work.snapshot)
        if isinstance(checks, Failure):
            return [f"auto-merge was not switched on: {checks}"]
        if not checks.required:
            where = f"{work.snapshot.branch} of {work.snapshot.name}"
            why = f"no check is required on {where}, so it would be merged at once"
            return [f"auto-merge was not switched on: {why}. Require one in the branch's protection"]
        body = {"Do": style.value, "merge_when_checks_succeed": True}
        refused = self._schedule(routes.merge(work.snapshot.name, pull_request.number, body))
        if refused is None or refused.reason in UNCLEAR:
            return refused or []
        return [f"auto-merge was not switched on: {refused}"]

    def _schedule(self, request: Request) -> Failure | None:
        refused: Failure | None = None
        for attempt in range(_TRIES):
            if attempt:
                self._stop.wait(_PAUSE * attempt)
            answer = self._access.direct(request)
            # 409: an earlier run has scheduled it already.
            if not isinstance(answer, Failure) or answer.status == 409:
                return None
            refused = answer
            if answer.status != 405 or "try again" not in answer.said.lower():
                break
        return refused

    def _write(self, request: Request) -> Response | Failure:
        answer = self._access.direct(request)
        return errors.of(answer) if isinstance(answer, Failure) else answer


def _refused(answer: Response | Failure) -> Failure | None:
    return answer if isinstance(answer, Failure) else None


def _operation(edit: Edit, object_format: str) -> dict[str, str]:
    content = base64.b64encode(edit.after.encode()).decode("ascii")
    if edit.before is None:
        return {"operation": "create", "path": edit.path, "content": content}
    sha = blob_id(edit.before, object_format)
    return {"operation": "update", "path": edit.path, "content": content, "sha": sha}
