"""Consumers, branches and pull requests in every state that a plan can meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from consumer_drift.bump.ownership import Mark, marked, trailer
from consumer_drift.bump.target import BumpTarget
from consumer_drift.config import load
from consumer_drift.model.bump import Branch, BumpState, Commit
from consumer_drift.model.config import Config, Consumer
from consumer_drift.model.findings import Place
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import FileText, NoFile
from consumer_drift.model.target import Target
from consumer_drift.model.versions import Affixes, parse_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.model.pins import Pin

NAME = RepositoryName("acme", "core")
WEB = "https://git.acme.example/acme/core"
LISTED = """\
pins:
  - file: .runtime-version
  - file: requirements.txt
    requirement: acme-runtime
    optional: true
consumers: [core]
"""
RELEASES = ("1.2.0", "1.3.0", "1.4.0")


def config(more: str = "", text: str = LISTED) -> Config:
    """The list of one consumer, with *more* keys."""
    made = load((text + more).encode(), ".github/consumer-drift.yml", RepositoryName("acme", "runtime"))
    assert isinstance(made, Config), made
    return made


def bump_target(
    made: Config | None = None, version: str = "1.4.0", releases: tuple[str, ...] = RELEASES
) -> BumpTarget:
    """That version as the target, found among tags ``v{version}``."""
    made = made or config()
    wanted = parse_version(version, made.scheme)
    assert wanted is not None
    known = tuple(one for text in releases if (one := parse_version(text, made.scheme)))
    target = Target(wanted, "the tags", releases=known, affixes=Affixes("v"))
    return BumpTarget(made, target, wanted, made.propagate.head("runtime", version))


def files(version: str | None = "1.3.0", requirement: str | None = "1.3.0") -> dict[str, FileText | NoFile]:
    """Both files; None: it is not there."""
    return {
        ".runtime-version": NoFile() if version is None else FileText(f"{version}\n"),
        "requirements.txt": NoFile() if requirement is None else FileText(f"acme-runtime=={requirement}\n"),
    }


def snapshot(**more: object) -> Snapshot:
    """The consumer on its main branch."""
    held = Snapshot(NAME, NAME, WEB, "main", files=files(), commit="a" * 40)
    return replace(held, **more)


def consumer(pins: Sequence[Pin]) -> Consumer:
    """A listed consumer with these pins."""
    return Consumer(NAME, Place("c.yml", 10), tuple(pins))


def ours(branch: str = "bump/runtime-1.4.0") -> Commit:
    """A commit as this program makes it."""
    return Commit(f"bump\n\n{trailer(branch)}\n", "bot", written_here=True)


ALICES = Commit("fix it", "alice", written_here=False)


def branch(*commits: Commit, name: str = "bump/runtime-1.4.0", **more: object) -> Branch:
    """A bump branch that holds the target, with *commits* of its own."""
    return replace(Branch(name, "b" * 40, commits, files("1.4.0", "1.4.0")), **more)


def pull_request(state: PullRequestState = PullRequestState.OPEN, number: int = 7, **more: object) -> PullRequest:
    """A pull request from the bump branch, with the mark of this program."""
    made = PullRequest(
        number,
        f"{WEB}/pulls/{number}",
        "bump/runtime-1.4.0",
        "main",
        state,
        datetime(2026, 11, 20, tzinfo=UTC),
        body=f"Bump\n\n{marked(Mark.OPENED)}\n",
    )
    return replace(made, **more)


def work(**more: object) -> BumpState:
    """Nothing is under way in a consumer that is behind."""
    return replace(BumpState(snapshot()), **more)
