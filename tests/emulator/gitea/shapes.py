"""The JSON a Gitea makes of owners, repositories, commits and files. Keys and order as the real one's."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.emulator.git import DIRECTORY, SUBMODULE, SYMLINK, Commit, Entry, Signature, changed_paths
from tests.emulator.gitea.call import EPOCH, ZERO, Call, avatar, segments, when

if TYPE_CHECKING:
    from tests.emulator.records import Label
    from tests.emulator.repository import Repository
    from tests.emulator.world import Owner

KINDS = {SYMLINK: "symlink", SUBMODULE: "submodule", DIRECTORY: "dir"}
UNSIGNED = {
    "verified": False,
    "reason": "gpg.error.not_signed_commit",
    "signature": "",
    "signer": None,
    "payload": "",
}


# what a Forgejo's answer lacks of a Gitea's
NOT_ON_FORGEJO = {
    "allow_manual_merge", "autodetect_manual_merge", "branch_count", "has_code", "licenses", "projects_mode",
    "last_author_date", "last_committer_date",
}  # fmt: skip
DOWNLOADS = {"archive_download_count": {"zip": 0, "tar_gz": 0}}


def version_format(call: Call, row: dict[str, Any], **forgejos_own: Any) -> dict[str, Any]:
    """A row as this forge has it: Forgejo leaves some of Gitea's keys out and has some of its own."""
    if not call.forgejo:
        return row
    return {**{k: v for k, v in row.items() if k not in NOT_ON_FORGEJO}, **forgejos_own}


def user(call: Call, owner: Owner, *, signed: bool = False) -> dict[str, Any]:
    """An account. `signed`: shown to one who may see it; its own user sees more still."""
    row = _user(call, owner, signed=signed)
    return version_format(call, row, pronouns="")


def _user(call: Call, owner: Owner, *, signed: bool) -> dict[str, Any]:
    own = signed and call.caller.login == owner.login
    return {
        "id": owner.id,
        "login": owner.login,
        "login_name": "",
        "source_id": 0,
        "full_name": owner.full_name,
        "email": owner.email if signed else f"{owner.id}+{owner.login.lower()}@noreply.localhost",
        "avatar_url": avatar(call.url, owner),
        "html_url": f"{call.url}/{owner.login}",
        "language": "",
        "is_admin": False,
        "last_login": EPOCH if own else ZERO,
        "created": when(owner.created_at),
        "restricted": False,
        "active": own,
        "prohibit_login": False,
        "location": "",
        "website": "",
        "description": "",
        "visibility": owner.visibility,
        "followers_count": 0,
        "following_count": 0,
        "starred_repos_count": 0,
        "username": owner.login,
    }


def person(call: Call, login: str | None, *, signed: bool = False) -> dict[str, Any] | None:
    owner = call.world.owner(login) if login else None
    return user(call, owner, signed=signed) if owner else None


def organisation(call: Call, owner: Owner) -> dict[str, Any]:
    return {
        "id": owner.id,
        "name": owner.login,
        "full_name": owner.full_name,
        "email": owner.email,
        "avatar_url": avatar(call.url, owner),
        "description": "",
        "website": "",
        "location": "",
        "visibility": owner.visibility,
        "repo_admin_change_team_access": False,
        "username": owner.login,
    }


def repository(call: Call, repo: Repository, *, depth: int = 0) -> dict[str, Any]:
    rank = call.caller.rank(repo, public_for_job=not call.forgejo)
    html = f"{call.url}/{repo.full_name}"
    api = f"{call.api}/repos/{repo.full_name}"
    opened = sum(1 for p in repo.pulls if p.state == "open")
    # a private repository reached through a team shows its owner as to a stranger
    known = repo.visibility == "public" or rank > 2
    row: dict[str, Any] = {
        "id": repo.id,
        "owner": user(call, repo.owner, signed=known),
        "name": repo.name,
        "full_name": repo.full_name,
        "description": repo.description,
        "empty": repo.empty,
        "private": repo.private,
        "fork": repo.fork,
        "template": repo.template,
        "mirror": repo.mirror,
        "size": 25 if repo.empty else 26,
        "language": repo.language,
        "languages_url": f"{api}/languages",
        "html_url": html,
        "url": api,
        "link": "",
        "ssh_url": f"root@localhost:{repo.full_name}.git",
        "clone_url": f"{html}.git",
        "original_url": "",
        "website": "",
        "stars_count": 0,
        "forks_count": 0,
        "watchers_count": 2,
        "branch_count": len(repo.branches),
        "open_issues_count": 0,
        "open_pr_counter": opened,
        "release_counter": sum(1 for r in repo.releases if not r.draft),
        "default_branch": repo.default_branch,
        "archived": repo.archived,
        "created_at": when(repo.created_at),
        "updated_at": when(repo.updated_at),
        "archived_at": when(repo.archived_at) or EPOCH,
        "permissions": {"admin": rank > 2, "push": rank > 1, "pull": rank > 0},
        "has_code": True,
        "has_issues": repo.has_issues,
        "internal_tracker": {
            "enable_time_tracker": True,
            "allow_only_contributors_to_track_time": True,
            "enable_issue_dependencies": True,
        },
        "has_wiki": True,
        "has_pull_requests": repo.takes_pull_requests,
        "has_projects": True,
        "projects_mode": "all",
        "has_releases": True,
        "has_packages": True,
        "has_actions": repo.runs_workflows,
        "ignore_whitespace_conflicts": False,
        "allow_merge_commits": "merge" in repo.merge_methods,
        "allow_rebase": "rebase" in repo.merge_methods,
        "allow_rebase_explicit": True,
        "allow_squash_merge": "squash" in repo.merge_methods,
        "allow_fast_forward_only_merge": True,
        "allow_rebase_update": True,
        "allow_manual_merge": False,
        "autodetect_manual_merge": False,
        "default_delete_branch_after_merge": False,
        "default_merge_style": "merge",
        "default_allow_maintainer_edit": True,
        "avatar_url": "",
        "internal": repo.visibility == "internal",
        "mirror_interval": "",
        "object_format_name": "sha1",
        "mirror_updated": ZERO,
        "topics": [],
        "licenses": [],
    }
    if repo.parent is not None and depth == 0:
        row["parent"] = repository(call, repo.parent, depth=1)
    return version_format(
        call, row, default_update_style="merge", globally_editable_wiki=False, wiki_branch="main"
    )


def label(call: Call, row: Label, owner_url: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "exclusive": False,
        "is_archived": False,
        "color": row.color.lstrip("#"),
        "description": row.description,
        "url": f"{owner_url}/labels/{row.id}",
    }


# git -----------------------------------------------------------------------------------------------------


def signature(person_: Signature) -> dict[str, Any]:
    return {"name": person_.name, "email": person_.email, "date": when(person_.date)}


def commit_reference(call: Call, repo: Repository, oid: str, created: str | None = ZERO) -> dict[str, Any]:
    return {"url": f"{call.api}/repos/{repo.full_name}/git/commits/{oid}", "sha": oid, "created": created}


def branch_commit(call: Call, repo: Repository, commit: Commit) -> dict[str, Any]:
    def who(person_: Signature) -> dict[str, Any]:
        known = call.world.owner(person_.name)
        return {"name": person_.name, "email": person_.email, "username": known.login if known else ""}

    return {
        "id": commit.oid,
        "message": commit.message,
        "url": f"{call.url}/{repo.full_name}/commit/{commit.oid}",
        "author": who(commit.author),
        "committer": who(commit.committer),
        "verification": UNSIGNED,
        "timestamp": when(commit.committer.date),
        "added": None,
        "removed": None,
        "modified": None,
    }


def full_commit(
    call: Call, repo: Repository, commit: Commit, *, stat: bool, verification: bool, files: bool
) -> dict[str, Any]:
    created = when(commit.committer.date)
    base = f"{call.api}/repos/{repo.full_name}/git"
    objects = call.world.objects
    before = objects.commits[commit.parents[0]].files if commit.parents else {}
    changes = changed_paths(before, commit.files)
    return {
        **commit_reference(call, repo, commit.oid, created),
        "html_url": f"{call.url}/{repo.full_name}/commit/{commit.oid}",
        "commit": {
            "url": f"{base}/commits/{commit.oid}",
            "author": signature(commit.author),
            "committer": signature(commit.committer),
            "message": commit.message,
            # the real one puts the commit's oid where the tree's belongs
            "tree": {"url": f"{base}/trees/{commit.oid}", "sha": commit.oid, "created": created},
            "verification": UNSIGNED if verification else None,
        },
        "author": person(call, commit.author.name),
        "committer": person(call, commit.committer.name),
        "parents": [commit_reference(call, repo, oid) for oid in commit.parents],
        "files": [{"filename": path, "status": kind} for path, kind in changes] if files else None,
        "stats": objects.line_stats(before, commit.files) if stat else None,
    }


def content(
    call: Call, repo: Repository, ref: tuple[str, str], commit: Commit, path: str, entry: Entry, *, full: bool
) -> dict[str, Any]:
    """A file, folder, link or submodule as /contents shows it. ref: (kind, name), kind branch, tag or commit."""
    kind, name = ref
    api = f"{call.api}/repos/{repo.full_name}"
    escaped = segments(path)
    own = f"{api}/contents/{escaped}?ref={quote(name, safe='')}"
    objects = call.world.objects
    git = f"{api}/git/blobs/{entry.oid}"
    html = f"{call.url}/{repo.full_name}/src/{kind}/{segments(name)}/{escaped}"
    raw = f"{call.url}/{repo.full_name}/raw/{kind}/{segments(name)}/{escaped}"
    is_file = entry.mode not in KINDS
    data = objects.blobs.get(entry.oid, b"")
    fits = is_file and full and len(data) <= call.settings.max_blob_size
    last = objects.last_change(commit.oid, path)
    submodule = entry.mode == SUBMODULE
    row = {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.oid,
        "last_commit_sha": last.oid,
        "last_committer_date": when(last.committer.date),
        "last_author_date": when(last.author.date),
        "type": KINDS.get(entry.mode, "file"),
        "size": 0 if entry.type != "blob" else len(data),
        "encoding": "base64" if fits else None,
        "content": base64.b64encode(data).decode() if fits else None,
        "target": data.decode() if entry.mode == SYMLINK else None,
        "url": own,
        "html_url": html,
        "git_url": None if submodule else git,
        "download_url": raw if entry.type == "blob" else None,
        "submodule_git_url": "https://example.invalid/sub.git" if submodule else None,
        "_links": {"self": own, "git": None if submodule else git, "html": html},
    }
    return version_format(call, row, last_commit_when=when(last.committer.date))
