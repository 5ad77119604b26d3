"""The owner's other repositories: who is unlisted, which exemptions are tidy, and how complete the answer is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.assess import reconcile
from consumer_drift.model.config import Reconcile, Visibility
from consumer_drift.model.findings import Code
from consumer_drift.model.observation import Listing, Snapshot
from consumer_drift.model.report import Reconciled
from consumer_drift.model.result import Failure, NoFile, NoText, Reason
from consumer_drift.pins.key import Key
from consumer_drift.pins.whole_file import WholeFile
from tests.assess.cases import (
    DENIED,
    FILE,
    NOW,
    TIMED_OUT,
    address,
    codes,
    config,
    exempt,
    listed,
    name,
    place,
    shown,
)

if TYPE_CHECKING:
    from consumer_drift.assess.reconcile import Verdict
    from consumer_drift.model.config import Config, Exemption

PUBLIC = Reconcile((), (), Visibility.PUBLIC, place(40))
BINARY = {FILE: NoText("a binary file")}
NONE = {FILE: NoFile()}
NOT_FOUND = Failure(Reason.NOT_FOUND, "acme/x was not found", "grant it")


def listing(*rows: Snapshot, hidden: int | None = 0, doubts: tuple[str, ...] = ()) -> Listing:
    """What the owner's listing showed."""
    return Listing("acme", "a route", rows, hidden, doubts)


def verdict(rules: Config, shows: Listing | Failure | None, *consumers: Snapshot | Failure) -> Verdict:
    """Judge, with the listed *consumers* as they were read."""
    read = {one.asked if isinstance(one, Snapshot) else name("core"): one for one in consumers}
    return reconcile.judge(rules, read, shows, NOW, address)


CORE = shown("core", {})


@dataclass(frozen=True)
class Case:
    """One other repository, and what becomes of it."""

    row: Snapshot
    codes: tuple[str, ...]
    reconciled: Reconciled = Reconciled.COMPLETE
    says: tuple[str, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    more: Any = field(default_factory=dict)
    line: int | None = None
    has_pin: bool | None = None


YESTERDAY, TODAY = date(2026, 6, 14), date(2026, 6, 15)

CASES = {
    "has a pin": Case(
        shown("lab", "1.1.0"),
        ("unlisted",),
        says=(f"acme/lab has a pin (1.1.0 at {FILE}:1) but is not listed", "`exempt:`"),
        line=9,
    ),
    "has the target's version": Case(shown("lab", "1.4.0"), ("unlisted",)),
    "has a pin without a version": Case(shown("lab", "latest"), ("unlisted",)),
    "has none": Case(shown("lab", NONE), ()),
    "a folder is no pin": Case(shown("lab", {FILE: NoText("a folder", is_file=False)}), ()),
    "archived": Case(shown("lab", archived=True), ()),
    "the source itself": Case(shown("runtime", "1.4.0"), ()),
    "listed": Case(shown("CORE", "1.1.0"), ()),
    "does not fit the patterns, so it was not read": Case(shown("lab", {}), ()),
    # exempt
    "exempt": Case(shown("lab", "1.1.0"), (), exempt=(exempt("LAB"),), has_pin=True),
    "exempt until tomorrow": Case(
        shown("lab", "1.1.0"), (), exempt=(exempt("lab", date(2026, 6, 16)),), has_pin=True
    ),
    "exempt on the last day": Case(shown("lab", "1.1.0"), (), exempt=(exempt("lab", TODAY),), has_pin=True),
    "exempt until yesterday": Case(
        shown("lab", "1.1.0"),
        ("expired-exemption",),
        says=("its exemption ended on 2026-06-14", "set a later `until:`"),
        exempt=(exempt("lab", YESTERDAY),),
        line=30,
        has_pin=True,
    ),
    "exempt and without a pin": Case(
        shown("lab", NONE),
        ("stale-exemption",),
        says=("acme/lab has no pin", "Remove it"),
        exempt=(exempt("lab"),),
        line=30,
        has_pin=False,
    ),
    "expired and without a pin": Case(
        shown("lab", NONE), ("stale-exemption",), exempt=(exempt("lab", YESTERDAY),), has_pin=False
    ),
    "exempt and archived": Case(
        shown("lab", archived=True), ("stale-exemption",), says=("is archived",), exempt=(exempt("lab"),), line=30
    ),
    "exempt and gone": Case(
        shown("other", NONE), ("stale-exemption",), says=("acme/lab does not exist",), exempt=(exempt("lab"),)
    ),
    "exempt and not looked into": Case(shown("lab", {}), (), exempt=(exempt("lab"),)),
    "exempt in another owner": Case(shown("other", NONE), (), exempt=(exempt("umbrella/lab"),)),
    # undecided
    "a damaged file": Case(
        shown("lab", {"package.json": "{"}),
        ("reconcile-failed",),
        Reconciled.FAILED,
        ("cannot tell whether acme/lab has a pin: package.json",),
        more={"pins": (Key("package.json", "a.b"),)},
        line=9,
    ),
    "a binary file": Case(
        shown("lab", BINARY), ("reconcile-failed",), Reconciled.FAILED, (f"{FILE} is a binary file",)
    ),
    "a binary file, exempt": Case(shown("lab", BINARY), (), exempt=(exempt("lab"),)),
    "a binary file, exempt until yesterday": Case(
        shown("lab", BINARY), ("reconcile-failed",), Reconciled.FAILED, exempt=(exempt("lab", YESTERDAY),)
    ),
    "a binary file beside a pin": Case(
        shown("lab", {FILE: "1.1.0", "B": NoText("a binary file")}),
        ("unlisted",),
        more={"pins": (WholeFile(FILE), WholeFile("B"))},
    ),
    # probes
    "a probe that is denied": Case(
        shown("lab", {FILE: DENIED}),
        ("hidden-repositories",),
        Reconciled.PARTIAL,
        ("the token cannot read acme/lab", "GitHub denies it"),
        line=40,
    ),
    "a probe that finds nothing": Case(
        shown("lab", {FILE: NOT_FOUND}), ("hidden-repositories",), Reconciled.PARTIAL
    ),
    "a probe that fails": Case(
        shown("lab", {FILE: TIMED_OUT}),
        ("reconcile-failed",),
        Reconciled.FAILED,
        ("acme/lab could not be searched for pins: no answer in time",),
        line=40,
    ),
    "a probe that is denied, exempt": Case(shown("lab", {FILE: DENIED}), (), exempt=(exempt("lab"),)),
    "a probe that fails, exempt": Case(shown("lab", {FILE: TIMED_OUT}), (), exempt=(exempt("lab"),)),
    "a probe that fails, exempt until yesterday": Case(
        shown("lab", {FILE: TIMED_OUT}),
        ("reconcile-failed",),
        Reconciled.FAILED,
        exempt=(exempt("lab", YESTERDAY),),
    ),
    "one file denied, a pin in the other": Case(
        shown("lab", {FILE: "1.1.0", "B": DENIED}), ("unlisted",), more={"pins": (WholeFile(FILE), WholeFile("B"))}
    ),
    "one file denied, the other binary": Case(
        shown("lab", {FILE: DENIED, "B": NoText("a binary file")}),
        ("reconcile-failed",),
        Reconciled.FAILED,
        more={"pins": (WholeFile(FILE), WholeFile("B"))},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_becomes_of_a_repository_that_is_not_listed(case: Case) -> None:
    """Its codes, how far the owner was seen, and the exemption's own row."""
    core = shown("core", "1.4.0")
    rules = config(listed("core"), exempt=case.exempt, **case.more)
    rows = [case.row] if case.row.name == core.name else [case.row, replace(core, files={})]
    result = verdict(rules, listing(*rows), core)
    assert tuple(codes(result.findings)) == case.codes
    assert result.reconciled is case.reconciled
    for words in case.says:
        assert words in result.findings[0].message
    if case.line is not None:
        assert result.findings[0].place == place(case.line)
    assert [one.has_pin for one in result.exempt] == [case.has_pin for _ in case.exempt]


def test_the_last_day_ends_with_the_day() -> None:
    """`until` is a whole day, in UTC."""
    rules = config(exempt=(exempt("lab", TODAY),))
    shows = listing(shown("lab", "1.1.0"))
    at_night = reconcile.judge(rules, {}, shows, datetime(2026, 6, 15, 23, 59, 59, tzinfo=UTC), address)
    after = reconcile.judge(rules, {}, shows, datetime(2026, 6, 16, tzinfo=UTC), address)
    assert (codes(at_night.findings), codes(after.findings)) == ([], ["expired-exemption"])


def test_an_unlisted_repository_leads_to_its_pins() -> None:
    """Path, line, value and link of each."""
    [finding] = verdict(config(), listing(shown("lab", "1.1.0"))).findings
    [related] = finding.related
    assert (str(related.repository), related.path, related.line, related.value) == ("acme/lab", FILE, 1, "1.1.0")
    assert related.url == f"https://git.example/acme/lab/{FILE}#1"
    assert finding.consumer == name("lab")


def test_a_renamed_consumer_is_not_unlisted_under_its_new_name() -> None:
    """It was read under the old one, and the listing shows the new one."""
    renamed = shown("core2", "1.4.0", asked="core")
    result = verdict(config(listed("core")), listing(shown("core2", "1.4.0")), renamed)
    assert codes(result.findings) == []


def test_a_repository_that_moved_between_two_pages_is_told_once() -> None:
    """The same row twice is one repository."""
    row = shown("lab", "1.1.0")
    result = verdict(config(), listing(row, row))
    assert codes(result.findings) == ["unlisted"]
    assert (result.visible, result.probed) == (1, 1)


# the listing itself


@pytest.mark.parametrize(
    ("hidden", "doubts", "expected", "reconciled"),
    [
        (0, (), [], Reconciled.COMPLETE),
        (None, (), [], Reconciled.UNPROVEN),
        (3, ("3 were not shown",), ["hidden-repositories"], Reconciled.PARTIAL),
        (None, ("it cannot be known",), ["hidden-repositories"], Reconciled.PARTIAL),
    ],
)
def test_how_far_a_listing_is_believed(
    hidden: int | None, doubts: tuple[str, ...], expected: list[str], reconciled: Reconciled
) -> None:
    """Every doubt is a warning that names it."""
    result = verdict(config(), listing(hidden=hidden, doubts=doubts))
    assert codes(result.findings) == expected
    assert result.reconciled is reconciled
    assert result.hidden == hidden
    for doubt in doubts:
        assert doubt in result.findings[0].message


@pytest.mark.parametrize(
    ("reason", "code", "reconciled"),
    [
        (reason, Code.RECONCILE_UNAVAILABLE, Reconciled.UNAVAILABLE)
        if Failure(reason, "", "").is_permission
        else (reason, Code.RECONCILE_FAILED, Reconciled.FAILED)
        for reason in Reason
    ],
)
def test_a_listing_that_was_not_given_is_a_scope_gap_or_a_failure(
    reason: Reason, code: Code, reconciled: Reconciled
) -> None:
    """Permission is one thing, everything else another; unknown is neither green nor drift."""
    result = verdict(config(listed()), Failure(reason, "no", "do"), shown("core", "1.4.0"))
    assert [finding.code for finding in result.findings] == [code]
    assert result.reconciled is reconciled
    assert (result.visible, result.probed, result.hidden) == (None, None, None)
    assert "no. Do" in result.findings[0].message


@pytest.mark.parametrize(
    ("reason", "is_permission"),
    [
        (Reason.BAD_CREDENTIALS, True),
        (Reason.MISSING_SCOPE, True),
        (Reason.SSO, True),
        (Reason.RATE_LIMIT, False),
        (Reason.PROXY, False),
        (Reason.NOT_FOUND, False),
        (Reason.BLOCKED, False),
        (Reason.INTERRUPTED, False),
    ],
)
def test_what_counts_as_permission(reason: Reason, is_permission: bool) -> None:
    """A limit and a wall come as 403 too, and say nothing about the token."""
    assert Failure(reason, "", "").is_permission is is_permission


def test_what_the_token_needs_is_named_once() -> None:
    """By the remedy, or after it."""
    told = Failure(Reason.MISSING_SCOPE, "no", "grant it read:org", needs="read:org")
    untold = Failure(Reason.MISSING_SCOPE, "no", "ask", needs="read:org")
    assert verdict(config(), told).findings[0].message.count("read:org") == 1
    assert "It needs read:org." in verdict(config(), untold).findings[0].message


@pytest.mark.parametrize("off", ["no listing", "no rules"])
def test_reconcile_that_is_off_says_nothing(off: str) -> None:
    """And the exempt ones stay in the report, unlooked at."""
    rules = config(exempt=(exempt("lab"),), **({"reconcile": None} if off == "no rules" else {}))
    result = verdict(rules, None if off == "no listing" else listing(shown("lab", "1.1.0")))
    assert (result.reconciled, result.findings) == (Reconciled.OFF, ())
    assert [(str(one.name), one.has_pin) for one in result.exempt] == [("acme/lab", None)]


# a listing that lacks what was just read


@pytest.mark.parametrize(
    ("consumer", "visibility", "is_partial"),
    [
        (shown("core", "1.4.0"), Visibility.ALL, True),
        (shown("core", "1.4.0", public=False), Visibility.ALL, True),
        (shown("core", "1.4.0"), Visibility.PUBLIC, True),
        (shown("core", "1.4.0", public=False), Visibility.PUBLIC, False),
        (shown("umbrella/core", "1.4.0"), Visibility.ALL, False),
        (shown("ACME/core", "1.4.0"), Visibility.ALL, True),
        (DENIED, Visibility.ALL, False),
    ],
)
def test_a_listing_that_lacks_a_consumer_just_read_is_partial(
    consumer: Snapshot | Failure, visibility: Visibility, is_partial: bool
) -> None:
    """Whatever it says of itself."""
    rules = config(listed("core"), reconcile=Reconcile((), (), visibility, place(40)))
    result = verdict(rules, listing(hidden=0), consumer)
    assert (result.reconciled is Reconciled.PARTIAL) is is_partial
    assert codes(result.findings) == ["hidden-repositories"] * is_partial
    if is_partial:
        assert "the listing does not contain acme/core, which was read" in result.findings[0].message.replace(
            "ACME", "acme"
        )


@pytest.mark.parametrize(
    ("shows", "rules", "gone"),
    [
        (listing(CORE), config(exempt=(exempt("lab"),)), True),
        (listing(CORE, hidden=None), config(exempt=(exempt("lab"),)), False),
        (listing(CORE, hidden=2, doubts=("2 were not shown",)), config(exempt=(exempt("lab"),)), False),
        (listing(CORE), config(exempt=(exempt("lab"),), reconcile=PUBLIC), False),
        (listing(), config(listed("core"), exempt=(exempt("lab"),)), False),
    ],
)
def test_only_a_whole_listing_proves_that_an_exempt_repository_is_gone(
    shows: Listing, rules: Config, gone: bool
) -> None:
    """What is hidden may well exist, also where only a consumer betrays that something is."""
    result = verdict(rules, shows, shown("core", "1.4.0"))
    assert ("stale-exemption" in codes(result.findings)) is gone


@pytest.mark.parametrize(("visibility", "offered"), [(Visibility.ALL, True), (Visibility.PUBLIC, False)])
def test_the_way_out_is_offered_where_it_is_not_taken_yet(visibility: Visibility, offered: bool) -> None:
    """`visibility: public` is the usual answer for a job's own token."""
    rules = config(reconcile=Reconcile((), (), visibility, place(40)))
    result = verdict(rules, listing(hidden=1, doubts=("1 was not shown",)))
    assert ("visibility: public" in result.findings[0].message) is offered


# many


def test_several_probes_that_fail_are_one_finding_and_the_coverage_counts_them() -> None:
    """Denied ones and failed ones apart; ten are named, the rest is counted."""
    rows = [
        *(shown(f"down-{i:02}", {FILE: TIMED_OUT}) for i in range(12)),
        *(shown(f"shut-{i}", {FILE: DENIED}) for i in range(2)),
        shown("open", NONE),
        shown("lab", "1.1.0"),
        shown("old", archived=True),
    ]
    result = verdict(config(), listing(*rows))
    assert sorted(codes(result.findings)) == ["hidden-repositories", "reconcile-failed", "unlisted"]
    failed = next(f for f in result.findings if f.code is Code.RECONCILE_FAILED)
    assert "and 2 more could not be searched for pins" in failed.message
    assert (result.visible, result.probed, result.hidden) == (17, 2, 0)
    assert result.reconciled is Reconciled.FAILED


def test_an_unlisted_repositorys_huge_value_is_cut_in_the_message() -> None:
    """It is somebody else's text."""
    [finding] = verdict(config(), listing(shown("lab", "x" * 100_000))).findings
    assert finding.code is Code.UNLISTED
    assert len(finding.message) < 400


@pytest.mark.parametrize(
    ("include", "unfit"),
    [
        (("template-*",), ()),
        (("TEMPLATE-*", "co*"), ()),
        (("tempalte-*",), ("tempalte-*",)),
        (("tempalte-*", "template-*", "lib-*"), ("tempalte-*", "lib-*")),
        ((), ()),
    ],
)
def test_a_pattern_that_fits_no_repository_is_told(include: tuple[str, ...], unfit: tuple[str, ...]) -> None:
    """Listed repositories count: a pattern that fits them alone is not misspelled. The exit code is the same."""
    rules = config(reconcile=Reconcile(include, (), Visibility.ALL, place(40)))
    result = verdict(rules, listing(CORE, shown("template-a", NONE)), CORE)
    told = [one for one in result.findings if one.code is Code.CONFIGURATION]
    assert [one.place.line for one in told if one.place] == [40] * bool(unfit)
    assert all(pattern in told[0].message for pattern in unfit)
    assert all(one.counts_as is None for one in told)
    assert result.reconciled is Reconciled.COMPLETE
