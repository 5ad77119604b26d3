"""Pull requests: reading, opening and editing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.access import covers, sees_pulls
from tests.emulator.git import Entry, changed_paths
from tests.emulator.gitea import shapes
from tests.emulator.gitea.call import RefusedError, when
from tests.emulator.gitea.refs import head_place
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.records import PullRequest
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router


REPO = "/repos/{owner}/{repo}"
# https://docs.gitea.com/administration/config-cheat-sheet#repository---pull-request-repositorypull-request
DRAFT_PREFIXES = ("WIP:", "[WIP]")


def register(router: Router) -> None:
    read, write = {"scope": ("repository",)}, {"scope": ("repository",), "token": True}
    router.route("GET", REPO + "/reviewers", **read)(reviewers)
    router.route("GET", REPO + "/teams", **read)(repository_teams)
    router.route("GET", REPO + "/pulls", **read)(listing)
    router.route("POST", REPO + "/pulls", **write)(create)
    router.route("GET", REPO + "/pulls/{index}", **read)(get)
    router.route("PATCH", REPO + "/pulls/{index}", **write)(edit)
    router.route("GET", REPO + "/pulls/{index}/files", **read)(changed_files)
    router.route("GET", REPO + "/pulls/{index}/commits", **read)(pull_commits)
    router.route("POST", REPO + "/pulls/{index}/requested_reviewers", **write)(request_reviewers)
    router.route("GET", REPO + "/pulls/{base}/{head*}", **read)(by_branches)


def _with_pull_requests(call: Call) -> Repository:
    """The repository; where its pull requests are switched off all these routes are 404 (seen on a real Gitea)."""
    repo = call.repository()
    if not repo.takes_pull_requests or not sees_pulls(call.caller.user, repo):
        call.not_found()
    return repo


def is_draft(pull: PullRequest) -> bool:
    return pull.title.upper().startswith(DRAFT_PREFIXES)


def place(call: Call, repo: Repository | None, name: str, ref: str, oid: str) -> dict[str, Any]:
    row = {"label": name, "ref": ref, "sha": oid, "repo_id": repo.id if repo else -1}
    return {**row, "repo": shapes.repository(call, repo) if repo else None}


def _merges(call: Call, row: PullRequest) -> bool:
    """Neither a draft nor what is being checked counts as mergeable (``PullRequest.Mergeable`` in its source)."""
    if row.checking:
        row.checking -= 1
        return False
    fits = call.world.objects.merges(row.base_tip, row.head_tip)
    return not row.merged and not is_draft(row) and fits


def pull(call: Call, row: PullRequest, *, listed: bool = False) -> dict[str, Any]:
    """A pull request; in a listing the real one leaves counts out and prints null for empty lists."""
    repo, objects = row.repository, call.world.objects
    html = f"{call.url}/{repo.full_name}/pulls/{row.number}"
    head, base = objects.commits[row.head_tip], objects.commits[row.base_tip]
    start = objects.merge_base(base.oid, head.oid)
    before = start.files if start else {}
    stats = objects.line_stats(before, head.files)
    ref = f"refs/pull/{row.number}/head" if row.branch_gone else row.head_branch
    empty: list[Any] | None = None if listed else []
    reviewers = [shapes.person(call, name) for name in row.reviewers]
    value: dict[str, Any] = {
        "id": row.id,
        "url": html,
        "number": row.number,
        "user": shapes.person(call, row.author, signed=not call.caller.anonymous),
        "title": row.title,
        "body": row.body,
        "labels": [shapes.label(call, x, f"{call.api}/repos/{repo.full_name}") for x in row.labels],
        "milestone": None,
        "assignee": shapes.person(call, row.assignees[0]) if row.assignees else None,
        "assignees": [shapes.person(call, name) for name in row.assignees] or empty,
        "requested_reviewers": reviewers or empty,
        "requested_reviewers_teams": empty,
        "state": row.state,
        "draft": is_draft(row),
        "is_locked": False,
        "comments": len(row.comments),
    }
    if not listed:
        value["additions"], value["deletions"] = stats["additions"], stats["deletions"]
        value["changed_files"] = len(changed_paths(before, head.files))
    whole = {
        **value,
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "mergeable": _merges(call, row),
        "merged": row.merged,
        "merged_at": when(row.merged_at),
        "merge_commit_sha": row.merge_commit,
        "merged_by": shapes.person(call, row.merged_by),
        "allow_maintainer_edit": True,
        "base": place(call, repo, row.base_branch, row.base_branch, base.oid),
        "head": place(call, row.head_repository, row.head_branch, ref, head.oid),
        "merge_base": start.oid if start else "",
        "due_date": None,
        "created_at": when(row.created_at),
        "updated_at": when(row.updated_at),
        "closed_at": when(row.closed_at),
        "pin_order": 0,
    }
    return shapes.version_format(call, whole, flow=0, review_comments=0)


def requests_of(call: Call) -> Repository:
    """The repository of a pull-request route; an empty one has none at all."""
    repo = _with_pull_requests(call)
    if repo.empty:
        call.not_found()
    return repo


def one(call: Call, repo: Repository) -> PullRequest:
    number = call.params["index"]
    row = repo.pull_by_number(int(number)) if number.isdigit() else None
    if row is None:
        call.not_found()
    return row


def listing(call: Call) -> Response:
    repo = requests_of(call)
    state = call.request.arg("state")
    rows = list(repo.pulls)
    # anything but these two words means both states, whatever the documentation says
    if state in {"open", "closed"}:
        rows = [p for p in rows if p.state == state]
    if base := call.request.arg("base_branch"):
        rows = [p for p in rows if p.base_branch == base]
    if poster := call.request.arg("poster"):
        if call.world.owner(poster) is None:
            call.refuse(400, f"user does not exist [uid: 0, name: {poster}]")
        rows = [p for p in rows if p.author.lower() == poster.lower()]
    newest_first = call.request.arg("sort") != "oldest"
    rows.sort(key=lambda p: (p.created_at, p.id), reverse=newest_first)
    return call.page(rows, lambda row: pull(call, row, listed=True))


def get(call: Call) -> Response:
    repo = requests_of(call)
    if call.params["index"].endswith(".diff"):
        call.params["index"] = call.params["index"].removesuffix(".diff")
        return diff(call, one(call, repo))
    return call.json(pull(call, one(call, repo)))


def diff(call: Call, row: PullRequest) -> Response:
    """What the request changes as git prints it, with the lines of a file in one piece."""
    objects, text = call.world.objects, ""
    for path, old, new in _changes(call, row):
        text += f"diff --git a/{path} b/{path}\n"
        if old is not None and new is not None and old.mode != new.mode:
            text += f"old mode {old.mode}\nnew mode {new.mode}\n"
        text += f"new file mode {new.mode}\n" if old is None and new is not None else ""
        text += f"deleted file mode {old.mode}\n" if new is None and old is not None else ""
        for sign, entry in (("-", old), ("+", new)):
            lines = objects.blobs[entry.oid].decode("utf-8", "replace").splitlines() if entry else []
            text += "".join(f"{sign}{line}\n" for line in lines)
    return Response(200, text.encode(), [("Content-Type", "text/plain; charset=utf-8")])


def _changes(call: Call, row: PullRequest) -> list[tuple[str, Entry | None, Entry | None]]:
    """Each changed path before and after; one that becomes a link is deleted, and added."""
    objects = call.world.objects
    head = objects.commits[row.head_tip]
    start = objects.merge_base(row.base_tip, head.oid)
    before, found = start.files if start else {}, list[tuple[str, Entry | None, Entry | None]]()
    for path, _ in changed_paths(before, head.files):
        old, new = before.get(path), head.files.get(path)
        if old and new and old.mode[:2] != new.mode[:2]:
            found += [(path, old, None), (path, None, new)]
        else:
            found.append((path, old, new))
    return found


def by_branches(call: Call) -> Response:
    """The oldest request between two branches, whatever its state."""
    repo = requests_of(call)
    head = call.params["head"]
    source, head = head_place(call, repo, head) if ":" in head else (repo, head)
    base = call.params["base"]
    rows = [
        p for p in repo.pulls if p.base_branch == base and p.head_branch == head and p.head_repository is source
    ]
    if not rows:
        call.not_found()
    return call.json(pull(call, min(rows, key=lambda p: p.id)))


def create(call: Call) -> Response:
    repo = _with_pull_requests(call)
    call.writable(repo)
    if repo.empty:
        call.not_found()
    body = call.body()
    for key in ("head", "base", "title"):
        if not body.get(key):
            call.refuse(422, f"[{key.capitalize()}]: Required")
    if body["head"] == body["base"]:
        call.refuse(422, "Invalid PullRequest: There are no changes between the head and the base")
    source, branch = head_place(call, repo, body["head"])
    if branch not in source.branches or body["base"] not in repo.branches:
        call.not_found()
    _refuse_duplicate(call, repo, source, branch, body["base"])
    reviewers = [_reviewer(call, name) for name in body.get("reviewers") or []]
    before = pull_state(call, repo)
    row = call.world.open_pull(
        repo,
        source,
        branch,
        body["base"],
        title=body["title"],
        body=body.get("body") or "",
        author=call.caller.login or "",
    )
    row.labels = repo.find_labels(x for x in body.get("labels") or [] if isinstance(x, int))
    row.reviewers = reviewers
    row.assignees = list(body.get("assignees") or [])
    value = pull(call, row)
    # the answer shows the repository as it was before its counter moved
    for side in ("base", "head"):
        if value[side]["repo"] and value[side]["repo_id"] == repo.id:
            value[side]["repo"].update(before)
    return call.json(value, 201)


def pull_state(call: Call, repo: Repository) -> dict[str, Any]:
    return {"open_pr_counter": sum(1 for p in repo.pulls if p.state == "open")}


def _refuse_duplicate(call: Call, repo: Repository, source: Repository, branch: str, base: str) -> None:
    for row in source.pulls_of(branch):
        if row.repository is repo and row.base_branch == base:
            call.refuse(
                409,
                f"pull request already exists for these targets [id: {row.id}, issue_id: {row.number}, "
                f"head_repo_id: {source.id}, base_repo_id: {repo.id}, head_branch: {branch}, base_branch: {base}]",
            )


def _reviewer(call: Call, name: str) -> str:
    user = call.world.owner(name)
    if user is None or user.kind != "user":
        call.not_found(f"User '{name}' not exist")
    return user.login


def edit(call: Call) -> Response:
    """Change title, body, base or state; an archived repository takes it too."""
    repo = requests_of(call)
    row = one(call, repo)
    if row.author != call.caller.login and not call.caller.writes(repo):
        # the real one gives the status and nothing else
        raise RefusedError(Response(403))
    body = call.body()
    if body.get("title"):
        row.title = body["title"]
    if body.get("body") is not None:
        row.body = body["body"]
    if "labels" in body and body["labels"] is not None:
        row.labels = repo.find_labels(x for x in body["labels"] if isinstance(x, int))
    if body.get("base"):
        if body["base"] not in repo.branches:
            call.refuse(404, f"new base '{body['base']}' not exist")
        row.base_branch = body["base"]
    row.updated_at = call.world.now()
    state = body.get("state")
    if state in {"open", "closed"} and state != row.state:
        if row.merged:
            call.refuse(412, "cannot change state of this pull request, it was already merged")
        if state == "closed":
            call.world.close(row, call.caller.login)
        else:
            _refuse_duplicate(call, repo, row.head_repository or repo, row.head_branch, row.base_branch)
            call.world.reopen(row)
    call.world.revision += 1
    return call.json(pull(call, row), 201)


def request_reviewers(call: Call) -> Response:
    repo = requests_of(call)
    row = one(call, repo)
    if row.author != call.caller.login and not call.caller.writes(repo):
        call.refuse(403, "doer can't add or remove reviewers")
    names = [_reviewer(call, name) for name in call.body().get("reviewers") or []]
    row.reviewers += [n for n in names if n not in row.reviewers]
    return call.json([], 201)


def reviewers(call: Call) -> Response:
    """Collaborators and members of teams, but for the caller (``GetReviewers`` in its source)."""
    repo = call.repository()
    teams = [team for team in repo.owner.teams if covers(team.repositories, repo)]
    logins = {*repo.collaborators, *(login for team in teams for login in team.members)}
    shown = sorted(login for login in logins if login != call.caller.login)
    return call.json([shapes.person(call, login) for login in shown])


def repository_teams(call: Call) -> Response:
    """The teams that have access to the repository; seen on a real Gitea."""
    repo = call.repository()
    teams = [team for team in repo.owner.teams if covers(team.repositories, repo)]
    return call.json(
        [{"id": index, "name": team.name, "permission": team.role} for index, team in enumerate(teams)]
    )


def changed_files(call: Call) -> Response:
    repo = requests_of(call)
    objects = call.world.objects

    def shape(item: tuple[str, Entry | None, Entry | None]) -> dict[str, Any]:
        path, old, new = item
        stats = objects.line_stats({path: old} if old else {}, {path: new} if new else {})
        status = "added" if old is None else "deleted" if new is None else "changed"
        # a mode alone is no change to it
        status = "unchanged" if status == "changed" and not stats["total"] else status
        counts = {"additions": stats["additions"], "deletions": stats["deletions"], "changes": stats["total"]}
        return {"filename": path, "status": status, **counts}

    return call.page(_changes(call, one(call, repo)), shape)


def pull_commits(call: Call) -> Response:
    repo = requests_of(call)
    row = one(call, repo)
    objects = call.world.objects
    start = objects.merge_base(row.base_tip, row.head_tip)
    known = {c.oid for c in objects.history(start.oid)} if start else set()
    rows = [c for c in objects.history(row.head_tip) if c.oid not in known]
    return call.page(rows, lambda c: shapes.full_commit(call, repo, c, stat=True, verification=True, files=True))
