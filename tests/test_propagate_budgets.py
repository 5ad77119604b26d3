"""What propagate costs beyond the reading of a check, and how many consumers are written to at once."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator, World
from tests.emulator.gitea.app import GiteaApp
from tests.propagating import BRANCH, PINS, Scene, ending, is_write, pins, token, writes
from tests.running import check, propagate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.wire import Request, Response
    from tests.running import Run

SIZE = 6
NAMES = [f"consumer-{number}" for number in range(SIZE)]
LISTED = f"{PINS}consumers: [{', '.join(NAMES)}]\nreconcile: false\n"
EXTRAS = "propagate: {labels: [dependencies], reviewers: [boss]}\n"
FORGES = ["gitea", "forgejo"]


@dataclass
class Fleet(Scene):
    """A few consumers at *version*, on a server that answers as *forge* does."""

    forge: str

    @classmethod
    def of(cls, forge: str, version: str = "0.3.43") -> Fleet:
        world = World(now="2026-11-22T12:00:00Z", has_batch_route=forge == "gitea")
        world.user("boss")
        acme = world.organisation("acme")
        acme.repository("runtime", tags=["runtime-v0.3.43", "runtime-v0.3.44"])
        for name in NAMES:
            acme.repository(name, files=pins(version)).label("dependencies")
        return cls(world, token(world, forge), forge)

    def cost(self, config: str, workspace: Path) -> tuple[Run, float]:
        """A run, and how many requests each consumer took beyond the reading of a check."""
        with Emulator(self.world, self.forge) as emulator:
            check(emulator, config, workspace, self.token)
            reading = len(emulator.requests)
            emulator.requests.reset()
            run = propagate(emulator, config, workspace, self.token)
            return run, (len(emulator.requests) - reading) / SIZE


def outcomes(run: Run) -> set[str]:
    return {bump.outcome.value for _, bump in run.report.bumps}


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize(("extras", "budget"), [("", 6), (EXTRAS, 6 + 2)], ids=["plain", "labels and reviewers"])
def test_a_new_pull_request_takes_six_requests(forge: str, extras: str, budget: int, tmp_path: Path) -> None:
    run, each = Fleet.of(forge).cost(LISTED + extras, tmp_path)
    assert outcomes(run) == {"opened"}
    assert each <= budget


@pytest.mark.parametrize("forge", FORGES)
def test_an_open_one_that_is_right_takes_two(forge: str, tmp_path: Path) -> None:
    """The list of pull requests and the branch's files, which Forgejo shows one by one."""
    fleet = Fleet.of(forge)
    fleet.cost(LISTED + EXTRAS, tmp_path)
    with Emulator(fleet.world, forge) as emulator:
        run = propagate(emulator, LISTED + EXTRAS, tmp_path, fleet.token)
        asked = [one for one in emulator.requests if "/consumer-" in one.path]
    assert outcomes(run) == {"pr-exists"}
    files = 1 if forge == "gitea" else 2
    # A check reads the files of the base. What the server offers is found out once.
    assert len(asked) - 2 <= SIZE * (files + 1 + files)


@pytest.mark.parametrize("forge", FORGES)
def test_a_consumer_at_the_target_takes_none(forge: str, tmp_path: Path) -> None:
    run, each = Fleet.of(forge, "0.3.44").cost(LISTED + EXTRAS, tmp_path)
    assert outcomes(run) == {"already-pinned"}
    assert each == 0


def test_at_the_target_other_peoples_pull_requests_take_one(tmp_path: Path) -> None:
    fleet = Fleet.of("gitea", "0.3.44")
    for name in NAMES:
        fleet[name].pull("fix", files={"x": "y"}, author="boss")
    run, each = fleet.cost(LISTED, tmp_path)
    assert outcomes(run) == {"already-pinned"}
    assert each == 1


def test_an_older_bump_takes_four_more(tmp_path: Path) -> None:
    """The list of pull requests, its commits, its text, whose answer shows what is deleted, and the deletion."""
    fleet = Fleet.of("gitea")
    fleet.cost(LISTED, tmp_path)
    fleet.release("0.3.45")
    with Emulator(fleet.world, "gitea") as emulator:
        run = propagate(emulator, LISTED, tmp_path, fleet.token)
        asked = [one for one in emulator.requests if "/consumer-" in one.path]
    assert outcomes(run) == {"opened"}
    assert all(len(bump.superseded) == 1 for _, bump in run.report.bumps)
    assert len(asked) / SIZE <= 6 + 4


def test_on_github_what_is_looked_at_is_shared_by_all(tmp_path: Path) -> None:
    """Two writes each; the bumps of ten in one query, and what all allow in another."""
    fleet = Fleet.of("github")
    run, each = fleet.cost(LISTED, tmp_path)
    assert outcomes(run) == {"opened"}
    assert each * SIZE == 2 * SIZE + 2


def before(monkeypatch: pytest.MonkeyPatch, act: Callable[[Request], object]) -> None:
    """Call *act* with each request before the server handles it; other requests go on."""
    handle = GiteaApp.handle

    def after(app: GiteaApp, request: Request) -> Response:
        act(request)
        return handle(app, request)

    monkeypatch.setattr(GiteaApp, "handle", after)


@pytest.mark.parametrize("forge", FORGES)
def test_four_are_written_to_at_once_after_the_first(
    forge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits until three others are being written to. A consumer's own writes keep their order."""
    fleet, together = Fleet.of(forge), Barrier(4)

    def meet(request: Request) -> None:
        if (
            request.method == "POST"
            and request.path.endswith("/contents")
            and _number(request.path) in range(1, 5)
        ):
            together.wait(timeout=60)

    before(monkeypatch, meet)
    with Emulator(fleet.world, forge) as emulator:
        run = propagate(emulator, LISTED + EXTRAS, tmp_path, fleet.token)
        sent = writes(emulator)
    assert not together.broken
    assert [bump.outcome.value for _, bump in run.report.bumps] == ["opened"] * SIZE
    assert [name.name for name, _ in run.report.bumps] == NAMES
    first = ["contents", "pulls", "requested_reviewers", "1"]
    for number in range(SIZE):
        assert [one.path.rpartition("/")[2] for one in sent if _number(one.path) == number] == first
    assert [_number(one.path) for one in sent[: len(first)]] == [0] * len(first)


@pytest.mark.parametrize("forge", FORGES)
def test_one_at_once_is_the_order_of_the_list(forge: str, tmp_path: Path) -> None:
    fleet = Fleet.of(forge)
    with Emulator(fleet.world, forge) as emulator:
        propagate(emulator, LISTED + EXTRAS.replace("}", ", concurrency: 1}"), tmp_path, fleet.token)
        assert [_number(one.path) for one in writes(emulator)] == [
            number for number in range(SIZE) for _ in range(4)
        ]


@pytest.mark.parametrize("end_after", [2, 7, 11, 18])
def test_ended_while_four_are_written_to_the_next_run_ends_as_one_would_have(
    end_after: int, tmp_path: Path
) -> None:
    undisturbed = Fleet.of("gitea")
    undisturbed.cost(LISTED + EXTRAS, tmp_path)
    fleet, deadline = Fleet.of("gitea"), Deadline(60, VirtualClock())
    with Emulator(fleet.world, "gitea") as emulator:
        emulator.faults.add("lost-answer", where=ending(deadline, end_after))
        ended = propagate(emulator, LISTED + EXTRAS, tmp_path, fleet.token, deadline=deadline)
        assert len(writes(emulator)) <= end_after + 3
    assert ended.report.exit_code != 0
    assert [name.name for name, _ in ended.report.bumps] == NAMES
    again, _ = fleet.cost(LISTED + EXTRAS, tmp_path)
    assert again.report.exit_code == 0
    assert fleet.state() == undisturbed.state()


def _number(path: str) -> int:
    return int(path.partition("/consumer-")[2].partition("/")[0])


# waits ------------------------------------------------------------------------------------------------------


def waited(fault: str, part: str, tmp_path: Path) -> tuple[Run, float]:
    """A run in which the first write to *part* has that *fault*, and the seconds that it waited."""
    fleet = Fleet.of("gitea")
    config, clock = f"{PINS}consumers: [consumer-0]\nreconcile: false\n", VirtualClock(fleet.world)
    with Emulator(fleet.world, "gitea") as emulator:
        emulator.faults.add(fault, method="POST", path=rf"/{part}$", times=1)
        run = propagate(emulator, config, tmp_path, fleet.token, clock=clock)
    assert outcomes(run) == {"opened"}
    assert list(fleet["consumer-0"].branches) == ["main", BRANCH]
    assert len(fleet["consumer-0"].pulls) == 1
    return run, clock.slept


@pytest.mark.parametrize("part", ["contents", "pulls"])
def test_a_write_whose_answer_was_lost_is_awaited_until_it_shows(part: str, tmp_path: Path) -> None:
    _, seconds = waited("lost-answer", part, tmp_path)
    assert seconds <= 0.5


def test_one_that_does_not_show_is_awaited_for_three_seconds(tmp_path: Path) -> None:
    _, seconds = waited("connection-reset", "contents", tmp_path)
    assert seconds == pytest.approx(3)


def test_the_pull_request_of_somebody_faster_is_not_awaited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both branch and pull request are there already; another run's branch without one is waited for."""
    fleet, clock = Fleet.of("gitea"), VirtualClock()
    config = f"{PINS}consumers: [consumer-0]\nreconcile: false\n"
    other = []

    def faster(request: Request) -> None:
        if not other and is_write(request.method, request.path, request.body):
            other.append(request)
            propagate(emulator, config, tmp_path, fleet.token)

    before(monkeypatch, faster)
    with Emulator(fleet.world, "gitea") as emulator:
        run = propagate(emulator, config, tmp_path, fleet.token, clock=clock)
    assert outcomes(run) == {"pr-exists"}
    assert len(fleet["consumer-0"].pulls) == 1
    assert clock.slept <= 0.5
