"""The exit codes: one table."""

from __future__ import annotations

import pytest

from consumer_drift.model.exit_codes import EXITS, PRECEDENCE, Status, exit_code


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.IN_SYNC, 0), (Status.DRIFT, 1), (Status.ERROR, 2), (Status.TOKEN_SCOPE, 3)],
)
def test_each_status_has_its_code(status: Status, code: int) -> None:
    """Workflows are written against them."""
    assert exit_code(status) == code


def test_the_table_has_a_row_for_every_status_and_says_when() -> None:
    """In the order of the codes, each once."""
    assert [row.code for row in EXITS] == [0, 1, 2, 3]
    assert {row.status for row in EXITS} == set(Status)
    assert all(row.when for row in EXITS)


def test_everything_but_in_sync_has_its_place_in_the_order() -> None:
    """Drift before error before token scope."""
    assert PRECEDENCE == (Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE)


def test_the_words_are_the_contracts() -> None:
    """They stand in reports and outputs."""
    assert [status.value for status in Status] == ["in-sync", "drift", "error", "token-scope"]
