"""The JSON GitHub's REST API makes of owners, repositories, commits and pull requests.

https://docs.github.com/rest/repos/repos
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.emulator.git import Commit, Signature, changed_paths
from tests.emulator.github import permission as permissions
from tests.emulator.github.call import Call, when

if TYPE_CHECKING:
    from tests.emulator.repository import Repository
    from tests.emulator.world import Owner

USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
REPOSITORY_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}


def node_id(kind: str, number: int | str) -> str:
    """The global id GraphQL answers with for the same thing."""
    return f"{kind}_{number}"


def user(call: Call, owner: Owner) -> dict[str, Any]:
    url = f"{call.api}/users/{owner.login}"
    organisation = owner.kind == "organisation"
    kind = "Organization" if organisation else "Bot" if owner.login.endswith("[bot]") else "User"
    return {
        "login": owner.login,
        "id": owner.id,
        "node_id": node_id("O" if organisation else "U", owner.id),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{owner.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{call.url}/{owner.login}",
        **{name: url + rest for name, rest in USER_LINKS.items()},
        "type": kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def person(call: Call, login: str | None) -> dict[str, Any] | None:
    owner = call.world.owner(login) if login else None
    return user(call, owner) if owner else None


def repository(call: Call, repo: Repository, *, full: bool = False) -> dict[str, Any]:
    """A repository's row; `full` adds what only its own route shows."""
    api, html = f"{call.api}/repos/{repo.full_name}", f"{call.url}/{repo.full_name}"
    rank = permissions.rank(call.caller, repo)
    opened = sum(1 for p in repo.pulls if p.state == "open")
    row: dict[str, Any] = {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "owner": user(call, repo.owner),
        "html_url": html,
        "description": repo.description or None,
        "fork": repo.fork,
        "url": api,
        **{name: api + rest for name, rest in REPOSITORY_LINKS.items()},
        "created_at": when(repo.created_at),
        "updated_at": when(repo.updated_at),
        "pushed_at": when(repo.pushed_at),
        "git_url": f"git://github.com/{repo.full_name}.git",
        "ssh_url": f"git@github.com:{repo.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "homepage": None,
        "size": 0 if repo.empty else 1,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": repo.language or None,
        "has_issues": repo.has_issues,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": repo.archived,
        "disabled": repo.disabled,
        "open_issues_count": opened,
        "license": None,
        "allow_forking": True,
        "is_template": repo.template,
        "web_commit_signoff_required": False,
        "topics": [],
        "visibility": repo.visibility,
        "forks": 0,
        "open_issues": opened,
        "watchers": 0,
        "default_branch": repo.default_branch,
    }
    if not call.caller.anonymous:
        levels = {"admin": rank > 2, "maintain": rank > 2, "push": rank > 1, "triage": rank > 1, "pull": rank > 0}
        row["permissions"] = levels
    if full:
        row |= {"network_count": 0, "subscribers_count": 0}
        row |= (
            {"parent": repository(call, repo.parent), "source": repository(call, repo.parent)}
            if repo.parent
            else {}
        )
    return row


def git_person(who: Signature) -> dict[str, Any]:
    return {"name": who.name, "email": who.email, "date": when(who.date)}


UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def commit(call: Call, repo: Repository, row: Commit, *, full: bool = False) -> dict[str, Any]:
    """A commit as /commits shows it; `full` adds files and line counts."""
    api, html = f"{call.api}/repos/{repo.full_name}", f"{call.url}/{repo.full_name}"
    value: dict[str, Any] = {
        "sha": row.oid,
        "node_id": node_id("C", f"{repo.id}_{row.oid}"),
        "commit": {
            "author": git_person(row.author),
            "committer": git_person(row.committer),
            "message": row.message.rstrip("\n"),
            "tree": {"sha": row.tree, "url": f"{api}/git/trees/{row.tree}"},
            "url": f"{api}/git/commits/{row.oid}",
            "comment_count": 0,
            "verification": UNSIGNED,
        },
        "url": f"{api}/commits/{row.oid}",
        "html_url": f"{html}/commit/{row.oid}",
        "comments_url": f"{api}/commits/{row.oid}/comments",
        "author": person(call, row.author.name),
        "committer": person(call, row.committer.name),
        "parents": [
            {"sha": p, "url": f"{api}/commits/{p}", "html_url": f"{html}/commit/{p}"} for p in row.parents
        ],
    }
    if full:
        objects = call.world.objects
        before = objects.commits[row.parents[0]].files if row.parents else {}
        value["stats"] = objects.line_stats(before, row.files)
        value["files"] = files(call, repo, before, row)
    return value


def files(call: Call, repo: Repository, before: Any, after: Commit) -> list[dict[str, Any]]:
    """The changed files between a flat tree and a commit."""
    api, html = f"{call.api}/repos/{repo.full_name}", f"{call.url}/{repo.full_name}"
    rows = []
    for path, kind in changed_paths(before, after.files):
        entry = after.files.get(path) or before[path]
        pair = [{path: side[path]} if path in side else {} for side in (before, after.files)]
        stats = call.world.objects.line_stats(*pair)
        rows.append(
            {
                "sha": entry.oid,
                "filename": path,
                "status": kind,
                "additions": stats["additions"],
                "deletions": stats["deletions"],
                "changes": stats["total"],
                "blob_url": f"{html}/blob/{after.oid}/{path}",
                "raw_url": f"{html}/raw/{after.oid}/{path}",
                "contents_url": f"{api}/contents/{path}?ref={after.oid}",
            }
        )
    return rows


def encoded(data: bytes) -> str:
    """base64 in lines of 60 characters with a final newline, as GitHub sends content."""
    text = base64.b64encode(data).decode()
    return "".join(text[i : i + 60] + "\n" for i in range(0, len(text), 60))
