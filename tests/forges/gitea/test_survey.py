"""A whole survey: what it brings, what it costs, and what becomes of it when it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing, Snapshot, Survey
from consumer_drift.model.result import Failure, FileText, NoFile, Reason
from consumer_drift.support.deadline import Deadline
from tests.emulator import Emulator, World
from tests.forges.gitea.forges import PIN, forge_at, look, name, probe, wanted

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName
    from tests.emulator import Token

SERVERS = ["gitea", "forgejo"]
TWO = [PIN, "requirements.txt"]


def fleet(consumers: int, others: int = 0, **settings: object) -> tuple[World, Token, list[str]]:
    world = World(**settings)
    acme = world.organisation("acme")
    names = [f"template-{number:04}" for number in range(consumers)]
    for one in names:
        acme.repository(one, files=dict.fromkeys(TWO, "1"))
    for number in range(others):
        acme.repository(f"other-{number:04}")
    return world, world.token("bot", scopes=["read:repository", "read:organization"], sees="all"), names


def test_consumers_and_unlisted_repositories_are_read_in_one_survey() -> None:
    world, token, names = fleet(5)
    acme = world.owners["acme"]
    acme.repository("template-unlisted", files={PIN: "1"})
    acme.repository("template-archived", files={PIN: "1"}, archived=True)
    acme.repository("template-empty", empty=True)
    acme.repository("template-out", files={PIN: "1"})
    acme.repository("elsewhere", files={PIN: "1"})
    told: list[RepositoryName] = []
    with Emulator(world, "gitea") as emulator:
        where = probe(*names, include=["TEMPLATE-*"], exclude=["*-out"])
        seen = forge_at(emulator, token).survey(Survey(wanted(*names), where), told.append)
    assert [one.files for one in seen.consumers.values() if isinstance(one, Snapshot)] == [
        {PIN: FileText("1")}
    ] * 5
    assert isinstance(seen.listing, Listing)
    read = {one.name.name: one.files for one in seen.listing.repositories if one.files}
    assert read == {"template-unlisted": {PIN: FileText("1")}, "template-empty": {PIN: NoFile()}}
    assert len(seen.listing.repositories) == 10
    assert set(told) == {name(text) for text in [*names, "template-unlisted", "template-empty"]}


def test_only_public_repositories_are_looked_into_where_others_cannot_be_consumers() -> None:
    world, token, _ = fleet(0)
    acme = world.owners["acme"]
    acme.repository("open", files={PIN: "1"})
    acme.repository("closed", files={PIN: "1"}, private=True)
    acme.repository("inside", files={PIN: "1"}, internal=True)
    with Emulator(world, "gitea") as emulator:
        listing = look(forge_at(emulator, token), (), probe("x", visibility=Visibility.PUBLIC)).listing
    assert isinstance(listing, Listing)
    assert [one.name.name for one in listing.repositories if one.files] == ["open"]
    assert len(listing.repositories) == 3


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("reconcile", [True, False])
def test_a_renamed_consumer_is_read_under_its_new_name(forge: str, reconcile: bool) -> None:
    world, token, _ = fleet(4)
    world.owners["acme"].repository("new", files={PIN: "2"}, renamed_from="old", branches={"1.x": {PIN: "1"}})
    with Emulator(world, forge) as emulator:
        where = probe("old") if reconcile else None
        (seen,) = look(forge_at(emulator, token), wanted("old", forbid=["x/"]), where).consumers.values()
    assert isinstance(seen, Snapshot)
    assert (seen.asked, str(seen.name)) == (name("old"), "acme/new")
    assert seen.files == {PIN: FileText("2")}
    assert seen.web_url.endswith("/acme/new")


@pytest.mark.parametrize("forge", SERVERS)
def test_a_consumer_that_moved_to_another_owner_is_read_there(forge: str) -> None:
    world, token, _ = fleet(4)
    world.transfer(world.repository("acme/template-0001"), world.organisation("beta"))
    with Emulator(world, forge) as emulator:
        (seen,) = look(
            forge_at(emulator, token), wanted("template-0001"), probe("template-0001")
        ).consumers.values()
    assert isinstance(seen, Snapshot)
    assert str(seen.name) == "beta/template-0001"
    assert seen.files == {PIN: FileText("1")}


def test_names_compare_without_case() -> None:
    world, token, _ = fleet(4)
    with Emulator(world, "gitea") as emulator:
        seen = look(
            forge_at(emulator, token), wanted("ACME/Template-0001"), probe("ACME/Template-0001", owner="AcMe")
        )
        assert emulator.requests.count("GET", r"/repos/acme/template-0001$") == 0
    (snapshot,) = seen.consumers.values()
    assert isinstance(snapshot, Snapshot)
    assert str(snapshot.name) == "acme/template-0001"
    assert isinstance(seen.listing, Listing)
    assert name("template-0001") not in {one.name for one in seen.listing.repositories if one.files}


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("fault", ["missing-scope", "not-found", "unknown-403"])
def test_a_listed_repository_that_cannot_be_looked_into_is_no_repository_without_a_pin(
    forge: str, fault: str
) -> None:
    world, token, names = fleet(3)
    world.owners["acme"].repository("template-secret", files={PIN: "1"}, private=True)
    with Emulator(world, forge) as emulator:
        emulator.faults.add(fault, path="/repos/acme/template-secret")
        listing = look(forge_at(emulator, token), wanted(*names), probe(*names)).listing
    assert isinstance(listing, Listing)
    (secret,) = (one for one in listing.repositories if one.name == name("template-secret"))
    assert isinstance(secret.files[PIN], Failure)


@pytest.mark.parametrize(
    ("forge", "most"), [("gitea", 220), ("forgejo", 420)], ids=["with the batch route", "without it"]
)
@pytest.mark.parametrize("reconcile", [True, False])
def test_consumers_with_two_pins_each_stay_within_the_budget_of_a_thousand(
    forge: str, most: int, reconcile: bool
) -> None:
    """A fifth of them, and of the requests."""
    world, token, names = fleet(200)
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token, concurrency=16)
        where = probe(*names, files=TWO) if reconcile else None
        seen = look(forge_, wanted(*names, files=TWO), where).consumers
        assert forge_.requests == len(emulator.requests) <= most
    files = [one.files for one in seen.values() if isinstance(one, Snapshot)]
    assert files == [dict.fromkeys(TWO, FileText("1"))] * 200


@pytest.mark.parametrize(("consumers", "others", "most"), [(2, 500, 4), (10, 500, 21), (60, 0, 62), (60, 500, 71)])
def test_without_reconcile_an_owner_is_listed_only_where_that_is_cheaper(
    consumers: int, others: int, most: int
) -> None:
    world, token, names = fleet(consumers, others)
    with Emulator(world, "gitea") as emulator:
        look(forge_at(emulator, token), wanted(*names))
        assert len(emulator.requests) <= most


def test_consumers_of_several_owners_are_read_together() -> None:
    world, token, names = fleet(5)
    beta = world.organisation("beta")
    for number in range(5):
        beta.repository(f"b{number}", files={PIN: "1"})
    consumers = wanted(*names, *(f"beta/b{number}" for number in range(5)))
    with Emulator(world, "gitea") as emulator:
        seen = look(forge_at(emulator, token), consumers, probe(*names)).consumers
        assert len(emulator.requests) == 13
    assert all(isinstance(one, Snapshot) for one in seen.values())
    assert len(seen) == 10


def test_a_listing_that_fails_still_leaves_the_consumers_read() -> None:
    world, token, names = fleet(4)
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("server-error", path="/orgs/")
        seen = look(forge_at(emulator, token), wanted(*names), probe(*names))
    assert isinstance(seen.listing, Failure)
    assert all(isinstance(one, Snapshot) for one in seen.consumers.values())


@pytest.mark.parametrize("forge", SERVERS)
def test_an_interrupted_survey_gives_what_it_has_and_says_what_it_has_not(forge: str) -> None:
    world, token, names = fleet(60, 20)
    deadline = Deadline(600)
    seen_so_far: list[RepositoryName] = []

    def progress(one: RepositoryName) -> None:
        seen_so_far.append(one)
        if len(seen_so_far) == 10:
            deadline.interrupt(2)

    with Emulator(world, forge, latency=0.01) as emulator:
        forge_ = forge_at(emulator, token, deadline=deadline, concurrency=4)
        seen = forge_.survey(Survey(wanted(*names), probe(*names)), progress)
    answers = [one.files[PIN] if isinstance(one, Snapshot) else one for one in seen.consumers.values()]
    unread = [one for one in answers if isinstance(one, Failure)]
    assert len(answers) == 60
    assert 10 <= answers.count(FileText("1")) == 60 - len(unread) < 60
    assert {one.reason for one in unread} == {Reason.INTERRUPTED}
    assert isinstance(seen.listing, Listing)
    assert all(one.files for one in seen.listing.repositories if one.name.name.startswith("other"))


def test_a_survey_that_runs_out_of_time_ends_in_time() -> None:
    world, token, names = fleet(10)
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("latency", seconds=6000)
        seen = look(forge_at(emulator, token, deadline=Deadline(0.3)), wanted(*names), probe(*names))
    assert len(seen.consumers) == 10
    assert all(isinstance(one, Failure) for one in seen.consumers.values())
    assert isinstance(seen.listing, Failure)
