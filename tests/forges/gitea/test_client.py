"""With the token, and without it where the token is in the way."""

from __future__ import annotations

import pytest

from consumer_drift.model.observation import Snapshot
from consumer_drift.model.result import Failure, FileText, NoFile, Reason
from tests.emulator import Emulator, World
from tests.forges.gitea.forges import PIN, forge_at, look, name, wanted

NAMES = [f"r{number}" for number in range(12)]


def acme(*, private: bool = False, **settings: object) -> World:
    world = World(**settings)
    owner = world.organisation("acme")
    for one in NAMES:
        owner.repository(one, files={PIN: "1.4.0\n"}, private=private)
    return world


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_public_repositories_are_read_without_a_token_that_lacks_the_scope(forge: str) -> None:
    world = acme()
    token = world.token("bot", scopes=["read:organization"], sees="all")
    with Emulator(world, forge) as emulator:
        seen = look(forge_at(emulator, token), wanted(*NAMES, files=[PIN, "none"])).consumers
        refused = emulator.requests.count(status=403)
    answers = [one.files for one in seen.values() if isinstance(one, Snapshot)]
    assert answers == [{PIN: FileText("1.4.0\n"), "none": NoFile()}] * len(NAMES)
    assert refused <= 8, "what the token cannot do is found out at most once by every thread"


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_a_private_repository_keeps_the_refusal_that_names_the_scope(forge: str) -> None:
    world = acme(private=True)
    token = world.token("bot", scopes=["read:organization"], sees="all")
    with Emulator(world, forge) as emulator:
        seen = look(forge_at(emulator, token), wanted(*NAMES)).consumers
    for one in seen.values():
        told = one.files[PIN] if isinstance(one, Snapshot) else one
        assert isinstance(told, Failure)
        assert (told.reason, told.needs) == (Reason.MISSING_SCOPE, "read:repository")


def test_where_everybody_must_sign_in_the_refusal_of_the_token_is_told() -> None:
    world = acme(require_signin=True)
    token = world.token("bot", scopes=["read:user"], sees="all")
    with Emulator(world, "gitea") as emulator:
        (seen,) = look(forge_at(emulator, token), wanted("r1")).consumers.values()
    assert isinstance(seen, Failure)
    assert seen.needs == "read:repository"


def test_without_a_token_a_server_that_demands_one_says_so() -> None:
    with Emulator(acme(require_signin=True), "gitea") as emulator:
        (seen,) = look(forge_at(emulator, ""), wanted("r1")).consumers.values()
    assert isinstance(seen, Failure)
    assert seen.reason is Reason.SIGN_IN_REQUIRED
    assert "token" in seen.remedy


def test_a_jobs_own_token_on_forgejo_reads_public_repositories_without_it() -> None:
    world = acme()
    world.owners["acme"].repository("runtime", files={PIN: "2"}, private=True)
    token = world.token("job", job_repository="acme/runtime")
    with Emulator(world, "forgejo") as emulator:
        forge = forge_at(emulator, token, concurrency=1)
        seen = look(forge, wanted(*NAMES, "runtime", files=[PIN, "none"])).consumers
        assert forge.file(name("r3"), PIN) == FileText("1.4.0\n")
        assert emulator.requests.count("GET", r"/repos/acme/r\d+$", 404) == 1, "found out once"
    files = {str(key): one.files if isinstance(one, Snapshot) else one for key, one in seen.items()}
    assert files.pop("acme/runtime") == {PIN: FileText("2"), "none": NoFile()}
    assert list(files.values()) == [{PIN: FileText("1.4.0\n"), "none": NoFile()}] * len(NAMES)


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
@pytest.mark.parametrize("private", [True, False])
def test_a_repository_that_is_not_shown_is_not_found(forge: str, private: bool) -> None:
    world = acme()
    if private:
        world.owners["acme"].repository("hidden", private=True)
    token = world.token("bot", scopes=["read:repository"])
    with Emulator(world, forge) as emulator:
        (seen,) = look(forge_at(emulator, token), wanted("hidden")).consumers.values()
    assert isinstance(seen, Failure)
    assert seen.reason is Reason.NOT_FOUND
    assert "acme/hidden" in seen.said
    assert "read access" in seen.remedy


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_bad_credentials_are_not_tried_on_every_repository(forge: str) -> None:
    with Emulator(acme(), forge) as emulator:
        seen = look(forge_at(emulator, "0123456789"), wanted(*NAMES * 4)).consumers
        assert len(emulator.requests) < 20
    assert {one.reason for one in seen.values() if isinstance(one, Failure)} == {Reason.BAD_CREDENTIALS}
    assert len(seen) == len(NAMES)


def test_the_token_goes_out_as_gitea_documents_it_and_never_into_what_is_said() -> None:
    world = acme()
    token = world.token("bot", scopes=["read:user"])
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("redirect-elsewhere", path="/r1$")
        forge = forge_at(emulator, token)
        seen = look(forge, wanted("r1", "r2", "gone"))
        assert {row.token for row in emulator.requests} <= {"bot", ""}
        assert "bot" in {row.token for row in emulator.requests}
    assert token.secret not in repr(seen)
