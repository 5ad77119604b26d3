"""Issues, and what Gitea keeps under them: labels and comments.

https://docs.gitea.com/api (issue)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.gitea import shapes
from tests.emulator.gitea.call import when
from tests.emulator.records import moment
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.records import Comment, Issue, PullRequest
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router

REPO = "/repos/{owner}/{repo}"


def register(router: Router) -> None:
    read, write = {"scope": ("issue",)}, {"scope": ("issue",), "token": True}
    router.route("GET", REPO + "/labels", **read)(labels)
    router.route("POST", REPO + "/labels", **write)(create_label)
    router.route("GET", REPO + "/issues", **read)(issues)
    router.route("POST", REPO + "/issues", **write)(create_issue)
    router.route("PATCH", REPO + "/issues/{index}", **write)(edit_issue)
    router.route("DELETE", REPO + "/issues/comments/{id}", **write)(delete_comment)
    router.route("GET", REPO + "/issues/{index}/comments", **read)(comments)
    router.route("POST", REPO + "/issues/{index}/comments", **write)(create_comment)
    router.route("GET", REPO + "/issues/{index}/labels", **read)(issue_labels)
    router.route("POST PUT", REPO + "/issues/{index}/labels", **write)(add_labels)


def labels(call: Call) -> Response:
    """The repository's own labels, by name; no Link here, only the count."""
    repo = call.repository()
    rows = sorted(repo.labels, key=lambda x: x.name)
    base = f"{call.api}/repos/{repo.full_name}"
    return call.page(rows, lambda row: shapes.label(call, row, base), link=call.forgejo)


def create_label(call: Call) -> Response:
    repo = call.repository()
    if not call.caller.writes(repo):
        call.refuse(403, "user should have a permission to write to a repo")
    body = call.body()
    for key in ("name", "color"):
        if not body.get(key):
            call.refuse(422, f"[{key.capitalize()}]: Required")
    row = repo.label(body["name"], body["color"].lstrip("#"), body.get("description") or "")
    return call.json(shapes.label(call, row, f"{call.api}/repos/{repo.full_name}"), 201)


def _pull(call: Call, repo: Repository) -> PullRequest | Issue | None:
    number = call.params["index"]
    return (repo.pull_by_number(int(number)) or repo.issue_by_number(int(number))) if number.isdigit() else None


def issue(call: Call, repo: Repository, row: Issue) -> dict[str, Any]:
    base = f"{call.api}/repos/{repo.full_name}"
    return {
        "id": row.id,
        "url": f"{base}/issues/{row.number}",
        "html_url": f"{call.url}/{repo.full_name}/issues/{row.number}",
        "number": row.number,
        "user": shapes.person(call, row.author),
        "title": row.title,
        "body": row.body,
        "labels": [shapes.label(call, one, base) for one in row.labels],
        "assignees": [shapes.person(call, one) for one in row.assignees] or None,
        "state": row.state,
        "comments": len(row.comments),
        "created_at": when(row.created_at),
        "updated_at": when(row.updated_at),
        "pull_request": None,
        "repository": {"id": repo.id, "name": repo.name, "owner": repo.owner.login, "full_name": repo.full_name},
    }


def issues(call: Call) -> Response:
    """Newest first. A user that does not exist is 404, before anything is listed."""
    repo = call.repository()
    rows = [one for one in repo.issues if call.request.arg("state", "open") in {"all", one.state}]
    author = call.request.arg("created_by")
    if author:
        if call.world.owner(author) is None:
            call.not_found(f"user does not exist [uid: 0, name: {author}]")
        rows = [one for one in rows if one.author.lower() == author.lower()]
    return call.page(sorted(rows, key=lambda one: -one.number), lambda row: issue(call, repo, row))


def create_issue(call: Call) -> Response:
    """Who may only read opens an issue, too, without labels and assignees."""
    repo = call.repository()
    call.writable(repo)
    if not repo.has_issues:
        call.not_found()
    body = call.body()
    if not body.get("title"):
        call.refuse(422, "[Title]: Required")
    may = call.caller.writes(repo)
    for name in (body.get("assignees") or []) if may else []:
        if call.world.owner(name) is None:
            text = f"Assignee does not exist: [name: user does not exist [uid: 0, name: {name}]]"
            call.refuse(422, text)
    labels, assignees = (body.get("labels") or [], body.get("assignees") or []) if may else ([], [])
    row = repo.issue(body["title"], body.get("body") or "", call.caller.login, labels=labels, assignees=assignees)
    return call.json(issue(call, repo, row), 201)


def edit_issue(call: Call) -> Response:
    """Its author and those who write."""
    repo = call.repository()
    number = call.params["index"]
    row = repo.issue_by_number(int(number)) if number.isdigit() else None
    if row is None:
        call.not_found()
    if row.author != call.caller.login and not call.caller.writes(repo):
        call.refuse(403, "Forbidden")
    body = call.body()
    row.body = row.body if body.get("body") is None else body["body"]
    row.state = body.get("state") or row.state
    row.updated_at = call.world.now()
    call.world.revision += 1
    return call.json(issue(call, repo, row), 201)


def delete_comment(call: Call) -> Response:
    repo = call.repository()
    for row in repo.issues:
        row.comments = [one for one in row.comments if str(one.id) != call.params["id"]]
    return Response(204)


def comment(call: Call, row: Comment, repo: Repository, pull: PullRequest | Issue) -> dict[str, Any]:
    html = f"{call.url}/{repo.full_name}/pulls/{pull.number}"
    return {
        "id": row.id,
        "html_url": f"{html}#issuecomment-{row.id}",
        "pull_request_url": html,
        "issue_url": "",
        "user": shapes.person(call, row.author),
        "original_author": "",
        "original_author_id": 0,
        "body": row.body,
        "assets": [],
        "created_at": when(row.created_at),
        "updated_at": when(row.created_at),
    }


def comments(call: Call) -> Response:
    repo = call.repository()
    pull = _pull(call, repo)
    if pull is None:
        # the real one fails on a number it does not know
        call.refuse(500, "")
    since = call.request.arg("since")
    rows = [one for one in pull.comments if not since or one.created_at >= moment(since)]
    return call.json([comment(call, row, repo, pull) for row in rows], 200, ("X-Total-Count", str(len(rows))))


def create_comment(call: Call) -> Response:
    repo = call.repository()
    call.writable(repo)
    body = call.body()
    if not body.get("body"):
        call.refuse(422, "[Body]: Required")
    pull = _pull(call, repo)
    if pull is None:
        call.refuse(500, "")
    row = repo.comment(pull.number, body["body"], call.caller.login)
    return call.json(comment(call, row, repo, pull), 201)


def issue_labels(call: Call) -> Response:
    repo = call.repository()
    pull = _pull(call, repo)
    if pull is None:
        call.not_found()
    return call.json([shapes.label(call, x, f"{call.api}/repos/{repo.full_name}") for x in pull.labels])


def add_labels(call: Call) -> Response:
    """Add (POST) or replace (PUT) by id or name; what is unknown is left out without a word."""
    repo = call.repository()
    pull = _pull(call, repo)
    if pull is None:
        call.not_found()
    if not call.caller.writes(repo):
        call.refuse(403, "write permission is required")
    found = repo.find_labels(call.body().get("labels") or [])
    if call.request.method == "PUT":
        pull.labels = []
    pull.labels += [x for x in found if x not in pull.labels]
    call.world.revision += 1
    return issue_labels(call)
