"""Pull requests from bump branches of consumers that are behind: those that the survey did not read.

The survey reads the pull requests to the target, together with everything else. A bump to an earlier release has
another branch, so it is asked for where the repository has further open pull requests, many consumers in a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.github import parse_pull_requests
from consumer_drift.forges.github.client import TOO_EXPENSIVE
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import BumpSearch, Snapshot
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName

    Found = dict[RepositoryName, PullRequests | Failure]

# Each repository has a connection for each of its bump branches, which cost more than plain fields.
_BATCH = 40
_UNASKED = Failure(Reason.UNEXPECTED, "its pull requests were not requested", "please report this")


def read(
    client: GitHubClient, snapshots: Sequence[Snapshot], search: BumpSearch
) -> Mapping[RepositoryName, PullRequests | Failure]:
    """Return the pull requests from bump branches, one entry for each snapshot."""
    found: Found = {}
    asked: list[Snapshot] = []
    for snapshot in snapshots:
        known = _known(snapshot, search)
        if known is None:
            asked.append(snapshot)
        else:
            found[snapshot.asked] = known
    batches = [asked[start : start + _BATCH] for start in range(0, len(asked), _BATCH)]
    _read_batches(client, batches, search, found)
    # The consumers of a batch that failed, one by one.
    _read_batches(client, [[one] for one in asked if one.asked not in found], search, found)
    stopped = client.deadline.failure() or _UNASKED
    return {snapshot.asked: found.get(snapshot.asked, stopped) for snapshot in snapshots}


def _known(snapshot: Snapshot, search: BumpSearch) -> PullRequests | Failure | None:
    """Return what the survey read where no other pull request matters, else None."""
    shown = snapshot.pull_requests
    if shown is None:
        return _UNASKED
    if isinstance(shown, Failure):
        return shown
    is_all = snapshot.open_pull_requests is not None and snapshot.open_pull_requests <= len(shown)
    merges = any(not one.from_fork and one.base == snapshot.branch and one.mergeable is not False for one in shown)
    return shown if not search.closed and (is_all or merges) else None


def _read_batches(
    client: GitHubClient, batches: Sequence[Sequence[Snapshot]], search: BumpSearch, found: Found
) -> None:
    for _, answers in map_unordered(
        lambda batch: _read_batch(client, batch, search), batches, threads=client.threads, deadline=client.deadline
    ):
        found.update(answers)


def _read_batch(client: GitHubClient, batch: Sequence[Snapshot], search: BumpSearch) -> Found:
    """Return what was read of *batch*; an answer for all of it if it is only one."""
    from consumer_drift.forges.github import bump_queries  # noqa: PLC0415 - the survey has read most of them

    alone = len(batch) == 1
    document, variables = bump_queries.open_bumps(batch, search)
    first = batch[0].name
    asked = f"the bumps of {first}" if alone else f"the bumps of {len(batch)} consumers from {first} on"
    reply = client.graphql(document, variables, asked, can_be_split=not alone)
    if isinstance(reply, Failure):
        too_much = reply.status in TOO_EXPENSIVE or reply.reason is Reason.RESOURCE_LIMIT
        return {} if too_much and not alone else {one.asked: reply for one in batch}
    found: Found = {}
    for index, snapshot in enumerate(batch):
        errors = (*reply.errors_at(f"r{index}"), *reply.global_errors)
        if not errors:
            found[snapshot.asked] = _parsed(reply, f"r{index}", snapshot, search)
        elif alone:
            found[snapshot.asked] = errors[0].failure(asked)
    return found


def _parsed(reply: GraphResponse, alias: str, snapshot: Snapshot, search: BumpSearch) -> PullRequests | Failure:
    shown = () if isinstance(snapshot.pull_requests, Failure) else snapshot.pull_requests or ()
    try:
        node = reply.data[alias]
        rows = [
            one
            for branch in node["branches"]["nodes"]
            for one in parse_pull_requests.own_pull_requests(branch["associatedPullRequests"], snapshot.name)
        ]
        recent = node.get("recent")
        rows += parse_pull_requests.own_pull_requests(recent, snapshot.name) if recent is not None else ()
    except InvalidJson as error:
        return invalid_response(f"the bumps of {snapshot.name}", error)
    bumps = {one.number: one for one in rows if search.is_bump(one.head)}
    return tuple({**bumps, **{one.number: one for one in shown}}.values())
