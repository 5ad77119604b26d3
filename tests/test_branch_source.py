"""A source without tags: the newest commit of its branch is the target, and consumers pin commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.commands import Command
from tests.clocks import VirtualClock
from tests.emulator import Emulator, World
from tests.running import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.running import Run

FORGES = ("github", "gitea", "forgejo")
PIN = "pins: [{file: ci.yml, uses: acme/runtime}]\n"


def workflow(commit: str, comment: str = "") -> str:
    """A workflow that uses the source at *commit*."""
    return f"jobs:\n  a:\n    steps:\n      - uses: acme/runtime@{commit}{comment}\n"


@dataclass
class Fleet:
    """A source with commits an hour apart, the newest an hour old, and consumers that pin some of them."""

    count: int = 5
    world: World = field(default_factory=World)
    commits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.acme = self.world.organisation("acme")
        self.runtime = self.acme.repository("runtime", {"code": "0"})
        self.commits.append(self.runtime.branches["main"])
        self.world.advance(hours=1)
        for number in range(1, self.count):
            self.push(str(number))

    def push(self, text: str) -> str:
        """Commit to the branch, an hour before the next step."""
        self.runtime.commit({"code": text}, "main", message=text, date=self.world.now())
        self.commits.append(self.runtime.branches["main"])
        self.world.advance(hours=1)
        return self.commits[-1]

    def run(
        self,
        forge: str,
        folder: Path,
        files: Mapping[str, dict[str, str]],
        config: str = PIN,
        pins: Mapping[str, str] | None = None,
        branch: str = "main",
        faults: Sequence[tuple[str, Callable[[Any], bool]]] = (),
        **more: Any,
    ) -> Run:
        """Run a command on consumers with these files and, where they have some, pins of their own."""
        for name, content in files.items():
            if name not in {one.name for one in self.acme.repositories}:
                self.acme.repository(name, content)
        kind = {"kind": "classic", "scopes": ["repo", "read:org"]} if forge == "github" else {"scopes": ["all"]}
        token = self.world.token("bot", **{**kind, "sees": "all"}).secret
        own = {name: f", pins: [{pin}]" for name, pin in (pins or {}).items()}
        names = "".join(f"  - {{name: {name}{own.get(name, '')}}}\n" for name in files)
        text = f"source: {{branch: {branch}}}\n{config}consumers:\n{names}reconcile: false\n"
        with Emulator(self.world, forge) as emulator:
            self.emulator = emulator
            for name, where in faults:
                emulator.faults.add(name, where=where)
            return check(emulator, text, folder, token, **more)


def states(run: Run) -> dict[str, str]:
    """The state of each consumer by its name."""
    return {one.name.name: one.state.value for one in run.report.consumers}


@pytest.mark.parametrize("forge", FORGES)
def test_pins_at_the_head_behind_and_off_the_branch(forge: str, tmp_path: Path) -> None:
    fleet = Fleet()
    fleet.runtime.commit({"code": "x"}, "main", new_branch="side", message="x")
    pins = {
        "head": workflow(fleet.commits[-1]),
        "behind": workflow(fleet.commits[1], " # v1.4.0"),
        "off": workflow(fleet.runtime.branches["side"]),
        "unknown": workflow("a" * 40),
        "moving": workflow("main"),
        "tagged": workflow("v1.4.0"),
    }
    run = fleet.run(forge, tmp_path, {name: {"ci.yml": text} for name, text in pins.items()})
    assert states(run) == {
        "head": "in-sync",
        "behind": "behind",
        "off": "invalid-pin",
        "unknown": "invalid-pin",
        "moving": "unpinned",
        "tagged": "invalid-pin",
    }
    short = fleet.commits[-1][:12]
    assert run.report.target.version == short
    assert (
        f"pins {fleet.commits[1][:12]} at ci.yml:4; the target is {short} (3 commits behind since" in run.messages
    )
    assert f"'{pins['off'][-41:-29]}' is not a commit of main" in run.messages
    assert fleet.commits[1] not in run.messages
    assert f"Write one version there: {fleet.commits[-1]}" in run.messages
    assert f"Pin an exact version: {fleet.commits[-1]}" in run.messages
    # The source's branch and its commits, and nothing for each consumer.
    assert fleet.emulator.requests.count("GET", r"/acme/runtime/(commits|compare|branches)") in (0, 2)


@pytest.mark.parametrize("forge", FORGES)
def test_the_grace_runs_from_the_oldest_commit_that_was_not_taken_over(forge: str, tmp_path: Path) -> None:
    """Commits go on, each with a bump of its own; the consumer never moves."""
    fleet = Fleet()
    core = fleet.acme.repository("core", {"ci.yml": workflow(fleet.commits[-1])})
    seen = []
    for number in range(5):
        commit = fleet.push(f"day {number}")
        for pull in list(core.pulls):
            fleet.world.close(pull)
        core.pull(f"bump/runtime-{commit[:12]}", files={"ci.yml": workflow(commit)})
        fleet.world.advance(hours=22)
        seen.append(states(fleet.run(forge, tmp_path, {"core": {}}))["core"])
        fleet.world.advance(hours=1)
    assert seen == ["in-flight", "in-flight", "in-flight", "behind", "behind"]


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize(("hours", "state"), [(0, "lagging"), (30, "behind")])
def test_a_commit_may_be_missing_for_the_window(forge: str, hours: int, state: str, tmp_path: Path) -> None:
    fleet = Fleet()
    fleet.world.advance(hours=hours)
    pins = {"core": {"ci.yml": workflow(fleet.commits[-2])}}
    assert states(fleet.run(forge, tmp_path, pins, f"{PIN}policy: {{window: 24h}}\n")) == {"core": state}


@pytest.mark.parametrize("forge", FORGES)
def test_a_history_is_read_to_a_limit_and_no_further(
    forge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is past it is behind by at least so many, of an unknown age, and what is not on the branch is not."""
    monkeypatch.setattr("consumer_drift.pipeline.branch._MOST_PAGES", 1)
    page = 100 if forge == "github" else 50
    fleet = Fleet(count=page + 10)
    fleet.runtime.commit({"code": "x"}, "main", new_branch="side", message="x")
    pins = {"old": fleet.commits[2], "new": fleet.commits[-3], "off": fleet.runtime.branches["side"]}
    old = fleet.acme.repository("old", {"ci.yml": workflow(pins["old"])})
    old.pull(f"bump/runtime-{fleet.commits[-1][:12]}", files={"ci.yml": workflow(fleet.commits[-1])})
    more = f"{PIN}policy: {{grace: 900h}}\n"
    run = fleet.run(forge, tmp_path, {name: {"ci.yml": workflow(one)} for name, one in pins.items()}, more)
    assert states(run) == {"old": "behind", "new": "behind", "off": "invalid-pin"}
    assert f"(at least {page} commits behind since" in run.messages
    assert "or earlier)" in run.messages
    assert "(2 commits behind since" in run.messages
    assert fleet.emulator.requests.count("GET", r"/acme/runtime/compare/") == 2


@pytest.mark.parametrize("forge", FORGES)
def test_more_pages_are_read_where_a_pin_needs_them(forge: str, tmp_path: Path) -> None:
    fleet = Fleet(count=130)
    pins = {f"c{number}": {"ci.yml": workflow(fleet.commits[number])} for number in range(40)}
    run = fleet.run(forge, tmp_path, pins)
    assert set(states(run).values()) == {"behind"}
    assert "(129 commits behind since" in run.messages
    pages = fleet.emulator.requests.count("GET", r"/acme/runtime/commits")
    assert pages == (0 if forge == "github" else 3)
    assert not fleet.emulator.requests.count("GET", r"/acme/runtime/compare/")


# By the name of a consumer: its pin, the file of that, and the text of the file around the commit.
KINDS = {
    "uses": ("{file: ci.yml, uses: acme/runtime}", "ci.yml", workflow("{}")),
    "requirement": (
        "{file: requirements.txt, requirement: acme-runtime}",
        "requirements.txt",
        "acme-runtime @ git+https://git.example.org/acme/runtime@{}\nother==1\n",
    ),
    "rev": (
        "{file: .pre-commit-config.yaml, key: 'repos[repo=https://git.example.org/runtime].rev'}",
        ".pre-commit-config.yaml",
        "repos:\n  - repo: https://git.example.org/runtime\n    rev: {}  # frozen: main\n",
    ),
    "pyproject": (
        "{file: pyproject.toml, key: tool.uv.sources.acme-runtime.rev}",
        "pyproject.toml",
        "[tool.uv.sources]\nacme-runtime = {{git = 'https://git.example.org/runtime', rev = '{}'}}\n",
    ),
    "file": ("{file: .commit}", ".commit", "{}\n"),
    "regex": ("{file: Makefile, regex: '^REV = (?P<version>\\S+)$'}", "Makefile", "REV = {}\n"),
    "terraform": (
        "{file: main.tf, module: git.example.org/runtime}",
        "main.tf",
        'module "a" {{\n  source = "git::https://git.example.org/runtime.git?ref={}"\n}}\n',
    ),
}
GO_MOD = "module acme.dev/core\n\nrequire acme.dev/runtime {} // indirect\n"


@pytest.mark.parametrize("forge", FORGES)
def test_a_bump_writes_the_commit_in_every_kind_of_pin(forge: str, tmp_path: Path) -> None:
    fleet = Fleet()
    fleet.runtime.tag("v1.4.0", fleet.commits[2])
    fleet.runtime.tag("v2.0.0", fleet.commits[0])
    old, new = fleet.commits[1], fleet.commits[-1]
    pins = {name: {path: text.format(old)} for name, (_, path, text) in KINDS.items()}
    pins["go"] = {"go.mod": GO_MOD.format(f"v1.4.0-0.20261122130000-{old[:12]}")}
    pins["go-tag"] = {"go.mod": GO_MOD.format("v1.4.0")}
    pins["go-none"] = {"go.mod": GO_MOD.format(f"v2.0.1-0.20261122130000-{old[:12]}+incompatible")}
    entries = {name: pin for name, (pin, _, _) in KINDS.items()}
    entries |= dict.fromkeys(("go", "go-tag", "go-none"), "{file: go.mod, module: acme.dev/runtime}")
    run = fleet.run(forge, tmp_path, pins, "", entries, command=Command.PROPAGATE, clock=VirtualClock())
    notes = [f"{one.name.name}: {one.bump.outcome} {one.bump.note}" for one in run.report.consumers if one.bump]
    assert notes == [f"{name}: opened " for name in entries]
    branch = f"bump/runtime-{new[:12]}"
    written = {one.name: one.files(branch) for one in fleet.acme.repositories if one.name in entries}
    for name, (_, path, text) in KINDS.items():
        assert written[name][path].decode() == text.format(new)
    # An hour before the clock of the world, which is an hour after the commit.
    pseudo = f"v1.4.1-0.20261122160000-{new[:12]}"
    assert {written[name]["go.mod"].decode() for name in ("go", "go-tag")} == {GO_MOD.format(pseudo)}
    other = pseudo.replace("v1.4.1", "v2.0.1") + "+incompatible"
    assert written["go-none"]["go.mod"].decode() == GO_MOD.format(other)
    [pull] = next(one for one in fleet.acme.repositories if one.name == "uses").pulls
    assert pull.title == f"chore(deps): bump runtime to {new[:12]}"
    assert f"compare/{old[:12]}...{new[:12]}" in pull.body
    assert f"| `{old[:12]}` | `{new[:12]}` |" in pull.body
    there: dict[str, dict[str, str]] = {name: {} for name in entries}
    assert set(states(fleet.run(forge, tmp_path, there, "", entries)).values()) == {"in-flight"}
    again = fleet.run(forge, tmp_path, there, "", entries, command=Command.PROPAGATE, clock=VirtualClock())
    assert {one.bump.outcome.value for one in again.report.consumers if one.bump} == {"pr-exists"}


@pytest.mark.parametrize("forge", FORGES)
def test_a_newer_commit_replaces_the_bump_of_an_older_one(forge: str, tmp_path: Path) -> None:
    fleet = Fleet()
    pins = {"core": {"ci.yml": workflow(fleet.commits[1])}}
    fleet.run(forge, tmp_path, pins, command=Command.PROPAGATE, clock=VirtualClock())
    new = fleet.push("newer")
    run = fleet.run(forge, tmp_path, {"core": {}}, command=Command.PROPAGATE, clock=VirtualClock())
    bump = run.report.consumers[0].bump
    assert bump is not None
    assert (bump.outcome.value, bump.branch) == ("opened", f"bump/runtime-{new[:12]}")
    core = next(one for one in fleet.acme.repositories if one.name == "core")
    assert [one.state for one in core.pulls] == ["closed", "open"]


def bumped(fleet: Fleet, forge: str, folder: Path, *names: str, config: str) -> str:
    """Open bumps of these consumers to the newest commit, which is returned, and push another one."""
    there = {one.name for one in fleet.acme.repositories}
    files = {name: {} if name in there else {"ci.yml": workflow(fleet.commits[1])} for name in names}
    fleet.run(forge, folder, files, config, command=Command.PROPAGATE, clock=VirtualClock())
    commit = fleet.commits[-1]
    fleet.push("newer")
    return commit


@pytest.mark.parametrize("forge", FORGES)
def test_a_bump_lands_although_the_branch_went_on(forge: str, tmp_path: Path) -> None:
    """Each consumer's own newest open bump is what is merged there; the newest of all is the target."""
    fleet = Fleet()
    config = f"{PIN}land: {{checks: none}}\n"
    older = bumped(fleet, forge, tmp_path, "late", config=config)
    newer = bumped(fleet, forge, tmp_path, "core", config=config)
    fleet.acme.repository("ahead", {"ci.yml": workflow(fleet.commits[-1])})
    fleet.acme.repository("none", {"ci.yml": workflow(fleet.commits[1])})
    names: dict[str, dict[str, str]] = {name: {} for name in ("core", "late", "ahead", "none")}
    run = fleet.run(forge, tmp_path, names, config, command=Command.LAND, clock=VirtualClock())
    notes = {one.name.name: f"{one.bump.outcome}" for one in run.report.consumers if one.bump}
    assert notes == {"core": "landed", "late": "landed", "ahead": "ahead", "none": "no-bump"}
    assert run.report.target.version == newer[:12]
    assert "of acme/runtime that has an open bump" in run.report.target.origin
    assert states(run) == {"core": "in-sync", "late": "behind", "ahead": "ahead", "none": "behind"}
    for name, commit in {"core": newer, "late": older}.items():
        assert fleet.world.repository(f"acme/{name}").files("main")["ci.yml"].decode() == workflow(commit)


@pytest.mark.parametrize("forge", FORGES)
def test_a_pull_request_with_our_mark_in_one_consumer_holds_only_that_one(forge: str, tmp_path: Path) -> None:
    """Who may push to one consumer decides nothing for the others."""
    fleet = Fleet()
    config = f"{PIN}land: {{checks: none}}\n"
    bumped(fleet, forge, tmp_path, "core", "other", config=config)
    other = fleet.world.repository("acme/other")
    branch = f"bump/runtime-{fleet.commits[-1][:12]}"
    other.commit({"evil": "x"}, "main", new_branch=branch, author="eve")
    fleet.world.open_pull(other, other, branch, "main", title="x", body=other.pulls[0].body, author="eve")
    names: dict[str, dict[str, str]] = {"core": {}, "other": {}}
    run = fleet.run(forge, tmp_path, names, config, command=Command.LAND, clock=VirtualClock())
    notes = {one.name.name: (one.bump.outcome.value, one.bump.note) for one in run.report.consumers if one.bump}
    assert notes["core"] == ("landed", "")
    assert notes["other"][0] == "held"
    assert "has commits of eve" in notes["other"][1]
    assert not any(one.merged for one in other.pulls)


@pytest.mark.parametrize("forge", FORGES)
def test_a_bump_to_a_commit_that_is_gone_is_closed_with_the_reason(forge: str, tmp_path: Path) -> None:
    """The branch was rewritten, so nothing can be merged that leads to what it was."""
    fleet = Fleet()
    gone = bumped(fleet, forge, tmp_path, "core", "there", config=PIN)
    fleet.runtime.set_branch("main", fleet.commits[1])
    new = fleet.push("rewritten")
    fleet.world.repository("acme/there").commit({"ci.yml": workflow(new)})
    run = fleet.run(forge, tmp_path, {"core": {}, "there": {}}, command=Command.PROPAGATE, clock=VirtualClock())
    said = {one.name.name: (one.bump.outcome.value, one.bump.note) for one in run.report.consumers if one.bump}
    why = f"{gone[:12]} is no longer a commit of main"
    assert said["core"][0] == "opened"
    assert said["there"][0] == "already-pinned"
    for name, states in {"core": ["closed", "open"], "there": ["closed"]}.items():
        pulls = fleet.world.repository(f"acme/{name}").pulls
        assert [one.state for one in pulls] == states
        assert why in pulls[0].body
        assert why in said[name][1]
    # The branch and one comparison, however many bumps are to that commit.
    assert fleet.emulator.requests.count("GET", r"/acme/runtime/compare/") == 1
    again = fleet.run(forge, tmp_path, {"core": {}, "there": {}}, command=Command.PROPAGATE, clock=VirtualClock())
    assert [one.bump.outcome.value for one in again.report.consumers if one.bump] == [
        "pr-exists",
        "already-pinned",
    ]


@pytest.mark.parametrize("forge", FORGES)
def test_a_bump_to_a_commit_that_is_still_there_stays_open_for_an_older_target(forge: str, tmp_path: Path) -> None:
    fleet = Fleet()
    bumped(fleet, forge, tmp_path, "core", config=PIN)
    older = fleet.commits[2]
    run = fleet.run(forge, tmp_path, {"core": {}}, command=Command.PROPAGATE, target=older, clock=VirtualClock())
    assert [one.bump.outcome.value for one in run.report.consumers if one.bump] == ["opened"]
    assert [one.state for one in fleet.world.repository("acme/core").pulls] == ["open", "open"]


@pytest.mark.parametrize("forge", FORGES)
def test_a_commit_may_be_given(forge: str, tmp_path: Path) -> None:
    fleet = Fleet()
    run = fleet.run(forge, tmp_path, {"core": {"ci.yml": workflow(fleet.commits[1])}}, target=fleet.commits[2])
    assert run.report.target.version == fleet.commits[2][:12]
    assert "(1 commit behind since" in run.messages


@pytest.mark.parametrize("forge", FORGES)
def test_a_branch_that_is_not_there_is_an_unknown_target_and_nobodys_fault(forge: str, tmp_path: Path) -> None:
    fleet = Fleet(count=1)
    pins = {"core": {"ci.yml": workflow("a" * 40)}, "go": {"go.mod": GO_MOD.format("v1.4.0")}}
    entries = {"core": KINDS["uses"][0], "go": "{file: go.mod, module: acme.dev/runtime}"}
    run = fleet.run(forge, tmp_path, pins, "", entries, branch="nope")
    assert run.codes == ["target-unknown"]
    assert set(states(run).values()) == {"not-compared"}
    assert "acme/runtime has no branch 'nope'" in run.messages


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("what", ["commits", "tags"])
def test_a_history_that_cannot_be_read_is_an_error_and_no_drift(forge: str, what: str, tmp_path: Path) -> None:
    fleet = Fleet(count=2)
    asked = f"/acme/runtime/{what}"

    def is_it(request: Any) -> bool:
        graphql = b"history(" if what == "commits" else b"refs/tags/"
        return graphql in request.body if forge == "github" else asked in request.path

    pins = {"core": {"ci.yml": workflow(fleet.commits[0])}, "go": {"go.mod": GO_MOD.format("v1.4.0")}}
    entries = {"core": KINDS["uses"][0], "go": "{file: go.mod, module: acme.dev/runtime}"}
    run = fleet.run(forge, tmp_path, pins, "", entries, faults=[("server-error", is_it)])
    assert run.codes == ["target-unknown"]
    assert run.report.exit_code == 2
