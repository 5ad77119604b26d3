"""How long a consumer may be behind, told by each server's own dates, pull requests and refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator import Emulator, World
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator import Repository
    from tests.running import Run

FORGES = ("github", "gitea", "forgejo")
PIN = ".runtime-version"
CONFIG = f"pins: [{{file: {PIN}}}]\nconsumers: [core]\nreconcile: false\n"


class Fleet:
    """A source with v1.0.0 and ``core``, which pins it. The clock is the world's."""

    def __init__(self) -> None:
        self.world = World()
        self.acme = self.world.organisation("acme")
        self.runtime: Repository = self.acme.repository("runtime", {"VERSION": "1.0.0\n"}, tags=["v1.0.0"])
        self.core: Repository = self.acme.repository("core", {PIN: "1.0.0\n"})

    def release(self, version: str, **annotation: Any) -> None:
        """Make a commit now and tag it."""
        self.runtime.commit({"VERSION": f"{version}\n"}, "main", message=version, date=self.world.now())
        self.runtime.tag(f"v{version}", **annotation)

    def bump(self, version: str, **more: Any) -> None:
        """Open the pull request that raises the pin to *version*."""
        self.core.pull(f"bump/runtime-{version}", files={PIN: f"{version}\n"}, **more)

    def check(self, forge: str, folder: Path, config: str = CONFIG, **token: Any) -> Run:
        """Check it with a token that may read everything, or one as told."""
        kind = {"kind": "classic", "scopes": ["repo", "read:org"]} if forge == "github" else {"scopes": ["all"]}
        secret = self.world.token("bot", **{**kind, "sees": "all", **token}).secret
        with Emulator(self.world, forge) as emulator:
            self.emulator = emulator
            return check(emulator, config, folder, secret)

    def state(self, forge: str, folder: Path, config: str = CONFIG) -> str:
        """The state of ``core``."""
        return self.check(forge, folder, config).report.consumers[0].state.value


@pytest.mark.parametrize("forge", FORGES)
def test_a_release_a_day_does_not_excuse_a_consumer_that_never_moves(forge: str, tmp_path: Path) -> None:
    """Each release replaces the bump; the time runs on."""
    fleet = Fleet()
    states = []
    for day in range(1, 7):
        fleet.release(f"1.{day}.0")
        for pull in list(fleet.core.pulls):
            if pull.state == "open":
                fleet.world.close(pull)
        fleet.bump(f"1.{day}.0")
        fleet.world.advance(hours=23)
        states.append(fleet.state(forge, tmp_path))
        fleet.world.advance(hours=1)
    assert states == ["in-flight", "in-flight", "in-flight", "behind", "behind", "behind"]


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize(("more", "state"), [("", "in-flight"), ("prereleases: true\n", "behind")])
def test_a_candidate_starts_no_time_unless_it_is_a_target(
    forge: str, more: str, state: str, tmp_path: Path
) -> None:
    """Ten days before the release itself."""
    fleet = Fleet()
    fleet.release("1.4.0-rc.1")
    fleet.world.advance(hours=240)
    fleet.release("1.4.0")
    fleet.bump("1.4.0")
    fleet.world.advance(hours=1)
    assert fleet.state(forge, tmp_path, CONFIG + more) == state


@pytest.mark.parametrize("forge", FORGES)
def test_an_open_bump_to_an_earlier_release_counts_while_it_advances_the_pin(forge: str, tmp_path: Path) -> None:
    """Merged or not, it is on the way."""
    fleet = Fleet()
    fleet.bump("0.9.0")
    fleet.release("1.1.0")
    assert fleet.state(forge, tmp_path) == "behind"
    fleet.bump("1.1.0")
    fleet.world.advance(hours=10)
    fleet.release("1.2.0")
    run = fleet.check(forge, tmp_path)
    assert run.codes == ["in-flight"]
    assert "Merge its bump pull request to 1.1.0 " in run.messages
    fleet.world.advance(hours=63)
    assert fleet.state(forge, tmp_path) == "behind"


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize(
    ("annotated", "has_release", "state"),
    [(False, False, "behind"), (True, False, "in-flight"), (False, True, "in-flight"), (True, True, "in-flight")],
)
def test_a_tag_on_an_old_commit_is_as_old_as_the_tag_or_its_release_says(
    forge: str, annotated: bool, has_release: bool, state: str, tmp_path: Path
) -> None:
    """A light tag without a release has no date but its commit's."""
    fleet = Fleet()
    fleet.runtime.commit({"VERSION": "1.1.0\n"}, "main", message="1.1.0", date=fleet.world.now())
    fleet.world.advance(days=30)
    fleet.runtime.tag("v1.1.0", **({"message": "1.1.0", "date": fleet.world.now()} if annotated else {}))
    if has_release:
        fleet.runtime.release("v1.1.0")
    fleet.bump("1.1.0")
    fleet.world.advance(hours=1)
    assert fleet.state(forge, tmp_path) == state


@pytest.mark.parametrize("forge", FORGES)
def test_the_latest_release_dates_every_one_before_it(forge: str, tmp_path: Path) -> None:
    """Of `release: latest` the oldest that was missed counts, and the distance is known."""
    fleet = Fleet()
    config = f"source: {{release: latest}}\n{CONFIG}"
    for day in range(5):
        fleet.release(f"1.{day}.1")
        fleet.runtime.release(f"v1.{day}.1")
        fleet.world.advance(days=1)
    fleet.bump("1.4.1")
    run = fleet.check(forge, tmp_path, config)
    assert run.codes == ["behind"]
    assert "(5 releases behind since 2026-11-22 12:00 UTC)" in run.messages


@pytest.mark.parametrize("forge", FORGES)
def test_without_dates_the_oldest_bump_tells_since_when(forge: str, tmp_path: Path) -> None:
    """A version in a file has no date. Closed bumps are read then."""
    fleet = Fleet()
    config = f"source: {{file: VERSION}}\n{CONFIG}"
    states = []
    for day in range(1, 7):
        fleet.release(f"1.{day}.0")
        for pull in list(fleet.core.pulls):
            if pull.state == "open":
                fleet.world.close(pull)
        fleet.bump(f"1.{day}.0")
        fleet.world.advance(hours=23)
        states.append(fleet.state(forge, tmp_path, config))
        fleet.world.advance(hours=1)
    assert states == ["in-flight", "in-flight", "in-flight", "behind", "behind", "behind"]


def test_a_missing_permission_for_pull_requests_is_code_3_within_the_grace_and_drift_after_it(
    tmp_path: Path,
) -> None:
    """The step stays green for as long as a bump could be open, and no longer."""
    fleet = Fleet()
    fleet.core.visibility = "private"
    fleet.release("1.1.0")
    fleet.bump("1.1.0")
    reads = {"kind": "fine-grained", "scopes": None, "permissions": {"contents": "read", "metadata": "read"}}
    run = fleet.check("github", tmp_path, **reads)
    assert (run.codes, run.report.exit_code) == (["in-flight-unknown"], 3)
    assert "read access to pull requests" in run.messages
    fleet.world.advance(hours=73)
    run = fleet.check("github", tmp_path, **reads)
    assert (run.codes, run.report.exit_code) == (["behind"], 1)


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
@pytest.mark.parametrize(("fault", "code"), [("missing-scope", 3), ("server-error", 2), ("html-wall-403", 2)])
def test_pull_requests_that_cannot_be_read_are_code_3_or_2(
    forge: str, fault: str, code: int, tmp_path: Path
) -> None:
    """By the reason, within the grace."""
    fleet = Fleet()
    fleet.core.visibility = "private"
    fleet.release("1.1.0")
    fleet.bump("1.1.0")
    secret = fleet.world.token("bot", scopes=["all"], sees="all").secret
    with Emulator(fleet.world, forge) as emulator:
        emulator.faults.add(fault, path="/pulls")
        run = check(emulator, CONFIG, tmp_path, secret)
    assert (run.codes, run.report.exit_code) == (["in-flight-unknown"], code)


@pytest.mark.parametrize("forge", FORGES)
def test_the_window_is_told_in_every_format(forge: str, tmp_path: Path) -> None:
    """Behind by one, since when and until when."""
    fleet = Fleet()
    fleet.release("1.1.0")
    fleet.world.advance(hours=5)
    run = fleet.check(forge, tmp_path, f"{CONFIG}policy: {{window: 24h}}\n")
    assert (run.codes, run.report.exit_code) == (["lagging"], 0)
    assert run.json["consumers"][0]["behind_since"] == "2026-11-22T12:00:00+00:00"
    assert run.report.consumers[0].behind_since == fleet.world.now() - timedelta(hours=5)
    assert "It may lag until 2026-11-23 12:00 UTC" in run.shown


@pytest.mark.parametrize(("behind", "budget"), [(0, 22), (1000, 50)])
def test_github_reads_earlier_bumps_of_a_thousand_consumers_in_a_few_requests(
    behind: int, budget: int, tmp_path: Path
) -> None:
    """Asked for only where a consumer is behind and has further open pull requests."""
    fleet = Fleet()
    fleet.release("1.1.0")
    for index in range(1000):
        late = index < behind
        consumer = fleet.acme.repository(f"c{index}", {PIN: "1.0.0\n" if late else "1.2.0\n"})
        consumer.pull("bump/runtime-1.1.0", files={PIN: "1.1.0\n"})
    fleet.release("1.2.0")
    names = "".join(f"  - c{index}\n" for index in range(1000))
    run = fleet.check("github", tmp_path, f"pins: [{{file: {PIN}}}]\nconsumers:\n{names}reconcile: false\n")
    assert run.codes == ["in-flight"] * behind
    assert run.report.requests <= budget
