"""The ids of the users and teams that are asked to review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.github.queries import Query
from consumer_drift.model.answers import Obstacle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.forges.github.replies import Reply
    from consumer_drift.forges.github.session import Session


@dataclass(frozen=True, slots=True)
class Found:
    """*users* and *teams* by id; *unknown*: a sentence for each that has none."""

    users: tuple[str, ...]
    teams: tuple[str, ...]
    unknown: tuple[str, ...]


def find(session: Session, names: Sequence[str]) -> Found:
    """All of *names*, users and ``owner/team``, in one query."""
    query = Query()
    parts = []
    for index, name in enumerate(names):
        owner, slash, team = name.partition("/")
        login = query.variable(owner)
        if slash:
            slug = query.variable(team)
            parts.append(f"\n  n{index}: organization(login: {login}) {{ team(slug: {slug}) {{ id }} }}")
        else:
            parts.append(f"\n  n{index}: user(login: {login}) {{ id }}")
    reply = session.ask(query.document("".join(parts)), query.variables, "the reviewers")
    if isinstance(reply, Obstacle):
        return Found((), (), (f"its reviewers could not be looked up: {reply}",))
    users: list[str] = []
    teams: list[str] = []
    unknown: list[str] = []
    for index, name in enumerate(names):
        found = _id(reply, f"n{index}", is_team="/" in name)
        if not found:
            why = next((error.message for error in reply.errors_at(f"n{index}")), "there is nobody of that name")
            unknown.append(f"{name} was not asked to review ({why}): correct propagate.reviewers")
        elif "/" in name:
            teams.append(found)
        else:
            users.append(found)
    return Found(tuple(users), tuple(teams), tuple(unknown))


def _id(reply: Reply, alias: str, *, is_team: bool) -> str:
    node = reply.data.get(alias)
    if is_team and isinstance(node, dict):
        node = node.get("team")
    found = node.get("id") if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""
