"""What the token may do, where GitHub's answer lacks a repository."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from consumer_drift.forges.github.abilities import GitHubAbilities
from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.model.config import AutoMerge, Propagate
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.readiness import Ability, Answer, BumpPlan
from consumer_drift.model.repository import RepositoryName
from consumer_drift.support.deadline import Deadline
from tests.forges.github.graphs import reply

WANTED = Propagate("", "", "", labels=(), reviewers=(), draft=False, auto_merge=AutoMerge.OFF)


def test_a_repository_that_is_not_shown_is_asked_for_twice_at_most() -> None:
    asked: list[str] = []

    def graphql(_document: str, _variables: Any, what: str, **_: Any) -> Any:
        asked.append(what)
        assert len(asked) < 10
        return reply({"viewer": None, "r0": None, "r1": None})

    client = SimpleNamespace(
        graphql=graphql,
        kind=TokenKind.FINE_GRAINED,
        threads=1,
        deadline=Deadline(600),
        may_push=lambda _server, _name: True,
    )
    names = [RepositoryName("acme", "one"), RepositoryName("acme", "two")]
    snapshots = [Snapshot(name, name, "", "main") for name in names]
    reader = GitHubAbilities(cast("Any", client), "https://github.com")
    found = reader.read(snapshots, BumpPlan("bump/runtime-1.4.0", WANTED))
    assert asked == [
        "the rights in 2 consumers from acme/one on",
        "the rights in acme/one",
        "the rights in acme/two",
    ]
    for name in names:
        answer = found[name].answers[Ability.BRANCH]
        assert answer.answer is Answer.UNKNOWN
        assert f"GitHub showed nothing of {name}" in answer.why
