"""One finding for each consumer that is not ready, at its line, and one for each of which that is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.config import Unproven
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code, Finding, Level
from consumer_drift.model.readiness import Answer, needed
from consumer_drift.model.sentence import Sentence, joined
from consumer_drift.readiness.remedies import instruction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from consumer_drift.model.config import Policy
    from consumer_drift.model.readiness import Ability, AbilityAnswer, Readiness


def findings_of(rows: Iterable[Readiness], policy: Policy) -> Iterator[Finding]:
    """Yield the findings about *rows*."""
    for row in rows:
        refused = row.with_answer(Answer.NO)
        if refused:
            yield _not_ready(row, refused)
        doubtful = row.with_answer(Answer.UNKNOWN)
        if doubtful:
            finding = _unknown(row, doubtful)
            accepted = policy.unproven is Unproven.ACCEPT
            yield replace(finding, level=Level.NOTICE, counts_as=None) if accepted else finding


def _not_ready(row: Readiness, refused: Sequence[tuple[Ability, AbilityAnswer]]) -> Finding:
    remedies = dict.fromkeys(cell.remedy for _, cell in refused if cell.remedy is not None)
    what = (
        f"{row.consumer} is not ready: "
        if row.is_refused
        else f"{row.consumer} is ready, but for extras of a bump: "
    )
    finding = Finding.of(
        Code.NOT_READY,
        Sentence(what, _reasons(refused)),
        consumer=row.consumer,
        place=row.place,
        remedy=joined("; ", [instruction(remedy, (row.consumer,)) for remedy in remedies]),
    )
    if not row.is_refused:
        return replace(finding, level=Level.WARNING, counts_as=None)
    is_of_token = all(cell.of_token for _, cell in needed(refused) if cell.remedy is not None)
    return replace(finding, counts_as=Status.TOKEN_SCOPE) if is_of_token else finding


def _unknown(row: Readiness, doubtful: Sequence[tuple[Ability, AbilityAnswer]]) -> Finding:
    finding = Finding.of(
        Code.READINESS_UNKNOWN,
        Sentence(f"{row.consumer}: it cannot be known whether everything will work: ", _reasons(doubtful)),
        consumer=row.consumer,
        place=row.place,
    )
    return finding if needed(doubtful) else replace(finding, counts_as=None)


def _reasons(cells: Sequence[tuple[Ability, AbilityAnswer]]) -> Sentence:
    """Return ``branch, commit: the token lacks the scope repo``: each reason once."""
    by_reason: dict[str, list[Ability]] = {}
    for ability, cell in cells:
        by_reason.setdefault(cell.why, []).append(ability)
    return joined("; ", [Sentence(f"{', '.join(these)}: ", why) for why, these in by_reason.items()])
