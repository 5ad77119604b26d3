"""Whether the extras of a bump pull request will work: a decision on what GitHub told.

*opens* is in every function the answer for the pull request itself, without which there are no extras. Where that
cannot be known, it is yes: the extras need no other right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.readiness import (
    YES,
    AbilityAnswer,
    Remedy,
    auto_merge_as_configured,
    method_not_allowed,
    no,
    not_needed,
    unknown,
)

if TYPE_CHECKING:
    from consumer_drift.forges.github.rights import Told
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.readiness import BumpPlan

_CORRECT = Remedy("correct `propagate.reviewers`", is_global=True)


def labels(snapshot: Snapshot, told: Told, plan: BumpPlan, opens: AbilityAnswer) -> AbilityAnswer:
    """Return whether the labels exist."""
    wanted = plan.wanted.labels
    if not wanted:
        return not_needed("no labels are configured")
    missing = [repr(name) for name in wanted if name not in told.labels]
    if not missing:
        return opens
    page = f"{snapshot.web_url}/labels" if snapshot.web_url else ""
    names = " and ".join(missing)
    return no(f"it does not have {names}", Remedy(f"create the label {names}", page))


def reviewers(told: Told, plan: BumpPlan, existing: frozenset[str] | None, opens: AbilityAnswer) -> AbilityAnswer:
    """Return whether everybody can be asked. *existing* are the names that GitHub knows, None where unknown."""
    if not plan.wanted.reviewers:
        return not_needed("no reviewers are configured")
    answers = [_user(name, told, existing) for name in plan.users] + [_team(name, existing) for name in plan.teams]
    doubtful = [one for one in answers if one is not YES]
    return next(iter((*(one for one in doubtful if one.remedy is not None), *doubtful)), opens)


def _user(name: str, told: Told, existing: frozenset[str] | None) -> AbilityAnswer:
    if name.casefold() == told.viewer.casefold():
        return no(f"{name} opens the pull request, and cannot review it", _CORRECT)
    if existing is not None and name not in existing:
        return no(f"there is no user {name}", _CORRECT)
    if name in told.users:
        return YES
    return unknown(f"GitHub does not tell whether {name} can be asked to review there")


def _team(name: str, existing: frozenset[str] | None) -> AbilityAnswer:
    if existing is not None and name not in existing:
        return unknown(f"there is no team {name}, or the token may not see it")
    return unknown(f"GitHub does not tell whether the team {name} has access to it")


def auto_merge(snapshot: Snapshot, told: Told, plan: BumpPlan, opens: AbilityAnswer) -> AbilityAnswer:
    """Return whether auto-merge can be switched on: it is refused where nothing is required before a merge."""
    wanted = plan.wanted.auto_merge
    configured = auto_merge_as_configured(plan.wanted)
    if configured is not None:
        return configured
    settings = f"{snapshot.web_url}/settings" if snapshot.web_url else ""
    if not told.auto_merge_allowed:
        return no("its settings do not allow auto-merge", Remedy("allow auto-merge in its settings", settings))
    if wanted.value not in told.merge_methods:
        return method_not_allowed(wanted, settings)
    required = told.requires or _required_by_rulesets(snapshot, told)
    if required is None:
        return unknown(f"it is not told whether {snapshot.branch} requires anything before a merge")
    if required:
        return opens
    what = f"require a check in the protection of {snapshot.branch}"
    page = f"{settings}/branches" if settings else ""
    return no("nothing is required before a merge, so it would be merged at once", Remedy(what, page))


def _required_by_rulesets(snapshot: Snapshot, told: Told) -> bool | None:
    """Return whether a ruleset requires a check, None where that is not certain."""
    if told.requires is None or told.rulesets is None:
        return None
    found: list[bool | None] = [False]
    for one in told.rulesets:
        is_for = one.is_for(snapshot.branch, snapshot.branch) if one.is_active else False
        if is_for is False:
            continue
        if "REQUIRED_STATUS_CHECKS" in one.rules:
            found.append(is_for)
        elif one.rules & {"PULL_REQUEST", "WORKFLOWS", "CODE_SCANNING", "MERGE_QUEUE"}:
            found.append(None)
    return True if True in found else None if None in found else False


# https://docs.github.com/en/actions/concepts/security/github_token#when-github_token-triggers-workflow-runs
_OF_A_JOB = "github-actions[bot]"


def ci(told: Told) -> AbilityAnswer:
    """Return whether workflows run there: only administrators are told whether Actions are on."""
    if told.viewer == _OF_A_JOB:
        remedy = Remedy("use a token of an App or of a user", is_global=True)
        return no("a pull request of a job's own token starts no workflow", remedy, of_token=True)
    if told.has_checks:
        return YES
    lacks = "the newest commit has no checks"
    if told.has_checks is None:
        lacks = "the token may not see the checks of the newest commit"
    return unknown(f"GitHub does not tell whether Actions are on there, and {lacks}")
