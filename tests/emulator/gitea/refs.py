"""Branches, tags, releases, commits and comparisons."""

from __future__ import annotations

import fnmatch
from math import ceil
from typing import TYPE_CHECKING, Any

from tests.emulator.git import changed_paths
from tests.emulator.gitea import shapes
from tests.emulator.gitea.call import when
from tests.emulator.repository import BranchConflictError
from tests.emulator.wire import Response, dump

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.records import Release
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router

REPO = "/repos/{owner}/{repo}"


def register(router: Router) -> None:
    read, write = {"scope": ("repository",)}, {"scope": ("repository",), "token": True}
    router.route("GET", REPO + "/branches", **read)(branches)
    router.route("POST", REPO + "/branches", **write)(create_branch)
    router.route("GET", REPO + "/branches/{branch*}", **read)(get_branch)
    router.route("DELETE", REPO + "/branches/{branch*}", **write)(delete_branch)
    router.route("GET", REPO + "/git/refs/heads/{start*}", **read)(branch_refs)
    router.route("GET", REPO + "/branch_protections", **read)(branch_protections)
    router.route("GET", REPO + "/tags", **read)(tags)
    router.route("GET", REPO + "/tags/{tag*}", **read)(get_tag)
    router.route("GET", REPO + "/releases", **read)(releases)
    router.route("GET", REPO + "/releases/latest", **read)(latest_release)
    router.route("GET", REPO + "/releases/tags/{tag}", **read)(release_by_tag)
    router.route("GET", REPO + "/commits", **read)(commits)
    router.route("GET", REPO + "/git/commits/{sha}", **read)(get_commit)
    router.route("GET", REPO + "/compare/{range*}", **read)(compare)


# branches ------------------------------------------------------------------------------------------------


def branch(call: Call, repo: Repository, name: str) -> dict[str, Any]:
    commit = call.world.objects.commits[repo.branches[name]]
    rank = call.caller.rank(repo)
    checks = repo.checks_for(name)
    rules = [*repo.protected, *repo.required_checks, *repo.required_approvals]
    pattern = next((p for p in rules if name in _matching(repo, p)), "")
    protected = bool(checks) or repo.is_protected(name) or bool(repo.approvals_for(name))
    return {
        "name": name,
        "commit": shapes.branch_commit(call, repo, commit),
        "protected": protected,
        "required_approvals": repo.approvals_for(name),
        "enable_status_check": bool(checks),
        "status_check_contexts": checks,
        "user_can_push": rank > 1 and not repo.is_protected(name),
        "user_can_merge": rank > 1,
        "effective_branch_protection_name": pattern if rank > 1 else "",
    }


def _matching(repo: Repository, pattern: str) -> list[str]:
    return [b for b in repo.branches if fnmatch.fnmatchcase(b, pattern)]


def branches(call: Call) -> Response:
    repo = call.repository()
    # the default branch comes first, then by name
    names = sorted(repo.branches, key=lambda n: (n != repo.default_branch, n))
    return call.page(names, lambda name: branch(call, repo, name))


def get_branch(call: Call) -> Response:
    repo = call.repository()
    name = call.params["branch"]
    if name not in repo.branches or name in repo.unlisted:
        call.not_found(*(["", f"branch does not exist [name: {name}]"] if call.forgejo else []))
    return call.json(branch(call, repo, name))


def branch_refs(call: Call) -> Response:
    """Branches whose names start with a text; seen on a real Gitea."""
    repo = call.repository()
    if repo.empty:
        call.not_found()
    names = sorted(name for name in repo.branches if name.startswith(call.params["start"]))
    if not names:
        call.not_found()
    return call.json([_ref(call, repo, name) for name in names])


def _ref(call: Call, repo: Repository, name: str) -> dict[str, Any]:
    api, oid = f"{call.api}/repos/{repo.full_name}/git", repo.branches[name]
    target = {"type": "commit", "sha": oid, "url": f"{api}/commits/{oid}"}
    return {"ref": f"refs/heads/{name}", "url": f"{api}/refs/heads/{name}", "object": target}


def branch_protections(call: Call) -> Response:
    """The rules for branches, for the repository's administrators alone; seen on a real Gitea."""
    repo = call.repository()
    if call.caller.anonymous:
        call.refuse(401, "token is required")
    if call.caller.rank(repo) < 3:
        call.refuse(403, "user should be an owner or a collaborator with admin write of a repository")
    names = dict.fromkeys((*repo.protected, *repo.required_checks, *repo.required_approvals))
    return call.json([_rule(repo, name) for name in names])


def _rule(repo: Repository, name: str) -> dict[str, Any]:
    return {
        "branch_name": name,
        "rule_name": name,
        "priority": 1,
        "enable_push": name not in repo.protected,
        "enable_push_whitelist": False,
        "push_whitelist_usernames": [],
        "push_whitelist_teams": [],
        "enable_status_check": name in repo.required_checks,
        "status_check_contexts": repo.required_checks.get(name, []),
        "required_approvals": repo.required_approvals.get(name, 0),
        "require_signed_commits": False,
        "protected_file_patterns": "",
        "unprotected_file_patterns": "",
    }


def create_branch(call: Call) -> Response:
    repo = writer(call)
    if repo.empty:
        call.refuse(404, "Git Repository is empty.")
    body = call.body()
    name = body.get("new_branch_name")
    if not name:
        call.refuse(422, "[NewBranchName]: Required")
    source = body.get("old_ref_name") or body.get("old_branch_name") or repo.default_branch
    commit = repo.resolve(source)
    if commit is None:
        call.refuse(404, "The old branch does not exist")
    if name in repo.tags:
        call.refuse(409, "The branch with the same tag already exists.")
    if name in repo.branches:
        call.refuse(409, "The branch already exists.")
    try:
        repo.set_branch(name, commit.oid)
    except BranchConflictError:
        call.refuse(409, "The branch with the same name already exists.")
    return call.json(branch(call, repo, name), 201)


def writer(call: Call, message: str = "user should have specific permission or be a site admin") -> Repository:
    """The repository of a route that only a writer may call, and that an archived one does not take."""
    repo = call.repository()
    if not call.caller.writes(repo):
        call.refuse(403, message)
    call.writable(repo)
    return repo


def delete_branch(call: Call) -> Response:
    repo = writer(call)
    name = call.params["branch"]
    if repo.empty:
        call.refuse(404, "Git Repository is empty.")
    if name not in repo.branches:
        call.not_found("", f"branch does not exist [repo_id: {repo.id} name: {name}]")
    if name == repo.default_branch:
        call.refuse(403, "can not delete default or pull request target branch")
    if repo.is_protected(name) or repo.checks_for(name):
        call.refuse(403, "branch protected")
    repo.delete_branch(name, call.caller.login)
    return Response(204)


# tags and releases ---------------------------------------------------------------------------------------


def tag(call: Call, repo: Repository, name: str) -> dict[str, Any]:
    oid = repo.tags[name]
    objects = call.world.objects
    commit = objects.commits[objects.peel(oid)]
    archive = f"{call.url}/{repo.full_name}/archive/{name}"
    own = objects.tags.get(oid)
    message = own.message if own else commit.message
    # the tagger's date where the tag is an object of its own
    date = own.tagger.date if own else commit.committer.date
    row = {
        "name": name,
        "message": message.strip(),
        "id": oid,
        "commit": shapes.commit_reference(call, repo, commit.oid, when(date)),
        "zipball_url": f"{archive}.zip",
        "tarball_url": f"{archive}.tar.gz",
    }
    return shapes.version_format(call, row, **shapes.DOWNLOADS)


def tags(call: Call) -> Response:
    """Every tag, in the order of git's references: by name, byte by byte."""
    repo = call.repository()
    # only Forgejo sends a Link here
    return call.page(sorted(repo.tags), lambda name: tag(call, repo, name), link=call.forgejo)


def get_tag(call: Call) -> Response:
    repo = call.repository()
    name = call.params["tag"]
    if name not in repo.tags:
        call.not_found(f"tag doesn't exist: {name}")
    return call.json(tag(call, repo, name))


def release(call: Call, repo: Repository, row: Release) -> dict[str, Any]:
    html, api = f"{call.url}/{repo.full_name}", f"{call.api}/repos/{repo.full_name}/releases/{row.id}"
    value = {
        "id": row.id,
        "tag_name": row.tag,
        "target_commitish": row.target,
        "name": row.name,
        "body": row.body,
        "url": api,
        "html_url": f"{html}/releases/tag/{row.tag}",
        "tarball_url": f"{html}/archive/{row.tag}.tar.gz",
        "zipball_url": f"{html}/archive/{row.tag}.zip",
        "upload_url": f"{api}/assets",
        "draft": row.draft,
        "prerelease": row.prerelease,
        "created_at": when(row.created_at),
        "published_at": when(row.published_at),
        "author": shapes.person(call, row.author),
        "assets": [],
    }
    return shapes.version_format(call, value, hide_archive_links=False, **shapes.DOWNLOADS)


def releases(call: Call) -> Response:
    repo = call.repository()
    drafts = call.caller.writes(repo)
    rows = [r for r in repo.releases if drafts or not r.draft]
    for name in ("draft", "pre-release"):
        if name in call.request.query:
            wanted = call.request.flag(name)
            rows = [r for r in rows if (r.draft if name == "draft" else r.prerelease) == wanted]
    rows.sort(key=lambda r: (r.created_at, r.id), reverse=True)
    return call.page(rows, lambda row: release(call, repo, row))


def latest_release(call: Call) -> Response:
    """The newest by date that is neither draft nor pre-release; versions are not compared."""
    repo = call.repository()
    rows = [r for r in repo.releases if not r.draft and not r.prerelease]
    if not rows:
        call.not_found()
    return call.json(release(call, repo, max(rows, key=lambda r: (r.created_at, r.id))))


def release_by_tag(call: Call) -> Response:
    repo = call.repository()
    row = next((r for r in repo.releases if r.tag == call.params["tag"] and not r.draft), None)
    if row is None:
        call.not_found()
    return call.json(release(call, repo, row))


# commits -------------------------------------------------------------------------------------------------


def _option(call: Call, name: str) -> bool:
    return name not in call.request.query or call.request.flag(name)


def commits(call: Call) -> Response:
    repo = call.repository()
    if repo.empty:
        body = {"message": "Git Repository is empty.", "url": f"{call.url}/api/swagger"}
        return call.json(body, 409)
    sha = call.request.arg("sha")
    start = repo.resolve(sha) if sha else repo.head
    if start is None:
        return Response(404, b"null\n", [("Content-Type", "application/json;charset=utf-8")])
    rows = sorted(call.world.objects.history(start.oid), key=lambda c: c.committer.date, reverse=True)
    path = call.request.arg("path")
    if path:
        rows = [c for c in rows if call.world.objects.touches(c, path)]
        if not rows:
            call.not_found("FileCommitsCount")
    page, size = call.paging()
    flags = {"stat": _option(call, "stat"), "verification": _option(call, "verification")}
    flags["files"] = _option(call, "files")
    shown = [shapes.full_commit(call, repo, c, **flags) for c in rows[(page - 1) * size : page * size]]
    pages = ceil(len(rows) / size)
    headers = [
        ("X-Total-Count", str(len(rows))),
        ("X-Page", str(page)),
        ("X-PerPage", str(size)),
        ("X-Total", str(len(rows))),
        ("X-PageCount", str(pages)),
        ("X-HasMore", str(page < pages).lower()),
    ]
    if links := call.links(len(rows), page, size):
        headers.append(("Link", links))
    return Response(200, dump(shown) + b"\n", [("Content-Type", "application/json;charset=utf-8"), *headers])


def get_commit(call: Call) -> Response:
    repo = call.repository()
    sha = call.params["sha"]
    commit = repo.resolve(sha)
    if commit is None:
        call.not_found(f"commit doesn't exist: {sha}")
    flags = {name: _option(call, name) for name in ("stat", "verification", "files")}
    return call.json(shapes.full_commit(call, repo, commit, **flags))


def compare(call: Call) -> Response:
    repo = call.repository()
    text = call.params["range"]
    base_name, dots, head_name = text.partition("...")
    if not dots:
        base_name, dots, head_name = text.partition("..")
    if not dots:
        base_name, head_name = repo.default_branch, text
    source, head_name = head_place(call, repo, head_name)
    base = repo.resolve(base_name or repo.default_branch)
    head = source.resolve(head_name or source.default_branch)
    if base is None or head is None:
        call.not_found()
    known = {c.oid for c in call.world.objects.history(base.oid)}
    rows = [c for c in call.world.objects.history(head.oid) if c.oid not in known]
    start = call.world.objects.merge_base(base.oid, head.oid)
    flags = {"stat": True, "verification": _option(call, "verification"), "files": _option(call, "files")}
    shown = [shapes.full_commit(call, repo, c, **flags) for c in rows]
    changed = changed_paths(start.files if start else {}, head.files)
    files = [{"filename": path, "status": kind} for path, kind in changed]
    return call.json(shapes.version_format(call, {"total_commits": len(rows), "commits": shown}, files=files))


def head_place(call: Call, repo: Repository, head: str) -> tuple[Repository, str]:
    """(repository, branch) of `branch`, `owner:branch` or `owner/name:branch`; 404 when there is no such fork."""
    place, colon, name = head.rpartition(":")
    if not colon:
        return repo, head
    if place.lower() in {repo.owner.login.lower(), repo.full_name.lower()}:
        return repo, name
    forks = [r for r in call.world.repositories.values() if r.parent is repo and call.caller.sees(r)]
    for fork in forks:
        if place.lower() in {fork.owner.login.lower(), fork.full_name.lower()}:
            return fork, name
    return call.not_found()
