"""Runs with a cache: what they spare, what they do not believe, and what never gets into it."""

from __future__ import annotations

import json
import os
import shutil
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from consumer_drift import __version__
from consumer_drift.cache import encryption
from consumer_drift.commands import Command
from tests.action.test_step import Step
from tests.caching import CONFIG, Nights, scopes, small_world, verdict
from tests.cli.test_commands import program
from tests.clocks import VirtualClock
from tests.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.emulator.world import Owner, World

# alpha, beta, epsilon, zeta and the website; gamma has a branch of its own, and delta cannot be listed.
KEPT = 5


@pytest.fixture(params=["gitea", "forgejo"])
def nights(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Nights]:
    """A first run was made."""
    world, _ = small_world()
    token = world.token("bot", scopes=scopes(request.param), sees="all")
    with Emulator(world, request.param) as emulator:
        made = Nights(emulator, tmp_path, token.secret)
        made.cached()
        assert made.said == [
            f"cache: {made.cache} does not exist yet, so everything is fetched",
            f"cache: 0 repositories were unchanged and not fetched again, {KEPT} were added",
        ]
        emulator.requests.reset()
        yield made


def world_of(nights: Nights) -> World:
    return nights.emulator.world


def acme(nights: Nights) -> Owner:
    owner = world_of(nights).owner("acme")
    assert owner is not None
    return owner


def holds_true(nights: Nights, *, recalled: int, **more: object) -> None:
    """The next run says the truth, and *recalled* repositories were not read for it."""
    cached = nights.cached(**more)
    said = list(nights.said)
    assert f"cache: {recalled} repositories were unchanged" in said[-1], said
    assert verdict(cached.report) == verdict(nights.fresh(**more).report)


# what is spared -------------------------------------------------------------------------------------------


def test_what_has_not_moved_is_not_read_again(nights: Nights) -> None:
    """A branch of its own and another owner's repository are read as ever."""
    run = nights.cached()
    assert nights.said == [f"cache: {KEPT} repositories were unchanged and not fetched again, 0 were added"]
    assert nights.read == 2
    assert verdict(run.report) == verdict(nights.fresh().report)


def test_what_has_moved_is_read_and_nothing_else(nights: Nights) -> None:
    world_of(nights).repository("acme/alpha").commit({".v": "1.3.0\n"})
    run = nights.cached()
    assert nights.read == 3
    assert [str(one.consumer) for one in run.report.findings if one.code == "behind"] == [
        "acme/alpha",
        "acme/gamma",
    ]


def test_pull_requests_are_never_remembered(nights: Nights) -> None:
    """A bump from a fork moves nothing but the row's counter."""
    world_of(nights).repository("acme/alpha").commit({".v": "1.3.0\n"})
    world_of(nights).advance(days=1)
    nights.cached()
    alpha = world_of(nights).repository("acme/alpha")
    fork = world_of(nights).user("mallory").repository("alpha", fork_of=alpha)
    alpha.pull("bump/runtime-1.4.0", files={".v": "1.4.0\n"}, fork=fork, author="mallory")
    holds_true(nights, recalled=KEPT)
    assert "is from a fork" in nights.cached().messages


def test_a_run_over_a_part_of_the_list_spoils_nothing(nights: Nights) -> None:
    nights.cached(only=("alpha",))
    holds_true(nights, recalled=KEPT)


def test_after_a_week_everything_is_read_again(nights: Nights) -> None:
    """So what no row shows does not stay wrong for ever."""
    world_of(nights).advance(days=7)
    holds_true(nights, recalled=KEPT)
    world_of(nights).advance(seconds=1)
    holds_true(nights, recalled=0)


def test_propagate_reads_everything_again(nights: Nights) -> None:
    """It writes on what it reads; and what it changed has moved."""
    world_of(nights).repository("acme/alpha").commit({".v": "1.3.0\n"})
    world_of(nights).advance(days=1)
    nights.cached()
    opened = nights.cached(command=Command.PROPAGATE, clock=VirtualClock())
    assert nights.said == ["cache: not used, because propagate reads everything as it is now"]
    assert {str(name) for name, _ in opened.report.pull_requests} == {"acme/alpha", "acme/gamma"}
    holds_true(nights, recalled=KEPT - 1)


# what is not believed -------------------------------------------------------------------------------------


def another_token(nights: Nights) -> None:
    nights.token = world_of(nights).token("other", scopes=scopes("gitea"), sees="all").secret


def another_configuration(nights: Nights) -> None:
    nights.config = f"{CONFIG}# a comment\n"


def cut(nights: Nights) -> None:
    nights.cache.write_bytes(nights.cache.read_bytes()[:-1])


def emptied(nights: Nights) -> None:
    nights.cache.write_bytes(b"")


def scribbled(nights: Nights) -> None:
    nights.cache.write_bytes(os.urandom(5000))


def forged(nights: Nights) -> None:
    """By someone who knows the format and all there is to know, but for the token."""
    data = encryption.decrypt(nights.cache.read_bytes(), nights.token, __version__)
    nights.cache.write_bytes(encryption.encrypt(data, "a token of the forger's", __version__))


def by_another_version(nights: Nights) -> None:
    data = encryption.decrypt(nights.cache.read_bytes(), nights.token, __version__)
    nights.cache.write_bytes(encryption.encrypt(data, nights.token, "0.9.0"))


def of_another_server(nights: Nights) -> None:
    data = encryption.decrypt(nights.cache.read_bytes(), nights.token, __version__)
    page = json.loads(data)
    page["about"]["server"] = "https://git.example.org"
    nights.cache.write_bytes(encryption.encrypt(json.dumps(page).encode(), nights.token, __version__))


def a_link(nights: Nights) -> None:
    shutil.move(nights.cache, nights.folder / "elsewhere")
    nights.cache.symlink_to(nights.folder / "elsewhere")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (another_token, "it was written with another token, or has been changed since"),
        (forged, "it was written with another token, or has been changed since"),
        (cut, "it was written with another token, or has been changed since"),
        (emptied, "it is damaged, or not a cache of this program"),
        (scribbled, "it is damaged, or not a cache of this program"),
        (by_another_version, "another version of this program wrote it"),
        (another_configuration, "the configuration has changed since it was written"),
        (of_another_server, "it belongs to another server"),
        (a_link, "it cannot be read"),
    ],
)
def test_what_cannot_be_believed_is_dropped_and_everything_read(
    nights: Nights, spoil: Callable[[Nights], None], why: str
) -> None:
    spoil(nights)
    run = nights.cached()
    assert nights.said[0].startswith(f"cache: {nights.cache} is ignored, so everything is fetched: {why}")
    assert nights.said[1].endswith(f" {KEPT} were added")
    assert verdict(run.report) == verdict(nights.fresh().report)
    # And the next one has a cache again.
    holds_true(nights, recalled=KEPT)


def test_a_forged_in_sync_is_not_believed(nights: Nights) -> None:
    """Who could write the cache, and only that, would silence the check."""
    world_of(nights).repository("acme/alpha").commit({".v": "1.3.0\n"})
    world_of(nights).advance(days=1)
    nights.cached()
    data = encryption.decrypt(nights.cache.read_bytes(), nights.token, __version__)
    forgery = data.replace(rb"1.3.0\n", rb"1.4.0\n")
    assert forgery != data
    nights.cache.write_bytes(encryption.encrypt(forgery, "", __version__))
    run = nights.cached()
    assert "behind" in run.codes
    # That it would have been believed with the token shows that the forgery is a good one.
    nights.cache.write_bytes(encryption.encrypt(forgery, nights.token, __version__))
    assert [str(one.consumer) for one in nights.cached().report.findings if one.code == "behind"] == ["acme/gamma"]


# what never gets into it ----------------------------------------------------------------------------------


def test_what_could_not_be_read_is_not_remembered(nights: Nights) -> None:
    """Neither as unreadable nor as what it was before."""
    world_of(nights).repository("acme/alpha").commit({".v": "1.4.0\n# moved\n"})
    world_of(nights).advance(days=1)
    fault = nights.emulator.faults.add("unavailable", path=r"/repos/acme/alpha/.*contents")
    assert "unreadable" in nights.cached().codes
    nights.emulator.faults.remove(fault)
    holds_true(nights, recalled=KEPT - 1)
    holds_true(nights, recalled=KEPT)


def test_neither_the_token_nor_what_was_read_can_be_found_in_the_file(nights: Nights) -> None:
    data = nights.cache.read_bytes()
    for hidden in (nights.token.encode(), b"1.4.0", b"acme", b"alpha", b"runtime"):
        assert hidden not in data
    assert stat.S_IMODE(nights.cache.stat().st_mode) == 0o600


def test_what_is_read_without_the_token_is_read_every_time(tmp_path: Path) -> None:
    """The token may list, and not read: what everybody is shown says nothing of tomorrow."""
    world, _ = small_world()
    token = world.token("bot", scopes=["read:organization"], sees="all")
    with Emulator(world, "gitea") as emulator:
        made = Nights(emulator, tmp_path, token.secret)
        assert made.cached().report.coverage.read == 4
        assert made.said[-1].endswith(" 0 were added")
        holds_true(made, recalled=0)
        world.settings.require_signin = True
        holds_true(made, recalled=0)


def test_a_token_that_was_withdrawn_is_told_in_spite_of_the_cache(nights: Nights) -> None:
    """Public repositories can be listed without it, and that list must not vouch for what it read."""
    nights.config = f"{CONFIG}reconcile: {{visibility: public}}\n"
    nights.cached()
    nights.cached()
    assert f"cache: {KEPT} " in nights.said[-1]
    del world_of(nights).tokens[nights.token]
    assert nights.cached().codes == nights.fresh().codes
    assert "cache: 0 " in nights.said[-1]
    assert "unreadable" in nights.fresh().codes


def test_a_server_without_a_clock_is_read_every_time(tmp_path: Path) -> None:
    """Nothing can be told to have been still for two minutes."""
    world, owner = small_world()
    for repository in owner.repositories:
        repository.updated_at = world.now() + timedelta(days=30)
    token = world.token("bot", scopes=scopes("gitea"), sees="all")
    with Emulator(world, "gitea") as emulator:
        made = Nights(emulator, tmp_path, token.secret)
        made.cached()
        holds_true(made, recalled=0)


# where it is of no use ------------------------------------------------------------------------------------


def test_without_a_token_nothing_is_kept(tmp_path: Path) -> None:
    world, _ = small_world()
    with Emulator(world, "gitea") as emulator:
        made = Nights(emulator, tmp_path, "")
        made.cached()
        assert made.said == [f"cache: {made.cache} is not used: there is no token to protect it with"]
        assert not made.cache.exists()


def test_on_github_nothing_is_kept(tmp_path: Path) -> None:
    world, _ = small_world()
    token = world.token("bot", kind="classic", scopes=scopes("github"), sees="all")
    with Emulator(world, "github") as emulator:
        made = Nights(emulator, tmp_path, token.secret)
        made.cached()
        assert made.said[0].startswith(f"cache: {made.cache} is not used: GitHub returns the pinned files")
        assert not made.cache.exists()


def test_on_folders_nothing_is_kept(tmp_path: Path) -> None:
    demo = ("--config", "examples/demo/consumer-drift.yml", "--root", "examples/demo/fleet")
    done = program("check", *demo, "--cache", str(tmp_path / "cache"))
    assert done.returncode == 1
    assert done.stderr == f"cache: {tmp_path / 'cache'} is not used: folders are read without any request\n"
    assert not (tmp_path / "cache").exists()


# the two entry points --------------------------------------------------------------------------------------


def test_a_cache_that_cannot_be_written_is_a_line_and_changes_nothing(nights: Nights) -> None:
    nights.cache.unlink()
    nights.cache.mkdir()
    run = nights.cached()
    assert "could not be written" in nights.said[-1]
    assert verdict(run.report) == verdict(nights.fresh().report)


@pytest.mark.parametrize("word", ["off", ""])
def test_off_is_no_file(tmp_path: Path, word: str) -> None:
    demo = ("--config", "examples/demo/consumer-drift.yml", "--root", "examples/demo/fleet")
    assert program("check", *demo, "--cache", word).stderr == ""


def test_a_step_keeps_its_cache_in_the_workspace(tmp_path: Path) -> None:
    world, _ = small_world()
    token = world.token("bot", scopes=scopes("gitea"), sees="all")
    with Emulator(world, "gitea") as emulator:
        step = Step(tmp_path, emulator, checkout=CONFIG)
        step.run(token=token.secret, cache="kept/cache")
        assert f"{KEPT} were added" in step.shown
        step.run(token=token.secret, cache="kept/cache")
        assert f"cache: {KEPT} repositories were unchanged" in step.shown
        step.run(token=token.secret, cache="off")
        assert "cache" not in step.shown
    assert [one.name for one in (tmp_path / "workspace" / "kept").iterdir()] == ["cache"]


def test_a_step_says_that_a_token_of_its_own_does_not_stay(tmp_path: Path) -> None:
    world, _ = small_world()
    token = world.token("job", job_repository="acme/runtime")
    with Emulator(world, "gitea") as emulator:
        step = Step(tmp_path, emulator, checkout=CONFIG)
        step.run(token=token.secret, job_token="true", cache="cache")
    assert "cache: the job's own token changes with every job" in step.shown


def test_a_step_leaves_nothing_outside_of_the_workspace(tmp_path: Path) -> None:
    world, _ = small_world()
    with Emulator(world, "gitea") as emulator:
        step = Step(tmp_path, emulator, checkout=CONFIG).run(cache="../cache")
    assert step.outputs["exit-code"] == "2"
    assert "is not a path in the workspace" in step.shown
