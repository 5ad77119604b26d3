"""git-receive-pack over HTTP: a pack without deltas, and one command for one branch.

https://git-scm.com/docs/gitprotocol-http, https://git-scm.com/docs/gitprotocol-pack and
https://git-scm.com/docs/gitformat-pack
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.emulator.git import DIRECTORY, Entry, Signature, object_oid
from tests.emulator.repository import BranchConflictError
from tests.emulator.wire import Request, Response

if TYPE_CHECKING:
    from tests.emulator.access import Caller
    from tests.emulator.git import Objects
    from tests.emulator.repository import Repository
    from tests.emulator.world import World

_ROUTE = re.compile(r"/(?P<repository>[^/]+/[^/]+?)(?:\.git)?/git-receive-pack")
_KINDS = {1: "commit", 2: "tree", 3: "blob"}
_SIGNED = re.compile(r"(?P<name>.*) <(?P<email>.*)> (?P<at>\d+) \+0000")
_PLAIN = ("Content-Type", "text/plain; charset=utf-8")


def is_push(request: Request) -> bool:
    return request.method == "POST" and _ROUTE.fullmatch(request.path) is not None


# GitHub's as https://github.com/readthedocs/readthedocs.org (its tests) has it; Gitea's and Forgejo's from their
# routers/web/repo/githttp.go.
_ARCHIVED = {
    "github": b"This repository was archived so it is read-only.\n",
    "gitea": b"This repo is archived. You can view files and clone it, but cannot push.\n",
}


def receive(
    world: World, caller: Caller, request: Request, forge: str = "gitea", *, known: bool, may_write: bool
) -> Response:
    """Answer a push. *may_write*: the token has the scope or the permission for it, whatever its user may."""
    found = _ROUTE.fullmatch(request.path)
    assert found is not None
    if not known or caller.anonymous:
        challenge = ("WWW-Authenticate", 'Basic realm="."')
        return Response(401, b"Unauthorized\n", [_PLAIN, challenge])
    repository = world.names.get(found["repository"].lower())
    if repository is None or not caller.sees(repository):
        return Response(404, b"Not found.\n", [_PLAIN])
    if repository.archived:
        return Response(403, _ARCHIVED[forge], [_PLAIN])
    # A reader may push to refs/for, so what a user of theirs may write is left to the hook: githttp.go,
    # and routers/private/hook_pre_receive.go.
    writes = caller.writes(repository)
    if not may_write or (forge == "github" and not writes):
        said = b"Write access to repository not granted.\n" if forge == "github" else b"User permission denied\n"
        return Response(403, said, [_PLAIN])
    said = _applied(repository, request.body, may_write=writes)
    body = b"".join(b"%04x%s" % (len(one) + 4, one) for one in said) + b"0000"
    return Response(200, body, [("Content-Type", "application/x-git-receive-pack-result")])


def _applied(repository: Repository, body: bytes, *, may_write: bool) -> list[bytes]:
    length = int(body[:4], 16)
    command, _, capabilities = body[4:length].partition(b"\0")
    assert b"report-status" in capabilities.split()
    assert body[length : length + 4] == b"0000"
    old, new, ref = command.decode().split()
    commit = _unpack(repository.world.objects, body[length + 4 :], new)
    branch = ref.removeprefix("refs/heads/")
    done = b"unpack ok\n"
    if repository.is_protected(branch) or not may_write:
        return [done, f"ng {ref} pre-receive hook declined\n".encode()]
    present = repository.branches.get(branch, "0" * 40)
    if present != old:
        return [done, f"ng {ref} cannot lock ref '{ref}': is at {present} but expected {old}\n".encode()]
    try:
        repository.set_branch(branch, commit)
    except BranchConflictError:
        return [done, f"ng {ref} failed to update ref\n".encode()]
    return [done, f"ok {ref}\n".encode()]


def _unpack(objects: Objects, pack: bytes, wanted: str) -> str:
    assert hashlib.sha1(pack[:-20]).digest() == pack[-20:]
    assert pack[:8] == b"PACK\0\0\0\2"
    found: dict[str, tuple[str, bytes]] = {}
    at = 12
    for _ in range(int.from_bytes(pack[8:12])):
        kind, size, shift = _KINDS[pack[at] >> 4 & 7], pack[at] & 15, 4
        while pack[at] & 128:
            at += 1
            size, shift = size | (pack[at] & 127) << shift, shift + 7
        inflate = zlib.decompressobj()
        data = inflate.decompress(pack[at + 1 :])
        at = len(pack) - len(inflate.unused_data)
        assert len(data) == size
        found[object_oid(kind, data)] = kind, data
    assert at == len(pack) - 20
    for kind, data in found.values():
        if kind == "blob":
            objects.blob(data)
    return _commit(objects, found, wanted)


def _commit(objects: Objects, found: dict[str, tuple[str, bytes]], wanted: str) -> str:
    head, _, message = found[wanted][1].decode().partition("\n\n")
    lines = [line.partition(" ")[::2] for line in head.split("\n")]
    fields = dict(lines)
    parents = tuple(value for key, value in lines if key == "parent")
    assert all(parent in objects.commits for parent in parents)
    signed = _SIGNED.fullmatch(fields["author"])
    assert signed is not None
    who = Signature(signed["name"], signed["email"], datetime.fromtimestamp(int(signed["at"]), UTC))
    made = objects.commit(_files(objects, found[fields["tree"]][1]), parents, message, who)
    assert made.oid == wanted
    return made.oid


def _files(objects: Objects, tree: bytes) -> dict[str, Entry]:
    """The files of a root tree; those of its folders are known."""
    files: dict[str, Entry] = {}
    while tree:
        head, _, rest = tree.partition(b"\0")
        mode, name = head.decode().split(" ", 1)
        entry, tree = Entry(mode.rjust(6, "0"), rest[:20].hex()), rest[20:]
        if entry.mode == DIRECTORY:
            files |= {f"{name}/{path}": one for path, one in objects.walk(entry.oid) if one.mode != DIRECTORY}
        else:
            assert entry.oid in objects.blobs
            files[name] = entry
    return files
