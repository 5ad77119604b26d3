"""The GraphQL documents that read consumers, listings and the source, with every value as a variable.

https://docs.github.com/en/graphql/reference/queries
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.git import is_top_level
from consumer_drift.forges.github.query_builder import (
    BLOB,
    CHECKS,
    PULL_REQUEST,
    Query,
    content_fragments,
    contents,
    contents_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.model.observation import Wanted
    from consumer_drift.model.repository import RepositoryName


_OPEN_PULL_REQUESTS = """
  openPullRequests: pullRequests(states: OPEN, first: 1) { totalCount }
  pullRequests(states: OPEN, headRefName: $bump, first: 50) {
    totalCount
    nodes { ...PullRequestFields }
  }"""

# The newest, which is nearly always the only one: checks cost points for each pull request that there may be.
_CHECKED_PULL_REQUEST = """
  checked: pullRequests(
    states: OPEN, headRefName: $bump, first: 1, orderBy: {field: CREATED_AT, direction: DESC}
  ) { nodes { id ...Checks } }"""


def repository_fields(query: Query, wanted: Wanted) -> str:
    """Return the fields of one consumer: its state, its files, and its root if a forbidden path may be there."""
    head = wanted.branch
    place = f"ref(qualifiedName: {query.variable(f'refs/heads/{head}')})" if head else "defaultBranchRef"
    fields = f"""
  nameWithOwner url isArchived isMirror isEmpty isPrivate
  branch: {place} {{ name target {{ oid }} }}"""
    fields += contents(query, wanted.files, head)
    if any(is_top_level(pattern) for pattern in wanted.forbid):
        root = query.variable(f"refs/heads/{head}:" if head else "HEAD:")
        fields += f"\n  root: object(expression: {root}) {{ ... on Tree {{ entries {{ name type }} }} }}"
    return fields


def consumers(
    batch: Sequence[Wanted], bump_branch: str, *, checks: bool = False
) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``r0``, ``r1``, … are the repositories of *batch*, and its variables.

    Consumers with the same fields share a fragment, which keeps a batch small. *checks*: those of the newest pull
    request from *bump_branch* as well.
    """
    query = Query()
    fragments: dict[str, str] = {}
    body = ""
    for index, wanted in enumerate(batch):
        name = fragments.setdefault(repository_fields(query, wanted), f"Consumer{len(fragments)}")
        owner, repository = query.variable(wanted.name.owner), query.variable(wanted.name.name)
        body += f"\n  r{index}: repository(owner: {owner}, name: {repository}) {{ ...{name} }}"
    pulls = _OPEN_PULL_REQUESTS + _CHECKED_PULL_REQUEST * checks if bump_branch else ""
    if bump_branch:
        query.declare("bump", "String!", bump_branch)
    texts = "".join(f"\nfragment {name} on Repository {{{fields}{pulls}\n}}" for fields, name in fragments.items())
    content = content_fragments(path for wanted in batch for path in wanted.files)
    shown = PULL_REQUEST + CHECKS * checks if bump_branch else ""
    return query.document(body, texts + content + shown), query.variables


def owner_page(
    owner: str, files: Sequence[str], *, public_only: bool, size: int, cursor: str | None, backward: bool = False
) -> tuple[str, dict[str, str | int | None]]:
    """Return a document for a page of an owner's repositories by name, with *files* at their default branches.

    *backward*: the page before *cursor*, starting at the end of the list, instead of the one after it.
    """
    query = _page_query(owner, public_only=public_only, size=size, cursor=cursor)
    part = "last: $size, before: $cursor" if backward else "first: $size, after: $cursor"
    body = f"""
  viewer {{ login }}
  repositoryOwner(login: $owner) {{
    __typename
    login
    repositories(
      {part}, privacy: $privacy, ownerAffiliations: [OWNER],
      orderBy: {{field: NAME, direction: ASC}}
    ) {{
      totalCount
      pageInfo {{ {"hasPreviousPage startCursor" if backward else "hasNextPage endCursor"} }}
      nodes {{{_row(query, files)}
      }}
    }}
  }}"""
    return query.document(body, content_fragments(files)), query.variables


def search_page(
    owner: str, search: str, files: Sequence[str], *, public_only: bool, size: int, cursor: str | None
) -> tuple[str, dict[str, str | int | None]]:
    """Return a document for a page of the repositories that *search* finds, and for the owner's own count."""
    query = _page_query(owner, public_only=public_only, size=size, cursor=cursor)
    query.declare("search", "String!", search)
    body = f"""
  viewer {{ login }}
  repositoryOwner(login: $owner) {{
    __typename
    login
    repositories(first: 1, privacy: $privacy, ownerAffiliations: [OWNER]) {{ totalCount }}
  }}
  search(type: REPOSITORY, query: $search, first: $size, after: $cursor) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ ... on Repository {{{_row(query, files)}
      }} }}
  }}"""
    return query.document(body, content_fragments(files)), query.variables


def _page_query(owner: str, *, public_only: bool, size: int, cursor: str | None) -> Query:
    query = Query()
    query.declare("owner", "String!", owner)
    query.declare("size", "Int!", size)
    query.declare("cursor", "String", cursor)
    query.declare("privacy", "RepositoryPrivacy", "PUBLIC" if public_only else None)
    return query


def _row(query: Query, files: Sequence[str]) -> str:
    return f"""
        id nameWithOwner url isArchived isMirror isEmpty isPrivate
        branch: defaultBranchRef {{ name target {{ oid }} }}{contents(query, files, None)}"""


def creation_span(owner: str, *, public_only: bool) -> tuple[str, dict[str, str | int | None]]:
    """Return a document for the times at which an owner's oldest and newest repository were created."""
    query = Query()
    query.declare("owner", "String!", owner)
    query.declare("privacy", "RepositoryPrivacy", "PUBLIC" if public_only else None)
    ends = "".join(
        f"""
    {name}: repositories(
      first: 1, privacy: $privacy, ownerAffiliations: [OWNER],
      orderBy: {{field: CREATED_AT, direction: {direction}}}
    ) {{ nodes {{ createdAt }} }}"""
        for name, direction in (("oldest", "ASC"), ("newest", "DESC"))
    )
    return query.document(f"\n  repositoryOwner(login: $owner) {{{ends}\n  }}", ""), query.variables


def search_counts(searches: Sequence[str]) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``s0``, ``s1``, … count the repositories that *searches* find."""
    query = Query()
    body = "".join(
        f"\n  s{index}: search(type: REPOSITORY, query: {query.variable(search)}, first: 1) {{ repositoryCount }}"
        for index, search in enumerate(searches)
    )
    return query.document(body, ""), query.variables


def texts(blobs: Sequence[tuple[RepositoryName, str]]) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose ``r0.f0``, ``r1.f0``, … are these blobs, by their repositories and ids."""
    query = Query()
    body = "".join(
        f"\n  r{index}: repository(owner: {query.variable(name.owner)}, name: {query.variable(name.name)})"
        f" {{ f0: object(oid: {query.variable(oid, 'GitObjectID!')}) {{ ...Content }} }}"
        for index, (name, oid) in enumerate(blobs)
    )
    return query.document(body, BLOB), query.variables


def files_at(
    repository: RepositoryName, paths: Sequence[str], ref: str
) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose ``r0.f0``, … are *paths* at *ref*, or at the default branch if it is empty."""
    query = Query()
    owner, name = query.variable(repository.owner), query.variable(repository.name)
    body = f"""
  r0: repository(owner: {owner}, name: {name}) {{
    nameWithOwner{contents_at(query, paths, ref or "HEAD")}
  }}"""
    return query.document(body, content_fragments(paths)), query.variables


TAGS = """
query($owner: String!, $name: String!, $containing: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(refPrefix: "refs/tags/", query: $containing, first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        name
        target {
          oid
          ... on Commit { committedDate }
          ... on Tag { tagger { date } target { oid ... on Commit { committedDate } } }
        }
      }
    }
  }
}"""

# Of a commit with more parents, the others lead to commits that the listing shows as well.
COMMITS = """
query($owner: String!, $name: String!, $start: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(expression: $start) {
      ... on Commit {
        history(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { oid committedDate parents(first: 10) { nodes { oid } } }
        }
      }
    }
  }
}"""

RELEASES = """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    releases(first: 100, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { tagName publishedAt isDraft isPrerelease }
    }
  }
}"""


STORED_BRANCH = """
query($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner isPrivate
    defaultBranchRef { name }
    ref(qualifiedName: $ref) { target { oid ... on Commit { tree { entries { name mode oid } } } } }
  }
}"""


VIEWER = """
query {
  viewer { login }
}"""
