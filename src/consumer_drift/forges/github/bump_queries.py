"""The query about bumps: branches and pull requests of many consumers, and of one branch alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.github import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.model.observation import Snapshot

_MOST_COMMITS = 100

_FRAGMENTS = """
fragment Proposal on PullRequest {
  id number url title body state createdAt headRefName baseRefName isCrossRepository
  repository { nameWithOwner }
  author { login }
}"""

_COMMITS = f"""{{
      commits(first: {_MOST_COMMITS}) {{
        totalCount
        nodes {{ message author {{ name }} committer {{ name email }} }}
      }}
    }}"""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of each consumer."""

    head: str
    resembling: str
    labels: tuple[str, ...]


def document(batch: Sequence[Snapshot], asking: Asking) -> tuple[str, dict[str, str | int | None]]:
    query = queries.Query()
    body = "".join(
        f"""
  r{index}: repository(owner: {query.variable(one.name.owner)}, name: {query.variable(one.name.name)}) {{
    id nameWithOwner{_files_at(query, one)}
    {branch_fields(query, one, asking.head, tuple(one.files))}
    proposals: pullRequests(
      headRefName: {query.variable(asking.head)}, first: 100, orderBy: {{field: CREATED_AT, direction: DESC}}
    ) {{ nodes {{ ...Proposal }} }}
    branches: refs(refPrefix: "refs/heads/", query: {query.variable(asking.resembling)}, first: 50) {{
      nodes {{ associatedPullRequests(states: OPEN, first: 2) {{ nodes {{ ...Proposal }} }} }}
    }}{_labels(query, asking)}
  }}"""
        for index, one in enumerate(batch)
    )
    return query.document(body, _FRAGMENTS + queries.BLOB), query.variables


def _files_at(query: queries.Query, snapshot: Snapshot) -> str:
    """The files at the very commit that the bump branch is to start from: no push can come between."""
    return "".join(
        f"\n    f{index}: object(expression: {query.variable(f'{snapshot.commit}:{path}')}) {{ ...Content }}"
        for index, path in enumerate(snapshot.files)
    )


def branch_fields(query: queries.Query, snapshot: Snapshot, name: str, files: Sequence[str]) -> str:
    contents = "".join(
        f" f{index}: file(path: {query.variable(path)}) {{ object {{ ...Content }} }}"
        for index, path in enumerate(files)
    )
    at_tip = f"... on Commit {{{contents} }}" if contents else ""
    base = query.variable(f"refs/heads/{snapshot.branch}")
    return f"""base: ref(qualifiedName: {base}) {{ compare(headRef: {query.variable(name)}) {_COMMITS} }}
    bump: ref(qualifiedName: {query.variable(f"refs/heads/{name}")}) {{ id target {{ oid {at_tip} }} }}"""


def _labels(query: queries.Query, asking: Asking) -> str:
    return "".join(
        f"\n    l{index}: label(name: {query.variable(name)}) {{ id }}" for index, name in enumerate(asking.labels)
    )
