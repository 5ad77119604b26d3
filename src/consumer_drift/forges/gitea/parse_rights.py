"""JSON of the API to what a token may do in a repository. Functions raise InvalidJson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.support.json_fields import JsonValue


def requires_checks(branch: JsonValue) -> bool:
    """Return whether a branch's protection names a check that has to pass before a merge."""
    contexts = branch.get("status_check_contexts")
    enabled = branch.get("enable_status_check")
    return contexts is not None and bool(contexts.value) and enabled is not None and enabled.value is True


@dataclass(frozen=True, slots=True)
class BranchRule:
    """A rule for the branches that fit *name*. *is_open*: everybody with write access may push what they like.

    *is_closed*: no one may push. Else it depends on who pushes, or what.
    """

    name: str
    is_open: bool
    is_closed: bool


def branch_rules(page: JsonValue) -> tuple[BranchRule, ...]:
    """Return a repository's rules for branches. Rules of older servers are about one branch."""
    return tuple(_branch_rule(row) for row in page)


def _branch_rule(row: JsonValue) -> BranchRule:
    name = row.get("rule_name") or row["branch_name"]
    pushes = row["enable_push"].flag()
    limits = [row.get(key) for key in ("enable_push_whitelist", "require_signed_commits")]
    files = row.get("protected_file_patterns")
    is_limited = any(limit is not None and limit.flag() for limit in limits) or bool(files and files.text())
    unprotected = row.get("unprotected_file_patterns")
    return BranchRule(
        name.text(), pushes and not is_limited, not pushes and not (unprotected and unprotected.text())
    )


@dataclass(frozen=True, slots=True)
class MergeRule:
    """Whether a branch requires a check before a merge, and whether the token's user may merge into it."""

    requires_checks: bool
    may_merge: bool


def merge_rule(branch: JsonValue) -> MergeRule:
    """Return what a branch tells of merges into it."""
    may_merge = branch.get("user_can_merge")
    return MergeRule(requires_checks(branch), may_merge is None or may_merge.flag())


def logins(page: JsonValue) -> frozenset[str]:
    """Return the logins of a list of users, in lower case: they compare without case."""
    return frozenset(row["login"].text().casefold() for row in page)


def are_whole(teams: JsonValue) -> bool:
    """Whether every team that may write code sees pull requests as well: a team may be given single units.

    https://docs.gitea.com/usage/access-control/permissions
    """
    return all(_is_whole(row.get("units_map")) for row in teams)


def _is_whole(units: JsonValue | None) -> bool:
    if units is None:
        return False
    levels = {unit: level.text() for unit, level in units.items()}
    return levels.get("repo.code") in {None, "none", "read"} or levels.get("repo.pulls") not in {None, "none"}


def team_names(page: JsonValue) -> frozenset[str]:
    """Return the names of a list of teams, in lower case."""
    return frozenset(row["name"].text().casefold() for row in page)


def login(user: JsonValue) -> str:
    """Return a user's login."""
    return user["login"].text()
