"""Whether a token may push, asked as ``git push --dry-run`` does: by its first request, which changes nothing.

https://git-scm.com/docs/http-protocol
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.http.messages import MIB, Request, proxy_wall
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from consumer_drift.forges.http.transport import Transport
    from consumer_drift.model.repository import RepositoryName

# All references of the repository.
_MOST = 32 * MIB
_ADVERTISED = "application/x-git-receive-pack-advertisement"
_HANDLED = frozenset({401, 403, 404, 405})


def git_path(name: RepositoryName, service: str) -> str:
    """Return the path of one of Git's own services for the repository *name*.

    https://git-scm.com/docs/http-protocol
    """
    return f"/{quote(name.owner, safe='')}/{quote(name.name, safe='')}.git/{service}"


def may_push(transport: Transport, server: str, name: RepositoryName) -> bool | Failure:
    """Return whether the token may push to the repository *name* of *server*, or why that is not known."""
    path = git_path(name, "info/refs")
    query = {"service": "git-receive-pack"}
    request = Request("GET", path, query, handled=_HANDLED, root=server, most=_MOST, is_git=True)
    answer = transport.send(request)
    if isinstance(answer, Failure):
        return False if answer.reason in {Reason.READ_ONLY, Reason.ARCHIVED} else answer
    if answer.headers.get("content-type", "").startswith(_ADVERTISED):
        return True
    return proxy_wall(answer, str(request))
