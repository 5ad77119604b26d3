"""What the source is asked: a null is no answer where nothing explains it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from consumer_drift.forges.address import Kind, address_of
from consumer_drift.forges.github import contents
from consumer_drift.forges.github.client import GitHubClient
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.model.observation import Tag
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from consumer_drift.support.deadline import Deadline
from tests.forges.github.graphs import CORE, blob, error, modes
from tests.forges.http.servers import Server, answer

HASTE = RetryPolicy(attempts=1)
DATE = datetime(2026, 11, 20, 10, tzinfo=UTC)


def ask(question: Any, *bodies: Any, status: int = 200, token: str = "ghp_x") -> Any:
    """The answer to *question* from a server that sends these bodies, one after the other."""
    with Server([answer(status if index == 0 else 200, body) for index, body in enumerate(bodies)]) as server:
        client = GitHubClient(
            address_of(Kind.GITHUB, server.url), token, Deadline(600), concurrency=1, retry_policy=HASTE
        )
        return question(client)


def outcome(got: Any) -> Any:
    """The reason of an obstacle, anything else itself."""
    return got.reason if isinstance(got, Failure) else got


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"data": {"r0": {"f0": blob(), "m0": modes()}}}, FileText("1.4.0\n")),
        ({"data": {"r0": {"f0": blob("1.4.0"), "m0": modes(0o120000)}}}, NoText("a symbolic link")),
        ({"data": {"r0": {"f0": None, "m0": modes(0o160000)}}}, NoText("a submodule", is_file=False)),
        ({"data": {"r0": {"f0": blob(), "m0": {"entries": []}}}}, Reason.UNEXPECTED),
        ({"data": {"r0": {"f0": None, "m0": None}}}, NoFile()),
        ({"data": {"r0": {"f0": None, "m0": {"entries": []}}}}, NoFile()),
        ({"data": {"r0": {"f0": None, "m0": modes()}}}, Reason.UNEXPECTED),
        ({"data": {"r0": None}}, Reason.UNEXPECTED),
        ({"data": {"r0": {}}}, Reason.UNEXPECTED),
        ({"data": {"r0": None}, "errors": [error("NOT_FOUND", "r0")]}, Reason.NOT_FOUND),
        ({"data": {"r0": {"f0": None}}, "errors": [error("FORBIDDEN", "r0", "f0", message="no")]}, Reason.DENIED),
        ({"data": {"r0": {"f0": None}}, "errors": [error("FORBIDDEN", message="no")]}, Reason.DENIED),
    ],
)
def test_one_file(body: Any, expected: Any) -> None:
    """There, not there, or unknown."""
    assert outcome(ask(lambda client: contents.file(client, CORE, "V", ""), body)) == expected


def tags(*names: str, after: str | None = None, total: int = 1, **more: Any) -> dict[str, Any]:
    """A page of light tags."""
    nodes = [{"name": name, "target": {"oid": f"c-{name}"}} for name in names]
    info = {"hasNextPage": after is not None, "endCursor": after}
    return {"data": {"repository": {"refs": {"totalCount": total, "pageInfo": info, "nodes": nodes, **more}}}}


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([tags("v1", after="c", total=2), tags("v2", total=2)], (Tag("v1", "c-v1"), Tag("v2", "c-v2"))),
        ([tags(total=0)], ()),
        # v1 was deleted after its page was read, which moved v3 to it
        (
            [
                tags("v1", "v2", after="c", total=4),
                tags("v4", total=3),
                tags("v2", "v3", after="c", total=3),
                tags("v4", total=3),
            ],
            (Tag("v2", "c-v2"), Tag("v3", "c-v3"), Tag("v4", "c-v4")),
        ),
        ([tags("v1", after="c", total=2), tags("v2", total=1)] * 2, Reason.CUT_SHORT),
        (
            [tags(nodes=[{"name": "v1", "target": {"oid": "tag", "target": {"oid": "commit"}}}])],
            (Tag("v1", "commit"),),
        ),
        (
            [tags(nodes=[{"name": "v1", "target": {"oid": "c", "committedDate": "2026-11-20T10:00:00Z"}}])],
            (Tag("v1", "c", DATE),),
        ),
        (
            [
                tags(
                    nodes=[
                        {
                            "name": "v1",
                            "target": {
                                "oid": "tag",
                                "tagger": {"date": "2026-11-20T10:00:00Z"},
                                "target": {"oid": "c", "committedDate": "2026-11-01T10:00:00Z"},
                            },
                        }
                    ]
                )
            ],
            (Tag("v1", "c", DATE, annotated=True),),
        ),
        (
            [
                tags(
                    nodes=[
                        {
                            "name": "v1",
                            "target": {
                                "oid": "tag",
                                "tagger": None,
                                "target": {"oid": "c", "committedDate": "2026-11-20T10:00:00Z"},
                            },
                        }
                    ]
                )
            ],
            (Tag("v1", "c", DATE),),
        ),
        (
            [tags(nodes=[{"name": "v1", "target": {"oid": "c", "committedDate": "yesterday"}}])],
            Reason.UNEXPECTED,
        ),
        ([tags("v1", after="c"), tags("v1", after="c")], Reason.UNEXPECTED),
        ([tags("v1", after="c"), {"data": None, "errors": [error("FORBIDDEN", message="no")]}], Reason.DENIED),
        ([{"data": {"repository": None}}], Reason.UNEXPECTED),
        ([{"data": {"repository": None}, "errors": [error("NOT_FOUND", "repository")]}], Reason.NOT_FOUND),
    ],
)
def test_all_pages_of_the_tags_or_none(bodies: list[Any], expected: Any) -> None:
    """Half of them might lack the highest."""
    assert outcome(ask(lambda client: contents.tags(client, CORE, "v"), *bodies)) == expected


@pytest.mark.parametrize(
    ("bodies", "status", "expected"),
    [
        ([{"tag_name": "v1.4.0"}], 200, Tag("v1.4.0")),
        ([{"tag_name": None}], 200, Reason.UNEXPECTED),
        ([{"message": "Not Found"}, {"full_name": "acme/core"}], 404, None),
        ([{"message": "no"}], 403, Reason.DENIED),
    ],
)
def test_the_latest_release(bodies: list[Any], status: int, expected: Any) -> None:
    """The same 404 says "no release" and "no repository": the second question tells."""
    got = ask(lambda client: contents.latest_release(client, CORE), *bodies, status=status)
    assert outcome(got) == expected


def releases(*nodes: dict[str, Any]) -> dict[str, Any]:
    """A page of releases."""
    plain = {"publishedAt": "2026-11-20T10:00:00Z", "isDraft": False, "isPrerelease": False}
    return {"data": {"repository": {"releases": {"nodes": [plain | node for node in nodes]}}}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (releases({"tagName": "v1"}), (Tag("v1", date=DATE),)),
        (
            releases(
                {"tagName": "v2", "isDraft": True, "publishedAt": None}, {"tagName": "v3", "isPrerelease": True}
            ),
            (),
        ),
        (releases({"tagName": None}), Reason.UNEXPECTED),
        ({"data": {"repository": None}}, Reason.UNEXPECTED),
        ({"data": {"repository": None}, "errors": [error("FORBIDDEN", message="no")]}, Reason.DENIED),
    ],
)
def test_the_releases_and_their_dates(body: Any, expected: Any) -> None:
    """Drafts and pre-releases are not releases yet."""
    assert outcome(ask(lambda client: contents.releases(client, CORE), body)) == expected


def test_graphql_is_not_asked_without_a_token() -> None:
    """It answers no request, so the reason is told at once."""
    got = ask(lambda client: contents.tags(client, CORE, "v"), {}, token="")
    assert isinstance(got, Failure)
    assert got.reason is Reason.NO_TOKEN
    assert got.remedy == "set token"
