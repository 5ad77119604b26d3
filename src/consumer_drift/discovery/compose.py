"""The text of a new configuration."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from consumer_drift.discovery.yaml_text import comment, consumer_lines, pin_lines, scalar
from consumer_drift.links import SCHEMA
from consumer_drift.model.versions import Scheme
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from consumer_drift.discovery.suggestion import Suggestion
    from consumer_drift.discovery.version_place import VersionPlace
    from consumer_drift.model.repository import RepositoryName


_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Heading:
    """What is said at the top: *unseen* are sentences about what was not searched."""

    source: RepositoryName
    place: VersionPlace
    day: date
    unseen: Sequence[str]
    archived: Sequence[RepositoryName]


def compose(heading: Heading, found: Suggestion) -> str:
    """Return the text of the configuration."""
    return "".join(f"{line}\n" for line in _lines(heading, found))


def _lines(heading: Heading, found: Suggestion) -> Iterator[str]:
    source = heading.source
    yield f"# yaml-language-server: $schema={SCHEMA}"
    yield f"# The repositories of {source.owner} that pin {source}, as found on {heading.day}: check them, then"
    yield "# commit this file. `consumer-drift init --update` adds what is new."
    for sentence in heading.unseen:
        yield from (f"# {line}" for line in wrap(comment(sentence), _WIDTH, break_long_words=False))
    yield "source:"
    yield f"  repository: {source}"
    yield from (f"  {key}: {scalar(value)}" for key, value in heading.place.keys)
    if heading.place.scheme is not Scheme.SEMVER:
        yield f"scheme: {heading.place.scheme}"
    yield f"owner: {scalar(source.owner)}"
    yield "pins:"
    total = len(found.consumers)
    for pin in found.pins:
        note = f"in {pin.carriers:,} of {counted(total, 'consumer')}"
        yield from pin_lines(pin.candidate.entry, "  ", optional=pin.optional, note=note)
    yield "consumers:"
    for consumer in found.consumers:
        yield from consumer_lines(consumer, "  ")
    if heading.archived:
        yield "  # Archived, so they are not listed, and were not searched:"
        yield from (f"  # - {name.name}" for name in sorted(heading.archived))
