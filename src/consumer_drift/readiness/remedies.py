"""What to do: each remedy once, with the consumers that need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.readiness import Answer
from consumer_drift.model.sentence import Sentence
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.readiness import Readiness, Remedy
    from consumer_drift.model.repository import RepositoryName


PLACEHOLDER = "{repositories}"


def instruction(remedy: Remedy, consumers: Sequence[RepositoryName], *, named: bool = False) -> str:
    """Return the sentence that says what to do, without its full stop. *named*: one consumer is named, too."""
    which = "the repository" if len(consumers) == 1 else f"{len(consumers):,} repositories"
    has_number = PLACEHOLDER in remedy.what
    parts = [remedy.what.replace(PLACEHOLDER, which) if has_number else remedy.what]
    if len(consumers) > 1 and not remedy.is_global:
        parts.append(f": {first_of(consumers)}" if has_number else f", in {which}: {first_of(consumers)}")
    elif has_number or (named and not remedy.is_global):
        parts.append(f": {consumers[0]}" if has_number else f", in {consumers[0]}")
    if remedy.page:
        parts.append(f" ({remedy.page})")
    return Sentence(*parts)


@dataclass(frozen=True, slots=True)
class ToDo:
    """A remedy, and the consumers that need it."""

    remedy: Remedy
    consumers: tuple[RepositoryName, ...]

    @property
    def sentence(self) -> str:
        """What to do, and where, without the full stop."""
        return instruction(self.remedy, self.consumers, named=True)


def to_do(rows: Iterable[Readiness]) -> tuple[ToDo, ...]:
    """Return each remedy once, in the order in which *rows* name it."""
    found: dict[Remedy, dict[RepositoryName, None]] = {}
    for row in rows:
        for _, cell in row.with_answer(Answer.NO):
            if cell.remedy is not None:
                found.setdefault(cell.remedy, {})[row.consumer] = None
    return tuple(ToDo(remedy, tuple(names)) for remedy, names in found.items())
