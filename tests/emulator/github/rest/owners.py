"""Rate limit, the caller, users, organisations and listings of repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.github import permission as permissions
from tests.emulator.github import shapes
from tests.emulator.github.call import when

if TYPE_CHECKING:
    from tests.emulator.github.call import Call
    from tests.emulator.github.limits import Limits
    from tests.emulator.repository import Repository
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response
    from tests.emulator.world import Owner

SORTS = {
    "created": lambda r: (r.created_at, r.id),
    "updated": lambda r: (r.updated_at, r.id),
    "pushed": lambda r: (r.pushed_at, r.id),
    "full_name": lambda r: r.full_name.lower(),
}


def register(router: Router) -> None:
    router.route("GET", "/rate_limit", limits=True)(rate_limit)
    router.route("GET", "/user", token=True)(me)
    router.route("GET", "/user/repos", token=True, scopes="")(my_repositories)
    router.route("GET", "/users/{name}")(get_user)
    router.route("GET", "/users/{name}/repos")(user_repositories)
    router.route("GET", "/orgs/{org}", scopes="admin:org, read:org, repo, user, write:org")(get_organisation)
    router.route("GET", "/orgs/{org}/repos", scopes="admin:org, read:org, repo, user, write:org")(
        organisation_repositories
    )
    router.route("GET", "/user/memberships/orgs/{org}", token=True, scopes="admin:org, read:org, write:org")(
        my_membership
    )
    router.route("GET", "/installation/repositories", token=True)(installation_repositories)
    for base in ("/repos/{owner}/{repo}", "/repositories/{id}"):
        router.route("GET", base, scopes="repo", permission=("metadata", "read"))(get_repository)


def rate_limit(call: Call, limits: Limits) -> Response:
    if call.settings.ghes:
        call.refuse(404, "Rate limiting is not enabled.")
    rows = {}
    for resource in ("core", "graphql", "search"):
        window, limit = limits.window(call.caller, resource), limits.limit(call.caller)
        rows[resource] = {
            "limit": limit,
            "used": window.used,
            "remaining": max(0, limit - window.used),
            "reset": window.start + 3600,
        }
    return call.json({"resources": rows, "rate": rows["core"]})


def me(call: Call) -> Response:
    owner = call.caller.user
    if owner is None or permissions.kind(call.caller) in {"installation", "job"}:
        call.lacks("metadata", "read")
    return call.json(_profile(call, owner))


def _profile(call: Call, owner: Owner) -> dict[str, Any]:
    public = sum(1 for r in owner.repositories if r.visibility == "public")
    empty = ("company", "location", "email", "hireable", "bio", "twitter_username")
    return {
        **shapes.user(call, owner),
        "name": owner.full_name or None,
        "blog": "",
        **dict.fromkeys(empty),
        "public_repos": public,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": when(owner.created_at),
        "updated_at": when(owner.created_at),
    }


def get_user(call: Call) -> Response:
    owner = call.world.owner(call.params["name"])
    return call.json(_profile(call, owner)) if owner else call.not_found()


def find_organisation(call: Call) -> Owner:
    owner = call.world.owner(call.params["org"])
    if owner is None or owner.kind != "organisation":
        call.not_found()
    return owner


def get_organisation(call: Call) -> Response:
    """`public_repos` for everyone; the private counts only for a member whose token has the right."""
    owner = find_organisation(call)
    call.check_sso(owner)
    url = f"{call.api}/orgs/{owner.login}"
    private = sum(1 for r in owner.repositories if r.private)
    value: dict[str, Any] = {
        "login": owner.login,
        "id": owner.id,
        "node_id": shapes.node_id("O", owner.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{owner.id}?v=4",
        "description": None,
        "name": owner.full_name or owner.login,
        "is_verified": False,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": sum(1 for r in owner.repositories if r.visibility == "public"),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": f"{call.url}/{owner.login}",
        "created_at": when(owner.created_at),
        "updated_at": when(owner.created_at),
        "archived_at": None,
        "type": "Organization",
    }
    if permissions.private_count_shown(call.caller, owner):
        value |= {"total_private_repos": private, "owned_private_repos": private}
    return call.json(value)


def my_membership(call: Call) -> Response:
    """The caller's own role in an organisation: `admin` is an owner of it."""
    owner = find_organisation(call)
    if not permissions.organisation_scope(call.caller):
        call.refuse(403, "You need to be a member of the organization and have the read:org scope.")
    if call.caller.user is None or not call.caller.is_member(owner):
        call.not_found()
    role = "admin" if call.caller.login in owner.admins else "member"
    url = f"{call.api}/orgs/{owner.login}"
    return call.json(
        {
            "url": f"{url}/memberships/{call.caller.login}",
            "state": "active",
            "role": role,
            "organization_url": url,
            "user": shapes.user(call, call.caller.user),
        }
    )


def _listing(call: Call, rows: list[Repository], default: str, *headers: tuple[str, str]) -> Response:
    """Rows the caller sees, filtered by type and sorted; what is hidden leaves no trace."""
    kind = call.request.arg("type", "all")
    tests = {
        "public": lambda r: r.visibility == "public",
        "private": lambda r: r.private,
        "forks": lambda r: r.fork,
        "sources": lambda r: not r.fork,
        "internal": lambda r: r.visibility == "internal",
    }
    sort = call.request.arg("sort", default)
    ascending = call.request.arg("direction", "asc" if sort == "full_name" else "desc") == "asc"

    def wanted() -> list[Repository]:
        found = [r for r in rows if permissions.visible(call.caller, r)]
        found = [r for r in found if kind not in tests or tests[kind](r)]
        return sorted(found, key=SORTS.get(sort, SORTS[default]), reverse=not ascending)

    token = call.caller.token
    kept = ("rest", call.request.path, token.secret if token else "", kind, sort, ascending, len(rows))
    rows = call.world.remember(kept, wanted)
    return call.page(rows, lambda r: shapes.repository(call, r), *headers)


def _partial(call: Call, owners: set[Owner]) -> list[tuple[str, str]]:
    """The header that says whose repositories SAML kept out of a listing."""
    ids = ",".join(str(o.id) for o in sorted(owners, key=lambda o: o.id))
    return [("X-GitHub-SSO", f"partial-results; organizations={ids}")] if ids else []


def organisation_repositories(call: Call) -> Response:
    owner = find_organisation(call)
    rows, headers = owner.repositories, []
    if permissions.needs_sso(call.caller, owner):
        rows, headers = [r for r in rows if r.visibility == "public"], _partial(call, {owner})
    return _listing(call, rows, "created", *headers)


def user_repositories(call: Call) -> Response:
    owner = call.world.owner(call.params["name"])
    if owner is None:
        call.not_found()
    return _listing(call, [r for r in owner.repositories if r.visibility == "public"], "full_name")


def my_repositories(call: Call) -> Response:
    rows = [r for r in call.world.repositories.values() if call.caller.is_member(r.owner)]
    kept_out = {r.owner for r in rows if permissions.needs_sso(call.caller, r.owner)}
    rows = [r for r in rows if r.owner not in kept_out]
    return _listing(call, rows, "full_name", *_partial(call, kept_out))


def installation_repositories(call: Call) -> Response:
    """Exactly what an app's installation was given."""
    token = call.caller.token
    if token is None or token.kind not in {"installation", "job"}:
        call.refuse(403, "You must authenticate with an installation access token in order to list repositories.")
    rows = [r for r in call.world.repositories.values() if _installed(call, r)]
    response = call.page(rows, lambda r: shapes.repository(call, r), key="repositories")
    value = response.json
    value["repository_selection"] = "selected" if token.repositories is not None or token.kind == "job" else "all"
    headers = [h for h in response.headers if h[0] != "Content-Type"]
    return call.json(value, 200, *headers)


def _installed(call: Call, repository: Repository) -> bool:
    token = call.caller.token
    if token is None:
        return False
    if token.job_repository:
        return repository.full_name.lower() == token.job_repository
    mine = token.owner is None or repository.owner.login.lower() == token.owner
    chosen = token.repositories is None or repository.full_name.lower() in token.repositories
    return mine and chosen and permissions.visible(call.caller, repository)


def get_repository(call: Call) -> Response:
    return call.json(shapes.repository(call, call.repository(), full=True))
