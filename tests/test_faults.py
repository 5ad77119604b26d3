"""Every fault at every place where something is read: which status it gives, and which finding.

The fleet is in sync but for one consumer whose bump is in flight, so the run is green until a fault strikes:
each cell shows what that one fault makes of it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.forges.http.transport import Limits
from tests.emulator import Emulator
from tests.emulator.faults import FAULTS
from tests.fleet import CONFIG, fleet
from tests.running import Run, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.faultkinds import At
    from tests.emulator.wire import Request

IMPATIENT = RetryPolicy(attempts=2, first=0.001, longest=0.05, secondary=0.001)
ONCE = RetryPolicy(attempts=1)
# Only what is slow has to be waited for; under a short time-out a busy machine would look like a fault of its own.
LIMITS = Limits(connect=60, read=60, total=60, body=1024 * 1024)
SLOW = {"latency": replace(LIMITS, read=2.0), "drip-body": replace(LIMITS, total=1.0),
        "drip-headers": replace(LIMITS, total=1.0)}  # fmt: skip
OPTIONS = {
    "latency": {"seconds": 600},
    "drip-body": {"seconds": 0.2},
    "drip-headers": {"seconds": 0.2},
    "secondary-limit": {"retry_after": 0},
    "secondary-limit-429": {"retry_after": 0},
    "too-many-requests": {"retry_after": 0},
}

# What a fault means to the reader. Every fault of the emulator is in exactly one of these.
PERMISSION = {
    "bad-credentials", "bad-auth-lockout", "ip-allow-list", "token-policy", "token-policy-classic",
    "not-accessible-by-pat", "not-accessible-by-integration", "actions-may-not-open-pulls", "archived",
    "unknown-403", "sso-required", "missing-scope", "signin-required", "bad-token",
    "graphql-forbidden", "graphql-integration", "graphql-saml", "graphql-ip-allow-list",
    "graphql-insufficient-scopes",
}  # fmt: skip
ABSENCE = {"not-found", "graphql-not-found"}
FAILURE = {
    "unprocessable", "conflict", "rate-limit", "rate-limit-429", "secondary-limit", "secondary-limit-429",
    "secondary-limit-no-retry-after", "too-many-requests", "blocked", "blocked-tos", "server-error",
    "bad-gateway", "unavailable", "gateway-timeout", "latency", "connection-reset", "connection-closed",
    "lost-answer", "cut-body", "drip-body", "drip-headers", "endless-body", "layered-gzip", "gzip-bomb",
    "json-amplification", "html-wall-200", "html-wall-403",
    "wrong-content-type", "invalid-json", "wrong-shape", "redirect-elsewhere", "redirect-loop",
    "graphql-rate-limited", "graphql-timeout", "graphql-null-data",
    "graphql-resource-limits", "graphql-too-quickly", "graphql-something-went-wrong",
}  # fmt: skip
SPENT = {"rate-limit", "rate-limit-429", "graphql-rate-limited"}
# These take rows out of a listing, or make its pages short; elsewhere they change nothing.
LISTING_ONLY = {"sso-partial-results", "hidden-repositories", "short-pages"}

# (what the fault is, where it strikes) -> (exit code, the finding that tells it)
EXPECTED = {
    ("permission", "target"): (2, "target-unknown"),
    ("absence", "target"): (2, "target-unknown"),
    ("failure", "target"): (2, "target-unknown"),
    ("permission", "consumer"): (2, "unreadable"),
    ("absence", "consumer"): (2, "unreadable"),
    ("failure", "consumer"): (2, "unreadable"),
    ("permission", "listing"): (3, "reconcile-unavailable"),
    ("absence", "listing"): (2, "reconcile-failed"),
    ("failure", "listing"): (2, "reconcile-failed"),
    ("permission", "probe"): (3, "hidden-repositories"),
    ("absence", "probe"): (3, "hidden-repositories"),
    ("failure", "probe"): (2, "reconcile-failed"),
    ("permission", "in-flight"): (3, "in-flight-unknown"),
    ("absence", "in-flight"): (2, "in-flight-unknown"),
    ("failure", "in-flight"): (2, "in-flight-unknown"),
}
PLACES = ("target", "consumer", "listing", "probe", "in-flight")


@dataclass(frozen=True)
class Spot:
    """Where a fault is put: requests by path or content, or GraphQL fields."""

    path: str | None = None
    where: Callable[[Request], bool] | None = None
    at: Callable[[At], bool] | None = None


def _body_has(*needles: bytes) -> Callable[[Request], bool]:
    return lambda request: all(needle in request.body for needle in needles)


def _field(name: str, repository: str | None = None, parent: str | None = None) -> Callable[[At], bool]:
    return lambda at: (
        at.field == name
        and (repository is None or (at.repository or "").lower() == repository)
        and (parent is None or at.parent == parent)
    )


# GitHub reads many repositories in one query, so a fault on a whole answer strikes a batch, and one on a field
# a single repository. The probe's own requests are those for a blob that GraphQL cut off.
GITHUB_ANSWERS = {
    "target": Spot(where=_body_has(b"refs/tags")),
    "consumer": Spot(where=_body_has(b"fragment Consumer0")),
    "listing": Spot(where=_body_has(b"repositoryOwner")),
    "probe": Spot(path=r"/repos/acme/website/git/blobs/"),
}
GITHUB_FIELDS = {
    "target": Spot(at=_field("repository", "acme/runtime", "Query")),
    "consumer": Spot(at=_field("repository", "acme/template-b", "Query")),
    "listing": Spot(at=_field("repositories")),
    "probe": Spot(at=_field("object", "acme/website")),
    "in-flight": Spot(at=_field("pullRequests", "acme/template-a")),
}
FORGE_ROUTES = {
    "target": Spot(path=r"/repos/acme/runtime/tags"),
    "consumer": Spot(path=r"/repos/acme/template-b(/|$)"),
    "listing": Spot(path=r"/orgs/acme/repos|/repos/search"),
    "probe": Spot(path=r"/repos/acme/website(/|$)"),
    "in-flight": Spot(path=r"/repos/acme/template-a/pulls"),
}


def spot(forge: str, fault: str, place: str) -> Spot | None:
    """Where *fault* can strike at *place*, None where there is no such thing."""
    if forge != "github":
        return FORGE_ROUTES[place]
    on_fields = fault.startswith("graphql-") and fault not in {
        "graphql-rate-limited", "graphql-timeout", "graphql-null-data",
    }  # fmt: skip
    if on_fields:
        return GITHUB_FIELDS[place]
    if fault.startswith("graphql-") and place == "probe":
        return None
    return GITHUB_ANSWERS.get(place)


def nature(fault: str) -> str:
    """The table's row for *fault*."""
    return next(
        name
        for name, faults in (("permission", PERMISSION), ("absence", ABSENCE), ("failure", FAILURE))
        if fault in faults
    )


CELLS = [
    (forge, fault, place)
    for forge, faults in FAULTS.items()
    for fault in faults
    if fault not in LISTING_ONLY
    # Waiting is the transport's, and Forgejo is asked by the same code as Gitea.
    if fault not in SLOW or forge != "forgejo"
    for place in PLACES
    if spot(forge, fault, place) is not None
]


def test_every_fault_of_the_emulator_is_in_the_table_once() -> None:
    """A new fault is not forgotten."""
    rows = [PERMISSION, ABSENCE, FAILURE, LISTING_ONLY]
    assert set().union(*rows) == {fault for faults in FAULTS.values() for fault in faults}
    assert sum(map(len, rows)) == len(set().union(*rows))


@pytest.mark.parametrize(("forge", "fault", "place"), CELLS)
def test_a_fault_becomes_its_finding_and_status(forge: str, fault: str, place: str, tmp_path: Path) -> None:
    """No cell ends in a traceback, none is green by mistake, and none shows the token."""
    run, secret = struck(forge, fault, place, tmp_path)
    code, finding = EXPECTED[nature(fault), place]
    assert finding in run.codes, run.messages
    assert run.report.exit_code == code, run.messages
    if place != "in-flight":
        unexpected = set(run.codes) - {finding, "in-flight"} - tolerated(forge, fault, place)
        assert not unexpected, run.messages
    shown = run.shown
    assert secret not in shown
    assert base64.b64encode(secret.encode()).decode() not in shown


def tolerated(forge: str, fault: str, place: str) -> set[str]:
    """What else a fault may bring along, because it says something about more than its place."""
    if fault in SPENT:
        # No request of that token will be answered until the limit is lifted.
        return {"unreadable", "reconcile-failed"}
    if forge != "github" and fault == "missing-scope" and place == "target":
        # The scope that reads tags reads everything: what is not public is not asked for again.
        return {"unreadable", "hidden-repositories"}
    # A batch that is struck takes the consumer in flight with it.
    return {"unreadable"} if (forge, place) == ("github", "consumer") else set()


def struck(forge: str, fault: str, place: str, workspace: Path) -> tuple[Run, str]:
    """The run with *fault* at *place*, and the token's secret."""
    acme = fleet()
    acme.bump()
    behind = next(one for one in acme.acme.repositories if one.name == "template-a")
    behind.commit({".runtime-version": "0.3.43\n"})
    behind.pull("bump/runtime-0.3.44", files={".runtime-version": "0.3.44\n"}, author="bot")
    if place == "probe" and forge == "github" and not fault.startswith("graphql-"):
        # Long enough for GraphQL to cut it off, so that it is read by REST.
        website = next(one for one in acme.acme.repositories if one.name == "website")
        website.commit({".runtime-version": "#" * 600_000})
    token = acme.token(forge, organisation=True)
    with Emulator(acme.world, forge) as emulator:
        put = spot(forge, fault, place)
        assert put is not None
        switched = emulator.faults.add(fault, path=put.path, where=put.where, at=put.at, **OPTIONS.get(fault, {}))
        run = check(
            emulator,
            CONFIG,
            workspace,
            token.secret,
            retry_policy=ONCE if fault in SLOW else IMPATIENT,
            limits=SLOW.get(fault, LIMITS),
        )
        assert switched.hits, "the fault never struck"
    return run, token.secret


@pytest.mark.parametrize("forge", FAULTS)
def test_without_a_fault_the_fleet_of_the_table_is_green(forge: str, tmp_path: Path) -> None:
    """Otherwise no cell would prove anything."""
    acme = fleet()
    acme.bump()
    behind = next(one for one in acme.acme.repositories if one.name == "template-a")
    behind.commit({".runtime-version": "0.3.43\n"})
    behind.pull("bump/runtime-0.3.44", files={".runtime-version": "0.3.44\n"}, author="bot")
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, acme.token(forge, organisation=True).secret)
    assert run.codes == ["in-flight"]
    assert run.report.exit_code == 0


@pytest.mark.parametrize("forge", FAULTS)
@pytest.mark.parametrize("fault", sorted(LISTING_ONLY))
def test_rows_that_are_missing_from_a_listing_are_noticed(forge: str, fault: str, tmp_path: Path) -> None:
    """A listing with fewer rows than there are is 3, one with short pages is read to its end."""
    if fault not in FAULTS[forge]:
        pytest.skip(f"{forge} has no {fault}")
    if forge == "github" and fault != "sso-partial-results":
        pytest.skip("GraphQL pages by cursor, and hides by visibility alone")
    acme = fleet()
    acme.bump()
    with Emulator(acme.world, forge) as emulator:
        emulator.faults.add(fault, path=r"/orgs/acme/repos|/graphql")
        # GitHub's own counts would prove the listing whole, and without read:org they are not shown.
        token = acme.token(forge, organisation=forge != "github")
        run = check(emulator, CONFIG, tmp_path, token.secret)
    if fault == "short-pages":
        assert (run.codes, run.report.exit_code) == ([], 0)
    else:
        assert (run.codes, run.report.exit_code) == (["hidden-repositories"], 3)
