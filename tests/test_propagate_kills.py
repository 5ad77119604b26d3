"""A run that ends in the middle, at every place where it can: the next one ends where one run would have."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import pytest

from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import BRANCH, CONFIG, ending, is_write, pins, scene, writes
from tests.running import LIMITS, propagate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.propagating import Scene
    from tests.running import Run

ONLY = ("template-a", "template-b")
ONE = ONLY[:1]
EXTRAS = CONFIG + "propagate: {labels: [dependencies], reviewers: [boss], auto-merge: squash}\n"


@pytest.fixture(params=["github", "gitea"])
def forge(request: pytest.FixtureRequest) -> str:
    """Forgejo is written to as Gitea is."""
    return str(request.param)


def opening(forge: str, config: str, workspace: Path) -> Scene:
    """Nothing is under way yet."""
    made = scene(forge, now="2026-11-22T12:00:00Z")
    made.world.user("boss")
    for name in ONLY:
        made[name].label("dependencies")
        made[name].required_checks = {"main": ["test"]}
    return made


def superseding(forge: str, config: str, workspace: Path) -> Scene:
    """The bumps to the version before are open."""
    made = opening(forge, config, workspace)
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, config, workspace, made.token, only=ONLY)
    made.release("0.3.45")
    return made


def updating(forge: str, config: str, workspace: Path) -> Scene:
    """The open bumps lack a pin that the list got since."""
    made = opening(forge, config, workspace)
    one_pin = config.replace("  - file: requirements.txt\n    requirement: acme-runtime\n", "")
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, one_pin, workspace, made.token, only=ONLY)
    return made


def rebuilding(forge: str, config: str, workspace: Path) -> Scene:
    """The open bumps conflict with what a person wrote on the base."""
    made = opening(forge, config, workspace)
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, config, workspace, made.token, only=ONLY)
    for name in ONLY:
        made[name].commit(pins("0.3.20"))
    return made


def go(
    made: Scene, forge: str, config: str, workspace: Path, *, end_after: int = 0, only: tuple[str, ...] = ONLY
) -> tuple[Run, dict, int]:
    """A run, which ends after so many writes where that is not 0; the state after it, and how many it did."""
    deadline = Deadline(60, VirtualClock())
    with Emulator(made.world, forge) as emulator:
        # The write is applied, and the process that sent it is gone.
        emulator.faults.add("lost-answer", where=ending(deadline, end_after))
        run = propagate(emulator, config, workspace, made.token, only=only, deadline=deadline)
        return run, made.state(), len(writes(emulator))


@pytest.mark.parametrize(
    ("start", "config"),
    [(opening, CONFIG), (opening, EXTRAS), (superseding, EXTRAS), (updating, CONFIG), (rebuilding, EXTRAS)],
    ids=["opening", "opening with extras", "superseding", "updating", "rebuilding"],
)
def test_ended_after_any_write_the_next_run_ends_as_one_would_have(
    forge: str, start: object, config: str, tmp_path: Path
) -> None:
    """No branch, commit or pull request twice, and none lost."""
    begun = start(forge, config, tmp_path)
    undisturbed, expected, count = go(begun.copy(), forge, config, tmp_path)
    assert undisturbed.report.exit_code == 0
    assert count >= 2
    for end_after in range(1, count + 1):
        made = begun.copy()
        ended, _, done = go(made, forge, config, tmp_path, end_after=end_after)
        assert done == end_after
        assert ended.report.exit_code != 0
        again, state, _ = go(made, forge, config, tmp_path)
        assert again.report.exit_code == 0, (end_after, again.messages)
        assert state == expected, end_after


def ticks(clock: VirtualClock, emulator: Emulator, seconds: float) -> None:
    """The run's clock goes fast, but no faster than its threads can follow."""
    emulator.pause(0.01)
    clock.sleep(seconds)


# An answer that drips takes time: the start with the most kinds of writes shows it for all of them.
LOST = [
    *product([opening, superseding, updating, rebuilding], ["lost-answer", "connection-closed", "bad-gateway"]),
    (rebuilding, "drip-headers"),
]


@pytest.mark.parametrize(("start", "fault"), LOST)
@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_write_whose_answer_is_lost_is_never_repeated_blindly(
    forge: str, start: object, fault: str, tmp_path: Path
) -> None:
    """Each write in turn: the run looks at what is there, and ends as if nothing had happened."""
    begun = start(forge, EXTRAS, tmp_path)
    _, expected, count = go(begun.copy(), forge, EXTRAS, tmp_path, only=ONE)
    assert count >= 1
    for number in range(count):
        made, clock = begun.copy(), VirtualClock()
        with Emulator(made.world, forge) as emulator:
            tick = partial(ticks, clock, emulator)
            emulator.faults.add(
                fault, where=lambda request: is_write(request.method, request.path, request.body),
                times=1, after=number, **({"seconds": 1, "tick": tick} if fault == "drip-headers" else {}),
            )  # fmt: skip
            run = propagate(emulator, EXTRAS, tmp_path, made.token, only=ONE, clock=clock, max_time=36_000)
            assert made.state() == expected, number
        assert run.report.exit_code == 0, (number, run.messages)


def test_where_every_answer_is_lost_all_is_written_once_all_the_same(forge: str, tmp_path: Path) -> None:
    """Writes arrive, and not one of them is ever answered."""
    _, expected, _ = go(opening(forge, EXTRAS, tmp_path), forge, EXTRAS, tmp_path)
    made = opening(forge, EXTRAS, tmp_path)
    with Emulator(made.world, forge) as emulator:
        emulator.faults.add("lost-answer", where=lambda r: is_write(r.method, r.path, r.body))
        run = propagate(emulator, EXTRAS, tmp_path, made.token, only=ONLY)
        state = made.state()
    if forge == "github":
        # Elsewhere reviewers and auto-merge are asked for again, one by one, until the tries are used up.
        assert state == expected
        assert run.report.exit_code == 0
    assert [len(made[name].pulls) for name in ONLY] == [1, 1]


def test_a_branch_that_was_made_without_its_commit_gets_it(tmp_path: Path) -> None:
    """GitHub does the two one after the other, and may fail between them."""
    _, expected, _ = go(opening("github", CONFIG, tmp_path), "github", CONFIG, tmp_path)
    made = opening("github", CONFIG, tmp_path)
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add(
            "graphql-something-went-wrong", at=lambda at: at.field == "createCommitOnBranch", times=1
        )
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
        assert made.state() == expected
    assert {bump.outcome.value for _, bump in run.report.bumps} == {"opened"}


def test_a_head_that_keeps_moving_is_given_up_and_the_next_run_goes_on(tmp_path: Path) -> None:
    """Planned again once, and no more."""
    made = opening("github", CONFIG, tmp_path)
    with Emulator(made.world, "github") as emulator:
        stale = emulator.faults.add(
            "graphql-forbidden",
            at=lambda at: at.field == "createCommitOnBranch",
            message='Expected branch to point to "x" but it did not. Pull and try again.',
        )
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONE)
        assert run.report.bumps[0][1].outcome.value == "error"
        assert stale.hits == 2
        emulator.faults.clear()
        again = propagate(emulator, CONFIG, tmp_path, made.token, only=ONE)
    assert again.report.bumps[0][1].is_in_flight
    assert len(made[ONE[0]].pulls) == 1


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_a_branch_that_only_git_knows_is_made_again(forge: str, tmp_path: Path) -> None:
    """What a server leaves whose client was killed while the branch was made, as a real Gitea was seen to."""
    _, expected, _ = go(opening(forge, EXTRAS, tmp_path), forge, EXTRAS, tmp_path)
    made = opening(forge, EXTRAS, tmp_path)
    go(made, forge, EXTRAS, tmp_path, end_after=1)
    made[ONE[0]].unlisted.add(BRANCH)
    run, state, _ = go(made, forge, EXTRAS, tmp_path)
    assert {bump.outcome.value for _, bump in run.report.bumps} == {"opened"}
    assert state == expected


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_one_with_a_persons_commit_is_left_alone_even_so(forge: str, tmp_path: Path) -> None:
    made = opening(forge, CONFIG, tmp_path)
    made[ONE[0]].commit({"x": "y"}, new_branch=BRANCH, author="alice")
    made[ONE[0]].unlisted.add(BRANCH)
    run, _, done = go(made, forge, CONFIG, tmp_path, only=ONE)
    assert run.report.bumps[0][1].outcome.value == "skipped"
    assert done == 0


def test_a_write_at_the_end_of_the_run_is_said_to_be_unknown(forge: str, tmp_path: Path) -> None:
    """Its answer drips until the run is over: the report is there, and the next run does not write it again."""
    _, expected, _ = go(opening(forge, CONFIG, tmp_path), forge, CONFIG, tmp_path, only=ONE)
    made, clock = opening(forge, CONFIG, tmp_path), VirtualClock()
    with Emulator(made.world, forge) as emulator:
        emulator.faults.add(
            "drip-headers", where=lambda request: is_write(request.method, request.path, request.body),
            seconds=1, tick=partial(ticks, clock, emulator),
        )  # fmt: skip
        limits = replace(LIMITS, read=6000, total=6000)
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONE, clock=clock, max_time=60, limits=limits)
        assert len(writes(emulator)) == 1
    assert run.report.bumps[0][1].outcome.value == "error"
    assert "not known whether it was applied" in run.report.bumps[0][1].note
    again, state, _ = go(made, forge, CONFIG, tmp_path, only=ONE)
    assert again.report.exit_code == 0
    assert state == expected
