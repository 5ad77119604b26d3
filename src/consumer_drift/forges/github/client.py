"""Requests to GitHub with one token: GraphQL documents and REST routes."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from consumer_drift.forges.git import LINK_MODE, TreeEntry, blob_id, matching_files, matching_paths
from consumer_drift.forges.github import queries
from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.forges.github.errors import refuse
from consumer_drift.forges.github.responses import GraphResponse, invalid_response, read_response
from consumer_drift.forges.http.messages import MIB, Request, json_of
from consumer_drift.forges.http.push import may_push
from consumer_drift.forges.http.transport import Transport
from consumer_drift.model.result import Failure, FileResult, FileText, NoText, Reason
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.support.decode import decode
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Unpack

    from consumer_drift.forges.address import Address
    from consumer_drift.forges.held_texts import HeldTexts
    from consumer_drift.forges.http.messages import Response
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline
    from consumer_drift.support.json_fields import Json

T = TypeVar("T")

# A document that costs GitHub too much gets one of these; a smaller one is better than the same again.
TOO_EXPENSIVE = frozenset({502, 504})
# Bytes of an answer at most. A query that returns more can be split; GitHub cuts the text of a file at 512 kB.
_OF_QUERY = 8 * MIB
# GitHub cuts a recursive tree at 7 MB: https://docs.github.com/en/rest/git/trees#get-a-tree
_OF_TREE = 16 * MIB
# The largest lock file that is read, 16 MiB, in base64.
_OF_BLOB = 24 * MIB
# A release has its notes, and up to a thousand assets.
_OF_OTHERS = 4 * MIB
# The most rows of a page of REST, and so many pages that no repository has as many issues.
_PAGE = 100
_MOST_PAGES = 2000
_SETTLING_SECONDS = 2.0
_API_VERSION = {"x-github-api-version": "2022-11-28", "accept": "application/vnd.github+json"}


class GitHubClient:
    """*token* empty: only REST works, since GraphQL requires a token."""

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
        # Held while values are made of a batch. A page of a list leads to the next one, and would wait for the
        # processor behind every batch that arrived with it.
        self.parsing = threading.Lock()
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
    def texts(self) -> HeldTexts:
        """The texts that the run holds."""
        return self._transport.texts

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far."""
        return self._transport.requests

    def graphql(
        self,
        document: str,
        variables: Mapping[str, Json],
        asked: str,
        *,
        can_be_split: bool = False,
        writes: bool = False,
    ) -> GraphResponse | Failure:
        """Send a GraphQL document. *asked* says in words what for; *writes*: it is a mutation.

        *can_be_split*: if it is too expensive, the caller sends smaller ones instead of this one again.
        """
        if not self._has_token:
            return Failure(
                Reason.NO_TOKEN,
                "there is no token, and GitHub's GraphQL API requires one",
                Sentence("set ", Setting.TOKEN),
                asked=asked,
            )
        request = Request(
            "POST",
            f"/{self._graphql_path}",
            json={"query": document, "variables": dict(variables)},
            handled=TOO_EXPENSIVE if can_be_split else frozenset(),
            root=self._graphql_root,
            writes=writes,
            most=_OF_QUERY,
        )
        answer = self._transport.send(request)
        return answer if isinstance(answer, Failure) else read_response(answer, asked)

    def login(self, asked: str) -> str | Failure:
        """Return the login of the token's user or app. *asked* is what a failure calls it."""
        return self.read(queries.VIEWER, {}, asked, lambda reply: reply.data["viewer"]["login"].text())

    def read(
        self,
        document: str,
        variables: Mapping[str, Any],
        asked: str,
        reader: Callable[[GraphResponse], T | Failure],
    ) -> T | Failure:
        """Return what *reader* makes of the response, a failure where there is any error in it. Never raises."""
        reply = self.graphql(document, variables, asked)
        if isinstance(reply, Failure):
            return reply
        if reply.errors:
            return reply.errors[0].failure(asked)
        try:
            return reader(reply)
        except InvalidJson as error:
            return invalid_response(asked, error)

    def settle(self) -> None:
        """Wait until replicas, too, show what was written."""
        self.deadline.wait(_SETTLING_SECONDS)

    def rows(self, path: str, query: Mapping[str, str | int]) -> tuple[JsonValue, ...] | Failure:
        """GET all pages of a route that answers with JSON lists, until one is not full."""
        found: list[JsonValue] = []
        for page in range(1, _MOST_PAGES + 1):
            answer = self._transport.send(
                Request("GET", path, {**query, "per_page": _PAGE, "page": page}, most=_OF_QUERY)
            )
            if isinstance(answer, Failure):
                return answer
            body = json_of(answer, f"GET {path}", list)
            if isinstance(body, Failure):
                return body
            shown = list(JsonValue(body))
            found += shown
            if len(shown) < _PAGE:
                break
        return tuple(found)

    def write(self, method: str, path: str, body: Json = None) -> JsonValue | Failure:
        """Send a write to a route of REST; an empty answer is an empty object."""
        answer = self._transport.send(Request(method, path, json=body, writes=True, most=_OF_OTHERS))
        if isinstance(answer, Failure):
            return answer
        if not answer.body:
            return JsonValue({})
        shown = json_of(answer, f"{method} {path}", dict)
        return shown if isinstance(shown, Failure) else JsonValue(shown)

    def push(self, request: Request) -> Response | Failure:
        """Send a push of git's own protocol."""
        return self._transport.send(request)

    def rest(
        self, path: str, query: Mapping[str, str | int] | None = None, *, most: int = _OF_OTHERS
    ) -> JsonValue | Failure:
        """GET a route that answers with a JSON object. *most*: bytes that the answer has at most."""
        answer = self._transport.send(Request("GET", path, query or {}, most=most))
        if isinstance(answer, Failure):
            return answer
        body = json_of(answer, f"GET {path}", dict)
        return body if isinstance(body, Failure) else JsonValue(body)

    def may_push(self, server: str, repository: RepositoryName) -> bool | Failure:
        """Return whether git's own protocol lets the token push to *repository*."""
        return may_push(self._transport, server, repository)

    def blob(self, repository: RepositoryName, oid: str) -> FileResult:
        """Return a file by its blob's id: https://docs.github.com/en/rest/git/blobs#get-a-blob"""
        path = f"{repository_path(repository)}/git/blobs/{quote(oid, safe='')}"
        body = self.rest(path, most=_OF_BLOB)
        if isinstance(body, Failure):
            return body
        try:
            # It is folded into lines. Anything else that is not base64 must not read as an empty file.
            found = decode(base64.b64decode("".join(body["content"].text().split()), validate=True))
        except InvalidJson as error:
            return invalid_response(path, error)
        except ValueError:  # binascii.Error is one; characters outside ASCII raise another
            return NoText("a file that GitHub sent in no readable form")
        if isinstance(found, FileText) and blob_id(found.text) != oid:
            said = f"the answer to GET {path} is not the blob of that id"
            return Failure(Reason.CUT_SHORT, said, "run again", asked=f"GET {path}")
        return found

    def in_tree(
        self, repository: RepositoryName, commit: str, patterns: Sequence[str]
    ) -> Mapping[str, tuple[str, ...] | Failure]:
        """Return the paths that match *patterns*: https://docs.github.com/en/rest/git/trees#get-a-tree"""
        tree = self._tree(repository, commit)
        if isinstance(tree, Failure):
            return dict.fromkeys(patterns, tree)
        entries, truncated = tree
        found = matching_paths(patterns, entries)
        if not truncated:
            return found
        # A path that was found is certain; one that was not may be in the part that GitHub cut off.
        return {pattern: paths or _too_large(repository) for pattern, paths in found.items()}

    def files_in_tree(
        self, repository: RepositoryName, commit: str, patterns: Sequence[str]
    ) -> Mapping[str, tuple[str, ...] | Failure]:
        """Return all files that match *patterns*. A truncated tree cannot prove that there are no more."""
        tree = self._tree(repository, commit)
        if isinstance(tree, Failure):
            return dict.fromkeys(patterns, tree)
        entries, truncated = tree
        return dict.fromkeys(patterns, _too_large(repository)) if truncated else matching_files(patterns, entries)

    def _tree(self, repository: RepositoryName, commit: str) -> tuple[list[TreeEntry], bool] | Failure:
        path = f"{repository_path(repository)}/git/trees/{quote(commit, safe='')}"
        body = self.rest(path, {"recursive": 1}, most=_OF_TREE)
        if isinstance(body, Failure):
            return body
        try:
            return list(_entries(body["tree"])), body["truncated"].flag()
        except InvalidJson as error:
            return invalid_response(path, error)


def repository_path(repository: RepositoryName) -> str:
    """Return the REST path of a repository. Names contain nothing that would have to be escaped."""
    return f"/repos/{repository.owner}/{repository.name}"


def _entries(tree: JsonValue) -> Iterator[TreeEntry]:
    for row in tree:
        is_link = row["mode"].text() == f"{LINK_MODE:o}"
        yield TreeEntry(row["path"].text(), row["type"].text() in {"tree", "commit"}, is_link)


def _too_large(name: RepositoryName) -> Failure:
    return Failure(
        Reason.CUT_SHORT,
        f"the tree of {name} is too large for GitHub to return completely",
        "use paths and patterns without **, which need no tree",
        asked=str(name),
    )
