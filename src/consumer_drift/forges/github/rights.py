"""What a token may do in a repository: a decision on what GitHub told.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.model.observation import Role
from consumer_drift.model.readiness import YES, Ability, AbilityAnswer, Remedy, no, unknown
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.readiness import Abilities, BumpPlan


@dataclass(frozen=True, slots=True)
class Token:
    """The token at hand. *scopes* are None where GitHub tells none; *server* is the address of a browser."""

    kind: TokenKind
    scopes: frozenset[str] | None
    server: str

    @property
    def page(self) -> str:
        """Where its rights are changed."""
        if self.kind in {TokenKind.INSTALLATION, TokenKind.USER_TO_SERVER}:
            return f"{self.server}/settings/installations"
        kept = "personal-access-tokens" if self.kind is TokenKind.FINE_GRAINED else "tokens"
        return f"{self.server}/settings/{kept}"

    @property
    def whose(self) -> str:
        """What it is called in a sentence about its rights."""
        return "the App" if self.kind in {TokenKind.INSTALLATION, TokenKind.USER_TO_SERVER} else "the token"


@dataclass(frozen=True, slots=True)
class Told:
    """What GitHub told of one repository. *role* is that of the token's user, None where it was not told.

    *in_the_way* is a branch that keeps the bump branch from being made, empty where there is none.
    """

    scopes: frozenset[str] | None
    role: Role | None = None
    in_the_way: str = ""


def push_group(snapshot: Snapshot) -> str:
    """Return what tells repositories apart in which the right to push may differ.

    A token without scopes shows a private repository only if it was given to it, with all of its permissions.
    """
    return str(snapshot.name) if snapshot.public else snapshot.name.owner.casefold()


def abilities(
    snapshot: Snapshot, told: Told | Failure, token: Token, plan: BumpPlan, pushes: bool | Failure | None
) -> Abilities:
    """Return the answers. *pushes* is what git's protocol told, None where it was not asked."""
    if isinstance(told, Failure):
        failed = unknown(f"its rights could not be read: {told.said}")
        return dict.fromkeys((Ability.BRANCH, Ability.BRANCH_NAME, Ability.COMMIT, Ability.PULL_REQUEST), failed)
    writes = _writes(snapshot, told, token, pushes)
    return {
        Ability.BRANCH: writes,
        Ability.BRANCH_NAME: _branch_name(told, plan.head),
        Ability.COMMIT: _commits(writes, token, has_workflow=snapshot.asked in plan.workflows),
        Ability.PULL_REQUEST: _opens(writes, token),
    }


def _writes(snapshot: Snapshot, told: Told, token: Token, pushes: bool | Failure | None) -> AbilityAnswer:
    if token.scopes is None:
        return _without_scopes(snapshot, told, token, pushes)
    needs = "public_repo" if snapshot.public else "repo"
    if token.scopes.isdisjoint({needs, "repo"}):
        return no(
            f"the token lacks the scope {needs}",
            Remedy(f"grant the token {needs}", token.page, is_global=True),
            of_token=True,
        )
    if told.role is None:
        return unknown("GitHub does not tell what the token's user may do there")
    return YES if told.role >= Role.WRITE else _may_only_read(snapshot)


def _may_only_read(snapshot: Snapshot) -> AbilityAnswer:
    page = f"{snapshot.web_url}/settings/access" if snapshot.web_url else ""
    remedy = Remedy("give the token's user write access to the repository", page)
    return no("the token's user may only read it", remedy, of_token=True)


def _without_scopes(snapshot: Snapshot, told: Told, token: Token, pushes: bool | Failure | None) -> AbilityAnswer:
    """The permissions of such a token are told nowhere, and an App has no role."""
    if token.kind is TokenKind.FINE_GRAINED and told.role is not None and told.role < Role.WRITE:
        return _may_only_read(snapshot)
    if pushes is None:
        return unknown(
            f"GitHub does not tell which permissions {token.whose} has, and too many had to be asked for"
        )
    if isinstance(pushes, Failure):
        return unknown(f"GitHub does not tell which permissions {token.whose} has, and {pushes.said}")
    if pushes:
        return YES
    if token.kind is TokenKind.FINE_GRAINED:
        remedy = Remedy("add {repositories} to the token, with Contents: write", token.page)
    else:
        remedy = Remedy("install the App on {repositories}, with Contents: write", token.page)
    return no(f"{token.whose} may not write its contents", remedy, of_token=True)


def _commits(writes: AbilityAnswer, token: Token, *, has_workflow: bool) -> AbilityAnswer:
    if writes is not YES or not has_workflow:
        return writes
    if token.scopes is None:
        return unknown(
            f"a pin is in a workflow file, and GitHub does not tell whether {token.whose} has Workflows: write"
        )
    if "workflow" in token.scopes:
        return YES
    remedy = Remedy("grant the token workflow", token.page, is_global=True)
    return no("a pin is in a workflow file, and the token lacks the scope workflow", remedy, of_token=True)


def _opens(writes: AbilityAnswer, token: Token) -> AbilityAnswer:
    if writes is not YES or token.scopes is not None:
        return writes
    return unknown(f"GitHub does not tell whether {token.whose} has Pull requests: write")


def _branch_name(told: Told, head: str) -> AbilityAnswer:
    if told.in_the_way:
        remedy = Remedy(f"delete the branch {told.in_the_way}, or change `propagate.branch`")
        return no(f"its branch {told.in_the_way} is in the way of {head}", remedy)
    return unknown("only an administrator of the repository sees which names of branches are protected")
