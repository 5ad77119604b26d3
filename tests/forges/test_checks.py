"""Checks, reviews and mergeability of an open pull request, read from each forge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.factory import connect
from consumer_drift.model.checks import (
    CheckResult,
    CheckState,
    PullRequestChecks,
    ReviewResult,
    ReviewState,
    combined,
    worse,
)
from consumer_drift.model.observation import Survey, Wanted
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, Reason
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator, World
from tests.propagating import FORGES, token
from tests.running import HASTE, LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator import Repository

HEAD = "bump/runtime-0.3.44"


@dataclass
class Scene:
    """A repository with an open pull request."""

    world: World
    repository: Repository
    secret: str

    def read(self, forge: str, *names: str) -> dict[str, PullRequestChecks | Failure]:
        """What the program reads of the first pull request of each repository."""
        with Emulator(self.world, forge) as emulator:
            return self.read_at(emulator, *names)

    def read_at(self, emulator: Emulator, *names: str) -> dict[str, PullRequestChecks | Failure]:
        chosen = Settings(
            forge=ForgeChoice(emulator.forge),
            server=emulator.url,
            api=emulator.api_url,
            graphql=emulator.graphql_url if emulator.forge == "github" else "",
            token=self.secret,
        )
        forge = connect(chosen, Deadline(600, VirtualClock()), retry_policy=HASTE, limits=LIMITS)
        wanted = tuple(Wanted(RepositoryName("acme", name), ("README.md",)) for name in names or ("app",))
        seen = forge.survey(Survey(wanted), lambda _name: None).consumers
        bumps = [
            (snapshot, self.pull_request(name.name, emulator.forge))
            for name, snapshot in seen.items()
            if not isinstance(snapshot, Failure)
        ]
        return {name.name: checks for name, checks in forge.checks(bumps).items()}

    def pull_request(self, name: str, forge: str) -> PullRequest:
        row = self.world.repository(f"acme/{name}").pulls[0]
        state, made = PullRequestState.OPEN, row.created_at
        url = f"https://forge.test/acme/{name}/pulls/{row.number}"
        node = f"PR_{row.id}" if forge == "github" else ""
        return PullRequest(row.number, url, row.head_branch, "main", state, made, author=row.author, id=node)


def scene() -> Scene:
    world = World()
    made = world.organisation("acme").repository("app")
    made.pull(HEAD, files={"VERSION": "1\n"}, author="bumper")
    return Scene(world, made, "")


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read(forge: str, prepare: Callable[[Repository], object]) -> PullRequestChecks:
    made = scene()
    made.secret = token(made.world, forge)
    prepare(made.repository)
    found = made.read(forge)["app"]
    assert isinstance(found, PullRequestChecks), found
    assert found.head == made.repository.branches[HEAD]
    return found


def test_a_head_that_nothing_is_registered_of_has_no_checks(forge: str) -> None:
    """The moment after a push: nothing is neither passing nor pending."""
    found = read(forge, lambda repository: None)
    assert (found.result, found.checks, found.review) == (CheckResult.NONE, (), ReviewResult.NONE)
    assert (found.mergeable, found.draft, found.author) == (True, False, "bumper")


@pytest.mark.parametrize(
    ("state", "expected", "result"),
    [
        ("success", CheckState.PASSED, CheckResult.PASSING),
        ("failure", CheckState.FAILED, CheckResult.FAILING),
        ("error", CheckState.FAILED, CheckResult.FAILING),
        ("pending", CheckState.PENDING, CheckResult.PENDING),
    ],
)
def test_a_status_has_the_state_that_it_reported_last(
    forge: str, state: str, expected: CheckState, result: CheckResult
) -> None:
    def prepare(repository: Repository) -> None:
        repository.check("ci / unit", "pending", on=HEAD)
        repository.check("ci / unit", state, on=HEAD)
        repository.check("late", "failure", on=HEAD, after=60)

    found = read(forge, prepare)
    assert [(one.name, one.state) for one in found.checks] == [("ci / unit", expected)]
    assert found.result is result


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("success", CheckState.PASSED),
        ("skipped", CheckState.SKIPPED),
        ("neutral", CheckState.SKIPPED),
        ("cancelled", CheckState.FAILED),
        ("timed_out", CheckState.FAILED),
        ("action_required", CheckState.FAILED),
        ("pending", CheckState.PENDING),
    ],
)
def test_a_check_run_is_named_with_its_workflow(state: str, expected: CheckState) -> None:
    found = read("github", lambda one: one.check("unit", state, on=HEAD, kind="run", workflow="CI"))
    assert [(one.name, one.state) for one in found.checks] == [("CI / unit", expected)]


@pytest.mark.parametrize("state", ["warning", "skipped"])
@pytest.mark.parametrize("server", ["gitea", "forgejo"])
def test_a_warning_is_neither_a_failure_nor_a_success(server: str, state: str) -> None:
    found = read(server, lambda one: one.check("lint", state, on=HEAD))
    assert [one.state for one in found.checks] == [CheckState.SKIPPED]
    # Forgejo combines warnings to a state of their own, Gitea to a success.
    combined = CheckResult.WARNING if (server, state) == ("forgejo", "warning") else CheckResult.PASSING
    assert found.result is combined


def test_checks_on_a_second_page_count(forge: str) -> None:
    """Gitea's combined state is that of one page, and the failure is on the next."""

    def prepare(repository: Repository) -> None:
        for number in range(70):
            repository.check(f"unit ({number:02})", "success", on=HEAD)
        repository.check("zz", "failure", on=HEAD)

    found = read(forge, prepare)
    assert (found.result, len(found.checks), found.complete) == (CheckResult.FAILING, 71, True)


def test_more_checks_than_are_shown_are_told(forge: str) -> None:
    """GitHub shows a hundred in one answer; the other forges show all."""

    def prepare(repository: Repository) -> None:
        for number in range(120):
            repository.check(f"unit ({number:03})", "success", on=HEAD)

    assert read(forge, prepare).complete is (forge != "github")


def test_reviews_count_by_their_last_word(forge: str) -> None:
    def prepare(repository: Repository) -> None:
        repository.collaborators["alice"] = "write"
        repository.required_approvals["main"] = 1
        repository.review(1, "alice", "CHANGES_REQUESTED")
        repository.review(1, "alice", "APPROVED")
        repository.review(1, "alice", "COMMENTED")

    found = read(forge, prepare)
    assert found.review is ReviewResult.APPROVED
    assert [(one.author, one.state, one.counts) for one in found.reviews] == [
        ("alice", ReviewState.APPROVED, True)
    ]


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ((), ReviewResult.REQUIRED),
        ((("reader", "APPROVED"),), ReviewResult.REQUIRED),
        ((("alice", "APPROVED"),), ReviewResult.APPROVED),
        ((("alice", "APPROVED"), ("bob", "CHANGES_REQUESTED")), ReviewResult.CHANGES_REQUESTED),
    ],
)
def test_an_approval_counts_only_from_who_may_write(
    forge: str, reviews: tuple[tuple[str, str], ...], expected: ReviewResult
) -> None:
    def prepare(repository: Repository) -> None:
        repository.collaborators |= {"alice": "write", "bob": "write"}
        repository.required_approvals["main"] = 1
        for who, state in reviews:
            repository.review(1, who, state)

    assert read(forge, prepare).review is expected


def test_an_approval_that_a_push_dismissed_counts_no_longer(forge: str) -> None:
    def prepare(repository: Repository) -> None:
        repository.collaborators["alice"] = "write"
        repository.required_approvals["main"] = 1
        repository.dismisses_stale = True
        repository.review(1, "alice", "APPROVED")
        repository.commit({"x": "y"}, HEAD)

    found = read(forge, prepare)
    assert found.review is ReviewResult.REQUIRED
    assert [one.state for one in found.reviews] == [ReviewState.DISMISSED]
    assert found.reviews[0].commit != found.head


def test_a_conflict_does_not_merge_and_a_draft_says_so(forge: str) -> None:
    assert read(forge, lambda one: one.commit({"VERSION": "2\n"})).mergeable is False

    def draft(repository: Repository) -> None:
        repository.pulls[0].draft, repository.pulls[0].title = True, "WIP: bump"

    assert read(forge, draft).draft is True


def test_many_are_read_in_a_few_queries(tmp_path: object) -> None:
    made = scene()
    names = [f"app-{number:02}" for number in range(45)]
    for name in names:
        made.world.owner("acme").repository(name).pull(HEAD, files={"VERSION": "1\n"})  # type: ignore[union-attr]
    made.secret = token(made.world, "github")
    with Emulator(made.world, "github") as emulator:
        found = made.read_at(emulator, *names)
        asked = [one for one in emulator.requests if b"statusCheckRollup" in one.body]
    assert len(found) == 45
    assert len(asked) == 3


def test_one_that_fails_does_not_take_the_others_with_it() -> None:
    made = scene()
    made.world.owner("acme").repository("other").pull(HEAD, files={"VERSION": "1\n"})  # type: ignore[union-attr]
    made.secret = token(made.world, "github")
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add(
            "graphql-forbidden",
            at=lambda at: at.field == "statusCheckRollup" and at.repository == "acme/other",
            message="Resource not accessible by personal access token",
        )
        found = made.read_at(emulator, "app", "other")
    assert isinstance(found["app"], PullRequestChecks)
    assert isinstance(found["other"], Failure)
    assert found["other"].reason is Reason.MISSING_SCOPE


@pytest.mark.parametrize("path", [r"/pulls/1$", r"/status$", r"/reviews$", r"/branches/"])
@pytest.mark.parametrize("fault", ["server-error", "html-wall-403", "invalid-json", "cut-body"])
def test_an_answer_that_is_none_is_a_failure(path: str, fault: str) -> None:
    made = scene()
    made.secret = token(made.world, "gitea")
    with Emulator(made.world, "gitea") as emulator:
        emulator.faults.add(fault, path=path)
        found = made.read_at(emulator)["app"]
    assert isinstance(found, Failure), found


def test_of_two_results_the_one_that_allows_less_counts() -> None:
    assert worse(CheckResult.PASSING, CheckResult.PENDING) is CheckResult.PENDING
    assert worse(CheckResult.FAILING, CheckResult.PENDING) is CheckResult.FAILING
    assert worse(CheckResult.NONE, CheckResult.PASSING) is CheckResult.NONE
    assert combined(()) is CheckResult.NONE
