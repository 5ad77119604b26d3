"""JSON rows about bumps → frozen values. Everything here raises Misshapen where a row is not what it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import rows
from consumer_drift.forges.http import fields
from consumer_drift.model.bumps import Commit, Proposal, ProposalState

if TYPE_CHECKING:
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.model.names import RepositoryName

# Author and committer of every commit that this program makes here. No person's, so that one who amends or
# rebases such a commit shows in it; and in a domain that nobody can have (RFC 2606).
NAME = "consumer-drift"
EMAIL = "consumer-drift@noreply.invalid"


@dataclass(frozen=True, slots=True)
class Label:
    """A label and the number it is set by."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Checks:
    """What a branch demands of a pull request before it is merged."""

    required: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The commits that one branch has and another lacks, and whether these are all. *newest* is an id."""

    commits: tuple[Commit, ...]
    whole: bool
    newest: str


def proposals(value: Json, of: RepositoryName) -> tuple[Proposal | None, ...]:
    """A page of pull requests; None for each whose head is no branch of the repository itself."""
    return tuple(proposal(row, of) for row in fields.rows(value, "the answer"))


def proposal(value: Json, of: RepositoryName) -> Proposal | None:
    """A pull request, None where its head is no branch of the repository itself."""
    row = fields.record(value, "a pull request")
    shown = rows.pull_request(row, of)
    if shown.from_fork:
        return None
    state = ProposalState.OPEN if fields.text(row, "state") == "open" else ProposalState.CLOSED
    if fields.flag(row, "merged"):
        state = ProposalState.MERGED
    base = fields.record(row.get("base"), "base")
    body = row.get("body")
    return Proposal(
        number=shown.number,
        url=shown.url,
        head=shown.head,
        base=fields.text(base, "ref"),
        state=state,
        created_at=shown.created_at,
        title=shown.title,
        body=body if isinstance(body, str) else "",
        author=shown.author,
    )


def compared(value: Json) -> Compared:
    """What a comparison shows."""
    row = fields.record(value, "the answer")
    found = row.get("commits")
    shown = [] if found is None else fields.rows(found, "commits")
    newest = fields.text(fields.record(shown[0], "a commit"), "sha") if shown else ""
    whole = len(shown) == fields.number(row, "total_commits")
    return Compared(tuple(_commit(one) for one in shown), whole, newest)


def _commit(value: Json) -> Commit:
    commit = fields.record(fields.record(value, "a commit").get("commit"), "commit")
    committer = fields.record(commit.get("committer"), "committer")
    author = fields.record(commit.get("author"), "author")
    return Commit(
        fields.text(commit, "message"),
        fields.text(author, "name") or "somebody",
        fields.text(committer, "email") == EMAIL and fields.text(author, "email") == EMAIL,
    )


def labels(value: Json) -> tuple[Label, ...]:
    """A page of labels."""
    return tuple(
        Label(fields.number(row, "id"), fields.text(row, "name"))
        for row in (fields.record(one, "a label") for one in fields.rows(value, "the answer"))
    )


def checks(value: Json) -> Checks:
    """Whether a branch's protection names a check that has to pass."""
    row = fields.record(value, "a branch")
    contexts = row.get("status_check_contexts")
    named = bool(contexts) and isinstance(contexts, list)
    return Checks(row.get("enable_status_check") is True and named)
