"""Listings of repositories, and a repository itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.gitea import shapes
from tests.emulator.gitea.account import organisation, visible

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response
    from tests.emulator.world import Owner


def register(router: Router) -> None:
    router.route("GET", "/orgs/{org}/repos", scope=("organization",))(organisation_repositories)
    router.route("GET", "/users/{name}/repos", scope=("user", "repository"))(user_repositories)
    router.route("GET", "/user/repos", scope=("user", "repository"), token=True)(my_repositories)
    router.route("GET", "/repos/search", scope=("repository",))(search)
    router.route("GET", "/repos/{owner}/{repo}", scope=("repository",))(get_repository)
    router.route("GET", "/repositories/{id}", scope=("repository",), token=True)(by_id)


def sees(call: Call, repository: Repository) -> bool:
    if call.public_only and repository.private:
        return False
    return call.caller.rank(repository, public_for_job=not call.forgejo) > 0


def _owned(call: Call, owner: Owner) -> Response:
    # the count is of what anyone signed in might see: hidden rows leave a page only after it was cut
    rows = [r for r in owner.repositories if not call.caller.anonymous or not r.private]
    if call.public_only:
        rows = [r for r in rows if not r.private]
    return call.page(rows, lambda row: shapes.repository(call, row) if sees(call, row) else None)


def organisation_repositories(call: Call) -> Response:
    return _owned(call, organisation(call))


def user_repositories(call: Call) -> Response:
    name = call.params["name"]
    call.moved_owner(name)
    owner = call.world.owner(name)
    if owner is None or not visible(call, owner):
        call.not_found("GetUserByName", f"user redirect does not exist [name: {name}]")
    return _owned(call, owner)


def my_repositories(call: Call) -> Response:
    rows = [r for r in call.world.repositories.values() if call.caller.is_member(r.owner) and sees(call, r)]
    return call.page(rows, lambda row: shapes.repository(call, row))


def search(call: Call) -> Response:
    """Everything the caller sees, by name; the count is of what is shown."""
    request, world = call.request, call.world
    token = call.caller.token
    kept = ("gitea", call.forge, token.secret if token else "")
    rows = world.remember(kept, lambda: _by_name([r for r in world.repositories.values() if sees(call, r)]))
    uid = request.number("uid", 0)
    if uid > 0:
        exclusive = request.flag("exclusive")
        rows = [r for r in rows if r.owner.id == uid or (not exclusive and _contributes(call, uid, r))]
    if text := request.arg("q").lower():
        rows = [r for r in rows if text in r.name.lower()]
    if "archived" in request.query:
        rows = [r for r in rows if r.archived == request.flag("archived")]
    if "private" in request.query and not request.flag("private"):
        rows = [r for r in rows if not r.private]
    return call.page(_by_name(rows), lambda row: shapes.repository(call, row), key="data")


def _by_name(rows: list[Repository]) -> list[Repository]:
    return sorted(rows, key=lambda r: r.name.lower())


def _contributes(call: Call, uid: int, repository: Repository) -> bool:
    owner = next((o for o in call.world.owners.values() if o.id == uid), None)
    return owner is not None and owner.login in repository.collaborators


def get_repository(call: Call) -> Response:
    return call.json(shapes.repository(call, call.repository()))


def by_id(call: Call) -> Response:
    number = call.params["id"]
    repository = call.world.repositories.get(int(number)) if number.isdigit() else None
    if repository is None or not sees(call, repository):
        call.not_found()
    return call.json(shapes.repository(call, repository))
