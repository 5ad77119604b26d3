"""Commit statuses: what checks report, one by one and together.

https://docs.gitea.com/api (repository, repoGetCombinedStatusByRef)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator import checks
from tests.emulator.gitea import shapes
from tests.emulator.gitea.call import when

if TYPE_CHECKING:
    from tests.emulator.checks import CheckRow
    from tests.emulator.gitea.call import Call
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response

REPO = "/repos/{owner}/{repo}"


def register(router: Router) -> None:
    router.route("GET", REPO + "/commits/{ref}/status", scope=("repository",))(combined)
    router.route("GET", REPO + "/statuses/{sha}", scope=("repository",))(statuses)
    router.route("POST", REPO + "/statuses/{sha}", scope=("repository",), token=True)(create)


def _shape(call: Call, repo: Repository, oid: str, row: CheckRow) -> dict[str, Any]:
    api = f"{call.api}/repos/{repo.full_name}"
    return {
        "id": row.id,
        "status": row.state,
        "target_url": "",
        "description": "",
        "url": f"{api}/statuses/{oid}",
        "context": row.name,
        "creator": None,
        "created_at": when(row.since),
        "updated_at": when(row.since),
    }


def combined(call: Call) -> Response:
    """The newest status of each context, a page of them; the state is that of the page alone."""
    repo = call.repository()
    commit = repo.resolve(call.params["ref"])
    if commit is None:
        call.not_found()
    rows = checks.visible(repo, commit.oid)
    page, size = call.paging()
    shown = rows[(page - 1) * size : page * size]
    api = f"{call.api}/repos/{repo.full_name}/commits/{commit.oid}"
    state = checks.combined(shown)
    if call.forgejo and state == "success" and any(row.state == "warning" for row in shown):
        # the worst of all, in which a warning is below a success
        state = "warning"
    value = {
        "state": state,
        "sha": commit.oid,
        "total_count": len(shown),
        "statuses": [_shape(call, repo, commit.oid, row) for row in shown] or None,
        "repository": shapes.repository(call, repo),
        "commit_url": api,
        "url": f"{api}/status",
    }
    headers = [("X-Total-Count", str(len(rows)))]
    if links := call.links(len(rows), page, size):
        headers.append(("Link", links))
    return call.json(value, 200, *headers)


def statuses(call: Call) -> Response:
    repo = call.repository()
    commit = repo.resolve(call.params["sha"])
    if commit is None:
        call.not_found()
    rows = sorted(repo.checks.get(commit.oid, ()), key=lambda row: -row.id)
    return call.page(rows, lambda row: _shape(call, repo, commit.oid, row))


def create(call: Call) -> Response:
    repo = call.repository()
    if not call.caller.writes(repo):
        call.refuse(403, "user should have specific permission or be a site admin")
    commit = repo.resolve(call.params["sha"])
    if commit is None:
        call.not_found()
    body = call.body()
    row = repo.check(body.get("context") or "default", body.get("state") or "pending", on=commit.oid)
    return call.json(_shape(call, repo, commit.oid, row), 201)
