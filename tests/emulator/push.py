"""The first request of ``git push``: whether the caller may push, and which references there are.

https://git-scm.com/docs/http-protocol (smart clients, ``info/refs``). What a Gitea answers was seen on a real one:
a token without the scope is 403, and so early a user who may only read is not refused, since anybody may push a
change for review (https://docs.gitea.com/usage/agit). GitHub's words are those that git shows:
https://github.com/sniffy/sniffy/pull/640 and https://github.com/ad-m/github-push-action/issues/165
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.emulator.github import permission as permissions
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.access import Caller
    from tests.emulator.repository import Repository
    from tests.emulator.wire import Request
    from tests.emulator.world import World

PATH = re.compile(r"^/([^/]+)/([^/]+)\.git/info/refs$")
ADVERTISEMENT = "application/x-git-receive-pack-advertisement"
_REALM = ("WWW-Authenticate", 'Basic realm="git"')


def is_push(request: Request) -> bool:
    """Whether it asks to push."""
    return bool(PATH.match(request.path)) and request.arg("service") == "git-receive-pack"


def answer(request: Request, world: World, caller: Caller, forge: str, *, known: bool) -> Response:
    """The references, or why the caller may not push."""
    if not known or caller.anonymous:
        return _text(401, "Failed to authenticate user\n", _REALM)
    found = PATH.match(request.path)
    assert found is not None
    repository = world.names.get(f"{found[1]}/{found[2]}".lower())
    why = _refused(caller, repository, forge)
    if why is not None or repository is None:
        return why or _text(404, "Not found.\n")
    return Response(200, _advertised(repository), [("Content-Type", ADVERTISEMENT)])


def _refused(caller: Caller, repository: Repository | None, forge: str) -> Response | None:
    if forge != "github":
        return _refused_by_gitea(caller, repository, forge)
    if repository is None or not permissions.visible(caller, repository):
        return _text(404, "Repository not found.\n")
    if permissions.kind(caller) not in permissions.SCOPED:
        limited = caller.rank(repository) < 2 and permissions.kind(caller) in {"installation", "job"}
        if limited or not permissions.permitted(caller, repository, "contents", "write"):
            return _text(403, "Write access to repository not granted.\n")
    if permissions.rank(caller, repository) < 2:
        return _text(403, f"Permission to {repository.full_name}.git denied to {caller.login}.\n")
    return None


def _refused_by_gitea(caller: Caller, repository: Repository | None, forge: str) -> Response | None:
    token = caller.token
    assert token is not None
    if repository is None or not caller.rank(repository, public_for_job=forge != "forgejo"):
        return _text(404, "Not found.\n")
    if token.kind != "job" and not {"all", "write:repository"} & set(token.scopes):
        return _text(403, "Forbidden\n")
    return None


def _advertised(repository: Repository) -> bytes:
    lines = [f"{oid} refs/heads/{name}" for name, oid in sorted(repository.branches.items())]
    lines += [f"{oid} refs/tags/{name}" for name, oid in sorted(repository.tags.items())]
    first, *rest = lines or [f"{'0' * 40} capabilities^{{}}"]
    packets = [f"{first}\0report-status delete-refs ofs-delta\n", *(f"{line}\n" for line in rest)]
    return b"".join([_packet("# service=git-receive-pack\n"), b"0000", *map(_packet, packets), b"0000"])


def _packet(text: str) -> bytes:
    data = text.encode()
    return f"{len(data) + 4:04x}".encode() + data


def _text(status: int, text: str, *headers: tuple[str, str]) -> Response:
    return Response(status, text.encode(), [("Content-Type", "text/plain; charset=utf-8"), *headers])
