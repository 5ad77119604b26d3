"""The budgets that are counts: how many requests and bytes a fleet costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator, World
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Run

THOUSAND = 1000
PINS = """\
pins:
  - file: .runtime-version
  - file: requirements.txt
    requirement: acme-runtime
"""


def world(listed: int, *, behind: int = 0, in_flight: int = 0) -> World:
    """*listed* consumers, the first *behind* of them behind, the first *in_flight* with a bump open."""
    made = World()
    acme = made.organisation("acme")
    acme.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    for index in range(listed):
        pin = "1.3.0" if index < behind else "1.4.0"
        repository = acme.repository(
            f"consumer-{index:04}",
            files={".runtime-version": f"{pin}\n", "requirements.txt": f"acme-runtime=={pin}\n"},
        )
        if index < in_flight:
            repository.pull("bump/runtime-1.4.0", files={".runtime-version": "1.4.0\n"}, author="bot")
    return made


def config(listed: int, *, reconcile: bool) -> str:
    """The list of them."""
    names = "".join(f"  - consumer-{index:04}\n" for index in range(listed))
    return f"{PINS}consumers:\n{names}{'' if reconcile else 'reconcile: false'}\n"


def run(forge: str, made: World, text: str, workspace: Path, **settings: object) -> tuple[Run, int]:
    """The run, and how many requests the server saw."""
    scopes = ["repo", "read:org"] if forge == "github" else ["read:repository", "read:organization"]
    token = made.token("bot", kind="classic" if forge == "github" else "forge", scopes=scopes, sees="all")
    with Emulator(made, forge) as emulator:
        result = check(emulator, text, workspace, token.secret, concurrency=16, **settings)
        seen = len(emulator.requests)
    assert result.report.requests == seen, "the report tells the number that the server saw"
    return result, seen


def test_github_reads_a_thousand_consumers_with_their_bumps_in_fifty_requests(tmp_path: Path) -> None:
    """Two pins each, and the state of what is in flight."""
    made = world(THOUSAND, behind=60, in_flight=40)
    result, seen = run("github", made, config(THOUSAND, reconcile=False), tmp_path)
    assert result.report.coverage.read == THOUSAND
    assert result.codes.count("behind") == 20
    assert result.codes.count("in-flight") == 40
    assert seen <= 50


def test_github_lists_and_probes_a_thousand_repositories_in_twelve_requests(tmp_path: Path) -> None:
    """One listed consumer, so nearly all that is asked belongs to reconcile."""
    made = world(THOUSAND - 1)
    result, seen = run("github", made, config(1, reconcile=True), tmp_path)
    assert result.codes == ["unlisted"] * (THOUSAND - 2)
    # The target and the one consumer take a request each.
    assert seen - 2 <= 12


def test_github_lists_a_large_owner_by_creation_time(tmp_path: Path) -> None:
    """Pages of different times do not wait for each other; each repository is reported once."""
    made = world(2)
    acme = made.owners["acme"]
    for index in range(2100):
        day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=index)
        acme.repository(
            f"other-{index:04}", {".runtime-version": "1.4.0\n"}, private=index % 3 == 0, created_at=day
        )
    result, seen = run("github", made, config(2, reconcile=True), tmp_path)
    assert result.codes == ["unlisted"] * 2100
    assert seen <= 35
    assert result.report.coverage.visible == 2103
    assert result.report.coverage.hidden == 0


@pytest.mark.parametrize(("batch_route", "budget"), [(True, 1100), (False, 2100)])
def test_gitea_reads_a_thousand_consumers_within_its_budget(
    batch_route: bool, budget: int, tmp_path: Path
) -> None:
    """With the route for several files at once, and without."""
    made = world(THOUSAND)
    made.settings.has_batch_route = batch_route
    result, seen = run("gitea", made, config(THOUSAND, reconcile=True), tmp_path)
    assert result.codes == []
    assert result.report.coverage.read == THOUSAND
    assert seen <= budget


def test_gitea_asks_for_pull_requests_only_where_something_is_behind_and_one_is_open(tmp_path: Path) -> None:
    """A row tells how many are open, so the others are not asked."""
    made = world(30, behind=10, in_flight=4)
    scopes = ["read:repository", "read:organization"]
    token = made.token("bot", scopes=scopes, sees="all")
    with Emulator(made, "gitea") as emulator:
        result = check(emulator, config(30, reconcile=True), tmp_path, token.secret)
        assert emulator.requests.count("GET", r"/pulls$") == 4
    assert result.codes.count("in-flight") == 4
    assert result.codes.count("behind") == 6


def test_gitea_reads_a_thousand_unmoved_consumers_in_thirty_requests_with_a_cache(tmp_path: Path) -> None:
    """A night without a push: the target, and the listing."""
    made = world(THOUSAND)
    made.advance(hours=1)
    token = made.token("bot", scopes=["read:repository", "read:organization"], sees="all")
    text, cache = config(THOUSAND, reconcile=True), tmp_path / "cache"
    with Emulator(made, "gitea") as emulator:
        check(emulator, text, tmp_path, token.secret, concurrency=16, cache=cache)
        emulator.requests.reset()
        result = check(emulator, text, tmp_path, token.secret, concurrency=16, cache=cache)
        assert len(emulator.requests) <= 30
    assert result.codes == []
    assert result.report.coverage.read == THOUSAND


def size(emulator: Emulator) -> int:
    """Bytes of all bodies, both ways."""
    return sum(one.bytes + len(one.body) for one in emulator.requests)


@pytest.mark.parametrize(
    ("forge", "batch_route", "budget"), [("github", True, 2000), ("gitea", True, 6000), ("gitea", False, 6000)]
)
def test_a_consumer_costs_so_many_bytes(forge: str, batch_route: bool, budget: int, tmp_path: Path) -> None:
    """With its row in the owner's listing and two small pins."""
    made = world(300, behind=30, in_flight=15)
    made.settings.has_batch_route = batch_route
    scopes = ["repo", "read:org"] if forge == "github" else ["read:repository", "read:organization"]
    token = made.token("bot", kind="classic" if forge == "github" else "forge", scopes=scopes, sees="all")
    with Emulator(made, forge) as emulator:
        result = check(emulator, config(300, reconcile=True), tmp_path, token.secret)
        assert result.report.coverage.read == 300
        assert size(emulator) <= 300 * budget


@pytest.mark.parametrize(
    ("forge", "state", "budget"),
    [
        ("github", "failure", 0),
        ("github", "success", 0),
        ("gitea", "failure", 1),
        # Its reviews and what its branch requires may be what it waits for.
        ("gitea", "success", 3),
    ],
)
def test_the_checks_of_an_open_bump_take_no_request_on_github_and_one_on_gitea(
    forge: str, state: str, budget: int, tmp_path: Path
) -> None:
    made = world(12, behind=8, in_flight=5)
    for index in range(5):
        made.repository(f"acme/consumer-{index:04}").check("unit", state, on="bump/runtime-1.4.0")
    plain, seen = run(forge, made, config(12, reconcile=False), tmp_path)
    result, more = run(forge, made, config(12, reconcile=False), tmp_path, history=tmp_path / "runs")
    assert (more - seen) / 5 == budget
    assert result.codes == plain.codes
    shown = [one["pull_request"] for one in result.json["consumers"] if one["pull_request"]]
    expected = {"failure": "failing", "success": "passing"}[state]
    assert [(one["checks"], one["mergeable"]) for one in shown] == [(expected, "yes")] * 5
    assert {one["review"] for one in shown} == ({None} if budget == 1 else {"none"})


def test_checks_that_github_cannot_tell_make_no_consumer_unreadable(tmp_path: Path) -> None:
    """Neither in the query for the consumers nor in one of its own."""
    made = world(3, behind=3, in_flight=3)
    with Emulator(made, "github") as emulator:
        token = made.token("bot", kind="classic", scopes=["repo", "read:org"], sees="all").secret
        emulator.faults.add("graphql-something-went-wrong", at=lambda at: at.field == "statusCheckRollup")
        text = config(3, reconcile=False)
        result = check(emulator, text, tmp_path, token, history=tmp_path / "runs")
    assert result.codes == ["in-flight"] * 3
    assert {one["pull_request"]["checks"] for one in result.json["consumers"]} == {None}
