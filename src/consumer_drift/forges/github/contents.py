"""Listed consumers, many in one query; what does not land is asked again in halves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github import parse, queries
from consumer_drift.forges.github.client import TOO_MUCH, repository_path
from consumer_drift.forges.github.responses import invalid_response, unexplained
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.observation import Tag
from consumer_drift.model.result import Failure, FileResult, Reason
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import Snapshot, Wanted
    from consumer_drift.model.repository import RepositoryName


# The true bound of a query is what it costs GitHub to run, which nobody tells beforehand: this is what
# goes through by experience, and what does not is halved.
_BATCH = 50
_BATCH_FIELDS = 250


@dataclass(frozen=True, slots=True)
class _Job:
    """A batch. *denied*: why pull requests are not asked for, by consumer, where that was tried before."""

    wanted: Sequence[Wanted]
    bump_branch: str
    denied: Mapping[RepositoryName, Failure] = field(default_factory=dict)


@dataclass(slots=True)
class _Outcome:
    """What became of a batch."""

    done: dict[RepositoryName, Snapshot | Failure] = field(default_factory=dict)
    smaller: list[Wanted] = field(default_factory=list)
    without_pulls: list[Wanted] = field(default_factory=list)
    denied: dict[RepositoryName, Failure] = field(default_factory=dict)


def read(
    session: GitHubClient, wanted: Sequence[Wanted], bump_branch: str
) -> Iterator[tuple[RepositoryName, Snapshot | Failure]]:
    """Every consumer as it is read."""
    jobs = [_Job(batch, bump_branch) for batch in _batches(wanted)]
    while jobs:
        again: list[_Job] = []
        for job, outcome in map_unordered(
            lambda job: _batch(session, job), jobs, threads=session.threads, deadline=session.deadline
        ):
            yield from outcome.done.items()
            half = max(1, (len(job.wanted) + 1) // 2)
            again += [
                replace(job, wanted=outcome.smaller[start : start + half])
                for start in range(0, len(outcome.smaller), half)
            ]
            if outcome.without_pulls:
                again.append(_Job(outcome.without_pulls, "", outcome.denied))
        jobs = again


def _batches(wanted: Sequence[Wanted]) -> list[Sequence[Wanted]]:
    most = max((len(one.files) + 2 for one in wanted), default=1)
    size = max(1, min(_BATCH, _BATCH_FIELDS // most))
    return [wanted[start : start + size] for start in range(0, len(wanted), size)]


def _batch(session: GitHubClient, job: _Job) -> _Outcome:
    alone = len(job.wanted) == 1
    document, variables = queries.consumers(job.wanted, job.bump_branch)
    first = job.wanted[0].name
    asked = str(first) if alone else f"{len(job.wanted)} consumers from {first} on"
    reply = session.ask(document, variables, asked, can_ask_less=not alone)
    if isinstance(reply, Failure):
        if reply.status in TOO_MUCH and not alone:
            return _Outcome(smaller=list(job.wanted))
        return _Outcome({wanted.name: reply for wanted in job.wanted})
    outcome = _Outcome()
    for index, wanted in enumerate(job.wanted):
        result = parse.consumer(reply, f"r{index}", wanted, alone=alone)
        if isinstance(result, parse.AskLess):
            outcome.smaller.append(wanted)
        elif isinstance(result, parse.NoPullRequests):
            outcome.without_pulls.append(wanted)
            outcome.denied[wanted.name] = result.failure
        elif isinstance(result, Failure):
            outcome.done[wanted.name] = result
        else:
            outcome.done[wanted.name] = _finish(session, job, wanted, result)
    return outcome


def _finish(session: GitHubClient, job: _Job, wanted: Wanted, landed: parse.Landed) -> Snapshot:
    snapshot = complete(session, landed)
    denied = job.denied.get(wanted.name)
    if denied is not None:
        snapshot = replace(snapshot, pull_requests=denied)
    rest = [pattern for pattern in wanted.forbid if pattern not in snapshot.forbidden]
    if not rest:
        return snapshot
    in_tree = session.in_tree(snapshot.name, landed.commit, rest) if landed.commit else dict.fromkeys(rest, ())
    return replace(snapshot, forbidden={**snapshot.forbidden, **in_tree})


def complete(session: GitHubClient, landed: parse.Landed) -> Snapshot:
    """The snapshot with the files that only REST tells."""
    snapshot = landed.snapshot
    if not landed.blobs:
        return snapshot
    blobs = {path: session.blob(snapshot.name, oid) for path, oid in landed.blobs.items()}
    return replace(snapshot, files={**snapshot.files, **blobs})


def tags(session: GitHubClient, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
    """Every tag whose name holds *containing*; a hundred a page, one page after the other."""
    found: list[Tag] = []
    after: str | None = None
    asked = f"the tags of {repository}"
    while True:
        variables: dict[str, str | int | None] = {
            "owner": repository.owner,
            "name": repository.name,
            "containing": containing,
            "after": after,
        }
        reply = session.ask(queries.TAGS, variables, asked)
        if isinstance(reply, Failure):
            return reply
        if reply.errors:
            return reply.errors[0].failure(asked)
        try:
            page, cursor = _page(reply, after)
        except json_fields.InvalidJson as error:
            return invalid_response(asked, error)
        found += page
        if cursor is None:
            return tuple(found)
        after = cursor


def _page(reply: GraphResponse, before: str | None) -> tuple[list[Tag], str | None]:
    refs = json_fields.record(json_fields.record(reply.data.get("repository"), "repository").get("refs"), "refs")
    page = [_tag(json_fields.record(row, "ref")) for row in json_fields.rows(refs.get("nodes"), "nodes")]
    cursor = queries.next_cursor(refs)
    if cursor is not None and cursor == before:
        raise json_fields.InvalidJson("the next page is the same one again")
    return page, cursor


def _tag(node: dict[str, json_fields.Json]) -> Tag:
    target = json_fields.record(node.get("target"), "target")
    # An annotated tag is an object of its own that leads to the commit.
    inner = target.get("target")
    return Tag(
        json_fields.text(node, "name"),
        json_fields.text(json_fields.record(inner, "target") if inner is not None else target, "oid"),
    )


def latest_release(session: GitHubClient, repository: RepositoryName) -> Tag | Failure | None:
    """https://docs.github.com/en/rest/releases/releases#get-the-latest-release"""
    body = session.rest(f"{repository_path(repository)}/releases/latest")
    if isinstance(body, Failure):
        if body.reason is not Reason.NOT_FOUND:
            return body
        # The same 404 says "no release" and "no repository".
        there = session.rest(repository_path(repository))
        return there if isinstance(there, Failure) else None
    try:
        return Tag(json_fields.text(body, "tag_name"))
    except json_fields.InvalidJson as error:
        return invalid_response(f"the latest release of {repository}", error)


def file(session: GitHubClient, repository: RepositoryName, path: str, ref: str) -> FileResult:
    """One file, at the head of the default branch or at *ref*."""
    asked = f"{path} of {repository}"
    document, variables = queries.one_file(repository, path, ref)
    reply = session.ask(document, variables, asked)
    if isinstance(reply, Failure):
        return reply
    node = reply.data.get("r0")
    if node is None or reply.placeless:
        return reply.errors[0].failure(asked) if reply.errors else unexplained(asked)
    try:
        answers, blobs = parse.files(json_fields.record(node, "repository"), reply, ("r0",), [path])
    except json_fields.InvalidJson as error:
        return invalid_response(asked, error)
    return answers[path] if path in answers else session.blob(repository, blobs[path])
