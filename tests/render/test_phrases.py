"""The sentences that reports share tell what is known and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import Coverage, Reconciled
from consumer_drift.render import phrases
from tests.render import reports

MORE = "visible, and there may be more"


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (
            Coverage(11, 11, Reconciled.PARTIAL, 54, 47, 22, "acme"),
            "11/11 listed consumers read; 54/76 acme repositories visible (22 hidden); 47 unlisted ones searched",
        ),
        (
            Coverage(1, 0, Reconciled.COMPLETE, 14, 11, 0, "acme"),
            "0/1 listed consumer read; 14/14 acme repositories visible; 11 unlisted ones searched",
        ),
        (Coverage(0, 0, Reconciled.OFF), "no consumer was read"),
    ],
)
def test_coverage_says_what_was_read_of_what_exists(coverage: Coverage, sentence: str) -> None:
    assert phrases.coverage(replace(reports.all_clear(), coverage=coverage)) == sentence


@pytest.mark.parametrize(
    ("reconciled", "numbers", "half"),
    [
        (Reconciled.COMPLETE, (1, 1, 0), "1/1 acme repository visible; 1 unlisted one searched"),
        (
            Reconciled.UNPROVEN,
            (9, 9, 0),
            "9 acme repositories visible, and there may be more; 9 unlisted ones searched",
        ),
        (
            Reconciled.PARTIAL,
            (9, 9, None),
            "9 acme repositories visible, and there may be more; 9 unlisted ones searched",
        ),
        (
            Reconciled.FAILED,
            (5, 3, None),
            f"5 acme repositories {MORE}; 3 unlisted ones searched; some could not be judged",
        ),
        (
            Reconciled.FAILED,
            (),
            "listing the repositories of acme failed, so unlisted consumers were not looked for",
        ),
        (
            Reconciled.UNAVAILABLE,
            (),
            "listing the repositories of acme is not permitted, so unlisted consumers were not looked for",
        ),
        (Reconciled.OFF, (), "reconcile is off, so unlisted consumers were not looked for"),
    ],
)
def test_what_is_not_known_of_the_owner_is_said(reconciled: Reconciled, numbers: tuple, half: str) -> None:
    coverage = replace(Coverage(2, 1, reconciled, *numbers), owner="acme")
    sentence = phrases.coverage(replace(reports.all_clear(), coverage=coverage))
    assert sentence == f"1/2 listed consumers read; {half}"


@pytest.mark.parametrize(
    ("reconciled", "paths", "codes", "end"),
    [
        (Reconciled.COMPLETE, 3, (), "; no unlisted consumer for the 3 paths looked at"),
        (Reconciled.COMPLETE, 1, (), "; no unlisted consumer for the path looked at"),
        (Reconciled.COMPLETE, 3, (Code.BEHIND,), "; no unlisted consumer for the 3 paths looked at"),
        (Reconciled.COMPLETE, 3, (Code.UNLISTED,), "; 1 unlisted consumer for the 3 paths looked at"),
        (
            Reconciled.UNPROVEN,
            2,
            (Code.UNLISTED, Code.EXPIRED_EXEMPTION),
            "; 2 unlisted consumers among them for the 2 paths looked at",
        ),
        (Reconciled.PARTIAL, 3, (), "; no unlisted consumer among them for the 3 paths looked at"),
        (Reconciled.COMPLETE, 3, (Code.RECONCILE_FAILED,), ""),
        (Reconciled.FAILED, 3, (), "; some could not be judged"),
        (
            Reconciled.FAILED,
            3,
            (Code.RECONCILE_FAILED, Code.UNLISTED),
            "; some could not be judged; 1 unlisted consumer among them for the 3 paths looked at",
        ),
    ],
)
def test_no_unlisted_consumer_is_said_only_of_what_was_looked_at(
    reconciled: Reconciled, paths: int, codes: tuple[Code, ...], end: str
) -> None:
    report = replace(
        reports.all_clear(),
        coverage=Coverage(2, 2, reconciled, 9, 7, 0, "acme", paths),
        findings=tuple(Finding.of(code, "x") for code in codes),
    )
    assert phrases.coverage(report).partition("7 unlisted ones searched")[2] == end


@pytest.mark.parametrize(
    ("hidden", "codes", "half"),
    [
        (0, (), "16/16 acme repositories visible; 14 unlisted ones searched; 2 could not be judged"),
        (
            0,
            (Code.HIDDEN_REPOSITORIES,),
            f"16 acme repositories {MORE}; 14 unlisted ones searched; 2 could not be judged",
        ),
        (
            4,
            (),
            "16/20 acme repositories visible (4 hidden); 14 unlisted ones searched; 2 could not be judged",
        ),
    ],
)
def test_repositories_that_cannot_be_judged_do_not_make_a_whole_listing_a_failed_one(
    hidden: int, codes: tuple[Code, ...], half: str
) -> None:
    undecided = [Finding.of(Code.RECONCILE_FAILED, "x", consumer=reports.name(each)) for each in ("lfs", "bin")]
    report = replace(
        reports.all_clear(),
        coverage=Coverage(2, 2, Reconciled.FAILED, 16, 14, hidden, "acme", 1),
        findings=(*undecided, *(Finding.of(code, "x") for code in codes)),
    )
    assert phrases.coverage(report) == f"2/2 listed consumers read; {half}"


def test_the_closing_sentence_has_the_figures() -> None:
    assert phrases.closing(reports.all_clear()) == (
        "in-sync: no findings; 2 of 2 consumers at 1.4.0; 9 requests in 0.4 s; exit code 0."
    )
    assert phrases.closing(reports.error()) == (
        "error: 1 configuration, 1 target-unknown; no consumer was checked; 0 requests in 0.0 s; exit code 2."
    )


def test_findings_are_counted_by_code_worst_first() -> None:
    """The level of a finding is no status: "2 errors" beside "drift" said nothing."""
    assert phrases.verdict(reports.mixed_day()).startswith("drift: 1 missing-pin, 1 behind, 1 unlisted, ")
    in_flight = replace(reports.all_clear(), findings=(Finding.of(Code.IN_FLIGHT, "x"),))
    assert phrases.verdict(in_flight) == "in-sync: 1 in-flight; 2 of 2 consumers at 1.4.0"
