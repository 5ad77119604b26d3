"""Version, settings, the caller, users and organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.gitea import shapes

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.owner import Team
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response
    from tests.emulator.world import Owner


def register(router: Router) -> None:
    router.route("GET", "/version")(version)
    router.route("GET", "/settings/api")(settings)
    router.route("GET", "/user", scope=("user",), token=True)(me)
    router.route("GET", "/users/{name}", scope=("user",))(get_user)
    router.route("GET", "/orgs/{org}", scope=("organization",))(get_organisation)
    router.route("GET", "/orgs/{org}/teams", scope=("organization",), token=True)(organisation_teams)
    router.route("GET", "/orgs/{org}/labels", scope=("organization",))(organisation_labels)


def version(call: Call) -> Response:
    default = "11.0.1+gitea-1.22.0" if call.forgejo else "development"
    return call.json({"version": call.settings.version or default})


def settings(call: Call) -> Response:
    s = call.settings
    value = {
        "max_response_items": s.max_response_items,
        "default_paging_num": s.default_paging_num,
        "default_git_trees_per_page": s.trees_per_page,
        "default_max_blob_size": s.max_blob_size,
        "default_max_response_size": s.max_response_size,
    }
    if call.forgejo:
        del value["default_max_response_size"]
    return call.json(value)


def me(call: Call) -> Response:
    owner = call.caller.user
    return call.json(shapes.user(call, owner, signed=True)) if owner else call.refuse(401, "token is required")


def get_user(call: Call) -> Response:
    owner = call.world.owner(call.params["name"])
    if owner is None or not visible(call, owner):
        name = call.params["name"]
        call.not_found("GetUserByName", f"user redirect does not exist [name: {name}]")
    return call.json(shapes.user(call, owner, signed=not call.caller.anonymous))


def visible(call: Call, owner: Owner) -> bool:
    """Whether an account is shown: public to all, limited to who signed in, private to its members."""
    if owner.visibility == "public" or call.caller.is_member(owner):
        return True
    return owner.visibility == "limited" and not call.caller.anonymous


def organisation(call: Call) -> Owner:
    name = call.params["org"]
    call.moved_owner(name)
    owner = call.world.owner(name)
    if owner is None or owner.kind != "organisation":
        call.not_found("GetOrgByName", f"user redirect does not exist [name: {name}]")
    if not visible(call, owner):
        call.not_found("HasOrgOrUserVisible")
    if call.public_only and owner.visibility != "public":
        call.refuse(403, "token scope is limited to public orgs")
    return owner


def get_organisation(call: Call) -> Response:
    return call.json(shapes.organisation(call, organisation(call)))


UNITS = ("code", "issues", "pulls", "releases", "wiki", "actions", "packages", "projects")


def organisation_teams(call: Call) -> Response:
    """Every team, for the members alone; seen on a real Gitea."""
    owner = organisation(call)
    if not call.caller.is_member(owner):
        call.refuse(403, "Must be an organization member")

    def shape(team: Team) -> dict[str, object]:
        units = {f"repo.{unit}": team.role for unit in team.units or UNITS}
        return {"id": 1, "name": team.name, "permission": team.role, "units_map": units}

    return call.page(owner.teams, shape)


def organisation_labels(call: Call) -> Response:
    owner = organisation(call)
    return call.page(owner.labels, lambda row: shapes.label(call, row, f"{call.api}/orgs/{owner.login}"))
