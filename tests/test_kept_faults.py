"""A fault at any exchange of the history or the tracking issue: a warning at most, and the next run ends right."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

import pytest

from consumer_drift.after import kept
from consumer_drift.history.branch import runs_of
from consumer_drift.model.findings import Code
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import CONFIG, scene, token
from tests.running import HASTE, LIMITS, check, settings_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from consumer_drift.model.kept import Kept
    from consumer_drift.model.report import Report
    from tests.emulator import Repository, World

TRACKED = f"{CONFIG}tracking: {{issue: true}}\n"
# 401, 403, 404, 409, 422, 429, 500, a proxy's page, half a body, a lost answer, no connection: each at one
# forge, as most of what is done about them is in the part that the forges share.
CASES = [
    *(
        ("github", fault)
        for fault in ("bad-credentials", "not-found", "unprocessable", "html-wall-200", "connection-reset")
    ),
    *(
        ("gitea", fault)
        for fault in ("unknown-403", "conflict", "too-many-requests", "server-error", "cut-body", "lost-answer")
    ),
]


def tracker(world: World, forge: str) -> str:
    """The secret of a token that may push and write issues."""
    if forge == "github":
        return token(world, forge, "tracker")
    scopes = ["write:repository", "read:organization", "write:issue", "read:user"]
    return world.token("tracker", scopes=scopes, sees="all").secret


def keep(emulator: Emulator, report: Report, secret: str, branch: str, *, ends_at: int = 0) -> Kept:
    """What an entry point does once the report is ready. The run ends with its exchange *ends_at*; 0: none."""
    deadline = Deadline(600, VirtualClock())
    seen = 0

    def ends(_request: object) -> bool:
        nonlocal seen
        seen += 1
        if seen == ends_at:
            deadline.interrupt(15)
        return False

    emulator.faults.add("lost-answer", where=ends)
    chosen = settings_at(emulator, secret, history_branch=branch, concurrency=4)
    return kept(chosen, report, deadline, retry_policy=HASTE, limits=LIMITS)


def ended_right(emulator: Emulator, report: Report, secret: str, branch: str) -> None:
    """A second run without a fault leaves one line and one open issue, whatever the first one left."""
    emulator.faults.clear()
    assert keep(emulator, report, secret, branch).findings == ()
    runtime = emulator.world.repository("acme/runtime")
    files = {path: data.decode() for path, data in runtime.files(branch).items()}
    assert [one.at for one in runs_of(files).runs] == [report.at]
    assert runs_of(files).damaged == ()
    assert [one.state for one in runtime.issues].count("open") == 1
    assert runtime.issues[0].state == "open"


class Checked(NamedTuple):
    """A source whose check is kept in *exchanges* requests where nothing fails."""

    source: Repository
    emulator: Emulator
    report: Report
    secret: str
    exchanges: int


@contextlib.contextmanager
def checked(forge: str, folder: Path) -> Iterator[Checked]:
    made = scene(forge)
    made["runtime"].visibility = "private"
    secret = tracker(made.world, forge)
    with Emulator(made.world, forge) as emulator:
        report = check(emulator, TRACKED, folder, secret).report
        emulator.requests.reset()
        keep(emulator, report, secret, "drift/0")
        yield Checked(made["runtime"], emulator, report, secret, emulator.requests.count())


@pytest.mark.parametrize(("forge", "fault"), CASES)
def test_a_fault_is_a_warning_and_the_next_run_ends_right(forge: str, fault: str, tmp_path: Path) -> None:
    with checked(forge, tmp_path) as (source, emulator, report, secret, exchanges):
        assert exchanges >= 7
        for number in range(exchanges):
            source.issues.clear()
            emulator.faults.clear()
            emulator.faults.add(fault, after=number, times=1)
            added = keep(emulator, report, secret, f"drift/{number + 1}")
            codes = {one.code for one in added.findings}
            assert codes <= {Code.HISTORY_FAILED, Code.TRACKING_FAILED}, added.findings
            assert {one.counts_as for one in added.findings} <= {None}
            assert added.run is not None
            ended_right(emulator, report, secret, f"drift/{number + 1}")


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_run_that_ends_at_any_exchange_is_whole_after_the_next_one(forge: str, tmp_path: Path) -> None:
    with checked(forge, tmp_path) as (source, emulator, report, secret, exchanges):
        for number in range(1, exchanges + 1):
            source.issues.clear()
            emulator.faults.clear()
            keep(emulator, report, secret, f"drift/{number}", ends_at=number)
            ended_right(emulator, report, secret, f"drift/{number}")
