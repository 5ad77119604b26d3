"""What a token may do in a repository: a decision on what GitHub told.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.github import extras
from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.model.observation import Role
from consumer_drift.model.readiness import YES, Ability, AbilityAnswer, Access, Answer, Remedy, no, unknown
from consumer_drift.model.result import Failure
from consumer_drift.support.globs import matcher

if TYPE_CHECKING:
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.readiness import BumpPlan


@dataclass(frozen=True, slots=True)
class Token:
    """The token at hand. *scopes* are None where GitHub tells none; *server* is the address of a browser.

    *reviewers* are those of the wanted ones whom it can see, None where they could not be looked up. *owners* are
    those on all of whose repositories an App is installed.
    """

    kind: TokenKind
    scopes: frozenset[str] | None
    server: str
    reviewers: frozenset[str] | None = None
    owners: frozenset[str] = frozenset()

    def group(self, snapshot: Snapshot) -> str:
        """Return what tells repositories apart in which the right to push may differ.

        A token without scopes shows a private repository only if it was given to it, with all of its permissions.
        """
        owner = snapshot.name.owner.casefold()
        return str(snapshot.name) if snapshot.public and owner not in self.owners else owner

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
class Ruleset:
    """A ruleset for the branches that fit one of *include* and none of *exclude*.

    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets
    """

    id: int
    name: str
    is_active: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    rules: frozenset[str]

    def is_for(self, branch: str, default: str) -> bool | None:
        """Return whether it is for *branch*, None where that is not certain. *default* is the default branch."""
        included = [_names(name, branch, default) for name in self.include]
        excluded = [_names(name, branch, default) for name in self.exclude]
        if True in excluded or (True not in included and None not in included):
            return False
        return None if None in excluded or True not in included else True


@dataclass(frozen=True, slots=True)
class ProtectionRule:
    """A protection rule for the branches that fit *pattern*. *limits*: it keeps commits from being pushed."""

    pattern: str
    binds_admins: bool
    limits: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What GitHub told of one repository. *role* is that of the token's user, whose login is *viewer*.

    *in_the_way* is a branch that keeps the bump branch from being made, empty where there is none. *labels* are
    those of the wanted ones that exist, *users* the reviewers who have access. *requires*: the branch's protection
    requires something before a merge. *has_checks*: the newest commit has checks. *has_head*:
    the bump branch is there, *has_closed*: a pull request from it was closed. What is None was not told.
    """

    scopes: frozenset[str] | None
    role: Role | None = None
    in_the_way: str = ""
    has_head: bool = False
    has_closed: bool = False
    viewer: str = ""
    merge_methods: frozenset[str] = frozenset()
    auto_merge_allowed: bool = False
    labels: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    requires: bool | None = None
    has_checks: bool | None = False
    rulesets: tuple[Ruleset, ...] | None = None
    rules: tuple[ProtectionRule, ...] | None = None


def abilities(
    snapshot: Snapshot, told: Told | Failure, token: Token, plan: BumpPlan, pushes: bool | Failure | None
) -> Access:
    """Return the answers. *pushes* is what git's protocol told, None where it was not asked."""
    if isinstance(told, Failure):
        failed = unknown(f"its rights could not be read: {told.said}")
        return Access(dict.fromkeys(Ability, failed))
    writes = _writes(snapshot, told, token, pushes)
    opens = _opens(writes, token)
    # The extras need no other right than the pull request itself.
    given = YES if opens.answer is Answer.UNKNOWN else opens
    answers = {
        Ability.BRANCH: writes,
        Ability.BRANCH_NAME: _branch_name(snapshot, told, plan.head),
        Ability.COMMIT: _commits(writes, token, has_workflow=snapshot.asked in plan.workflows),
        Ability.PULL_REQUEST: opens,
        Ability.LABELS: extras.labels(snapshot, told, plan, given),
        Ability.REVIEWERS: extras.reviewers(told, plan, token.reviewers, given),
        Ability.AUTO_MERGE: extras.auto_merge(snapshot, told, plan, given),
        Ability.CI: extras.ci(told),
    }
    return Access(answers, told.has_head or (told.has_closed and snapshot.asked in plan.outdated))


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


def _branch_name(snapshot: Snapshot, told: Told, head: str) -> AbilityAnswer:
    if told.in_the_way:
        remedy = Remedy(f"delete the branch {told.in_the_way}, or change `propagate.branch`")
        return no(f"its branch {told.in_the_way} is in the way of {head}", remedy)
    by_rulesets = _by_rulesets(snapshot, told, head)
    return by_rulesets if by_rulesets is not None else _by_rules(snapshot, told, head)


# Rules that keep a new branch from being made, or a commit from being pushed to it. Signatures are not among them:
# GitHub signs the commits that this program makes.
_CLOSING = frozenset({"CREATION", "UPDATE", "PULL_REQUEST"})
_HARMLESS = frozenset(
    {"DELETION", "NON_FAST_FORWARD", "REQUIRED_LINEAR_HISTORY", "REQUIRED_SIGNATURES", "COPILOT_CODE_REVIEW"}
)


def _by_rulesets(snapshot: Snapshot, told: Told, head: str) -> AbilityAnswer | None:
    """Return the answer if a ruleset decides; whoever may read a repository may read its rulesets."""
    if told.rulesets is None:
        return unknown("not all of its rulesets were told")
    fitting = [(one, one.is_for(head, snapshot.branch)) for one in told.rulesets if one.is_active]
    possible = [(one, is_for) for one, is_for in fitting if is_for is not False and one.rules - _HARMLESS]
    if not possible:
        return None
    one, is_for = next(((one, is_for) for one, is_for in possible if one.rules & _CLOSING and is_for), possible[0])
    page = f"{snapshot.web_url}/rules/{one.id}" if snapshot.web_url and one.id else ""
    if is_for and one.rules & _CLOSING:
        what = f"let the token's user bypass the ruleset {one.name}, or change `propagate.branch`"
        return no(f"the ruleset {one.name} protects {head}", Remedy(what, page))
    return unknown(f"the ruleset {one.name} may not accept a bump on {head}")


def _by_rules(snapshot: Snapshot, told: Told, head: str) -> AbilityAnswer:
    """Return the answer that the older kind of rules gives, which administrators alone may read."""
    if told.role is not Role.ADMIN or told.rules is None:
        return unknown("only an administrator of the repository sees which names of branches are protected")
    fitting = [one for one in told.rules if one.limits and _matches(one.pattern, head) is not False]
    binding = next((one for one in fitting if one.binds_admins), None)
    if binding is None:
        return YES
    if not _matches(binding.pattern, head):
        return unknown(f"the rule {binding.pattern} may protect {head}")
    page = f"{snapshot.web_url}/settings/branches" if snapshot.web_url else ""
    what = f"let the token's user push to the branches of the rule {binding.pattern}, or change `propagate.branch`"
    return no(f"the rule {binding.pattern} protects {head}", Remedy(what, page))


def _names(name: str, branch: str, default: str) -> bool | None:
    if name == "~ALL":
        return True
    if name == "~DEFAULT_BRANCH":
        return branch == default
    return _matches(name.removeprefix("refs/heads/"), branch)


def _matches(pattern: str, branch: str) -> bool | None:
    """Return whether *branch* fits a pattern of Ruby's fnmatch, None where that is not certain.

    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/managing-a-branch-protection-rule#about-branch-protection-rules
    """
    if pattern == branch:
        return True
    if any(sign in pattern for sign in "[]{}\\"):
        return None
    return matcher(pattern)(branch) or (None if "**" in pattern else False)
