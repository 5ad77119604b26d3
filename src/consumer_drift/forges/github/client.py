"""One token's conversation with GitHub: a GraphQL document or a REST route, read with care."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.git import TreeEntry, matching_paths
from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.forges.github.errors import refuse
from consumer_drift.forges.github.responses import GraphResponse, invalid_response, read_response
from consumer_drift.forges.http.messages import Request, json_of
from consumer_drift.forges.http.transport import Transport
from consumer_drift.model.result import Failure, FileResult, NoText, Reason
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.pins import decode
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Unpack

    from consumer_drift.forges.address import Address
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline
    from consumer_drift.support.json_fields import Json

# A document that costs GitHub too much ends in one of these; asking for less is better than asking again.
TOO_MUCH = frozenset({502, 504})
_API_VERSION = {"x-github-api-version": "2022-11-28", "accept": "application/vnd.github+json"}


class GitHubClient:
    """*token* empty: REST alone, since GraphQL answers nobody without one."""

    def __init__(
        self,
        address: Address,
        token: str,
        deadline: Deadline,
        *,
        concurrency: int,
        **network: Unpack[Network],
    ) -> None:
        self.kind = TokenKind.of(token)
        self.deadline = deadline
        self.threads = concurrency
        self._has_token = bool(token)
        self._graphql_root, _, self._graphql_path = address.graphql.rpartition("/")
        self._transport = Transport(
            address.api,
            f"Bearer {token}" if token else "",
            refuse,
            deadline,
            concurrency=concurrency,
            headers=_API_VERSION,
            **network,
        )

    @property
    def requests(self) -> int:
        """How many HTTP exchanges there were so far."""
        return self._transport.requests

    def ask(
        self,
        document: str,
        variables: Mapping[str, Json],
        asked: str,
        *,
        can_ask_less: bool = False,
        writes: bool = False,
    ) -> GraphResponse | Failure:
        """Send a GraphQL document. *asked* says in words what for; *can_ask_less*: see ``TOO_MUCH``.

        *writes*: it is a mutation.
        """
        if not self._has_token:
            return Failure(
                Reason.NO_TOKEN,
                "there is no token, and GitHub's GraphQL answers nobody without one",
                Sentence("set ", Setting.TOKEN),
                asked=asked,
            )
        request = Request(
            "POST",
            f"/{self._graphql_path}",
            json={"query": document, "variables": dict(variables)},
            impatient=TOO_MUCH if can_ask_less else frozenset(),
            root=self._graphql_root,
            writes=writes,
        )
        answer = self._transport.send(request)
        return answer if isinstance(answer, Failure) else read_response(answer, asked)

    def rest(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Json] | Failure:
        """GET a route that answers with a JSON object."""
        answer = self._transport.send(Request("GET", path, query or {}))
        if isinstance(answer, Failure):
            return answer
        body: dict[str, Json] | Failure = json_of(answer, f"GET {path}", dict)
        return body

    def blob(self, repository: RepositoryName, oid: str) -> FileResult:
        """A file by its blob's id: https://docs.github.com/en/rest/git/blobs#get-a-blob"""
        path = f"{repository_path(repository)}/git/blobs/{quote(oid, safe='')}"
        body = self.rest(path)
        if isinstance(body, Failure):
            return body
        try:
            # Folded into lines; whatever else is no base64 must not read as an empty file.
            return decode(base64.b64decode("".join(json_fields.text(body, "content").split()), validate=True))
        except json_fields.InvalidJson as error:
            return invalid_response(path, error)
        except ValueError:  # binascii.Error is one; characters outside ASCII are another
            return NoText("a file that GitHub sent in no readable form")

    def in_tree(
        self, repository: RepositoryName, commit: str, patterns: Sequence[str]
    ) -> Mapping[str, tuple[str, ...] | Failure]:
        """The paths that fit *patterns*: https://docs.github.com/en/rest/git/trees#get-a-tree"""
        path = f"{repository_path(repository)}/git/trees/{quote(commit, safe='')}"
        body = self.rest(path, {"recursive": 1})
        if isinstance(body, Failure):
            return dict.fromkeys(patterns, body)
        try:
            found = matching_paths(patterns, list(_entries(json_fields.rows(body.get("tree"), "tree"))))
            cut = json_fields.flag(body, "truncated")
        except json_fields.InvalidJson as error:
            return dict.fromkeys(patterns, invalid_response(path, error))
        if not cut:
            return found
        # What was found is there for certain; what was not may be in the part that GitHub cut off.
        return {pattern: paths or _too_large(repository) for pattern, paths in found.items()}


def repository_path(repository: RepositoryName) -> str:
    """REST's path of a repository. Names hold nothing that would have to be quoted."""
    return f"/repos/{repository.owner}/{repository.name}"


def _entries(rows: Iterable[Json]) -> Iterator[TreeEntry]:
    for row in rows:
        node = json_fields.record(row, "tree entry")
        yield TreeEntry(json_fields.text(node, "path"), json_fields.text(node, "type") in {"tree", "commit"})


def _too_large(name: RepositoryName) -> Failure:
    return Failure(
        Reason.CUT_SHORT,
        f"the tree of {name} is too large for GitHub to show whole",
        "forbid paths at the root, without **, which need no tree",
        asked=str(name),
    )
