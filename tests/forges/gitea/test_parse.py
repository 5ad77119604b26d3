"""Rows of the API as frozen values, and what happens to rows that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.git import TreeEntry
from consumer_drift.forges.gitea import parse, parse_files, parse_pull_requests
from consumer_drift.forges.http.messages import Response
from consumer_drift.model.observation import Tag
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.json_fields import JsonValue
from tests.forges.gitea.forges import name

JSON = {"content-type": "application/json"}
ROW: dict[str, Any] = {
    "id": 12,
    "full_name": "acme/core",
    "owner": {"id": 7, "login": "acme"},
    "html_url": "https://git.example.org/acme/core",
    "default_branch": "main",
    "archived": False,
    "empty": False,
    "private": False,
    "internal": False,
    "open_pr_counter": 2,
}
PULL: dict[str, Any] = {
    "number": 4,
    "html_url": "https://git.example.org/acme/core/pulls/4",
    "title": "bump",
    "body": "text",
    "state": "open",
    "merged": False,
    "created_at": "2026-11-22T11:20:54Z",
    "user": {"login": "bot"},
    "head": {"ref": "bump/x", "label": "bump/x", "sha": "4b825dc6", "repo": {"full_name": "Acme/Core"}},
    "base": {"ref": "main"},
}


def test_a_repositorys_row_becomes_a_snapshot() -> None:
    row = parse.repository(JsonValue(ROW))
    snapshot = row.snapshot
    assert (row.id, row.owner_id, str(row.name), snapshot.branch, snapshot.open_pull_requests) == (
        12,
        7,
        "acme/core",
        "main",
        2,
    )
    assert (snapshot.archived, snapshot.empty, snapshot.public) == (False, False, True)
    assert snapshot.web_url == "https://git.example.org/acme/core"


@pytest.mark.parametrize("field", ["private", "internal"])
def test_a_private_or_internal_repository_is_not_public(field: str) -> None:
    assert not parse.repository(JsonValue(ROW | {field: True})).snapshot.public


def test_an_older_server_lacks_the_counter_and_the_internal_flag() -> None:
    old = {key: value for key, value in ROW.items() if key not in {"open_pr_counter", "internal"}}
    snapshot = parse.repository(JsonValue(old)).snapshot
    assert (snapshot.open_pull_requests, snapshot.public) == (None, True)


@pytest.mark.parametrize(
    "field", ["full_name", "owner", "html_url", "default_branch", "archived", "empty", "private"]
)
@pytest.mark.parametrize("value", [None, 3, ["x"]])
def test_a_field_of_another_type_is_an_obstacle(field: str, value: object) -> None:
    answer = Response(200, JSON, json.dumps(ROW | {field: value}).encode())
    found = parse.parsed(answer, "GET /x", parse.repository)
    assert isinstance(found, Failure)
    assert found.reason is Reason.UNEXPECTED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response(200, {"content-type": "text/html"}, b"<html>"), Reason.PROXY),
        (Response(200, {}, b"[]"), Reason.PROXY),
        (Response(200, JSON, b"[{"), Reason.UNEXPECTED),
        (Response(200, JSON, b"[" * 100_000), Reason.UNEXPECTED),
        (Response(200, JSON, b'{"ok": true}'), Reason.UNEXPECTED),
    ],
)
def test_a_good_status_alone_is_not_believed(answer: Response, reason: Reason) -> None:
    found = parse.parsed(answer, "GET /x", parse.repositories)
    assert isinstance(found, Failure)
    assert found.reason is reason


def test_an_empty_tree_has_no_entries() -> None:
    page = parse_files.tree_page(JsonValue({"sha": "c", "tree": None, "truncated": False}))
    assert page == parse_files.TreePage((), more=False, commit="c")


def test_a_submodule_is_a_folder_in_a_tree() -> None:
    rows = [{"path": "sub", "type": "commit"}, {"path": "a", "type": "blob"}]
    page = parse_files.tree_page(JsonValue({"sha": "c", "tree": rows, "truncated": True}))
    assert page == parse_files.TreePage((TreeEntry("sub", True), TreeEntry("a", False)), more=True, commit="c")


def test_a_tag_may_come_without_its_commit() -> None:
    assert parse.tags(JsonValue([{"name": "v1", "commit": {"sha": "abc"}}, {"name": "v2", "commit": None}])) == (
        Tag("v1", "abc"),
        Tag("v2"),
    )


def test_a_pull_request_from_a_branch_of_the_repository_itself() -> None:
    (pull,) = parse_pull_requests.pull_requests(JsonValue([PULL]), name("core"))
    assert (pull.number, pull.head, pull.from_fork, pull.author) == (4, "bump/x", False, "bot")
    assert pull.created_at == datetime(2026, 11, 22, 11, 20, 54, tzinfo=UTC)


@pytest.mark.parametrize("repo", [None, {"full_name": "mallory/core"}])
def test_a_head_elsewhere_or_nowhere_is_a_fork(repo: object) -> None:
    (pull,) = parse_pull_requests.pull_requests(
        JsonValue([PULL | {"head": PULL["head"] | {"repo": repo}}]), name("core")
    )
    assert pull.from_fork


def test_a_deleted_branch_keeps_its_name_in_the_label() -> None:
    head = {"ref": "refs/pull/4/head", "label": "mallory:bump/x", "sha": "4b825dc6", "repo": None}
    (pull,) = parse_pull_requests.pull_requests(JsonValue([PULL | {"head": head}]), name("core"))
    assert pull.head == "bump/x"


@pytest.mark.parametrize(
    ("state", "merged", "expected"),
    [
        ("open", False, PullRequestState.OPEN),
        ("closed", False, PullRequestState.CLOSED),
        ("closed", True, PullRequestState.MERGED),
    ],
)
def test_the_state_of_a_pull_request(state: str, merged: bool, expected: PullRequestState) -> None:
    (pull,) = parse_pull_requests.pull_requests(
        JsonValue([PULL | {"state": state, "merged": merged}]), name("core")
    )
    assert pull.state is expected


def test_a_pull_request_without_a_text_has_an_empty_one() -> None:
    (pull,) = parse_pull_requests.pull_requests(JsonValue([PULL | {"body": None}]), name("core"))
    assert pull.body == ""


def test_a_deleted_user_leaves_no_author() -> None:
    (pull,) = parse_pull_requests.pull_requests(JsonValue([PULL | {"user": None}]), name("core"))
    assert pull.author == ""


KEYS = sorted(
    {
        *ROW,
        *PULL,
        "data",
        "tree",
        "truncated",
        "path",
        "type",
        "name",
        "commit",
        "sha",
        "id",
        "login",
        "ref",
        "label",
    }
    | {"repo", "content", "encoding", "size", "tag_name"}
)
WORDS = st.sampled_from(["file", "dir", "base64", "acme/core", "a", "!!", "2026-11-22T11:20:54Z", "2026-11-22"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=10),
    max_leaves=30,
)
READERS = {
    "repository": parse.repository,
    "repositories": parse.repositories,
    "found": parse.found_repositories,
    "branch": parse.branch_commit,
    "tree": parse_files.tree_page,
    "tags": parse.tags,
    "release": parse.release,
    "pulls": partial(parse_pull_requests.pull_requests, of=name("core")),
    "content": partial(parse_files.content, path="a"),
    "batch": partial(parse_files.batch, paths=["a", "b"]),
}


@pytest.mark.parametrize("reader", READERS)
@given(value=json_values)
def test_no_json_makes_a_reader_raise(reader: str, value: object) -> None:
    found = parse.parsed(Response(200, JSON, json.dumps(value).encode()), "GET /x", READERS[reader])
    assert not isinstance(found, Failure) or found.reason is Reason.UNEXPECTED


@given(spoilt=st.dictionaries(st.sampled_from(sorted(ROW)), json_values, min_size=1))
def test_a_row_with_some_fields_spoilt_never_makes_it_raise(spoilt: dict[str, object]) -> None:
    found = parse.parsed(Response(200, JSON, json.dumps(ROW | spoilt).encode()), "GET /x", parse.repository)
    assert isinstance(found, parse.RepositoryRow | Failure)


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2026-11-20T10:00:00Z", "2026-11-20T10:00:00+00:00"), ("1970-01-01T00:00:00Z", None)],
)
def test_a_release_of_a_pushed_tag_has_no_date(published: str, expected: str | None) -> None:
    row = {"tag_name": "v1", "draft": False, "prerelease": False, "published_at": published}
    (found,) = parse.releases(JsonValue([row, row | {"draft": True}, row | {"prerelease": True}]))
    assert (found.date.isoformat() if found.date else None) == expected
