"""One token's conversation with GitHub: a GraphQL document or a REST route, read with care."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.forges.github.refusals import refuse
from consumer_drift.forges.github.replies import Reply, misshapen, read_reply
from consumer_drift.forges.http import fields
from consumer_drift.forges.http.messages import Request, json_of
from consumer_drift.forges.http.transport import Transport
from consumer_drift.forges.paths import Entry, fitting
from consumer_drift.model.answers import FileAnswer, NoText, Obstacle, Reason
from consumer_drift.pins import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Unpack

    from consumer_drift.forges.address import Address
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.forges.http.stop import Stop
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.model.names import RepositoryName

# A document that costs GitHub too much ends in one of these; asking for less is better than asking again.
TOO_MUCH = frozenset({502, 504})
_API_VERSION = {"x-github-api-version": "2022-11-28", "accept": "application/vnd.github+json"}


class Session:
    """*token* empty: REST alone, since GraphQL answers nobody without one."""

    def __init__(
        self,
        address: Address,
        token: str,
        stop: Stop,
        *,
        concurrency: int,
        **network: Unpack[Network],
    ) -> None:
        self.kind = TokenKind.of(token)
        self.stop = stop
        self.threads = concurrency
        self._has_token = bool(token)
        self._graphql_root, _, self._graphql_path = address.graphql.rpartition("/")
        self._transport = Transport(
            address.api,
            f"Bearer {token}" if token else "",
            refuse,
            stop,
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
    ) -> Reply | Obstacle:
        """Send a GraphQL document. *asked* says in words what for; *can_ask_less*: see ``TOO_MUCH``.

        *writes*: it is a mutation.
        """
        if not self._has_token:
            return Obstacle(
                Reason.NO_TOKEN,
                "there is no token, and GitHub's GraphQL answers nobody without one",
                "set GITHUB_TOKEN, or name the variable that holds the token with --token-env",
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
        return answer if isinstance(answer, Obstacle) else read_reply(answer, asked)

    def rest(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Json] | Obstacle:
        """GET a route that answers with a JSON object."""
        answer = self._transport.send(Request("GET", path, query or {}))
        if isinstance(answer, Obstacle):
            return answer
        body: dict[str, Json] | Obstacle = json_of(answer, f"GET {path}", dict)
        return body

    def blob(self, repository: RepositoryName, oid: str) -> FileAnswer:
        """A file by its blob's id: https://docs.github.com/en/rest/git/blobs#get-a-blob"""
        path = f"{repository_path(repository)}/git/blobs/{quote(oid, safe='')}"
        body = self.rest(path)
        if isinstance(body, Obstacle):
            return body
        try:
            # Folded into lines; whatever else is no base64 must not read as an empty file.
            return decode(base64.b64decode("".join(fields.text(body, "content").split()), validate=True))
        except fields.Misshapen as error:
            return misshapen(path, error)
        except ValueError:  # binascii.Error is one; characters outside ASCII are another
            return NoText("a file that GitHub sent in no readable form")

    def in_tree(
        self, repository: RepositoryName, commit: str, patterns: Sequence[str]
    ) -> Mapping[str, tuple[str, ...] | Obstacle]:
        """The paths that fit *patterns*: https://docs.github.com/en/rest/git/trees#get-a-tree"""
        path = f"{repository_path(repository)}/git/trees/{quote(commit, safe='')}"
        body = self.rest(path, {"recursive": 1})
        if isinstance(body, Obstacle):
            return dict.fromkeys(patterns, body)
        try:
            found = fitting(patterns, list(_entries(fields.rows(body.get("tree"), "tree"))))
            cut = fields.flag(body, "truncated")
        except fields.Misshapen as error:
            return dict.fromkeys(patterns, misshapen(path, error))
        if not cut:
            return found
        # What was found is there for certain; what was not may be in the part that GitHub cut off.
        return {pattern: paths or _too_large(repository) for pattern, paths in found.items()}


def repository_path(repository: RepositoryName) -> str:
    """REST's path of a repository. Names hold nothing that would have to be quoted."""
    return f"/repos/{repository.owner}/{repository.name}"


def _entries(rows: Iterable[Json]) -> Iterator[Entry]:
    for row in rows:
        node = fields.record(row, "tree entry")
        yield Entry(fields.text(node, "path"), fields.text(node, "type") in {"tree", "commit"})


def _too_large(name: RepositoryName) -> Obstacle:
    return Obstacle(
        Reason.CUT_SHORT,
        f"the tree of {name} is too large for GitHub to show whole",
        "forbid paths at the root, without **, which need no tree",
        asked=str(name),
    )
