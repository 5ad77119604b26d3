"""The GraphQL documents that are sent, with every value as a variable.

https://docs.github.com/en/graphql/reference/queries
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.git import folder_of, is_top_level, names_above, parents
from consumer_drift.locks import is_lock
from consumer_drift.model.pins import GIT_MODULES, is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from consumer_drift.model.observation import BumpSearch, Snapshot, Wanted
    from consumer_drift.model.readiness import BumpPlan
    from consumer_drift.model.repository import RepositoryName


BLOB = """
fragment Content on GitObject {
  __typename
  ... on Blob { oid byteSize isBinary isTruncated text }
}"""

# What is known of a lock file before its text is worth asking for.
_SIZE = """
fragment Size on GitObject {
  __typename
  ... on Blob { oid byteSize }
}"""

# The modes of what is in a folder: a blob does not tell whether it is a symbolic link.
_MODES = """
fragment Modes on GitObject { ... on Tree { entries { name mode } } }"""
# Only where submodules are looked for: ids are most of a folder's answer.
_MODES_AND_IDS = _MODES.replace("mode }", "mode oid }")

# The files of a folder with their texts, and of all folders in it.
_FOLDER_1 = """
fragment Folder1 on GitObject {
  __typename
  ... on Tree { entries { name mode type object { ...Content } } }
}"""
_FOLDER_2 = """
fragment Folder2 on GitObject {
  __typename
  ... on Tree {
    entries {
      name mode type
      object { __typename ... on Tree { entries { name mode type object { ...Content } } } }
    }
  }
}"""

# The fields of ``parse_pull_requests.pull_request``, for every document that asks for a pull request.
PULL_REQUEST = """
fragment PullRequestFields on PullRequest {
  id number url title body state createdAt headRefName baseRefName isCrossRepository mergeable
  repository { nameWithOwner }
  author { login }
}"""

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


@dataclass(slots=True)
class Query:
    """A document under construction. Equal values share a variable."""

    variables: dict[str, str | int | None] = field(default_factory=dict)
    _types: dict[str, str] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def variable(self, value: str, kind: str = "String!") -> str:
        """Return the name, with its ``$``, of a variable with this *value*."""
        known = self._names.get((value, kind))
        if known is None:
            known = f"v{len(self._names)}"
            self._names[value, kind] = known
            self.declare(known, kind, value)
        return f"${known}"

    def declare(self, name: str, kind: str, value: str | int | None) -> None:
        """Declare a variable with a given name."""
        self.variables[name] = value
        self._types[name] = kind

    def document(self, body: str, fragments: str = "") -> str:
        """Return the text of a query with this *body*."""
        declared = ", ".join(f"${name}: {kind}" for name, kind in self._types.items())
        head = f"query({declared})" if declared else "query"
        return f"{head} {{{body}\n}}{fragments}"


def contents(query: Query, files: Sequence[str], branch: str | None) -> str:
    """Return fields ``f0``, ``f1``, … for the content of *files*, which may be patterns, at *branch*.

    ``m0``, ``m1``, … are the modes in the folders of ``git.parents``.
    """
    return _contents(query, files, f"refs/heads/{branch}" if branch else "HEAD")


def _contents(query: Query, files: Sequence[str], root: str) -> str:
    found = "".join(_content(query, root, index, path) for index, path in enumerate(files))
    return found + _modes(query, files, root)


def _modes(query: Query, files: Sequence[str], root: str) -> str:
    return "".join(
        f"\n  m{index}: object(expression: {query.variable(f'{root}:{folder}')}) {{ ...Modes }}"
        for index, folder in enumerate(parents(files))
    )


def _modes_fragment(files: Sequence[str]) -> str:
    return _MODES_AND_IDS if GIT_MODULES in files else _MODES


def _content(query: Query, root: str, index: int, path: str) -> str:
    if not is_pattern(path):
        shown = "Size" if is_lock(path) else "Content"
        return f"\n  f{index}: object(expression: {query.variable(f'{root}:{path}')}) {{ ...{shown} }}"
    place = folder_of(path)
    if place is None:
        return ""
    folder, levels = place
    return f"\n  f{index}: object(expression: {query.variable(f'{root}:{folder}')}) {{ ...Folder{levels} }}"


def content_fragments(files: Iterable[str]) -> str:
    """Return the fragments that ``contents`` uses for *files*."""
    wanted = list(files)
    levels = {place[1] for path in wanted if is_pattern(path) and (place := folder_of(path)) is not None}
    plain = [path for path in wanted if not is_pattern(path)]
    used = [BLOB] if levels or any(not is_lock(path) for path in plain) else []
    used += [_SIZE] if any(is_lock(path) for path in plain) else []
    used += [_modes_fragment(plain)] if plain else []
    used += [_FOLDER_1] if 1 in levels else []
    used += [_FOLDER_2] if 2 in levels else []
    return "".join(used)


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
    shown = PULL_REQUEST + _CHECKS * checks if bump_branch else ""
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
    nameWithOwner{_contents(query, paths, ref or "HEAD")}
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
    isPrivate
    defaultBranchRef { name }
    ref(qualifiedName: $ref) { target { oid ... on Commit { tree { entries { name mode oid } } } } }
  }
}"""


# The fields of a mutation run one after the other, so the branch exists when the commit is made.
COMMIT_ON_NEW_BRANCH = """
mutation($ref: CreateRefInput!, $commit: CreateCommitOnBranchInput!) {
  ref: createRef(input: $ref) { ref { id } }
  commit: createCommitOnBranch(input: $commit) { commit { oid } }
}"""

COMMIT = """
mutation($commit: CreateCommitOnBranchInput!) {
  commit: createCommitOnBranch(input: $commit) { commit { oid } }
}"""

OPEN = f"""
mutation($pull: CreatePullRequestInput!) {{
  pull: createPullRequest(input: $pull) {{ pullRequest {{ ...PullRequestFields }} }}
}}{PULL_REQUEST}"""

UPDATE = """
mutation($pull: UpdatePullRequestInput!) {
  pull: updatePullRequest(input: $pull) { pullRequest { id } }
}"""

MERGE = """
mutation($merge: MergePullRequestInput!) {
  merge: mergePullRequest(input: $merge) { pullRequest { id } }
}"""

APPROVE = """
mutation($review: AddPullRequestReviewInput!) {
  review: addPullRequestReview(input: $review) { pullRequestReview { id } }
}"""

VIEWER = """
query {
  viewer { login }
}"""

DELETE = """
mutation($ref: DeleteRefInput!) {
  ref: deleteRef(input: $ref) { clientMutationId }
}"""

_FINISH = {
    "reviews": ("RequestReviewsInput!", "requestReviews", "clientMutationId"),
    "labels": ("AddLabelsToLabelableInput!", "addLabelsToLabelable", "clientMutationId"),
    "merge": ("EnablePullRequestAutoMergeInput!", "enablePullRequestAutoMerge", "clientMutationId"),
    # Last: the text says that the parts before it were tried.
    "pull": ("UpdatePullRequestInput!", "updatePullRequest", "clientMutationId"),
}


def finish(inputs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one document for what a new pull request still needs: the parts that have *inputs*."""
    used = [(name, *_FINISH[name]) for name in _FINISH if name in inputs]
    declared = ", ".join(f"${name}: {kind}" for name, kind, _, _ in used)
    body = "".join(f"\n  {name}: {field}(input: ${name}) {{ {shown} }}" for name, _, field, shown in used)
    return f"mutation({declared}) {{{body}\n}}"


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


# The fields of ``parse_pull_requests.checks``.
_CHECKS = """
fragment Checks on PullRequest {
  headRefOid isDraft mergeable reviewDecision
  author { login }
  latestOpinionatedReviews(first: 50) {
    nodes { author { login } state authorCanPushToRepository commit { oid } }
  }
  commits(last: 1) {
    nodes {
      commit {
        oid
        statusCheckRollup {
          state
          contexts(first: 100) {
            totalCount
            nodes {
              __typename
              ... on CheckRun {
                name status conclusion startedAt detailsUrl
                checkSuite { workflowRun { event workflow { name } } }
              }
              ... on StatusContext { context state targetUrl }
            }
          }
        }
      }
    }
  }
}"""


def checks(ids: Sequence[str]) -> tuple[str, dict[str, str | int | None]]:
    """Return a document whose fields ``r0``, ``r1``, … are the checks of the pull requests *ids*.

    https://docs.github.com/en/graphql/reference/objects#statuscheckrollup
    """
    query = Query()
    body = "".join(
        f"\n  r{index}: node(id: {query.variable(one, 'ID!')}) {{ ...Checks }}" for index, one in enumerate(ids)
    )
    return query.document(body, _CHECKS), query.variables


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
    sizes = _SIZE if any(is_lock(path) for path in files) else ""
    modes = _modes_fragment(files) if parents(files) else ""
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
    return found + _modes(query, tuple(snapshot.files), snapshot.commit)


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
