"""land merges the bumps that are ours, whole and green, on every forge, and says of every other why not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.outcome import Outcome
from tests.emulator import Emulator
from tests.emulator.records import entry_of
from tests.merging import APPROVING, LANDING, NAMES, landed, notes, opened, outcomes, pull, second
from tests.propagating import BRANCH, CONFIG, FORGES, TARGET, pins, writes
from tests.running import check, land, propagate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator import Repository
    from tests.emulator.wire import Request

ONE = NAMES[:1]
A = NAMES[0]


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_is_green_is_merged_and_nothing_is_left_to_do(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    run = landed(made, forge, tmp_path)
    assert outcomes(run) == dict.fromkeys(NAMES, "landed")
    assert run.report.exit_code == 0
    assert run.codes == []
    for name in NAMES:
        assert pull(made, name).merged
        assert made[name].files()[".runtime-version"].decode() == f"{TARGET}\n"
    assert [bump.url for _, bump in run.report.landed] == [bump.url for _, bump in run.report.bumps]
    with Emulator(made.world, forge) as emulator:
        again = land(emulator, LANDING, tmp_path, made.token, only=NAMES)
        assert writes(emulator) == []
        checked = check(emulator, CONFIG, tmp_path, made.token, only=NAMES)
    assert outcomes(again) == dict.fromkeys(NAMES, "already-pinned")
    assert again.report.exit_code == checked.report.exit_code == 0


def test_without_the_key_nothing_is_merged(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    for config in (CONFIG, CONFIG + "land: false\n"):
        run = landed(made, forge, tmp_path, config)
        assert run.codes == ["configuration"]
        assert "nothing is merged without the key `land`" in run.messages
        assert run.report.exit_code == 2
    assert not pull(made, A).merged


def test_a_dry_run_says_what_would_be_merged_and_writes_nothing(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made[NAMES[1]].check("CI / unit", "failure", on=BRANCH)
    with Emulator(made.world, forge) as emulator:
        run = land(emulator, LANDING, tmp_path, made.token, only=NAMES, dry_run=True)
        assert writes(emulator) == []
    assert outcomes(run) == dict(zip(NAMES, ["would-land", "held", "would-land"], strict=True))
    assert run.report.exit_code == 1


def draft(repository: Repository) -> None:
    repository.pulls[0].draft, repository.pulls[0].title = True, f"WIP: {repository.pulls[0].title}"


def fork(repository: Repository) -> None:
    """Somebody's own copy, with a branch of the same name; ours is gone."""
    world = repository.world
    repository.pulls[0].body, body = "", repository.pulls[0].body
    world.close(repository.pulls[0])
    copy = world.user("eve").repository(repository.name, fork_of=repository)
    commit = repository.tip(BRANCH)
    assert commit is not None
    copy.set_branch(BRANCH, commit.oid)
    world.open_pull(repository, copy, BRANCH, "main", title="x", body=body, author="eve")


def evil_merge(repository: Repository) -> None:
    """A merge of the base, as the button makes it, with a line of somebody's in it."""
    commit = repository.update_branch(BRANCH, author="eve")
    entries = {**commit.files, "x": commit.files["requirements.txt"]}
    objects = repository.world.objects
    bad = objects.commit(entries, commit.parents, commit.message, commit.author)
    repository.set_branch(BRANCH, bad.oid)
    repository.check("CI / unit", on=BRANCH)


def hand_edit(repository: Repository) -> None:
    repository.commit({"requirements.txt": f"evil\nacme-runtime=={TARGET}\n"}, BRANCH, author="eve")
    repository.check("CI / unit", on=BRANCH)


def amended(repository: Repository) -> None:
    """Our commit, committed again by somebody with a line of theirs in it."""
    tip = repository.tip(BRANCH)
    assert tip is not None
    objects, eve = repository.world.objects, repository.world.signature("eve", repository.world.now())
    more = {"requirements.txt": entry_of(objects, f"evil\nacme-runtime=={TARGET}\n")}
    bad = objects.commit({**tip.files, **more}, tip.parents, tip.message, tip.author, eve)
    repository.set_branch(BRANCH, bad.oid)
    repository.check("CI / unit", on=BRANCH)


def remade(repository: Repository, path: str, mode: str) -> None:
    """Our commit, under our name, in which a pinned file has another mode."""
    tip = repository.tip(BRANCH)
    assert tip is not None
    files = {**tip.files, path: replace(tip.files[path], mode=mode)}
    bad = repository.world.objects.commit(files, tip.parents, tip.message, tip.author, tip.committer)
    repository.set_branch(BRANCH, bad.oid)
    repository.check("CI / unit", on=BRANCH)


def own_no(repository: Repository) -> None:
    repository.commit({".github/consumer-drift-consumer.yml": "land: false\n"})


def mode(repository: Repository) -> None:
    """Its pins changed on the base meanwhile, elsewhere than where the bump changes them."""
    repository.commit({"requirements.txt": "httpx>=0.27\nacme-runtime==0.3.20\n"})


def more_by_a_person(repository: Repository) -> None:
    repository.commit({"README.md": "more\n"}, BRANCH, author="eve")


def other_base(repository: Repository) -> None:
    repository.set_branch("release", repository.branches["main"])
    repository.pulls[0].base_branch = "release"


LINES: list[tuple[str, Callable[[Repository], object], str]] = [
    ("a failing check", lambda one: one.check("CI / unit", "failure", on=BRANCH), "its checks fail (CI / unit)"),
    ("another failing check", lambda one: one.check("lint", "error", on=BRANCH), "its checks fail (lint)"),
    ("a running check", lambda one: one.check("CI / unit", "pending", on=BRANCH), "not finished (CI / unit)"),
    ("no check", lambda one: one.checks.clear(), "no check is registered"),
    (
        "late checks",
        lambda one: (one.checks.clear(), one.check("CI / unit", on=BRANCH, after=60)),
        "no check is registered",
    ),
    (
        "another check",
        lambda one: (one.checks.clear(), one.check("lint", on=BRANCH)),
        "no check has 'unit' in its name",
    ),
    ("no mark", lambda one: setattr(one.pulls[0], "body", "hello"), "lacks our mark"),
    ("a person's commit", more_by_a_person, ""),
    ("a person's edit", hand_edit, "has commits of eve"),
    ("an amended commit", amended, "has commits of eve"),
    ("an evil merge", evil_merge, "it changes more than the pins: x"),
    (
        "another mode",
        lambda one: remade(one, "requirements.txt", "100755"),
        "it changes more than the pins: requirements.txt",
    ),
    ("a link", lambda one: remade(one, ".runtime-version", "120000"), "more than the pins: .runtime-version"),
    (
        "a skipped check",
        lambda one: (one.checks.clear(), one.check("unit", "skipped", on=BRANCH, kind="run")),
        "the check 'unit' was skipped",
    ),
    ("another base", other_base, "goes into release, not into main"),
    ("a draft", draft, "is a draft"),
    ("a conflict", mode, "does not merge cleanly"),
    ("the consumer's own no", own_no, "says `land: false`"),
    (
        "requested changes",
        lambda one: (
            one.collaborators.update(carol="write"),
            one.review(1, "carol", "CHANGES_REQUESTED"),
        ),
        "changes are requested by carol",
    ),
    ("a missing approval", lambda one: one.required_approvals.update(main=1), "requires an approval"),
]


@pytest.mark.parametrize(("change", "words"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_what_does_not_meet_a_condition_is_not_merged_and_says_which(
    forge: str, change: Callable[[Repository], object], words: str, tmp_path: Path
) -> None:
    made = opened(forge, tmp_path)
    change(made[A])
    with Emulator(made.world, forge) as emulator:
        run = land(emulator, LANDING, tmp_path, made.token, only=NAMES)
        assert not [one for one in writes(emulator) if f"/{A}/" in one.path]
    assert outcomes(run) == dict(zip(NAMES, ["held", "landed", "landed"], strict=True))
    assert words in notes(run)[A]
    assert run.report.exit_code == 1
    assert run.codes == ["behind"]
    assert "Not landed (held): " in run.messages
    assert not any(one.merged for one in made[A].pulls)


def test_a_bump_that_was_rebased_in_the_browser_is_merged(forge: str, tmp_path: Path) -> None:
    """Who presses the button is its committer, and its content is still ours."""
    made = opened(forge, tmp_path)
    made[A].commit({"notes.txt": "new\n"})
    made[A].rebase_branch(BRANCH, "eve")
    made[A].check("CI / unit", on=BRANCH)
    run = landed(made, forge, tmp_path, only=ONE)
    assert outcomes(run) == {A: "landed"}, notes(run)


def test_a_pull_request_from_a_fork_is_no_bump(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    fork(made[A])
    run = landed(made, forge, tmp_path, only=ONE)
    assert outcomes(run) == {A: "no-bump"}
    assert run.report.exit_code == 1
    assert not any(one.merged for one in made[A].pulls)


def test_a_consumer_behind_without_a_bump_is_told_so(forge: str, tmp_path: Path) -> None:
    """A land that finds nothing to merge is no success while somebody is behind."""
    made = opened(forge, tmp_path)
    made.world.close(pull(made, A))
    run = landed(made, forge, tmp_path, only=ONE)
    assert outcomes(run) == {A: "no-bump"}
    assert run.report.exit_code == 1
    assert "no bump is open: run propagate" in run.messages


def test_a_window_excuses_no_bump_that_is_not_landed(forge: str, tmp_path: Path) -> None:
    """To lag is allowed for a while; to leave a bump behind is what this command tells of."""
    made = opened(forge, tmp_path)
    made[A].check("CI / unit", "failure", on=BRANCH)
    policy = "policy: {grace: 9999h, window: 9999h}\n"
    config = "".join(line for line in LANDING.splitlines(keepends=True) if not line.startswith("policy:")) + policy
    run = landed(made, forge, tmp_path, config, only=ONE)
    assert (outcomes(run), run.report.exit_code) == ({A: "held"}, 1)


def test_only_the_bump_to_the_target_is_merged(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made.release("0.3.45")
    run = landed(made, forge, tmp_path, only=ONE)
    assert outcomes(run) == {A: "no-bump"}
    assert f"is to {TARGET}: run propagate" in notes(run)[A]


def test_older_stacked_bumps_are_closed(forge: str, tmp_path: Path) -> None:
    """The run that opens the newer one was ended before it closed the older."""
    made = opened(forge, tmp_path)
    made.release("0.3.45")
    with Emulator(made.world, forge) as emulator:
        older = pull(made, A)
        body = older.body
        propagate(emulator, CONFIG, tmp_path, made.token, only=ONE)
        made[A].set_branch(BRANCH, older.head_oid)
        older.branch_gone = False
        made.world.reopen(older)
        older.body = body
        made[A].check("unit", on="bump/runtime-0.3.45")
        run = land(emulator, LANDING, tmp_path, made.token, only=ONE)
    assert outcomes(run) == {A: "landed"}
    assert [one.state for one in made[A].pulls] == ["closed", "closed"]
    assert [one.merged for one in made[A].pulls] == [False, True]
    assert len(run.report.bumps[0][1].superseded) == 1


def test_a_bump_with_the_base_merged_into_it_is_still_ours(forge: str, tmp_path: Path) -> None:
    """Other lines of a pinned file changed on the base, and somebody pressed the button."""
    made = opened(forge, tmp_path)
    made[A].commit({"requirements.txt": f"httpx>=0.28\nacme-runtime=={'0.3.43'}\n", "other": "x\n"})
    merged = {"requirements.txt": f"httpx>=0.28\nacme-runtime=={TARGET}\n"}
    made[A].update_branch(BRANCH, author="eve", files=merged)
    made[A].check("unit", on=BRANCH)
    run = landed(made, forge, tmp_path, only=ONE)
    assert outcomes(run) == {A: "landed"}, notes(run)
    assert made[A].files()["requirements.txt"].decode() == f"httpx>=0.28\nacme-runtime=={TARGET}\n"


def test_without_required_checks_a_bump_without_any_may_be_merged(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path, green=False)
    made[NAMES[1]].check("lint", "failure", on=BRANCH)
    run = landed(made, forge, tmp_path, CONFIG + "land: {checks: none}\n")
    assert outcomes(run) == dict(zip(NAMES, ["landed", "held", "landed"], strict=True))


def test_by_default_any_passing_check_will_do_and_none_will_not(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path, green=False)
    made[A].check("lint", on=BRANCH)
    run = landed(made, forge, tmp_path, CONFIG + "land: true\n")
    assert outcomes(run) == dict(zip(NAMES, ["landed", "held", "held"], strict=True))


def test_at_most_so_many_are_merged_in_a_run(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    config = CONFIG + "land: {checks: [unit], most: 2}\n"
    run = landed(made, forge, tmp_path, config)
    assert outcomes(run) == dict(zip(NAMES, ["landed", "landed", "held"], strict=True))
    assert "`land.most`" in notes(run)[NAMES[2]]
    assert run.report.exit_code == 1
    again = landed(made, forge, tmp_path, config)
    assert again.report.exit_code == 0


def test_failing_checks_of_others_hold_the_rest(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made[NAMES[2]].check("CI / unit", "failure", on=BRANCH)
    config = CONFIG + "land: {checks: [unit], stop: {failing: 1}}\n"
    run = landed(made, forge, tmp_path, config)
    assert outcomes(run) == dict.fromkeys(NAMES, "held")
    assert "`land.stop` holds the rest" in notes(run)[A]
    two = landed(made, forge, tmp_path, CONFIG + "land: {checks: [unit], stop: {failing: 2}}\n")
    assert outcomes(two)[A] == "landed"


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_the_method_is_the_configured_one(forge: str, method: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made[A].merge_methods = (method,)
    run = landed(made, forge, tmp_path, CONFIG + f"land: {{checks: [unit], method: {method}}}\n", ONE)
    assert outcomes(run) == {A: "landed"}


def test_a_method_that_the_repository_does_not_allow_is_told(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made[A].merge_methods = ("squash",)
    run = landed(made, forge, tmp_path, only=ONE)
    assert outcomes(run) == {A: "held"}
    assert "land.method" in notes(run)[A]
    assert run.report.exit_code == 1


def test_mergeability_that_is_computed_late_is_waited_for(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    pull(made, A).checking = 2
    assert outcomes(landed(made, forge, tmp_path, only=ONE)) == {A: "landed"}


@pytest.mark.parametrize("server", ["gitea", "forgejo"])
def test_a_merge_that_is_refused_until_it_is_computed_is_tried_again(server: str, tmp_path: Path) -> None:
    made = opened(server, tmp_path)
    tries: list[int] = []

    def base_moves(request: Request) -> bool:
        """Somebody pushes to the base just before the merge, so it is computed again."""
        if request.path.endswith("/merge"):
            tries.append(1)
            if len(tries) == 1:
                pull(made, A).checking = 2
        return False

    with Emulator(made.world, server) as emulator:
        emulator.faults.add("server-error", where=base_moves)
        run = land(emulator, LANDING, tmp_path, made.token, only=ONE)
    assert len(tries) == 3
    assert outcomes(run) == {A: "landed"}


def test_who_approves_is_another_than_who_opened_it(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    for name in NAMES:
        made[name].required_approvals["main"] = 1
    config = CONFIG + APPROVING
    alone = landed(made, forge, tmp_path, config)
    # On Gitea the token of the bumps may not even read whose it is.
    assert outcomes(alone) == dict.fromkeys(NAMES, "held" if forge == "github" else "error")
    boss = second(made.world, forge)
    with Emulator(made.world, forge) as emulator:
        dry = land(emulator, config, tmp_path, made.token, only=NAMES, merge_token=boss, dry_run=True)
        assert writes(emulator) == []
        run = land(emulator, config, tmp_path, made.token, only=NAMES, merge_token=boss)
    assert notes(dry)[A] == "after an approval by boss"
    assert outcomes(run) == dict.fromkeys(NAMES, "landed"), notes(run)
    for name in NAMES:
        assert [(one.author, one.state) for one in pull(made, name).reviews] == [("boss", "APPROVED")]
        assert pull(made, name).merged_by == "boss"
    assert boss not in run.shown


def test_the_author_never_approves_himself(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    same = second(made.world, forge, "again", user="bot")
    run = landed(made, forge, tmp_path, CONFIG + APPROVING, ONE, merge_token=same)
    assert "bot opened it, and the token that approves is of the same user" in notes(run)[A]
    assert outcomes(run) == {A: "held"}
    assert pull(made, A).reviews == []


def test_an_approval_that_does_not_count_is_told(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made[A].required_approvals["main"] = 1
    made[A].approvers = {"carol"}
    boss = second(made.world, forge)
    run = landed(made, forge, tmp_path, CONFIG + APPROVING, ONE, merge_token=boss)
    assert outcomes(run) == {A: "held"}
    assert "the approval of boss does not count there: add the user to the team" in notes(run)[A]
    assert len(pull(made, A).reviews) == 1
    again = landed(made, forge, tmp_path, CONFIG + APPROVING, ONE, merge_token=boss)
    assert outcomes(again) == {A: "held"}
    assert len(pull(made, A).reviews) == 1


def test_an_approval_that_a_push_dismissed_is_given_again_to_what_is_there_now(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    made[A].required_approvals["main"] = 1
    made[A].dismisses_stale = True
    boss = second(made.world, forge)
    made[A].review(1, "boss", "APPROVED")
    made[A].update_branch(BRANCH)
    made[A].check("unit", on=BRANCH)
    run = landed(made, forge, tmp_path, CONFIG + APPROVING, ONE, merge_token=boss)
    assert outcomes(run) == {A: "landed"}, notes(run)
    assert [one.commit for one in pull(made, A).reviews][-1] == pull(made, A).head_oid


def test_an_approval_that_a_person_dismissed_is_not_given_again(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    boss = second(made.world, forge)
    made[A].review(1, "boss", "APPROVED").dismissed = True
    run = landed(made, forge, tmp_path, CONFIG + APPROVING, ONE, merge_token=boss)
    assert "somebody dismissed the approval of boss" in notes(run)[A]
    assert not pull(made, A).merged


@pytest.mark.parametrize("server", ["gitea", "forgejo"])
def test_an_identity_that_cannot_be_read_approves_nothing(server: str, tmp_path: Path) -> None:
    """The token lacks read:user, so it cannot be told whose it is."""
    made = opened(server, tmp_path)
    scopes = ["write:repository"]
    boss = made.world.token("boss", scopes=scopes, sees="all").secret
    run = landed(made, server, tmp_path, CONFIG + APPROVING, ONE, merge_token=boss)
    assert outcomes(run) == {A: "error"}
    assert "read:user" in notes(run)[A]
    assert sorted(run.codes) == ["behind", "bump-failed"]
    assert pull(made, A).reviews == []


def test_a_push_between_reading_and_merging_is_not_merged(forge: str, tmp_path: Path) -> None:
    """The merge is sent with the commit that was looked at."""
    made = opened(forge, tmp_path)

    def pushes(request: Request) -> bool:
        """Somebody pushes just before the merge arrives."""
        is_merge = b"mergePullRequest" in request.body or request.path.endswith("/merge")
        if is_merge and not pushed:
            pushed.append(1)
            made[A].commit({"README.md": "mine\n"}, BRANCH, author="eve")
        return False

    pushed: list[int] = []
    with Emulator(made.world, forge) as emulator:
        emulator.faults.add("server-error", where=pushes)
        run = land(emulator, LANDING, tmp_path, made.token, only=ONE)
    assert pushed
    assert not pull(made, A).merged
    assert outcomes(run) == {A: "held"}


def test_a_check_that_fails_while_the_files_are_read_holds_the_bump(forge: str, tmp_path: Path) -> None:
    """A check changes by itself, so it is read last."""
    made = opened(forge, tmp_path)

    def fails(request: Request) -> bool:
        """A check fails as soon as somebody asks what the bump changes."""
        if re.search(r"/compare/|/files$", request.path) and BRANCH not in request.path:
            made[A].check("lint", "failure", on=BRANCH)
        return False

    with Emulator(made.world, forge) as emulator:
        emulator.faults.add("server-error", where=fails)
        run = land(emulator, LANDING, tmp_path, made.token, only=ONE)
    assert outcomes(run) == {A: "held"}
    assert notes(run)[A] == "its checks fail (lint)"


def test_a_warning_that_the_server_does_not_count_as_success_holds_the_bump(tmp_path: Path) -> None:
    """Forgejo's result of all checks is the worst of them, and a warning is below a success; Gitea's is none."""
    for server, outcome in {"forgejo": "held", "gitea": "landed"}.items():
        made = opened(server, tmp_path)
        made[A].check("lint", "warning", on=BRANCH)
        run = landed(made, server, tmp_path, only=ONE)
        assert outcomes(run) == {A: outcome}
        said = "the server counts its checks as a warning, not as passed (lint)"
        assert notes(run)[A] == (said if outcome == "held" else "")


def test_what_is_missing_after_an_approval_is_told_alone(forge: str, tmp_path: Path) -> None:
    """What was not read because of it is no condition of its own."""
    made = opened(forge, tmp_path)
    made[A].required_approvals["main"] = 2
    run = landed(made, forge, tmp_path, CONFIG + APPROVING, ONE, merge_token=second(made.world, forge))
    assert notes(run)[A] == "boss has approved it, and its branch requires more approvals than that"


@pytest.mark.parametrize("at", [r"/merge$|/graphql$", r"\.diff$|/compare/"], ids=["the merge", "what it changes"])
def test_a_merge_by_somebody_else_is_not_told_as_ours(forge: str, at: str, tmp_path: Path) -> None:
    """Two runs at once: each bump is in the report of the one that merged it."""
    made = opened(forge, tmp_path)

    def merges(request: Request) -> bool:
        """Somebody merges just before the request arrives."""
        is_it = re.search(at, request.path) and (b"mergePull" in request.body or "graphql" not in request.path)
        if is_it and BRANCH not in request.path and not pull(made, A).merged:
            made.world.merge(pull(made, A), "eve")
        return False

    with Emulator(made.world, forge) as emulator:
        emulator.faults.add("server-error", where=merges)
        run = land(emulator, LANDING, tmp_path, made.token, only=ONE)
    assert outcomes(run) == {A: "already-pinned"}, notes(run)
    assert (run.report.exit_code, run.report.landed) == (0, ())


@pytest.mark.parametrize("server", ["gitea", "forgejo"])
def test_a_branch_that_is_deleted_while_it_is_read_is_no_bump(server: str, tmp_path: Path) -> None:
    made = opened(server, tmp_path)

    def deletes(request: Request) -> bool:
        """Somebody deletes the branch before its files are read."""
        if (
            "contents" in request.path
            and BRANCH in f"{request.path}?{request.query}"
            and BRANCH in made[A].branches
        ):
            made[A].delete_branch(BRANCH)
        return False

    with Emulator(made.world, server) as emulator:
        emulator.faults.add("server-error", where=deletes)
        run = land(emulator, LANDING, tmp_path, made.token, only=ONE)
    assert outcomes(run) == {A: "no-bump"}, notes(run)


def test_the_program_merges_as_its_reads_are_and_no_token_is_shown(forge: str, tmp_path: Path) -> None:
    made = opened(forge, tmp_path)
    run = landed(made, forge, tmp_path, only=ONE)
    assert made.token not in run.shown
    assert run.json["consumers"][0]["bump"]["outcome"] == Outcome.LANDED.value
    assert run.report.requests > 3


def test_without_a_token_nothing_is_merged(forge: str, tmp_path: Path) -> None:
    """On GitHub nothing can even be read then."""
    made = opened(forge, tmp_path)
    for name in NAMES:
        made[name].visibility = "public"
    with Emulator(made.world, forge) as emulator:
        run = land(emulator, LANDING, tmp_path, "", only=NAMES)
        assert writes(emulator) == []
    assert run.report.exit_code != 0
    assert not any(pull(made, name).merged for name in NAMES)


def test_pins_are_never_lowered(forge: str, tmp_path: Path) -> None:
    """A release that was taken back is bumped down by propagate, and a person merges that."""
    made = opened(forge, tmp_path)
    made["template-g"].commit(pins("0.3.46"))
    config = CONFIG.replace("source:\n", "source:\n  retracted: [{version: 0.3.46, reason: broken}]\n")
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, config, tmp_path, made.token, only=("template-g",))
        assert len(made["template-g"].pulls) == 1
        made["template-g"].check("unit", on=BRANCH)
        run = land(emulator, config + "land: {checks: [unit]}\n", tmp_path, made.token, only=("template-g",))
    assert outcomes(run) == {"template-g": "held"}
    assert "it would lower a pin" in notes(run)["template-g"]


def test_the_pace_is_kept_between_merges(tmp_path: Path) -> None:
    """GitHub asks for a second between two writes, whatever they are."""
    from tests.clocks import VirtualClock  # noqa: PLC0415

    made = opened("github", tmp_path)
    clock = VirtualClock()
    started = clock.monotonic()
    with Emulator(made.world, "github") as emulator:
        land(emulator, LANDING, tmp_path, made.token, only=NAMES, clock=clock)
    assert clock.monotonic() - started >= len(NAMES) - 1
