"""What doctor says beside what propagate then really does, for many kinds of token and many states of a consumer.

No answer may be a wrong yes, and none a wrong no. The number of those that cannot be known is to be kept low.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.model.readiness import Ability, Answer
from tests.emulator import Emulator, World
from tests.running import propagate
from tests.test_doctor import answers, doctor

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.outcome import Bump
    from tests.emulator import Repository
    from tests.running import Run

TARGET = "0.3.44"
BRANCH = f"bump/runtime-{TARGET}"
WORKFLOW = ".github/workflows/ci.yml"
# What has to be yes for a bump to be opened.
WRITES = (Ability.BRANCH, Ability.BRANCH_NAME, Ability.COMMIT, Ability.PULL_REQUEST)
CONFIG = f"""\
source: {{tags: "runtime-v{{version}}"}}
pins:
  - {{file: .runtime-version, optional: true}}
  - {{file: {WORKFLOW}, uses: acme/setup-runtime, optional: true}}
propagate: {{labels: [dependencies], reviewers: [ada], auto-merge: squash}}
consumers:
  - plain
  - public
  - archived
  - old-name
  - protected
  - in-the-way
  - foreign-branch
  - open-bump
  - workflow
  - empty
  - mirror
  - free-to-merge
  - no-squash
  - unlabelled
  - refusing
  - declined
  - declined-branch
"""
ONLY_GITEA = "  - no-pulls\n"
ONLY_GITHUB = "  - no-auto-merge\n"

PINS = {".runtime-version": "0.3.43\n", ".github/workflows/test.yml": "on: pull_request\n"}


def world_of(forge: str) -> World:
    """One consumer for each state; everything else of it is as a bump needs it."""
    world = World(actions_may_open_pulls=False)
    acme = world.organisation("acme")
    world.user("ada")
    acme.repository("runtime", tags=[f"runtime-v{TARGET}"])

    def add(name: str, files: dict[str, str] | None = None, **options: Any) -> Repository:
        options = {"private": True, "required_checks": {"main": ["unit"]}, **options}
        one = acme.repository(name, files=PINS if files is None else files, **options)
        one.label("dependencies")
        one.collaborators["ada"] = "write"
        if not one.empty:
            one.check("lint", on="main")
        return one

    add("plain")
    add("public", private=False)
    add("archived", archived=True)
    add("new-name", renamed_from="old-name")
    add("protected", protected=["bump/**" if forge != "github" else "bump/*"])
    add("in-the-way").commit({"a": "b"}, new_branch="bump")
    add("foreign-branch").commit({"a": "b"}, new_branch=BRANCH, author="ada")
    add("open-bump").pull(BRANCH, files={".runtime-version": f"{TARGET}\n"}, author="ada")
    for name in ("declined", "declined-branch"):
        add(name).pull(BRANCH, files={".runtime-version": f"{TARGET}\n"}, author="bot", state="closed")
    world.repository("acme/declined").delete_branch(BRANCH)
    add("workflow", {WORKFLOW: "on: [pull_request]\njobs: {a: {steps: [{uses: acme/setup-runtime@v0.3.43}]}}\n"})
    add("empty", {}, empty=True)
    add("mirror").mirror = True
    add("free-to-merge", required_checks={})
    add("no-squash").merge_methods = ("merge",)
    add("unlabelled").labels.clear()
    add("refusing", {**PINS, ".github/consumer-drift-consumer.yml": "propagate: false\n"})
    add("no-pulls").takes_pull_requests = False
    add("no-auto-merge").auto_merge_allowed = False
    return world


EVERY = {"contents": "write", "pull_requests": "write", "workflows": "write", "metadata": "read"}
READ = {"contents": "read", "pull_requests": "read", "metadata": "read"}
ORGANIZATION = ["write:repository", "read:issue", "read:organization"]
CLASSIC = {"kind": "classic", "scopes": ["repo", "workflow", "read:org"]}
JOB = {"kind": "job", "job_repository": "acme/runtime", "sees": "public"}
# The token, and how many of the 198 answers cannot be known: the figure to keep low.
CASES: dict[tuple[str, str], tuple[dict[str, Any], int]] = {
    ("github", "classic"): (CLASSIC, 11),
    ("github", "classic of an administrator"): ({**CLASSIC, "role": "admin"}, 0),
    ("github", "classic without workflow"): ({**CLASSIC, "scopes": ["repo", "read:org"]}, 11),
    ("github", "classic public_repo"): ({"kind": "classic", "scopes": ["public_repo"]}, 19),
    ("github", "read-only team"): ({**CLASSIC, "role": "read"}, 0),
    ("github", "fine-grained"): ({"kind": "fine-grained", "permissions": EVERY}, 56),
    ("github", "fine-grained, read"): ({"kind": "fine-grained", "permissions": READ}, 18),
    ("github", "fine-grained, contents"): (
        {"kind": "fine-grained", "permissions": {**READ, "contents": "write"}},
        56,
    ),
    ("github", "App"): ({"kind": "installation", "permissions": EVERY}, 38),
    ("github", "job"): (JOB, 18),
    ("gitea", "write"): ({"scopes": ORGANIZATION}, 12),
    ("gitea", "administrator"): ({"scopes": [*ORGANIZATION, "read:user"], "role": "admin"}, 0),
    ("gitea", "no issue scope"): ({"scopes": ["write:repository", "read:organization"]}, 12),
    ("gitea", "read scope"): ({"scopes": ["read:repository", "read:issue", "read:organization"]}, 0),
    ("gitea", "read-only team"): ({"scopes": ["write:repository", "read:issue"], "role": "read"}, 19),
    ("gitea", "code alone"): ({"scopes": ORGANIZATION, "sees": "public"}, 12),
    ("gitea", "public only"): ({"scopes": ["write:repository", "read:issue", "public-only"]}, 1),
    ("gitea", "job"): (JOB, 0),
    ("forgejo", "write"): ({"scopes": ORGANIZATION}, 12),
    ("forgejo", "administrator"): ({"scopes": [*ORGANIZATION, "read:user"], "role": "admin"}, 0),
    ("forgejo", "read scope"): ({"scopes": ["read:repository", "read:issue", "read:organization"]}, 0),
}


def bump_of(run: Run, name: str) -> Bump | None:
    """What became of one consumer."""
    return next((bump for one, bump in run.report.bumps if one.name == name), None)


def facts(world: World, name: str, bump: Bump | None) -> dict[Ability, bool]:
    """What turned out to work."""
    repository = world.repository("acme/new-name" if name == "old-name" else f"acme/{name}")
    opened = bump is not None and bump.is_in_flight
    pull = next((one for one in repository.pulls if one.head_branch == BRANCH), None)

    def done(made: object) -> bool:
        return bool(opened and made)

    return {
        Ability.READ: bump is not None and not bump.note.startswith("it could not be read"),
        **dict.fromkeys(WRITES, opened),
        Ability.LABELS: done(pull and pull.labels),
        Ability.REVIEWERS: done(pull and pull.reviewers),
        # Gitea takes the order whatever the method is, and then never merges.
        Ability.AUTO_MERGE: done(pull and pull.auto_merge and "squash" in repository.merge_methods),
    }


@pytest.mark.parametrize(("forge", "kind"), CASES, ids=[" ".join(case) for case in CASES])
def test_no_answer_is_wrong(forge: str, kind: str, tmp_path: Path) -> None:
    world = world_of(forge)
    token, cannot_be_known = CASES[forge, kind]
    if kind == "code alone":
        world.owners["acme"].team("coders", ["bot"], role="write", units=["code"])
    secret = world.token("bot", **{"sees": "all", **token}).secret
    config = CONFIG + (ONLY_GITHUB if forge == "github" else ONLY_GITEA)
    with Emulator(world, forge) as emulator:
        said = doctor(emulator, config, tmp_path, secret)
        done = propagate(emulator, config, tmp_path, secret)
    counts: Counter[str] = Counter()
    for row in said.report.doctor:
        name = row.consumer.name
        told, fact = answers(said, name), facts(world, name, bump_of(done, name))
        counts.update(told.values())
        what = f"{name}: {told}, {bump_of(done, name)}"
        note = (bump.note if (bump := bump_of(done, name)) else "").partition(" (")[0]
        if "/pulls" in note or "a pull request from" in note:
            assert told[Ability.PULL_REQUEST] != Answer.YES, what
        if "/contents" in note or "a commit on" in note:
            assert any(told[one] != Answer.YES for one in WRITES[:3]), what
        if all(told[one] == Answer.YES for one in WRITES):
            assert fact[Ability.BRANCH], what
        if any(told[one] == Answer.NO for one in WRITES) and name != "open-bump":
            assert not fact[Ability.BRANCH], what
        if fact[Ability.BRANCH] and name != "open-bump":
            for extra in (Ability.LABELS, Ability.REVIEWERS, Ability.AUTO_MERGE):
                assert told[extra] != (Answer.NO if fact[extra] else Answer.YES), (extra, what)
        assert told[Ability.READ] == (Answer.YES if fact[Ability.READ] else Answer.NO), what
    assert (counts[Answer.UNKNOWN], sum(counts.values())) == (cannot_be_known, 198)
