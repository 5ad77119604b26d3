"""Labels and comments, which Gitea keeps under issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.gitea import shapes
from tests.emulator.gitea.call import when

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.records import Comment, PullRequest
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response

REPO = "/repos/{owner}/{repo}"


def register(router: Router) -> None:
    read, write = {"scope": ("issue",)}, {"scope": ("issue",), "token": True}
    router.route("GET", REPO + "/labels", **read)(labels)
    router.route("POST", REPO + "/labels", **write)(create_label)
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


def _pull(call: Call, repo: Repository) -> PullRequest | None:
    number = call.params["index"]
    return repo.pull_by_number(int(number)) if number.isdigit() else None


def comment(call: Call, row: Comment, pull: PullRequest) -> dict[str, Any]:
    html = f"{call.url}/{pull.repository.full_name}/pulls/{pull.number}"
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
    return call.page(pull.comments, lambda row: comment(call, row, pull), link=False)


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
    return call.json(comment(call, row, pull), 201)


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
