"""What is under way in consumers that are behind: their bump branches and pull requests, many in one query.

https://docs.github.com/en/graphql/reference/objects#repository
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.blobs import blob_id
from consumer_drift.forges.github import bump_queries, queries, reading
from consumer_drift.forges.github.replies import misshapen
from consumer_drift.forges.github.session import TOO_MUCH
from consumer_drift.forges.http import fields
from consumer_drift.forges.http.crew import each
from consumer_drift.model.answers import FileAnswer, FileText, NoFile, Obstacle, Reason
from consumer_drift.model.bumps import Branch, Commit, Proposal, ProposalState, Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.forges.github.bump_queries import Asking
    from consumer_drift.forges.github.replies import Reply
    from consumer_drift.forges.github.session import Session
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Snapshot

# Each repository brings a few connections, which cost more than plain fields.
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Known:
    """What a write has to be told in ids. *labels*: by name, those that are there."""

    repository: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """A consumer's work, with the ids that go with it."""

    work: Work
    known: Known


def look(
    session: Session, snapshots: Sequence[Snapshot], asking: Asking
) -> Iterator[tuple[Snapshot, Looked | Obstacle]]:
    """What is under way in each; a batch that does not land is asked again one by one."""
    batches = [snapshots[start : start + _BATCH] for start in range(0, len(snapshots), _BATCH)]
    alone: list[Sequence[Snapshot]] = []
    for batch, done in each(
        lambda batch: _batch(session, batch, asking), batches, threads=session.threads, stop=session.stop
    ):
        yield from done
        landed = {snapshot.asked for snapshot, _ in done}
        alone += [[snapshot] for snapshot in batch if snapshot.asked not in landed]
    for _, done in each(
        lambda batch: _batch(session, batch, asking), alone, threads=session.threads, stop=session.stop
    ):
        yield from done


def branch(session: Session, snapshot: Snapshot, name: str) -> tuple[Branch, str] | Obstacle | None:
    """A branch as it is now, with the id it is deleted by; None where it is not there."""
    query = queries.Query()
    body = f"""
  r0: repository(owner: {query.variable(snapshot.name.owner)}, name: {query.variable(snapshot.name.name)}) {{
    {bump_queries.branch_fields(query, snapshot, name, ())}
  }}"""
    asked = f"the branch {name} of {snapshot.name}"
    reply = session.ask(query.document(body), query.variables, asked)
    if isinstance(reply, Obstacle):
        return reply
    if reply.errors:
        return reply.errors[0].obstacle(asked)
    try:
        node = fields.record(reply.data.get("r0"), "repository")
        return _branch(session, node, snapshot, name, ())
    except fields.Misshapen as error:
        return misshapen(asked, error)


def _batch(
    session: Session, batch: Sequence[Snapshot], asking: Asking
) -> list[tuple[Snapshot, Looked | Obstacle]]:
    """The consumers of *batch* that landed; all of them where there is only one."""
    alone = len(batch) == 1
    document, variables = bump_queries.document(batch, asking)
    first = batch[0].name
    asked = f"the bumps of {first}" if alone else f"the bumps of {len(batch)} consumers from {first} on"
    reply = session.ask(document, variables, asked, can_ask_less=not alone)
    if isinstance(reply, Obstacle):
        if not alone and (reply.status in TOO_MUCH or reply.reason is Reason.RESOURCE_LIMIT):
            return []
        return [(snapshot, reply) for snapshot in batch]
    done: list[tuple[Snapshot, Looked | Obstacle]] = []
    for index, snapshot in enumerate(batch):
        errors = (*reply.errors_at(f"r{index}"), *reply.placeless)
        if errors and not alone:
            continue
        done.append((snapshot, _one(session, reply, f"r{index}", snapshot, asking)))
    return done


def _one(session: Session, reply: Reply, alias: str, snapshot: Snapshot, asking: Asking) -> Looked | Obstacle:
    asked = f"the bumps of {snapshot.name}"
    if not snapshot.commit:
        return Obstacle(
            Reason.CUT_SHORT,
            f"GitHub did not tell where {snapshot.branch} of {snapshot.name} stands",
            "run it again",
        )
    errors = (*reply.errors_at(alias), *reply.placeless)
    if errors:
        return errors[0].obstacle(asked)
    try:
        return _looked(session, fields.record(reply.data.get(alias), alias), reply, alias, snapshot, asking)
    except fields.Misshapen as error:
        return misshapen(asked, error)


def _looked(
    session: Session, node: dict[str, Json], reply: Reply, alias: str, snapshot: Snapshot, asking: Asking
) -> Looked | Obstacle:
    contents = _exact(session, node, reply, alias, snapshot)
    found = _branch(session, node, snapshot, asking.head, tuple(snapshot.files))
    if isinstance(found, Obstacle):
        return found
    proposals = _own(node.get("proposals"), snapshot)
    others = [
        one
        for row in fields.rows(fields.record(node.get("branches"), "branches").get("nodes"), "nodes")
        for one in _own(fields.record(row, "branch").get("associatedPullRequests"), snapshot)
        if one.head != asking.head
    ]
    labels = {
        name: fields.text(fields.record(label, name), "id")
        for index, name in enumerate(asking.labels)
        if (label := node.get(f"l{index}")) is not None
    }
    work = Work(replace(snapshot, files=contents), found[0] if found else None, proposals, tuple(others))
    return Looked(work, Known(fields.text(node, "id"), labels))


def _exact(
    session: Session, node: dict[str, Json], reply: Reply, alias: str, snapshot: Snapshot
) -> dict[str, FileAnswer]:
    """The files to the byte. GitHub shows some texts in another encoding than they are kept in."""
    contents, blobs = reading.files(node, reply, (alias,), tuple(snapshot.files))
    for index, path in enumerate(snapshot.files):
        answer, shown = contents.get(path), node.get(f"f{index}")
        oid = fields.text(shown, "oid") if isinstance(shown, dict) and isinstance(answer, FileText) else ""
        if oid and isinstance(answer, FileText) and blob_id(answer.text) != oid:
            blobs[path] = oid
    for path, oid in blobs.items():
        contents[path] = session.blob(snapshot.name, oid)
    return contents


def _own(connection: Json, snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The pull requests of the repository itself whose head is its own branch."""
    rows = fields.rows(fields.record(connection, "pull requests").get("nodes"), "nodes")
    nodes = [fields.record(row, "pull request") for row in rows]
    return tuple(
        proposal(node)
        for node in nodes
        if not fields.flag(node, "isCrossRepository") and _of(node) == snapshot.name
    )


def _of(node: dict[str, Json]) -> RepositoryName:
    return fields.repository(fields.record(node.get("repository"), "repository"), "nameWithOwner")


def proposal(node: dict[str, Json]) -> Proposal:
    """A pull request as the fragment ``Proposal`` shows it. Raises Misshapen."""
    author = node.get("author")
    try:
        state = ProposalState(fields.text(node, "state").lower())
    except ValueError as error:
        raise fields.Misshapen(f"state is {node.get('state')!r}") from error
    return Proposal(
        number=fields.number(node, "number"),
        url=fields.text(node, "url"),
        head=fields.text(node, "headRefName"),
        base=fields.text(node, "baseRefName"),
        state=state,
        created_at=fields.moment(node, "createdAt"),
        title=fields.text(node, "title"),
        body=fields.text(node, "body"),
        author=fields.text(fields.record(author, "author"), "login") if author is not None else "",
        id=fields.text(node, "id"),
    )


def _branch(
    session: Session, node: dict[str, Json], snapshot: Snapshot, name: str, files: Sequence[str]
) -> tuple[Branch, str] | Obstacle | None:
    bump = node.get("bump")
    if bump is None:
        return None
    ref = fields.record(bump, "bump")
    target = fields.record(ref.get("target"), "target")
    contents = {path: _content(session, target, f"f{index}", snapshot) for index, path in enumerate(files)}
    commits, whole = _commits(node.get("base"))
    return Branch(name, fields.text(target, "oid"), commits, contents, whole), fields.text(ref, "id")


def _content(session: Session, target: dict[str, Json], key: str, snapshot: Snapshot) -> FileAnswer:
    entry = target.get(key)
    held = fields.record(entry, key).get("object") if entry is not None else None
    if held is None:
        return NoFile()
    content = reading.blob(fields.record(held, key))
    return session.blob(snapshot.name, content) if isinstance(content, str) else content


def _commits(base: Json) -> tuple[tuple[Commit, ...], bool]:
    """The commits that only the branch has, and whether these are all. What is not told counts as not shown."""
    compared = base.get("compare") if isinstance(base, dict) else None
    if compared is None:
        return (), False
    shown = fields.record(fields.record(compared, "compare").get("commits"), "commits")
    rows = fields.rows(shown.get("nodes"), "nodes")
    commits = tuple(_commit(fields.record(row, "commit")) for row in rows)
    return commits, len(commits) == fields.number(shown, "totalCount")


def _commit(node: dict[str, Json]) -> Commit:
    author, committer = _person(node, "author"), _person(node, "committer")
    # What is committed through the API is committed by GitHub itself, on the author's behalf.
    by_forge = committer[0].startswith("GitHub") and committer[1].startswith("noreply@")
    return Commit(fields.text(node, "message"), author[0] or "somebody", by_forge)


def _person(node: dict[str, Json], key: str) -> tuple[str, str]:
    person = node.get(key)
    if not isinstance(person, dict):
        return "", ""
    return str(person.get("name") or ""), str(person.get("email") or "")
