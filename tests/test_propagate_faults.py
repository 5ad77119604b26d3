"""One consumer fails in each way that a write can: it is told with what to change, and the others are served."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.model.outcome import Outcome
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import BRANCH, CONFIG, FORGES, PINS, is_write, scene, writes
from tests.running import propagate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.wire import Request
    from tests.propagating import Scene
    from tests.running import Run

FAILING = "template-b"
SERVED = ("template-a", "template-c")
ONLY = (SERVED[0], FAILING, SERVED[1])


def touches(name: str) -> Callable[[Request], bool]:
    """Writes to that consumer, by its path or its name or id in the body."""
    return lambda request: (
        is_write(request.method, request.path, request.body)
        and (f"/acme/{name}/" in request.path or f'"acme/{name}"'.encode() in request.body)
    )


@dataclass(frozen=True)
class Case:
    """What is wrong with one consumer, and words that its outcome must hold."""

    name: str
    words: tuple[str, ...]
    world: Callable[[Scene], None] | None = None
    fault: str = ""
    options: dict[str, object] = field(default_factory=dict)
    forges: tuple[str, ...] = FORGES


def protected(made: Scene) -> None:
    made[FAILING].protected = ["bump/*"]


def in_the_way(made: Scene) -> None:
    made[FAILING].commit({"x": "y"}, new_branch="bump")


GITHUB = ("github",)
FORGE = ("gitea", "forgejo")
CASES = [
    Case("a protected branch", ("propagate.branch",), protected),
    Case("a branch in the way", ("cannot lock ref", "propagate.branch"), in_the_way, forges=FORGE),
    Case("a branch in the way", ("cannot be created", "propagate.branch"), in_the_way, forges=GITHUB),
    Case("archived meanwhile", ("unarchive",), fault="archived", forges=GITHUB),
    Case(
        "no right to change workflows",
        ("Workflows: write", "workflow file"),
        fault="unknown-403",
        options={"message": "refusing to allow a GitHub App to create or update workflow `a` without `workflows`"
                 " permission"},
        forges=GITHUB,
    ),
    Case(
        "actions may not open pull requests",
        ("settings",),
        fault="unknown-403",
        options={"message": "GitHub Actions is not permitted to create or approve pull requests"},
        forges=GITHUB,
    ),
    Case("a token that may not write", ("Contents: write",), fault="not-accessible-by-pat", forges=GITHUB),
    Case("single sign-on", ("authorize",), fault="sso-required", forges=GITHUB),
    Case("an IP allow list", ("allow list",), fault="ip-allow-list", forges=GITHUB),
    Case("a missing scope", ("write:repository",), fault="missing-scope", options={"scope": "write:repository"},
         forges=FORGE),
    Case(
        "a member who may only read", ("write access", "fork"), fault="unknown-403",
        options={"message": "user should have a permission to write to the target branch"}, forges=FORGE,
    ),
    Case("an unknown refusal", ("quiet day",), fault="unknown-403"),
    Case("a refusal that says nothing", ("Validation Failed",), fault="unprocessable"),
    Case("a server that fails", ("fail",), fault="server-error"),
    Case("a wall before the forge", ("proxy",), fault="html-wall-403"),
    Case("a redirect elsewhere", ("redirect",), fault="redirect-elsewhere"),
    Case("no connection", ("connection",), fault="connection-reset"),
]  # fmt: skip


def cells() -> list[object]:
    """Every case on every forge that has it."""
    return [pytest.param(forge, case, id=f"{forge}: {case.name}") for case in CASES for forge in case.forges]


@pytest.mark.parametrize(("forge", "case"), cells())
def test_one_that_fails_is_told_and_the_others_are_served(forge: str, case: Case, tmp_path: Path) -> None:
    made = scene(forge)
    if case.world:
        case.world(made)
    with Emulator(made.world, forge) as emulator:
        if case.fault:
            emulator.faults.add(case.fault, where=touches(FAILING), **case.options)
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
        sent = [one for one in writes(emulator) if FAILING in one.path or FAILING.encode() in one.body]
    told = {name.name: bump for name, bump in run.report.bumps}
    assert [told[name].outcome for name in SERVED] == [Outcome.OPENED] * 2
    assert told[FAILING].outcome is Outcome.ERROR
    for words in case.words:
        assert words.lower() in told[FAILING].note.lower()
    assert sorted(run.codes) == ["behind", "bump-failed", "in-flight", "in-flight"]
    # Drift comes before an error, as everywhere.
    assert run.report.exit_code == 1
    assert [len(made[name].pulls) for name in ONLY] == [1, 0, 1]
    assert BRANCH not in made[FAILING].branches
    assert len(sent) <= 6
    assert made.token not in run.shown


def shared(forge: str, tmp_path: Path, setup: Callable[[Scene], str]) -> tuple[Run, Scene]:
    """A run with the token that *setup* gives."""
    made = scene(forge)
    secret = setup(made)
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, secret, only=ONLY)
    assert secret not in run.shown
    return run, made


@pytest.mark.parametrize("forge", FORGES)
def test_who_may_only_read_one_of_them_is_told_so(forge: str, tmp_path: Path) -> None:
    """It is public, so it is seen, and a fork is never used."""

    def setup(made: Scene) -> str:
        if forge == "github":
            sees = ["acme/template-a", "acme/template-c", "acme/runtime"]
            return made.world.token("part", kind="classic", scopes=["repo"], sees=sees).secret
        scopes = ["write:repository"]
        return made.world.token("part", scopes=scopes, sees=["acme/template-a", "acme/template-c"]).secret

    run, made = shared(forge, tmp_path, setup)
    told = {name.name: bump for name, bump in run.report.bumps}
    assert [told[name].outcome.value for name in ONLY] == ["opened", "error", "opened"]
    assert len(made.world.repositories) == 12


@pytest.mark.parametrize("forge", FORGES)
def test_a_consumer_archived_beforehand_is_skipped(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    made[FAILING].archive()
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
    assert run.report.bumps[1][1].outcome is Outcome.SKIPPED
    assert run.report.exit_code == 0
    assert sorted(run.codes) == ["archived-consumer", "in-flight", "in-flight"]


@pytest.mark.parametrize("forge", FORGES)
def test_a_consumer_that_cannot_be_read_is_an_error_and_stops_nothing(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    listed = CONFIG.replace("  - template-b\n", "  - template-b\n  - template-gone\n")
    with Emulator(made.world, forge) as emulator:
        only = ("template-a", "template-gone", "template-c")
        run = propagate(emulator, listed, tmp_path, made.token, only=only)
    outcomes = {name.name: bump.outcome.value for name, bump in run.report.bumps}
    assert outcomes == {"template-a": "opened", "template-gone": "error", "template-c": "opened"}
    assert run.codes == ["unreadable", "in-flight", "in-flight"]
    assert run.report.exit_code == 2


@pytest.mark.parametrize("forge", FORGES)
def test_where_pull_requests_cannot_be_seen_nothing_is_written(forge: str, tmp_path: Path) -> None:
    """Else a second one could be opened, or a person's no overheard."""
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        if forge == "github":
            emulator.faults.add("graphql-forbidden", at=lambda at: at.field == "pullRequests")
        else:
            emulator.faults.add("unknown-403", method="GET", path=r"/pulls")
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
        assert writes(emulator) == []
    assert {bump.outcome for _, bump in run.report.bumps} == {Outcome.ERROR}
    assert run.report.exit_code == 1


@pytest.mark.parametrize("forge", FORGES)
def test_an_unknown_target_bumps_nothing(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        config = CONFIG.replace("runtime-v{version}", "nothing-{version}")
        run = propagate(emulator, config, tmp_path, made.token, only=ONLY)
        assert writes(emulator) == []
    assert {bump.outcome for _, bump in run.report.bumps} == {Outcome.SKIPPED}
    assert run.codes == ["target-unknown"]
    assert run.report.exit_code == 2


@pytest.mark.parametrize("forge", FORGES)
def test_an_older_bump_whose_branch_may_not_be_deleted_is_closed_all_the_same(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, made.token, only=(FAILING,))
        made.release("0.3.45")
        made[FAILING].protected = [BRANCH]
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=(FAILING,))
        old, new = made[FAILING].pulls
        assert (old.state, new.state) == ("closed", "open")
        assert BRANCH in made[FAILING].branches
        page = "pull" if forge == "github" else "pulls"
        assert run.report.bumps[0][1].superseded == (f"{emulator.url}/acme/{FAILING}/{page}/1",)
        assert run.report.exit_code == 0


def test_a_job_whose_repository_may_not_open_pull_requests_says_where_to_allow_it(tmp_path: Path) -> None:
    """The branch is there by then; once it is allowed, the next run opens the pull request."""
    made = scene("github", actions_may_open_pulls=False)
    job = made.world.token("job", job_repository="acme/template-b").secret
    listed = f"{PINS}consumers: [template-b]\nreconcile: false\n"
    with Emulator(made.world, "github") as emulator:
        run = propagate(emulator, listed, tmp_path, job)
        assert "Workflow permissions" in run.report.bumps[0][1].note
        assert run.report.exit_code == 1
        made.world.settings.actions_may_open_pulls = True
        again = propagate(emulator, listed, tmp_path, job)
    assert again.report.bumps[0][1].outcome is Outcome.REPAIRED
    assert len(made[FAILING].pulls) == 1


def test_a_branch_whose_commit_was_refused_does_not_stay_behind(tmp_path: Path) -> None:
    made = scene("github")
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add(
            "graphql-forbidden",
            at=lambda at: at.field == "createCommitOnBranch",
            message="refusing to allow a Personal Access Token to create or update workflow `a.yml` without"
            " `workflow` scope",
        )
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=(FAILING,))
    assert "Workflows: write" in run.report.bumps[0][1].note
    assert list(made[FAILING].branches) == ["main"]


@pytest.mark.parametrize("forge", FORGES)
def test_a_limit_that_ends_soon_is_waited_for(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    fault = "secondary-limit" if forge == "github" else "too-many-requests"
    with Emulator(made.world, forge) as emulator:
        where = touches(FAILING)
        emulator.faults.add(fault, where=where, times=1, retry_after=0)
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
    assert {bump.outcome for _, bump in run.report.bumps} == {Outcome.OPENED}


def test_a_limit_that_comes_as_a_validation_error_is_waited_for(tmp_path: Path) -> None:
    """Once, for everybody: the write is sent again after it, and no other one is sent meanwhile."""
    made, clock = scene("github"), VirtualClock()
    with Emulator(made.world, "github") as emulator:
        fault = emulator.faults.add("graphql-too-quickly", at=lambda at: at.field == "createPullRequest", times=1)
        run = propagate(
            emulator,
            CONFIG,
            tmp_path,
            made.token,
            only=ONLY,
            clock=clock,
            max_time=3600,
            retry_policy=RetryPolicy(),
        )
        opening = [one for one in writes(emulator) if b"createPullRequest" in one.body]
    assert {bump.outcome for _, bump in run.report.bumps} == {Outcome.OPENED}
    assert fault.hits == 1
    assert len(opening) == len(ONLY) + 1
    assert clock.slept >= 60
    assert run.report.exit_code == 0


def test_a_validation_error_that_remains_is_the_limit(tmp_path: Path) -> None:
    """Not a mistake of that one pull request."""
    made = scene("github")
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add("graphql-too-quickly", at=lambda at: at.field == "createPullRequest")
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
    assert "secondary rate limit" in run.report.bumps[0][1].note


def test_a_limit_that_does_not_end_soon_is_told_and_nothing_is_written_after_it(tmp_path: Path) -> None:
    made = scene("github")
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add("rate-limit", where=touches(FAILING), reset_in=3000)
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
    told = {name.name: bump for name, bump in run.report.bumps}
    assert [told[name].outcome.value for name in ONLY] == ["opened", "error", "error"]
    assert "rate limit" in told[FAILING].note
    assert [len(made[name].pulls) for name in ONLY] == [1, 0, 0]


@pytest.mark.parametrize("forge", FORGES)
def test_hashes_and_digests_are_for_whoever_wrote_them(forge: str, tmp_path: Path) -> None:
    """A pin that could not be installed is worse than an old one."""
    made = scene(forge)
    made["template-a"].commit(
        {"requirements.txt": "acme-runtime==0.3.40 \\\n    --hash=sha256:" + "0" * 64 + "\n"}
    )
    made["template-b"].commit({"Dockerfile": "FROM ghcr.io/acme/runtime:0.3.40@sha256:" + "0" * 64 + "\n"})
    listed = f"{PINS}  - {{file: Dockerfile, image: ghcr.io/acme/runtime, optional: true}}\n"
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, f"{listed}consumers: [template-a, template-b]\n", tmp_path, made.token)
        assert writes(emulator) == []
    first, second = (bump for _, bump in run.report.bumps)
    assert first.outcome is second.outcome is Outcome.NEEDS_LOCK
    assert "hash" in first.note
    assert "Dockerfile:1 is tied to a digest" in second.note
    assert run.report.exit_code == 1


def test_a_forges_words_with_the_token_in_them_are_cleaned(tmp_path: Path) -> None:
    made = scene("gitea")
    with Emulator(made.world, "gitea") as emulator:
        emulator.faults.add("unknown-403", where=touches(FAILING), message=f"we saw {made.token} ##[error]x")
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=ONLY)
    assert made.token not in run.shown
    assert "##[" not in run.shown


@pytest.mark.parametrize("forge", FORGES)
def test_text_that_is_no_utf8_is_left_as_it_is(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    made["template-a"].commit({"requirements.txt": "# gr\xfc\xdfe\nacme-runtime==0.3.40\n".encode("latin-1")})
    with Emulator(made.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, made.token, only=("template-a",))
    # Another pin of it is bumped where this one can be told apart, and these bytes are not touched.
    for branch in made["template-a"].branches:
        there = made["template-a"].files(branch)["requirements.txt"]
        assert there == "# gr\xfc\xdfe\nacme-runtime==0.3.40\n".encode("latin-1")
    assert len(made["template-a"].pulls) == 1
    assert run.report.exit_code == (0 if forge == "github" else 1)


def test_pins_of_another_version_scheme(tmp_path: Path) -> None:
    """PEP 440, with a pre-release as the target."""
    made = scene("gitea")
    made["runtime"].tag("v2.0rc1")
    made["template-a"].commit({"requirements.txt": "acme-runtime==1.9.post1\n", ".runtime-version": "2.0b2\n"})
    config = PINS.replace("runtime-v{version}", "v{version}") + (
        "scheme: pep440\nprereleases: true\nconsumers: [template-a]\n"
    )
    with Emulator(made.world, "gitea") as emulator:
        propagate(emulator, config, tmp_path, made.token)
    there = made["template-a"].files("bump/runtime-2.0rc1")
    assert there["requirements.txt"] == b"acme-runtime==2.0rc1\n"
    assert there[".runtime-version"] == b"2.0rc1\n"
