"""One consumer fails in each way that a merge can: it is told with what to change, and the others are merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator
from tests.merging import LANDING, NAMES, notes, opened, outcomes, pull
from tests.propagating import BRANCH, FORGES, is_write, writes
from tests.running import land

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.wire import Request
    from tests.propagating import Scene

FAILING = NAMES[1]


@dataclass(frozen=True)
class Case:
    """What is wrong with one consumer, its outcome, and words that its note must hold."""

    name: str
    outcome: str
    words: tuple[str, ...]
    fault: str = ""
    options: dict[str, object] = field(default_factory=dict)
    world: Callable[[Scene], object] | None = None
    forges: tuple[str, ...] = FORGES


GITHUB, FORGE = ("github",), ("gitea", "forgejo")
CASES = [
    Case("a required check that land does not name", "held", ("required check",),
         world=lambda made: made[FAILING].required_checks.update(main=["deploy"])),
    Case("a required signature", "held", ("a rule of the branch",),
         world=lambda made: made[FAILING].signed.add("main"), forges=FORGE),
    Case("a rule of the branch", "held", ("rule",), "unknown-403",
         {"message": "Repository rule violations found"}, forges=GITHUB),
    Case("a token that may not write", "error", ("Contents: write",), "not-accessible-by-pat", forges=GITHUB),
    Case("a missing scope", "error", ("write:repository",), "missing-scope",
         {"scope": "write:repository"}, forges=FORGE),
    Case("single sign-on", "error", ("authorize",), "sso-required", forges=GITHUB),
    Case("an unknown refusal", "error", ("quiet day",), "unknown-403"),
    Case("a server that fails", "error", ("fail",), "server-error"),
    Case("a merge that Gitea gives no reason for", "error", ("depends on an issue",), "server-error",
         forges=FORGE),
    Case("a wall before the forge", "error", ("proxy",), "html-wall-403"),
    Case("a redirect elsewhere", "error", ("redirect",), "redirect-elsewhere"),
    Case("no connection", "error", ("connection",), "connection-reset"),
]  # fmt: skip


def cells() -> list[object]:
    """Every case on every forge that has it."""
    return [pytest.param(forge, case, id=f"{forge}: {case.name}") for case in CASES for forge in case.forges]


def merges_of(made: Scene) -> Callable[[Request], bool]:
    """The merges of the failing consumer, by its path or by its pull request's id in the body."""
    node = f'"PR_{pull(made, FAILING).id}"'.encode()
    return lambda request: (
        is_write(request.method, request.path, request.body)
        and (f"/acme/{FAILING}/" in request.path or node in request.body)
    )


@pytest.mark.parametrize(("forge", "case"), cells())
def test_one_that_fails_is_told_and_the_others_are_merged(forge: str, case: Case, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    if case.world:
        case.world(made)
    with Emulator(made.world, forge) as emulator:
        if case.fault:
            emulator.faults.add(case.fault, where=merges_of(made), **case.options)
        run = land(emulator, LANDING, tmp_path, made.token, only=NAMES)
        sent = [one for one in writes(emulator) if FAILING in one.path]
    assert outcomes(run) == dict(zip(NAMES, ["landed", case.outcome, "landed"], strict=True)), notes(run)
    for words in case.words:
        assert words.lower() in notes(run)[FAILING].lower()
    assert run.report.exit_code == 1
    assert sorted(run.codes) == (["behind", "bump-failed"] if case.outcome == "error" else ["behind"])
    assert not pull(made, FAILING).merged
    assert len(sent) <= 6
    assert made.token not in run.shown


READS = [
    ("github", r"", b"statusCheckRollup"),
    ("github", r"/compare/", b""),
    ("gitea", r"/status$", b""),
    ("gitea", r"/reviews$", b""),
    ("gitea", r"/pulls/\d+/files$", b""),
    ("gitea", r"/pulls/\d+\.diff$", b""),
    ("gitea", r"/compare/", b""),
    ("forgejo", r"consumer-drift-consumer", b""),
]


@pytest.mark.parametrize(("forge", "path", "words"), READS)
@pytest.mark.parametrize("fault", ["server-error", "html-wall-200", "invalid-json", "connection-reset"])
def test_what_could_not_be_read_is_never_merged(
    forge: str, path: str, words: bytes, fault: str, tmp_path: Path
) -> None:
    made = opened(forge, tmp_path)
    for name in NAMES:
        made[name].commit({".forgejo/consumer-drift-consumer.yml": "land: true\n"})
    with Emulator(made.world, forge) as emulator:
        if words:
            emulator.faults.add(fault, where=lambda request: words in request.body)
        else:
            emulator.faults.add(fault, path=path)
        run = land(emulator, LANDING, tmp_path, made.token, only=NAMES)
        assert writes(emulator) == []
    assert set(outcomes(run).values()) == {"error"}, notes(run)
    assert run.report.exit_code == 1
    assert "bump-failed" in run.codes


WRITES = {"contents": "write", "metadata": "read", "pull_requests": "write"}
CHECKS = {"checks": "read", "statuses": "read"}
DENIED: dict[str, tuple[str, dict[str, str], str]] = {
    "an App without Actions: read": ("installation", CHECKS, ""),
    "an App with all of them": ("installation", {**CHECKS, "actions": "read"}, ""),
    "an App without Checks: read": ("installation", {"statuses": "read"}, "Checks: read"),
    "an App without Commit statuses: read": ("installation", {"checks": "read"}, "Commit statuses: read"),
    "an App with neither": ("installation", {}, "Checks: read"),
    "a fine-grained token": ("fine-grained", {"statuses": "read", "actions": "read"}, "cannot have Checks: read"),
}


@pytest.mark.parametrize("name", DENIED)
def test_the_checks_that_a_token_may_not_see_are_named(name: str, tmp_path: Path) -> None:
    """Of private repositories: https://docs.github.com/en/rest/checks/runs and …/rest/commits/statuses."""
    kind, rights, words = DENIED[name]
    made = opened("github", tmp_path)
    for one in NAMES:
        made[one].visibility = "private"
        made[one].check("unit", on=BRANCH, kind="run", workflow="CI")
    token = made.world.token("reader", kind=kind, permissions={**WRITES, **rights}, sees="all").secret
    with Emulator(made.world, "github") as emulator:
        run = land(emulator, LANDING, tmp_path, token, only=NAMES)
        asked = [one for one in emulator.requests if b"statusCheckRollup" in one.body]
    assert outcomes(run) == dict.fromkeys(NAMES, "error" if words else "landed"), notes(run)
    for note in notes(run).values():
        assert words in note
        assert "Contents" not in note
    # Another question would get the same answer.
    assert len(asked) == 1 or not words
