"""Data of both APIs to the commits and the changes that a branch brings. Functions raise InvalidJson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.bump import Commit
from consumer_drift.model.proposal import Proposal

if TYPE_CHECKING:
    from consumer_drift.support.json_fields import JsonValue


def commits(base: JsonValue | None) -> tuple[tuple[Commit, ...], bool]:
    """Return the commits that only a branch has, and whether these are all (not if GitHub tells none)."""
    compared = base.get("compare") if base is not None else None
    if compared is None:
        return (), False
    shown = compared["commits"]
    found = tuple(_commit(row) for row in shown["nodes"])
    return found, len(found) == shown["totalCount"].number()


def _commit(node: JsonValue) -> Commit:
    who, by_forge = _made_by(node)
    changed = node.get("changedFilesIfAvailable")
    return Commit(
        node["message"].text(),
        who,
        by_forge,
        changed.number() if changed is not None else None,
        node["parents"]["totalCount"].number() > 1,
    )


# More files than this are not shown: https://docs.github.com/en/rest/commits/commits#compare-two-commits
_MOST_COMPARED = 300


def proposal(compared: JsonValue, head: str) -> tuple[str, Proposal]:
    """Return where *head* left its base, and what it brings, from a REST comparison and without contents."""
    commits = tuple(_rest_commit(row) for row in compared["commits"])
    files = [(row["filename"].text(), row["status"].text()) for row in compared["files"]]
    whole = len(commits) == compared["total_commits"].number() and len(files) < _MOST_COMPARED
    modified = frozenset(path for path, status in files if status == "modified")
    others = frozenset(path for path, status in files if status != "modified")
    start = compared["merge_base_commit"]["sha"].text()
    return start, Proposal(head, commits, modified, others, {}, {}, whole)


def _rest_commit(row: JsonValue) -> Commit:
    commit = row["commit"]
    who, by_forge = _made_by(commit)
    return Commit(commit["message"].text(), who, by_forge, is_merge=len(list(row["parents"])) > 1)


def _made_by(commit: JsonValue) -> tuple[str, bool]:
    """Return who made the commit as it is now, and whether GitHub has committed it, as it does for its API."""
    author, committer = _person(commit, "author"), _person(commit, "committer")
    by_forge = committer[0].startswith("GitHub") and committer[1].startswith("noreply@")
    return (author[0] if by_forge else committer[0] or author[0]) or "somebody", by_forge


def _person(node: JsonValue, key: str) -> tuple[str, str]:
    person = node.get(key)
    if person is None or not isinstance(person.value, dict):
        return "", ""
    return str(person.value.get("name") or ""), str(person.value.get("email") or "")
