"""What a search shows that the configuration does not have yet, and what it has that is gone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import PinStatus, classify_all
from consumer_drift.discovery.suggestion import SharedPin, SuggestedConsumer, note
from consumer_drift.discovery.update import Changes
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.discovery.candidates import PinEntry
    from consumer_drift.discovery.search import Carrier, Searched
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import Version

    Read = Mapping[RepositoryName, Snapshot | Failure]


def news(
    config: Config, entries: Sequence[PinEntry], searched: Searched, read: Read, releases: Sequence[Version]
) -> Changes:
    """Return the changes that make *config* fit what was searched.

    *entries* are its pins as the file has them, one for each of ``config.pins``; *read* has every listed consumer.
    """
    unlisted = [one for one in searched.carriers if _is_unlisted(one, config, read)]
    listed = {one.snapshot.asked: one for one in searched.carriers}
    own = {one.name for one in config.consumers if one.pins != config.pins}
    follow = [one for name, one in listed.items() if name in read and name not in own]
    pins = _new_pins([*unlisted, *follow]) if config.pins else ()
    consumers = tuple(
        SuggestedConsumer(
            one.name.name if one.name.owner.casefold() == config.owner.casefold() else str(one.name),
            note(one.states, releases),
            () if _fits(one, config) else _own_pins(one, config, entries),
        )
        for one in sorted(unlisted, key=lambda one: one.name)
    )
    gone = {index: why for index, one in enumerate(config.consumers) if (why := _gone(one, read, config))}
    return Changes(pins, consumers, gone)


def _is_unlisted(carrier: Carrier, config: Config, read: Read) -> bool:
    known = {config.source.repository, *(one.name for one in config.consumers)}
    known |= {one.name for one in config.exempt}
    known |= {one.name for one in read.values() if not isinstance(one, Failure)}
    return carrier.name not in known and not carrier.snapshot.mirror


def _new_pins(carriers: Sequence[Carrier]) -> tuple[SharedPin, ...]:
    counts = Counter(pin.candidate for carrier in carriers for pin in carrier.pins)
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0].file, item[0].value))
    return tuple(SharedPin(candidate, number, optional=True) for candidate, number in found)


def _fits(carrier: Carrier, config: Config) -> bool:
    """Return whether the shared pins do for this repository: none that is required is missing."""
    if not config.pins:
        return False
    required = [pin for pin in config.pins if not pin.optional]
    states = classify_all(required, carrier.snapshot, config.version_format).states if required else ()
    return not any(one.status is PinStatus.MISSING for one in states)


def _own_pins(carrier: Carrier, config: Config, entries: Sequence[PinEntry]) -> tuple[PinEntry, ...]:
    """Return what a repository has of the shared pins, and what else it has."""
    shared = [
        tuple(member for member in entry if member[0] != "optional")
        for pin, entry in zip(config.pins, entries, strict=True)
        if classify_all([pin], carrier.snapshot, config.version_format).present
    ]
    return (*shared, *(pin.candidate.entry for pin in carrier.pins))


def _gone(consumer: Consumer, read: Read, config: Config) -> str:
    """Return why a listed consumer should be removed, or what to write instead; empty where it is fine."""
    name, shown = consumer.name, read[consumer.name]
    if isinstance(shown, Failure):
        is_gone = shown.reason is Reason.NOT_FOUND
        return f"{name} was not found, or is hidden from the token: remove it if it is gone" if is_gone else ""
    if shown.archived:
        return f"{name} is archived: remove it"
    if shown.mirror:
        return f"{name} is a mirror, which takes no commits: remove it"
    if shown.name != name:
        return f"{name} is now {shown.name}: rename it"
    if not consumer.pins or any(_is_there(state) for state in _states(consumer, shown, config)):
        return ""
    return f"{name} has none of its pins any more: remove it"


def _states(consumer: Consumer, shown: Snapshot, config: Config) -> Iterator[PinState]:
    yield from classify_all(consumer.pins, shown, config.version_format).states


def _is_there(state: PinState) -> bool:
    return state.status is not PinStatus.MISSING
