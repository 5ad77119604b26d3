"""The JSON GitHub's REST API makes of pull requests, labels, comments and releases.

https://docs.github.com/rest/pulls/pulls
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.git import changed_paths
from tests.emulator.github.call import Call, when
from tests.emulator.github.shapes import node_id, person, repository

if TYPE_CHECKING:
    from tests.emulator.records import Comment, Issue, Label, PullRequest, Release
    from tests.emulator.repository import Repository


def label(call: Call, repo: Repository, row: Label) -> dict[str, Any]:
    return {
        "id": row.id,
        "node_id": node_id("LA", row.id),
        "url": f"{call.api}/repos/{repo.full_name}/labels/{row.name}",
        "name": row.name,
        "color": row.color,
        "default": False,
        "description": row.description or None,
        "archived_at": None,
        "archived_by": None,
    }


def release(call: Call, repo: Repository, row: Release) -> dict[str, Any]:
    api, html = f"{call.api}/repos/{repo.full_name}", f"{call.url}/{repo.full_name}"
    return {
        "url": f"{api}/releases/{row.id}",
        "assets_url": f"{api}/releases/{row.id}/assets",
        "upload_url": f"{api}/releases/{row.id}/assets{{?name,label}}",
        "html_url": f"{html}/releases/tag/{row.tag}",
        "id": row.id,
        "author": person(call, row.author),
        "node_id": node_id("RE", row.id),
        "tag_name": row.tag,
        "target_commitish": row.target or repo.default_branch,
        "name": row.name,
        "draft": row.draft,
        "immutable": False,
        "prerelease": row.prerelease,
        "created_at": when(row.created_at),
        "updated_at": when(row.created_at),
        "published_at": None if row.draft else when(row.published_at),
        "assets": [],
        "tarball_url": f"{api}/tarball/{row.tag}",
        "zipball_url": f"{api}/zipball/{row.tag}",
        "body": row.body,
    }


def comment(call: Call, repo: Repository, pull: PullRequest | Issue, row: Comment) -> dict[str, Any]:
    api = f"{call.api}/repos/{repo.full_name}"
    return {
        "url": f"{api}/issues/comments/{row.id}",
        "html_url": f"{call.url}/{repo.full_name}/pull/{pull.number}#issuecomment-{row.id}",
        "issue_url": f"{api}/issues/{pull.number}",
        "id": row.id,
        "node_id": node_id("IC", row.id),
        "user": person(call, row.author),
        "created_at": when(row.created_at),
        "updated_at": when(row.created_at),
        "author_association": "CONTRIBUTOR",
        "body": row.body,
        "performed_via_github_app": None,
    }


def _side(call: Call, repo: Repository | None, login: str, ref: str, oid: str) -> dict[str, Any]:
    value = {"label": f"{login}:{ref}", "ref": ref, "sha": oid, "user": person(call, login)}
    return {**value, "repo": repository(call, repo) if repo else None}


def pull(call: Call, row: PullRequest, *, full: bool = False) -> dict[str, Any]:
    """A pull request; counts and mergeability only on its own route."""
    repo, objects = row.repository, call.world.objects
    api = f"{call.api}/repos/{repo.full_name}"
    own, html = f"{api}/pulls/{row.number}", f"{call.url}/{repo.full_name}/pull/{row.number}"
    links = {
        "self": own,
        "html": html,
        "issue": f"{api}/issues/{row.number}",
        "comments": f"{api}/issues/{row.number}/comments",
        "review_comments": f"{own}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{own}/commits",
        "statuses": f"{api}/statuses/{row.head_tip}",
    }
    waiting = row.auto_merge
    value: dict[str, Any] = {
        "url": own,
        "id": row.id,
        "node_id": node_id("PR", row.id),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": links["issue"],
        "number": row.number,
        "state": row.state,
        "locked": False,
        "title": row.title,
        "user": person(call, row.author),
        "body": row.body or None,
        "created_at": when(row.created_at),
        "updated_at": when(row.updated_at),
        "closed_at": when(row.closed_at),
        "merged_at": when(row.merged_at),
        "merge_commit_sha": row.merge_commit,
        "assignee": person(call, row.assignees[0]) if row.assignees else None,
        "assignees": [person(call, name) for name in row.assignees],
        "requested_reviewers": [person(call, name) for name in row.reviewers],
        "requested_teams": [],
        "labels": [label(call, repo, x) for x in row.labels],
        "milestone": None,
        "draft": row.draft,
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "head": _side(call, row.head_repository, row.head_owner, row.head_branch, row.head_tip),
        "base": _side(call, repo, repo.owner.login, row.base_branch, row.base_tip),
        "_links": {name: {"href": href} for name, href in links.items()},
        "author_association": "CONTRIBUTOR",
        "auto_merge": waiting
        and {
            "enabled_by": person(call, waiting.user),
            "merge_method": waiting.method.lower(),
            "commit_title": None,
            "commit_message": None,
        },
        "active_lock_reason": None,
    }
    if full:
        start = objects.merge_base(row.base_tip, row.head_tip)
        before, head = start.files if start else {}, objects.commits[row.head_tip]
        fits = objects.merges(row.base_tip, row.head_tip)
        stats = objects.line_stats(before, head.files)
        state = "blocked" if repo.checks_for(row.base_branch) else "clean"
        value |= {
            "merged": row.merged,
            "mergeable": fits if row.state == "open" else None,
            "rebaseable": fits if row.state == "open" else None,
            "mergeable_state": state if fits else "dirty",
            "merged_by": person(call, row.merged_by),
            "comments": len(row.comments),
            "review_comments": 0,
            "maintainer_can_modify": True,
            "commits": 1,
            "additions": stats["additions"],
            "deletions": stats["deletions"],
            "changed_files": len(changed_paths(before, head.files)),
        }
    return value
