"""Listing an owner, and what may be concluded from it."""

from __future__ import annotations

import pytest

from consumer_drift.forges.gitea.listing import ORGANIZATION, SEARCH, USER
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing
from consumer_drift.model.result import Failure, FileText, Reason
from tests.emulator import Emulator, World
from tests.forges.gitea.forges import PIN, forge_at, look, probe, wanted
from tests.forges.gitea.test_parse import ROW

SERVERS = ["gitea", "forgejo"]
REPOSITORY = "read:repository"
ORG = "read:organization"
USER_SCOPE = "read:user"


def acme(public: int = 60, private: int = 20, **settings: object) -> World:
    world = World(**settings)
    owner = world.organisation("acme")
    for number in range(public + private):
        owner.repository(f"r{number:03}", files={PIN: "1"}, private=number % 4 == 1 and number // 4 < private)
    world.organisation("other").repository("lib", files={PIN: "1"})
    return world


def listed(emulator: Emulator, token: object, *consumers: str, visibility: Visibility = Visibility.ALL) -> object:
    forge = forge_at(emulator, token)  # type: ignore[arg-type]
    return look(forge, wanted(*consumers), probe(*consumers, include=["r00*"], visibility=visibility)).listing


@pytest.mark.parametrize("forge", SERVERS)
def test_an_organisation_is_listed_whole_by_its_own_route(forge: str) -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
        assert emulator.requests.count("GET", "/orgs/acme/repos") == 2
    assert isinstance(listing, Listing)
    assert (len(listing.repositories), listing.hidden, listing.doubts) == (80, 0, ())
    assert listing.route == ORGANIZATION


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("visibility", Visibility)
def test_hidden_repositories_are_counted_where_private_ones_matter(forge: str, visibility: Visibility) -> None:
    world = acme()
    token = world.token("limited", scopes=[REPOSITORY, ORG], sees=["acme/r001", "acme/r005"])
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000", visibility=visibility)
    assert isinstance(listing, Listing)
    assert len(listing.repositories) == 62
    if visibility is Visibility.PUBLIC:
        assert (listing.hidden, listing.doubts) == (0, ())
        return
    assert listing.hidden == 18
    assert "18 of the 80" in listing.doubts[0]


@pytest.mark.parametrize("visibility", Visibility)
def test_without_a_token_nothing_is_known_of_private_repositories(visibility: Visibility) -> None:
    with Emulator(acme(), "gitea") as emulator:
        listing = listed(emulator, "", "r000", visibility=visibility)
    assert isinstance(listing, Listing)
    assert len(listing.repositories) == 60
    assert (listing.hidden, bool(listing.doubts)) == (
        (0, False) if visibility is Visibility.PUBLIC else (None, True)
    )


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("named", ["r000", "R000", "gone"])
def test_a_token_without_read_organization_lists_by_search(forge: str, named: str) -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY], sees="all")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, named, "r001")
        assert emulator.requests.count("GET", "/repos/search") == 2
    assert isinstance(listing, Listing)
    assert (len(listing.repositories), listing.hidden, listing.route) == (80, None, SEARCH)
    assert "read:organization or read:user" in listing.doubts[0]
    assert {one.name.owner for one in listing.repositories} == {"acme"}


@pytest.mark.parametrize("forge", SERVERS)
def test_an_owner_that_is_a_user_is_listed_by_its_own_route(forge: str) -> None:
    """Its count includes what the token may not see, as that of an organization does."""
    world = World()
    ada = world.user("ada")
    for one in ("x", "y", "hidden"):
        ada.repository(one, files={PIN: "1"}, private=one == "hidden")
    token = world.token("bot", scopes=[REPOSITORY, ORG, USER_SCOPE])
    with Emulator(world, forge) as emulator:
        listing = look(forge_at(emulator, token), wanted("ada/x"), probe("ada/x", owner="Ada")).listing
    assert isinstance(listing, Listing)
    assert [str(one.name) for one in listing.repositories] == ["ada/x", "ada/y"]
    assert listing.repositories[1].files == {PIN: FileText("1")}
    assert (listing.route, listing.hidden) == (USER, 1)


@pytest.mark.parametrize("forge", SERVERS)
def test_an_owner_that_is_a_user_can_only_be_searched_without_read_user(forge: str) -> None:
    """A collaborator is shown what is shared with him, and no count of the rest."""
    world = World()
    ada = world.user("ada")
    for one in ("x", "y", "hidden"):
        ada.repository(one, files={PIN: "1"}, private=True)
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees=["ada/x", "ada/y"], role="write")
    with Emulator(world, forge) as emulator:
        listing = look(forge_at(emulator, token), wanted("ada/x"), probe("ada/x", owner="ada")).listing
    assert isinstance(listing, Listing)
    assert (listing.route, listing.hidden, len(listing.repositories)) == (SEARCH, None, 2)
    assert "could only be searched" in listing.doubts[0]


@pytest.mark.parametrize("forge", SERVERS)
def test_a_limited_member_proves_nothing_without_a_count(forge: str) -> None:
    """He sees one private repository of two, and may write to it: that says nothing about the other."""
    world = acme(public=6, private=2)
    token = world.token("member", scopes=[REPOSITORY], sees=["acme/r001"], role="write")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (listing.route, listing.hidden, len(listing.repositories)) == (SEARCH, None, 7)
    assert listing.doubts


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("scopes", [[REPOSITORY, ORG], [REPOSITORY, USER_SCOPE]])
def test_either_of_the_owners_routes_counts_what_is_hidden(forge: str, scopes: list[str]) -> None:
    world = acme(public=6, private=2)
    token = world.token("member", scopes=scopes, sees=["acme/r001"], role="write")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (listing.route, listing.hidden) == (ORGANIZATION if ORG in scopes else USER, 1)


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("scopes", [[REPOSITORY, ORG], [REPOSITORY]])
def test_a_transferred_consumer_does_not_lead_to_its_new_owner(forge: str, scopes: list[str]) -> None:
    """The search asks for the owner's id, and the redirected row has another owner's."""
    world = acme(public=4, private=0)
    world.transfer(world.repository("acme/r000"), world.organisation("elsewhere"))
    world.owners["elsewhere"].repository("unrelated", files={PIN: "1"})
    token = world.token("bot", scopes=scopes, sees="all")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000", "r001")
    assert isinstance(listing, Listing)
    assert {one.name.owner for one in listing.repositories} == {"acme"}
    assert len(listing.repositories) == 3


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("scopes", [[REPOSITORY, ORG], [REPOSITORY]])
def test_where_every_consumer_was_transferred_no_other_owner_is_listed(forge: str, scopes: list[str]) -> None:
    world = acme(public=2, private=0)
    world.transfer(world.repository("acme/r000"), world.owners["other"])
    token = world.token("bot", scopes=scopes, sees="all")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
    if ORG in scopes:
        assert isinstance(listing, Listing)
        assert [str(one.name) for one in listing.repositories] == ["acme/r001"]
    else:
        assert isinstance(listing, Failure)
        assert listing.needs == ORG


def test_an_owner_with_another_name_is_told_and_not_listed_under_it() -> None:
    world = acme(public=2, private=0)
    world.owners["acme"].rename("apex")
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    with Emulator(world, "gitea") as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Failure)
    assert listing.said == "the owner acme has been renamed to apex"


CHANGES = {
    "deleted": lambda world: world.delete(world.repository("acme/r000")),
    "renamed": lambda world: world.repository("acme/r000").rename("zzz"),
}


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_repository_that_goes_between_two_pages_hides_no_other(forge: str, change: str) -> None:
    """The rows after it move up by one, and the first of page 2 would be on page 1 by then."""
    world = acme(public=120, private=0)
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    with Emulator(world, forge) as emulator:
        emulator.faults.add(
            "latency", where=lambda one: "page=2" in one.target, times=1, hold=lambda: CHANGES[change](world)
        )
        forge_ = forge_at(emulator, token, concurrency=1)
        listing = look(forge_, wanted("r001"), probe("r001", include=["none"])).listing
    assert isinstance(listing, Listing)
    assert {one.name.name for one in listing.repositories} >= {f"r{number:03}" for number in range(1, 120)}
    assert (listing.hidden, listing.doubts) == (0, ())


def test_a_listing_that_keeps_changing_is_not_taken_for_complete() -> None:
    world = acme(public=120, private=0)
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    names = iter([f"acme/r{number:03}" for number in range(10)])
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add(
            "latency",
            where=lambda one: "page=2" in one.target,
            hold=lambda: world.delete(world.repository(next(names))),
        )
        forge = forge_at(emulator, token, concurrency=1)
        listing = look(forge, wanted("r050"), probe("r050", include=["none"])).listing
    assert isinstance(listing, Listing)
    assert listing.hidden is None
    assert "changed twice while they were listed" in listing.doubts[0]


def test_a_search_that_mixes_in_other_owners_is_filtered() -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY], sees="all")
    mixed = [ROW | {"id": number, "full_name": full} for number, full in enumerate(("Acme/core", "other/lib"))]
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("wrong-shape", path="/repos/search", times=1, body={"ok": True, "data": mixed})
        forge = forge_at(emulator, token)
        listing = look(forge, wanted("r000"), probe("r000", include=["none"])).listing
    assert isinstance(listing, Listing)
    names = {str(one.name) for one in listing.repositories}
    assert "Acme/core" in names
    assert "other/lib" not in names


def test_the_source_tells_the_owners_number_where_no_consumer_does() -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY], sees="all")
    with Emulator(world, "gitea") as emulator:
        listing = look(forge_at(emulator, token), wanted("other/lib"), probe("r003", include=["r00*"])).listing
    assert isinstance(listing, Listing)
    assert listing.route == SEARCH


@pytest.mark.parametrize("fault", ["missing-scope", "server-error", "html-wall-200", "wrong-shape"])
def test_where_the_search_fails_too_the_first_refusal_is_told(fault: str) -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY], sees="all")
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add(fault, path="/repos/search")
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Failure)
    assert (listing.reason, listing.needs) == (Reason.MISSING_SCOPE, ORG)


def test_where_the_owners_number_is_unknown_the_first_refusal_is_told() -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY], sees="all")
    with Emulator(world, "gitea") as emulator:
        listing = listed(emulator, token, "gone", "other/lib")
    assert isinstance(listing, Failure)
    assert listing.needs == ORG


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("server-error", Reason.FORGE_ERROR),
        ("unavailable", Reason.FORGE_ERROR),
        ("gateway-timeout", Reason.FORGE_ERROR),
        ("too-many-requests", Reason.SECONDARY_LIMIT),
        ("html-wall-200", Reason.PROXY),
        ("html-wall-403", Reason.PROXY),
        ("invalid-json", Reason.UNEXPECTED),
        ("wrong-shape", Reason.UNEXPECTED),
        ("redirect-elsewhere", Reason.FOREIGN_REDIRECT),
        ("cut-body", Reason.CUT_SHORT),
    ],
)
@pytest.mark.parametrize("page", ["page=1", "page=2"])
def test_a_failing_forge_is_no_matter_of_permission_and_not_worked_around(
    fault: str, reason: Reason, page: str
) -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    with Emulator(world, "gitea") as emulator:
        options = {"retry_after": 500} if fault == "too-many-requests" else {}
        emulator.faults.add(
            fault, where=lambda request: "/orgs/" in request.path and page in request.target, **options
        )
        listing = listed(emulator, token, "r000")
        assert emulator.requests.count("GET", "/repos/search") == 0
    assert isinstance(listing, Failure)
    assert listing.reason is reason


@pytest.mark.parametrize("forge", SERVERS)
def test_a_jobs_own_token_sees_all_public_repositories(forge: str) -> None:
    world = acme()
    token = world.token("job", job_repository="acme/r000")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000", visibility=Visibility.PUBLIC)
    assert isinstance(listing, Listing)
    assert sum(one.public for one in listing.repositories) == 60
    assert (listing.hidden, listing.doubts) == (0, ())
    probed = [one for one in listing.repositories if one.files]
    assert [one.files[PIN] for one in probed] == [FileText("1")] * len(probed)
    assert len(probed) > 5


def test_a_refused_token_lists_what_is_public_without_it() -> None:
    world = acme()
    token = world.token("bot", scopes=["read:user"])
    with Emulator(world, "gitea") as emulator:
        listing = listed(emulator, token, "r000", visibility=Visibility.PUBLIC)
    assert isinstance(listing, Listing)
    assert (listing.route, len(listing.repositories), listing.hidden) == (ORGANIZATION, 60, 0)


def test_a_server_with_smaller_pages_is_listed_whole() -> None:
    world = acme(max_response_items=7)
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    with Emulator(world, "gitea") as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (len(listing.repositories), listing.hidden) == (80, 0)


@pytest.mark.parametrize("scopes", [[REPOSITORY, ORG], [REPOSITORY]])
@pytest.mark.parametrize("visibility", Visibility)
def test_a_token_limited_to_public_repositories_proves_nothing_of_the_others(
    scopes: list[str], visibility: Visibility
) -> None:
    world = acme()
    token = world.token("bot", scopes=[*scopes, "public-only"], sees="all")
    with Emulator(world, "gitea") as emulator:
        listing = listed(emulator, token, "r000", visibility=visibility)
    assert isinstance(listing, Listing)
    assert len(listing.repositories) == 60
    assert bool(listing.doubts) is (visibility is Visibility.ALL)
    assert visibility is Visibility.PUBLIC or listing.hidden is None


def test_an_owner_with_nothing_private_is_listed_whole() -> None:
    world = acme(private=0)
    token = world.token("bot", scopes=[REPOSITORY, ORG], sees="all")
    with Emulator(world, "gitea") as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (listing.hidden, listing.doubts) == (0, ())


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("sees", [[], "all"])
def test_a_search_proves_nothing_whoever_asks(forge: str, sees: object) -> None:
    """It counts what it shows, and that may be everything or not."""
    world = acme(public=5, private=0)
    token = world.token("bot", scopes=[REPOSITORY], sees=sees, role="write")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (listing.route, listing.hidden, len(listing.repositories)) == (SEARCH, None, 5)
    assert "read:organization or read:user" in listing.doubts[0]


def test_a_token_that_hides_public_repositories_proves_nothing_where_a_sign_in_is_required() -> None:
    world = acme(public=5, private=0)
    token = world.token("job", job_repository="acme/r000")
    with Emulator(world, "forgejo") as emulator:
        emulator.faults.add("signin-required", where=lambda one: "authorization" not in one.headers)
        listing = listed(emulator, token, "r000", visibility=Visibility.PUBLIC)
    assert isinstance(listing, Listing)
    assert listing.doubts
    assert listing.hidden == 4
