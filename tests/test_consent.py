"""A consumer says no by a file of its own, and propagate writes nothing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.outcome import Outcome
from tests.emulator import Emulator
from tests.propagating import CONFIG, FORGES, scene, writes
from tests.running import propagate

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("template-a", "template-b", "template-c")


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("folder", [".github", ".gitea", ".forgejo"])
def test_a_consumer_that_says_no_gets_no_bump(forge: str, folder: str, tmp_path: Path) -> None:
    made = scene(forge)
    made["template-b"].commit({f"{folder}/consumer-drift-consumer.yml": "propagate: false\n"})
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES)
        again = propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES)
    told = {name.name: bump for name, bump in run.report.bumps}
    assert [told[name].outcome for name in NAMES] == [Outcome.OPENED, Outcome.SKIPPED, Outcome.OPENED]
    assert told["template-b"].note == f"its {folder}/consumer-drift-consumer.yml says `propagate: false`"
    assert made["template-b"].pulls == []
    assert list(made["template-b"].branches) == ["main"]
    assert again.report.exit_code == run.report.exit_code == 1
    assert "Not bumped (skipped)" in run.messages


def test_it_says_no_on_the_branch_that_is_compared(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    made["template-a"].commit({".github/consumer-drift-consumer.yml": "propagate: false\n"}, new_branch="other")
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES[:1])
    assert run.report.bumps[0][1].outcome is Outcome.OPENED


def test_a_mistake_in_the_file_holds_everything_back(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    made["template-a"].commit({".github/consumer-drift-consumer.yml": "propagat: false\n"})
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES[:1])
        assert writes(emulator) == []
    assert "did you mean 'propagate'" in run.report.bumps[0][1].note


@pytest.mark.parametrize("server", ["gitea", "forgejo"])
def test_a_file_that_cannot_be_read_is_an_error_and_nothing_is_written(server: str, tmp_path: Path) -> None:
    made = scene(server)
    for name in NAMES:
        # Without its folder, a server that shows one file at a time proves by its tree that there is no such file.
        made[name].commit({".gitea/workflows/test.yml": "on: push\n"})
    with Emulator(made.world, server) as emulator:
        emulator.faults.add("server-error", where=lambda one: "consumer-drift-consumer" in one.target)
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES)
        assert writes(emulator) == []
    assert {bump.outcome for _, bump in run.report.bumps} == {Outcome.ERROR}
    assert "what it allows could not be read" in run.report.bumps[0][1].note


def test_open_bumps_of_a_consumer_that_says_no_are_left_alone(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES[:1])
        made["template-a"].commit({".forgejo/consumer-drift-consumer.yml": "propagate: false\n"})
        made.release("0.3.45")
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=NAMES[:1])
    assert [pull.state for pull in made["template-a"].pulls] == ["open"]
    assert run.report.bumps[0][1].outcome is Outcome.SKIPPED


def test_nothing_is_asked_of_consumers_that_need_no_bump(tmp_path: Path) -> None:
    made = scene("gitea")
    with Emulator(made.world, "gitea") as emulator:
        propagate(emulator, CONFIG, tmp_path, made.token, only=("template-g", "template-h"))
        assert not [one for one in emulator.requests if "consumer-drift-consumer" in one.path]
