"""Pull requests.

https://docs.github.com/rest/pulls/pulls
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator import faulttexts as texts
from tests.emulator.github import permission as permissions
from tests.emulator.github import pull_shapes, shapes

if TYPE_CHECKING:
    from tests.emulator.github.call import Call
    from tests.emulator.records import PullRequest
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response

BASES = ("/repos/{owner}/{repo}", "/repositories/{id}")


def register(router: Router) -> None:
    read = {"scopes": "repo", "permission": ("pull_requests", "read")}
    write = {"scopes": "repo", "permission": ("pull_requests", "write"), "token": True}
    for base in BASES:
        router.route("GET", base + "/pulls", **read)(listing)
        router.route("POST", base + "/pulls", **write, open_to_readers=True)(create)
        router.route("GET", base + "/pulls/{number}", **read)(get)
        router.route("PATCH", base + "/pulls/{number}", **write, open_to_readers=True)(edit)
        router.route("GET", base + "/pulls/{number}/files", **read)(changed_files)
        router.route("PUT", base + "/pulls/{number}/merge", scopes="repo", permission=("contents", "write"))(merge)
        router.route("POST", base + "/pulls/{number}/requested_reviewers", **write)(request_reviewers)


def one(call: Call, repo: Repository) -> PullRequest:
    number = call.params["number"]
    found = repo.pull_by_number(int(number)) if number.isdigit() else None
    return found if found else call.not_found()


def listing(call: Call) -> Response:
    repo = call.repository()
    request = call.request
    state = request.arg("state", "open")
    if state not in {"open", "closed", "all"}:
        call.invalid({"resource": "PullRequest", "field": "state", "code": "invalid"})
    rows = [p for p in repo.pulls if state in {"all", p.state}]
    if base := request.arg("base"):
        rows = [p for p in rows if p.base_branch == base]
    owner, colon, branch = request.arg("head").rpartition(":")
    # without an owner before the colon the filter is ignored
    if colon:
        rows = [p for p in rows if p.head_branch == branch and p.head_owner.lower() == owner.lower()]
    keys = {"updated": lambda p: (p.updated_at, p.id)}
    sort = request.arg("sort", "created")
    descending = request.arg("direction", "desc" if sort == "created" else "asc") == "desc"
    rows.sort(key=keys.get(sort, lambda p: (p.created_at, p.id)), reverse=descending)
    return call.page(rows, lambda p: pull_shapes.pull(call, p))


def get(call: Call) -> Response:
    repo = call.repository()
    return call.json(pull_shapes.pull(call, one(call, repo), full=True))


def problem(field: str, code: str = "invalid", **more: str) -> dict[str, Any]:
    return {"resource": "PullRequest", "field": field, "code": code, **more}


def head_of(call: Call, repo: Repository, head: str, head_repo: str = "") -> tuple[Repository | None, str]:
    """(repository, branch) of `branch` or `owner:branch`; the repository is None when there is none."""
    owner, colon, branch = head.rpartition(":")
    if not colon or owner.lower() == repo.owner.login.lower():
        return repo, branch
    forks = [r for r in call.world.repositories.values() if r.parent is repo]
    forks = [r for r in forks if r.owner.login.lower() == owner.lower() and permissions.visible(call.caller, r)]
    if head_repo:
        forks = [r for r in forks if r.name.lower() == head_repo.lower()]
    return (forks[0] if forks else None), branch


def check_new(repo: Repository, source: Repository | None, branch: str, base: str) -> list[dict[str, Any]]:
    """What GitHub finds wrong with a pull request between these branches."""
    if source is None or branch not in source.branches:
        return [problem("head")]
    if base not in repo.branches:
        return [problem("base")]
    objects = repo.world.objects
    ahead = {c.oid for c in objects.history(source.branches[branch])}
    if not ahead - {c.oid for c in objects.history(repo.branches[base])}:
        text = f"No commits between {base} and {branch}"
        return [{"resource": "PullRequest", "code": "custom", "message": text}]
    for pull in source.pulls_of(branch):
        if pull.repository is repo and pull.base_branch == base:
            text = f"A pull request already exists for {source.owner.login}:{branch}."
            return [{"resource": "PullRequest", "code": "custom", "message": text}]
    return []


def create(call: Call) -> Response:
    repo = call.repository()
    if permissions.kind(call.caller) == "job" and not call.settings.actions_may_open_pulls:
        call.refuse(403, texts.NO_ACTIONS_PULLS)
    body = call.body()
    for name in ("head", "base"):
        if not body.get(name):
            call.invalid(problem(name, "missing_field"))
    if not body.get("title") and not body.get("issue"):
        call.invalid(problem("title", "missing_field"))
    source, branch = head_of(call, repo, body["head"], body.get("head_repo") or "")
    errors = check_new(repo, source, branch, body["base"])
    if errors or source is None:
        call.invalid(*errors)
    if permissions.rank(call.caller, source) < 2:
        call.not_found()
    row = call.world.open_pull(
        repo,
        source,
        branch,
        body["base"],
        title=body["title"],
        body=body.get("body") or "",
        author=call.caller.login or "",
        draft=bool(body.get("draft")),
    )
    location = f"{call.api}/repos/{repo.full_name}/pulls/{row.number}"
    return call.json(pull_shapes.pull(call, row, full=True), 201, ("Location", location))


def edit(call: Call) -> Response:
    repo = call.repository()
    row = one(call, repo)
    if row.author != call.caller.login and permissions.rank(call.caller, repo) < 2:
        call.refuse(403, "You must be the author or have push access.")
    body = call.body()
    if body.get("title"):
        row.title = body["title"]
    if "body" in body:
        row.body = body["body"] or ""
    if body.get("base"):
        if body["base"] not in repo.branches:
            call.invalid(problem("base"))
        row.base_branch = body["base"]
    _set_state(call, row, body.get("state"))
    row.updated_at = call.world.now()
    call.world.revision += 1
    return call.json(pull_shapes.pull(call, row, full=True))


def _set_state(call: Call, row: PullRequest, state: str | None) -> None:
    if state is None or state == row.state:
        return
    if state not in {"open", "closed"}:
        call.invalid(problem("state"))
    if state == "closed":
        call.world.close(row, call.caller.login)
    elif row.merged or row.branch_gone:
        text = "state cannot be changed. The branch has been deleted or the pull request was merged."
        call.invalid({"resource": "PullRequest", "field": "state", "code": "custom", "message": text})
    else:
        call.world.reopen(row)


def merge(call: Call) -> Response:
    repo = call.repository()
    row = one(call, repo)
    body = call.body() if call.request.body else {}
    if row.merged or row.state != "open":
        call.refuse(405, "Pull Request is not mergeable")
    if body.get("sha") and body["sha"] != row.head_tip:
        call.refuse(409, "Head branch was modified. Review and try the merge again.")
    if row.draft:
        call.refuse(405, "Pull Request is still a draft")
    checks = repo.checks_for(row.base_branch)
    if checks:
        call.refuse(405, f'Required status check "{checks[0]}" is expected.')
    if not call.world.objects.merges(row.base_tip, row.head_tip):
        call.refuse(405, "Merge conflict")
    call.world.merge(row, call.caller.login or "")
    return call.json({"sha": row.merge_commit, "merged": True, "message": "Pull Request successfully merged"})


def changed_files(call: Call) -> Response:
    repo = call.repository()
    row = one(call, repo)
    objects = call.world.objects
    start = objects.merge_base(row.base_tip, row.head_tip)
    rows = shapes.files(call, repo, start.files if start else {}, objects.commits[row.head_tip])
    return call.page(rows, lambda r: r)


def request_reviewers(call: Call) -> Response:
    repo = call.repository()
    row = one(call, repo)
    body = call.body()
    names = body.get("reviewers") or []
    if row.author in names:
        call.refuse(422, "Review cannot be requested from pull request author.")
    for name in names:
        user = call.world.owner(name)
        if user is None or user.kind != "user":
            text = (
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified"
            )
            call.refuse(422, f"{text} is not a collaborator of the {repo.full_name} repository.")
        if user.login not in row.reviewers:
            row.reviewers.append(user.login)
    row.team_reviewers += [t for t in body.get("team_reviewers") or [] if t not in row.team_reviewers]
    return call.json(pull_shapes.pull(call, row), 201)
