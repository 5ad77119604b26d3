"""A run writes to the workspace where the inputs say, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from consumer_drift.action.workspace import matching, place, write
from consumer_drift.settings import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text", ["report.json", "a/b/report.json", "./report.json", ".github/x", "..json", "a..b"]
)
def test_a_path_in_the_workspace_is_taken(tmp_path: Path, text: str) -> None:
    path = place(tmp_path, text)
    write(path, "zwölf\n")
    assert (tmp_path / text).read_bytes() == "zwölf\n".encode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/etc/passwd", "is not a path in the workspace"),
        ("../report.json", "is not a path in the workspace"),
        ("a/../../report.json", "is not a path in the workspace"),
        (".", "is not a path in the workspace"),
        (".git/hooks/post-checkout", "lies in .git"),
        (".GIT/config", "lies in .GIT"),
        (".consumer-drift-action/report.json", "lies in .consumer-drift-action"),
        ("folder", "is a folder"),
        ("link.json", "is a symbolic link"),
        ("dangling.json", "is a symbolic link"),
        ("out/report.json", "reached through one that leads out"),
    ],
)
def test_any_other_is_refused(tmp_path: Path, text: str, why: str) -> None:
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (workspace / "folder").mkdir(parents=True)
    (elsewhere / "target").write_text("theirs", encoding="utf-8")
    (workspace / "link.json").symlink_to(elsewhere / "target")
    (workspace / "dangling.json").symlink_to(elsewhere / "new")
    (workspace / "out").symlink_to(elsewhere)
    with pytest.raises(UsageError, match=why):
        place(workspace, text)
    assert [path.name for path in elsewhere.iterdir()] == ["target"]


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    write(place(tmp_path, "out/report.json"), "x")
    assert (tmp_path / "real" / "report.json").read_text(encoding="utf-8") == "x"


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError, match=r"report\.json cannot be written: "):
        write(tmp_path / "a" / "report.json", "x")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_who_owns_the_folder(tmp_path: Path) -> None:
    """Files that are made afterwards are theirs, also if the run is killed."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    for parent in (folder, *folder.parents):
        if parent.samefile(tempfile.gettempdir()):
            break
        parent.chmod(0o755)
    os.chown(folder, 1001, 1002)
    program = (
        "import os, sys; from pathlib import Path; from consumer_drift.action.workspace import become_owner_of\n"
        "folder = Path(sys.argv[1]); become_owner_of(folder); (folder / 'made').touch()\n"
        "print(os.getuid(), os.getgid(), os.getgroups())"
    )
    done = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    assert done.stdout == "1001 1002 [1002]\n"
    assert ((folder / "made").stat().st_uid, (folder / "made").stat().st_gid) == (1001, 1002)


def test_whoever_is_not_root_or_finds_roots_folder_stays_who_it_is(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from consumer_drift.action.workspace import become_owner_of\n"
        "before = os.getuid(), os.getgroups(); [become_owner_of(Path(one)) for one in sys.argv[1:]]\n"
        "assert (os.getuid(), os.getgroups()) == before"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path, tmp_path / "missing"], check=True)


def test_patterns_name_the_files_of_the_workspace_each_once(tmp_path: Path) -> None:
    for name in ("shards/1/a.json", "shards/2/b.json", "shards/notes.txt", "c.json"):
        write(place(tmp_path, name), "{}")
    found = matching(tmp_path, ["shards/**/*.json", "c.json", "shards/1/*"])
    assert [path.as_posix() for path in found] == ["shards/1/a.json", "shards/2/b.json", "c.json"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("/etc/*", "is not a path in the workspace"),
        ("../*.json", "is not a path in the workspace"),
        (".", "is not a path in the workspace"),
        ("*.json", "no file in the workspace matches"),
        ("folder", "no file in the workspace matches"),
        ("a**b", "is not a path pattern"),
        ("link.txt", "leads out of the workspace"),
    ],
)
def test_a_pattern_that_names_nothing_or_leads_out_is_refused(tmp_path: Path, pattern: str, why: str) -> None:
    """Otherwise a report that was not downloaded would go unnoticed."""
    workspace = tmp_path / "workspace"
    (workspace / "folder").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("x", encoding="utf-8")
    (workspace / "link.txt").symlink_to(tmp_path / "outside.txt")
    with pytest.raises(UsageError, match=why):
        matching(workspace, [pattern])
