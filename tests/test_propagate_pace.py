"""Two hundred consumers at the pace that GitHub allows, in time that passes only where somebody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clocks import VirtualClock
from tests.emulator import Emulator, World
from tests.propagating import PINS, pins, token, writes
from tests.running import propagate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Run

HOUR = 3600.0


def fleet(size: int) -> tuple[World, str]:
    """*size* consumers, all behind, on a server that enforces its secondary limits; and the list of them."""
    world = World(now="2026-11-22T12:00:00Z", secondary_limits=True)
    acme = world.organisation("acme")
    acme.repository("runtime", tags=["runtime-v0.3.43", "runtime-v0.3.44"])
    for number in range(size):
        acme.repository(f"consumer-{number:03}", files=pins("0.3.43"))
    names = "".join(f"  - consumer-{number:03}\n" for number in range(size))
    return world, f"{PINS}consumers:\n{names}"


def paced(world: World, config: str, workspace: Path, secret: str, **more: object) -> tuple[Run, Emulator, float]:
    """A run in virtual time: how long it would have taken."""
    clock = VirtualClock(world)
    with Emulator(world, "github") as emulator:
        arguments = {"clock": clock, "max_time": HOUR / 2, **more}
        run = propagate(emulator, config, workspace, secret, **arguments)
    return run, emulator, clock.slept


def outcomes(run: Run) -> dict[str, int]:
    """How many of each."""
    found = [bump.outcome.value for _, bump in run.report.bumps]
    return {outcome: found.count(outcome) for outcome in found}


def test_two_hundred_are_served_in_one_run_without_a_limit_hit(tmp_path: Path) -> None:
    """Two writes each, a second apart: nothing is gained by going slower, and nothing is refused."""
    world, config = fleet(200)
    run, emulator, seconds = paced(world, config, tmp_path, token(world, "github"))
    assert outcomes(run) == {"opened": 200}
    assert run.report.exit_code == 0
    sent = writes(emulator)
    assert len(sent) == 400
    assert {one.status for one in emulator.requests} == {200}
    assert not any(b"secondary rate" in one.body for one in emulator.requests)
    fastest = len(sent) - 1
    assert fastest <= seconds <= 1.1 * fastest
    # The report has the time of the whole run, the pauses included.
    assert run.report.seconds == pytest.approx(seconds, rel=0.01)


def test_past_five_hundred_writes_it_waits_for_the_hour_where_the_run_lasts_that_long(tmp_path: Path) -> None:
    world, config = fleet(260)
    run, emulator, seconds = paced(world, config, tmp_path, token(world, "github"), max_time=3 * HOUR)
    assert outcomes(run) == {"opened": 260}
    assert {one.status for one in emulator.requests} == {200}
    # The 501st may go when the first is an hour old, and the rest follow.
    assert HOUR <= seconds <= 1.1 * (HOUR + 20)


def test_where_it_does_not_last_the_rest_is_told_and_the_next_run_goes_on(tmp_path: Path) -> None:
    world, config = fleet(252)
    secret = token(world, "github")
    run, _, seconds = paced(world, config, tmp_path, secret)
    assert outcomes(run) == {"opened": 250, "error": 2}
    assert "the forge accepts 500 writes in 60 min" in run.messages
    assert seconds < 600
    world.advance(seconds=HOUR)
    again, _, _ = paced(world, config, tmp_path, secret)
    assert outcomes(again) == {"pr-exists": 250, "opened": 2}
    assert again.report.exit_code == 0


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_a_forge_that_asks_for_no_pauses_gets_none(forge: str, tmp_path: Path) -> None:
    world, config = fleet(20)
    clock = VirtualClock(world)
    with Emulator(world, forge) as emulator:
        run = propagate(emulator, config, tmp_path, token(world, forge), clock=clock)
    assert outcomes(run) == {"opened": 20}
    assert clock.slept == 0
