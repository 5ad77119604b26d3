"""Reading files: contents, file-contents, raw, trees and blobs."""

from __future__ import annotations

import base64
import json
import posixpath
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from tests.emulator.git import DIRECTORY
from tests.emulator.gitea import shapes
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.git import Commit, Entry
    from tests.emulator.gitea.call import Call
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router

REPO = "/repos/{owner}/{repo}"


def has_batch_route(call: Call) -> bool:
    wanted = call.settings.has_batch_route
    return not call.forgejo if wanted is None else wanted


def register(router: Router) -> None:
    read = {"scope": ("repository",)}
    batch = {**read, "when": has_batch_route}
    router.route("GET", REPO + "/contents", **read)(contents)
    router.route("GET", REPO + "/contents/{path*}", **read)(contents)
    router.route("GET", REPO + "/contents-ext", **batch)(contents_ext)
    router.route("GET", REPO + "/contents-ext/{path*}", **batch)(contents_ext)
    router.route("GET", REPO + "/file-contents", **batch)(file_contents_get)
    router.route("POST", REPO + "/file-contents", **batch)(file_contents_post)
    router.route("GET", REPO + "/raw/{path*}", **read)(raw)
    router.route("GET", REPO + "/git/trees/{sha*}", **read)(tree)
    router.route("GET", REPO + "/git/blobs/{sha}", **read)(blob)


def clean(path: str) -> str:
    """A path as the server cleans it: rooted, dots resolved, no slashes around it."""
    return posixpath.normpath("/" + path).strip("/")


def find(call: Call, repo: Repository, ref: str) -> tuple[tuple[str, str], Commit]:
    """((kind, short name), commit) of a ref, by default the default branch; 404 when there is none."""
    name = ref or repo.default_branch
    by_git = call.forgejo if call.settings.knows_full_refs is None else call.settings.knows_full_refs
    known = not name.startswith("refs/") or by_git
    commit = (repo.found_by_git(name) if by_git else repo.resolve(name)) if known else None
    if commit is None:
        call.not_found("", f"object does not exist [id: {name}, rel_path: ]")
    order = [("tag", repo.tags), ("branch", repo.branches)]
    kind = next((kind for kind, names in (order if by_git else order[::-1]) if name in names), "commit")
    return (kind, name), commit


def contents(call: Call) -> Response:
    repo = call.repository()
    if repo.empty and call.forgejo:
        return call.json([])
    path = clean(call.params.get("path", ""))
    if path.split("/")[0] == ".git":
        return call.json({"message": "", "url": f"{call.url}/api/swagger"}, 500)
    return call.json(listed(call, repo, path, full=True))


def listed(call: Call, repo: Repository, path: str, *, full: bool) -> Any:
    """A file's object, or a folder's list of objects without their content."""
    ref, commit = find(call, repo, call.request.arg("ref"))
    entry = call.world.objects.lookup(commit, path)
    if entry is None:
        call.not_found("GetContentsOrList", f"object does not exist [id: , rel_path: {path}]")
    if entry.mode != DIRECTORY:
        return shapes.content(call, repo, ref, commit, path, entry, full=full)
    rows = [(f"{path}/{n}" if path else n, e) for n, e in call.world.objects.trees[entry.oid]]
    return [shapes.content(call, repo, ref, commit, p, e, full=False) for p, e in rows]


def contents_ext(call: Call) -> Response:
    repo = call.repository()
    includes = call.request.arg("includes").split(",")
    path = clean(call.params.get("path", ""))
    if repo.empty or repo.resolve(call.request.arg("ref") or repo.default_branch) is None:
        # the real one writes two bodies here, so that its 404 is no JSON
        bad = b'{"message":"not found"}\n{"dir_contents":null}\n'
        return Response(404, bad, [("Content-Type", "application/json;charset=utf-8")])
    value = listed(call, repo, path, full="file_content" in includes)
    drop = (
        set() if "commit_metadata" in includes else {"last_commit_sha", "last_committer_date", "last_author_date"}
    )
    if isinstance(value, list):
        return call.json({"dir_contents": [{k: v for k, v in row.items() if k not in drop} for row in value]})
    return call.json({"file_contents": {k: v for k, v in value.items() if k not in drop}})


def file_contents_get(call: Call) -> Response:
    return batch(call, call.request.arg("body"))


def file_contents_post(call: Call) -> Response:
    return batch(call, call.request.body.decode())


def batch(call: Call, text: str) -> Response:
    """Files in the order asked, null for one that is not there; the list ends early at the server's limits."""
    repo = call.repository()
    try:
        wanted = json.loads(text)["files"]
    except (ValueError, KeyError, TypeError):
        call.refuse(400, "invalid body parameter")
    if repo.empty:
        call.not_found("", f"object does not exist [id: {repo.default_branch}, rel_path: ]")
    ref, commit = find(call, repo, call.request.arg("ref"))
    rows: list[Any] = []
    size = 0
    for path in wanted[: call.settings.max_batch_files]:
        if not clean(path):
            return Response(500, b"Internal Server Error\n", [("Content-Type", "text/plain; charset=utf-8")])
        found = call.world.objects.lookup(commit, clean(path))
        is_file = found is not None and found.mode != DIRECTORY
        size += call.world.objects.size(found) if found and is_file else 0
        if size > call.settings.max_response_size:
            break
        rows.append(found and shapes.content(call, repo, ref, commit, clean(path), found, full=is_file))
    return call.json(rows)


def raw(call: Call) -> Response:
    repo = call.repository()
    if repo.empty:
        call.not_found("repository is empty")
    path, commit = _raw_place(call, repo)
    entry = call.world.objects.lookup(commit, path)
    if entry is None or entry.type != "blob":
        call.not_found("", f"object does not exist [id: , rel_path: {path}]")
    data = call.world.objects.blobs[entry.oid]
    last = call.world.objects.last_change(commit.oid, path)
    text = b"\0" not in data[:1024]
    return Response(
        200,
        data,
        [
            ("Content-Type", "text/plain; charset=utf-8" if text else "application/octet-stream"),
            ("ETag", f'"{entry.oid}"'),
            ("Last-Modified", format_datetime(last.committer.date, usegmt=True)),
            ("X-Gitea-Object-Type", "file"),
        ],
    )


def _raw_place(call: Call, repo: Repository) -> tuple[str, Commit]:
    """(path, commit): without a ref the path's own start is taken for a branch when there is one of that name."""
    path = clean(call.params["path"])
    head = repo.head
    if head is None:
        call.not_found()
    ref = call.request.arg("ref")
    if ref:
        return path, repo.resolve(ref) or head
    parts = path.split("/")
    for cut in range(len(parts) - 1, 0, -1):
        branch = repo.resolve("refs/heads/" + "/".join(parts[:cut]))
        if branch is not None:
            return "/".join(parts[cut:]), branch
    return path, head


def tree(call: Call) -> Response:
    repo = call.repository()
    sha = call.params["sha"]
    if not sha:
        call.refuse(400, "sha not provided")
    if "/" in call.request.raw_path.partition("/git/trees/")[2]:
        # The router knows no such route: a branch's slash has to be escaped.
        return Response(404, b"404 page not found\n", [("Content-Type", "text/plain; charset=utf-8")])
    # All versions ask git, which takes a tag before a branch (seen on a real Gitea).
    commit = repo.found_by_git(sha)
    root = commit.tree if commit else sha if sha in call.world.objects.trees else None
    if root is None:
        call.refuse(400, f"object does not exist [id: {sha}, rel_path: ]")
    oid = commit.oid if commit else root
    objects = call.world.objects
    recursive = call.request.flag("recursive")
    rows = list(objects.walk(root)) if recursive else list(objects.trees[root])
    size = call.request.number("per_page", 0)
    if size <= 0 or size > call.settings.trees_per_page:
        size = call.settings.trees_per_page
    page = max(1, call.request.number("page", 1))
    shown = rows[(page - 1) * size : page * size]
    value = {
        "sha": oid,
        "url": f"{call.api}/repos/{repo.full_name}/git/trees/{oid}",
        "tree": [_tree_row(call, repo, path, entry) for path, entry in shown] or None,
        "truncated": page * size < len(rows),
        "page": page,
        "total_count": len(rows),
    }
    return call.json(value, 200, ("X-Total-Count", str(len(rows))))


def _tree_row(call: Call, repo: Repository, path: str, entry: Entry) -> dict[str, Any]:
    api = f"{call.api}/repos/{repo.full_name}/git"
    row: dict[str, Any] = {"path": path, "mode": entry.mode, "type": entry.type}
    row["size"] = call.world.objects.size(entry) if entry.type == "blob" else 0
    row["sha"] = entry.oid
    row["url"] = "" if entry.type == "commit" else f"{api}/{entry.type}s/{entry.oid}"
    return row


def blob(call: Call) -> Response:
    repo = call.repository()
    sha = call.params["sha"]
    data = call.world.objects.blobs.get(sha)
    if data is None:
        call.refuse(400, f"object does not exist [id: {sha}, rel_path: ]")
    fits = len(data) <= call.settings.max_blob_size
    value = {
        "content": base64.b64encode(data).decode() if fits else None,
        "encoding": "base64" if fits else None,
        "url": f"{call.api}/repos/{repo.full_name}/git/blobs/{sha}",
        "sha": sha,
        "size": len(data),
    }
    return call.json(value)
