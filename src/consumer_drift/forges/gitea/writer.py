"""Bumps on Gitea and Forgejo: one commit over all files, pull requests, labels, reviewers, auto-merge.

https://docs.gitea.com/api (contents, pulls)
"""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from consumer_drift.forges.git import EMAIL, NAME, blob_id
from consumer_drift.forges.gitea import errors, parse, parse_pull_requests, routes
from consumer_drift.forges.http.exchanges import WRITE_GRACE
from consumer_drift.forges.http.messages import unexpected
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.forges.writing import (
    missing_labels,
    not_asked_to_review,
    one_by_one,
    refuse_base,
    refuse_moved,
)
from consumer_drift.model.bump import EVERYTHING, Branch
from consumer_drift.model.config import AutoMerge
from consumer_drift.model.result import UNCLEAR, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.pull_requests import PullRequestReader
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.model.bump import BumpState, Change, Draft, Edit, Finish, Sufficient
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline
    from consumer_drift.support.json_fields import Json

T = TypeVar("T")
R = TypeVar("R")

# Whether a pull request can be merged is computed after it was opened, and until then the answer is 405.
_TRIES = 5
_PAUSE_SECONDS = 0.5
# The list of branches is updated after the request that creates one was answered, and a request whose answer was
# lost may still be carried out: three seconds in all.
_SETTLING_PAUSES = (0.25, 0.75, 2.0)
# A title with this prefix makes a draft; there is no other way.
_DRAFT_PREFIX = "WIP: "
_IDENTITY = {"name": NAME, "email": EMAIL}


class GiteaWriter:
    """Writes with one token; these forges ask for no pauses. Safe to use for several repositories at once."""

    in_place = False

    def __init__(
        self,
        client: GiteaClient,
        reader: PullRequestReader,
        wanted: Propagate,
        threads: int,
        deadline: Deadline,
    ) -> None:
        self._client = client
        self._reader = reader
        self._wanted = wanted
        self._threads = threads
        self._deadline = deadline
        # What was wrong with the labels of a repository's new pull request.
        self._label_warnings: dict[RepositoryName, tuple[str, ...]] = {}
        # The commits of branches whose pull request was just rewritten, as the answer to that showed them.
        self._tips: dict[tuple[RepositoryName, str], str] = {}

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R]]:
        """Do the first alone, so that what every write fails for fails once, and then several at once.

        The limit for requests in flight, which adapts to the server, is that for reading.
        """
        threads = min(self._wanted.concurrency, self._threads)
        if threads == 1:
            yield from one_by_one(work, items)
            return
        yield from one_by_one(work, items[:1])
        # A write that was sent is waited for a little longer than the run.
        end = self._deadline.later(WRITE_GRACE + 1)
        yield from map_unordered(work, items[1:], threads=threads, deadline=end)

    def settle(self) -> Iterator[None]:
        """Yield after each pause; after the last, every route shows what was written."""
        for pause in _SETTLING_PAUSES:
            self._deadline.wait(pause)
            yield

    def bump_states(
        self, snapshots: Sequence[Snapshot], head: str, resembling: str, sufficient: Sufficient = EVERYTHING
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """Return bump branches and pull requests, read in parallel."""
        read = partial(self._reader.bump_state, head=head, resembling=resembling, sufficient=sufficient)
        found: dict[RepositoryName, BumpState | Failure] = {
            snapshot.asked: state
            for snapshot, state in map_unordered(read, snapshots, threads=self._threads, deadline=self._deadline)
        }
        stopped = self._deadline.failure()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one in snapshots}

    def branch(self, state: BumpState, name: str, *, with_files: bool = False) -> Branch | Failure | None:
        """Return a branch and the commits that only it has."""
        read = self._reader.branch_with_files if with_files else self._reader.branch
        return read(state.snapshot, name)

    def commit(self, state: BumpState, change: Change) -> Failure | None:
        """Make one commit. Each file is sent with the id of what it replaces, so nothing newer is overwritten."""
        snapshot = state.snapshot
        refused = refuse_base(snapshot, change.branch)
        if refused is not None:
            return refused
        body: dict[str, Any] = {
            "branch": change.branch if change.tip else snapshot.branch,
            "message": f"{change.headline}\n\n{change.text}\n",
            "author": _IDENTITY,
            "committer": _IDENTITY,
            "files": [_operation(edit, snapshot.object_format) for edit in change.edits],
        }
        if not change.tip:
            body["new_branch"] = change.branch
        return _failure(self._write(routes.change_files(snapshot.name, body)))

    def open(self, state: BumpState, draft: Draft) -> PullRequest | Failure:
        """Open a pull request with its labels, which this route takes by their ids."""
        name = state.snapshot.name
        body = {
            "base": state.snapshot.branch,
            "head": draft.head,
            "title": f"{_DRAFT_PREFIX}{draft.title}" if self._wanted.draft else draft.title,
            "body": draft.body,
            "labels": self._labels(name),
        }
        request = routes.open_pull_request(name, body)
        answer = self._write(request)
        if isinstance(answer, Failure):
            return answer
        opened = parse.parsed(answer, str(request), partial(parse_pull_requests.pull_request, of=name))
        if not isinstance(opened, Failure) and opened.from_fork:
            return unexpected(answer, str(request), "its head is in another repository")
        return opened

    def finish(self, state: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:
        """Set reviewers, auto-merge, and the final text. The labels were set when it was opened."""
        warnings = list(self._label_warnings.get(state.snapshot.name, ()))
        for part in (self._review, self._merge):
            said = part(state, pull_request)
            if isinstance(said, Failure):
                return said
            warnings += said
        refused = _failure(self._change(state, pull_request, {"body": finish.body}))
        return refused if refused is not None else tuple(warnings)

    def rewrite(self, state: BumpState, pull_request: PullRequest, body: str) -> Failure | None:
        """Change a pull request's text. The answer shows the commit of its branch, for a deletion that follows."""
        answer = self._change(state, pull_request, {"body": body})
        if isinstance(answer, Failure):
            return answer
        name = state.snapshot.name
        now = parse.parsed(answer, pull_request.url, partial(parse_pull_requests.pull_request, of=name))
        if not isinstance(now, Failure) and now.is_open and not now.from_fork:
            self._tips[name, now.head] = now.commit
        return None

    def close(self, state: BumpState, pull_request: PullRequest) -> Failure | None:
        """Close a pull request."""
        return _failure(self._change(state, pull_request, {"state": "closed"}))

    def delete(self, state: BumpState, branch: Branch) -> Failure | None:
        """Delete a branch that still points to the commit that was seen; the route has no such condition."""
        name = state.snapshot.name
        refused = refuse_base(state.snapshot, branch.name)
        if refused is not None:
            return refused
        tip = self._tips.pop((name, branch.name), "") or self._tip(state, branch.name)
        if tip is None or isinstance(tip, Failure):
            return tip
        refused = refuse_moved(name, branch, tip) or _failure(self._write(routes.delete_branch(name, branch.name)))
        if refused is not None and refused.status == 404:
            # Another run may have deleted it meanwhile.
            return refused if self.branch(state, branch.name) is not None else None
        return refused

    def _change(self, state: BumpState, pull_request: PullRequest, what: Json) -> Response | Failure:
        return self._write(routes.change_pull_request(state.snapshot.name, pull_request.number, what))

    def _tip(self, state: BumpState, name: str) -> str | Failure | None:
        now = self.branch(state, name)
        return now.tip if isinstance(now, Branch) else now

    # extras

    def _labels(self, name: RepositoryName) -> list[int]:
        """Return the ids of the wanted labels; warnings about the others are kept for ``finish``."""
        if not self._wanted.labels:
            return []
        known = self._reader.labels(name)
        if isinstance(known, Failure):
            self._label_warnings[name] = (f"its labels could not be set: {known}",)
            return []
        by_name = {label.name.casefold(): label.id for label in known}
        if any(label.casefold() not in by_name for label in self._wanted.labels):
            shared = self._reader.organization_labels(name.owner)
            labels = () if isinstance(shared, Failure) else shared
            by_name = {**{label.name.casefold(): label.id for label in labels}, **by_name}
        hint = " (an organization's own labels are seen with read:organization)"
        self._label_warnings[name] = tuple(missing_labels(self._wanted.labels, by_name, hint))
        ids = (by_name.get(label.casefold()) for label in self._wanted.labels)
        return [one for one in ids if one is not None]

    def _review(self, state: BumpState, pull_request: PullRequest) -> list[str] | Failure:
        names = self._wanted.reviewers
        if not names:
            return []
        refused = self._ask(state, pull_request, names)
        if refused is None or refused.reason in UNCLEAR:
            return refused or []
        # The forge refuses all because of one, and only requests for one show which.
        warnings: list[str] = []
        for name in names:
            refused = self._ask(state, pull_request, (name,)) if len(names) > 1 else refused
            if refused is not None and refused.reason in UNCLEAR:
                return refused
            if refused is not None:
                warnings.append(not_asked_to_review(name, refused.said))
        return warnings

    def _ask(self, state: BumpState, pull_request: PullRequest, names: Sequence[str]) -> Failure | None:
        body = {
            "reviewers": [name for name in names if "/" not in name],
            "team_reviewers": [name.partition("/")[2] for name in names if "/" in name],
        }
        return _failure(self._write(routes.request_reviewers(state.snapshot.name, pull_request.number, body)))

    def _merge(self, state: BumpState, pull_request: PullRequest) -> list[str] | Failure:
        """Schedule the merge if a check is required: otherwise it would be merged at once."""
        style = self._wanted.auto_merge
        if style is AutoMerge.OFF:
            return []
        required = self._reader.requires_checks(state.snapshot)
        if isinstance(required, Failure):
            return [f"auto-merge was not switched on: {required}"]
        if not required:
            where = f"{state.snapshot.branch} of {state.snapshot.name}"
            why = f"no check is required on {where}, so it would be merged at once"
            return [f"auto-merge was not switched on: {why}. Require one in the branch's protection"]
        body = {"Do": style.value, "merge_when_checks_succeed": True}
        refused = self._schedule(routes.merge(state.snapshot.name, pull_request.number, body))
        if refused is None or refused.reason in UNCLEAR:
            return refused or []
        return [f"auto-merge was not switched on: {refused}"]

    def _schedule(self, request: Request) -> Failure | None:
        refused: Failure | None = None
        for attempt in range(_TRIES):
            if attempt:
                self._deadline.wait(_PAUSE_SECONDS * attempt)
            answer = self._client.direct(request)
            # 409: an earlier run has scheduled it already.
            if not isinstance(answer, Failure) or answer.status == 409:
                return None
            refused = answer
            if answer.status != 405 or "try again" not in answer.said.lower():
                break
        return refused

    def _write(self, request: Request) -> Response | Failure:
        answer = self._client.direct(request)
        return errors.of_write(answer) if isinstance(answer, Failure) else answer


def _failure(answer: Response | Failure) -> Failure | None:
    return answer if isinstance(answer, Failure) else None


def _operation(edit: Edit, object_format: str) -> dict[str, str]:
    content = base64.b64encode(edit.after.encode()).decode("ascii")
    if edit.before is None:
        return {"operation": "create", "path": edit.path, "content": content}
    sha = blob_id(edit.before, object_format)
    return {"operation": "update", "path": edit.path, "content": content, "sha": sha}
