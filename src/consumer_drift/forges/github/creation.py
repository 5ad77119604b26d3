"""Divide a large owner's repositories by the times at which they were created.

Each page of a connection needs the cursor of the page before it, so a hundred pages are a hundred round trips
one after the other, or fifty from both ends. GitHub's search takes ranges of creation times, and the pages of
different ranges do not wait for each other:
https://docs.github.com/en/search-github/searching-on-github/searching-for-repositories#search-by-when-a-repository-was-created-or-last-updated

The search has an index of its own, which may lag behind. So its counts must add up to the owner's, or it is not
used, and what it returns counts as little as any page: the listing compares the rows with the owner's count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from consumer_drift.forges.github import queries
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import Failure
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from consumer_drift.forges.github.client import GitHubClient

# Repositories from which on it takes fewer round trips to divide them than to read their pages from both ends.
LARGE = 2000
# A range has at most so many repositories. The search returns a thousand at most, a hundred a page.
MOST = 500
# Repositories of a range that is counted, on average. Small ranges that follow each other are joined.
_COUNTED = 100
# Each range that is counted is a search of its own, and a query that takes GitHub too long fails.
_COUNTS_PER_QUERY = 25
# Where many repositories were created at once, their range is divided again, and into so many parts at the least.
_ROUNDS = 4
_PARTS = 2 * _COUNTS_PER_QUERY
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Range:
    """The repositories created from *first* to *last*, both included, in whole seconds."""

    first: datetime
    last: datetime

    def parts(self, number: int) -> list[Range]:
        """Return up to *number* ranges of the same length that cover this one."""
        seconds = int((self.last - self.first).total_seconds()) + 1
        number = min(number, seconds)
        cuts = [self.first + timedelta(seconds=seconds * index // number) for index in range(number + 1)]
        return [Range(cuts[index], cuts[index + 1] - _SECOND) for index in range(number)]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose repositories are divided. *total*: how many there are."""

    login: str
    is_organization: bool
    public_only: bool
    total: int

    def search(self, created: Range) -> str:
        """Return the search for the owner's repositories of one range."""
        kind = "org" if self.is_organization else "user"
        visibility = " is:public" if self.public_only else ""
        times = f"{created.first:%Y-%m-%dT%H:%M:%SZ}..{created.last:%Y-%m-%dT%H:%M:%SZ}"
        return f"{kind}:{self.login} fork:true{visibility} created:{times}"


def searches(client: GitHubClient, owner: Owner) -> list[str]:
    """Return searches that find each repository of the owner once; none if the search does not know them all."""
    try:
        span = _span(client, owner)
        counted = _divided(client, owner, span) if span is not None else []
    except InvalidJson:
        # The listing by pages will tell what is wrong with the server's answers.
        return []
    if sum(count for _, count in counted) != owner.total:
        return []
    return [owner.search(one) for one in _joined(counted)]


def _span(client: GitHubClient, owner: Owner) -> Range | None:
    """Return the range from the oldest repository to the newest. Raises InvalidJson."""
    document, variables = queries.creation_span(owner.login, public_only=owner.public_only)
    reply = client.graphql(document, variables, f"the age of {owner.login}'s repositories")
    if isinstance(reply, Failure) or reply.errors:
        return None
    shown = reply.data["repositoryOwner"]
    ends = [
        row["createdAt"].moment().astimezone(UTC) for end in ("oldest", "newest") for row in shown[end]["nodes"]
    ]
    return Range(ends[0], ends[1]) if len(ends) == 2 and ends[0] <= ends[1] else None


def _divided(client: GitHubClient, owner: Owner, span: Range) -> list[tuple[Range, int]]:
    """Return ranges with their counts, none with too many repositories; empty if that cannot be had."""
    done: list[tuple[Range, int]] = []
    todo = span.parts(-(-owner.total // _COUNTED))
    for _ in range(_ROUNDS):
        counts = _counts(client, owner, todo)
        if len(counts) < len(todo):
            return []
        done += [(one, count) for one, count in counts if count <= MOST]
        todo = [
            part for one, count in counts if count > MOST for part in one.parts(max(_PARTS, -(-count // _COUNTED)))
        ]
        if not todo:
            return sorted(done, key=lambda found: found[0].first)
    return []


def _counts(client: GitHubClient, owner: Owner, ranges: Sequence[Range]) -> list[tuple[Range, int]]:
    """Return the ranges that could be counted. Raises InvalidJson."""
    starts = range(0, len(ranges), _COUNTS_PER_QUERY)
    batches = [ranges[start : start + _COUNTS_PER_QUERY] for start in starts]
    found: list[tuple[Range, int]] = []

    def counted(batch: Sequence[Range]) -> Iterable[tuple[Range, int]]:
        document, variables = queries.search_counts([owner.search(one) for one in batch])
        reply = client.graphql(document, variables, f"the number of {owner.login}'s repositories by age")
        if isinstance(reply, Failure) or reply.errors:
            return ()
        return [(one, reply.data[f"s{index}"]["repositoryCount"].number()) for index, one in enumerate(batch)]

    for _, counts in map_unordered(counted, batches, threads=client.threads, deadline=client.deadline):
        found += counts
    return found


def _joined(counted: Sequence[tuple[Range, int]]) -> Iterator[Range]:
    """Join ranges that follow each other while they have no more repositories than one may have."""
    current: Range | None = None
    held = 0
    for one, count in counted:
        if current is not None and held + count > MOST:
            yield current
            current, held = None, 0
        current = Range(current.first, one.last) if current is not None else one
        held += count
    if current is not None:
        yield current
