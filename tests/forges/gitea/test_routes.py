"""Requests as they go out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.gitea import routes
from tests.forges.gitea.forges import name

if TYPE_CHECKING:
    from consumer_drift.forges.http.messages import Request


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (routes.repository(name("core")), "/repos/acme/core"),
        (
            routes.contents(name("core"), ".github/a b#c?.yml", "main"),
            "/repos/acme/core/contents/.github/a%20b%23c%3F.yml",
        ),
        (routes.branch(name("core"), "release/1.x"), "/repos/acme/core/branches/release/1.x"),
        (routes.tree(name("core"), "release/1.x", 1, recursive=True), "/repos/acme/core/git/trees/release%2F1.x"),
        (routes.organization_repositories("acme", 3), "/orgs/acme/repos"),
    ],
)
def test_paths_are_quoted_and_slashes_stay_where_the_route_takes_them(request_: Request, path: str) -> None:
    assert request_.path == path


def test_pull_requests_are_asked_for_by_their_state() -> None:
    assert routes.open_pull_requests(name("core"), 1).query["state"] == "open"


def test_a_search_is_for_the_owners_own_repositories() -> None:
    assert routes.search(7, 2).query == {"uid": 7, "exclusive": "true", "limit": 50, "page": 2}


def test_a_batch_names_its_files_as_json() -> None:
    query = routes.batch(name("core"), ["ü", 'a"b'], "main").query
    assert json.loads(str(query["body"])) == {"files": ["ü", 'a"b']}


def test_contents_without_a_ref_ask_for_the_default_branch() -> None:
    assert routes.contents(name("core"), "x", "").query == {}


@given(st.lists(st.text(min_size=1, max_size=300), max_size=80))
def test_batches_hold_every_file_once_and_fit_a_request(paths: list[str]) -> None:
    parts = list(routes.batches(paths))
    assert [path for part in parts for path in part] == paths
    assert all(0 < len(part) <= routes.MOST_FILES for part in parts)
    assert all(len(part) == 1 or len(quote(json.dumps(part, ensure_ascii=False))) < 4300 for part in parts)
