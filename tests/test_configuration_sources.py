"""Where the configuration comes from: the workspace, the job's repository or another one, and what says so."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from consumer_drift import render
from consumer_drift.commands import Command
from consumer_drift.model.repository import RepositoryName
from consumer_drift.pipeline.checkout import checkout_of
from consumer_drift.run import run
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline
from tests.emulator import Emulator
from tests.fleet import fleet
from tests.running import HASTE, LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from consumer_drift.model.report import Report
    from tests.fleet import Fleet

# Without a source: the default is what the tests are about.
LIST = "pins: [{file: .runtime-version}]\nreconcile: false\nconsumers: [%s]\n"
WRONG = "nothing: of this\n"


@pytest.fixture
def acme() -> Fleet:
    """A fleet, and another repository with lists and releases of its own."""
    made = fleet()
    lists = made.world.organisation("other").repository("lists", {"a/drift.yml": LIST % "of-lists"})
    lists.tag("v7.0.0")
    made.world.repository("acme/runtime").commit({"drift/list.yml": LIST % "of-runtime"})
    return made


@pytest.fixture(params=["github", "gitea"])
def emulator(acme: Fleet, request: pytest.FixtureRequest) -> Iterator[Emulator]:
    with Emulator(acme.world, request.param) as running:
        yield running


def report_of(
    emulator: Emulator,
    acme: Fleet,
    workspace: Path,
    config: str,
    *,
    calling: str = "acme/runtime",
    commit: str = "",
) -> Report:
    kind = emulator.forge
    settings = Settings(
        command=Command.CHECK,
        config=config,
        forge=ForgeChoice(kind),
        server=emulator.url,
        api=emulator.api_url,
        graphql=emulator.graphql_url if kind == "github" else "",
        token=acme.token(kind, organisation=True).secret,
        calling=RepositoryName.parse(calling) if calling else None,
        commit=commit,
    )
    return run(
        settings,
        Deadline(60.0),
        lambda _count: lambda _name: None,
        now=emulator.world.now(),
        workspace=workspace,
        retry_policy=HASTE,
        limits=LIMITS,
    )


def put(workspace: Path, name: str, text: str) -> None:
    (workspace / name).parent.mkdir(parents=True, exist_ok=True)
    (workspace / name).write_text(text, encoding="utf-8")


def git(folder: Path, *arguments: str) -> str:
    someone = ["-c", "user.name=someone", "-c", "user.email=someone@example.invalid"]
    done = subprocess.run(["git", *someone, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def listed(report: Report) -> list[str]:
    return [str(consumer.name) for consumer in report.consumers]


def test_with_a_ref_the_disk_is_never_looked_at(emulator: Emulator, acme: Fleet, tmp_path: Path) -> None:
    """A checkout may hold a file of exactly that path."""
    name = "other/lists/a/drift.yml@main"
    put(tmp_path, name, WRONG)
    report = report_of(emulator, acme, tmp_path, name)
    assert listed(report) == ["other/of-lists"]
    assert report.config_from == "other/lists at main"


@pytest.mark.parametrize("calling", ["acme/runtime", ""])
def test_a_list_in_another_repository_has_its_source_there(
    emulator: Emulator, acme: Fleet, tmp_path: Path, calling: str
) -> None:
    """In a job and outside of one."""
    report = report_of(emulator, acme, tmp_path, "other/lists/a/drift.yml", calling=calling)
    assert (report.target.source, report.target.version) == ("other/lists", "7.0.0")
    assert report.config_from == "other/lists on its default branch"


def test_a_path_without_a_checkout_is_read_through_the_api(
    emulator: Emulator, acme: Fleet, tmp_path: Path
) -> None:
    tip = acme.world.repository("acme/runtime").branches["main"]
    for name in ("drift/list.yml", "./drift/list.yml"):
        report = report_of(emulator, acme, tmp_path, name, commit=tip)
        assert listed(report) == ["acme/of-runtime"]
        assert (report.config_file, report.config_from) == ("drift/list.yml", f"acme/runtime at commit {tip}")


def test_a_checkout_without_the_file_is_not_helped_by_the_api(
    emulator: Emulator, acme: Fleet, tmp_path: Path
) -> None:
    """It is of another commit, or the path is wrong: the job's own files are what counts."""
    git(tmp_path, "init", "--quiet")
    (finding,) = report_of(emulator, acme, tmp_path, "drift/list.yml").findings
    assert "the configuration drift/list.yml cannot be read: No such file or directory" in finding.message


def test_a_path_that_is_nowhere_names_both_places(emulator: Emulator, acme: Fleet, tmp_path: Path) -> None:
    (finding,) = report_of(emulator, acme, tmp_path, "drift/nowhere.yml").findings
    assert "no configuration found in the workspace or in acme/runtime" in finding.message
    assert "drift/nowhere.yml" in finding.message


@pytest.mark.parametrize(
    ("origin", "file", "source"),
    [
        ("{server}/acme/runtime", "drift/list.yml", "acme/runtime"),
        ("{server}/acme/runtime.git", "drift/list.yml", "acme/runtime"),
        ("https://elsewhere.example/other/lists", "drift/list.yml", "acme/runtime"),
        ("", "drift/list.yml", "acme/runtime"),
        ("{server}/other/lists", "sub/drift/list.yml", "other/lists"),
    ],
)
def test_after_a_checkout_into_a_folder_places_have_the_repositorys_path(
    emulator: Emulator, acme: Fleet, tmp_path: Path, origin: str, file: str, source: str
) -> None:
    """That is what annotations are shown at. Another repository's checkout has its source there."""
    sub = tmp_path / "sub"
    put(sub, "drift/list.yml", LIST % "template-a")
    git(sub, "init", "--quiet")
    git(sub, "add", "--all")
    git(sub, "commit", "--quiet", "--message", "one")
    if origin:
        git(sub, "remote", "add", "origin", origin.format(server=emulator.url))
    report = report_of(emulator, acme, tmp_path, "sub/drift/list.yml")
    assert report.config_file == file
    assert {finding.place.file for finding in report.findings if finding.place} == {file}
    assert str(report.target.source) == source
    assert report.config_from == f"a checkout of commit {git(sub, 'rev-parse', 'HEAD')}"


@pytest.mark.parametrize("inside", [".", "deploy/charts"])
def test_at_a_terminal_the_checkouts_remote_is_the_source(
    emulator: Emulator, acme: Fleet, tmp_path: Path, inside: str
) -> None:
    """And its owner is the owner, from any folder of the checkout; the server has to be that of the remote."""
    put(tmp_path, ".github/consumer-drift.yml", LIST % "template-a")
    (tmp_path / inside).mkdir(parents=True, exist_ok=True)
    git(tmp_path, "init", "--quiet")
    report = report_of(emulator, acme, tmp_path / inside, "", calling="")
    assert any("is not known outside of a job" in one.message for one in report.findings)
    git(tmp_path, "remote", "add", "origin", f"{emulator.url}/acme/runtime.git")
    report = report_of(emulator, acme, tmp_path / inside, "", calling="")
    assert (report.target.source, listed(report)) == ("acme/runtime", ["acme/template-a"])


def test_what_was_looked_for_is_named_with_its_folders(emulator: Emulator, acme: Fleet, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "deploy").mkdir()
    (finding,) = report_of(emulator, acme, tmp_path / "deploy", "", calling="").findings
    assert (
        f"no configuration found in {tmp_path / 'deploy'} or the folders above it up to {tmp_path}"
        in finding.message
    )


def test_every_report_says_where_the_list_came_from(emulator: Emulator, acme: Fleet, tmp_path: Path) -> None:
    report = report_of(emulator, acme, tmp_path, "other/lists/a/drift.yml@main")
    for form in ("log", "json", "markdown"):
        assert "other/lists at main" in render.FORMATS[form](report), form


@pytest.mark.parametrize("packed", [False, True])
def test_the_commit_of_a_checkout_is_read_without_running_git(tmp_path: Path, packed: bool) -> None:
    git(tmp_path, "init", "--quiet")
    put(tmp_path, "a/b.yml", "x")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    if packed:
        git(tmp_path, "pack-refs", "--all")
    found = checkout_of(tmp_path / "a" / "b.yml")
    assert found is not None
    assert (found.root, found.commit) == (tmp_path.resolve(), git(tmp_path, "rev-parse", "HEAD"))
    git(tmp_path, "checkout", "--quiet", "--detach")
    detached = checkout_of(tmp_path / "a" / "b.yml")
    assert detached is not None
    assert detached.commit == found.commit


@pytest.mark.parametrize("packed", [False, True])
def test_a_worktree_and_a_submodule_tell_their_commit_and_origin(tmp_path: Path, packed: bool) -> None:
    main, tree = tmp_path / "main", tmp_path / "tree"
    inner = main / "inner"
    for one, name in ((main, "runtime"), (inner, "lists")):
        git(tmp_path, "init", "--quiet", str(one))
        git(one, "commit", "--quiet", "--allow-empty", "--message", name)
        git(one, "remote", "add", "origin", f"https://git.example.org/acme/{name}")
    git(main, "submodule", "--quiet", "add", "./inner")
    git(main, "submodule", "--quiet", "absorbgitdirs")
    git(main, "worktree", "add", "--quiet", "-b", "other", str(tree))
    git(tree, "commit", "--quiet", "--allow-empty", "--message", "two")
    if packed:
        git(main, "pack-refs", "--all")
    for one, name in ((main, "runtime"), (tree, "runtime"), (inner, "lists")):
        found = checkout_of(one / "list.yml")
        assert found is not None
        assert (found.root, str(found.repository)) == (one.resolve(), f"acme/{name}")
        assert found.commit == git(one, "rev-parse", "HEAD")
    assert (tree / ".git").is_file()
    assert (inner / ".git").is_file()


@pytest.mark.parametrize(
    "link", ["", "x", "gitdir:", "gitdir: nowhere", "gitdir: .git", "gitdir: \0", "gitdir: " + "x" * 5000]
)
def test_a_file_that_leads_nowhere_names_no_commit(tmp_path: Path, link: str) -> None:
    put(tmp_path, ".git", link)
    put(tmp_path, "list.yml", "x")
    found = checkout_of(tmp_path / "list.yml")
    assert found is not None
    assert (found.commit, found.url) == ("", "")


@pytest.mark.parametrize(
    "head", ["", "ref: ../../secret", "ref: refs/heads/../../../secret", "x" * 40, "\x1b[31m"]
)
def test_a_head_that_is_none_names_no_commit(tmp_path: Path, head: str) -> None:
    put(tmp_path, ".git/HEAD", head)
    put(tmp_path, "secret", "0" * 40)
    put(tmp_path, "list.yml", "x")
    found = checkout_of(tmp_path / "list.yml")
    assert found is not None
    assert (found.commit, str(found)) == ("", "a checkout of an unknown commit")


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://git.example.org/acme/runtime.git", "acme/runtime"),
        ("https://user:secret@git.example.org/sub/acme/runtime", "acme/runtime"),
        ("git@git.example.org:acme/runtime.git", "acme/runtime"),
        ("ssh://git@git.example.org:2222/acme/runtime.git", "acme/runtime"),
        ("https://elsewhere.example/acme/runtime", None),
        ("https://[", None),
        ("../runtime", None),
        ("https://git.example.org/runtime", None),
    ],
)
def test_a_remotes_address_names_a_repository_of_its_own_server_alone(
    tmp_path: Path, url: str, known: str | None
) -> None:
    put(
        tmp_path,
        ".git/config",
        f'[core]\n\tbare = false\n[remote "origin"]\n\tfetch = x\n\turl = {url}\n[branch "x"]\n',
    )
    put(tmp_path, "list.yml", "x")
    found = checkout_of(tmp_path / "list.yml")
    assert found is not None
    name = found.repository_on("https://git.example.org")
    assert (str(name) if name else None) == known
