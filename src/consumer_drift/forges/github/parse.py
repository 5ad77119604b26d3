"""GraphQL data to repositories. Functions that read raise InvalidJson if a value is not what the API promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github.parse_files import Read, forbidden, name_of, shown_files
from consumer_drift.forges.github.parse_pull_requests import pull_request
from consumer_drift.forges.github.responses import invalid_response, unexplained
from consumer_drift.model.observation import Snapshot, Tag
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.forges.github.responses import GraphError, GraphResponse
    from consumer_drift.model.checks import (
        PullRequestChecks,
    )
    from consumer_drift.model.observation import Wanted
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName

    Path = tuple[str | int, ...]


_GRANT = "grant it read access to pull requests (fine-grained or app: Pull requests; classic: repo)"


class Split:
    """The query was too much for GitHub; a smaller one may succeed."""


@dataclass(frozen=True, slots=True)
class WithoutPullRequests:
    """The token may read the repository but not its pull requests, which hides both: ask without those."""

    failure: Failure


def consumer(
    reply: GraphResponse, alias: str, wanted: Wanted, *, alone: bool
) -> Read | Failure | Split | WithoutPullRequests:
    """Return what *reply* shows of *wanted*. *alone*: there is no smaller batch to try."""
    node = reply.data.get(alias)
    # What cannot be known of checks makes no consumer unreadable.
    errors = tuple(error for error in reply.errors_at(alias) if error.path[1:2] != ("checked",))
    if node is None and not errors and reply.errors_at(alias):
        return Split()
    if node is None:
        return _missing(reply, errors, wanted, alone=alone)
    transient = next((error for error in errors if error.is_transient), None)
    if transient is None and reply.global_errors and _has_null(node):
        transient = reply.global_errors[0]
    if transient is not None:
        return transient.failure(str(wanted.name)) if alone else Split()
    fatal = next((error for error in errors if not _is_of_a_part(error)), None)
    if fatal is not None:
        return fatal.failure(str(wanted.name))
    try:
        return _read(node, reply, (alias,), wanted)
    except InvalidJson as error:
        return invalid_response(str(wanted.name), error)


def _missing(
    reply: GraphResponse, errors: Sequence[GraphError], wanted: Wanted, *, alone: bool
) -> Failure | Split | WithoutPullRequests:
    first = next(iter((*errors, *reply.global_errors)), None)
    if first is None:
        return unexplained(str(wanted.name))
    if first.is_transient and not alone:
        return Split()
    if first.path[1:2] in {("pullRequests",), ("openPullRequests",)}:
        failure = first.failure(f"the pull requests of {wanted.name}")
        return WithoutPullRequests(replace(failure, remedy=_GRANT) if failure.is_permission else failure)
    return first.failure(str(wanted.name))


def _has_null(node: JsonValue) -> bool:
    return not isinstance(node.value, dict) or any(value is None for value in node.value.values())


def _is_of_a_part(error: GraphError) -> bool:
    """Return whether it is about a file, the root or the pull requests, which have an answer of their own."""
    part = error.path[1] if len(error.path) > 1 else ""
    return isinstance(part, str) and (
        part in {"root", "pullRequests", "openPullRequests"} or part[:1] in {"f", "m"}
    )


def _read(node: JsonValue, reply: GraphResponse, path: Path, wanted: Wanted) -> Read | Failure:
    snapshot, commit = repository(node, wanted.name)
    if wanted.branch and not commit and not snapshot.empty:
        return Failure(
            Reason.NOT_FOUND,
            f"{snapshot.name} has no branch {wanted.branch!r}",
            "correct or remove the consumer's `branch:`",
            asked=str(wanted.name),
        )
    files, matches, blobs = shown_files(node, reply, path, wanted.files)
    snapshot = replace(
        snapshot,
        files=files,
        matches=matches,
        forbidden=forbidden(node, reply, path, wanted.forbid, commit),
        pull_requests=_pull_requests(node, reply, path),
        open_pull_requests=_open_count(node),
    )
    return Read(snapshot, blobs, commit)


def repository(node: JsonValue, asked: RepositoryName | None) -> tuple[Snapshot, str]:
    """Return the state of a repository without its files, and the commit of its branch ("" if there is none)."""
    name = node["nameWithOwner"].repository()
    branch = node.get("branch")
    commit = branch["target"]["oid"].text() if branch is not None else ""
    snapshot = Snapshot(
        asked=asked or name,
        name=name,
        web_url=node["url"].text(),
        branch=branch["name"].text() if branch is not None else "",
        archived=node["isArchived"].flag(),
        mirror=node["isMirror"].flag(),
        empty=node["isEmpty"].flag(),
        public=not node["isPrivate"].flag(),
        commit=commit,
    )
    return snapshot, commit


def tag(node: JsonValue) -> Tag:
    """Return a tag. An annotated tag is an object of its own that leads to the commit."""
    target = node["target"]
    inner = target.get("target")
    commit = inner or target
    tagger = target.get("tagger")
    own, of_commit = tagger.get("date") if tagger is not None else None, commit.get("committedDate")
    date = own or of_commit
    return Tag(
        node["name"].text(), commit["oid"].text(), date.moment() if date is not None else None, own is not None
    )


def releases(connection: JsonValue) -> tuple[Tag, ...]:
    """Return the tags of a page of releases, without drafts and pre-releases."""
    return tuple(
        Tag(row["tagName"].text(), date=row["publishedAt"].moment())
        for row in connection["nodes"]
        if not row["isDraft"].flag() and not row["isPrerelease"].flag()
    )


def _pull_requests(node: JsonValue, reply: GraphResponse, path: Path) -> PullRequests | Failure | None:
    if "pullRequests" not in node:
        return None
    errors = reply.errors_at(*path, "pullRequests")
    if errors:
        return errors[0].failure(f"the pull requests of {name_of(node)}")
    known = _checked(node, reply, path)
    found = (pull_request(row) for row in node["pullRequests"]["nodes"])
    return tuple(replace(one, checks=known.get(one.id)) for one in found)


def _checked(node: JsonValue, reply: GraphResponse, path: Path) -> dict[str, PullRequestChecks]:
    """Return the checks that were asked for together with the pull requests, by the ids of these."""
    shown = node.get("checked")
    if shown is None or reply.global_errors:
        return {}
    from consumer_drift.forges.github.parse_checks import checks, errors_of_checks  # noqa: PLC0415 - most need none

    if errors_of_checks(reply, *path, "checked"):
        return {}
    return {row["id"].text(): checks(row) for row in shown["nodes"]}


def _open_count(node: JsonValue) -> int | None:
    """Return how many pull requests are open, None where that was not asked for or is denied."""
    shown = node.get("openPullRequests")
    return shown["totalCount"].number() if shown is not None else None
