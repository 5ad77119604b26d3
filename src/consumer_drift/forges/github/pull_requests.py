"""The ids of the users and teams that are asked to review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import blob_id
from consumer_drift.forges.github import parse, queries
from consumer_drift.forges.github.client import TOO_MUCH
from consumer_drift.forges.github.queries import Query
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.bump import Branch, BumpState, Commit
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, Reason
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.queries import BumpQuery
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json


@dataclass(frozen=True, slots=True)
class ReviewerIds:
    """*users* and *teams* by id; *unknown*: a sentence for each that has none."""

    users: tuple[str, ...]
    teams: tuple[str, ...]
    unknown: tuple[str, ...]


def find(session: GitHubClient, names: Sequence[str]) -> ReviewerIds:
    """All of *names*, users and ``owner/team``, in one query."""
    query = Query()
    parts = []
    for index, name in enumerate(names):
        owner, slash, team = name.partition("/")
        login = query.variable(owner)
        if slash:
            slug = query.variable(team)
            parts.append(f"\n  n{index}: organization(login: {login}) {{ team(slug: {slug}) {{ id }} }}")
        else:
            parts.append(f"\n  n{index}: user(login: {login}) {{ id }}")
    reply = session.ask(query.document("".join(parts)), query.variables, "the reviewers")
    if isinstance(reply, Failure):
        return ReviewerIds((), (), (f"its reviewers could not be looked up: {reply}",))
    users: list[str] = []
    teams: list[str] = []
    unknown: list[str] = []
    for index, name in enumerate(names):
        found = _id(reply, f"n{index}", is_team="/" in name)
        if not found:
            why = next((error.message for error in reply.errors_at(f"n{index}")), "there is nobody of that name")
            unknown.append(f"{name} was not asked to review ({why}): correct propagate.reviewers")
        elif "/" in name:
            teams.append(found)
        else:
            users.append(found)
    return ReviewerIds(tuple(users), tuple(teams), tuple(unknown))


def _id(reply: GraphResponse, alias: str, *, is_team: bool) -> str:
    node = reply.data.get(alias)
    if is_team and isinstance(node, dict):
        node = node.get("team")
    found = node.get("id") if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""


# Each repository brings a few connections, which cost more than plain fields.
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Known:
    """What a write has to be told in ids. *labels*: by name, those that are there."""

    repository: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class BumpStates:
    """A consumer's work, with the ids that go with it."""

    work: BumpState
    known: Known


def bump_states(
    session: GitHubClient, snapshots: Sequence[Snapshot], asking: BumpQuery
) -> Iterator[tuple[Snapshot, BumpStates | Failure]]:
    """What is under way in each; a batch that does not land is asked again one by one."""
    batches = [snapshots[start : start + _BATCH] for start in range(0, len(snapshots), _BATCH)]
    alone: list[Sequence[Snapshot]] = []
    for batch, done in map_unordered(
        lambda batch: _batch(session, batch, asking), batches, threads=session.threads, deadline=session.deadline
    ):
        yield from done
        landed = {snapshot.asked for snapshot, _ in done}
        alone += [[snapshot] for snapshot in batch if snapshot.asked not in landed]
    for _, done in map_unordered(
        lambda batch: _batch(session, batch, asking), alone, threads=session.threads, deadline=session.deadline
    ):
        yield from done


def branch(session: GitHubClient, snapshot: Snapshot, name: str) -> tuple[Branch, str] | Failure | None:
    """A branch as it is now, with the id it is deleted by; None where it is not there."""
    query = queries.Query()
    body = f"""
  r0: repository(owner: {query.variable(snapshot.name.owner)}, name: {query.variable(snapshot.name.name)}) {{
    {queries.branch_fields(query, snapshot, name, ())}
  }}"""
    asked = f"the branch {name} of {snapshot.name}"
    reply = session.ask(query.document(body), query.variables, asked)
    if isinstance(reply, Failure):
        return reply
    if reply.errors:
        return reply.errors[0].failure(asked)
    try:
        node = json_fields.record(reply.data.get("r0"), "repository")
        return _branch(session, node, snapshot, name, ())
    except json_fields.InvalidJson as error:
        return invalid_response(asked, error)


def _batch(
    session: GitHubClient, batch: Sequence[Snapshot], asking: BumpQuery
) -> list[tuple[Snapshot, BumpStates | Failure]]:
    """The consumers of *batch* that landed; all of them where there is only one."""
    alone = len(batch) == 1
    document, variables = queries.document(batch, asking)
    first = batch[0].name
    asked = f"the bumps of {first}" if alone else f"the bumps of {len(batch)} consumers from {first} on"
    reply = session.ask(document, variables, asked, can_ask_less=not alone)
    if isinstance(reply, Failure):
        if not alone and (reply.status in TOO_MUCH or reply.reason is Reason.RESOURCE_LIMIT):
            return []
        return [(snapshot, reply) for snapshot in batch]
    done: list[tuple[Snapshot, BumpStates | Failure]] = []
    for index, snapshot in enumerate(batch):
        errors = (*reply.errors_at(f"r{index}"), *reply.placeless)
        if errors and not alone:
            continue
        done.append((snapshot, _one(session, reply, f"r{index}", snapshot, asking)))
    return done


def _one(
    session: GitHubClient, reply: GraphResponse, alias: str, snapshot: Snapshot, asking: BumpQuery
) -> BumpStates | Failure:
    asked = f"the bumps of {snapshot.name}"
    if not snapshot.commit:
        return Failure(
            Reason.CUT_SHORT,
            f"GitHub did not tell where {snapshot.branch} of {snapshot.name} stands",
            "run it again",
        )
    errors = (*reply.errors_at(alias), *reply.placeless)
    if errors:
        return errors[0].failure(asked)
    try:
        return _looked(session, json_fields.record(reply.data.get(alias), alias), reply, alias, snapshot, asking)
    except json_fields.InvalidJson as error:
        return invalid_response(asked, error)


def _looked(
    session: GitHubClient,
    node: dict[str, Json],
    reply: GraphResponse,
    alias: str,
    snapshot: Snapshot,
    asking: BumpQuery,
) -> BumpStates | Failure:
    contents = _exact(session, node, reply, alias, snapshot)
    found = _branch(session, node, snapshot, asking.head, tuple(snapshot.files))
    if isinstance(found, Failure):
        return found
    proposals = _own(node.get("proposals"), snapshot)
    others = [
        one
        for row in json_fields.rows(json_fields.record(node.get("branches"), "branches").get("nodes"), "nodes")
        for one in _own(json_fields.record(row, "branch").get("associatedPullRequests"), snapshot)
        if one.head != asking.head
    ]
    labels = {
        name: json_fields.text(json_fields.record(label, name), "id")
        for index, name in enumerate(asking.labels)
        if (label := node.get(f"l{index}")) is not None
    }
    work = BumpState(replace(snapshot, files=contents), found[0] if found else None, proposals, tuple(others))
    return BumpStates(work, Known(json_fields.text(node, "id"), labels))


def _exact(
    session: GitHubClient, node: dict[str, Json], reply: GraphResponse, alias: str, snapshot: Snapshot
) -> dict[str, FileResult]:
    """The files to the byte. GitHub shows some texts in another encoding than they are kept in."""
    contents, blobs = parse.files(node, reply, (alias,), tuple(snapshot.files))
    for index, path in enumerate(snapshot.files):
        answer, shown = contents.get(path), node.get(f"f{index}")
        oid = json_fields.text(shown, "oid") if isinstance(shown, dict) and isinstance(answer, FileText) else ""
        if oid and isinstance(answer, FileText) and blob_id(answer.text) != oid:
            blobs[path] = oid
    for path, oid in blobs.items():
        contents[path] = session.blob(snapshot.name, oid)
    return contents


def _own(connection: Json, snapshot: Snapshot) -> tuple[PullRequest, ...]:
    """The pull requests of the repository itself whose head is its own branch."""
    rows = json_fields.rows(json_fields.record(connection, "pull requests").get("nodes"), "nodes")
    nodes = [json_fields.record(row, "pull request") for row in rows]
    return tuple(
        found for node in nodes if _of(node) == snapshot.name and not (found := parse.pull_request(node)).from_fork
    )


def _of(node: dict[str, Json]) -> RepositoryName:
    return json_fields.repository(json_fields.record(node.get("repository"), "repository"), "nameWithOwner")


def _branch(
    session: GitHubClient, node: dict[str, Json], snapshot: Snapshot, name: str, files: Sequence[str]
) -> tuple[Branch, str] | Failure | None:
    bump = node.get("bump")
    if bump is None:
        return None
    ref = json_fields.record(bump, "bump")
    target = json_fields.record(ref.get("target"), "target")
    contents = {path: _content(session, target, f"f{index}", snapshot) for index, path in enumerate(files)}
    commits, whole = _commits(node.get("base"))
    return Branch(name, json_fields.text(target, "oid"), commits, contents, whole), json_fields.text(ref, "id")


def _content(session: GitHubClient, target: dict[str, Json], key: str, snapshot: Snapshot) -> FileResult:
    entry = target.get(key)
    held = json_fields.record(entry, key).get("object") if entry is not None else None
    if held is None:
        return NoFile()
    content = parse.blob(json_fields.record(held, key))
    return session.blob(snapshot.name, content) if isinstance(content, str) else content


def _commits(base: Json) -> tuple[tuple[Commit, ...], bool]:
    """The commits that only the branch has, and whether these are all. What is not told counts as not shown."""
    compared = base.get("compare") if isinstance(base, dict) else None
    if compared is None:
        return (), False
    shown = json_fields.record(json_fields.record(compared, "compare").get("commits"), "commits")
    rows = json_fields.rows(shown.get("nodes"), "nodes")
    commits = tuple(_commit(json_fields.record(row, "commit")) for row in rows)
    return commits, len(commits) == json_fields.number(shown, "totalCount")


def _commit(node: dict[str, Json]) -> Commit:
    author, committer = _person(node, "author"), _person(node, "committer")
    # What is committed through the API is committed by GitHub itself, on the author's behalf.
    by_forge = committer[0].startswith("GitHub") and committer[1].startswith("noreply@")
    return Commit(json_fields.text(node, "message"), author[0] or "somebody", by_forge)


def _person(node: dict[str, Json], key: str) -> tuple[str, str]:
    person = node.get(key)
    if not isinstance(person, dict):
        return "", ""
    return str(person.get("name") or ""), str(person.get("email") or "")
