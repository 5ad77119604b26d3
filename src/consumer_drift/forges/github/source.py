"""What the source is asked: its tags, its latest release, a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.github import queries, reading
from consumer_drift.forges.github.replies import misshapen, unexplained
from consumer_drift.forges.github.session import repository_path
from consumer_drift.forges.http import fields
from consumer_drift.model.answers import FileAnswer, Obstacle, Reason
from consumer_drift.model.observation import Tag

if TYPE_CHECKING:
    from consumer_drift.forges.github.replies import Reply
    from consumer_drift.forges.github.session import Session
    from consumer_drift.model.names import RepositoryName


def tags(session: Session, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Obstacle:
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
        if isinstance(reply, Obstacle):
            return reply
        if reply.errors:
            return reply.errors[0].obstacle(asked)
        try:
            page, cursor = _page(reply, after)
        except fields.Misshapen as error:
            return misshapen(asked, error)
        found += page
        if cursor is None:
            return tuple(found)
        after = cursor


def _page(reply: Reply, before: str | None) -> tuple[list[Tag], str | None]:
    refs = fields.record(fields.record(reply.data.get("repository"), "repository").get("refs"), "refs")
    page = [_tag(fields.record(row, "ref")) for row in fields.rows(refs.get("nodes"), "nodes")]
    cursor = queries.next_cursor(refs)
    if cursor is not None and cursor == before:
        raise fields.Misshapen("the next page is the same one again")
    return page, cursor


def _tag(node: dict[str, fields.Json]) -> Tag:
    target = fields.record(node.get("target"), "target")
    # An annotated tag is an object of its own that leads to the commit.
    inner = target.get("target")
    return Tag(
        fields.text(node, "name"),
        fields.text(fields.record(inner, "target") if inner is not None else target, "oid"),
    )


def latest_release(session: Session, repository: RepositoryName) -> Tag | Obstacle | None:
    """https://docs.github.com/en/rest/releases/releases#get-the-latest-release"""
    body = session.rest(f"{repository_path(repository)}/releases/latest")
    if isinstance(body, Obstacle):
        if body.reason is not Reason.NOT_FOUND:
            return body
        # The same 404 says "no release" and "no repository".
        there = session.rest(repository_path(repository))
        return there if isinstance(there, Obstacle) else None
    try:
        return Tag(fields.text(body, "tag_name"))
    except fields.Misshapen as error:
        return misshapen(f"the latest release of {repository}", error)


def file(session: Session, repository: RepositoryName, path: str, ref: str) -> FileAnswer:
    """One file, at the head of the default branch or at *ref*."""
    asked = f"{path} of {repository}"
    document, variables = queries.one_file(repository, path, ref)
    reply = session.ask(document, variables, asked)
    if isinstance(reply, Obstacle):
        return reply
    node = reply.data.get("r0")
    if node is None or reply.placeless:
        return reply.errors[0].obstacle(asked) if reply.errors else unexplained(asked)
    try:
        answers, blobs = reading.files(fields.record(node, "repository"), reply, ("r0",), [path])
    except fields.Misshapen as error:
        return misshapen(asked, error)
    return answers[path] if path in answers else session.blob(repository, blobs[path])
