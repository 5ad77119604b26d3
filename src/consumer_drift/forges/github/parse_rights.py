"""GraphQL data to what a token may do in a repository. Functions raise InvalidJson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.git import (
    names_above,
)
from consumer_drift.forges.github.rights import ProtectionRule, Ruleset, Told
from consumer_drift.model.observation import Role

if TYPE_CHECKING:
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.readiness import BumpPlan
    from consumer_drift.support.json_fields import JsonValue

    Path = tuple[str | int, ...]


_ROLES = {"READ": Role.READ, "TRIAGE": Role.READ, "WRITE": Role.WRITE, "MAINTAIN": Role.WRITE, "ADMIN": Role.ADMIN}


def told(reply: GraphResponse, alias: str, plan: BumpPlan) -> Told:
    """Return what the fields of ``bump_queries.abilities`` tell of one repository."""
    node = reply.data[alias]
    scopes = reply.headers.get("x-oauth-scopes")
    role = node.get("viewerPermission")
    viewer = reply.data.get("viewer")
    above = [name for index, name in enumerate(names_above(plan.head)) if node.get(f"p{index}") is not None]
    below = node.get("below")
    longer = [f"{plan.head}/{row['name'].text()}" for row in below["nodes"]] if below is not None else []
    return Told(
        frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None,
        _ROLES.get(role.text()) if role is not None else None,
        next(iter((*above, *longer)), ""),
        has_head=node.get("head") is not None,
        has_closed=node["closed"]["totalCount"].number() > 0,
        viewer=viewer["login"].text() if viewer is not None else "",
        merge_methods=frozenset(method for key, method in _METHODS.items() if node[key].flag()),
        auto_merge_allowed=node["autoMergeAllowed"].flag(),
        labels=tuple(name for index, name in enumerate(plan.wanted.labels) if node.get(f"l{index}") is not None),
        users=tuple(name for index, name in enumerate(plan.users) if _is_assignable(node, f"u{index}", name)),
        requires=_requirement(node),
        has_checks=None if reply.errors_at(alias, *_ROLLUP) else _has_checks(node),
        rulesets=_rulesets(node),
        rules=_rules(node),
    )


_METHODS = {"mergeCommitAllowed": "merge", "squashMergeAllowed": "squash", "rebaseMergeAllowed": "rebase"}


def _is_assignable(node: JsonValue, key: str, login: str) -> bool:
    """Whether *login* has access to the repository: those who can be assigned can also be asked to review."""
    shown = node.get(key)
    rows = shown["nodes"] if shown is not None else ()
    return any(row["login"].text().casefold() == login.casefold() for row in rows)


def _requirement(node: JsonValue) -> bool | None:
    """Whether the branch's own protection requires something before a merge, None where that was not told."""
    base = node.get("base")
    if base is None:
        return None
    rule = base.get("refUpdateRule")
    if rule is None:
        return False
    contexts, reviews = rule.get("requiredStatusCheckContexts"), rule.get("requiredApprovingReviewCount")
    return bool(contexts is not None and len(contexts)) or bool(reviews is not None and reviews.number())


_ROLLUP = ("base", "target", "statusCheckRollup")


def _has_checks(node: JsonValue) -> bool:
    """Whether anything reported checks of the newest commit."""
    base = node.get("base")
    target = base.get("target") if base is not None else None
    return target is not None and target.get("statusCheckRollup") is not None


def _rulesets(node: JsonValue) -> tuple[Ruleset, ...] | None:
    """Return the rulesets for branches, None where not all of them were told."""
    shown = node.get("rulesets")
    if shown is None:
        return None
    rows = [row for row in shown["nodes"] if not row.is_null]
    return tuple(map(_ruleset, rows)) if len(rows) == shown["totalCount"].number() else None


def _ruleset(row: JsonValue) -> Ruleset:
    names = row["conditions"].get("refName")
    number = row.get("databaseId")
    rules = row.get("rules")
    return Ruleset(
        number.number() if number is not None else 0,
        row["name"].text(),
        row["enforcement"].text() == "ACTIVE",
        tuple(name.text() for name in names["include"]) if names is not None else ("~ALL",),
        tuple(name.text() for name in names["exclude"]) if names is not None else (),
        frozenset(rule["type"].text() for rule in rules["nodes"]) if rules is not None else frozenset(),
    )


def _rules(node: JsonValue) -> tuple[ProtectionRule, ...] | None:
    """Return the rules for branches of the older kind, None where not all of them were told."""
    shown = node.get("branchProtectionRules")
    if shown is None:
        return None
    rows = [row for row in shown["nodes"] if not row.is_null]
    if len(rows) != shown["totalCount"].number():
        return None
    keys = ("lockBranch", "requiresApprovingReviews", "requiresStatusChecks", "restrictsPushes")
    return tuple(
        ProtectionRule(row["pattern"].text(), row["isAdminEnforced"].flag(), any(row[key].flag() for key in keys))
        for row in rows
    )
