"""What is classified as soon as it was read reads as it would at the end, and leaves no texts behind."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.address import Kind, address_of
from consumer_drift.forges.gitea import GiteaForge
from consumer_drift.forges.github import GitHubForge
from consumer_drift.model.observation import Listing, Snapshot, Tag
from consumer_drift.model.result import FileText
from consumer_drift.pipeline.early import EarlyReader
from consumer_drift.pipeline.observe import observe, open_bumps, survey_of
from consumer_drift.pipeline.report import report_of
from consumer_drift.support.deadline import Deadline
from tests.assess.cases import TARGET
from tests.config.loading import config_of
from tests.emulator import Emulator, World
from tests.running import token
from tests.test_locks import MANIFEST, lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.pipeline.observe import Observed

PINS = """\
pins:
  - {file: package.json, key: dependencies.acme}
  - {file: .github/workflows/*.yml, uses: acme/runtime}
  - {file: "**/Dockerfile", image: acme/runtime, optional: true}
"""
CONFIG = f"{PINS}consumers: [right, stale, behind, commit, gone]\nexempt:\n  - {{name: exempt, reason: r}}\n"
FILLER = "# " + "x" * 2000 + "\n"


def workflow(pin: str) -> str:
    return f"jobs:\n  a:\n    steps:\n      - uses: acme/runtime@{pin}\n{FILLER}"


def fleet() -> World:
    """Consumers in every state that matters here, and repositories that are not listed."""
    world = World()
    acme = world.organisation("acme")
    commit = acme.repository("runtime", tags=["v1.3.0", "v1.4.0"]).branches["main"]
    for name, manifest, installed, pin in (
        ("right", "1.4.0", "1.4.0", "v1.4.0"),
        ("stale", "1.4.0", "1.3.0", "v1.4.0"),
        ("behind", "1.3.0", "1.3.0", "v1.3.0"),
        ("commit", "1.4.0", "1.4.0", f"{commit} # v1.3.0"),
        ("exempt", "1.3.0", "1.3.0", "v1.3.0"),
        ("unlisted", "1.3.0", "1.3.0", "v1.3.0"),
    ):
        files = {
            "package.json": MANIFEST.format(manifest),
            "package-lock.json": lock(installed, 20_000),
            ".github/workflows/ci.yml": workflow(pin),
        }
        acme.repository(name, files)
    acme.repository("other", {"package.json": "{}", ".github/workflows/ci.yml": FILLER})
    acme.repository("deep", {"a/b/Dockerfile": "FROM acme/runtime:1.3.0\n"})
    return world


@pytest.fixture(params=["github", "gitea", "forgejo"])
def emulator(request: pytest.FixtureRequest) -> object:
    return Emulator(fleet(), request.param)


def texts(seen: Observed) -> dict[str, dict[str, int]]:
    """The sizes of all texts that stayed, by repository."""
    listing = seen.observation.listing
    assert isinstance(listing, Listing)
    shown = [one for one in seen.observation.consumers.values() if isinstance(one, Snapshot)]
    return {
        one.name.name: {path: len(text.text) for path, text in one.files.items() if isinstance(text, FileText)}
        for one in (*listing.repositories, *shown)
    }


def test_the_report_is_the_same_and_the_texts_are_gone(emulator: Emulator) -> None:
    config = config_of(CONFIG)
    with emulator:
        secret = token(emulator.world, emulator.forge)
        graphql = emulator.graphql_url if emulator.forge == "github" else ""
        reports = []
        for early in (None, EarlyReader(config)):
            kind = GitHubForge if emulator.forge == "github" else GiteaForge
            address = address_of(Kind(emulator.forge), emulator.url, emulator.api_url, graphql)
            forge = kind(address, secret, deadline=Deadline(600), concurrency=4)
            seen = observe(config, forge, lambda _name: None, early=early)
            bumps = open_bumps(seen, forge)
            reports.append(report_of("check", seen.config, forge, seen, bumps, emulator.world.now()))
    assert replace(reports[0], requests=0) == replace(reports[1], requests=0)
    kept = texts(seen)
    assert max(kept["right"]["package-lock.json"], kept["stale"]["package-lock.json"]) <= 400
    # What a commit is, the tags tell later.
    assert kept["commit"]["package-lock.json"] > 20_000
    assert kept["other"] == {}
    assert kept["unlisted"] != {}


RELEASES = (Tag("v1.4.0"),)


@pytest.mark.parametrize(("held", "asked"), [(["1.4.0"], 0), (["1.4.0", "1.3.0", "1.2.0"], 1), (["nothing"], 1)])
def test_the_releases_are_asked_for_with_the_first_consumer_that_is_behind(held: list[str], asked: int) -> None:
    """Once, and not where all are at the target."""
    calls = []

    def releases() -> tuple[Tag, ...]:
        calls.append(threading.current_thread())
        return RELEASES

    early = read_early(held, releases)
    assert early.releases() == (RELEASES if asked else None)
    assert len(calls) == asked
    assert threading.current_thread() not in calls


def test_a_defect_on_the_way_is_met_again_by_whoever_needs_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """And prints nothing in the log meanwhile."""

    def releases() -> tuple[Tag, ...]:
        raise ZeroDivisionError

    assert read_early(["1.3.0"], releases).releases() is None
    assert capsys.readouterr().err == ""


def read_early(held: list[str], releases: Callable[[], tuple[Tag, ...]]) -> EarlyReader:
    """A reader that has read one consumer for each of *held*."""
    names = [f"c{index}" for index in range(len(held))]
    config = config_of(f"pins: [{{file: v}}]\nconsumers: [{', '.join(names)}]\n")
    early = EarlyReader(config)
    early.compare_with(replace(TARGET, has_releases=True), releases)
    survey = early.of(survey_of(config, ""))
    for one, text in zip(config.consumers, held, strict=True):
        survey.keep(Snapshot(one.name, one.name, files={"v": FileText(text)}))
    return early
