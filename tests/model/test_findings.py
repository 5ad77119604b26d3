"""The table of findings, what a run comes to, and the order in which it is told."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import RULES, Code, Finding, Level, Place, status_of, worst_first
from consumer_drift.model.report import State
from consumer_drift.model.repository import RepositoryName

ERROR, WARNING, NOTICE = Level.ERROR, Level.WARNING, Level.NOTICE

# The contract, row by row.
TABLE = [
    ("configuration", ERROR, Status.ERROR),
    ("target-unknown", ERROR, Status.ERROR),
    ("reconcile-failed", ERROR, Status.ERROR),
    ("unreadable", ERROR, Status.ERROR),
    ("bump-failed", ERROR, Status.ERROR),
    ("not-ready", ERROR, Status.ERROR),
    ("invalid-pin", ERROR, Status.DRIFT),
    ("missing-pin", ERROR, Status.DRIFT),
    ("retracted", ERROR, Status.DRIFT),
    ("dead-pin", ERROR, Status.DRIFT),
    ("unpinned", ERROR, Status.DRIFT),
    ("forbidden-path", ERROR, Status.DRIFT),
    ("behind", ERROR, Status.DRIFT),
    ("stale-lock", ERROR, Status.DRIFT),
    ("ahead", ERROR, Status.DRIFT),
    ("unlisted", ERROR, Status.DRIFT),
    ("expired-exemption", ERROR, Status.DRIFT),
    ("reconcile-unavailable", WARNING, Status.TOKEN_SCOPE),
    ("hidden-repositories", WARNING, Status.TOKEN_SCOPE),
    ("readiness-unknown", WARNING, Status.TOKEN_SCOPE),
    ("in-flight-unknown", WARNING, Status.TOKEN_SCOPE),
    ("unpublished", WARNING, None),
    ("bump-incomplete", WARNING, None),
    ("history-failed", WARNING, None),
    ("tracking-failed", WARNING, None),
    ("archived-consumer", WARNING, None),
    ("renamed-consumer", WARNING, None),
    ("mirror-consumer", WARNING, None),
    ("stale-exemption", WARNING, None),
    ("in-flight", NOTICE, None),
    ("lagging", NOTICE, None),
]


def finding(code: Code, consumer: str = "") -> Finding:
    """A finding with nothing but what order and status look at."""
    return Finding.of(code, "m", consumer=RepositoryName.parse(consumer, "acme") if consumer else None)


@pytest.mark.parametrize(("code", "level", "counts_as"), TABLE)
def test_a_finding_has_the_level_and_the_weight_of_its_row(
    code: str, level: Level, counts_as: Status | None
) -> None:
    """Exactly those of the contract."""
    made = finding(Code(code))
    assert (made.level, made.counts_as) == (level, counts_as)


def test_the_table_is_whole_and_each_row_says_when() -> None:
    """No code without a row, no row without a code."""
    assert list(RULES) == [Code(code) for code, _, _ in TABLE] == list(Code)
    assert all(rule.when for rule in RULES.values())


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ((), Status.IN_SYNC),
        (("in-flight", "archived-consumer", "renamed-consumer", "stale-exemption"), Status.IN_SYNC),
        (("hidden-repositories", "in-flight"), Status.TOKEN_SCOPE),
        (("hidden-repositories", "unreadable"), Status.ERROR),
        (("hidden-repositories", "unreadable", "behind"), Status.DRIFT),
        (("target-unknown", "unlisted"), Status.ERROR),
        (("configuration", "unlisted"), Status.DRIFT),
    ],
)
def test_several_at_once_come_to_the_first_of_the_order(codes: tuple[str, ...], status: Status) -> None:
    """Drift before error before token scope; the rest counts as nothing. Without a target nothing was compared."""
    assert status_of(finding(Code(code)) for code in codes) is status


@pytest.mark.parametrize(("one", "other"), list(product(TABLE, TABLE)))
def test_of_any_two_findings_the_heavier_decides(
    one: tuple[str, Level, Status | None], other: tuple[str, Level, Status | None]
) -> None:
    """In whatever order they come; an unknown target always decides."""
    order = [Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE]
    if "target-unknown" in {one[0], other[0]}:
        order = [Status.ERROR]
    weights = [weight for weight in (one[2], other[2]) if weight in order]
    expected = min(weights, key=order.index) if weights else Status.IN_SYNC
    assert status_of([finding(Code(one[0])), finding(Code(other[0]))]) is expected


def test_the_worst_stand_first() -> None:
    """By level, then in the table's order, then by consumer, those of the whole run before them."""
    shuffled = [
        finding(Code.IN_FLIGHT, "a"),
        finding(Code.STALE_EXEMPTION, "a"),
        finding(Code.HIDDEN_REPOSITORIES),
        finding(Code.UNREADABLE, "a"),
        finding(Code.BEHIND, "b"),
        finding(Code.BEHIND, "A"),
        finding(Code.RECONCILE_FAILED, "z"),
        finding(Code.RECONCILE_FAILED),
    ]
    told = [(one.code.value, one.consumer.name if one.consumer else "") for one in worst_first(shuffled)]
    assert told == [
        ("reconcile-failed", ""),
        ("reconcile-failed", "z"),
        ("unreadable", "a"),
        ("behind", "A"),
        ("behind", "b"),
        ("hidden-repositories", ""),
        ("stale-exemption", "a"),
        ("in-flight", "a"),
    ]


@given(st.lists(st.builds(finding, st.sampled_from(Code), st.sampled_from(["", "a", "B", "c"]))))
def test_the_order_depends_on_the_findings_alone(findings: list[Finding]) -> None:
    """Nothing is lost, and another arrival gives the same report."""
    ordered = worst_first(findings)
    assert sorted(map(repr, ordered)) == sorted(map(repr, findings))
    keys = [(one.code, one.consumer) for one in worst_first(reversed(findings))]
    assert keys == [(one.code, one.consumer) for one in ordered]


def test_a_place_reads_as_an_editor_opens_it() -> None:
    """File, line, column."""
    assert str(Place("a/b.yml", 3, 5)) == "a/b.yml:3:5"


def test_states_have_the_order_of_their_codes() -> None:
    """So the state of a consumer is the first of its findings."""
    codes = [state.value for state in State if state.value in set(Code)]
    assert codes == sorted(codes, key=list(Code).index)


def test_what_reconcile_finds_is_known_by_its_code() -> None:
    """A joined report takes these from one shard, and all others from every shard."""
    found = {str(rule.code) for rule in RULES.values() if rule.is_of_reconcile}
    assert found == {
        "unlisted", "expired-exemption", "reconcile-failed", "reconcile-unavailable", "hidden-repositories",
        "stale-exemption",
    }  # fmt: skip
