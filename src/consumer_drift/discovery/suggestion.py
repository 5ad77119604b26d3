"""The list that a search suggests: shared pins, the consumers, and overrides where one differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.target import releases_between
from consumer_drift.model.versions import is_commit, short
from consumer_drift.pins.go_version import commit_in
from consumer_drift.support.words import counted, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.discovery.candidates import Candidate, PinEntry
    from consumer_drift.discovery.search import Carrier
    from consumer_drift.model.versions import Version

# A comment names so many places and counts the rest.
_PLACES = 3


@dataclass(frozen=True, slots=True)
class SharedPin:
    """A pin at the top. Without *optional* every consumer has it; *carriers* is how many do."""

    candidate: Candidate
    carriers: int
    optional: bool


@dataclass(frozen=True, slots=True)
class SuggestedConsumer:
    """A line of the list: the *name* as it is written, the *pins* of its own (none: the shared ones), a *note*."""

    name: str
    note: str
    pins: tuple[PinEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Pins and consumers to write."""

    pins: tuple[SharedPin, ...]
    consumers: tuple[SuggestedConsumer, ...]


def suggest(carriers: Sequence[Carrier], owner: str, releases: Sequence[Version]) -> Suggestion:
    """Return the list of *carriers*.

    A pin of more than half of them is required; a consumer without it has its own pins. Every other pin is
    optional at the top, where reconcile looks for it in repositories that are not listed.
    """
    counts = Counter(one for carrier in carriers for one in _candidates(carrier))
    pins = tuple(
        SharedPin(candidate, number, optional=2 * number <= len(carriers))
        for candidate, number in sorted(counts.items(), key=lambda item: (-item[1], item[0].file, item[0].value))
    )
    required = {one.candidate for one in pins if not one.optional}
    consumers = (
        SuggestedConsumer(
            carrier.name.name if carrier.name.owner.casefold() == owner.casefold() else str(carrier.name),
            note(carrier.states, releases),
            () if required <= set(_candidates(carrier)) else tuple(one.entry for one in _candidates(carrier)),
        )
        for carrier in sorted(carriers, key=lambda one: one.name)
    )
    return Suggestion(pins, tuple(consumers))


def _candidates(carrier: Carrier) -> tuple[Candidate, ...]:
    return tuple(pin.candidate for pin in carrier.pins)


def note(states: Sequence[PinState], releases: Sequence[Version]) -> str:
    """Return where the pins are and how old: ``1.2.0 at .runtime-version:1, 3 releases behind``."""
    shown = "; ".join(_place(state, releases) for state in states[:_PLACES])
    more = len(states) - _PLACES
    return f"{shown}; and {counted(more, 'more pin')}" if more > 0 else shown


def _place(state: PinState, releases: Sequence[Version]) -> str:
    where = f"{state.path}:{state.line}" if state.line else state.path
    age = _age(state, releases)
    return f"{cut(short(state.value)) or 'empty'} at {where}{age and f', {age}'}"


def _age(state: PinState, releases: Sequence[Version]) -> str:
    if state.version is None:
        return "a commit" if is_commit(state.value) or commit_in(state.value) else "not an exact version"
    if not releases:
        return ""
    newest = releases[-1]
    if state.version == newest:
        return "the newest release"
    if newest < state.version:
        return f"newer than {newest}"
    return f"{counted(releases_between(releases, state.version, newest), 'release')} behind"
