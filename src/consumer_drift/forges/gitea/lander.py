"""Merging on Gitea and Forgejo: what a pull request would bring, its approval, and the merge of what was seen.

https://docs.gitea.com/api (pulls, repoMergePullRequest)
"""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import errors, parse, parse_checks, parse_commits, parse_files, routes
from consumer_drift.forges.http.messages import ErrorPattern, explained, proxy_wall
from consumer_drift.forges.writing import APPROVED_BY_AUTHOR, CHANGE_METHOD, RUN_AGAIN
from consumer_drift.model.proposal import Proposal
from consumer_drift.model.result import Failure, FileResult, NoFile, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.page_reader import PageReader
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.model.config import MergeMethod
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline

_SETTLING_SECONDS = 3.0
# Whether a pull request can be merged is computed after each push to either branch; until then the answer is 405.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
_NOT_YET = "try again later"


class GiteaLander:
    """Approves and merges with one token, one request after the other."""

    def __init__(self, client: GiteaClient, pages: PageReader, deadline: Deadline) -> None:
        self._client = client
        self._pages = pages
        self._deadline = deadline

    def settle(self) -> None:
        """Wait until every route shows what was just written."""
        self._deadline.wait(_SETTLING_SECONDS)

    def identity(self) -> str | Failure:
        """Return the login of the token's user. Needs read:user."""
        return self._client.login()

    def proposal(self, snapshot: Snapshot, pull_request: PullRequest, head: str) -> Proposal | Failure:
        """Return what *head* would bring."""
        name = snapshot.name
        request = routes.pull_request(name, pull_request.number)
        answer = self._client.send(name, request)
        now = parse.parsed(answer, str(request), parse_checks.head)
        if isinstance(now, Failure):
            return now
        compared = self._compared(snapshot, head)
        if isinstance(compared, Failure):
            return compared
        build = partial(routes.changed_files, name, pull_request.number)
        rows = self._pages.rows(name, build, parse_commits.changed_files, attrgetter("path", "status"))
        if isinstance(rows, Failure):
            return rows
        modified = frozenset(row.path for row in rows if row.is_modified)
        others = frozenset(row.path for row in rows if not row.is_modified)
        if not others and modified <= snapshot.files.keys():
            modes = self._other_modes(name, pull_request.number, len(modified))
            if isinstance(modes, Failure):
                return modes
            others = modes
        paths = sorted(modified & snapshot.files.keys())
        return Proposal(
            # Between the requests somebody may have pushed: then this is another commit than *head*.
            now.commit,
            compared.commits,
            modified,
            others,
            self._files(snapshot, now.merge_base, paths),
            self._files(snapshot, head, paths),
            compared.complete,
        )

    def approve(self, snapshot: Snapshot, pull_request: PullRequest, head: str) -> Failure | None:
        """Approve the commit *head*."""
        body = {"event": "APPROVED", "commit_id": head}
        refused = self._write(routes.review(snapshot.name, pull_request.number, body))
        return refused if isinstance(refused, Failure) else None

    def merge(
        self, snapshot: Snapshot, pull_request: PullRequest, head: str, method: MergeMethod
    ) -> Failure | None:
        """Merge, if the head is still that commit. STALE if it is not."""
        body = {"Do": method.value, "head_commit_id": head}
        request = routes.merge(snapshot.name, pull_request.number, body)
        answer = self._write(request)
        for pause in _PAUSES:
            if not isinstance(answer, Failure) or answer.status != 405 or _NOT_YET not in answer.said.lower():
                break
            self._deadline.wait(pause)
            answer = self._write(request)
        return answer if isinstance(answer, Failure) else None

    def _other_modes(self, name: RepositoryName, number: int, count: int) -> frozenset[str] | Failure:
        """Return those of the *count* files of a pull request whose mode it changes."""
        request = routes.diff(name, number)
        answer = self._client.send(name, request)
        if isinstance(answer, Failure):
            return answer
        text = answer.body.decode("utf-8", "replace")
        if text and not text.startswith("diff --git "):
            return proxy_wall(answer, str(request), "gitea")
        found = parse_commits.other_modes(text, count)
        if found is None:
            # Somebody may have merged it, or pushed to it.
            return Failure(Reason.STALE, f"{name}#{number} changed while it was read", RUN_AGAIN)
        return found

    def _compared(self, snapshot: Snapshot, head: str) -> parse_commits.Comparison | Failure:
        request = routes.compare(snapshot.name, snapshot.branch, head)
        answer = self._client.send(snapshot.name, request)
        return parse.parsed(answer, str(request), parse_commits.comparison)

    def _files(self, snapshot: Snapshot, commit: str, paths: Sequence[str]) -> Mapping[str, FileResult]:
        return {path: self._file(snapshot, commit, path) for path in paths}

    def _file(self, snapshot: Snapshot, commit: str, path: str) -> FileResult:
        request = routes.contents(snapshot.name, path, commit)
        answer, row = self._client.found(snapshot.name, partial(routes.contents, path=path, ref=commit))
        if row is not None:
            return NoFile()
        if isinstance(answer, Failure):
            return answer
        return parse.parsed(answer, str(request), partial(parse_files.content, path=path))

    def _write(self, request: Request) -> Response | Failure:
        answer = self._client.direct(request)
        return explained(errors.of_write(answer), _PATTERNS) if isinstance(answer, Failure) else answer


# The messages are English whatever the language of the token's user. The first that matches.
_PATTERNS = (
    ErrorPattern(_NOT_YET, Reason.PROTECTED, "it conflicts with its base: run propagate, which replaces it"),
    ErrorPattern(r"head out of date|push out of date|already merged", Reason.STALE, RUN_AGAIN),
    ErrorPattern(
        r"head branch is behind",
        Reason.PROTECTED,
        "its branch has to be up to date before a merge: press 'Update branch' there",
    ),
    ErrorPattern(r"approve your own", Reason.SETTING, APPROVED_BY_AUTHOR),
    ErrorPattern(r"allowed merge style", Reason.SETTING, CHANGE_METHOD),
    ErrorPattern(
        r"enough approvals|official review requests",
        Reason.PROTECTED,
        "its branch requires more approvals, or those of other people: approve it",
    ),
    ErrorPattern(r"requested changes", Reason.PROTECTED, "resolve the review that asks for changes"),
    ErrorPattern(r"required status checks", Reason.PROTECTED, "wait for the required check, or look at its log"),
    ErrorPattern(
        r"protected files|wont sign|require signed|dependencies|protected branch|pushrejected",
        Reason.PROTECTED,
        "a rule of the branch does not allow this merge: change the rule, or merge by hand",
    ),
    # Gitea gives no reason for it: https://github.com/go-gitea/gitea/blob/main/routers/api/v1/repo/pull.go
    ErrorPattern(
        r"/merge \(500",
        Reason.FORGE_ERROR,
        "look at the server's log, and whether the pull request depends on an issue that is still open",
    ),
    ErrorPattern(
        r"user not allowed to merge",
        Reason.READ_ONLY,
        "give the user of the merge token write access there, and the right to merge into that branch",
    ),
)
