"""The GraphQL documents about bumps: branches, pull requests, their checks, and what the token may do.

https://docs.github.com/en/graphql/reference/queries
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.git import names_above, parents
from consumer_drift.forges.github.query_builder import (
    BLOB,
    CHECKS,
    PULL_REQUEST,
    SIZE,
    Query,
    modes,
    modes_fragment,
)
from consumer_drift.locks.formats import is_lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.model.observation import BumpSearch, Snapshot
    from consumer_drift.model.readiness import BumpPlan


_MOST_COMMITS = 100


_COMMITS = f"""{{
      commits(first: {_MOST_COMMITS}) {{
        totalCount
        nodes {{
          message changedFilesIfAvailable parents(first: 2) {{ totalCount }}
          author {{ name }} committer {{ name email }}
        }}
      }}
    }}"""


def checks(ids: Sequence[str]) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``r0``, ``r1``, … are the checks of the pull requests *ids*.

    https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
    """
    query = Query()
    body = "".join(
        f"\n  r{index}: node(id: {query.variable(one, 'ID!')}) {{ ...Checks }}" for index, one in enumerate(ids)
    )
    return query.document(body, CHECKS), query.variables


@dataclass(frozen=True, slots=True)
class BumpQuery:
    """What is asked about each consumer: its bump branch *head*, and other branches *resembling* one."""

    head: str
    resembling: str
    labels: tuple[str, ...]


def bump_states(batch: Sequence[Snapshot], asking: BumpQuery) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``r0``, ``r1``, … are the bump states of *batch*, and its variables."""
    query = Query()
    body = "".join(
        f"""
  r{index}: repository(owner: {query.variable(one.name.owner)}, name: {query.variable(one.name.name)}) {{
    id nameWithOwner{_files_at(query, one)}
    {branch_fields(query, one, asking.head, branch_files(one))}
    bumps: pullRequests(
      headRefName: {query.variable(asking.head)}, first: 100, orderBy: {{field: CREATED_AT, direction: DESC}}
    ) {{ nodes {{ ...PullRequestFields }} }}
    branches: refs(refPrefix: "refs/heads/", query: {query.variable(asking.resembling)}, first: 50) {{
      nodes {{ associatedPullRequests(states: OPEN, first: 2) {{ nodes {{ ...PullRequestFields }} }} }}
    }}{_labels(query, asking)}
  }}"""
        for index, one in enumerate(batch)
    )
    files = [path for one in batch for path in one.files]
    # A fragment that nothing uses makes a document invalid.
    texts = BLOB if any(not is_lock(path) for path in files) else ""
    sizes = SIZE if any(is_lock(path) for path in files) else ""
    modes = modes_fragment(files) if parents(tuple(files)) else ""
    return query.document(body, PULL_REQUEST + texts + sizes + modes), query.variables


def branch_files(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the files that matter on a bump branch: it never changes a lock file."""
    return tuple(path for path in snapshot.files if not is_lock(path))


_RECENT = """
    recent: pullRequests(
      states: [OPEN, CLOSED], first: 100, orderBy: {field: CREATED_AT, direction: DESC}
    ) { nodes { ...PullRequestFields } }"""


def open_bumps(batch: Sequence[Snapshot], search: BumpSearch) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``r0``, ``r1``, … have the pull requests of all bumps, and its variables."""
    query = Query()
    query.declare("resembling", "String!", search.resembling)
    body = "".join(
        f"""
  r{index}: repository(owner: {query.variable(one.name.owner)}, name: {query.variable(one.name.name)}) {{
    branches: refs(
      refPrefix: "refs/heads/", query: $resembling, first: 50, orderBy: {{field: ALPHABETICAL, direction: DESC}}
    ) {{ nodes {{ associatedPullRequests(states: OPEN, first: 2) {{ nodes {{ ...PullRequestFields }} }} }} }}{
            _RECENT if search.closed else ""
        }
  }}"""
        for index, one in enumerate(batch)
    )
    return query.document(body, PULL_REQUEST), query.variables


def abilities(batch: Sequence[Snapshot], plan: BumpPlan) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``r0``, ``r1``, … tell the rights in *batch*, and its variables."""
    query = Query()
    fields = _rights(query, plan)
    body = "\n  viewer { login }" + "".join(
        f"\n  r{index}: repository(owner: {query.variable(one.name.owner)}, name: {query.variable(one.name.name)})"
        f" {{ ...Rights base: ref(qualifiedName: {query.variable(f'refs/heads/{one.branch}')}) {{ ...Base }} }}"
        for index, one in enumerate(batch)
    )
    return query.document(body, fields + _BASE), query.variables


# What a branch requires before a merge, also for who may not read its protection.
_BASE = """
fragment Base on Ref {
  refUpdateRule { requiredStatusCheckContexts requiredApprovingReviewCount }
  target { ... on Commit { statusCheckRollup { state } } }
}"""


def _rights(query: Query, plan: BumpPlan) -> str:
    """Return the fragment with what is the same in every repository."""
    above = "".join(
        f"\n  p{index}: ref(qualifiedName: {query.variable(f'refs/heads/{name}')}) {{ name }}"
        for index, name in enumerate(names_above(plan.head))
    )
    below = query.variable(f"refs/heads/{plan.head}/")
    labels = "".join(
        f"\n  l{index}: label(name: {query.variable(name)}) {{ id }}"
        for index, name in enumerate(plan.wanted.labels)
    )
    users = "".join(
        f"\n  u{index}: assignableUsers(query: {query.variable(name)}, first: 20) {{ nodes {{ login }} }}"
        for index, name in enumerate(plan.users)
    )
    return f"""
fragment Rights on Repository {{
  viewerPermission autoMergeAllowed mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed{above}{labels}{users}
  head: ref(qualifiedName: {query.variable(f"refs/heads/{plan.head}")}) {{ name }}
  closed: pullRequests(headRefName: {query.variable(plan.head)}, states: [CLOSED], first: 1) {{ totalCount }}
  below: refs(refPrefix: {below}, first: 1) {{ nodes {{ name }} }}
  rulesets(first: 50, includeParents: true, targets: [BRANCH]) {{
    totalCount
    nodes {{
      databaseId name enforcement
      conditions {{ refName {{ include exclude }} }}
      rules(first: 50) {{ nodes {{ type }} }}
    }}
  }}
  branchProtectionRules(first: 50) {{
    totalCount
    nodes {{ pattern isAdminEnforced lockBranch requiresApprovingReviews requiresStatusChecks restrictsPushes }}
  }}
}}"""


def _files_at(query: Query, snapshot: Snapshot) -> str:
    """Return fields for the files at the commit that the bump branch starts from, whatever is pushed meanwhile."""
    found = "".join(
        f"\n    f{index}: object(expression: {query.variable(f'{snapshot.commit}:{path}')})"
        f" {{ ...{'Size' if is_lock(path) else 'Content'} }}"
        for index, path in enumerate(snapshot.files)
    )
    return found + modes(query, tuple(snapshot.files), snapshot.commit)


def branch_fields(query: Query, snapshot: Snapshot, name: str, files: Sequence[str]) -> str:
    """Return fields for the branch *name*, the commits that only it has, and *files* at its tip."""
    contents = "".join(
        f" f{index}: file(path: {query.variable(path)}) {{ mode object {{ ...Content }} }}"
        for index, path in enumerate(files)
    )
    at_tip = f"... on Commit {{{contents} }}" if contents else ""
    base = query.variable(f"refs/heads/{snapshot.branch}")
    return f"""base: ref(qualifiedName: {base}) {{ compare(headRef: {query.variable(name)}) {_COMMITS} }}
    bump: ref(qualifiedName: {query.variable(f"refs/heads/{name}")}) {{ id target {{ oid {at_tip} }} }}"""


def _labels(query: Query, asking: BumpQuery) -> str:
    return "".join(
        f"\n    l{index}: label(name: {query.variable(name)}) {{ id }}" for index, name in enumerate(asking.labels)
    )
