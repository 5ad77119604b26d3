"""One failure that leaves many consumers unread is told once, first, and with how many they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code, Finding, Place, status_of, worst_first
from consumer_drift.model.repository import RepositoryName
from consumer_drift.render.causes import causes, without
from tests.emulator import Emulator, World
from tests.render import reports
from tests.running import check, propagate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MANY = 299
DOWN = "https://git.example.org cannot be reached (ConnectError)"


def unread(said: str, *names: str) -> list[Finding]:
    """A finding for each consumer, all of which failed for the same reason."""
    return [
        Finding.of(
            Code.UNREADABLE,
            f"acme/{name} could not be read: {said.replace('NAME', name)}",
            consumer=RepositoryName("acme", name),
            place=Place("c.yml", 3),
            remedy="check the network",
        )
        for name in names
    ]


def listing(said: str) -> Finding:
    return Finding.of(
        Code.RECONCILE_FAILED,
        f"the repositories of acme could not be listed: {said}",
        remedy="check the network",
    )


def test_what_failed_for_one_reason_is_one_cause() -> None:
    findings = worst_first([*unread(DOWN, "a", "b", "c"), *unread("something else", "d"), listing(DOWN)])
    (cause,) = causes(findings)
    assert cause.said == f"{DOWN}. Check the network"
    assert (cause.title, cause.names) == ("3 consumers unread", "acme/a, acme/b, acme/c")
    assert cause.listing is not None
    assert [one.consumer.name for one in without(findings, [cause]) if one.consumer] == ["d"]


def test_the_cause_with_the_most_consumers_is_first() -> None:
    told = causes([*unread("one", "a", "b"), *unread("two", "c", "d", "e")])
    assert [len(cause.findings) for cause in told] == [3, 2]


@pytest.mark.parametrize(
    "said",
    [
        "https://git.example.org gave no answer to GET /repos/acme/NAME/contents/V?ref=main in time (30 s)",
        "not requested after 20 failures in a row: GET /repos/acme/NAME: no answer",
    ],
)
def test_the_request_is_no_part_of_the_cause(said: str) -> None:
    assert len(causes(unread(said, "a", "b"))) == 1


def test_what_is_about_each_consumer_is_no_common_cause() -> None:
    assert causes(unread("acme/NAME does not exist", "a", "b")) == ()


def test_more_than_ten_names_are_counted() -> None:
    (cause,) = causes(unread(DOWN, *(f"r{number:02}" for number in range(MANY))))
    assert cause.names.endswith("acme/r09 and 289 more")


def report(findings: Sequence[Finding]) -> object:
    return replace(reports.all_clear(), findings=worst_first(findings))


@pytest.mark.parametrize("forge", ["github", "gitea", "forgejo"])
@pytest.mark.parametrize("run_command", [check, propagate])
def test_a_wrong_token_is_told_once_however_many_consumers_there_are(
    forge: str, run_command: type, tmp_path: Path
) -> None:
    world = World()
    owner = world.organisation("acme")
    names = [f"r{number:03}" for number in range(MANY)]
    for name in names:
        owner.repository(name, files={"V": "1"}, private=True)
    listed = f"pins: [{{file: V}}]\nsource: {{version: 1.4.0}}\nconsumers: [{', '.join(names)}]\n"
    with Emulator(world, forge) as emulator:
        run = run_command(emulator, listed, tmp_path, "ghp_wrong0000000000000000000000000000000")
    shown = dict(forms(run.report))
    assert len(shown["log"]) < 30
    assert sum("does not accept the token" in line for line in shown["log"]) == 1
    assert any(f"{MANY} consumers unread" in line for line in shown["log"][:4])
    assert sum("does not accept the token" in line for line in shown["markdown"]) == 1
    assert any(f"{MANY} consumers unread" in line for line in shown["markdown"][:8])
    assert len(shown["github"]) < 5
    assert f"{MANY} consumers unread" in shown["github"][0]
    assert run.report.exit_code == 2
    assert len([one for one in run.json["findings"] if one["code"] == "unreadable"]) == MANY


def forms(report: object) -> list[tuple[str, list[str]]]:
    from consumer_drift.render import FORMATS  # noqa: PLC0415

    return [(name, form(report).splitlines()) for name, form in FORMATS.items()]  # type: ignore[arg-type]


def test_without_a_target_version_the_run_is_an_error_and_that_comes_first() -> None:
    """Nothing was compared, and a consumer may still have a forbidden path."""
    core = RepositoryName("acme", "core")
    findings = worst_first(
        [
            Finding.of(Code.FORBIDDEN_PATH, "acme/core: contains workspace/", consumer=core),
            Finding.of(Code.TARGET_UNKNOWN, "could not determine the target version"),
        ]
    )
    assert findings[0].code is Code.TARGET_UNKNOWN
    assert status_of(findings) is Status.ERROR
    assert status_of(findings[1:]) is Status.DRIFT
