"""A run of land that ends in the middle, at every write: the next one ends where one run would have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.merging import APPROVING, RULES, opened, second
from tests.propagating import BRANCH, CONFIG, ending, is_write, writes
from tests.running import land, propagate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.propagating import Scene
    from tests.running import Run

    Start = Callable[[str, Path], Scene]

ONLY = ("template-a", "template-b")
NEWER = "bump/runtime-0.3.45"


@pytest.fixture(params=["github", "gitea"])
def forge(request: pytest.FixtureRequest) -> str:
    """Forgejo is written to as Gitea is."""
    return str(request.param)


def merging(forge: str, workspace: Path) -> Scene:
    """Two bumps are open and green."""
    return opened(forge, workspace)


def requiring(forge: str, workspace: Path) -> Scene:
    """Both need an approval."""
    made = opened(forge, workspace)
    for name in ONLY:
        made[name].required_approvals["main"] = 1
    return made


def stacked(forge: str, workspace: Path) -> Scene:
    """Beside each, the bump to the release before is still open."""
    made = opened(forge, workspace)
    made.release("0.3.45")
    with Emulator(made.world, forge) as emulator:
        for name in ONLY:
            older = made[name].pulls[-1]
            body = older.body
            propagate(emulator, CONFIG, workspace, made.token, only=(name,))
            made[name].set_branch(BRANCH, older.head_oid)
            older.branch_gone, older.body = False, body
            made.world.reopen(older)
            made[name].check("unit", on=NEWER)
    return made


def go(made: Scene, forge: str, config: str, workspace: Path, *, end_after: int = 0) -> tuple[Run, object, int]:
    """A run, which ends after so many writes where that is not 0; the state after it, and how many it did."""
    deadline = Deadline(600, VirtualClock())
    boss = second(made.world, forge)
    with Emulator(made.world, forge) as emulator:
        emulator.faults.add("lost-answer", where=ending(deadline, end_after))
        run = land(emulator, config, workspace, made.token, only=ONLY, merge_token=boss, deadline=deadline)
        return run, state_of(made), len(writes(emulator))


def state_of(made: Scene) -> object:
    """Everything a run can change, the reviews included."""
    reviews = {name: [(one.author, one.state) for one in made[name].pulls[-1].reviews] for name in ONLY}
    return made.state(), reviews


STARTS = [(merging, CONFIG + RULES), (requiring, CONFIG + APPROVING), (stacked, CONFIG + RULES)]
IDS = ["merging", "approving", "closing older ones"]


@pytest.mark.parametrize(("start", "config"), STARTS, ids=IDS)
def test_ended_after_any_write_the_next_run_ends_as_one_would_have(
    forge: str, start: Start, config: str, tmp_path: Path
) -> None:
    begun = start(forge, tmp_path)
    undisturbed, expected, count = go(begun.copy(), forge, config, tmp_path)
    assert undisturbed.report.exit_code == 0, undisturbed.messages
    assert count >= 2
    for end_after in range(1, count + 1):
        made = begun.copy()
        ended, _, done = go(made, forge, config, tmp_path, end_after=end_after)
        assert done == end_after
        # Where only an older bump was still to be closed, the new one is merged, and the run says what is left.
        assert ended.report.exit_code != 0 or "bump-incomplete" in ended.codes
        again, state, _ = go(made, forge, config, tmp_path)
        assert again.report.exit_code == 0, (end_after, again.messages)
        assert state == expected, end_after


@pytest.mark.parametrize("fault", ["lost-answer", "connection-closed", "bad-gateway"])
@pytest.mark.parametrize(("start", "config"), STARTS, ids=IDS)
def test_a_write_whose_answer_is_lost_is_never_repeated_blindly(
    forge: str, start: Start, config: str, fault: str, tmp_path: Path
) -> None:
    """Each write in turn: the run looks at what is there, and ends as if nothing had happened."""
    begun = start(forge, tmp_path)
    _, expected, count = go(begun.copy(), forge, config, tmp_path)
    assert count >= 2
    for number in range(count):
        made = begun.copy()
        boss = second(made.world, forge)
        with Emulator(made.world, forge) as emulator:
            emulator.faults.add(
                fault, where=lambda request: is_write(request.method, request.path, request.body),
                times=1, after=number,
            )  # fmt: skip
            run = land(emulator, config, tmp_path, made.token, only=ONLY, merge_token=boss)
        assert state_of(made) == expected, number
        assert run.report.exit_code == 0, (number, run.messages)
        assert len(run.report.landed) == len(ONLY)
