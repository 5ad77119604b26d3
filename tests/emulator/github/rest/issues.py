"""Issues, labels and comments.

https://docs.github.com/rest/issues/issues and https://docs.github.com/rest/issues/labels
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.github import permission as permissions
from tests.emulator.github import pull_shapes
from tests.emulator.github.call import when
from tests.emulator.github.rest.pulls import one
from tests.emulator.github.shapes import node_id, person
from tests.emulator.records import Issue, moment
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.github.call import Call
    from tests.emulator.records import PullRequest
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router

BASES = ("/repos/{owner}/{repo}", "/repositories/{id}")
# In 2014 and 2021 it was "Issues are disabled for this repo": https://github.com/ossf/allstar/issues/64.
# Since then: https://github.com/github/gh-aw/blob/main/actions/setup/js/create_issue.cjs
ISSUES_OFF = "Issues has been disabled in this repository."


def register(router: Router) -> None:
    read = {"scopes": "repo", "permission": ("issues", "read")}
    write = {"scopes": "repo", "permission": ("issues", "write"), "token": True}
    for base in BASES:
        router.route("GET", base + "/issues", **read)(issues)
        router.route("POST", base + "/issues", **write, open_to_readers=True)(create_issue)
        router.route("PATCH", base + "/issues/{number}", **write, open_to_readers=True)(edit_issue)
        router.route("DELETE", base + "/issues/comments/{comment}", **write, open_to_readers=True)(delete_comment)
        router.route("GET", base + "/labels", **read)(labels)
        router.route("POST", base + "/labels", **write)(create_label)
        router.route("GET", base + "/labels/{name}", **read)(get_label)
        router.route("GET", base + "/issues/{number}/labels", **read)(issue_labels)
        router.route("POST PUT", base + "/issues/{number}/labels", **write)(add_labels)
        router.route("GET", base + "/issues/{number}/comments", **read)(comments)
        router.route("POST", base + "/issues/{number}/comments", **write, open_to_readers=True)(create_comment)


def shape(call: Call, repo: Repository, row: Issue | PullRequest) -> dict[str, Any]:
    html, kind = f"{call.url}/{repo.full_name}", "issues" if isinstance(row, Issue) else "pull"
    shown = {
        "url": f"{call.api}/repos/{repo.full_name}/issues/{row.number}",
        "html_url": f"{html}/{kind}/{row.number}",
        "id": row.id,
        "node_id": node_id("I", row.id),
        "number": row.number,
        "title": row.title,
        "user": person(call, row.author),
        "labels": [pull_shapes.label(call, repo, one) for one in row.labels],
        "state": row.state,
        "state_reason": "completed" if row.state == "closed" else None,
        "locked": False,
        "active_lock_reason": None,
        "author_association": "CONTRIBUTOR",
        "milestone": None,
        "performed_via_github_app": None,
        "assignee": person(call, row.assignees[0]) if row.assignees else None,
        "assignees": [person(call, one) for one in row.assignees],
        "comments": len(row.comments),
        "created_at": when(row.created_at),
        "updated_at": when(row.updated_at),
        "body": row.body or None,
    }
    # Every pull request is an issue, too, with this key.
    return shown if isinstance(row, Issue) else {**shown, "pull_request": {"html_url": shown["html_url"]}}


def issues(call: Call) -> Response:
    """Newest first, pull requests among them."""
    repo = call.repository()
    if not repo.has_issues:
        call.refuse(410, ISSUES_OFF)
    state, creator = call.request.arg("state", "open"), call.request.arg("creator").lower()
    rows = [one for one in (*repo.issues, *repo.pulls) if state in {"all", one.state}]
    rows = [one for one in rows if not creator or one.author.lower() == creator]
    return call.page(sorted(rows, key=lambda one: -one.number), lambda row: shape(call, repo, row))


def create_issue(call: Call) -> Response:
    """Who may only read opens an issue, too: labels and assignees are dropped without a word then."""
    repo = call.repository()
    if not repo.has_issues:
        call.refuse(410, ISSUES_OFF)
    body = call.body()
    if not body.get("title"):
        call.invalid({"resource": "Issue", "field": "title", "code": "missing_field"})
    may = permissions.rank(call.caller, repo) > 1
    for name in (body.get("assignees") or []) if may else []:
        if call.world.owner(name) is None:
            call.invalid({"value": name, "resource": "Issue", "field": "assignees", "code": "invalid"})
    names = (body.get("labels") or []) if may else []
    for name in names:
        if not repo.find_labels([name]):
            repo.label(name, "ededed")
    assignees = (body.get("assignees") or []) if may else []
    row = repo.issue(body["title"], body.get("body") or "", call.caller.login, labels=names, assignees=assignees)
    made = shape(call, repo, row)
    return call.json(made, 201, ("Location", made["url"]))


def edit_issue(call: Call) -> Response:
    repo = call.repository()
    number = call.params["number"]
    row = repo.issue_by_number(int(number)) if number.isdigit() else None
    if row is None:
        call.not_found()
    if row.author != call.caller.login and permissions.rank(call.caller, repo) < 2:
        call.refuse(403, "Must have admin rights to Repository.")
    body = call.body()
    row.body = row.body if body.get("body") is None else body["body"]
    row.state = body.get("state") or row.state
    row.updated_at = call.world.now()
    call.world.revision += 1
    return call.json(shape(call, repo, row))


def delete_comment(call: Call) -> Response:
    repo = call.repository()
    for row in repo.issues:
        row.comments = [one for one in row.comments if str(one.id) != call.params["comment"]]
    return Response(204)


def _with_comments(call: Call, repo: Repository) -> Issue | PullRequest:
    number = call.params["number"]
    found = repo.issue_by_number(int(number)) if number.isdigit() else None
    return found or one(call, repo)


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
    pull = _with_comments(call, repo)
    since = call.request.arg("since")
    rows = [row for row in pull.comments if not since or row.created_at >= moment(since)]
    return call.page(rows, lambda c: pull_shapes.comment(call, repo, pull, c))


def create_comment(call: Call) -> Response:
    repo = call.repository()
    pull = _with_comments(call, repo)
    text = call.body().get("body")
    if not text:
        call.invalid({"resource": "IssueComment", "field": "body", "code": "missing_field"})
    row = repo.comment(pull.number, text, call.caller.login)
    made = pull_shapes.comment(call, repo, pull, row)
    return call.json(made, 201, ("Location", made["url"]))
