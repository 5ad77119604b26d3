"""The pages of an owner: every one read, or the whole listing is an obstacle."""

from __future__ import annotations

import json
import math
import re
import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.address import Kind, address_of
from consumer_drift.forges.git import blob_id
from consumer_drift.forges.github.client import GitHubClient
from consumer_drift.forges.github.listing import listing
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.forges.http.transport import Limits
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing, Probe
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from consumer_drift.support.deadline import Deadline
from tests.forges.github.graphs import blob, error, node
from tests.forges.http.servers import Server, answer, hang, message, raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from tests.forges.http.servers import Seen

HASTE = RetryPolicy(attempts=2, first=0.001, longest=0.1, secondary=0.01)
LIMITS = Limits(connect=60, read=60, total=60, body=1_000_000)
PROBE = Probe("acme", (".v",), frozenset({RepositoryName("acme", "listed")}), (), (), Visibility.ALL)


def row(name: str, **more: Any) -> dict[str, Any]:
    """A repository of a page."""
    return node(id=f"R_{name}", nameWithOwner=f"acme/{name}", **more)


def page(*rows: Any, total: int | None = None, **more: Any) -> dict[str, Any]:
    """The data of the only page."""
    return {
        "viewer": {"login": "bot"},
        "repositoryOwner": {
            "__typename": "Organization",
            "login": "acme",
            "repositories": {
                "totalCount": len(rows) if total is None else total,
                "pageInfo": {
                    "hasNextPage": False,
                    "endCursor": None,
                    "hasPreviousPage": False,
                    "startCursor": None,
                },
                "nodes": list(rows),
                **more,
            },
        },
    }


@dataclass
class Owner:
    """What GitHub holds of an owner, and what goes wrong with the n-th question about it (None: nothing)."""

    rows: list[Any]
    faults: list[Any] = field(default_factory=list)
    rest: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    # What the search does not find.
    not_indexed: frozenset[str] = frozenset()
    # Done to the rows once so many questions were answered.
    change: tuple[int, Callable[[list[Any]], None]] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def list(self, probe: Probe = PROBE, token: str = "ghp_canary", **options: Any) -> Listing | Failure:
        """List it over a real connection."""
        options = {"deadline": Deadline(600), "concurrency": 4, "retry_policy": HASTE, "limits": LIMITS, **options}
        with Server([answer()]) as server:
            server.acts = [lambda connection: self._answer(server.last_of(connection), connection)]
            client = GitHubClient(address_of(Kind.GITHUB, server.url), token, **options)
            return listing(probe, client, lambda _name: None)

    def _answer(self, seen: Seen, connection: socket) -> bool:
        if seen.method == "GET":
            path = re.sub(r"^/api/v3|\?.*", "", seen.target)
            got = self.rest.get(path)
            return bool(got(connection)) if callable(got) else answer(200 if got else 404, got)(connection)
        with self.lock:
            question = json.loads(seen.body)
            number = len(self.asked)
            self.asked.append({**question["variables"], "backward": "last: $size" in question["query"]})
            if self.change and number >= self.change[0]:
                self.change[1](self.rows)
                self.change = None
            fault = self.faults[number] if number < len(self.faults) else None
            got = fault or self._answered(question)
        if callable(got):
            return bool(got(connection))
        return answer(200, got if "errors" in got else {"data": got})(connection)

    def _answered(self, question: dict[str, Any]) -> dict[str, Any]:
        document, variables = question["query"], question["variables"]
        if "createdAt" in document:
            times = [one["createdAt"] for one in self.rows if one]
            return {"repositoryOwner": {f"{end}": {"nodes": [{"createdAt": found}]}
                    for end, found in (("oldest", min(times)), ("newest", max(times)))}}  # fmt: skip
        if "repositoryCount" in document:
            return {
                f"s{name[1:]}": {"repositoryCount": len(self._found(search))} for name, search in variables.items()
            }
        if "search" in variables:
            found = self._found(variables["search"])[:1000]
            begin = int(variables["cursor"] or 0)
            end = begin + variables["size"]
            info = {"hasNextPage": end < len(found), "endCursor": str(end)}
            return {**page(total=len(self.rows)), "search": {"pageInfo": info, "nodes": found[begin:end]}}
        return self._page(**self.asked[-1])

    def _found(self, search: str) -> list[Any]:
        """What GitHub finds by creation time, in an order of its own."""
        qualifiers = dict(word.split(":", 1) for word in search.split())
        assert qualifiers["org"], qualifiers["fork"] == ("acme", "true")
        first, last = qualifiers["created"].split("..")
        rows = [one for one in self.rows if one and one["nameWithOwner"] not in self.not_indexed]
        return [one for one in reversed(rows) if first <= one["createdAt"] <= last]

    def _page(self, size: int, cursor: str | None, backward: bool, **_: Any) -> dict[str, Any]:
        """A slice, by the names beside it: what a cursor means survives a change of the list."""
        names = [one["nameWithOwner"] if one else f"acme/null{index:04}" for index, one in enumerate(self.rows)]
        if backward:
            end = len(names) if cursor is None else bisect_left(names, cursor)
            begin = max(0, end - size)
        else:
            begin = 0 if cursor is None else bisect_right(names, cursor)
            end = min(len(names), begin + size)
        info = {
            "hasNextPage": end < len(names),
            "endCursor": names[end - 1] if end > begin else None,
            "hasPreviousPage": begin > 0,
            "startCursor": names[begin] if end > begin else None,
        }
        return page(*self.rows[begin:end], total=len(names), pageInfo=info)


def rows_of(got: Listing | Failure) -> list[str]:
    """The names that were shown, sorted."""
    assert isinstance(got, Listing), got
    return sorted(one.name.name for one in got.repositories)


def reason(got: Listing | Failure) -> Reason:
    """Why there is no listing."""
    assert isinstance(got, Failure), got
    return got.reason


def test_every_row_is_probed_but_those_that_are_not_asked_for() -> None:
    """Consumers are read elsewhere, archived ones cannot be unlisted."""
    counts = {"/orgs/acme": {"public_repos": 0, "total_private_repos": 4}}
    owner = Owner([row("a"), row("b", isArchived=True), row("c", f0=None), row("listed")], rest=counts)
    got = owner.list()
    assert isinstance(got, Listing)
    assert (got.hidden, got.doubts) == (0, ())
    files = {one.name.name: one.files for one in got.repositories}
    assert files == {"a": {".v": FileText("1.4.0\n")}, "listed": {}, "b": {}, "c": {".v": NoFile()}}
    assert len(owner.asked) == 1


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 150, 200, 250, 300, 301, 430])
def test_every_page_is_read_from_whichever_end(count: int) -> None:
    """All rows, each once, in no more questions than pages."""
    owner = Owner([row(f"r{index:04}") for index in range(count)])
    assert rows_of(owner.list()) == [f"r{index:04}" for index in range(count)]
    assert len(owner.asked) <= max(1, -(-count // 100))


@pytest.mark.parametrize("nulls", [[0], [49, 50, 51], [120], [149]])
def test_rows_that_are_null_are_hidden_and_counted_once(nulls: list[int]) -> None:
    """Also where both ends meet, and both see them."""
    owner = Owner([None if index in nulls else row(f"r{index:04}") for index in range(150)])
    got = owner.list()
    assert isinstance(got, Listing)
    assert got.hidden == len(nulls)
    assert len(got.repositories) == 150 - len(nulls)


def test_rows_that_are_counted_and_never_come_are_hidden() -> None:
    """GitHub knows of more than it shows."""
    got = Owner([], [page(row("a"), total=3)] * 3).list()
    assert isinstance(got, Listing)
    assert got.hidden == 2


def test_repositories_that_vanish_while_the_list_is_read_hide_nothing() -> None:
    """What was found and is gone fills the count: the walk goes on to its end."""
    rows = [row(f"r{index:04}") for index in range(405)]
    owner = Owner(list(rows), change=(1, lambda held: held.__delitem__(slice(0, 10))))
    assert {f"r{index:04}" for index in range(10, 405)} <= set(rows_of(owner.list()))


def test_a_page_that_is_too_much_is_asked_for_in_a_smaller_one() -> None:
    """By a gateway's time-out, by GitHub's own bound, or because something in it broke."""
    faults = [
        raw(message(502, b"<html>", Content_Type="text/html")),
        {"data": page(), "errors": [error("RESOURCE_LIMITS_EXCEEDED", "repositoryOwner")]},
        {"data": page(), "errors": [error(None, message="Something went wrong")]},
    ]
    owner = Owner([row(f"r{index:04}") for index in range(35)], faults)
    assert len(rows_of(owner.list())) == 35
    assert [one["size"] for one in owner.asked[:4]] == [100, 50, 25, 10]
    assert all(one["size"] == 10 for one in owner.asked[3:])


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_later_page_that_is_too_much_loses_no_row(number: int) -> None:
    """Whichever end it is at."""
    faults = [None] * number + [{"data": page(), "errors": [error("RESOURCE_LIMITS_EXCEEDED")]}]
    owner = Owner([row(f"r{index:04}") for index in range(450)], faults)
    assert len(rows_of(owner.list())) == 450


def test_a_page_that_is_too_much_at_any_size_is_an_obstacle() -> None:
    """Half a listing would look like a whole one."""
    owner = Owner([row("a")], [{"data": page(), "errors": [error("RESOURCE_LIMITS_EXCEEDED")]}] * 5)
    assert reason(owner.list()) is Reason.RESOURCE_LIMIT
    assert [one["size"] for one in owner.asked] == [100, 50, 25, 10, 1]


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ({"data": {"repositoryOwner": None}, "errors": []}, Reason.NOT_FOUND),
        (
            {"data": {"repositoryOwner": None}, "errors": [error("INSUFFICIENT_SCOPES", "repositoryOwner")]},
            Reason.MISSING_SCOPE,
        ),
        ({"data": None, "errors": [error("FORBIDDEN", message="no")]}, Reason.DENIED),
        ({"data": page(row("a", f0=None)), "errors": [error("FORBIDDEN", message="no")]}, Reason.DENIED),
        ({"data": page(pageInfo=None), "errors": []}, Reason.UNEXPECTED),
        ({"data": page(nodes=None), "errors": []}, Reason.UNEXPECTED),
        ({"data": page(totalCount=None), "errors": []}, Reason.UNEXPECTED),
        ({"data": page({"nameWithOwner": "acme/a"}), "errors": []}, Reason.UNEXPECTED),
    ],
)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_page_that_cannot_be_believed_ends_the_listing(answered: Any, expected: Reason, number: int) -> None:
    """What was shown before does not make it whole."""
    owner = Owner([row(f"r{index:04}") for index in range(350)], [None] * number + [answered])
    assert reason(owner.list()) is expected


def test_a_page_that_leads_to_itself_ends() -> None:
    """A server in a circle would hold the run for ever."""
    info = {"hasNextPage": True, "endCursor": "c", "hasPreviousPage": True, "startCursor": "c"}
    circle = page(row("a"), total=900, pageInfo=info)
    assert reason(Owner([], [circle] * 9).list()) is Reason.UNEXPECTED


def test_a_file_that_cannot_be_read_is_that_repositorys_alone() -> None:
    """The error says which row it is."""
    place = ("repositoryOwner", "repositories", "nodes", 1, "f0")
    denied = {"data": page(row("a"), row("b", f0=None)), "errors": [error("FORBIDDEN", *place, message="no")]}
    got = Owner([], [denied]).list()
    assert isinstance(got, Listing)
    files = {one.name.name: one.files[".v"] for one in got.repositories}
    assert files["a"] == FileText("1.4.0\n")
    assert isinstance(files["b"], Failure)


def test_what_graphql_cut_off_is_read_by_rest() -> None:
    """A blob of any size, by its id."""
    oid = blob_id("1.4.0\n")
    blobs = {f"/repos/acme/a/git/blobs/{oid}": {"content": "MS40LjAK", "encoding": "base64"}}
    got = Owner([row("a", f0=blob("1.", isTruncated=True, oid=oid))], rest=blobs).list()
    assert isinstance(got, Listing)
    assert got.repositories[0].files == {".v": FileText("1.4.0\n")}


def test_a_blob_that_is_not_what_its_id_says_is_no_file() -> None:
    """Git calls a file by the hash of its content, so what is missing shows."""
    blobs = {"/repos/acme/a/git/blobs/b1": {"content": "MS40LjAK", "encoding": "base64"}}
    got = Owner([row("a", f0=blob("1.", isTruncated=True, oid="b1"))], rest=blobs).list()
    assert isinstance(got, Listing)
    assert reason(got.repositories[0].files[".v"]) is Reason.CUT_SHORT


@pytest.mark.parametrize("content", ["ü", "!", None, 7])
def test_a_blob_that_is_no_base64_is_no_text(content: Any) -> None:
    """And no traceback."""
    got = Owner(
        [row("a", f0=blob(None, oid="b1"))], rest={"/repos/acme/a/git/blobs/b1": {"content": content}}
    ).list()
    assert isinstance(got, Listing)
    assert isinstance(got.repositories[0].files[".v"], Failure | NoText)


def test_a_listing_that_the_runs_end_cut_off_is_none() -> None:
    """Rows that were left out would not be missed."""
    deadline = Deadline(600)

    def interrupted(connection: socket) -> bool:
        deadline.interrupt(2)
        return hang(connection)

    owner = Owner([row("a", f0=blob(None, oid="b1")), row("b")], rest={"/repos/acme/a/git/blobs/b1": interrupted})
    assert reason(owner.list(deadline=deadline, limits=Limits(read=6000, total=6000))) is Reason.INTERRUPTED


def test_a_listing_whose_count_the_runs_end_cut_off_is_one_without_a_proof() -> None:
    """Every page was read."""
    deadline = Deadline(600)

    def interrupted(connection: socket) -> bool:
        deadline.interrupt(2)
        return hang(connection)

    owner = Owner([row("a"), row("b")], rest={"/orgs/acme": interrupted})
    got = owner.list(deadline=deadline, limits=Limits(read=6000, total=6000))
    assert rows_of(got) == ["a", "b"]
    assert isinstance(got, Listing)
    assert got.doubts


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        ({"repository_selection": "all", "repositories": [{"full_name": "ACME/a"}]}, 0),
        ({"repository_selection": "all", "repositories": [{"full_name": "umbrella/a"}]}, None),
        ({"repository_selection": "selected", "repositories": [{"full_name": "acme/a"}]}, None),
        ({"repository_selection": "all"}, None),
        ({"repositories": []}, None),
    ],
)
def test_an_installation_proves_only_what_is_its_own(shown: dict[str, Any], hidden: int | None) -> None:
    """An App on all repositories of another owner sees of this one what is public."""
    got = Owner([row("a")], rest={"/installation/repositories": shown}).list(token="ghs_x")
    assert isinstance(got, Listing)
    assert got.hidden == hidden
    assert bool(got.doubts) is (hidden is None)


FIELDS = [
    "viewer", "login", "repositoryOwner", "repositories", "pageInfo", "hasNextPage", "endCursor", "nodes",
    "nameWithOwner", "url", "isArchived", "isEmpty", "isPrivate", "branch", "f0", "__typename",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=10,
)


@given(st.lists(JSON, min_size=1, max_size=2), st.data())
def test_no_page_raises(random: list[Any], data: st.DataObject) -> None:
    """At random, or a good page with one field changed."""
    good = page(row("a"), row("b"))
    spot = data.draw(
        st.sampled_from([good, good["repositoryOwner"], good["repositoryOwner"]["repositories"],
                         good["repositoryOwner"]["repositories"]["nodes"][0]])
    )  # fmt: skip
    spot[data.draw(st.sampled_from(sorted(spot)))] = data.draw(JSON)
    changed = [good if data.draw(st.booleans()) else {"errors": [], "data": one} for one in random]
    refused = {"errors": [error("FORBIDDEN")], "data": None}
    assert isinstance(Owner([], [*changed, *[refused] * 9]).list(), Listing | Failure)


START = datetime(2012, 1, 1, tzinfo=UTC)


def large(count: int, apart: Callable[[int], float] = lambda index: index * 40_000.0) -> Owner:
    """An owner of so many repositories; *apart*: the seconds at which each was created."""
    rows = [
        row(
            f"r{(index * 7919) % count:05}",
            createdAt=f"{START + timedelta(seconds=int(apart(index))):%Y-%m-%dT%H:%M:%SZ}",
        )
        for index in range(count)
    ]
    return Owner(sorted(rows, key=lambda one: str(one["nameWithOwner"])))


def depth(owner: Owner) -> int:
    """How many questions in a row each needed an answer to the one before."""
    counted: list[tuple[str, str]] = []
    rounds, pages = 0, Counter({"": 0})
    for asked in owner.asked:
        if "size" in asked:
            pages[asked.get("search", "backward" if asked["backward"] else "")] += 1
            continue
        for text in map(str, asked.values()):
            if "created:" in text:
                first, last = text.split("created:")[1].split("..")
                counted.append((first, last))
                rounds = max(rounds, sum(begin <= first and last <= end for begin, end in counted))
    ends = max(pages.pop("") - 1, pages.pop("backward", 0))
    return 1 + bool(counted) + rounds + max(pages.values(), default=0) + ends


@pytest.mark.parametrize(
    ("count", "apart"),
    [
        (5000, lambda index: index * 40_000.0),
        # Nine of ten came in one import of a day.
        (3000, lambda index: index * 30_000.0 if index % 10 == 0 else 50_000_000.0 + index * 28),
        # More and more of them.
        (3000, lambda index: 40_000.0 * math.sqrt(index * 3000)),
    ],
)
def test_a_large_owner_is_read_in_few_round_trips(count: int, apart: Callable[[int], float]) -> None:
    """The target and the owner's own count take one each besides."""
    owner = large(count, apart)
    assert rows_of(owner.list()) == sorted(one["nameWithOwner"][5:] for one in owner.rows)
    assert depth(owner) + 2 <= 12
    assert len(owner.asked) + 2 <= 10 + 0.012 * count


def test_an_owner_whose_search_lags_behind_is_read_from_both_ends() -> None:
    """After the counts, which do not add up."""
    owner = large(2300)
    owner.not_indexed = frozenset({"acme/r00042"})
    assert len(rows_of(owner.list())) == 2300
    assert not any("search" in asked for asked in owner.asked)
    assert len(owner.asked) <= 26


def test_what_the_search_shows_of_others_fills_no_gap() -> None:
    """Its counts add up, and one repository was transferred meanwhile: the list is read to its end."""
    owner = large(2300)
    strange = {**owner.rows[7], "nameWithOwner": "umbrella/r", "id": "R_umbrella"}
    held = list(owner.rows)

    def found(search: str) -> list[Any]:
        return [strange if one is held[7] else one for one in Owner._found(owner, search)]

    owner._found = found  # type: ignore[method-assign]
    assert len(rows_of(owner.list())) == 2300


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_search_that_fails_loses_no_row(number: int) -> None:
    """Whether it was asked for the times, the counts, or a page."""
    owner = large(2300)
    owner.faults = [None] * number + [{"data": None, "errors": [error("FORBIDDEN", message="no")]}]
    assert len(rows_of(owner.list())) == 2300


def test_times_that_are_not_shown_are_no_end_of_the_listing() -> None:
    """GitHub shows no oldest repository, although it counts them."""
    owner = large(2300)
    owner.faults = [None, {"repositoryOwner": {"oldest": {"nodes": []}, "newest": {"nodes": []}}}]
    assert len(rows_of(owner.list())) == 2300
    assert not any("search" in asked for asked in owner.asked)


def test_too_many_repositories_of_one_second_are_read_from_both_ends() -> None:
    """No range of times divides them."""
    owner = large(2300, lambda index: 0.0 if index % 2 else index * 1000.0)
    assert len(rows_of(owner.list())) == 2300
    assert not any("search" in asked for asked in owner.asked)
