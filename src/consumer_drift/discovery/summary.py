"""What a search is told of in words: what was tried, and what was not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.support.words import counted, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from consumer_drift.discovery.published import Publication
    from consumer_drift.discovery.update import Changes
    from consumer_drift.model.observation import Listing
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure


def publications(found: Iterable[Publication]) -> Iterator[str]:
    """Yield what the source publishes, and which of its files says so."""
    yield from (f"publishes {one.product} {one.name} ({one.where})" for one in found)


def tried(nothing: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield what was searched for and not found, and where."""
    for what, files in nothing.items():
        yield f"tried {what} in {', '.join(files)}: nothing"


def changed(changes: Changes) -> Iterator[str]:
    """Yield what is added to a list, and what should be removed from it."""
    for pin in changes.pins:
        how = "optional" if pin.optional else "required"
        what = f"{pin.candidate.what} in " if pin.candidate.kind else ""
        yield f"added the pin {what}{pin.candidate.file} ({how})"
    for consumer in changes.consumers:
        yield f"added {consumer.name} ({consumer.note})"
    yield from (f"proposed: {why}" for _, why in sorted((changes.gone or {}).items()))


def lacking(missed: Sequence[str]) -> list[str]:
    """Return what the result of a search adds of *missed*, the sentences of ``unseen()``."""
    if len(missed) > 1:
        return [f"{len(missed):,} notes say what it may lack"]
    return [f"{one[0].lower()}{one[1:].removesuffix('.')}" for one in missed]


def unseen(
    listing: Listing, unread: Sequence[tuple[RepositoryName, Failure]], undecided: Sequence[str]
) -> list[str]:
    """Return a sentence for everything that was not searched."""
    shown = len(listing.repositories)
    found: list[str] = []
    if listing.hidden:
        total = counted(shown + listing.hidden, "repository", "repositories")
        found.append(f"{listing.hidden:,} of {total} of {listing.owner} are hidden from this token.")
    elif listing.doubts:
        found.append(f"There may be repositories of {listing.owner} that were not shown: {listing.doubts[0]}.")
    if unread:
        found.append(f"Not read: {first_of([name for name, _ in unread])} ({unread[0][1].said}).")
    mirrors = [one.name for one in listing.repositories if one.mirror]
    if mirrors:
        found.append(f"Mirrors are not searched: {first_of(mirrors)}.")
    found += (f"It cannot be told whether this is a pin: {one}." for one in undecided)
    return found
