"""Labels and comments.

https://docs.github.com/rest/issues/labels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.github import pull_shapes
from tests.emulator.github.rest.pulls import one

if TYPE_CHECKING:
    from tests.emulator.github.call import Call
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response

BASES = ("/repos/{owner}/{repo}", "/repositories/{id}")


def register(router: Router) -> None:
    read = {"scopes": "repo", "permission": ("issues", "read")}
    write = {"scopes": "repo", "permission": ("issues", "write"), "token": True}
    for base in BASES:
        router.route("GET", base + "/labels", **read)(labels)
        router.route("POST", base + "/labels", **write)(create_label)
        router.route("GET", base + "/labels/{name}", **read)(get_label)
        router.route("GET", base + "/issues/{number}/labels", **read)(issue_labels)
        router.route("POST PUT", base + "/issues/{number}/labels", **write)(add_labels)
        router.route("GET", base + "/issues/{number}/comments", **read)(comments)
        router.route("POST", base + "/issues/{number}/comments", **write, open_to_readers=True)(create_comment)


def labels(call: Call) -> Response:
    repo = call.repository()
    return call.page(repo.labels, lambda x: pull_shapes.label(call, repo, x))


def create_label(call: Call) -> Response:
    repo = call.repository()
    body = call.body()
    name = body.get("name")
    if not name:
        call.invalid({"resource": "Label", "field": "name", "code": "missing_field"})
    if repo.find_labels([name]):
        call.invalid({"resource": "Label", "field": "name", "code": "already_exists"})
    row = repo.label(name, body.get("color") or "ededed", body.get("description") or "")
    return call.json(pull_shapes.label(call, repo, row), 201)


def get_label(call: Call) -> Response:
    repo = call.repository()
    found = next((x for x in repo.labels if x.name.lower() == call.params["name"].lower()), None)
    return call.json(pull_shapes.label(call, repo, found)) if found else call.not_found()


def issue_labels(call: Call) -> Response:
    repo = call.repository()
    return call.page(one(call, repo).labels, lambda x: pull_shapes.label(call, repo, x))


def add_labels(call: Call) -> Response:
    """Add (POST) or replace (PUT) by name; a label that is not there is made."""
    repo = call.repository()
    pull = one(call, repo)
    body = call.request.json
    names = body if isinstance(body, list) else body.get("labels", [])
    if call.request.method == "PUT":
        pull.labels = []
    for item in names:
        name = item["name"] if isinstance(item, dict) else item
        row = next(iter(repo.find_labels([name])), None) or repo.label(name, "ededed")
        if row not in pull.labels:
            pull.labels.append(row)
    return call.json([pull_shapes.label(call, repo, x) for x in pull.labels])


def comments(call: Call) -> Response:
    repo = call.repository()
    pull = one(call, repo)
    return call.page(pull.comments, lambda c: pull_shapes.comment(call, repo, pull, c))


def create_comment(call: Call) -> Response:
    repo = call.repository()
    pull = one(call, repo)
    text = call.body().get("body")
    if not text:
        call.invalid({"resource": "IssueComment", "field": "body", "code": "missing_field"})
    row = repo.comment(pull.number, text, call.caller.login)
    return call.json(pull_shapes.comment(call, repo, pull, row), 201)
