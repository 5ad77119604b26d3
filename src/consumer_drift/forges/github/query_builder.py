"""A GraphQL document under construction, and the fields for files that documents share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.forges.git import folder_of, parents
from consumer_drift.locks.formats import is_lock
from consumer_drift.model.pins import GIT_MODULES, is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


BLOB = """
fragment Content on GitObject {
  __typename
  ... on Blob { oid byteSize isBinary isTruncated text }
}"""


# What is known of a lock file before its text is worth asking for.
SIZE = """
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
    return contents_at(query, files, f"refs/heads/{branch}" if branch else "HEAD")


def contents_at(query: Query, files: Sequence[str], root: str) -> str:
    found = "".join(_content(query, root, index, path) for index, path in enumerate(files))
    return found + modes(query, files, root)


def modes(query: Query, files: Sequence[str], root: str) -> str:
    return "".join(
        f"\n  m{index}: object(expression: {query.variable(f'{root}:{folder}')}) {{ ...Modes }}"
        for index, folder in enumerate(parents(tuple(files)))
    )


def modes_fragment(files: Sequence[str]) -> str:
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
    used += [SIZE] if any(is_lock(path) for path in plain) else []
    used += [modes_fragment(plain)] if plain else []
    used += [_FOLDER_1] if 1 in levels else []
    used += [_FOLDER_2] if 2 in levels else []
    return "".join(used)


# The fields of ``parse_pull_requests.pull_request``, for every document that asks for a pull request.
PULL_REQUEST = """
fragment PullRequestFields on PullRequest {
  id number url title body state createdAt headRefName baseRefName isCrossRepository mergeable
  repository { nameWithOwner }
  author { login }
}"""


# The fields of ``parse_checks.checks``.
CHECKS = """
fragment Checks on PullRequest {
  headRefOid state isDraft mergeable reviewDecision
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
