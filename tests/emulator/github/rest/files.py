"""Reading files: contents, trees and blobs.

https://docs.github.com/rest/repos/contents
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.emulator.git import DIRECTORY, SUBMODULE, SYMLINK
from tests.emulator.github.shapes import encoded, node_id
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.git import Commit, Entry
    from tests.emulator.github.call import Call
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router

BASES = ("/repos/{owner}/{repo}", "/repositories/{id}")
# past this /contents answers with empty content and encoding "none"
CONTENTS_MAX = 1024 * 1024
RAW_MAX = 100 * CONTENTS_MAX


def register(router: Router) -> None:
    read = {"scopes": "", "permission": ("contents", "read")}
    for base in BASES:
        router.route("GET", base + "/contents", **read)(contents)
        router.route("GET", base + "/contents/{path*}", **read)(contents)
        router.route("GET", base + "/git/trees/{sha*}", **read)(tree)
        router.route("GET", base + "/git/blobs/{sha}", **read)(blob)


def contents(call: Call) -> Response:
    repo = call.repository()
    if repo.empty:
        call.refuse(404, "This repository is empty.")
    path = posixpath.normpath("/" + call.params.get("path", "")).strip("/")
    ref = call.request.arg("ref") or repo.default_branch
    commit = repo.resolve(ref)
    if commit is None:
        call.refuse(404, f"No commit found for the ref {ref}")
    entry = call.world.objects.lookup(commit, path)
    if entry is None:
        call.not_found()
    if entry.mode == DIRECTORY:
        rows = [(f"{path}/{n}" if path else n, e) for n, e in call.world.objects.trees[entry.oid]]
        return call.json([_content(call, repo, ref, commit, p, e, full=False) for p, e in rows])
    data = call.world.objects.blobs.get(entry.oid, b"")
    if len(data) > RAW_MAX:
        call.refuse(403, "This API returns blobs up to 100 MB in size.")
    if "raw" in call.request.headers.get("accept", "") and entry.type == "blob":
        return Response(200, data, [("Content-Type", "application/vnd.github.raw+json; charset=utf-8")])
    return call.json(_content(call, repo, ref, commit, path, entry, full=True))


def _content(
    call: Call, repo: Repository, ref: str, commit: Commit, path: str, entry: Entry, *, full: bool
) -> dict[str, Any]:
    api, html = f"{call.api}/repos/{repo.full_name}", f"{call.url}/{repo.full_name}"
    kinds = {DIRECTORY: "dir", SYMLINK: "symlink", SUBMODULE: "submodule"}
    kind = kinds.get(entry.mode, "file")
    # a folder's listing calls a submodule a file, for compatibility with older clients
    shown = "file" if kind == "submodule" and not full else kind
    own = f"{api}/contents/{quote(path)}?ref={quote(ref, safe='')}"
    git = f"{api}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.oid}"
    page = f"{html}/{'tree' if kind == 'dir' else 'blob'}/{ref}/{quote(path)}"
    is_file = kind in {"file", "symlink"}
    value: dict[str, Any] = {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.oid,
        "size": call.world.objects.size(entry) if is_file else 0,
        "url": own,
        "html_url": page,
        "git_url": None if kind == "submodule" else git,
        "download_url": f"{html}/raw/{ref}/{quote(path)}" if is_file else None,
        "type": shown,
        "_links": {"self": own, "git": None if kind == "submodule" else git, "html": page},
    }
    if not full:
        return value
    data = call.world.objects.blobs.get(entry.oid, b"")
    if kind == "symlink":
        value["target"] = data.decode()
    elif kind == "submodule":
        value["submodule_git_url"] = "https://example.invalid/sub.git"
    elif len(data) > CONTENTS_MAX:
        value |= {"content": "", "encoding": "none"}
    else:
        value |= {"content": encoded(data), "encoding": "base64"}
    return value


def tree(call: Call) -> Response:
    """A tree by branch, tag, commit or its own oid; cut at the server's limit with `truncated`."""
    repo = call.repository()
    if repo.empty:
        call.refuse(409, "Git Repository is empty.")
    sha = call.params["sha"]
    objects = call.world.objects
    ref, colon, path = sha.partition(":")
    commit = repo.resolve(ref)
    root = commit.tree if commit else ref if ref in objects.trees else None
    if colon and commit:
        entry = objects.lookup(commit, path)
        root = entry.oid if entry and entry.mode == DIRECTORY else None
    if root is None:
        call.not_found()
    # the parameter's mere presence asks for it, whatever its value
    recursive = "recursive" in call.request.query
    rows = list(objects.walk(root)) if recursive else list(objects.trees[root])
    limit = call.settings.tree_entries_max
    api = f"{call.api}/repos/{repo.full_name}/git"
    value = {
        "sha": root,
        "url": f"{api}/trees/{root}",
        "tree": [_row(call, api, path, entry) for path, entry in rows[:limit]],
        "truncated": len(rows) > limit,
    }
    return call.json(value)


def _row(call: Call, api: str, path: str, entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {"path": path, "mode": entry.mode, "type": entry.type, "sha": entry.oid}
    if entry.type == "blob":
        row["size"] = call.world.objects.size(entry)
    if entry.type != "commit":
        row["url"] = f"{api}/{entry.type}s/{entry.oid}"
    return row


def blob(call: Call) -> Response:
    repo = call.repository()
    sha = call.params["sha"]
    data = call.world.objects.blobs.get(sha)
    if data is None:
        call.not_found()
    value = {
        "sha": sha,
        "node_id": node_id("B", f"{repo.id}_{sha}"),
        "size": len(data),
        "url": f"{call.api}/repos/{repo.full_name}/git/blobs/{sha}",
        "content": encoded(data),
        "encoding": "base64",
    }
    return call.json(value)
