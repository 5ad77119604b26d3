"""The day this product was made for: drift, and a token that may not list the organisation, told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator
from tests.fleet import BEHIND, CONFIG, TARGET, fleet
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fleet import Fleet

FORGES = ("github", "gitea", "forgejo")


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    """The day is the same on every forge."""
    return str(request.param)


@pytest.fixture
def acme() -> Fleet:
    """A fresh fleet."""
    return fleet()


def refuse_listing(emulator: Emulator, *, fallback: bool) -> None:
    """The owner's listing is not permitted; with *fallback* neither is the other way to list."""
    if emulator.forge == "github":
        # GitHub has one route for both: what refuses it is the field, as a missing scope does.
        if fallback:
            emulator.faults.add(
                "graphql-insufficient-scopes",
                at=lambda at: at.field == "repositories",
                message="Your token has not been granted the required scopes to execute this query. The"
                " 'repositories' field requires one of the following scopes: ['read:org'], but your token has only"
                " been granted the: ['repo'] scopes.",
            )
        return
    if fallback:
        emulator.faults.add(
            "missing-scope", path=r"/repos/search", scope="read:organization", has="write:repository"
        )


def needed(forge: str) -> str:
    """What the missing right is called there."""
    return "read:org" if forge == "github" else "read:organization"


def test_where_the_fallback_works_the_six_are_behind_and_the_list_is_possibly_partial(
    forge: str, acme: Fleet, tmp_path: Path
) -> None:
    """The token may not list the organisation, but its repositories can be found another way, without a proof."""
    with Emulator(acme.world, forge) as emulator:
        refuse_listing(emulator, fallback=False)
        run = check(emulator, CONFIG, tmp_path, acme.token(forge).secret)
        if forge != "github":
            assert any(one.status == 403 for one in emulator.requests if one.path.endswith("/orgs/acme/repos"))
    assert run.codes == [*["behind"] * 6, "hidden-repositories"]
    assert "possibly partial" in run.messages
    assert {finding.consumer.name for finding in run.report.findings if finding.consumer} == set(BEHIND)
    assert run.report.exit_code == 1
    assert run.report.coverage.visible == 13


def test_where_the_fallback_is_refused_too_drift_still_wins_and_the_scope_is_named(
    forge: str, acme: Fleet, tmp_path: Path
) -> None:
    """The same six, exit 1, and one warning that names what to grant."""
    with Emulator(acme.world, forge) as emulator:
        refuse_listing(emulator, fallback=True)
        run = check(emulator, CONFIG, tmp_path, acme.token(forge).secret)
    assert run.codes == [*["behind"] * 6, "reconcile-unavailable"]
    assert run.report.exit_code == 1
    assert needed(forge) in run.report.findings[-1].message


def test_gitea_tells_what_the_token_has_so_the_warning_does_too(acme: Fleet, tmp_path: Path) -> None:
    """Which scope is missing is half of the answer: which token it is missing from is the other half."""
    with Emulator(acme.world, "gitea") as emulator:
        refuse_listing(emulator, fallback=True)
        run = check(emulator, CONFIG, tmp_path, acme.token("gitea").secret)
    warning = run.report.findings[-1].message
    assert "lacks the scope read:organization" in warning
    assert "it has write:repository" in warning


def test_after_the_bump_only_the_scope_gap_is_left_and_granting_it_ends_it(
    forge: str, acme: Fleet, tmp_path: Path
) -> None:
    """Exit 3 is not drift, and not green either; with the scope it is 0."""
    acme.bump()
    with Emulator(acme.world, forge) as emulator:
        refuse_listing(emulator, fallback=True)
        run = check(emulator, CONFIG, tmp_path, acme.token(forge).secret)
        assert run.codes == ["reconcile-unavailable"]
        assert run.report.exit_code == 3
        emulator.faults.clear()
        granted = check(emulator, CONFIG, tmp_path, acme.token(forge, organisation=True, name="granted").secret)
    assert granted.codes == []
    assert granted.report.exit_code == 0
    assert granted.report.coverage.hidden == 0


def test_a_twelfth_repository_with_a_pin_is_unlisted(forge: str, acme: Fleet, tmp_path: Path) -> None:
    """It has a pin and is not listed: drift, whatever its version."""
    acme.bump()
    acme.acme.repository("template-rogue", files={".runtime-version": "0.3.44\n"}, private=True)
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, acme.token(forge, organisation=True).secret)
    assert run.codes == ["unlisted"]
    assert str(run.report.findings[0].consumer) == "acme/template-rogue"
    assert run.report.exit_code == 1


def test_a_listing_that_fails_is_an_error_and_no_scope_gap(forge: str, acme: Fleet, tmp_path: Path) -> None:
    """500 says nothing about permission."""
    acme.bump()
    with Emulator(acme.world, forge) as emulator:
        if forge == "github":
            emulator.faults.add("server-error", where=lambda request: b"repositoryOwner" in request.body)
        else:
            emulator.faults.add("server-error", path=r"/orgs/acme/repos|/repos/search")
        run = check(emulator, CONFIG, tmp_path, acme.token(forge, organisation=True).secret)
    assert run.codes == ["reconcile-failed"]
    assert run.report.exit_code == 2


def test_a_listed_consumer_that_is_not_found_is_an_error(forge: str, acme: Fleet, tmp_path: Path) -> None:
    """Never 0, and never 3: what could not be read is not in sync."""
    acme.bump()
    config = CONFIG.replace("  - template-a\n", "  - template-a\n  - template-gone\n")
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, config, tmp_path, acme.token(forge, organisation=True).secret)
    assert run.codes == ["unreadable"]
    assert run.report.exit_code == 2
    assert "acme/template-gone" in run.messages


def test_what_a_user_sees_never_holds_the_token(forge: str, acme: Fleet, tmp_path: Path) -> None:
    """In any format, with a forge that echoes it."""
    token = acme.token(forge)
    with Emulator(acme.world, forge) as emulator:
        emulator.faults.add("unknown-403", path=r"/.*", after=1, message=f"we do not like {token.secret}")
        run = check(emulator, CONFIG, tmp_path, token.secret)
    assert run.report.exit_code == 2
    assert token.secret not in run.shown


def test_the_report_names_what_is_not_public_and_when_it_was_made(forge: str, acme: Fleet, tmp_path: Path) -> None:
    """A page that everyone can see must not show these names."""
    with Emulator(acme.world, forge) as emulator:
        report = check(emulator, CONFIG, tmp_path, acme.token(forge, organisation=True).secret).report
    hidden = [consumer.name.name for consumer in report.consumers if consumer.public is False]
    assert sorted(hidden) == [name.name for name in report.private]
    assert sorted(hidden) == ["template-a", "template-c", "template-e", "template-g", "template-i"]
    assert report.at == acme.world.now()
    assert report.seconds > 0
    assert report.requests == len(list(emulator.requests))


def test_a_report_on_some_consumers_says_so(forge: str, acme: Fleet, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        secret = acme.token(forge).secret
        assert check(emulator, CONFIG, tmp_path, secret, only=("template-a",)).json["scope"] == "selected"
        assert check(emulator, CONFIG, tmp_path, secret).json["scope"] == "full"


def test_a_run_with_a_history_says_what_each_open_bump_waits_for(forge: str, acme: Fleet, tmp_path: Path) -> None:
    """Others do not ask: checks and reviews cost requests."""
    rows = {repository.name: repository for repository in acme.acme.repositories}
    branch = f"bump/runtime-{TARGET}"
    for name in ("template-a", "template-b"):
        rows[name].pull(branch, files={".runtime-version": f"{TARGET}\n"}, author="bot")
    rows["template-a"].check("unit", "failure", on=branch)
    rows["template-b"].check("unit", "success", on=branch)
    with Emulator(acme.world, forge) as emulator:
        secret = acme.token(forge, organisation=True).secret
        plain = check(emulator, CONFIG, tmp_path, secret)
        kept = check(emulator, CONFIG, tmp_path, secret, history=tmp_path / "history.jsonl")
    # Of the three for each bump, the state of its checks is one.
    assert kept.report.requests - plain.report.requests == {"github": 0}.get(forge, 4)
    found = {one["name"]: one for one in kept.json["consumers"]}
    assert found["acme/template-a"]["reason"] == "checks-failing"
    assert found["acme/template-a"]["pull_request"]["checks"] == "failing"
    assert found["acme/template-b"]["reason"] == "pull-request-open"
    assert found["acme/template-b"]["pull_request"]["mergeable"] == "yes"
    assert "checks failing" in kept.shown
    assert all(one["pull_request"]["checks"] is None for one in plain.json["consumers"] if one["pull_request"])
