"""Listing an owner, and what may be concluded from it."""

from __future__ import annotations

import pytest

from consumer_drift.forges.gitea.listing import ORGANIZATION, SEARCH
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing
from consumer_drift.model.result import Failure, FileText, Reason
from tests.emulator import Emulator, World
from tests.forges.gitea.forges import PIN, forge_at, look, probe, wanted
from tests.forges.gitea.test_parse import ROW

SERVERS = ["gitea", "forgejo"]
REPOSITORY = "read:repository"
ORG = "read:organization"


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
    assert (len(listing.repositories), listing.hidden, listing.doubts) == (80, None, ())
    assert listing.route == SEARCH
    assert {one.name.owner for one in listing.repositories} == {"acme"}


@pytest.mark.parametrize("forge", SERVERS)
def test_an_owner_that_is_a_user_is_listed_by_search(forge: str) -> None:
    world = World()
    ada = world.user("ada")
    for one in ("x", "y"):
        ada.repository(one, files={PIN: "1"})
    token = world.token("bot", scopes=[REPOSITORY, ORG])
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token)
        listing = look(forge_, wanted("ada/x"), probe("ada/x", owner="Ada")).listing
    assert isinstance(listing, Listing)
    assert [str(one.name) for one in listing.repositories] == ["ada/x", "ada/y"]
    assert listing.repositories[1].files == {PIN: FileText("1")}


def test_a_search_that_mixes_in_other_owners_is_filtered() -> None:
    world = acme()
    token = world.token("bot", scopes=[REPOSITORY], sees="all")
    mixed = [ROW | {"full_name": full} for full in ("Acme/core", "other/lib")]
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
def test_a_search_by_somebody_from_outside_proves_nothing(forge: str) -> None:
    """The search shows him what is public, and counts nothing else."""
    world = acme()
    token = world.token("outsider", scopes=[REPOSITORY])
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (listing.route, listing.hidden, len(listing.repositories)) == (SEARCH, None, 60)
    assert "outside of acme" in listing.doubts[0]


@pytest.mark.parametrize("forge", SERVERS)
def test_a_search_by_a_member_is_believed_though_nothing_is_private(forge: str) -> None:
    """Who may write there is no outsider."""
    world = acme(public=5, private=0)
    token = world.token("bot", scopes=[REPOSITORY], sees="all", role="write")
    with Emulator(world, forge) as emulator:
        listing = listed(emulator, token, "r000")
    assert isinstance(listing, Listing)
    assert (listing.route, listing.hidden, listing.doubts) == (SEARCH, None, ())
