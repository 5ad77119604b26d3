"""Whatever happens between two runs: one with a cache says exactly what one without it says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.caching import CONFIG, NAMES, Nights, scopes, small_world, verdict
from tests.effort import examples
from tests.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.repository import Repository
    from tests.emulator.world import World

VERSIONS = st.sampled_from(["1.2.0\n", "1.3.0\n", "1.4.0\n", "1.5.0\n", "none\n"])
NAME = st.sampled_from(NAMES)
BRANCH = st.sampled_from(["main", "side", "third"])
# Around the two minutes, the second that a time is told in, and the week.
PAUSE = st.sampled_from([0, 0, 1, 60, 119, 121, 3600, 86_400, 8 * 86_400])

Step = tuple[object, ...]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("push"), NAME, BRANCH, VERSIONS),
    st.tuples(st.just("push to the default branch"), NAME, VERSIONS),
    st.tuples(st.just("push a folder"), NAME),
    st.tuples(st.just("force back"), NAME),
    st.tuples(st.just("tag"), NAME),
    st.tuples(st.just("default branch"), NAME, BRANCH),
    st.tuples(st.just("rename a side branch"), NAME, BRANCH, BRANCH),
    st.tuples(st.just("delete a branch"), NAME, BRANCH),
    st.tuples(st.just("rename"), NAME, NAME),
    st.tuples(st.just("archive"), NAME, st.booleans()),
    st.tuples(st.just("delete"), NAME),
    st.tuples(st.just("create"), NAME, VERSIONS),
    st.tuples(st.just("hand over"), NAME, st.sampled_from(["acme", "other"])),
    st.tuples(st.just("visibility"), NAME, st.sampled_from(["public", "private", "internal"])),
    st.tuples(st.just("permission"), st.sampled_from(["*", "acme", "acme/alpha"]), st.sampled_from(["", "read"])),
    st.tuples(st.just("bump"), NAME),
    st.tuples(st.just("configuration"), st.sampled_from([CONFIG, CONFIG.replace("  - alpha\n", "")])),
    st.tuples(st.just("pause"), PAUSE),
    st.tuples(st.just("run")),
)
HISTORIES = st.lists(STEPS, min_size=2, max_size=14)

# What once misled, or would mislead a cache that is a little simpler.
TWICE_IN_A_SECOND: list[Step] = [
    ("push", "alpha", "main", "1.3.0\n"),
    ("run",),
    ("push", "alpha", "main", "1.4.0\n"),
]
ANOTHER_SIDE: list[Step] = [
    ("push", "gamma", "third", "1.4.0\n"),
    ("pause", 3600),
    ("run",),
    ("rename a side branch", "gamma", "side", "old"),
    ("rename a side branch", "gamma", "third", "side"),
]
ANOTHER_OF_THE_NAME: list[Step] = [("delete", "alpha"), ("create", "alpha", "1.3.0\n")]
ANOTHER_DEFAULT: list[Step] = [("default branch", "alpha", "side"), ("run",), ("default branch", "alpha", "main")]
SHOWN_NO_MORE: list[Step] = [("visibility", "alpha", "private"), ("run",), ("permission", "*", "")]


class History:
    """Does each step, where the world as it is allows that."""

    def __init__(self, world: World, nights: Nights) -> None:
        self.world, self.nights = world, nights

    def do(self, step: Step) -> None:
        what, *rest = step
        if what == "run":
            self.compare()
        elif what == "pause":
            self.world.advance(seconds=rest[0])
        elif what == "permission":
            self._permission(*rest)
        elif what == "configuration":
            self.nights.config = str(rest[0])
        elif what == "create":
            if f"acme/{rest[0]}" not in self.world.names:
                self.world.owner("acme").repository(rest[0], {".v": rest[1]})  # type: ignore[union-attr]
        elif (repository := self.world.names.get(f"acme/{rest[0]}")) is not None:
            DEEDS[str(what)](repository, *rest[1:])

    def compare(self) -> None:
        """The heart of it."""
        with_cache, without = self.nights.cached(), self.nights.fresh()
        assert verdict(with_cache.report) == verdict(without.report), self.nights.said

    def _permission(self, place: object, role: object) -> None:
        grants = self.world.owner("bot").grants  # type: ignore[union-attr]
        grants.pop(str(place), None)
        if role:
            grants[str(place)] = str(role)


def push(repository: Repository, branch: str, version: str) -> None:
    if branch in repository.branches:
        repository.commit({".v": version}, branch)
    elif repository.branches:
        repository.commit({".v": version}, new_branch=branch)


def force_back(repository: Repository) -> None:
    head = repository.head
    if head is not None and head.parents:
        repository.set_branch(repository.default_branch, head.parents[0])


def default_branch(repository: Repository, branch: str) -> None:
    if branch in repository.branches:
        repository.default_branch = branch


def rename_side_branch(repository: Repository, old: str, new: str) -> None:
    """Leaves no trace in the row, as on a real server."""
    if old in repository.branches and new not in repository.branches and old != repository.default_branch:
        repository.branches[new] = repository.branches.pop(old)


def delete_branch(repository: Repository, branch: str) -> None:
    if branch in repository.branches and branch != repository.default_branch:
        repository.delete_branch(branch)


def rename(repository: Repository, name: str) -> None:
    if f"acme/{name}" not in repository.world.names:
        repository.rename(name)


def hand_over(repository: Repository, owner: str) -> None:
    if f"{owner}/{repository.name}" not in repository.world.names:
        repository.world.transfer(repository, repository.world.owner(owner))  # type: ignore[arg-type]


def visibility(repository: Repository, value: str) -> None:
    repository.visibility = value


def bump(repository: Repository) -> None:
    if repository.branches and "bump/runtime-1.4.0" not in repository.branches:
        repository.pull("bump/runtime-1.4.0", files={".v": "1.4.0\n"}, author="bot")


DEEDS: dict[str, Callable[..., object]] = {
    "push": push,
    "push to the default branch": lambda repository, version: repository.commit({".v": version}),
    "push a folder": lambda repository: repository.commit({"workspace/a": "x", "deep/er/secret.txt": "x"}),
    "force back": force_back,
    "tag": lambda repository: repository.tag(f"t{len(repository.tags)}") if repository.head else None,
    "default branch": default_branch,
    "rename a side branch": rename_side_branch,
    "delete a branch": delete_branch,
    "rename": rename,
    "archive": lambda repository, archived: repository.archive(archived=archived),
    "delete": lambda repository: repository.world.delete(repository),
    "hand over": hand_over,
    "visibility": visibility,
    "bump": bump,
}


@pytest.mark.parametrize("forge", ["gitea", "forgejo", "github"])
def test_a_run_with_a_cache_says_what_one_without_it_says(forge: str) -> None:
    """Pushes, renames, archivals, deletions, re-creations, other default branches, visibility and permissions."""

    @settings(max_examples=examples(15 if forge == "gitea" else 5))
    @given(HISTORIES)
    @example(TWICE_IN_A_SECOND)
    @example(ANOTHER_SIDE)
    @example(ANOTHER_OF_THE_NAME)
    @example(ANOTHER_DEFAULT)
    @example(SHOWN_NO_MORE)
    def hold(history: list[Step]) -> None:
        world, _ = small_world()
        token = world.token(
            "bot", kind="classic" if forge == "github" else "forge", scopes=scopes(forge), sees=["*"], role="read"
        )
        with tempfile.TemporaryDirectory() as folder, Emulator(world, forge) as emulator:
            told = History(world, Nights(emulator, Path(folder), token.secret))
            told.compare()
            for step in history:
                told.do(step)
            told.compare()

    hold()
