"""Repositories out of GraphQL's data: a null is "not there" only where no error explains it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.github import parse
from consumer_drift.forges.github.parse import Read, Split, WithoutPullRequests
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, NoText, Reason
from tests.forges.github.graphs import CORE, GONE, HIDDEN, SAML, blob, error, modes, node, pull, reply, wanted

PULLS = {"pullRequests": {"totalCount": 1, "nodes": [pull()]}}
ROOT = {
    "entries": [
        {"name": "workspace", "type": "tree"},
        {"name": "lib", "type": "commit"},
        {"name": "w", "type": "blob"},
    ]
}


def land(data: Any, *errors: dict[str, Any], alone: bool = True, **asked: Any) -> Any:
    """What the first of several repositories comes to."""
    return parse.consumer(
        reply({"r0": data}, *errors), "r0", wanted(*asked.pop("files", ()), **asked), alone=alone
    )


def landed(data: Any, *errors: dict[str, Any], **asked: Any) -> Read:
    """The same, where it has to be there."""
    got = land(data, *errors, **asked)
    assert isinstance(got, Read)
    return got


def reason(got: Any) -> Reason:
    """Why it was not read."""
    assert isinstance(got, Failure)
    assert got.asked
    return got.reason


# a repository


def test_a_repository_is_read_whole() -> None:
    """Name, state, branch, commit, file and pull requests."""
    got = landed(node(**PULLS))
    snapshot = got.snapshot
    assert (snapshot.asked, snapshot.name, snapshot.web_url) == (CORE, CORE, "https://github.com/acme/core")
    assert (snapshot.branch, got.commit, snapshot.archived, snapshot.empty, snapshot.public) == (
        "main",
        "c0ffee",
        False,
        False,
        False,
    )
    assert snapshot.files == {".v": FileText("1.4.0\n")}
    assert got.blobs == {}
    assert isinstance(snapshot.pull_requests, tuple)
    [request] = snapshot.pull_requests
    assert (request.number, request.head, request.from_fork, request.author) == (
        7,
        "bump/runtime-1.4.0",
        False,
        "bot",
    )
    assert request.created_at == datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ({"isArchived": True}, "archived", True),
        ({"isPrivate": False}, "public", True),
        ({"isMirror": True}, "mirror", True),
        ({"openPullRequests": {"totalCount": 3}}, "open_pull_requests", 3),
        ({"openPullRequests": None}, "open_pull_requests", None),
        ({"isEmpty": True, "branch": None, "f0": None}, "empty", True),
        ({"branch": None, "f0": None}, "branch", ""),
    ],
)
def test_the_state_of_a_repository(more: dict[str, Any], field: str, value: Any) -> None:
    """As GitHub says."""
    assert getattr(landed(node(**more)).snapshot, field) == value


def test_a_renamed_repository_says_its_name() -> None:
    """GitHub resolves the old one silently."""
    snapshot = landed(node(nameWithOwner="Acme/core2")).snapshot
    assert (str(snapshot.asked), str(snapshot.name)) == ("acme/core", "Acme/core2")


@pytest.mark.parametrize(
    ("errors", "alone", "expected"),
    [
        ((error("NOT_FOUND", "r0", message=GONE),), True, Reason.NOT_FOUND),
        ((error("FORBIDDEN", "r0", message=SAML, extensions={"saml_failure": True}),), False, Reason.SSO),
        ((error("FORBIDDEN", message=HIDDEN),), True, Reason.MISSING_SCOPE),
        ((error("INSUFFICIENT_SCOPES", "r0"),), True, Reason.MISSING_SCOPE),
        ((error("RESOURCE_LIMITS_EXCEEDED", "r0"),), True, Reason.RESOURCE_LIMIT),
        ((error("RESOURCE_LIMITS_EXCEEDED", "r0"),), False, Split),
        ((error(None),), False, Split),
        ((error(None),), True, Reason.FORGE_ERROR),
        ((error("NOT_FOUND", "r1"),), True, Reason.UNEXPECTED),
        ((), True, Reason.UNEXPECTED),
        ((error("FORBIDDEN", "r0", "pullRequests", message=HIDDEN),), True, WithoutPullRequests),
        ((error("FORBIDDEN", "r0", "pullRequests", message=HIDDEN),), False, WithoutPullRequests),
        ((error("NOT_FOUND", "r1"), error("FORBIDDEN", "r0", message="no")), True, Reason.DENIED),
    ],
)
def test_a_repository_that_is_null_has_its_reason(errors: Any, alone: bool, expected: Any) -> None:
    """A smaller question, one without pull requests, or the obstacle; without a reason it is unexpected."""
    got = land(None, *errors, alone=alone)
    if isinstance(expected, Reason):
        assert reason(got) is expected
    else:
        assert isinstance(got, expected)


def test_denied_pull_requests_are_an_obstacle_of_their_own() -> None:
    """The consumer is asked for again without them."""
    got = land(None, error("FORBIDDEN", "r0", "pullRequests", message=HIDDEN))
    assert isinstance(got, WithoutPullRequests)
    assert "the pull requests of acme/core" in got.failure.said


def test_an_error_at_another_repository_does_not_touch_this_one() -> None:
    """r1 is not r10, and none is all."""
    got = landed(node(), error("NOT_FOUND", "r1"), error("NOT_FOUND", "r00"))
    assert got.snapshot.files == {".v": FileText("1.4.0\n")}


# files


@dataclass(frozen=True)
class File:
    """A file's field, the errors beside it, and what it comes to."""

    field: Any
    answer: Any
    errors: tuple[dict[str, Any], ...] = ()


@pytest.mark.parametrize(
    "case",
    [
        File(blob("1.4.0\n"), FileText("1.4.0\n")),
        File(blob(""), FileText("")),
        File(blob("\ufeff1.4.0"), FileText("\ufeff1.4.0")),
        File(None, NoFile()),
        File({"__typename": "Tree"}, NoText("a folder", is_file=False)),
        File({"__typename": "Commit"}, NoText("a submodule", is_file=False)),
        File(blob("x", byteSize=20_000_000), NoText("a file of more than 10 MiB")),
        # GitHub gives no text of these: REST has the bytes
        File(blob(None, isBinary=True), "b10b"),
        File(blob("cut", isTruncated=True, byteSize=600_000), "b10b"),
        File(blob(None, isBinary=None), "b10b"),
        File(blob("version https://git-lfs.github.com/spec/v1\n"), NoText("a Git LFS pointer")),
        # a null that an error explains
        File(None, Reason.MISSING_SCOPE, (error("FORBIDDEN", "r0", "f0", message=HIDDEN),)),
        File(None, Reason.NOT_FOUND, (error("NOT_FOUND", "r0", "f0", "text"),)),
        File(blob(None), Reason.DENIED, (error("FORBIDDEN", "r0", "f0", "text", message="no"),)),
    ],
)
def test_what_a_file_is(case: File) -> None:
    """Text, none, something else, or the reason why it is unknown."""
    got = landed(node(f0=case.field), *case.errors)
    if isinstance(case.answer, str):
        assert {path: one.oid for path, one in got.blobs.items()} == {".v": case.answer}
        assert got.snapshot.files == {}
    elif isinstance(case.answer, Reason):
        assert reason(got.snapshot.files[".v"]) is case.answer
    else:
        assert (got.snapshot.files, got.blobs) == ({".v": case.answer}, {})


def test_a_file_that_breaks_in_a_batch_is_asked_for_in_a_smaller_one() -> None:
    """And alone it is the obstacle."""
    broken = error("RESOURCE_LIMITS_EXCEEDED", "r0", "f0")
    assert isinstance(land(node(f0=None), broken, alone=False), Split)
    assert reason(land(node(f0=None), broken, alone=True)) is Reason.RESOURCE_LIMIT


@pytest.mark.parametrize(
    ("data", "believed"),
    [
        (node(), True),
        (node(f0=None), False),
        (node(branch=None), False),
        (node(root=None), False),
        (node(pullRequests=None), False),
    ],
)
def test_an_error_without_a_place_may_explain_any_null(data: dict[str, Any], believed: bool) -> None:
    """Where there is no null it explains nothing."""
    nowhere = error("FORBIDDEN", message=SAML)
    got = land(data, nowhere, forbid=("workspace/",) if "root" in data else ())
    assert isinstance(got, Read) is believed
    if not believed:
        assert isinstance(land(data, nowhere, alone=False), Split)


def test_several_files_have_each_their_own_answer() -> None:
    """By the order in which they were asked for."""
    data = node(f1=None, f2=None, f3=blob(None, isBinary=True, oid="b2"), m0=modes(names="ad"))
    got = landed(data, error("FORBIDDEN", "r0", "f2", message="no"), files=("a", "b", "c", "d"))
    assert got.snapshot.files["a"] == FileText("1.4.0\n")
    assert got.snapshot.files["b"] == NoFile()
    assert reason(got.snapshot.files["c"]) is Reason.DENIED
    assert {path: one.oid for path, one in got.blobs.items()} == {"d": "b2"}


@pytest.mark.parametrize(
    ("mode", "content", "expected"),
    [
        (0o100644, blob("1"), FileText("1")),
        (0o100755, blob("1"), FileText("1")),
        (0o120000, blob("1.2.0"), NoText("a symbolic link")),
        (0o120000, blob(None, isBinary=True), NoText("a symbolic link")),
        (0o040000, {"__typename": "Tree"}, NoText("a folder", is_file=False)),
        (0o160000, None, NoText("a submodule", is_file=False)),
    ],
)
@pytest.mark.parametrize("path", [".v", "./.v", "config/.v", "config//.v"])
def test_the_mode_says_whether_it_is_a_file(mode: int, content: Any, expected: FileResult, path: str) -> None:
    """The content of a symbolic link is a path, which may look like a version."""
    got = landed(node(f0=content, m0=modes(mode)), files=(path,))
    assert got.snapshot.files == {path: expected}


@pytest.mark.parametrize(("content", "folder"), [(blob(), None), (blob(), modes(names="x")), (None, modes())])
def test_a_file_that_its_folder_contradicts_is_a_failure(content: Any, folder: Any) -> None:
    assert isinstance(land(node(f0=content, m0=folder)), Failure)


def test_a_folder_that_cannot_be_read_leaves_its_files_unknown() -> None:
    got = landed(node(m0=None), error("FORBIDDEN", "r0", "m0", message="no"))
    assert reason(got.snapshot.files[".v"]) is Reason.DENIED


# branches


def test_a_branch_that_is_not_there_is_told() -> None:
    """It is a mistake in the list, and no missing pin."""
    got = land(node(branch=None, f0=None), branch="release/1.x")
    assert reason(got) is Reason.NOT_FOUND
    assert "has no branch 'release/1.x'" in got.said


def test_an_empty_repository_has_no_branch_and_no_file() -> None:
    """Which is a missing pin, also where a branch was named."""
    got = landed(node(isEmpty=True, branch=None, f0=None), branch="release/1.x")
    assert got.snapshot.files == {".v": NoFile()}


def test_a_branch_that_cannot_be_seen_is_not_missing() -> None:
    """An error beside the null says so."""
    got = land(node(branch=None), error("FORBIDDEN", "r0", "branch", message=HIDDEN))
    assert reason(got) is Reason.MISSING_SCOPE


# forbidden paths


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [("workspace/", ("workspace/",)), ("lib/", ("lib/",)), ("w/", ()), ("w", ("w",)), ("none/", ())],
)
def test_what_is_at_the_root(pattern: str, fits: tuple[str, ...]) -> None:
    """A submodule is a folder in every checkout."""
    assert landed(node(root=ROOT), forbid=(pattern,)).snapshot.forbidden == {pattern: fits}


def test_patterns_that_need_the_tree_are_left_for_it() -> None:
    """The root does not tell them."""
    got = landed(node(root=ROOT), forbid=("workspace/", "**/x/", "a/b"))
    assert set(got.snapshot.forbidden) == {"workspace/"}
    assert landed(node(), forbid=("**/x/",)).snapshot.forbidden == {}


def test_a_root_that_cannot_be_read_forbids_nothing_and_clears_nothing() -> None:
    """Unknown is not missing."""
    got = landed(node(root=None), error("FORBIDDEN", "r0", "root", message="no"), forbid=("workspace/",))
    failure = got.snapshot.forbidden["workspace/"]
    assert reason(failure) is Reason.DENIED
    assert got.snapshot.files == {".v": FileText("1.4.0\n")}


def test_an_empty_repository_has_no_forbidden_path() -> None:
    """There is no root to look at."""
    got = landed(node(isEmpty=True, branch=None, f0=None, root=None), forbid=("workspace/",))
    assert got.snapshot.forbidden == {"workspace/": ()}


def test_a_branch_with_a_commit_has_a_root() -> None:
    """Where it is null without a reason, nothing is concluded from it."""
    assert reason(land(node(root=None), forbid=("workspace/",))) is Reason.UNEXPECTED


# pull requests


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        (pull(isCrossRepository=True), "from_fork", True),
        (pull(author=None), "author", ""),
        (pull(state="MERGED"), "state", PullRequestState.MERGED),
        (pull(), "mergeable", True),
        (pull(mergeable="CONFLICTING"), "mergeable", False),
        (pull(mergeable="UNKNOWN"), "mergeable", None),
        (pull(createdAt="2026-06-15T14:00:00+02:00"), "created_at", datetime(2026, 6, 15, 12, tzinfo=UTC)),
    ],
)
def test_what_a_pull_request_is(row: dict[str, Any], field: str, value: Any) -> None:
    """A ghost has no login."""
    [got] = landed(node(pullRequests={"nodes": [row]})).snapshot.pull_requests or ()  # type: ignore[misc]
    assert getattr(got, field) == value


def test_pull_requests_that_were_not_asked_for_are_none() -> None:
    """And those that cannot be read are an obstacle, beside the files."""
    assert landed(node()).snapshot.pull_requests is None
    denied = error("FORBIDDEN", "r0", "pullRequests", "nodes", 0, message="no")
    got = landed(node(pullRequests={"nodes": [None]}), denied)
    assert reason(got.snapshot.pull_requests) is Reason.DENIED
    assert got.snapshot.files


# whatever else comes


FIELDS = [
    "nameWithOwner", "url", "isArchived", "isEmpty", "isPrivate", "branch", "f0", "m0", "root", "pullRequests",
    "mode", "entries", "nodes", "name", "type", "target", "oid", "__typename", "byteSize", "isBinary",
    "isTruncated", "text", "number", "title", "createdAt", "headRefName", "baseRefName", "isCrossRepository",
    "author", "login", "id", "body", "state",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["Blob", "a/b", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=10,
)
ERRORS = st.lists(
    st.builds(
        error,
        st.sampled_from(["NOT_FOUND", "FORBIDDEN", "RESOURCE_LIMITS_EXCEEDED", None, "X"]),
        *[st.sampled_from(["r0", "f0", "m0", "root", "pullRequests", "branch", 0])] * 2,
    ),
    max_size=2,
)


@pytest.mark.parametrize("field", [field for field in node(root=ROOT, **PULLS)])  # noqa: C416
@pytest.mark.parametrize("value", [None, [], {}, "x", 0, [None], "absent"])
def test_a_field_of_another_shape_is_no_traceback_and_never_a_clean_bill(field: str, value: Any) -> None:
    """Whole or an obstacle: never a repository without what it may well have."""
    data = node(root=ROOT, **PULLS)
    if value == "absent":
        del data[field]
    else:
        data[field] = value
    got = land(data, forbid=("workspace/",))
    if isinstance(got, Read):
        assert field in {"branch", "f0", "url", "nameWithOwner", "pullRequests"} or value == {"entries": []}
        assert got.snapshot.forbidden["workspace/"] == ("workspace/",)
    else:
        assert isinstance(got, Failure)


@given(JSON, ERRORS, st.booleans())
def test_no_json_raises(data: Any, errors: list[dict[str, Any]], alone: bool) -> None:
    """Neither at random nor in a repository's place."""
    got = land(data, *errors, alone=alone, forbid=("workspace/",))
    assert isinstance(got, Read | Failure | Split | WithoutPullRequests)


@given(st.data(), ERRORS)
def test_no_change_of_a_good_answer_raises(data: st.DataObject, errors: list[dict[str, Any]]) -> None:
    """One field, anywhere in it, is something else."""
    good = copy.deepcopy(node(root=ROOT, **PULLS))
    spots = [good, good["f0"], good["m0"], good["m0"]["entries"][0], good["branch"], good["branch"]["target"],
             good["root"], good["root"]["entries"][0], good["pullRequests"], good["pullRequests"]["nodes"][0],
             ]  # fmt: skip
    spot = data.draw(st.sampled_from(spots))
    spot[data.draw(st.sampled_from(sorted(spot)))] = data.draw(JSON)
    assert isinstance(land(good, *errors, forbid=("workspace/",)), Read | Failure | WithoutPullRequests)
