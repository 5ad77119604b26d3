"""By what a row tells that its repository is as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from consumer_drift.cache.entries import Validator
from consumer_drift.forges.gitea.validators import validators
from consumer_drift.forges.http.messages import Response
from consumer_drift.model.repository import RepositoryName
from tests.emulator import Emulator, World

CORE = RepositoryName("acme", "core")
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


def answer(rows: Any, date: str | None = DATE) -> Response:
    headers = {"content-type": "application/json"} | ({} if date is None else {"date": date})
    return Response(200, headers, json.dumps(rows).encode())


def row(**changed: Any) -> dict[str, Any]:
    """What both servers tell of a repository, cut to what matters here."""
    plain = {
        "id": 7,
        "full_name": "acme/core",
        "owner": {"id": 3, "login": "acme", "last_login": "2026-11-01T00:00:00Z"},
        "updated_at": "2026-11-22T11:00:00+01:00",
        "default_branch": "main",
        "archived": False,
        "empty": False,
        "private": False,
        "internal": False,
        "size": 26,
        "permissions": {"admin": False, "push": False, "pull": True},
        "open_pr_counter": 0,
        "stars_count": 0,
        "parent": None,
    }
    return plain | changed


def state(**changed: Any) -> str:
    [found] = validators(answer([row(**changed)])).values()
    return found.state


def test_a_stamp_has_the_servers_own_times() -> None:
    found = validators(answer([row()]))
    assert found == {
        CORE: Validator(state(), datetime(2026, 11, 22, 10, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC))
    }


def test_a_search_has_its_rows_one_level_deeper() -> None:
    assert validators(answer({"ok": True, "data": [row()]})) == validators(answer([row()]))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": 8},
        {"full_name": "acme/kernel"},
        {"owner": {"id": 4}},
        {"updated_at": "2026-11-22T11:00:01+01:00"},
        {"default_branch": "trunk"},
        {"archived": True},
        {"empty": True},
        {"private": True},
        {"internal": True},
        {"size": 27},
        {"permissions": {"admin": False, "push": False, "pull": False}},
        {"permissions": {"admin": False, "push": True, "pull": True}},
        {"a field of tomorrow": 1},
    ],
    ids=str,
)
def test_whatever_may_change_an_answer_changes_the_state(changed: dict[str, Any]) -> None:
    assert state(**changed) != state()


@pytest.mark.parametrize(
    "changed",
    [
        {"stars_count": 9},
        {"open_pr_counter": 1},
        {"parent": {"full_name": "other/core"}},
        {"owner": {"id": 3, "last_login": "2026-11-22T00:00:00Z"}},
    ],
    ids=str,
)
def test_what_cannot_does_not(changed: dict[str, Any]) -> None:
    assert state(**changed) == state()


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sun, 22 Nov 2026 12:00:00 -0000"])
def test_a_server_that_tells_no_time_leaves_no_stamp(date: str | None) -> None:
    assert validators(answer([row()], date)) == {}


@pytest.mark.parametrize(
    "rows", [{}, [7], [row(updated_at=None)], [row(updated_at="2026-11-22")], [row(owner=[])]]
)
def test_a_row_without_a_time_leaves_no_stamp(rows: Any) -> None:
    assert validators(answer(rows)) == {}


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_every_row_of_a_listing_has_one(forge: str) -> None:
    """Both servers' rows, as a client gets them."""
    import httpx  # noqa: PLC0415

    world = World(now="2026-11-22T12:00:00Z")
    world.organisation("acme").repository("core", {"a": "b"}, updated_at="2026-11-22T10:00:00Z")
    with Emulator(world, forge) as emulator:
        got = httpx.get(f"{emulator.api_url}/orgs/acme/repos")
    [found] = validators(
        Response(200, {key.lower(): text for key, text in got.headers.items()}, got.content)
    ).values()
    assert found.changed == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert found.seen == datetime(2026, 11, 22, 12, tzinfo=UTC)
