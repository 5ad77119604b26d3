"""A branch that keeps files of this program, with what is at its root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github import queries
from consumer_drift.model.branch import BranchEntry, StoredBranch

if TYPE_CHECKING:
    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure
    from consumer_drift.support.json_fields import JsonValue


def read(client: GitHubClient, repository: RepositoryName, branch: str) -> StoredBranch | Failure:
    """Return a branch that keeps files of this program."""
    variables = {"owner": repository.owner, "name": repository.name, "ref": f"refs/heads/{branch}"}
    return client.read(
        queries.STORED_BRANCH,
        variables,
        f"the branch {branch} of {repository}",
        lambda reply: _parsed(reply.data["repository"], branch),
    )


def _parsed(node: JsonValue, name: str) -> StoredBranch:
    """Return the branch *name* with what is at its root."""
    shown = node.get("defaultBranchRef")
    is_default = shown is not None and shown["name"].text() == name
    found = StoredBranch(
        name,
        is_default=is_default,
        is_public=not node["isPrivate"].flag(),
        repository=node["nameWithOwner"].repository(),
    )
    ref = node.get("ref")
    if ref is None:
        return found
    commit = ref["target"]
    entries = (
        BranchEntry(row["mode"].number(), row["name"].text(), row["oid"].text())
        for row in commit["tree"]["entries"]
    )
    return replace(found, commit=commit["oid"].text(), entries=tuple(entries))
