"""The texts of all files of a run have one bound, and what does not fit is never taken for read."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.held_texts import HeldTexts
from consumer_drift.forges.local.forge import LocalForge
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing, Probe, Snapshot, Survey, Wanted
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, FileText, NoFile, Reason
from tests.emulator import Emulator, World
from tests.running import LIMITS, check, propagate, token

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.result import FileResult

FORGES = ("github", "gitea", "forgejo")
NAME = RepositoryName("acme", "a")
LONG = 6_000


def noise(size: int, seed: int = 0) -> str:
    """A text that hardly becomes smaller."""
    return "".join(random.Random(seed).choices("0123456789abcdef", k=size))


@pytest.mark.parametrize("text", ["", "1.4.0\n", "x" * 5_000, "\ufeff\ud800é" * 2_000])
def test_a_text_is_what_it_was_however_it_is_kept(text: str) -> None:
    assert FileText(text).text == text
    assert (FileText(text), hash(FileText(text))) == (FileText(text), hash(FileText(text)))
    assert FileText(text) != FileText(f"{text}x")


def test_a_long_text_takes_less_than_its_length() -> None:
    assert FileText("a line of a lock file\n" * 10_000).size < 10_000


def held(texts: HeldTexts, known: dict[str, FileResult] | None = None, **files: FileResult) -> list[type]:
    read = texts.held(Snapshot(NAME, NAME, files=files), known)
    return [type(one) for one in read.files.values()]


def test_what_does_not_fit_is_a_failure_and_what_is_no_text_takes_nothing() -> None:
    texts = HeldTexts(10_000)
    big = FileText(noise(LONG))
    assert held(texts, a=big, b=NoFile(), c=FileText("1.4.0\n")) == [FileText, NoFile, FileText]
    while FileText in held(texts, a=FileText(noise(LONG, 1))):
        pass
    assert held(texts, a=big, b=NoFile()) == [Failure, NoFile]
    assert held(texts, {"a": big}, a=FileText(noise(LONG))) == [FileText]


def fleet() -> World:
    """Eight consumers with long files, which have the pin in their first line."""
    world = World()
    acme = world.organisation("acme")
    acme.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    for number in range(8):
        acme.repository(f"consumer-{number}", files={"Makefile": f"V = 1.3.0\n# {noise(LONG, number)}\n"})
    return world


CONFIG = """\
owner: acme
source: {repository: acme/runtime}
pins: [{file: Makefile, regex: '^V = (?P<version>\\S+)$'}]
consumers: [consumer-0, consumer-1, consumer-2, consumer-3, consumer-4, consumer-5]
"""


@pytest.mark.parametrize("forge", FORGES)
def test_a_run_that_would_hold_too_much_is_an_error_and_says_what_to_do(forge: str, tmp_path: Path) -> None:
    """Of repositories that are searched, of consumers, and of the branches of bumps."""
    world = fleet()
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, secret, limits=replace(LIMITS, texts=3_000))
        # A check needs no text of a consumer that it has compared.
        assert "unreadable" not in run.codes
        assert "the files of this run take more than" in run.messages
        assert "shard" in run.messages
        assert run.report.coverage.reconcile.value == "failed"
        emulator.requests.reset()
        bumps = propagate(emulator, CONFIG, tmp_path, secret, limits=replace(LIMITS, texts=10_000))
        # How many depends on which answers come first.
        assert bumps.codes.count("unreadable") > 1
        assert "error" in {bump.outcome.value for _, bump in bumps.report.bumps}
        whole = check(emulator, CONFIG, tmp_path, secret)
    assert "unreadable" not in whole.codes


def test_folders_have_the_same_bound(tmp_path: Path) -> None:
    for number in range(4):
        place = tmp_path / f"c{number}"
        place.mkdir()
        (place / "V").write_text(noise(LONG, number), encoding="utf-8")
    names = [RepositoryName("acme", f"c{number}") for number in range(2)]
    wanted = tuple(Wanted(name, ("V",)) for name in names)
    probe = Probe("acme", ("V",), frozenset(names), (), (), Visibility.ALL)
    seen = LocalForge(tmp_path, HeldTexts(6_000)).survey(Survey(wanted, probe), lambda _name: None)
    assert isinstance(seen.listing, Listing)
    read = [*seen.consumers.values(), *seen.listing.repositories]
    answers = [one.files["V"] for one in read if isinstance(one, Snapshot) and one.files]
    assert [type(one) for one in answers] == [FileText, Failure, Failure, Failure]
    assert isinstance(answers[1], Failure)
    assert answers[1].reason is Reason.TOO_LARGE
