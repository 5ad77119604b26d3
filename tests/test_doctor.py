"""What doctor says, on every forge, and that it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.commands import Command
from consumer_drift.model.readiness import Ability
from tests.emulator import Emulator
from tests.propagating import CONFIG, FORGES, scene, writes
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Run


def doctor(emulator: Emulator, config: str, workspace: Path, token: str = "", **more: Any) -> Run:
    """``consumer-drift doctor``, after which nothing but reads was asked."""
    emulator.requests.reset()
    run = check(emulator, config, workspace, token, command=Command.DOCTOR, **more)
    assert writes(emulator) == []
    return run


def answers(run: Run, name: str) -> dict[str, str]:
    """What is said of one consumer."""
    row = next(one for one in run.report.doctor if one.consumer.name == name)
    return {ability.value: cell.answer.value for ability, cell in row.cells}


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_consumer_has_a_row_with_every_answer(forge: str, tmp_path: Path) -> None:
    acme = scene(forge)
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, CONFIG, tmp_path, acme.token)
    assert len(run.report.doctor) == 11
    for row in run.report.doctor:
        assert [ability for ability, _ in row.cells] == list(Ability)
    first = answers(run, "template-a")
    assert {first[one] for one in ("read", "pins", "branch", "commit", "pull-request")} == {"yes"}
    assert answers(run, "core")["branch"] == "not-needed"
