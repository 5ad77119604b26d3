"""The page about propagate shows the tables that the program goes by. ``make generate`` makes them."""

from __future__ import annotations

import re

from consumer_drift.model.outcome import OUTCOMES, Outcome
from scripts import report_tables
from tests.docs.sentences import ROOT
from tests.render import golden

PAGE = ROOT / "docs" / "propagate.md"


def test_every_outcome_has_its_row_as_the_program_has_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(r"(<!-- table: outcomes -->\n\n).*?(<!-- end -->)", re.DOTALL)
    assert pattern.search(page)
    golden.check(PAGE, pattern.sub(lambda found: f"{found[1]}{report_tables.outcomes()}\n{found[2]}", page))


def test_no_outcome_is_without_a_rule() -> None:
    assert set(OUTCOMES) == set(Outcome)


def test_what_nothing_was_written_for_is_told_of_every_outcome_that_writes() -> None:
    dry = {rule.dry for rule in OUTCOMES.values() if rule.dry}
    assert dry == {outcome for outcome in Outcome if outcome.value.startswith("would-")}
    assert not any(OUTCOMES[outcome].is_in_flight for outcome in dry)
