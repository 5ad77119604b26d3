"""Listed consumers, many in one query, and single files, tags and releases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import files_to_read
from consumer_drift.forges.github import parse, parse_files, queries
from consumer_drift.forges.github.client import TOO_EXPENSIVE, repository_path
from consumer_drift.forges.github.responses import invalid_response, next_cursor, unexplained
from consumer_drift.forges.github.texts import with_texts
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.forges.writing import RUN_AGAIN
from consumer_drift.model.observation import Tag, Wanted
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, FileResult, Reason
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import Snapshot, Survey
    from consumer_drift.model.repository import RepositoryName


# The real limit of a query is what it costs GitHub to run, which is unknown beforehand: batches of this size
# succeed by experience, and one that does not is halved.
_BATCH = 50
_BATCH_FIELDS = 250
# A folder comes with all its files.
_FOLDER_COST = 5


@dataclass(frozen=True, slots=True)
class _Batch:
    """*checks*: those of the bumps are asked for as well, which is not tried twice.

    *denied*: why pull requests are left out, by consumer, after they were tried before.
    """

    wanted: Sequence[Wanted]
    bump_branch: str
    checks: bool = False
    denied: Mapping[RepositoryName, Failure] = field(default_factory=dict)


@dataclass(slots=True)
class _BatchResult:
    """The consumers of a batch that were read, and those to ask for again in other batches."""

    done: dict[RepositoryName, Snapshot | Failure] = field(default_factory=dict)
    split: list[Wanted] = field(default_factory=list)
    without_pulls: list[Wanted] = field(default_factory=list)
    denied: dict[RepositoryName, Failure] = field(default_factory=dict)


def read(client: GitHubClient, survey: Survey) -> Iterator[tuple[RepositoryName, Snapshot | Failure]]:
    """Yield every consumer as it is read."""
    batches = [_Batch(part, survey.bump_branch, survey.checks) for part in _parts(survey.consumers)]

    def kept(batch: _Batch) -> _BatchResult:
        result = _read_batch(client, batch)
        with client.parsing:
            read = {
                name: one if isinstance(one, Failure) else client.texts.held(survey.keep(one))
                for name, one in result.done.items()
            }
        return replace(result, done=read)

    while batches:
        again: list[_Batch] = []
        for batch, result in map_unordered(kept, batches, threads=client.threads, deadline=client.deadline):
            yield from result.done.items()
            half = max(1, (len(batch.wanted) + 1) // 2)
            again += [
                replace(batch, wanted=result.split[start : start + half], checks=False)
                for start in range(0, len(result.split), half)
            ]
            if result.without_pulls:
                again.append(_Batch(result.without_pulls, "", denied=result.denied))
        batches = again


def _parts(wanted: Sequence[Wanted]) -> list[Sequence[Wanted]]:
    most = max((sum(map(_cost, one.files)) + 2 for one in wanted), default=1)
    size = max(1, min(_BATCH, _BATCH_FIELDS // most))
    return [wanted[start : start + size] for start in range(0, len(wanted), size)]


def _cost(path: str) -> int:
    return _FOLDER_COST if is_pattern(path) else 1


def _read_batch(client: GitHubClient, batch: _Batch) -> _BatchResult:
    alone = len(batch.wanted) == 1
    may_split = not alone or batch.checks
    document, variables = queries.consumers(batch.wanted, batch.bump_branch, checks=batch.checks)
    first = batch.wanted[0].name
    asked = str(first) if alone else f"{len(batch.wanted)} consumers from {first} on"
    reply = client.graphql(document, variables, asked, can_be_split=may_split)
    if isinstance(reply, Failure):
        if may_split and (reply.status in TOO_EXPENSIVE or reply.reason is Reason.TOO_LARGE):
            return _BatchResult(split=list(batch.wanted))
        return _BatchResult({wanted.name: reply for wanted in batch.wanted})
    with client.parsing:
        result, read = _shown(batch, reply)
    # Further requests follow, and a large answer is not kept meanwhile.
    del reply
    for (wanted, _), shown in zip(read, with_texts(client, [row for _, row in read]), strict=True):
        result.done[wanted.name] = _finished(client, shown, wanted, batch.denied.get(wanted.name))
    return result


def _shown(batch: _Batch, reply: GraphResponse) -> tuple[_BatchResult, list[tuple[Wanted, parse_files.Read]]]:
    """Return what *reply* decides, and the consumers that it shows."""
    result = _BatchResult()
    read: list[tuple[Wanted, parse_files.Read]] = []
    for index, wanted in enumerate(batch.wanted):
        shown = parse.consumer(reply, f"r{index}", wanted, alone=len(batch.wanted) == 1)
        if isinstance(shown, parse.Split):
            result.split.append(wanted)
        elif isinstance(shown, parse.WithoutPullRequests):
            result.without_pulls.append(wanted)
            result.denied[wanted.name] = shown.failure
        elif isinstance(shown, Failure):
            result.done[wanted.name] = shown
        else:
            read.append((wanted, shown))
    return result, read


def _finished(client: GitHubClient, shown: parse_files.Read, wanted: Wanted, denied: Failure | None) -> Snapshot:
    """Return the snapshot with what the batch did not tell."""
    snapshot = completed(client, shown, wanted.files)
    if denied is not None:
        snapshot = replace(snapshot, pull_requests=denied)
    rest = [pattern for pattern in wanted.forbid if pattern not in snapshot.forbidden]
    if not rest:
        return snapshot
    in_tree = client.in_tree(snapshot.name, shown.commit, rest) if shown.commit else dict.fromkeys(rest, ())
    return replace(snapshot, forbidden={**snapshot.forbidden, **in_tree})


def completed(client: GitHubClient, shown: parse_files.Read, wanted: Sequence[str]) -> Snapshot:
    """Return the snapshot with the files of *wanted* that only REST returns: long ones, and those deep down."""
    snapshot = shown.snapshot
    if shown.blobs:
        blobs = {path: client.blob(snapshot.name, one.oid) for path, one in shown.blobs.items()}
        snapshot = replace(snapshot, files={**snapshot.files, **blobs})
    deep = [path for path in wanted if is_pattern(path) and path not in snapshot.matches]
    if not deep:
        return snapshot
    found = client.files_in_tree(snapshot.name, shown.commit, deep) if shown.commit else dict.fromkeys(deep, ())
    snapshot = replace(snapshot, matches={**snapshot.matches, **found})
    rest = [path for path in files_to_read(deep, found) if path not in snapshot.files]
    return replace(snapshot, files={**snapshot.files, **_texts(client, snapshot, rest)}) if rest else snapshot


def _texts(client: GitHubClient, snapshot: Snapshot, paths: Sequence[str]) -> Mapping[str, FileResult]:
    """Return the content of *paths* at the snapshot's branch, in one query."""
    wanted = Wanted(snapshot.name, tuple(paths), branch=snapshot.branch or None)
    document, variables = queries.consumers([wanted], "")
    reply = client.graphql(document, variables, str(snapshot.name))
    shown = reply if isinstance(reply, Failure) else parse.consumer(reply, "r0", wanted, alone=True)
    if isinstance(shown, parse_files.Read):
        return completed(client, shown, ()).files
    failure = shown if isinstance(shown, Failure) else unexplained(str(snapshot.name))
    return dict.fromkeys(paths, failure)


# A list that changed while it was read is read once more.
_TAG_TRIES = 2
# GitHub returns a hundred tags a page. No real repository has more than this many pages of them.
_MOST_TAG_PAGES = 1000


def tags(client: GitHubClient, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
    """Return every tag whose name contains *containing*, from all pages."""
    for _ in range(_TAG_TRIES):
        found = _all_tags(client, repository, containing)
        if found is not None:
            return found
    said = f"the tags of {repository} changed while their pages were read"
    return Failure(Reason.CUT_SHORT, said, RUN_AGAIN, asked=f"the tags of {repository}")


def _all_tags(
    client: GitHubClient, repository: RepositoryName, containing: str
) -> tuple[Tag, ...] | Failure | None:
    """Return the tags of all pages, one page after the other, or None if they changed meanwhile."""
    found: dict[str, Tag] = {}
    totals: set[int] = set()
    after: str | None = None
    for _ in range(_MOST_TAG_PAGES):
        page = _tag_page(client, repository, containing, after)
        if isinstance(page, Failure):
            return page
        found.update((tag.name, tag) for tag in page.tags)
        totals.add(page.total)
        if page.cursor is None:
            # Pages are cut at places: a tag that was deleted meanwhile moved another to a page that was read.
            return tuple(found.values()) if totals == {len(found)} else None
        after = page.cursor
    return Failure(
        Reason.TOO_LARGE,
        f"{repository} has more than {100 * _MOST_TAG_PAGES} tags whose names contain {containing!r}",
        "set a more specific `tags:` under `source:`",
        asked=f"the tags of {repository}",
    )


@dataclass(frozen=True, slots=True)
class _TagPage:
    """*total* counts the tags of all pages. *cursor* is where the next page starts, None if there is none."""

    tags: tuple[Tag, ...]
    total: int
    cursor: str | None


def _tag_page(
    client: GitHubClient, repository: RepositoryName, containing: str, after: str | None
) -> _TagPage | Failure:
    variables: dict[str, str | int | None] = {
        "owner": repository.owner,
        "name": repository.name,
        "containing": containing,
        "after": after,
    }
    asked = f"the tags of {repository}"
    return client.read(queries.TAGS, variables, asked, lambda reply: _parsed_tags(reply, after))


def _parsed_tags(reply: GraphResponse, before: str | None) -> _TagPage:
    refs = reply.data["repository"]["refs"]
    cursor = next_cursor(refs)
    if cursor is not None and cursor == before:
        raise InvalidJson("the next page is the same one again")
    return _TagPage(tuple(parse.tag(row) for row in refs["nodes"]), refs["totalCount"].number(), cursor)


def latest_release(client: GitHubClient, repository: RepositoryName) -> Tag | Failure | None:
    """Return the latest release: https://docs.github.com/en/rest/releases/releases#get-the-latest-release"""
    body = client.rest(f"{repository_path(repository)}/releases/latest")
    if isinstance(body, Failure):
        if body.reason is not Reason.NOT_FOUND:
            return body
        # The same 404 means "no release" and "no repository".
        there = client.rest(repository_path(repository))
        return there if isinstance(there, Failure) else None
    try:
        return Tag(body["tag_name"].text())
    except InvalidJson as error:
        return invalid_response(f"the latest release of {repository}", error)


def releases(client: GitHubClient, repository: RepositoryName) -> tuple[Tag, ...] | Failure:
    """Return the newest hundred releases."""
    variables = {"owner": repository.owner, "name": repository.name}
    return client.read(
        queries.RELEASES,
        variables,
        f"the releases of {repository}",
        lambda reply: parse.releases(reply.data["repository"]["releases"]),
    )


def file(client: GitHubClient, repository: RepositoryName, path: str, ref: str) -> FileResult:
    """Return one file, at the head of the default branch or at *ref*."""
    asked = f"{path} of {repository}"
    document, variables = queries.files_at(repository, [path], ref)
    reply = client.graphql(document, variables, asked)
    if isinstance(reply, Failure):
        return reply
    node = reply.data.get("r0")
    if node is None or reply.global_errors:
        return reply.errors[0].failure(asked) if reply.errors else unexplained(asked)
    try:
        answers, blobs = parse_files.files(node, reply, ("r0",), [path])
    except InvalidJson as error:
        return invalid_response(asked, error)
    return answers[path] if path in answers else client.blob(repository, blobs[path].oid)
