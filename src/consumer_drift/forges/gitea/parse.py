"""JSON of the API to repositories, tags, branches and issues. Functions raise InvalidJson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.http import memory
from consumer_drift.forges.http.messages import proxy_wall, unexpected
from consumer_drift.model.observation import Role, Snapshot, Tag
from consumer_drift.model.result import Failure
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from consumer_drift.forges.http.messages import Response
    from consumer_drift.model.repository import RepositoryName


T = TypeVar("T")


def parsed(answer: Response | Failure, asked: str, read: Callable[[JsonValue], T]) -> T | Failure:
    """Return what *read* makes of the body, or a failure if the body is something else. Never raises.

    The failure of a request stays what it is.
    """
    if isinstance(answer, Failure):
        return answer
    if not answer.is_json:
        return proxy_wall(answer, asked)
    try:
        return read(JsonValue(answer.json()))
    except ValueError:
        return unexpected(answer, asked, "it is not valid JSON")
    except InvalidJson as error:
        return unexpected(answer, asked, str(error))
    finally:
        # Only what was read of it is kept.
        memory.done()


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository as the API shows it, with its id, which stays when it is renamed, and its owner's id."""

    snapshot: Snapshot
    id: int
    owner_id: int
    has_issues: bool = True

    @property
    def name(self) -> RepositoryName:
        """The name that the forge uses."""
        return self.snapshot.name


def repository(row: JsonValue) -> RepositoryRow:
    """Return a repository, alone or from a listing."""
    name = row["full_name"].repository()
    # Visible to every signed-in user of the server and to no one else, so not public. Older servers lack the
    # field.
    internal = "internal" in row and row["internal"].flag()
    snapshot = Snapshot(
        asked=name,
        name=name,
        web_url=row["html_url"].text(),
        branch=row["default_branch"].text(),
        archived=row["archived"].flag(),
        mirror="mirror" in row and row["mirror"].flag(),
        takes_pull_requests="has_pull_requests" not in row or row["has_pull_requests"].flag(),
        empty=row["empty"].flag(),
        public=not (row["private"].flag() or internal),
        open_pull_requests=row["open_pr_counter"].number() if "open_pr_counter" in row else None,
        object_format=row["object_format_name"].text() if "object_format_name" in row else "sha1",
        role=_role(row.get("permissions")),
        branches=row["branch_count"].number() if "branch_count" in row else None,
        runs_workflows=row["has_actions"].flag() if "has_actions" in row else None,
        merge_methods=frozenset(method for key, method in _METHODS.items() if key in row and row[key].flag()),
    )
    has_issues = "has_issues" not in row or row["has_issues"].flag()
    return RepositoryRow(snapshot, row["id"].number(), row["owner"]["id"].number(), has_issues)


_METHODS = {"allow_merge_commits": "merge", "allow_rebase": "rebase", "allow_squash_merge": "squash"}


def _role(permissions: JsonValue | None) -> Role | None:
    """Return what the token's user may do there, None where the server does not tell."""
    if permissions is None:
        return None
    if permissions["admin"].flag():
        return Role.ADMIN
    if permissions["push"].flag():
        return Role.WRITE
    return Role.READ if permissions["pull"].flag() else Role.NONE


def repositories(page: JsonValue) -> tuple[RepositoryRow, ...]:
    """Return a page of a listing."""
    return tuple(repository(row) for row in page)


def found_repositories(page: JsonValue) -> tuple[RepositoryRow, ...]:
    """Return a page of a search, whose rows are below ``data``."""
    return repositories(page["data"])


def tags(page: JsonValue) -> tuple[Tag, ...]:
    """Return a page of tags."""
    return tuple(_tag(row) for row in page)


def _tag(row: JsonValue) -> Tag:
    commit = row.get("commit")
    if commit is None:
        return Tag(row["name"].text())
    sha, created = commit["sha"].text(), commit.get("created")
    # The date is the tagger's where the tag is an object of its own, and that of the commit otherwise.
    annotated = "id" in row and row["id"].value != sha
    return Tag(row["name"].text(), sha, created.moment() if created is not None else None, annotated)


def release(row: JsonValue) -> Tag:
    """Return a release's tag; the API does not tell the commit with it."""
    return Tag(row["tag_name"].text())


def releases(page: JsonValue) -> tuple[Tag, ...]:
    """Return the tags of a page of releases, without drafts and pre-releases."""
    return tuple(
        Tag(row["tag_name"].text(), date=_published(row))
        for row in page
        if not row["draft"].flag() and not row["prerelease"].flag()
    )


def _published(row: JsonValue) -> datetime | None:
    """Return the date of a release. One that was made for a pushed tag has the start of 1970, which is no date."""
    date = row["published_at"].moment()
    return date if date.timestamp() > 0 else None


def branch_commit(branch: JsonValue) -> str:
    """Return the id of the commit that a branch points to."""
    return branch["commit"]["id"].text()


def branch_names(page: JsonValue) -> frozenset[str]:
    """Return the names in a list of references to branches."""
    return frozenset(row["ref"].text().removeprefix("refs/heads/") for row in page)
