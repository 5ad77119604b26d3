"""What a notification is about: who became late, who arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.history.changes import changes
from consumer_drift.model.report import Scope, State
from tests.history.runs import consumer, run

S = State


def turned(*states: State | None, target: str = "1.4.0") -> str:
    """What the last of *states* of one consumer is after the others; None: it was not listed."""
    other = consumer("other", "1.4.0")
    runs = [
        run(day, target, other, *([consumer("core", "1.3.0", state)] if state else []))
        for day, state in enumerate(states)
    ]
    found = changes(runs[:-1], runs[-1])
    return found[0].turn.value if found else ""


@pytest.mark.parametrize(
    ("states", "turn"),
    [
        ((S.IN_SYNC, S.BEHIND), "late"),
        ((S.IN_FLIGHT, S.BEHIND), "late"),
        ((S.LAGGING, S.BEHIND), "late"),
        ((None, S.BEHIND), "late"),
        ((S.BEHIND, S.IN_SYNC), "converged"),
        ((S.IN_FLIGHT, S.IN_SYNC), "converged"),
        ((S.BEHIND, S.UNREADABLE, S.IN_SYNC), "converged"),
        ((S.IN_SYNC, S.UNREADABLE, S.MISSING_PIN), "late"),
        ((S.IN_SYNC, S.IN_SYNC), ""),
        ((S.BEHIND, S.BEHIND), ""),
        ((S.BEHIND, S.MISSING_PIN), ""),
        ((S.IN_SYNC, S.IN_FLIGHT), ""),
        ((S.BEHIND, S.IN_FLIGHT), ""),
        ((S.BEHIND, S.UNREADABLE), ""),
        ((S.BEHIND, S.ARCHIVED), ""),
        ((S.BEHIND, None), ""),
        ((None, S.IN_SYNC), ""),
        ((S.AHEAD, S.IN_SYNC), ""),
        ((S.BEHIND,), ""),
    ],
)
def test_a_change_is_told_once(states: tuple[State | None, ...], turn: str) -> None:
    """A run that cannot read a consumer changes nothing, and neither does a bump that is opened."""
    assert turned(*states) == turn


def test_runs_of_another_source_say_nothing() -> None:
    before = replace(run(0, "1.4.0", consumer("core", "1.4.0")), source="acme/other")
    assert changes([before], run(1, "1.4.0", consumer("core", "1.3.0", S.BEHIND))) == ()


def test_a_run_on_some_consumers_is_compared_by_what_it_has() -> None:
    before = run(0, "1.4.0", consumer("core", "1.4.0"), consumer("shop", "1.4.0"))
    now = run(1, "1.4.0", consumer("core", "1.3.0", S.BEHIND), scope=Scope.SELECTED)
    assert [str(one.name) for one in changes([before], now)] == ["acme/core"]


def test_without_a_target_nothing_is_known() -> None:
    before = run(0, "1.4.0", consumer("core", "1.4.0"))
    assert changes([before], run(1, "", consumer("core", "1.4.0", S.NOT_COMPARED))) == ()
