"""Versions of Go for commits: https://go.dev/ref/mod#pseudo-versions"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from consumer_drift.model.source_branch import BranchCommit, BranchHistory
from consumer_drift.model.versions import VersionFormat
from consumer_drift.pins.go_version import candidates, commit_of, fits, version_of

HEAD, MIDDLE, ROOT, OFF = ("abcdef123456" + "0" * 28, "1" * 40, "2" * 40, "3" * 40)
DATES = ("2026-11-20T01:02:03+02:00", "2026-11-19T00:00:00+00:00", "2026-11-18T00:00:00+00:00")
TAIL = "20261119230203-abcdef123456"


def history(**tags: str) -> BranchHistory:
    """Three commits in a row, and tags: a keyword's _ is a dot, and __ a slash."""
    commits = (
        BranchCommit(HEAD, datetime.fromisoformat(DATES[0]), (MIDDLE,)),
        BranchCommit(MIDDLE, datetime.fromisoformat(DATES[1]), (ROOT,)),
        BranchCommit(ROOT, datetime.fromisoformat(DATES[2])),
    )
    names = {name.replace("__", "/").replace("_", "."): commit for name, commit in tags.items()}
    return BranchHistory("main", commits, tags=names)


@pytest.mark.parametrize(
    ("path", "tags", "expected"),
    [
        pytest.param("acme.dev/runtime", {}, f"0.0.0-{TAIL}", id="no tag"),
        pytest.param("acme.dev/runtime", {"v1_2_3": MIDDLE, "v1_1_0": ROOT}, f"1.2.4-0.{TAIL}", id="the highest"),
        pytest.param(
            "acme.dev/runtime", {"v1_2_3": ROOT, "v1_1_0": MIDDLE}, f"1.2.4-0.{TAIL}", id="not the newest"
        ),
        pytest.param("acme.dev/runtime", {"v1_2_3": OFF, "v1_1_0": ROOT}, f"1.1.1-0.{TAIL}", id="off the branch"),
        pytest.param("acme.dev/runtime", {"v1_2_3": HEAD, "v1_1_0": ROOT}, "1.2.3", id="on the commit itself"),
        pytest.param("acme.dev/runtime", {"v1_3_0-rc_1": ROOT}, f"1.3.0-rc.1.0.{TAIL}", id="a pre-release"),
        pytest.param(
            "acme.dev/runtime", {"v2_0_0": ROOT, "1_0_0": ROOT, "v1_0": ROOT}, f"0.0.0-{TAIL}", id="others"
        ),
        pytest.param("acme.dev/runtime/v2", {"v2_1_0": ROOT, "v1_9_0": ROOT}, f"2.1.1-0.{TAIL}", id="major 2"),
        pytest.param("acme.dev/runtime/v3", {"v2_1_0": ROOT}, f"3.0.0-{TAIL}", id="major 3 without a tag"),
        pytest.param("gopkg.in/runtime.v1", {"v1_1_0": ROOT}, f"1.1.1-0.{TAIL}", id="gopkg.in"),
        pytest.param(
            "github.com/acme/runtime/cli", {"cli__v1_1_0": ROOT, "v1_4_0": ROOT}, f"1.1.1-0.{TAIL}", id="a folder"
        ),
        pytest.param("github.com/Acme/Runtime/cli/v2", {"cli__v2_1_0": ROOT}, f"2.1.1-0.{TAIL}", id="its major"),
        pytest.param("github.com/acme/runtime", {"cli__v1_1_0": ROOT}, f"0.0.0-{TAIL}", id="the root"),
    ],
)
def test_a_commit_is_written_as_go_writes_it(path: str, tags: dict[str, str], expected: str) -> None:
    known = history(**tags)
    written = version_of(known.versions[HEAD], path, known, "acme/runtime")
    assert written == expected
    names = VersionFormat(branch="main", tags=known.tags, repository="acme/runtime")
    assert commit_of(f"v{written}", path, names) in (HEAD, HEAD[:12])


@pytest.mark.parametrize(
    ("path", "tags", "expected"),
    [
        ("acme.dev/runtime", {"v1.2.3+meta": HEAD}, f"1.2.4-0.{TAIL}"),
        ("acme.dev/runtime", {"v1.2.3+meta": ROOT, "v1.2.2": ROOT}, f"1.2.4-0.{TAIL}"),
        ("acme.dev/runtime", {"v1.2.3+meta": HEAD, "v1.2.2": HEAD}, "1.2.2"),
        ("acme.dev/runtime", {"v1.3.0-rc.1+5": ROOT}, f"1.3.0-rc.1.0.{TAIL}"),
        ("acme.dev/runtime", {"v0.1.0-0.20200101000000-abcdefabcdef": ROOT}, f"0.0.0-{TAIL}"),
        ("acme.dev/runtime", {"v0.1.0-0.20200101000000-abcdefabcdef+5": ROOT}, f"0.0.0-{TAIL}"),
        (
            "acme.dev/runtime",
            {"v0.1.0-20200101000000-abcdefabcdef": ROOT},
            f"0.1.0-20200101000000-abcdefabcdef.0.{TAIL}",
        ),
        ("acme.dev/runtime", {"v01.2.3": ROOT, "v1.2.3-01": ROOT, "V1.2.3": ROOT}, f"0.0.0-{TAIL}"),
        ("gopkg.in/runtime.v1", {"v0.9.0": ROOT}, f"1.0.0-{TAIL}"),
        ("gopkg.in/runtime.v3", {"v0.9.0": HEAD, "v2.9.0": HEAD}, f"3.0.0-{TAIL}"),
        ("acme.dev/runtime/v11", {"v11.0.9": ROOT, "v2.0.0": ROOT}, f"11.0.10-0.{TAIL}"),
    ],
)
def test_odd_tags_are_taken_as_go_takes_them(path: str, tags: dict[str, str], expected: str) -> None:
    """Made by golang.org/x/mod's PseudoVersion, with the tags that the go command takes as its base."""
    known = replace(history(), tags=tags)
    assert version_of(known.versions[HEAD], path, known, "acme/runtime") == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"v2.3.4": ROOT, "v1.9.0": ROOT}, f"2.3.5-0.{TAIL}+incompatible"),
        ({"v2.4.0-rc.1": ROOT}, f"2.4.0-rc.1.0.{TAIL}+incompatible"),
        ({"v2.3.4": HEAD}, "2.3.4+incompatible"),
        ({"v2.3.4": OFF, "v1.9.0": ROOT}, f"1.9.1-0.{TAIL}"),
    ],
)
def test_a_module_without_a_go_mod_has_every_major_version(tags: dict[str, str], expected: str) -> None:
    """https://go.dev/ref/mod#incompatible-versions"""
    known = replace(history(), tags=tags)
    path = "acme.dev/runtime"
    assert version_of(known.versions[HEAD], path, known, "", incompatible=True) == expected
    names = VersionFormat(branch="main", tags=known.tags)
    assert fits(path, expected)
    assert commit_of(f"v{expected}", path, names) in (HEAD, HEAD[:12])


def test_what_is_newer_than_the_commit_is_no_base() -> None:
    known = history(v1_4_0=HEAD, v1_2_0=ROOT)
    assert (
        version_of(known.versions[MIDDLE], "acme.dev/runtime", known, "") == "1.2.1-0.20261119000000-111111111111"
    )


def test_the_highest_tags_that_were_not_listed_are_asked_for() -> None:
    known = history(v1_4_0="4" * 40, v1_3_0=ROOT, v1_2_0="5" * 40, v2_0_0="6" * 40, cli__v1_0_0="7" * 40)
    assert sorted(candidates(known)) == ["4" * 40, "6" * 40, "7" * 40]
