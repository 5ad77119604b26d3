"""Writing files: one atomic commit over many of them, or over one."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from tests.emulator.git import DIRECTORY, FILE, Commit, Entry, Signature
from tests.emulator.gitea import shapes
from tests.emulator.gitea.files import clean
from tests.emulator.records import moment
from tests.emulator.repository import BranchConflictError

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response

PATH = "/repos/{owner}/{repo}/contents"


def register(router: Router) -> None:
    write = {"scope": ("repository",), "token": True}
    router.route("POST", PATH, **write)(change_files)
    router.route("POST PUT DELETE", PATH + "/{path*}", **write)(change_file)


def change_files(call: Call) -> Response:
    repo = _editable(call)
    body = call.body()
    commit, paths = _change(call, repo, body, body.get("files") or [])
    return call.json(_answer(call, repo, body, commit, paths), 201)


def change_file(call: Call) -> Response:
    repo = _editable(call)
    body = call.body()
    method = call.request.method
    operation = {"POST": "create", "PUT": "update", "DELETE": "delete"}[method]
    if method == "PUT" and not body.get("sha"):
        # an upload without a sha creates the file, or overwrites it without a word
        operation = "upload"
    row = {**body, "operation": operation, "path": call.params["path"]}
    commit, paths = _change(call, repo, body, [row])
    value = _answer(call, repo, body, commit, paths)
    value["content"] = value.pop("files")[0] if method != "DELETE" else None
    value.pop("files", None)
    return call.json(value, 201 if operation in {"create", "upload"} else 200)


def _editable(call: Call) -> Repository:
    repo = call.repository()
    if repo.archived:
        call.refuse(423, f"{repo.full_name} is not allowed to edit")
    return repo


def _change(
    call: Call, repo: Repository, body: dict[str, Any], rows: list[dict[str, Any]]
) -> tuple[Commit, list[str]]:
    old = body.get("branch") or repo.default_branch
    new = body.get("new_branch") or old
    if not call.caller.writes(repo):
        call.refuse(403, "user should have a permission to write to the target branch")
    contents = [_decoded(call, row) for row in rows]
    base = repo.tip(old)
    if base is None and not (repo.empty and old == repo.default_branch):
        call.refuse(404, f"branch does not exist [repo_id: {repo.id} name: {old}]")
    if new in repo.unlisted:
        # the push is refused as no fast-forward, and no client expects that there
        call.refuse(500, "")
    if new != old and new in repo.branches:
        call.refuse(422, f"branch already exists [name: {new}]")
    if new == old and repo.is_protected(new):
        call.refuse(403, f"branch {new} is protected")
    changes: dict[str, Entry | None] = {}
    for row, data in zip(rows, contents, strict=True):
        changes.update(_one(call, base, row, data))
    if repo.is_protected(new):
        call.refuse(403, f"Not allowed to push to protected branch {new}")
    message = (body.get("message") or _message(rows)).rstrip("\n") + "\n"
    try:
        commit = repo.commit_entries(changes, old, message=message, author=_who(call, body), new_branch=new)
    except BranchConflictError as conflict:
        call.refuse(403, str(conflict))
    return commit, [p for p, entry in changes.items() if entry is not None]


def _decoded(call: Call, row: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(row.get("content") or "", validate=True)
    except binascii.Error as error:
        call.refuse(422, f"illegal base64 data: {error}")


def _one(call: Call, base: Commit | None, row: dict[str, Any], data: bytes) -> dict[str, Entry | None]:
    """What one operation does to the tree; ends the call when it does not fit what is there."""
    path = row.get("path") or ""
    if ".." in path.split("/"):
        # the real one fails here without a word
        call.refuse(500, "")
    if ".git" in path.lower().split("/") or not clean(path):
        call.refuse(422, f"path contains a malformed path component [path: {path}]")
    path = clean(path)
    operation = row.get("operation") or ""
    objects = call.world.objects
    there = objects.lookup(base, path) if base else None
    if operation == "create":
        if there is not None:
            call.refuse(422, f"repository file already exists [path: {path}]")
        return {path: Entry(FILE, objects.blob(data))}
    if operation not in {"update", "delete", "upload", "rename"}:
        call.refuse(500, "")
    source = clean(row.get("from_path") or path)
    found = objects.lookup(base, source) if base else None
    if operation == "upload" and found is None:
        return {path: Entry(FILE, objects.blob(data))}
    if found is None or found.mode == DIRECTORY:
        call.refuse(404, f"object does not exist [id: , rel_path: {source}]")
    sha = row.get("sha") or ""
    if sha and sha != found.oid:
        status = 409 if call.forgejo else 422
        call.refuse(status, f"sha does not match [given: {sha}, expected: {found.oid}]")
    if operation == "delete":
        return {path: None}
    mode = found.mode if found.type == "blob" else FILE
    written = Entry(mode, found.oid if operation == "rename" and not data else objects.blob(data))
    return {source: None, path: written} if source != path else {path: written}


def _message(rows: list[dict[str, Any]]) -> str:
    words = {"create": "Add", "delete": "Delete"}
    return "\n".join(f"{words.get(r.get('operation', ''), 'Update')} {r.get('path')}" for r in rows)


def _who(call: Call, body: dict[str, Any]) -> Signature:
    own = call.world.signature(call.caller.login, call.world.now())
    author = body.get("author") or {}
    dates = body.get("dates") or {}
    date = moment(dates["author"]) if dates.get("author") else own.date
    return Signature(author.get("name") or own.name, author.get("email") or own.email, date)


def _answer(
    call: Call, repo: Repository, body: dict[str, Any], commit: Commit, paths: list[str]
) -> dict[str, Any]:
    branch = body.get("new_branch") or body.get("branch") or repo.default_branch
    ref = ("branch", branch)
    api = f"{call.api}/repos/{repo.full_name}/git"
    files = [shapes.content(call, repo, ref, commit, p, commit.files[p], full=True) for p in paths]
    return {
        "files": files,
        "commit": {
            **shapes.commit_reference(call, repo, commit.oid),
            "html_url": f"{call.url}/{repo.full_name}/commit/{commit.oid}",
            "author": shapes.signature(commit.author),
            "committer": shapes.signature(commit.committer),
            "parents": [shapes.commit_reference(call, repo, oid) for oid in commit.parents],
            "message": commit.message,
            "tree": {
                "url": f"{api}/trees/{commit.tree}",
                "sha": commit.tree,
                "created": "0001-01-01T00:00:00Z",
            },
        },
        "verification": shapes.UNSIGNED,
    }
