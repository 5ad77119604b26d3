"""References, branches, tags, releases, commits and comparisons.

https://docs.github.com/rest/git/refs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.github import permission as permissions
from tests.emulator.github import pull_shapes, shapes
from tests.emulator.github.graphql.refs import all_refs, oid_of
from tests.emulator.repository import BranchConflictError
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.github.call import Call
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router

BASES = ("/repos/{owner}/{repo}", "/repositories/{id}")


def register(router: Router) -> None:
    read = {"scopes": "repo", "permission": ("contents", "read")}
    write = {"scopes": "repo", "permission": ("contents", "write"), "token": True}
    for base in BASES:
        router.route("GET", base + "/git/matching-refs/{ref*}", **read)(matching_refs)
        router.route("GET", base + "/git/ref/{ref*}", **read)(get_ref)
        router.route("POST", base + "/git/refs", **write)(create_ref)
        router.route("PATCH", base + "/git/refs/{ref*}", **write)(update_ref)
        router.route("DELETE", base + "/git/refs/{ref*}", **write)(delete_ref)
        router.route("GET", base + "/branches", **read)(branches)
        router.route("GET", base + "/branches/{branch*}", **read)(get_branch)
        router.route("GET", base + "/tags", **read)(tags)
        router.route("GET", base + "/git/tags/{sha}", **read)(get_tag)
        router.route("GET", base + "/releases", **read)(releases)
        router.route("GET", base + "/releases/latest", **read)(latest_release)
        router.route("GET", base + "/releases/tags/{tag}", **read)(release_by_tag)
        router.route("GET", base + "/commits", **read)(commits)
        router.route("GET", base + "/commits/{ref*}", **read)(get_commit)
        router.route("GET", base + "/compare/{range*}", **read)(compare)


# references ----------------------------------------------------------------------------------------------


def reference(call: Call, repo: Repository, full: str) -> dict[str, Any]:
    oid = oid_of(repo, full)
    kind = "tag" if oid in call.world.objects.tags else "commit"
    api = f"{call.api}/repos/{repo.full_name}/git"
    return {
        "ref": full,
        "node_id": shapes.node_id("REF", f"{repo.id}_{full}"),
        "url": f"{api}/{full}",
        "object": {"sha": oid, "type": kind, "url": f"{api}/{kind}s/{oid}"},
    }


def matching_refs(call: Call) -> Response:
    """Every reference that starts with the text, all at once: this route has no pages."""
    repo = call.repository()
    if repo.empty:
        call.refuse(409, "Git Repository is empty.")
    start = "refs/" + call.params["ref"]
    return call.json([reference(call, repo, full) for full in all_refs(repo) if full.startswith(start)])


def get_ref(call: Call) -> Response:
    repo = call.repository()
    if repo.empty:
        call.refuse(409, "Git Repository is empty.")
    full = "refs/" + call.params["ref"]
    if full not in all_refs(repo):
        call.not_found()
    return call.json(reference(call, repo, full))


def create_ref(call: Call) -> Response:
    repo = call.repository()
    if repo.empty:
        call.refuse(409, "Git Repository is empty.")
    body = call.body()
    full, sha = str(body.get("ref") or ""), str(body.get("sha") or "")
    if full.count("/") < 2 or not full.startswith(("refs/heads/", "refs/tags/")):
        call.refuse(422, "Reference name must start with 'refs/' and contain at least two slashes.")
    if sha not in call.world.objects.commits and sha not in call.world.objects.tags:
        call.refuse(422, "Object does not exist")
    if full in all_refs(repo):
        call.refuse(422, "Reference already exists")
    name = full.split("/", 2)[2]
    if full.startswith("refs/tags/"):
        repo.tags[name] = sha
        return call.json(reference(call, repo, full), 201)
    if repo.is_protected(name):
        call.refuse(422, "Reference cannot be created: protected by a rule")
    try:
        repo.set_branch(name, sha)
    except BranchConflictError:
        call.refuse(422, "Reference cannot be created: a directory of that name is in the way")
    return call.json(reference(call, repo, full), 201)


def update_ref(call: Call) -> Response:
    repo = call.repository()
    name = call.params["ref"].removeprefix("heads/")
    body = call.body()
    sha = str(body.get("sha") or "")
    if name not in repo.branches:
        call.refuse(422, "Reference does not exist")
    if sha not in call.world.objects.commits:
        call.refuse(422, "Object does not exist")
    forward = repo.branches[name] in {c.oid for c in call.world.objects.history(sha)}
    if not forward and not body.get("force"):
        call.refuse(422, "Update is not a fast forward")
    repo.set_branch(name, sha)
    return call.json(reference(call, repo, f"refs/heads/{name}"))


def delete_ref(call: Call) -> Response:
    repo = call.repository()
    full = "refs/" + call.params["ref"]
    if full not in all_refs(repo):
        call.refuse(422, "Reference does not exist")
    name = full.split("/", 2)[2]
    if full.startswith("refs/tags/"):
        del repo.tags[name]
    else:
        repo.delete_branch(name, call.caller.login)
    return Response(204)


# branches and tags ---------------------------------------------------------------------------------------


def branches(call: Call) -> Response:
    repo = call.repository()
    api = f"{call.api}/repos/{repo.full_name}"

    def row(name: str) -> dict[str, Any]:
        oid = repo.branches[name]
        protected = repo.is_protected(name) or bool(repo.checks_for(name))
        return {"name": name, "commit": {"sha": oid, "url": f"{api}/commits/{oid}"}, "protected": protected}

    return call.page(sorted(repo.branches), row)


def get_branch(call: Call) -> Response:
    repo = call.repository()
    name = call.params["branch"]
    commit = repo.tip(name)
    if commit is None:
        call.refuse(404, "Branch not found")
    api = f"{call.api}/repos/{repo.full_name}/branches/{name}"
    checks = repo.checks_for(name)
    required = {"enforcement_level": "everyone" if checks else "off", "contexts": checks, "checks": []}
    protected = bool(checks) or repo.is_protected(name)
    value = {
        "name": name,
        "commit": shapes.commit(call, repo, commit),
        "_links": {"self": api, "html": f"{call.url}/{repo.full_name}/tree/{name}"},
        "protected": protected,
        "protection": {"enabled": protected, "required_status_checks": required},
        "protection_url": f"{api}/protection",
    }
    return call.json(value)


def tags(call: Call) -> Response:
    """Tags, the highest name first; GitHub documents no order."""
    repo = call.repository()
    api = f"{call.api}/repos/{repo.full_name}"

    def row(name: str) -> dict[str, Any]:
        oid = call.world.objects.peel(repo.tags[name])
        return {
            "name": name,
            "zipball_url": f"{api}/zipball/refs/tags/{name}",
            "tarball_url": f"{api}/tarball/refs/tags/{name}",
            "commit": {"sha": oid, "url": f"{api}/commits/{oid}"},
            "node_id": shapes.node_id("REF", f"{repo.id}_refs/tags/{name}"),
        }

    return call.page(sorted(repo.tags, reverse=True), row)


def get_tag(call: Call) -> Response:
    repo = call.repository()
    tag = call.world.objects.tags.get(call.params["sha"])
    if tag is None:
        call.not_found()
    api = f"{call.api}/repos/{repo.full_name}/git"
    value = {
        "node_id": shapes.node_id("T", f"{repo.id}_{tag.oid}"),
        "sha": tag.oid,
        "url": f"{api}/tags/{tag.oid}",
        "tagger": shapes.git_person(tag.tagger),
        "object": {"sha": tag.target, "type": "commit", "url": f"{api}/commits/{tag.target}"},
        "tag": tag.name,
        "message": tag.message,
        "verification": shapes.UNSIGNED,
    }
    return call.json(value)


# releases ------------------------------------------------------------------------------------------------


def releases(call: Call) -> Response:
    repo = call.repository()
    drafts = permissions.rank(call.caller, repo) > 1
    rows = [r for r in repo.releases if drafts or not r.draft]
    rows.sort(key=lambda r: (r.created_at, r.id), reverse=True)
    return call.page(rows, lambda r: pull_shapes.release(call, repo, r))


def latest_release(call: Call) -> Response:
    repo = call.repository()
    rows = [r for r in repo.releases if not r.draft and not r.prerelease]
    if not rows:
        call.not_found()
    return call.json(pull_shapes.release(call, repo, max(rows, key=lambda r: (r.created_at, r.id))))


def release_by_tag(call: Call) -> Response:
    repo = call.repository()
    found = next((r for r in repo.releases if r.tag == call.params["tag"] and not r.draft), None)
    return call.json(pull_shapes.release(call, repo, found)) if found else call.not_found()


# commits -------------------------------------------------------------------------------------------------


def commits(call: Call) -> Response:
    repo = call.repository()
    if repo.empty:
        call.refuse(409, "Git Repository is empty.")
    start = repo.resolve(call.request.arg("sha") or repo.default_branch)
    if start is None:
        call.not_found()
    rows = list(call.world.objects.history(start.oid))
    if path := call.request.arg("path"):
        rows = [c for c in rows if call.world.objects.touches(c, path)]
    return call.page(rows, lambda c: shapes.commit(call, repo, c))


def get_commit(call: Call) -> Response:
    repo = call.repository()
    ref = call.params["ref"]
    if repo.empty:
        call.refuse(409, "Git Repository is empty.")
    commit = repo.resolve(ref.removeprefix("heads/").removeprefix("tags/"))
    if commit is None:
        call.refuse(422, f"No commit found for SHA: {ref}")
    return call.json(shapes.commit(call, repo, commit, full=True))


def compare(call: Call) -> Response:
    repo = call.repository()
    base_name, dots, head_name = call.params["range"].partition("...")
    base = repo.resolve(base_name.rpartition(":")[2]) if dots else None
    head = _head(call, repo, head_name)
    if base is None or head is None:
        call.not_found()
    objects = call.world.objects
    start = objects.merge_base(base.oid, head.oid) or base
    mine = {c.oid for c in objects.history(base.oid)}
    theirs = {c.oid for c in objects.history(head.oid)}
    ahead = [c for c in objects.history(head.oid) if c.oid not in mine][::-1]
    behind = len(mine - theirs)
    states = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    html = f"{call.url}/{repo.full_name}/compare/{base_name}...{head_name}"
    own = f"{call.api}/repos/{repo.full_name}/compare/{base_name}...{head_name}"
    page, size = call.request.number("page", 1), call.request.number("per_page", 250)
    value = {
        "url": own,
        "html_url": html,
        "permalink_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": shapes.commit(call, repo, base),
        "merge_base_commit": shapes.commit(call, repo, start),
        "status": states.get((bool(ahead), bool(behind)), "diverged"),
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [shapes.commit(call, repo, c) for c in ahead[(page - 1) * size : page * size]],
    }
    if page == 1:
        # The later pages have no such key: PyGithub, its recordings of testRepoComparison…
        value["files"] = shapes.files(call, repo, start.files, head)
    return call.json(value)


def _head(call: Call, repo: Repository, name: str) -> Any:
    owner, colon, branch = name.rpartition(":")
    if not colon:
        return repo.resolve(name)
    forks = [r for r in call.world.repositories.values() if r.parent is repo or r is repo]
    source = next((r for r in forks if r.owner.login.lower() == owner.lower()), None)
    return source.resolve(branch) if source and permissions.visible(call.caller, source) else None
