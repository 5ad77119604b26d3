"""GraphQL answers as GitHub writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.github.responses import GraphResponse, read_response
from consumer_drift.forges.http.messages import Response
from consumer_drift.model.observation import Wanted
from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Iterable

# The files that are asked for.
FILES = (".v", "V")
CORE = RepositoryName("acme", "core")
SAML = "Resource protected by organization SAML enforcement. You must grant your OAuth token access."
GONE = "Could not resolve to a Repository with the name 'acme/core'."
HIDDEN = "Resource not accessible by personal access token"
LIMIT = "Resource limits for this query exceeded."
SCOPES = (
    "Your token has not been granted the required scopes to execute this query. The 'login' field requires one of"
    " the following scopes: ['read:org', 'admin:org'], but your token has only been granted the: [''] scopes."
)


def answer(body: Any, kind: str = "application/json") -> Response:
    """An HTTP answer with that body."""
    return Response(200, {"content-type": kind}, body if isinstance(body, bytes) else json.dumps(body).encode())


def reply(data: Any, *errors: dict[str, Any]) -> GraphResponse:
    """A readable one."""
    got = read_response(answer({"data": data, "errors": list(errors)}), "a question")
    assert isinstance(got, GraphResponse)
    return got


def error(kind: str | None, *path: str | int, message: str = "m", **more: Any) -> dict[str, Any]:
    """An entry of `errors`."""
    made: dict[str, Any] = {"message": message, **more}
    if kind is not None:
        made["type"] = kind
    if path:
        made["path"] = list(path)
    return made


def blob(text: str | None = "1.4.0\n", **more: Any) -> dict[str, Any]:
    """A file."""
    return {
        "__typename": "Blob",
        "oid": "b10b",
        "byteSize": len(text or ""),
        "isBinary": False,
        "isTruncated": False,
        "text": text,
        **more,
    }


def modes(mode: int = 0o100644, names: Iterable[str] = FILES) -> dict[str, Any]:
    """The folder that the files are in."""
    return {"entries": [{"name": name, "mode": mode} for name in names]}


def node(**more: Any) -> dict[str, Any]:
    """A repository with one file."""
    return {
        "nameWithOwner": "acme/core",
        "url": "https://github.com/acme/core",
        "isArchived": False,
        "isMirror": False,
        "isEmpty": False,
        "isPrivate": True,
        "branch": {"name": "main", "target": {"oid": "c0ffee"}},
        "f0": blob(),
        "m0": modes() if more.get("f0", blob()) else None,
        **more,
    }


def pull(number: int = 7, **more: Any) -> dict[str, Any]:
    """An open pull request."""
    return {
        "id": f"PR_{number}",
        "number": number,
        "url": f"https://github.com/acme/core/pull/{number}",
        "title": "bump",
        "body": "",
        "state": "OPEN",
        "createdAt": "2026-06-15T12:00:00Z",
        "headRefName": "bump/runtime-1.4.0",
        "baseRefName": "main",
        "isCrossRepository": False,
        "mergeable": "MERGEABLE",
        "author": {"login": "bot"},
        **more,
    }


def wanted(*files: str, **more: Any) -> Wanted:
    """What was asked of acme/core."""
    return Wanted(CORE, files or (".v",), **more)
