"""Every recorded exchange with a real Gitea is answered by the emulator in the same way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.emulator import Emulator, World
from tests.emulator.recorded_world import recorded_world
from tests.emulator.recordings import Recording, cases, differences, load

if TYPE_CHECKING:
    from collections.abc import Iterator

# what changes the world, and what was asked of it between, in the order the recordings' dates and answers show
STEPS = [
    "write.noscope",
    "write.outsider-public",
    "write.read-only-member",
    "write.archived",
    "write.protected-branch",
    "write.renamed-redirect",
    "write.atomic",
    "write.branch-exists",
    "write.stale-sha",
    "write.no-change",
    "branches.get-existing",
    "branches.commits-of-bump",
    "compare",
    "pr.noscope",
    "pr.create",
    "pr.duplicate",
    "pr.get",
    "pr.by-branch",
    "pr.list-open",
    "pr.missing-head",
    "+branch-same",
    "pr.no-diff",
    "pr.merge-when-green",
    "pr.after-merge",
    "pr.comment.noissue-scope",
    "pr.comment",
    "write.atomic2",
    "pr.create2",
    "+protect",
    "pr.merge-immediately-405",
    "pr.merge-scheduled",
    "pr.merge-scheduled-again",
    "labels.list",
    "labels.list.noissue",
    "labels.org",
    "pr.reviewers.unknown",
    "pr.edit",
    "write.missing-base",
    "write.missing-file",
    "write.partial-not-applied",
    "write.traversal",
    "write.dotgit",
    "write.update-on-branch",
    "pr.close",
    "pr.by-branch.closed",
    "pr.reopen-by-create",
    "branch.delete",
]
READS = sorted(set(cases()) - set(STEPS))


def send(emulator: Emulator, client: httpx.Client, recording: Recording) -> httpx.Response:
    headers = {}
    if recording.user is not None:
        name = f"{recording.user} {' '.join(recording.scopes or ())}"
        secrets = {t.name: t.secret for t in emulator.world.tokens.values()}
        if name not in secrets:
            secrets[name] = emulator.world.token(
                name, user=recording.user, kind="forge", scopes=recording.scopes
            ).secret
        headers["Authorization"] = f"token {secrets[name]}"
    elif recording.scopes is not None:
        headers["Authorization"] = "token 0000000000000000000000000000000000000000"
    return client.request(
        recording.method, emulator.api_url + recording.path, headers=headers, json=recording.body
    )


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Emulator, httpx.Client]]:
    with Emulator(recorded_world(), "gitea") as emulator, httpx.Client(verify=False) as client:
        yield emulator, client


@pytest.mark.parametrize("case", READS)
def test_a_read_is_answered_as_recorded(case: str, server: tuple[Emulator, httpx.Client]) -> None:
    emulator, client = server
    recording = load(case)
    response = send(emulator, client, recording)
    runtime = emulator.world.repository("acme/runtime")
    assert differences(recording, response, emulator.url, runtime) == []


def test_the_writes_are_answered_as_recorded_one_after_the_other() -> None:
    world = recorded_world()
    found: dict[str, list[str]] = {}
    with Emulator(world, "gitea") as emulator, httpx.Client(verify=False) as client:
        for step in STEPS:
            if step.startswith("+"):
                between(world, step)
                continue
            recording = load(step)
            set_clock(world, recording)
            response = send(emulator, client, recording)
            wrong = differences(recording, response, emulator.url, world.repository("acme/runtime"))
            if wrong:
                found[step] = wrong
    assert found == {}


def between(world: World, step: str) -> None:
    """What was done between two recorded requests."""
    if step == "+branch-same":
        repository = world.repository("acme/template-1")
        repository.set_branch("same", repository.branches["main"])
    else:
        world.repository("acme/template-6").required_checks["main"] = ["ci/test"]


def set_clock(world: World, recording: Recording) -> None:
    """Put the clock to the moment a recorded commit was made, so that its oid comes out the same."""
    answer = recording.answer
    if recording.status == 201 and isinstance(answer, dict) and "commit" in answer:
        date = datetime.fromisoformat(answer["commit"]["committer"]["date"])
        world.advance(seconds=(date - world.now()).total_seconds())


def test_every_recording_is_replayed() -> None:
    assert set(READS) | {s for s in STEPS if not s.startswith("+")} == set(cases())
    assert len(cases()) > 100
