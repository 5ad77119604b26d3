"""Batches: what does not land is asked for again, together where it can be, in halves where it must."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.address import Kind, address_of
from consumer_drift.forges.github import contents
from consumer_drift.forges.github.client import GitHubClient
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.model.observation import Snapshot, Survey, Wanted
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, FileText, Reason
from consumer_drift.support.deadline import Deadline
from tests.forges.github.graphs import HIDDEN, error, node, pull
from tests.forges.http.servers import Server, answer, message, raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from tests.forges.http.servers import Act

# From the names that were asked for, in their order, and whether pull requests were: the answer.
Teller = Any
HASTE = RetryPolicy(attempts=2, first=0.001, longest=0.1, secondary=0.01)
NAMES = [RepositoryName("acme", f"c{index:02}") for index in range(60)]


def read(teller: Callable[[list[str], bool], Any], count: int) -> tuple[dict[str, Snapshot | Failure], list[int]]:
    """Read *count* consumers; with how many were asked for in each question."""
    sizes: list[int] = []
    with Server([answer()]) as server:

        def act(connection: socket) -> bool:
            question = json.loads(server.last_of(connection).body)
            held = question["variables"]
            asked = [value for value in held.values() if str(value).startswith("c")]
            sizes.append(len(asked))
            told = teller(asked, "pullRequests" in question["query"])
            made: Act = told if callable(told) else answer(200, told)
            return made(connection)

        server.acts = [act]
        client = GitHubClient(
            address_of(Kind.GITHUB, server.url), "ghp_x", Deadline(600), concurrency=2, retry_policy=HASTE
        )
        wanted = [Wanted(name, (".v",)) for name in NAMES[:count]]
        got = {name.name: result for name, result in contents.read(client, Survey(tuple(wanted), None, "bump/1"))}
    return got, sizes


def shown(names: list[str], pulls: bool) -> dict[str, Any]:
    """All of them, in sync."""
    more = {"pullRequests": {"nodes": [pull()]}} if pulls else {}
    return {f"r{index}": node(nameWithOwner=f"acme/{name}", **more) for index, name in enumerate(names)}


def test_a_batch_is_one_question() -> None:
    """Fifty at a time."""
    got, sizes = read(lambda names, pulls: {"data": shown(names, pulls)}, 60)
    assert sorted(sizes) == [10, 50]
    assert sorted(got) == [name.name for name in NAMES]
    assert all(isinstance(one, Snapshot) and one.files == {".v": FileText("1.4.0\n")} for one in got.values())


def test_consumers_whose_pull_requests_are_denied_are_asked_again_together() -> None:
    """One question more for a batch, not one for each of it."""

    def tell(names: list[str], pulls: bool) -> Any:
        if not pulls:
            return {"data": shown(names, pulls)}
        errors = [error("FORBIDDEN", f"r{index}", "pullRequests", message=HIDDEN) for index in range(len(names))]
        return {"data": dict.fromkeys(shown(names, pulls)), "errors": errors}

    got, sizes = read(tell, 40)
    assert sizes == [40, 40]
    for name, one in got.items():
        assert isinstance(one, Snapshot)
        assert one.files == {".v": FileText("1.4.0\n")}
        assert isinstance(one.pull_requests, Failure)
        assert f"the pull requests of acme/{name}" in one.pull_requests.said


def test_what_is_too_much_together_is_asked_for_in_halves() -> None:
    """By a gateway's time-out; everyone lands in the end, once."""

    def tell(names: list[str], pulls: bool) -> Any:
        if len(names) > 10:
            return raw(message(502, b"<html>", Content_Type="text/html"))
        return {"data": shown(names, pulls)}

    got, sizes = read(tell, 40)
    assert sorted(got) == [name.name for name in NAMES[:40]]
    assert sorted(sizes, reverse=True) == [40, 20, 20, 10, 10, 10, 10]


def test_the_one_that_breaks_is_found_and_the_others_land() -> None:
    """Alone it is the obstacle."""

    def tell(names: list[str], pulls: bool) -> Any:
        data: dict[str, Any] = shown(names, pulls)
        if "c03" not in names:
            return {"data": data}
        alias = f"r{names.index('c03')}"
        return {"data": {**data, alias: None}, "errors": [error("RESOURCE_LIMITS_EXCEEDED", alias)]}

    got, sizes = read(tell, 8)
    broken = got.pop("c03")
    assert isinstance(broken, Failure)
    assert broken.reason is Reason.RESOURCE_LIMIT
    assert sorted(got) == [f"c{index:02}" for index in (0, 1, 2, 4, 5, 6, 7)]
    assert sizes[0] == 8


def test_a_refusal_of_the_whole_question_is_everybodys() -> None:
    """A dead token reads nothing."""
    got, sizes = read(lambda _names, _pulls: answer(401, {"message": "Bad credentials"}), 5)
    assert sizes == [5]
    assert {one.reason for one in got.values() if isinstance(one, Failure)} == {Reason.BAD_CREDENTIALS}
    assert len(got) == 5
