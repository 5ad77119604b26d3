"""The sentences that reports share tell what is known and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.model.report import Coverage, Reconciled
from consumer_drift.render import phrases
from tests.render import reports


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (
            Coverage(11, 11, Reconciled.PARTIAL, 54, 47, 22, "acme"),
            (
                "11 of 11 listed consumers read; 54 of 76 repositories of acme visible, 22 hidden,"
                " 47 not on the list looked into"
            ),
        ),
        (
            Coverage(1, 0, Reconciled.COMPLETE, 14, 11, 0, "acme"),
            "0 of 1 listed consumer read; all 14 repositories of acme visible, 11 not on the list looked into",
        ),
        (Coverage(0, 0, Reconciled.OFF), "no consumer was read"),
    ],
)
def test_coverage_says_what_was_read_of_what_exists(coverage: Coverage, sentence: str) -> None:
    assert phrases.coverage(replace(reports.all_clear(), coverage=coverage)) == sentence


@pytest.mark.parametrize(
    ("reconciled", "numbers", "half"),
    [
        (Reconciled.COMPLETE, (1, 1, 0), "the only repository of acme visible, 1 not on the list looked into"),
        (
            Reconciled.UNPROVEN,
            (9, 9, 0),
            "9 repositories of acme visible, that these are all is not proven, 9 not on the list looked into",
        ),
        (
            Reconciled.PARTIAL,
            (9, 9, None),
            "9 repositories of acme visible, nobody can tell how many are hidden, 9 not on the list looked into",
        ),
        (
            Reconciled.FAILED,
            (5, 3, None),
            "5 repositories of acme visible before it failed, 3 not on the list looked into",
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
        (Reconciled.OFF, (), "reconcile is switched off, so unlisted consumers were not looked for"),
    ],
)
def test_what_is_not_known_of_the_owner_is_said(reconciled: Reconciled, numbers: tuple, half: str) -> None:
    coverage = replace(Coverage(2, 1, reconciled, *numbers), owner="acme")
    sentence = phrases.coverage(replace(reports.all_clear(), coverage=coverage))
    assert sentence == f"1 of 2 listed consumers read; {half}"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 repositories"), (1, "1 repository"), (2, "2 repositories"), (1234, "1,234 repositories")],
)
def test_numbers_agree_with_their_noun(number: int, text: str) -> None:
    assert phrases.counted(number, "repository", "repositories") == text


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(parts: list[str], text: str) -> None:
    assert phrases.listed(parts) == text


def test_the_closing_sentence_has_the_figures() -> None:
    assert phrases.closing(reports.all_clear()) == (
        "in-sync: no findings; 2 of 2 consumers in sync with 1.4.0; 9 requests in 0.4 s; exit code 0."
    )
    assert phrases.closing(reports.error()) == (
        "error: 2 errors; 0 of 0 consumers in sync, no target version is known; 0 requests in 0.0 s; exit code 2."
    )
