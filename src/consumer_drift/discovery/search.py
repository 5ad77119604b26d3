"""Which repositories pin the source: the candidates, compared with what was read of each repository."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import classify_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.discovery.candidates import Candidate
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Pin, Span
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import VersionFormat

# Matches both endings of YAML; a configuration names the ending that is there.
_YAML = "y*ml"


@dataclass(frozen=True, slots=True)
class FoundPin:
    """A candidate that a repository has, as the configuration writes it, and every place of it."""

    candidate: Candidate
    states: tuple[PinState, ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A repository with its *pins*; *known* are places that the configuration's own pins already read."""

    snapshot: Snapshot
    pins: tuple[FoundPin, ...]
    known: tuple[PinState, ...] = ()

    @property
    def name(self) -> RepositoryName:
        """The repository's current name."""
        return self.snapshot.name

    @property
    def states(self) -> tuple[PinState, ...]:
        """Every place where it has a pin."""
        return (*self.known, *(state for pin in self.pins for state in pin.states))


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found. *unread* are repositories with a file that could not be read; *undecided* are sentences
    about files that may have a pin and cannot be parsed; *nothing* has the files of each candidate that no
    repository has, by what was looked for.
    """

    carriers: tuple[Carrier, ...]
    unread: tuple[tuple[RepositoryName, Failure], ...]
    undecided: tuple[str, ...]
    nothing: Mapping[str, tuple[str, ...]]


def search(
    candidates: Sequence[Candidate],
    snapshots: Iterable[Snapshot],
    version_format: VersionFormat,
    known: Mapping[RepositoryName, Sequence[Pin]] | None = None,
    otherwise: Sequence[Pin] = (),
) -> Searched:
    """Look for *candidates* in *snapshots*, each of which has an answer for every file of them.

    *known* has the pins that the configuration already has for a repository, *otherwise* those of every other.
    """
    carriers: list[Carrier] = []
    unread: list[tuple[RepositoryName, Failure]] = []
    undecided: list[str] = []
    seen: set[Candidate] = set()
    for snapshot in snapshots:
        own = (known or {}).get(snapshot.asked, otherwise)
        carrier, states = _carrier(candidates, snapshot, version_format, own)
        seen.update(one for one, found in states if any(state.occurrence for state in found))
        failures = [state.failure for _, found in states for state in found if state.failure is not None]
        if carrier.states:
            carriers.append(carrier)
        elif failures:
            unread.append((snapshot.name, failures[0]))
        else:
            undecided += dict.fromkeys(f"{snapshot.name}: {one.what}" for one in _unparsable(states))
    return Searched(tuple(carriers), tuple(unread), tuple(undecided), _nothing(candidates, seen))


def _carrier(
    candidates: Sequence[Candidate], snapshot: Snapshot, version_format: VersionFormat, own: Sequence[Pin]
) -> tuple[Carrier, list[tuple[Candidate, tuple[PinState, ...]]]]:
    """Return the repository with its pins, a place that several candidates read under the first alone."""
    already = tuple(classify_all(own, snapshot, version_format).present) if own else ()
    taken: dict[str, list[Span]] = defaultdict(list)
    for state in already:
        _take(state, taken)
    states = [(one, classify_all([one.pin()], snapshot, version_format).states) for one in candidates]
    pins = [
        pin
        for candidate, found in states
        for pin in _written(candidate, tuple(state for state in found if _take(state, taken)))
    ]
    return Carrier(snapshot, tuple(pins), already), states


def _take(state: PinState, taken: dict[str, list[Span]]) -> bool:
    """Return whether *state* is a value at a place of its own, which is then taken."""
    if state.occurrence is None:
        return False
    span = state.occurrence.span
    free = not any(one.start <= span.end and span.start <= one.end for one in taken[state.path])
    taken[state.path].append(span)
    return free


def _written(candidate: Candidate, states: tuple[PinState, ...]) -> Iterator[FoundPin]:
    """Yield *candidate* with the ending of the files that it was found in, once for each."""
    if not states:
        return
    if _YAML not in candidate.file:
        yield FoundPin(candidate, states)
        return
    for ending in ("yml", "yaml"):
        found = tuple(state for state in states if state.path.endswith(f".{ending}"))
        if found:
            yield FoundPin(replace(candidate, file=candidate.file.replace(_YAML, ending)), found)


def _unparsable(states: Iterable[tuple[Candidate, tuple[PinState, ...]]]) -> Iterator[PinState]:
    # A version file of that name is told by its name alone; any other could be about anything.
    for _, found in states:
        yield from (state for state in found if state.status.value == "unparsable")


def _nothing(candidates: Iterable[Candidate], seen: set[Candidate]) -> Mapping[str, tuple[str, ...]]:
    by_what: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_what[one.what].append(one)
    return {what: tuple(one.file for one in every) for what, every in by_what.items() if seen.isdisjoint(every)}
