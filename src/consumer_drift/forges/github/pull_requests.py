"""Bump branches and pull requests of consumers that are behind, ten consumers in one query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import blob_id
from consumer_drift.forges.github import (
    bump_queries,
    parse_checks,
    parse_commits,
    parse_files,
    parse_pull_requests,
    query_builder,
)
from consumer_drift.forges.github.client import TOO_EXPENSIVE
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.forges.writing import RUN_AGAIN, not_asked_to_review
from consumer_drift.model.bump import Branch, BumpState
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, Reason
from consumer_drift.model.sentence import Grant, Sentence
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.forges.github.bump_queries import BumpQuery
    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphError, GraphResponse
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.support.json_fields import JsonValue

# Each repository has a few connections, which cost more than plain fields.
_BATCH = 10
# Failures after which smaller batches may succeed.
_TOO_MUCH = frozenset({Reason.RESOURCE_LIMIT, Reason.TOO_LARGE})


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids that a write needs. *labels*: by name, those that exist."""

    repository: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class StateWithIds:
    """A consumer's bump state, with the ids that a write needs."""

    state: BumpState
    ids: Ids


def bump_states(
    client: GitHubClient, snapshots: Sequence[Snapshot], asking: BumpQuery
) -> Iterator[tuple[Snapshot, StateWithIds | Failure]]:
    """Yield the state of each consumer. The consumers of a batch that failed are asked for again one by one."""
    batches = [snapshots[start : start + _BATCH] for start in range(0, len(snapshots), _BATCH)]
    alone: list[Sequence[Snapshot]] = []
    for batch, done in map_unordered(
        lambda batch: _read_batch(client, batch, asking), batches, threads=client.threads, deadline=client.deadline
    ):
        yield from done
        finished = {snapshot.asked for snapshot, _ in done}
        alone += [[snapshot] for snapshot in batch if snapshot.asked not in finished]
    for _, done in map_unordered(
        lambda batch: _read_batch(client, batch, asking), alone, threads=client.threads, deadline=client.deadline
    ):
        yield from done


def branch(
    client: GitHubClient, snapshot: Snapshot, name: str, files: Sequence[str] = ()
) -> tuple[Branch, str] | Failure | None:
    """Return a branch as it is now, with the id by which it is deleted; None if it does not exist."""
    query = query_builder.Query()
    body = f"""
  r0: repository(owner: {query.variable(snapshot.name.owner)}, name: {query.variable(snapshot.name.name)}) {{
    {bump_queries.branch_fields(query, snapshot, name, files)}
  }}"""
    asked = f"the branch {name} of {snapshot.name}"
    document = query.document(body, query_builder.BLOB if files else "")
    return client.read(
        document, query.variables, asked, lambda reply: _branch(client, reply.data["r0"], snapshot, name, files)
    )


def _read_batch(
    client: GitHubClient, batch: Sequence[Snapshot], asking: BumpQuery
) -> list[tuple[Snapshot, StateWithIds | Failure]]:
    """Return the consumers of *batch* that were read; all of them if there is only one."""
    alone = len(batch) == 1
    document, variables = bump_queries.bump_states(batch, asking)
    first = batch[0].name
    asked = f"the bumps of {first}" if alone else f"the bumps of {len(batch)} consumers from {first} on"
    reply = client.graphql(document, variables, asked, can_be_split=not alone)
    if isinstance(reply, Failure):
        if not alone and (reply.status in TOO_EXPENSIVE or reply.reason in _TOO_MUCH):
            return []
        return [(snapshot, reply) for snapshot in batch]
    done: list[tuple[Snapshot, StateWithIds | Failure]] = []
    for index, snapshot in enumerate(batch):
        errors = (*reply.errors_at(f"r{index}"), *reply.global_errors)
        if errors and not alone:
            continue
        done.append((snapshot, _state(client, reply, f"r{index}", snapshot, asking)))
    return done


def _state(
    client: GitHubClient, reply: GraphResponse, alias: str, snapshot: Snapshot, asking: BumpQuery
) -> StateWithIds | Failure:
    asked = f"the bumps of {snapshot.name}"
    if not snapshot.commit:
        said = f"GitHub did not tell the commit of {snapshot.branch} of {snapshot.name}"
        return Failure(Reason.CUT_SHORT, said, RUN_AGAIN)
    errors = (*reply.errors_at(alias), *reply.global_errors)
    if errors:
        return errors[0].failure(asked)
    try:
        return _parsed(client, reply, alias, snapshot, asking)
    except InvalidJson as error:
        return invalid_response(asked, error)


def _parsed(
    client: GitHubClient, reply: GraphResponse, alias: str, snapshot: Snapshot, asking: BumpQuery
) -> StateWithIds | Failure:
    node = reply.data[alias]
    contents = client.texts.held_files(_exact_files(client, node, reply, alias, snapshot), snapshot.files)
    found = _branch(client, node, snapshot, asking.head, bump_queries.branch_files(snapshot))
    if isinstance(found, Failure):
        return found
    bumps = parse_pull_requests.own_pull_requests(node["bumps"], snapshot.name)
    others = [
        one
        for row in node["branches"]["nodes"]
        for one in parse_pull_requests.own_pull_requests(row["associatedPullRequests"], snapshot.name)
        if one.head != asking.head
    ]
    labels = {
        name: label["id"].text()
        for index, name in enumerate(asking.labels)
        if (label := node.get(f"l{index}")) is not None
    }
    state = BumpState(replace(snapshot, files=contents), found[0] if found else None, bumps, tuple(others))
    return StateWithIds(state, Ids(node["id"].text(), labels))


def _exact_files(
    client: GitHubClient, node: JsonValue, reply: GraphResponse, alias: str, snapshot: Snapshot
) -> dict[str, FileResult]:
    """Return the files byte by byte: GitHub converts some texts to another encoding."""
    contents, blobs = parse_files.files(node, reply, (alias,), tuple(snapshot.files))
    for index, path in enumerate(snapshot.files):
        answer, shown = contents.get(path), node.get(f"f{index}")
        if shown is None or not isinstance(answer, FileText):
            continue
        oid = shown["oid"].text()
        if blob_id(answer.text) != oid:
            blobs[path] = parse_files.BlobRef(oid, 0)
    for path, one in blobs.items():
        known = snapshot.files[path]
        unchanged = isinstance(known, FileText) and blob_id(known.text) == one.oid
        contents[path] = known if unchanged else client.blob(snapshot.name, one.oid)
    return contents


def _branch(
    client: GitHubClient, node: JsonValue, snapshot: Snapshot, name: str, files: Sequence[str]
) -> tuple[Branch, str] | Failure | None:
    ref = node.get("bump")
    if ref is None:
        return None
    target = ref["target"]
    contents = {path: _content(client, target, f"f{index}", snapshot) for index, path in enumerate(files)}
    commits, complete = parse_commits.commits(node.get("base"))
    held = client.texts.held_files(contents, snapshot.files)
    branch = Branch(name, target["oid"].text(), commits, held, complete)
    return branch, ref["id"].text()


def _content(client: GitHubClient, target: JsonValue, key: str, snapshot: Snapshot) -> FileResult:
    entry = target.get(key)
    if entry is None:
        return NoFile()
    content = parse_files.content(entry["object"], entry)
    return client.blob(snapshot.name, content.oid) if isinstance(content, parse_files.BlobRef) else content


# checks -----------------------------------------------------------------------------------------------------

# A pull request with its reviews and checks is worth a few repositories.
_CHECKS_BATCH = 20


def checks(
    client: GitHubClient, asked: Sequence[tuple[Snapshot, PullRequest]]
) -> Iterator[tuple[Snapshot, PullRequestChecks | Failure]]:
    """Yield the checks of each pull request. Those of a batch that failed are asked for again one by one."""
    todo = [asked[start : start + _CHECKS_BATCH] for start in range(0, len(asked), _CHECKS_BATCH)]
    while todo:
        alone: list[Sequence[tuple[Snapshot, PullRequest]]] = []
        for batch, done in map_unordered(
            lambda batch: _read_checks(client, batch), todo, threads=client.threads, deadline=client.deadline
        ):
            yield from done
            finished = {snapshot.asked for snapshot, _ in done}
            alone += [[one] for one in batch if one[0].asked not in finished]
        todo = alone


def _read_checks(
    client: GitHubClient, batch: Sequence[tuple[Snapshot, PullRequest]]
) -> list[tuple[Snapshot, PullRequestChecks | Failure]]:
    """Return the checks that were read; all of them if there is only one."""
    alone = len(batch) == 1
    document, variables = bump_queries.checks([pull_request.id for _, pull_request in batch])
    first = batch[0][1].url
    asked = f"the checks of {first}" if alone else f"the checks of {len(batch)} pull requests from {first} on"
    reply = client.graphql(document, variables, asked, can_be_split=not alone)
    if isinstance(reply, Failure):
        if not alone and (reply.status in TOO_EXPENSIVE or reply.reason is Reason.RESOURCE_LIMIT):
            return []
        return [(snapshot, reply) for snapshot, _ in batch]
    done: list[tuple[Snapshot, PullRequestChecks | Failure]] = []
    for index, (snapshot, pull_request) in enumerate(batch):
        alias, what = f"r{index}", f"the checks of {pull_request.url}"
        errors = (*parse_checks.errors_of_checks(reply, alias), *reply.global_errors)
        denied = next((error for error in errors if error.kind == "FORBIDDEN" and _ROLLUP in error.path), None)
        if denied is not None:
            # Asking again for each alone would be denied as well.
            done.append((snapshot, _denied(denied, what)))
        elif not errors:
            done.append((snapshot, _checks(reply, alias, what)))
        elif alone:
            done.append((snapshot, errors[0].failure(what)))
    return done


_ROLLUP = "statusCheckRollup"
_CHECKS_ACCESS = "Checks: read and Commit statuses: read (an App) or repo (a classic token)"


def _denied(error: GraphError, asked: str) -> Failure:
    """Return the failure of checks that are there, with an error for each that the token may not see.

    https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
    """
    failure = error.failure(asked)
    if failure.reason is not Reason.MISSING_SCOPE:
        return failure
    grant = Grant(f"grant it {_CHECKS_ACCESS}", _CHECKS_ACCESS)
    remedy = Sentence(grant, "; a fine-grained token cannot have Checks: read")
    return replace(failure, remedy=remedy, needs=_CHECKS_ACCESS)


def _checks(reply: GraphResponse, alias: str, asked: str) -> PullRequestChecks | Failure:
    try:
        return parse_checks.checks(reply.data[alias])
    except InvalidJson as error:
        return invalid_response(asked, error)


# reviewers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewerIds:
    """*users* and *teams* by id; *warnings*: a sentence for each that has none.

    *known* are the names that have one, None where they could not be looked up.
    """

    users: tuple[str, ...]
    teams: tuple[str, ...]
    warnings: tuple[str, ...]
    known: frozenset[str] | None = None


def reviewer_ids(client: GitHubClient, names: Sequence[str]) -> ReviewerIds:
    """Return the ids of all *names*, users and ``owner/team``, in one query."""
    query = query_builder.Query()
    fields = "".join(_reviewer(query, index, name) for index, name in enumerate(names))
    reply = client.graphql(query.document(fields), query.variables, "the reviewers")
    if isinstance(reply, Failure):
        return ReviewerIds((), (), (f"its reviewers could not be looked up: {reply}",))
    users: list[str] = []
    teams: list[str] = []
    warnings: list[str] = []
    known: set[str] = set()
    for index, name in enumerate(names):
        found = _reviewer_id(reply, f"n{index}", is_team="/" in name)
        if not found:
            errors = reply.errors_at(f"n{index}")
            warnings.append(not_asked_to_review(name, errors[0].message if errors else "there is no such name"))
        else:
            (teams if "/" in name else users).append(found)
            known.add(name)
    return ReviewerIds(tuple(users), tuple(teams), tuple(warnings), frozenset(known))


def _reviewer(query: query_builder.Query, index: int, name: str) -> str:
    owner, slash, team = name.partition("/")
    login = query.variable(owner)
    if not slash:
        return f"\n  n{index}: user(login: {login}) {{ id }}"
    return f"\n  n{index}: organization(login: {login}) {{ team(slug: {query.variable(team)}) {{ id }} }}"


def _reviewer_id(reply: GraphResponse, alias: str, *, is_team: bool) -> str:
    try:
        node = reply.data.get(alias)
        node = node.get("team") if is_team and node is not None else node
        return node["id"].text() if node is not None else ""
    except InvalidJson:
        return ""
