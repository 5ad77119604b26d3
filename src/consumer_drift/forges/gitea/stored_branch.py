"""A branch that keeps files of this program, with what is at its root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, parse_files, routes
from consumer_drift.model.branch import StoredBranch
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.model.repository import RepositoryName


def read(client: GiteaClient, repository: RepositoryName, branch: str) -> StoredBranch | Failure:
    """Return a branch: three requests, one less where it does not exist."""
    row = client.repository(repository)
    if isinstance(row, Failure):
        return row
    known = row.snapshot
    is_default = branch == known.branch
    found = StoredBranch(
        branch, "", (), is_default, known.object_format, is_public=known.public, repository=known.name
    )
    request = routes.branch(known.name, branch)
    answer, there = client.found(known.name, lambda _name: request)
    if there is not None:
        return found
    commit = parse.parsed(answer, str(request), parse.branch_commit)
    if isinstance(commit, Failure):
        return commit
    request = routes.tree(known.name, commit, 1, recursive=False)
    entries = parse.parsed(client.send(known.name, request), str(request), parse_files.branch_entries)
    return entries if isinstance(entries, Failure) else replace(found, commit=commit, entries=entries)
