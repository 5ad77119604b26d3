"""Bump branches and pull requests of a consumer that is behind, in two requests if there are none."""

from __future__ import annotations

from dataclasses import replace
from functools import partial, reduce
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.gitea import (
    parse,
    parse_checks,
    parse_commits,
    parse_issues,
    parse_pull_requests,
    parse_rights,
    routes,
)
from consumer_drift.forges.gitea.mergeability import checked
from consumer_drift.forges.gitea.pagination import all_rows, page_of
from consumer_drift.forges.writing import RUN_AGAIN
from consumer_drift.model.bump import Branch, BumpState
from consumer_drift.model.checks import (
    CheckResult,
    PullRequestChecks,
    ReviewResult,
    ReviewState,
    combined,
    worse,
)
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.contents import ContentsReader
    from consumer_drift.forges.gitea.page_reader import PageReader
    from consumer_drift.forges.gitea.pagination import Page
    from consumer_drift.model.bump import Sufficient
    from consumer_drift.model.checks import Review
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult
    from consumer_drift.support.deadline import Deadline

T = TypeVar("T")

# So many pages of closed pull requests are read for those of one branch; older ones no longer matter.
_MOST_PAGES = 20


class PullRequestReader:
    """Reads with the token, and without it if that shows more."""

    def __init__(
        self, client: GiteaClient, contents: ContentsReader, pages: PageReader, deadline: Deadline
    ) -> None:
        self._client = client
        self._deadline = deadline
        self._contents = contents
        self._pages = pages

    def bump_state(
        self, snapshot: Snapshot, head: str, resembling: str, sufficient: Sufficient
    ) -> BumpState | Failure:
        """Return the bump branch, its pull requests, and open ones that may be older bumps."""
        opened = self._open(snapshot)
        if isinstance(opened, Failure):
            return opened
        current = tuple(
            checked(self._client, self._deadline, snapshot.name, one) for one in opened if one.head == head
        )
        state = BumpState(
            snapshot,
            pull_requests=current,
            others=tuple(one for one in opened if one.head != head and resembling in one.head),
        )
        if snapshot.asked in sufficient.at_target:
            return state
        branch = self._right_branch(state, head, sufficient) or self.branch_with_files(snapshot, head)
        if isinstance(branch, Failure):
            return branch
        closed = () if current else self._closed(snapshot, head)
        if isinstance(closed, Failure):
            return closed
        return replace(state, branch=branch, pull_requests=current or closed)

    def _right_branch(self, state: BumpState, head: str, sufficient: Sufficient) -> Branch | None:
        """Return the branch of an open pull request whose files are as they must be, without its commits.

        None where that is not known: then all of it is read.
        """
        if not any(
            one.base == state.snapshot.branch and one.mergeable is not False for one in state.pull_requests
        ):
            return None
        files = self._files_of(state.snapshot, head)
        if isinstance(files, Failure) or not sufficient.holds(state.snapshot, files):
            return None
        return Branch(head, "", (), files, whole=False)

    def branch(self, snapshot: Snapshot, name: str) -> Branch | Failure | None:
        """Return a branch as it is now, without its files, or None if it does not exist."""
        compared = self._compared(snapshot, name)
        if compared is None or isinstance(compared, Failure):
            return compared
        if compared.newest:
            return Branch(name, compared.newest, compared.commits, {}, compared.complete)
        return self._listed(snapshot, name, compared)

    def branch_with_files(self, snapshot: Snapshot, name: str) -> Branch | Failure | None:
        """Return a branch as it is now, or None if it does not exist."""
        compared = self._compared(snapshot, name)
        if compared is None or isinstance(compared, Failure):
            return compared
        found = self._listed(snapshot, name, compared)
        if isinstance(found, Failure) or not found.listed:
            return found
        files = self._files_of(snapshot, name)
        if isinstance(files, Failure) and files.reason is Reason.NOT_FOUND:
            return Failure(Reason.STALE, f"{name} of {snapshot.name} was deleted while it was read", RUN_AGAIN)
        return files if isinstance(files, Failure) else replace(found, files=files)

    def _files_of(self, snapshot: Snapshot, name: str) -> Mapping[str, FileResult] | Failure:
        """Return the files of a branch at the paths of *snapshot*."""
        read = self._contents.read(replace(snapshot, branch=name), tuple(snapshot.files), ())
        return read if isinstance(read, Failure) else read.files

    def _listed(self, snapshot: Snapshot, name: str, compared: parse_commits.Comparison) -> Branch | Failure:
        """Return the branch that git has.

        If its creation was interrupted, the forge's own list does not have it. Such a branch can be neither read
        by its name nor created, only deleted.
        """
        answer, row = self._client.found(snapshot.name, lambda repository: routes.branch(repository, name))
        if row is not None:
            return Branch(name, compared.newest, compared.commits, {}, compared.complete, listed=False)
        if isinstance(answer, Failure):
            return answer
        tip = parse.parsed(answer, str(routes.branch(snapshot.name, name)), parse.branch_commit)
        return tip if isinstance(tip, Failure) else Branch(name, tip, compared.commits, {}, compared.complete)

    def checks(self, snapshot: Snapshot, pull_request: PullRequest) -> PullRequestChecks | Failure:
        """Return the checks, reviews and mergeability of an open pull request, at the head that it has now."""
        name = snapshot.name
        request = routes.pull_request(name, pull_request.number)
        answer = self._client.send(name, request)
        if isinstance(answer, Failure):
            return answer
        head = parse.parsed(answer, str(request), parse_checks.head)
        if isinstance(head, Failure):
            return head
        now = parse.parsed(answer, str(request), partial(parse_pull_requests.pull_request, of=name))
        if isinstance(now, Failure):
            return now
        found = self._statuses(name, head.commit)
        found = found if isinstance(found, Failure) else self._with_reviews(snapshot, now, found)
        if isinstance(found, Failure):
            return found
        now = checked(self._client, self._deadline, name, now)
        mergeable = None if head.draft else now.mergeable
        return replace(found, mergeable=mergeable, draft=head.draft, author=now.author, is_open=now.is_open)

    def known_checks(self, snapshot: Snapshot, pull_request: PullRequest) -> PullRequestChecks | Failure:
        """Return the checks and mergeability at the head that was read, with reviews where these can matter."""
        found = self._statuses(snapshot.name, pull_request.commit)
        if isinstance(found, Failure):
            return found
        found = replace(found, review=None, mergeable=pull_request.mergeable, author=pull_request.author)
        if found.mergeable is False or found.result is CheckResult.FAILING:
            return found
        return self._with_reviews(snapshot, pull_request, found)

    def _statuses(self, name: RepositoryName, commit: str) -> PullRequestChecks | Failure:
        build = partial(routes.combined_status, name, commit)
        rows = self._pages.rows(name, build, parse_checks.statuses, attrgetter("id"))
        if isinstance(rows, Failure):
            return rows
        checks = tuple(row.check for row in rows)
        return PullRequestChecks(commit, reduce(worse, (row.page for row in rows), combined(checks)), checks)

    def _with_reviews(
        self, snapshot: Snapshot, pull_request: PullRequest, found: PullRequestChecks
    ) -> PullRequestChecks | Failure:
        name = snapshot.name
        build = partial(routes.reviews, name, pull_request.number)
        reviews = self._pages.rows(name, build, parse_checks.reviews, attrgetter("id"))
        if isinstance(reviews, Failure):
            return reviews
        wanted = self._required_approvals(snapshot, pull_request.base)
        if isinstance(wanted, Failure):
            return wanted
        latest = tuple({one.opinion.author: one.opinion for one in reviews if one.opinion}.values())
        return replace(found, review=_review_result(latest, wanted), reviews=latest)

    def _required_approvals(self, snapshot: Snapshot, base: str) -> int | Failure:
        request = routes.branch(snapshot.name, base)
        answer = self._client.send(snapshot.name, request)
        return parse.parsed(answer, str(request), parse_checks.required_approvals)

    def requires_checks(self, snapshot: Snapshot) -> bool | Failure:
        """Return whether the consumer's branch requires a check before a merge."""
        request = routes.branch(snapshot.name, snapshot.branch)
        answer = self._client.send(snapshot.name, request)
        return parse.parsed(answer, str(request), parse_rights.requires_checks)

    def labels(self, name: RepositoryName) -> tuple[parse_issues.Label, ...] | Failure:
        """Return the repository's labels."""
        return self._pages.rows(name, partial(routes.labels, name), parse_issues.labels, attrgetter("id"))

    def organization_labels(self, owner: str) -> tuple[parse_issues.Label, ...] | Failure:
        """Return the labels that the owner shares with its repositories; none where it is a user."""

        def fetch(number: int) -> Page[parse_issues.Label] | Failure:
            request = routes.organization_labels(owner, number)
            answer = self._client.direct(request)
            if isinstance(answer, Failure):
                return answer
            rows = parse.parsed(answer, str(request), parse_issues.labels)
            return rows if isinstance(rows, Failure) else page_of(rows, answer.headers)

        found = all_rows(fetch, attrgetter("id"), threads=1, deadline=self._deadline)
        if isinstance(found, Failure):
            return () if found.reason is Reason.NOT_FOUND else found
        return found.rows

    def _compared(self, snapshot: Snapshot, name: str) -> parse_commits.Comparison | Failure | None:
        asked = str(routes.compare(snapshot.name, snapshot.branch, name))
        answer, row = self._client.found(
            snapshot.name, lambda repository: routes.compare(repository, snapshot.branch, name)
        )
        if row is not None:
            return None
        return parse.parsed(answer, asked, parse_commits.comparison)

    def _open(self, snapshot: Snapshot) -> tuple[PullRequest, ...] | Failure:
        if snapshot.open_pull_requests == 0:
            return ()
        name = snapshot.name
        read = partial(parse_pull_requests.pull_requests, of=name)
        build = partial(routes.open_pull_requests, name)
        found = self._pages.rows(name, build, read, attrgetter("number"))
        return found if isinstance(found, Failure) else tuple(one for one in found if not one.from_fork)

    def _closed(self, snapshot: Snapshot, head: str) -> tuple[PullRequest, ...] | Failure:
        """Return the pull requests of *head*, newest first, if none of them is open.

        The route for two branches shows only the oldest. Those after it are in the list, which begins with the
        newest.
        """
        name = snapshot.name
        answer, row = self._client.found(
            name, lambda repository: routes.oldest_pull_request(repository, snapshot.branch, head)
        )
        if row is not None:
            return ()
        if isinstance(answer, Failure):
            return answer
        asked = str(routes.oldest_pull_request(name, snapshot.branch, head))
        oldest = parse.parsed(answer, asked, partial(parse_pull_requests.pull_request, of=name))
        if isinstance(oldest, Failure):
            return oldest
        if oldest.from_fork:
            return ()
        return self._since(name, head, oldest)

    def _since(self, name: RepositoryName, head: str, oldest: PullRequest) -> tuple[PullRequest, ...] | Failure:
        found: dict[int, PullRequest] = {oldest.number: oldest}
        for page in range(1, _MOST_PAGES + 1):
            request = routes.closed_pull_requests(name, page)
            answer = self._client.send(name, request)
            shown = parse.parsed(answer, str(request), partial(parse_pull_requests.pull_requests, of=name))
            if isinstance(shown, Failure):
                return shown
            found.update((one.number, one) for one in shown if not one.from_fork and one.head == head)
            numbers = [one.number for one in shown]
            if not shown or (numbers and min(numbers) <= oldest.number):
                break
        newest_first = sorted(found.values(), key=lambda one: -one.number)
        return tuple(one for one in newest_first if not one.is_open or one is oldest)


def _review_result(reviews: Sequence[Review], wanted: int) -> ReviewResult:
    """Return what the last opinions of all reviewers come to, where the branch asks for *wanted* approvals."""
    states = [one.state for one in reviews]
    if ReviewState.CHANGES_REQUESTED in states:
        return ReviewResult.CHANGES_REQUESTED
    if sum(1 for one in reviews if one.counts and one.state is ReviewState.APPROVED) < wanted:
        return ReviewResult.REQUIRED
    return ReviewResult.APPROVED if ReviewState.APPROVED in states else ReviewResult.NONE
