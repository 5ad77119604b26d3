"""``init``: the list that it writes is valid, complete, and says what it did not see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from consumer_drift.commands import Command
from consumer_drift.config.json_schema import json_schema
from consumer_drift.discovery.summary import lacking
from tests.commands.fleets import SOURCE, WORKFLOW, add_consumer, files, init, owner
from tests.emulator import Emulator, World
from tests.processes import consumer_drift

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.running import Run

FORGES = ("github", "gitea", "forgejo")


def token(world: World, forge: str, sees: object = "all") -> str:
    scopes = ["repo", "read:org"] if forge == "github" else ["read:repository", "read:organization"]
    return world.token("bot", kind="classic" if forge == "github" else "forge", scopes=scopes, sees=sees).secret


def written(workspace: Path) -> str:
    return (workspace / ".github" / "consumer-drift.yml").read_text(encoding="utf-8")


def names(text: str) -> list[str]:
    return [one if isinstance(one, str) else one["name"] for one in yaml.safe_load(text)["consumers"]]


def small(forge: str, workspace: Path, repositories: Mapping[str, Mapping[str, str]]) -> tuple[Run, str]:
    """What ``init`` says, and the list that it writes, for an owner with these repositories and their files."""
    world = World()
    acme = world.organisation("acme")
    acme.repository("runtime", files=SOURCE, tags=["v1.3.0", "v1.4.0"])
    for name, content in repositories.items():
        acme.repository(name, files=content)
    with Emulator(world, forge) as emulator:
        result = init(emulator, workspace, token(world, forge))
    place = workspace / ".github" / "consumer-drift.yml"
    return result, place.read_text(encoding="utf-8") if place.exists() else ""


@pytest.mark.parametrize("forge", FORGES)
def test_the_list_has_every_consumer_and_check_agrees(forge: str, tmp_path: Path) -> None:
    world = owner()
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        result = init(emulator, tmp_path, secret)
        assert (result.report.exit_code, result.messages) == (0, "")
        checked = init(emulator, tmp_path, secret, command=Command.CHECK)
    text = written(tmp_path)
    jsonschema.validate(yaml.safe_load(text), json_schema())
    assert names(text) == [f"consumer-{index:04}" for index in range(30)]
    assert set(checked.codes) == {"behind"}
    assert checked.report.coverage.read == 30
    assert result.report.notes[0] == "30 consumers of acme/runtime, wrote .github/consumer-drift.yml"


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_without_any_one_line_check_names_that_consumer(forge: str, tmp_path: Path) -> None:
    """Also those that pin it in the rarest way: every way is searched for."""
    world = owner(consumers=20, others=3)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        init(emulator, tmp_path, secret)
        text = written(tmp_path)
        place = tmp_path / ".github" / "consumer-drift.yml"
        for name in names(text):
            lines = [line for line in text.splitlines(keepends=True) if not line.startswith(f"  - {name}")]
            assert len(lines) == len(text.splitlines()) - 1
            place.write_text("".join(lines), encoding="utf-8")
            checked = init(emulator, tmp_path, secret, command=Command.CHECK)
            unlisted = [one.consumer for one in checked.report.findings if one.code == "unlisted"]
            assert [str(one) for one in unlisted] == [f"acme/{name}"]


@pytest.mark.parametrize("forge", FORGES)
def test_each_line_says_where_the_pin_was_found_and_how_old_it_is(forge: str, tmp_path: Path) -> None:
    _, text = small(
        forge,
        tmp_path,
        {
            "old": files("requirement", "1.3.0"),
            "new": files("file", "1.4.0"),
            "loose": {"package.json": '{"dependencies": {"@acme/runtime": "^1.3.0"}}'},
            "sha": {"requirements.txt": f"acme-runtime @ git+https://git.example.org/acme/runtime@{'a' * 40}\n"},
        },
    )
    assert text.partition("consumers:\n")[2].splitlines() == [
        "  - loose  # ^1.3.0 at package.json:1, not an exact version",
        "  - new  # 1.4.0 at .runtime-version:1, the newest release",
        "  - old  # 1.3.0 at requirements.txt:2, 1 release behind",
        "  - sha  # aaaaaaaaaaaa at requirements.txt:1, a commit",
    ]


def test_what_most_share_is_required_at_the_top_and_the_others_have_their_own(tmp_path: Path) -> None:
    most = {f"app-{index}": files("file") for index in range(3)}
    _, text = small("gitea", tmp_path, {**most, "other": files("npm"), "both": files("file") | files("npm")})
    listed = yaml.safe_load(text)
    assert listed["pins"] == [
        {"file": ".runtime-version"},
        {"file": "package.json", "key": "dependencies.@acme/runtime", "optional": True},
    ]
    own = {"name": "other", "pins": [{"file": "package.json", "key": "dependencies.@acme/runtime"}]}
    assert listed["consumers"] == ["app-0", "app-1", "app-2", "both", own]
    assert "  - file: .runtime-version  # in 4 of 5 consumers\n" in text


def test_archived_repositories_are_left_out_with_a_comment(tmp_path: Path) -> None:
    world = owner(consumers=2, archived=2)
    with Emulator(world, "gitea") as emulator:
        init(emulator, tmp_path, token(world, "gitea"))
    text = written(tmp_path)
    assert names(text) == ["consumer-0000", "consumer-0001"]
    assert text.endswith(
        "  # Archived, so they are not listed, and were not searched:\n  # - old-0\n  # - old-1\n"
    )


def test_on_top_is_what_was_not_seen(tmp_path: Path) -> None:
    """An organization tells how many repositories it has, and the token is not shown all of them."""
    world = owner(consumers=3, others=2, archived=0, hidden=4)
    sees = [f"acme/{one.name}" for one in world.owners["acme"].repositories if not one.name.startswith("secret")]
    with Emulator(world, "gitea") as emulator:
        result = init(emulator, tmp_path, token(world, "gitea", sees))
    said = "4 of 10 repositories of acme are hidden from this token."
    assert f"\n# {said}\n" in written(tmp_path)
    assert said in result.report.notes
    assert result.report.notes[0].endswith(f"; {said.removesuffix('.')}"), "the result says it too"
    assert result.report.exit_code == 0


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        ([], []),
        (
            ["4 of 10 repositories of acme are hidden from this token."],
            ["4 of 10 repositories of acme are hidden from this token"],
        ),
        (["It cannot be told whether this is a pin: x."], ["it cannot be told whether this is a pin: x"]),
        (["Not read: a.", "Mirrors are not searched: b."], ["2 notes say what it may lack"]),
    ],
)
def test_the_result_says_what_the_list_may_lack(missed: list[str], said: list[str]) -> None:
    assert lacking(missed) == said


def test_without_a_token_nothing_is_said_of_one(tmp_path: Path) -> None:
    world = owner(consumers=1, archived=0)
    with Emulator(world, "gitea") as emulator:
        result = init(emulator, tmp_path, "")
    assert "\n# There may be repositories of acme that were not shown: " in written(tmp_path)
    assert "without a token" in result.report.notes[0]


def test_what_was_tried_and_found_nothing_is_told(tmp_path: Path) -> None:
    result, _ = small("gitea", tmp_path, {"app": files("file")})
    assert "publishes npm package @acme/runtime (package.json)" in result.report.notes
    assert "tried module acme.dev/runtime in go.mod: nothing" in result.report.notes
    assert not [note for note in result.report.notes if note.startswith("tried a version file")]


def test_without_a_consumer_nothing_is_written(tmp_path: Path) -> None:
    result, text = small("gitea", tmp_path, {"app": {"README.md": ""}})
    assert text == ""
    assert result.report.exit_code == 2
    assert "no repository of acme that was searched pins acme/runtime" in result.messages


def test_an_existing_list_is_not_overwritten(tmp_path: Path) -> None:
    place = tmp_path / ".gitea" / "consumer-drift.yaml"
    place.parent.mkdir()
    place.write_text("mine\n", encoding="utf-8")
    result, _ = small("gitea", tmp_path, {"app": files("file")})
    assert result.report.exit_code == 2
    assert ".gitea/consumer-drift.yaml exists, and nothing is overwritten" in result.messages
    assert result.report.config_file == ".gitea/consumer-drift.yaml"
    assert place.read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--config", "acme/runtime/x.yml@main"), "--config acme/runtime/x.yml@main: it is a file of another"),
        (("--config", "acme/runtime/x.yml@main", "--output", "m.yml"), "it is a file of another repository"),
        (
            ("--output", "-"),
            "--output -: init writes the list to a file: name one, or see the list with --dry-run",
        ),
        (("--config", "-"), "--config -: init writes the list to a file"),
    ],
)
def test_a_name_that_is_no_file_of_this_machine_is_refused(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    (tmp_path / "fleet").mkdir()
    where = ("--root", "fleet", "--source", "acme/runtime")
    done = consumer_drift("init", *where, *arguments, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 2
    assert words in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["fleet"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    world = owner(consumers=2)
    with Emulator(world, "gitea") as emulator:
        result = init(emulator, tmp_path, token(world, "gitea"), dry_run=True)
        assert {one.method for one in emulator.requests} == {"GET"}
    assert list(tmp_path.iterdir()) == []
    assert result.report.notes[0].endswith("would write .github/consumer-drift.yml")
    assert "+  - consumer-0001" in result.shown
    assert "\nOn this machine:\n" in result.shown, "it is a file here, and not one of the repository"


def test_a_repository_that_cannot_be_read_is_named_and_is_an_error(tmp_path: Path) -> None:
    world = owner(consumers=3, others=1, archived=0)
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("server-error", path=r"/repos/acme/other-0000/")
        result = init(emulator, tmp_path, token(world, "gitea"))
    assert result.report.exit_code == 2
    assert "acme/other-0000 could not be searched for pins" in result.messages
    assert "# Not read: acme/other-0000 (" in written(tmp_path)


def test_a_listing_that_fails_is_an_error(tmp_path: Path) -> None:
    world = owner(consumers=1)
    with Emulator(world, "gitea") as emulator:
        secret = world.token("outsider", scopes=["read:misc"]).secret
        result = init(emulator, tmp_path, secret)
    assert result.report.exit_code == 2
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["v1.3.0", "v1.4.0"], {"repository": "acme/runtime", "tags": "v{version}"}),
        (["1.3.0", "1.4.0"], {"repository": "acme/runtime", "tags": "{version}"}),
        (
            ["runtime-v1.3.0", "runtime-v1.4.0", "cli-v2.0.0"],
            {"repository": "acme/runtime", "tags": "runtime-v{version}"},
        ),
        ([], {"repository": "acme/runtime", "file": "pyproject.toml", "key": "project.version"}),
    ],
)
def test_the_version_is_where_the_source_has_it(tags: list[str], expected: object, tmp_path: Path) -> None:
    world = World()
    acme = world.organisation("acme")
    acme.repository("runtime", files=SOURCE, tags=tags)
    acme.repository("app", files=files("requirement", "1.3.0"))
    with Emulator(world, "gitea") as emulator:
        init(emulator, tmp_path, token(world, "gitea"))
        checked = init(emulator, tmp_path, token(world, "gitea"), command=Command.CHECK)
    assert yaml.safe_load(written(tmp_path))["source"] == expected
    assert (checked.report.target.version, checked.codes) == ("1.4.0", ["behind"])


def test_versions_that_only_python_has_make_the_scheme_pythons(tmp_path: Path) -> None:
    world = World()
    acme = world.organisation("acme")
    acme.repository("runtime", files=SOURCE, tags=["2026.3", "2026.4"])
    acme.repository("app", files=files("requirement", "2026.3"))
    with Emulator(world, "gitea") as emulator:
        init(emulator, tmp_path, token(world, "gitea"))
    assert yaml.safe_load(written(tmp_path))["scheme"] == "pep440"


def test_a_hostile_name_or_value_stays_in_its_comment(tmp_path: Path) -> None:
    evil = "1.0\x1b[2J\u2028consumers: [evil]\x85x"
    _, text = small("gitea", tmp_path, {"yes": {".runtime-version": evil + "\n"}, "1e5": files("file")})
    assert names(text) == ["1e5", "yes"]
    assert "\x1b" not in text
    assert text.count("\nconsumers:") == 1


@pytest.mark.parametrize(("forge", "batch_route"), [("github", False), ("gitea", False)])
def test_a_thousand_repositories_are_searched_within_the_budget(
    forge: str, batch_route: bool, tmp_path: Path
) -> None:
    """GitHub 120 requests, Gitea 3,200: with 60 consumers, three archived repositories and five hidden ones."""
    world = owner(consumers=60, others=931, hidden=5)
    world.settings.has_batch_route = batch_route
    sees = [f"acme/{one.name}" for one in world.owners["acme"].repositories if not one.name.startswith("secret")]
    with Emulator(world, forge) as emulator:
        result = init(emulator, tmp_path, token(world, forge, sees))
        seen = len(emulator.requests)
        assert result.report.requests == seen
        assert seen <= {"github": 120, "gitea": 3200}[forge]
        emulator.requests.reset()
        checked = init(emulator, tmp_path, token(world, forge, sees), command=Command.CHECK)
    assert len(names(written(tmp_path))) == 60
    assert set(checked.codes) <= {"behind", "hidden-repositories"}
    print(seen)


def test_folders_are_searched_without_a_server(tmp_path: Path) -> None:
    """As a process, from a checkout of the source whose remote tells its name."""
    fleet = tmp_path / "fleet"
    content = {"runtime": SOURCE, "app": files("requirement", "1.3.0"), "site": {"ci.yml": WORKFLOW}}
    for name, every in content.items():
        for path, text in every.items():
            (fleet / name / path).parent.mkdir(parents=True, exist_ok=True)
            (fleet / name / path).write_text(text, encoding="utf-8")
    (fleet / "runtime" / ".git").mkdir()
    (fleet / "runtime" / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/runtime\n')
    work = fleet / "runtime"
    done = consumer_drift("init", "--root", "..", "--format", "json", cwd=work, env={"PATH": "/usr/bin:/bin"})
    assert json.loads(done.stdout)["exit_code"] == 0, done.stdout
    assert yaml.safe_load(written(work))["consumers"] == ["app"]
    checked = consumer_drift("check", "--root", "..", cwd=work, env={"PATH": "/usr/bin:/bin"})
    assert "behind" in checked.stdout
    assert "drift: 1 behind; 0 of 1 consumer" in checked.stdout


@pytest.mark.parametrize(
    ("remote", "words"),
    [("", "the source is not known"), ("https://git.example.org/acme/runtime.git", "is on git.example.org")],
)
def test_a_source_that_is_not_known_is_asked_for(remote: str, words: str, tmp_path: Path) -> None:
    if remote:
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {remote}\n', encoding="utf-8")
    done = consumer_drift("init", cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 2
    assert words in done.stderr
    assert "--source" in done.stderr
    assert not remote or "set --server https://git.example.org and --forge" in done.stderr


@pytest.mark.parametrize("command", ["check", "propagate", "land"])
@pytest.mark.parametrize(
    ("head", "token"),
    [("", {}), ("source: {repository: acme/runtime}\nowner: acme\n", {}), ("", {"GH_TOKEN": "of-github-alone"})],
)
def test_a_list_from_another_server_is_not_looked_for_on_github(
    command: str, head: str, token: dict[str, str], tmp_path: Path
) -> None:
    """As init says it: nothing is asked of GitHub, and the token of Gitea is in no sentence about GitHub's."""
    (tmp_path / ".git").mkdir()
    remote = "http://127.0.0.1:3107/acme/runtime.git"
    (tmp_path / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {remote}\n', encoding="utf-8")
    text = f"{head}pins: [{{file: .version}}]\nconsumers: [app]\nland: {{}}\n"
    (tmp_path / "consumer-drift.yml").write_text(text, encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "GITEA_TOKEN": "of-gitea-alone", **token}
    done = consumer_drift(command, cwd=tmp_path, env=environment)
    assert done.returncode == 2
    instead = "; or, if the consumers are on GitHub, set a token (in GITHUB_TOKEN or GH_TOKEN, or in the variable"
    assert (
        done.stderr.strip()
        .removesuffix(f"{instead} that --token-env names)" if not token else "")
        .endswith(
            "the remote origin of this checkout is on 127.0.0.1, and the server is https://github.com:"
            " set --server http://127.0.0.1:3107 and --forge"
        )
    )
    assert (instead in done.stderr) is not bool(token)
    assert "GraphQL" not in done.stdout + done.stderr


def updated(emulator: Emulator, workspace: Path, secret: str) -> tuple[Run, str, str]:
    """Run ``init --update``: what it says, and the list before and after."""
    before = written(workspace)
    result = init(emulator, workspace, secret, update=True)
    return result, before, written(workspace)


@pytest.mark.parametrize("forge", FORGES)
def test_an_update_adds_what_was_pushed_since_and_nothing_else(forge: str, tmp_path: Path) -> None:
    """Ten changes: six new consumers, a pin in a new way, one that lost its pin, one archived, one renamed."""
    world = owner(consumers=12, others=3)
    acme, secret = world.owners["acme"], token(world, forge)
    with Emulator(world, forge) as emulator:
        init(emulator, tmp_path, secret)
        result, before, after = updated(emulator, tmp_path, secret)
        assert (result.report.exit_code, after) == (0, before)
        assert result.report.notes[0] == "nothing is new for .github/consumer-drift.yml"
        for index in range(12, 18):
            add_consumer(acme, index)
        by_name = {one.name: one for one in acme.repositories}
        by_name["consumer-0010"].commit({"mise.toml": '[tools]\nruntime = "1.3.0"\n'})
        by_name["consumer-0001"].commit({"requirements.txt": "httpx\n"})
        by_name["consumer-0002"].archived = True
        by_name["consumer-0003"].rename("renamed")
        result, before, after = updated(emulator, tmp_path, secret)
        assert result.report.exit_code == 0
        again, _, same = updated(emulator, tmp_path, secret)
        assert (again.report.exit_code, same) == (0, after)
        checked = init(emulator, tmp_path, secret, command=Command.CHECK)
    lines = iter(after.splitlines())
    assert all(line in lines for line in before.splitlines())
    assert names(after) == [f"consumer-{index:04}" for index in range(18)]
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line for line in new if "init:" in line] == [
        "  # consumer-drift init: acme/consumer-0001 has none of its pins any more: remove it",
        "  # consumer-drift init: acme/consumer-0002 is archived: remove it",
        "  # consumer-drift init: acme/consumer-0003 is now acme/renamed: rename it",
    ]
    pins = {(one["file"], one.get("key")) for one in yaml.safe_load(after)["pins"]}
    assert pins - {(one["file"], one.get("key")) for one in yaml.safe_load(before)["pins"]} == {
        ("mise.toml", "tools.runtime")
    }
    assert "unlisted" not in checked.codes


def test_an_update_gives_a_new_consumer_without_a_required_pin_its_own(tmp_path: Path) -> None:
    """With what the list's own pins find in it, and what is found beside them."""
    place = tmp_path / ".github" / "consumer-drift.yml"
    place.parent.mkdir()
    place.write_text(
        "pins:\n  - file: .runtime-version\n"
        "  - {file: requirements.txt, requirement: [acme-runtime, old], optional: true}\n"
        "consumers: [app]\nexempt: [{name: free, reason: no}]\n",
        encoding="utf-8",
    )
    world = World()
    acme = world.organisation("acme")
    acme.repository("runtime", files=SOURCE, tags=["v1.3.0", "v1.4.0"])
    acme.repository("app", files=files("file"))
    acme.repository("free", files=files("file"))
    acme.repository("new", files=files("requirement") | files("image"))
    with Emulator(world, "gitea") as emulator:
        result = init(emulator, tmp_path, token(world, "gitea"), update=True)
        checked = init(emulator, tmp_path, token(world, "gitea"), command=Command.CHECK)
    assert result.report.exit_code == 0
    listed = yaml.safe_load(written(tmp_path))
    assert listed["consumers"] == [
        "app",
        {
            "name": "new",
            "pins": [
                {"file": "requirements.txt", "requirement": ["acme-runtime", "old"]},
                {"file": "Dockerfile", "image": "ghcr.io/acme/runtime"},
            ],
        },
    ]
    assert listed["pins"][-1] == {"file": "Dockerfile", "image": "ghcr.io/acme/runtime", "optional": True}
    assert checked.codes == []


@pytest.mark.parametrize(
    ("more", "words"),
    [((), "at .github/consumer-drift.yml to extend: leave out --update"), (("--output", "m.yml"), "out --output")],
)
def test_without_a_list_to_extend_the_option_that_is_wrong_is_named(
    more: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    where = ("--root", ".", "--source", "acme/runtime")
    done = consumer_drift("init", *where, "--update", *more, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 2
    assert words in done.stdout


@pytest.mark.parametrize(("text", "words"), [("", "there is no list at"), ("pins: x\n", "pins: must be a list")])
def test_an_update_needs_a_valid_list(text: str, words: str, tmp_path: Path) -> None:
    if text:
        (tmp_path / ".github").mkdir()
        (tmp_path / ".github" / "consumer-drift.yml").write_text(text, encoding="utf-8")
    world = owner(consumers=1)
    with Emulator(world, "gitea") as emulator:
        result = init(emulator, tmp_path, token(world, "gitea"), update=True)
    assert result.report.exit_code == 2
    assert words in result.messages
