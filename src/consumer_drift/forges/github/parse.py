"""Repositories out of GraphQL's data: pure functions from a reply to snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import TreeEntry, is_top_level, matching_paths
from consumer_drift.forges.github.responses import invalid_response, unexplained
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, NoText, Reason
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.github.responses import GraphError, GraphResponse
    from consumer_drift.model.observation import Wanted
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json

# GitHub gives no text past about 500 kB; a file of this size is no pin, and its blob is not fetched either.
_LARGEST_BLOB = 10 * 1024 * 1024


class AskLess:
    """It did not land, and may in a smaller batch."""


@dataclass(frozen=True, slots=True)
class NoPullRequests:
    """The token may read the repository but not its pull requests, which hides both: ask without those."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Landed:
    """A repository that was read. *blobs*: files that only REST has, by path; *commit*: what was read."""

    snapshot: Snapshot
    blobs: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""


def consumer(
    reply: GraphResponse, alias: str, wanted: Wanted, *, alone: bool
) -> Landed | Failure | AskLess | NoPullRequests:
    """What *reply* shows of *wanted*. *alone*: there is no smaller batch to try."""
    node = reply.data.get(alias)
    errors = reply.errors_at(alias)
    if node is None:
        return _not_there(reply, errors, wanted, alone=alone)
    passing = next((error for error in errors if error.may_pass), None)
    if passing is None and reply.placeless and _has_null(node):
        passing = reply.placeless[0]
    if passing is not None:
        return passing.failure(str(wanted.name)) if alone else AskLess()
    whole = next((error for error in errors if not _is_of_a_part(error)), None)
    if whole is not None:
        return whole.failure(str(wanted.name))
    try:
        return _landed(json_fields.record(node, alias), reply, (alias,), wanted)
    except json_fields.InvalidJson as error:
        return invalid_response(str(wanted.name), error)


def _not_there(
    reply: GraphResponse, errors: Sequence[GraphError], wanted: Wanted, *, alone: bool
) -> Failure | AskLess | NoPullRequests:
    first = next(iter((*errors, *reply.placeless)), None)
    if first is None:
        return unexplained(str(wanted.name))
    if first.may_pass and not alone:
        return AskLess()
    if first.path[1:2] == ("pullRequests",):
        return NoPullRequests(first.failure(f"the pull requests of {wanted.name}"))
    return first.failure(str(wanted.name))


def _has_null(node: Json) -> bool:
    return not isinstance(node, dict) or any(value is None for value in node.values())


def _is_of_a_part(error: GraphError) -> bool:
    """Whether it is about a file, the root or the pull requests, which have an answer each of their own."""
    part = error.path[1] if len(error.path) > 1 else ""
    return isinstance(part, str) and (part in {"root", "pullRequests"} or part[:1] == "f")


def _landed(
    node: dict[str, Json], reply: GraphResponse, path: tuple[str | int, ...], wanted: Wanted
) -> Landed | Failure:
    snapshot, commit = repository(node, wanted.name)
    if wanted.branch and not commit and not snapshot.empty:
        return Failure(
            Reason.NOT_FOUND,
            f"{snapshot.name} has no branch {wanted.branch!r}",
            "correct or remove the consumer's branch",
            asked=str(wanted.name),
        )
    contents, blobs = files(node, reply, path, wanted.files)
    return Landed(
        replace(
            snapshot,
            files=contents,
            forbidden=_forbidden(node, reply, path, wanted.forbid, commit),
            pull_requests=_pull_requests(node, reply, path),
        ),
        blobs,
        commit,
    )


def repository(node: dict[str, Json], asked: RepositoryName | None) -> tuple[Snapshot, str]:
    """The state of a repository, without its files, and the commit its branch stands at ("" for none).

    Raises Misshapen.
    """
    name = json_fields.repository(node, "nameWithOwner")
    branch = node.get("branch")
    commit = ""
    if branch is not None:
        branch = json_fields.record(branch, "branch")
        commit = json_fields.text(json_fields.record(branch.get("target"), "target"), "oid")
    snapshot = Snapshot(
        asked=asked or name,
        name=name,
        web_url=json_fields.text(node, "url"),
        branch=json_fields.text(branch, "name") if branch else "",
        archived=json_fields.flag(node, "isArchived"),
        empty=json_fields.flag(node, "isEmpty"),
        public=not json_fields.flag(node, "isPrivate"),
        commit=commit,
    )
    return snapshot, commit


def files(
    node: dict[str, Json], reply: GraphResponse, path: tuple[str | int, ...], wanted: Sequence[str]
) -> tuple[dict[str, FileResult], dict[str, str]]:
    """An answer for every wanted file, and the blobs (by path) whose content REST has to tell.

    Raises Misshapen.
    """
    answers: dict[str, FileResult] = {}
    blobs: dict[str, str] = {}
    for index, file in enumerate(wanted):
        errors = reply.errors_at(*path, f"f{index}")
        if errors:
            answers[file] = errors[0].failure(f"{node.get('nameWithOwner')}:{file}")
            continue
        content = _told(node, f"f{index}")
        answer = NoFile() if content is None else blob(json_fields.record(content, file))
        if isinstance(answer, str):
            blobs[file] = answer
        else:
            answers[file] = answer
    return answers, blobs


def blob(node: dict[str, Json]) -> FileResult | str:
    """The file, or the id of the blob that REST has to be asked for."""
    kind = json_fields.text(node, "__typename")
    if kind != "Blob":
        return NoText("a folder" if kind == "Tree" else "a submodule", is_file=False)
    if json_fields.number(node, "byteSize") > _LARGEST_BLOB:
        return NoText(f"a file of more than {_LARGEST_BLOB // 2**20} MiB")
    text = node.get("text")
    if text is None or json_fields.flag(node, "isTruncated") or node.get("isBinary"):
        return json_fields.text(node, "oid")
    return FileText(json_fields.text(node, "text"))


def _told(node: dict[str, Json], key: str) -> Json:
    """A field that may be null and has to be there. Raises Misshapen."""
    if key not in node:
        raise json_fields.InvalidJson(f"{key} is not there")
    return node[key]


def _forbidden(
    node: dict[str, Json], reply: GraphResponse, path: tuple[str | int, ...], patterns: Sequence[str], commit: str
) -> Mapping[str, tuple[str, ...] | Failure]:
    """The patterns that the root alone can tell; the others need the whole tree."""
    here = [pattern for pattern in patterns if is_top_level(pattern)]
    if not here:
        return {}
    errors = reply.errors_at(*path, "root")
    if errors:
        return dict.fromkeys(here, errors[0].failure(f"the root of {node.get('nameWithOwner')}"))
    root = _told(node, "root")
    if root is None and commit:
        raise json_fields.InvalidJson("the branch has a commit and no root")
    listed = (
        json_fields.rows(json_fields.record(root, "root").get("entries"), "entries") if root is not None else []
    )
    return matching_paths(here, [_entry(json_fields.record(row, "entry")) for row in listed])


def _entry(row: dict[str, Json]) -> TreeEntry:
    return TreeEntry(json_fields.text(row, "name"), json_fields.text(row, "type") in {"tree", "commit"})


def _pull_requests(
    node: dict[str, Json], reply: GraphResponse, path: tuple[str | int, ...]
) -> PullRequests | Failure | None:
    if "pullRequests" not in node:
        return None
    errors = reply.errors_at(*path, "pullRequests")
    if errors:
        return errors[0].failure(f"the pull requests of {node.get('nameWithOwner')}")
    connection = json_fields.record(node["pullRequests"], "pullRequests")
    return tuple(
        pull_request(json_fields.record(row, "pull request"))
        for row in json_fields.rows(connection.get("nodes"), "nodes")
    )


def pull_request(row: dict[str, Json]) -> PullRequest:
    """A pull request as the fragment ``PullRequestFields`` shows it. Raises InvalidJson."""
    author = row.get("author")
    try:
        state = PullRequestState(json_fields.text(row, "state").lower())
    except ValueError as error:
        raise json_fields.InvalidJson(f"state is {row.get('state')!r}") from error
    return PullRequest(
        number=json_fields.number(row, "number"),
        url=json_fields.text(row, "url"),
        head=json_fields.text(row, "headRefName"),
        base=json_fields.text(row, "baseRefName"),
        state=state,
        created_at=json_fields.moment(row, "createdAt"),
        from_fork=json_fields.flag(row, "isCrossRepository"),
        title=json_fields.text(row, "title"),
        body=json_fields.text(row, "body"),
        author=json_fields.text(json_fields.record(author, "author"), "login") if author is not None else "",
        id=json_fields.text(row, "id"),
    )
