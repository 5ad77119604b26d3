"""Every route of the API that this program uses, as a request.

https://docs.gitea.com/api and https://codeberg.org/api/swagger
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from consumer_drift.forges.address import quote
from consumer_drift.forges.http.messages import MIB, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json

# The servers return at most 50 rows a page, whatever the limit, and at most 1,000 entries of a tree.
PAGE = 50
TREE_PAGE = 1000
# The batch route returns at most so many files, and does not say that it stopped.
MOST_FILES = 30
# Bytes of an answer at most. Rows of a list have texts that people wrote: descriptions, messages of tags.
_OF_LIST = 4 * MIB
_OF_TAGS = 8 * MIB
# A pull request has the rows of two repositories, and a text of any length. A comparison has all commits.
_OF_PULL_REQUESTS = 16 * MIB
_OF_COMPARISON = 8 * MIB
# The largest lock file that is read, 16 MiB, in base64.
_OF_FILES = 24 * MIB
# Servers and proxies refuse long URLs, often above 8 KiB.
_LONGEST_BATCH = 4000


def repository(name: RepositoryName) -> Request:
    """A repository."""
    return Request("GET", _repo(name))


def organization_repositories(owner: str, page: int) -> Request:
    """An organization's repositories. Needs read:organization."""
    return Request("GET", f"/orgs/{quote(owner, safe='')}/repos", {"limit": PAGE, "page": page}, most=_OF_LIST)


def user_repositories(owner: str, page: int) -> Request:
    """The repositories of a user or an organization. Needs read:user and read:repository."""
    return Request("GET", f"/users/{quote(owner, safe='')}/repos", {"limit": PAGE, "page": page}, most=_OF_LIST)


def search(owner_id: int, page: int) -> Request:
    """The repositories of an organization or a user. Needs only read:repository."""
    query: dict[str, str | int] = {"uid": owner_id, "exclusive": "true", "limit": PAGE, "page": page}
    return Request("GET", "/repos/search", query, most=_OF_LIST)


def batch(name: RepositoryName, paths: Sequence[str], ref: str) -> Request:
    """Several files in one request (Gitea since 1.25, not Forgejo); at most ``MOST_FILES``."""
    body = json.dumps({"files": list(paths)}, separators=(",", ":"), ensure_ascii=False)
    return Request("GET", f"{_repo(name)}/file-contents", {"ref": ref, "body": body}, most=_OF_FILES)


def batches(paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return *paths* in parts that fit into one batch request."""
    part: list[str] = []
    length = 0
    for path in paths:
        cost = len(quote(path, safe="")) + len("%22%22%2C")
        if part and (len(part) == MOST_FILES or length + cost > _LONGEST_BATCH):
            yield tuple(part)
            part, length = [], 0
        part.append(path)
        length += cost
    if part:
        yield tuple(part)


def full_ref(branch_name: str) -> str:
    """A branch's name that no tag has."""
    return f"refs/heads/{branch_name}"


def contents(name: RepositoryName, path: str, ref: str) -> Request:
    """One file. *ref* empty: the default branch. Gitea since 1.24 does not know full refs."""
    return Request("GET", f"{_repo(name)}/contents/{quote(path)}", {"ref": ref} if ref else {}, most=_OF_FILES)


def branch(name: RepositoryName, branch_name: str) -> Request:
    """A branch. Its name may contain slashes, which this route takes unescaped."""
    return Request("GET", f"{_repo(name)}/branches/{quote(branch_name)}")


def tree(name: RepositoryName, ref: str, page: int, *, recursive: bool) -> Request:
    """The entries of the root, or of everything. *ref*: a branch, a tag or a commit id."""
    query: dict[str, str | int] = {"per_page": TREE_PAGE, "page": page}
    if recursive:
        query["recursive"] = "true"
    return Request("GET", f"{_repo(name)}/git/trees/{quote(ref, safe='')}", query, most=_OF_LIST)


def tags(name: RepositoryName, page: int) -> Request:
    """Tags. Gitea's answer has no ``Link``."""
    return Request("GET", f"{_repo(name)}/tags", {"limit": PAGE, "page": page}, most=_OF_TAGS)


def commits(name: RepositoryName, commit: str, page: int) -> Request:
    """The commits that lead to *commit*, newest first, without what costs the server a look at each."""
    query: dict[str, str | int] = {"sha": commit, "limit": PAGE, "page": page}
    query |= dict.fromkeys(("stat", "verification", "files"), "false")
    return Request("GET", f"{_repo(name)}/commits", query, most=_OF_TAGS)


def latest_release(name: RepositoryName) -> Request:
    """The newest release that is neither a draft nor a pre-release."""
    return Request("GET", f"{_repo(name)}/releases/latest", most=_OF_LIST)


def releases(name: RepositoryName) -> Request:
    """The newest releases."""
    return Request("GET", f"{_repo(name)}/releases", {"limit": PAGE, "page": 1})


def open_pull_requests(name: RepositoryName, page: int) -> Request:
    """Open pull requests. Without ``state`` the servers return closed ones, too."""
    return Request(
        "GET", f"{_repo(name)}/pulls", {"state": "open", "limit": PAGE, "page": page}, most=_OF_PULL_REQUESTS
    )


def user() -> Request:
    """The token's user. Needs read:user; on Gitea the failure without it names the token's scopes."""
    return Request("GET", "/user")


def pull_request(name: RepositoryName, number: int) -> Request:
    """One pull request. Asking for it makes the server compute whether it merges."""
    return Request("GET", f"{_repo(name)}/pulls/{number}", most=_OF_LIST)


def combined_status(name: RepositoryName, commit: str, page: int) -> Request:
    """The newest status of each check of a commit. The state in it is that of the page alone."""
    return Request(
        "GET",
        f"{_repo(name)}/commits/{quote(commit, safe='')}/status",
        {"limit": PAGE, "page": page},
        most=_OF_LIST,
    )


def reviews(name: RepositoryName, number: int, page: int) -> Request:
    """The reviews of a pull request, oldest first."""
    return Request("GET", f"{_repo(name)}/pulls/{number}/reviews", {"limit": PAGE, "page": page}, most=_OF_LIST)


def changed_files(name: RepositoryName, number: int, page: int) -> Request:
    """The files that a pull request changes."""
    return Request("GET", f"{_repo(name)}/pulls/{number}/files", {"limit": PAGE, "page": page}, most=_OF_LIST)


def diff(name: RepositoryName, number: int) -> Request:
    """What a pull request changes, as text. The list of its files lacks their modes."""
    return Request("GET", f"{_repo(name)}/pulls/{number}.diff", most=_OF_COMPARISON)


def closed_pull_requests(name: RepositoryName, page: int) -> Request:
    """Closed and merged pull requests, newest first."""
    return Request(
        "GET", f"{_repo(name)}/pulls", {"state": "closed", "limit": PAGE, "page": page}, most=_OF_PULL_REQUESTS
    )


def reviewers(name: RepositoryName) -> Request:
    """The users who were given access and can be asked to review."""
    return Request("GET", f"{_repo(name)}/reviewers", most=_OF_LIST)


def teams(name: RepositoryName) -> Request:
    """The organization's teams that have access to the repository."""
    return Request("GET", f"{_repo(name)}/teams", most=_OF_LIST)


def organization_teams(owner: str) -> Request:
    """An organization's teams, for its members. Needs read:organization."""
    return Request("GET", f"/orgs/{quote(owner, safe='')}/teams", {"limit": PAGE}, most=_OF_LIST)


def other_user(login: str) -> Request:
    """A user. Needs read:user, or none at all without a token."""
    return Request("GET", f"/users/{quote(login, safe='')}")


def branches_from(name: RepositoryName, start: str) -> Request:
    """The branches whose names start with *start*; 404 if there is none."""
    return Request("GET", f"{_repo(name)}/git/refs/heads/{quote(start)}", most=_OF_LIST)


def branch_protections(name: RepositoryName) -> Request:
    """The rules for branches, existing or not. Only an administrator of the repository is answered."""
    return Request("GET", f"{_repo(name)}/branch_protections", most=_OF_LIST)


def oldest_pull_request(name: RepositoryName, base: str, head: str) -> Request:
    """The oldest pull request between two branches of the repository, open or not."""
    return Request("GET", f"{_repo(name)}/pulls/{quote(base, safe='')}/{quote(head, safe='')}", most=_OF_LIST)


def compare(name: RepositoryName, base: str, head: str) -> Request:
    """The commits that *head* has and *base* does not have."""
    between = f"{quote(base, safe='')}...{quote(head, safe='')}"
    return Request("GET", f"{_repo(name)}/compare/{between}", most=_OF_COMPARISON)


def labels(name: RepositoryName, page: int) -> Request:
    """The repository's labels. Needs read:issue."""
    return Request("GET", f"{_repo(name)}/labels", {"limit": PAGE, "page": page}, most=_OF_LIST)


def organization_labels(owner: str, page: int) -> Request:
    """The labels that an organization's repositories share. Needs read:organization."""
    return Request("GET", f"/orgs/{quote(owner, safe='')}/labels", {"limit": PAGE, "page": page}, most=_OF_LIST)


def issues(name: RepositoryName, author: str, page: int) -> Request:
    """The issues of a repository that *author* opened (empty: anybody), newest first. Needs read:issue."""
    query: dict[str, str | int] = {"state": "all", "type": "issues", "limit": PAGE, "page": page}
    if author:
        query["created_by"] = author
    return Request("GET", f"{_repo(name)}/issues", query, most=_OF_PULL_REQUESTS)


def comments(name: RepositoryName, number: int, since: str) -> Request:
    """The comments on an issue since a moment, all on one page. Needs read:issue."""
    query = {"since": since} if since else {}
    return Request("GET", f"{_repo(name)}/issues/{number}/comments", query, most=_OF_PULL_REQUESTS)


# writes -----------------------------------------------------------------------------------------------------


def change_files(name: RepositoryName, body: Json) -> Request:
    """One commit over many files, on a branch or a new one."""
    return Request("POST", f"{_repo(name)}/contents", json=body, writes=True, most=_OF_FILES)


def open_pull_request(name: RepositoryName, body: Json) -> Request:
    """Open a pull request."""
    return Request("POST", f"{_repo(name)}/pulls", json=body, writes=True, most=_OF_LIST)


def change_pull_request(name: RepositoryName, number: int, body: Json) -> Request:
    """Change a pull request's text, or close it."""
    return Request("PATCH", f"{_repo(name)}/pulls/{number}", json=body, writes=True, most=_OF_LIST)


def request_reviewers(name: RepositoryName, number: int, body: Json) -> Request:
    """Ask users and teams to review."""
    return Request(
        "POST", f"{_repo(name)}/pulls/{number}/requested_reviewers", json=body, writes=True, most=_OF_LIST
    )


def merge(name: RepositoryName, number: int, body: Json) -> Request:
    """Merge a pull request, or schedule the merge."""
    return Request("POST", f"{_repo(name)}/pulls/{number}/merge", json=body, writes=True)


def review(name: RepositoryName, number: int, body: Json) -> Request:
    """Review a pull request."""
    return Request("POST", f"{_repo(name)}/pulls/{number}/reviews", json=body, writes=True, most=_OF_LIST)


def open_issue(name: RepositoryName, body: Json) -> Request:
    """Open an issue. Needs write:issue."""
    return Request("POST", f"{_repo(name)}/issues", json=body, writes=True, most=_OF_LIST)


def change_issue(name: RepositoryName, number: int, body: Json) -> Request:
    """Change an issue's text, close it or open it again."""
    return Request("PATCH", f"{_repo(name)}/issues/{number}", json=body, writes=True, most=_OF_LIST)


def comment(name: RepositoryName, number: int, body: Json) -> Request:
    """Comment on an issue."""
    return Request("POST", f"{_repo(name)}/issues/{number}/comments", json=body, writes=True, most=_OF_LIST)


def delete_comment(name: RepositoryName, comment: int) -> Request:
    """Delete a comment."""
    return Request("DELETE", f"{_repo(name)}/issues/comments/{comment}", writes=True)


def delete_branch(name: RepositoryName, branch_name: str) -> Request:
    """Delete a branch."""
    return Request("DELETE", f"{_repo(name)}/branches/{quote(branch_name, safe='')}", writes=True)


def _repo(name: RepositoryName) -> str:
    return f"/repos/{quote(name.owner, safe='')}/{quote(name.name, safe='')}"
