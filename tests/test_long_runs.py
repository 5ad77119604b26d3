"""Runs that cannot go on to their end: what was read is kept, what was not is told, and there is always an end."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift import render
from consumer_drift.commands.combine import combine
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.model.report import State
from consumer_drift.sharding.split import parse
from tests.cli.test_commands import QUIET
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.running import check
from tests.test_budgets import config, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.running import Run

CONSUMERS, BEHIND = 300, 5
# So many requests are answered well: enough for the target and a part of the consumers.
MIDWAY = {"github": 5, "gitea": 120}
IN_40_MINUTES = {
    "github": ("rate-limit", {"reset_in": 2400}, "it resets in 40 min"),
    "gitea": ("too-many-requests", {"retry_after": 2400}, "it may be repeated in 2400 s"),
}
EXPIRED = {"github": "bad-credentials", "gitea": "bad-token"}


class LongRun:
    """A fleet on a forge, and the way to check it. Its waits take no time, and `clock` counts their seconds."""

    def __init__(self, emulator: Emulator, secret: str, workspace: Path) -> None:
        self.emulator, self.secret, self.workspace = emulator, secret, workspace
        self.clock = VirtualClock()

    @property
    def forge(self) -> str:
        return self.emulator.forge

    def strike(self, fault: str, *, midway: bool = True, path: str = r"/.*", **options: Any) -> None:
        """Let *fault* come over every request after those that are answered well."""
        after = MIDWAY[self.forge] if midway else 0
        self.emulator.faults.add(fault, path=path, after=after, **options)

    def strike_until_the_end(self, fault: str, *, midway: bool = True, path: str = r"/.*", **options: Any) -> None:
        """The same, and the first request that is struck takes as long as the whole run may."""
        ended = _ended(self.clock, MIDWAY[self.forge] if midway else 0)
        self.emulator.faults.add(fault, path=path, where=ended, **options)

    def run(self, *, reconcile: bool = True, **options: Any) -> Run:
        """Check everything, one request after the other for the most part."""
        text = config(CONSUMERS, reconcile=reconcile)
        options = {"concurrency": 2, "clock": self.clock, **options}
        return check(self.emulator, text, self.workspace, self.secret, **options)


@pytest.fixture(params=["github", "gitea"])
def fleet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LongRun]:
    """Three hundred consumers, all where they should be."""
    yield from _fleet(request.param, tmp_path, 0)


@pytest.fixture(params=["github", "gitea"])
def drifting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LongRun]:
    """The same, the first five of them behind."""
    yield from _fleet(request.param, tmp_path, BEHIND)


def _fleet(forge: str, folder: Path, behind: int) -> Iterator[LongRun]:
    made = world(CONSUMERS, behind=behind)
    scopes = ["repo", "read:org"] if forge == "github" else ["read:repository", "read:organization"]
    token = made.token("bot", kind="classic" if forge == "github" else "forge", scopes=scopes, sees="all")
    with Emulator(made, forge) as emulator:
        yield LongRun(emulator, token.secret, folder)


def assert_partial(run: Run) -> None:
    """Some were read and are kept, each of the others is told, and the run is no success."""
    states = Counter(consumer.state for consumer in run.report.consumers)
    assert sum(states.values()) == CONSUMERS
    assert states[State.IN_SYNC] > 0
    assert states[State.UNREADABLE] > 0
    assert run.codes.count("unreadable") == states[State.UNREADABLE]
    assert run.report.coverage.read == CONSUMERS - states[State.UNREADABLE]
    assert "error" in {finding.counts_as for finding in run.report.findings}


def test_a_token_that_expires_halfway_is_an_error_and_what_was_read_is_kept(fleet: LongRun) -> None:
    fleet.strike(EXPIRED[fleet.forge])
    run = fleet.run()
    assert_partial(run)
    assert run.report.exit_code == 2
    assert "does not accept the token" in run.messages
    # Repeated bad credentials lock good ones out.
    assert run.report.requests <= MIDWAY[fleet.forge] + 8 + 4


def test_drift_that_was_seen_before_the_token_expired_stays_drift(drifting: LongRun) -> None:
    drifting.strike(EXPIRED[drifting.forge])
    run = drifting.run()
    assert_partial(run)
    assert run.codes.count("behind") == BEHIND
    assert run.report.exit_code == 1


def test_a_limit_that_resets_in_forty_minutes_ends_the_run_at_once_and_says_when(fleet: LongRun) -> None:
    fault, options, words = IN_40_MINUTES[fleet.forge]
    fleet.strike(fault, **options)
    run = fleet.run(max_time=3000.0, retry_policy=RetryPolicy())
    assert_partial(run)
    assert run.report.exit_code == 2
    assert words in run.messages
    assert fleet.clock.slept < 10
    # No request is sent any more.
    assert run.report.requests <= MIDWAY[fleet.forge] + 6


def test_a_limit_that_resets_soon_is_waited_for(fleet: LongRun) -> None:
    """Then everything is read, and nothing is reported."""
    fleet.strike("too-many-requests", times=1, retry_after=1)
    run = fleet.run(retry_policy=RetryPolicy(first=0.01))
    assert (run.codes, run.report.exit_code) == ([], 0)
    assert fleet.clock.slept >= 1


def test_a_limit_that_outlasts_the_run_is_not_waited_for(fleet: LongRun) -> None:
    fleet.strike("too-many-requests", retry_after=60)
    run = fleet.run(max_time=20.0, retry_policy=RetryPolicy())
    assert_partial(run)
    assert run.report.exit_code == 2
    assert fleet.clock.slept < 10


@pytest.mark.parametrize("midway", [True, False], ids=["halfway", "from the first request on"])
@pytest.mark.parametrize(
    ("fault", "options"),
    [
        *(("latency", {"seconds": 6000}), ("endless-body", {"seconds": 0.4})),
        *(("drip-body", {"seconds": 0.4}), ("drip-headers", {"seconds": 0.4})),
    ],
)
def test_a_server_that_hangs_or_drips_is_ended_by_the_runs_own_time(
    fleet: LongRun, fault: str, options: dict[str, Any], midway: bool
) -> None:
    """Whatever it does, the report is there when it was promised, and says why it is not whole."""
    fleet.strike_until_the_end(fault, midway=midway, **options)
    run = fleet.run(max_time=2)
    assert run.report.exit_code == 2
    assert "the run's time of 2 s was up before this was read" in run.messages
    assert "check the forge's health" not in run.messages.lower()
    if midway:
        assert_partial(run)
    else:
        assert run.report.coverage.read == 0
        assert "target-unknown" in run.codes


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_run_that_is_ended_after_any_number_of_answers_has_a_report(forge: str, tmp_path: Path) -> None:
    """Every request of a small fleet is once the one that is not answered any more; on Gitea, every seventh."""
    size = 20
    made = world(size, behind=size // 2, in_flight=size // 4)
    scopes = ["repo", "read:org"] if forge == "github" else ["read:repository", "read:organization"]
    token = made.token("bot", kind="classic" if forge == "github" else "forge", scopes=scopes, sees="all")
    text, known = config(size, reconcile=True), []
    with Emulator(made, forge) as emulator:
        whole = check(emulator, text, tmp_path, token.secret, concurrency=2)
        for answered in range(0, len(emulator.requests), 1 if forge == "github" else 7):
            clock = VirtualClock()
            fault = emulator.faults.add("connection-reset", where=_ended(clock, answered))
            run = check(emulator, text, tmp_path, token.secret, concurrency=2, max_time=60, clock=clock)
            emulator.faults.remove(fault)
            states = Counter(consumer.state for consumer in run.report.consumers)
            assert sum(states.values()) == size
            assert run.report.coverage.read == size - states[State.UNREADABLE]
            # Without the owner's count the list is possibly partial; without dates of releases nothing is missing.
            told = {finding.counts_as for finding in run.report.findings} & {"error", "token-scope"}
            assert told or run.codes == whole.codes
            # What was read is judged as in a whole run, or its pull request is not known.
            shown = {consumer.name: consumer.state for consumer in whole.report.consumers}
            ended = {one.name: one.state for one in run.report.consumers if one.state is not State.UNREADABLE}
            assert all(state in {shown[name], State.IN_FLIGHT_UNKNOWN} for name, state in ended.items())
            known.append(run.report.coverage.read)
    assert known[0] == 0
    assert known[-1] == size


def _ended(clock: VirtualClock, answered: int) -> Callable[[object], bool]:
    """Whether a request comes after so many, and then the run's time is over."""
    left = count(answered, -1)

    def struck(_: object) -> bool:
        if next(left) > 0:
            return False
        clock.slept = math.inf
        return True

    return struck


def test_pull_requests_that_never_come_are_not_known(drifting: LongRun) -> None:
    if drifting.forge == "github":
        pytest.skip("the survey brings them along")
    for repository in drifting.emulator.world.owner("acme").repositories[1:4]:
        repository.pull("bump/runtime-1.4.0", files={".runtime-version": "1.4.0\n"}, author="bot")
    drifting.strike_until_the_end("latency", midway=False, path=r"/pulls", seconds=6000)
    run = drifting.run(max_time=2)
    assert run.codes == ["behind"] * (BEHIND - 3) + ["in-flight-unknown"] * 3
    assert "its bump pull requests could not be read: the run's time" in run.messages


def test_the_process_ends_in_time_with_a_report_on_stdout(fleet: LongRun) -> None:
    """Also where a thread still waits for an answer."""
    fleet.strike("latency", seconds=6000)
    folder = fleet.workspace / ".github"
    folder.mkdir()
    text = "owner: acme\nsource: {repository: acme/runtime}\n" + config(CONSUMERS, reconcile=True)
    (folder / "consumer-drift.yml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "consumer_drift", "check", "--format", "json", "--max-time", "1"),
            *("--forge", fleet.forge, "--server", fleet.emulator.url, "--token-env", "TOKEN"),
        ],
        cwd=fleet.workspace,
        env={**QUIET, "TOKEN": fleet.secret},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert json.loads(done.stdout)["coverage"]["listed"] == CONSUMERS


def test_a_shard_that_ended_early_makes_the_whole_an_error_and_keeps_the_rest(fleet: LongRun) -> None:
    reports = []
    for index in (1, 2, 3):
        if index == 3:
            fleet.strike(EXPIRED[fleet.forge], midway=False)
        run = fleet.run(shard=parse(f"{index}/3"))
        reports.append(fleet.workspace / f"{index}.json")
        reports[-1].write_text(render.FORMATS["json"](run.report), encoding="utf-8")
    whole = combine(reports)
    assert whole.exit_code == 2
    assert whole.target.version == "1.4.0"
    assert [consumer.state for consumer in whole.consumers] == (
        [State.IN_SYNC] * (2 * CONSUMERS // 3) + [State.UNREADABLE] * (CONSUMERS // 3)
    )
