"""What the joined reports of shards leave in the source: the same as one run over the full list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.after import kept
from consumer_drift.commands import Command
from consumer_drift.commands.combine import combine
from consumer_drift.history.branch import runs_of
from consumer_drift.model.findings import Code
from consumer_drift.render import FORMATS
from consumer_drift.run import run
from consumer_drift.settings import PageVisibility
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import FORGES, writes
from tests.running import HASTE, LIMITS, settings_at
from tests.sharding.fleets import CONFIG, Shards, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from consumer_drift.model.kept import Kept
    from consumer_drift.model.report import Report
    from tests.emulator import World

BRANCH = "drift/history"
TRACKED = CONFIG + "tracking: {issue: true, labels: [drift]}\n"


def token(made: World, forge: str) -> str:
    if forge == "github":
        return made.token("bot", kind="classic", scopes=["repo", "read:org"], sees="all").secret
    scopes = ["write:repository", "read:organization", "write:issue", "read:user"]
    return made.token("bot", scopes=scopes, sees="all").secret


@pytest.fixture(params=FORGES)
def shards(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shards]:
    """The fleet on a forge. Its source is private, so that it may name private consumers."""
    made = world()
    runtime = made.repository("acme/runtime")
    runtime.visibility = "private"
    runtime.label("drift")
    with Emulator(made, request.param) as emulator:
        yield Shards(emulator, token(made, request.param), tmp_path, TRACKED)


def keep(shards: Shards, report: Report, command: Command) -> Kept:
    """What an entry point does once the report is ready. Nothing but that is in the log of requests then."""
    shards.emulator.requests.reset()
    chosen = settings_at(shards.emulator, shards.secret, command=command, history_branch=BRANCH, concurrency=4)
    return kept(chosen, report, Deadline(600, VirtualClock()), retry_policy=HASTE, limits=LIMITS)


def test_the_issue_and_the_history_are_those_of_a_whole_run(shards: Shards) -> None:
    whole, reports = shards.whole(), shards.all(3)
    assert keep(shards, whole, Command.CHECK).findings == ()
    runtime = shards.emulator.world.repository("acme/runtime")
    [issue] = runtime.issues
    assert [one.name for one in issue.labels] == ["drift"]
    joined = combine(reports)
    added = keep(shards, joined, Command.COMBINE)
    assert added.findings == ()
    assert added.requests == shards.emulator.requests.count() > 0
    # What it would say is there already.
    assert [one.path.rpartition("/")[2] for one in writes(shards.emulator)] == ["git-receive-pack"]
    files = {path: data.decode() for path, data in runtime.files(BRANCH).items()}
    first, second = runs_of(files).runs
    assert replace(first, requests=0, seconds=0) == replace(second, requests=0, seconds=0)
    issue.body = issue.body.replace("consumer-03", "somebody else")
    assert keep(shards, joined, Command.COMBINE).findings == ()
    assert "consumer-03" in issue.body


def test_a_page_of_them_counts_its_requests_and_has_no_configuration(shards: Shards, tmp_path: Path) -> None:
    joined = combine(shards.all(2))
    keep(shards, joined, Command.COMBINE)
    report = tmp_path / "report.json"
    report.write_text(FORMATS["json"](joined), encoding="utf-8")
    shards.emulator.requests.reset()
    chosen = settings_at(
        shards.emulator, shards.secret, command=Command.PAGE, history_branch=BRANCH, reports=(report,),
        page=tmp_path / "site", page_visibility=PageVisibility.PRIVATE,
    )  # fmt: skip
    done = run(
        chosen, Deadline(600), lambda _: lambda _name: None, now=shards.emulator.world.now(), workspace=tmp_path
    )
    assert done.requests == shards.emulator.requests.count() > 0
    assert "1 run of the history" in done.notes[0]
    assert '<span id="n-runs">1</span>' in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "onfiguration" not in FORMATS["log"](done) + FORMATS["markdown"](done)
    shards.emulator.requests.reset()
    failed = run(
        replace(chosen, history_branch="main"),
        Deadline(600), lambda _: lambda _name: None, now=shards.emulator.world.now(), workspace=tmp_path,
    )  # fmt: skip
    assert "other content than a history" in failed.findings[0].message
    assert failed.requests == shards.emulator.requests.count() > 0


def test_a_lost_shard_changes_nothing_in_the_issue(shards: Shards) -> None:
    keep(shards, shards.whole(), Command.CHECK)
    [issue] = shards.emulator.world.repository("acme/runtime").issues
    before = (issue.body, issue.state, list(issue.comments))
    assert keep(shards, combine(shards.all(3)[:2]), Command.COMBINE).requests == 0
    assert writes(shards.emulator) == []
    assert (issue.body, issue.state, issue.comments) == before


def test_nothing_is_written_to_another_server(shards: Shards) -> None:
    """It may have a repository of that name, too."""
    joined = replace(combine(shards.all(2)), forge="Gitea at https://git.example.org")
    added = keep(shards, joined, Command.COMBINE)
    assert {one.code for one in added.findings} == {Code.HISTORY_FAILED, Code.TRACKING_FAILED}
    assert "the reports are of Gitea at https://git.example.org, and this run is at" in added.findings[0].message
    assert shards.emulator.requests.count() == 0
