"""What a token may do in a repository: rulesets, older rules, and what is required before a merge."""

from __future__ import annotations

from typing import Any

import pytest

from consumer_drift.forges.github import rights
from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.forges.github.rights import ProtectionRule, Ruleset, Token, Told
from consumer_drift.model.config import AutoMerge, Propagate
from consumer_drift.model.observation import Role, Snapshot
from consumer_drift.model.readiness import Ability, Answer, BumpPlan
from consumer_drift.model.repository import RepositoryName

NAME = RepositoryName("acme", "shop")
SNAPSHOT = Snapshot(NAME, NAME, "https://github.com/acme/shop", "main")
HEAD = "bump/runtime-1.4.0"
SCOPES = frozenset({"repo", "workflow"})


def answers(told: Told, **wanted: Any) -> dict[Ability, Answer]:
    """The answers for a classic token."""
    every = {"branch": "", "title": "", "body": "", "labels": (), "reviewers": (), "draft": False}
    plan = BumpPlan(HEAD, Propagate(**{**every, "auto_merge": AutoMerge.OFF, **wanted}))
    token = Token(TokenKind.CLASSIC, SCOPES, "https://github.com", frozenset({"ada"}))
    access = rights.abilities(SNAPSHOT, told, token, plan, None)
    return {ability: answer.answer for ability, answer in access.answers.items()}


def told(**more: Any) -> Told:
    """What is told to an administrator of a repository without any rule."""
    return Told(**{"scopes": SCOPES, "role": Role.ADMIN, "rulesets": (), "rules": (), "requires": False, **more})


def ruleset(*names: str, rules: tuple[str, ...] = ("CREATION",), exclude: tuple[str, ...] = ()) -> Ruleset:
    """An active one."""
    return Ruleset(7, "shared", True, tuple(names), exclude, frozenset(rules))


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (ruleset("~ALL"), Answer.NO),
        (ruleset("~DEFAULT_BRANCH"), Answer.YES),
        (ruleset("refs/heads/bump/*"), Answer.NO),
        (ruleset("refs/heads/bump/**/*"), Answer.NO),
        (ruleset("refs/heads/*"), Answer.YES),  # a star stays within its part
        (ruleset("refs/heads/**"), Answer.NO),
        (ruleset("refs/heads/**x"), Answer.UNKNOWN),
        (ruleset("refs/heads/{bump,main}/*"), Answer.UNKNOWN),
        (ruleset("~ALL", exclude=("refs/heads/bump/*",)), Answer.YES),
        (ruleset("~ALL", exclude=("refs/heads/[b]ump/*",)), Answer.UNKNOWN),
        (ruleset("~ALL", rules=("REQUIRED_SIGNATURES", "DELETION")), Answer.YES),  # commits are signed
        (ruleset("~ALL", rules=("COMMIT_MESSAGE_PATTERN",)), Answer.UNKNOWN),
        (Ruleset(7, "off", False, ("~ALL",), (), frozenset({"CREATION"})), Answer.YES),
    ],
)
def test_a_ruleset_decides_by_its_names_and_its_rules(one: Ruleset, answer: Answer) -> None:
    assert answers(told(rulesets=(one,)))[Ability.BRANCH_NAME] is answer


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"rules": (ProtectionRule("bump/*", True, True),)}, Answer.NO),
        ({"rules": (ProtectionRule("bump/*", False, True),)}, Answer.YES),  # it does not bind administrators
        ({"rules": (ProtectionRule("bump/*", True, False),)}, Answer.YES),
        ({"rules": (ProtectionRule("[b]ump/*", True, True),)}, Answer.UNKNOWN),
        ({"rules": (), "role": Role.WRITE}, Answer.UNKNOWN),
        ({"rules": None}, Answer.UNKNOWN),
        ({"rulesets": None}, Answer.UNKNOWN),
        ({"in_the_way": "bump"}, Answer.NO),
    ],
)
def test_rules_of_the_older_kind_are_known_to_administrators_alone(more: dict[str, Any], answer: Answer) -> None:
    assert answers(told(**more))[Ability.BRANCH_NAME] is answer


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({}, Answer.NO),
        ({"requires": True}, Answer.YES),
        ({"requires": None}, Answer.UNKNOWN),
        ({"rulesets": (ruleset("~DEFAULT_BRANCH", rules=("REQUIRED_STATUS_CHECKS",)),)}, Answer.YES),
        ({"rulesets": (ruleset("~DEFAULT_BRANCH", rules=("PULL_REQUEST",)),)}, Answer.UNKNOWN),
        ({"requires": True, "auto_merge_allowed": False}, Answer.NO),
        ({"requires": True, "merge_methods": frozenset({"merge"})}, Answer.NO),
    ],
)
def test_auto_merge_needs_something_that_is_required(more: dict[str, Any], answer: Answer) -> None:
    allowed = {"auto_merge_allowed": True, "merge_methods": frozenset({"squash"})}
    assert answers(told(**{**allowed, **more}), auto_merge=AutoMerge.SQUASH)[Ability.AUTO_MERGE] is answer


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"users": ("ada",)}, Answer.YES),
        ({"users": ("ada",), "viewer": "Ada"}, Answer.NO),
        ({}, Answer.UNKNOWN),
    ],
)
def test_a_reviewer_needs_access_and_is_not_the_author(more: dict[str, Any], answer: Answer) -> None:
    assert answers(told(**more), reviewers=("ada",))[Ability.REVIEWERS] is answer
    assert answers(told(**more), reviewers=("nobody-of-that-name",))[Ability.REVIEWERS] is Answer.NO
