"""What the token may do in each consumer, found out by reading alone.

The user's role in a repository is in its row, and says nothing about the token's scopes. Those Gitea names in the
failure of a request that needs another one; where it does not, git's own protocol tells whether the token may
write: https://git-scm.com/docs/http-protocol
"""

from __future__ import annotations

import re
import threading
from functools import partial
from typing import TYPE_CHECKING

from consumer_drift.forges.git import names_above
from consumer_drift.forges.gitea import parse, parse_rights, routes
from consumer_drift.forges.gitea.extras import GiteaExtras
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.observation import Role
from consumer_drift.model.readiness import YES, Ability, AbilityAnswer, Access, Answer, Remedy, no, unknown
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.pull_requests import PullRequestReader
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.readiness import BumpPlan
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline

_WRITING = frozenset({"all", "write:repository"})


class GiteaAbilities:
    """Reads with one token. *server* is the address that a browser uses."""

    def __init__(
        self, client: GiteaClient, reader: PullRequestReader, server: str, threads: int, deadline: Deadline
    ) -> None:
        self._client = client
        self._reader = reader
        self._server = server
        self._threads = threads
        self._deadline = deadline
        self._lock = threading.Lock()
        self._whole_teams: dict[str, bool] = {}

    def read(self, snapshots: Sequence[Snapshot], plan: BumpPlan) -> Mapping[RepositoryName, Access]:
        """Return the answers by ``Snapshot.asked``. What the deadline cut off is missing."""
        scope = self._scope(snapshots)
        extras = GiteaExtras(self._client, self._reader, plan, self._tokens)
        of = partial(self._of, plan=plan, scope=scope, extras=extras)
        done = map_unordered(of, snapshots, threads=self._threads, deadline=self._deadline)
        return {snapshot.asked: access for snapshot, access in done}

    def _of(self, snapshot: Snapshot, plan: BumpPlan, scope: AbilityAnswer, extras: GiteaExtras) -> Access:
        writes = self._writes(snapshot, scope)
        branches = self._branches(snapshot, plan.head)
        answers = {
            Ability.BRANCH: writes,
            Ability.BRANCH_NAME: self._branch_name(snapshot, plan.head, branches),
            Ability.COMMIT: writes,
            Ability.PULL_REQUEST: self._pull_request(snapshot, writes),
            **extras.of(snapshot),
            Ability.CI: _runs_workflows(snapshot),
        }
        has_head = not isinstance(branches, Failure) and plan.head in branches
        return Access(answers, has_head or self._has_closed(snapshot, plan, answers[Ability.PULL_REQUEST]))

    def _has_closed(self, snapshot: Snapshot, plan: BumpPlan, opens: AbilityAnswer) -> bool:
        """Return whether there may be a closed pull request of the bump, asked where one would be opened."""
        if snapshot.asked not in plan.outdated or opens.answer is Answer.NO or not snapshot.takes_pull_requests:
            return False
        answer = self._client.direct(routes.oldest_pull_request(snapshot.name, snapshot.branch, plan.head))
        return not isinstance(answer, Failure) or answer.reason is not Reason.NOT_FOUND

    # the token

    def _scope(self, snapshots: Sequence[Snapshot]) -> AbilityAnswer:
        """Return whether the token may write repositories at all, wherever its user may."""
        if not self._client.has_token:
            what = Sentence(
                "there is no token: set GITEA_TOKEN or FORGEJO_TOKEN, or name its variable with ",
                Setting.TOKEN_ENV,
            )
            return no("without a token nothing can be written", Remedy(what, is_global=True), of_token=True)
        told = self._client.direct(routes.user())
        if isinstance(told, Failure) and told.has:
            scopes = {scope.strip() for scope in told.has.split(",")}
            return self._lacking() if scopes.isdisjoint(_WRITING) else YES
        return self._pushes(snapshots)

    def _pushes(self, snapshots: Sequence[Snapshot]) -> AbilityAnswer:
        """Ask as ``git push --dry-run`` does, in one repository: the scope is the same for all of them."""
        for snapshot in snapshots:
            if snapshot.archived or snapshot.empty or self._client.is_anonymous(snapshot.name):
                continue
            pushes = self._client.may_push(self._server, snapshot.name)
            if isinstance(pushes, Failure):
                return unknown(f"the server does not tell whether the token may write repositories: {pushes.said}")
            return YES if pushes else self._lacking()
        return unknown("no repository was left to ask about the token's scopes")

    def _lacking(self) -> AbilityAnswer:
        return no(
            "the token lacks the scope write:repository",
            Remedy("create a token that has write:repository as well", self._tokens, is_global=True),
            of_token=True,
        )

    @property
    def _tokens(self) -> str:
        return f"{self._server}/user/settings/applications"

    def _writes(self, snapshot: Snapshot, scope: AbilityAnswer) -> AbilityAnswer:
        if not self._client.has_token:
            # The role that is shown then is that of everybody.
            return scope
        if self._client.is_anonymous(snapshot.name):
            return self._lacking()
        if snapshot.role is None:
            return unknown("the server does not tell what the token's user may do there")
        if snapshot.role < Role.WRITE:
            page = f"{snapshot.web_url}/settings/collaboration" if snapshot.web_url else ""
            remedy = Remedy("give the token's user write access to the repository, best through a team", page)
            return no("the token's user may only read it", remedy, of_token=True)
        return scope

    # pull requests

    def _pull_request(self, snapshot: Snapshot, writes: AbilityAnswer) -> AbilityAnswer:
        """Return whether a pull request can be opened: a team may write code and see no pull requests."""
        if writes is not YES or snapshot.role is Role.ADMIN or not snapshot.takes_pull_requests:
            return writes
        if self._has_whole_teams(snapshot.name.owner):
            return writes
        answer = self._client.direct(routes.open_pull_requests(snapshot.name, 1))
        if not isinstance(answer, Failure):
            return writes
        if answer.reason is not Reason.NOT_FOUND and not answer.is_permission:
            return unknown(f"its pull requests could not be read: {answer.said}")
        page = f"{self._server}/org/{snapshot.name.owner}/teams"
        remedy = Remedy("give the team of the token's user access to pull requests", page)
        return no("the token's user may not see its pull requests", remedy, of_token=True)

    def _has_whole_teams(self, owner: str) -> bool:
        """Return whether no team of *owner* has only a part of a repository, asked once for each owner."""
        with self._lock:
            if owner not in self._whole_teams:
                request = routes.organization_teams(owner)
                answer = self._client.direct(request)
                whole = parse.parsed(answer, str(request), parse_rights.are_whole)
                is_all = not isinstance(answer, Failure) and "next" not in answer.headers.get("link", "")
                self._whole_teams[owner] = whole is True and is_all
            return self._whole_teams[owner]

    # the bump branch

    def _branch_name(self, snapshot: Snapshot, head: str, branches: frozenset[str] | Failure) -> AbilityAnswer:
        if isinstance(branches, Failure):
            return unknown(f"its branches could not be read: {branches.said}")
        return _taken(head, branches) or self._protected(snapshot, head)

    def _branches(self, snapshot: Snapshot, head: str) -> frozenset[str] | Failure:
        """Return the branches whose names begin as *head* does."""
        if snapshot.branches == 1:
            return frozenset({snapshot.branch})
        name, start = snapshot.name, head.partition("/")[0]
        request = routes.branches_from(name, start)
        answer = self._client.send(name, request)
        if isinstance(answer, Failure):
            return frozenset() if answer.reason is Reason.NOT_FOUND else answer
        return parse.parsed(answer, str(request), parse.branch_names)

    def _protected(self, snapshot: Snapshot, head: str) -> AbilityAnswer:
        if snapshot.role is not Role.ADMIN:
            return unknown("only an administrator of the repository sees which names of branches are protected")
        request = routes.branch_protections(snapshot.name)
        answer = self._client.direct(request)
        rules = parse.parsed(answer, str(request), parse_rights.branch_rules)
        if isinstance(rules, Failure):
            return unknown(f"the rules for its branches could not be read: {rules.said}")
        return _judged(rules, snapshot, head)


def _runs_workflows(snapshot: Snapshot) -> AbilityAnswer:
    if snapshot.runs_workflows is None:
        return unknown("the server does not tell whether Actions are switched on there")
    if snapshot.runs_workflows:
        return YES
    page = f"{snapshot.web_url}/settings" if snapshot.web_url else ""
    return no("Actions are switched off there", Remedy("switch Actions on in its settings", page))


def _taken(head: str, branches: frozenset[str]) -> AbilityAnswer | None:
    """Return the answer if one of *branches* keeps git from making *head*."""
    above = names_above(head)
    one = next((name for name in sorted(branches) if name in above or name.startswith(f"{head}/")), None)
    if one is None:
        return None
    return no(
        f"its branch {one} is in the way of {head}",
        Remedy(f"delete the branch {one}, or change `propagate.branch`"),
    )


def _judged(rules: Sequence[parse_rights.BranchRule], snapshot: Snapshot, head: str) -> AbilityAnswer:
    """Return whether *rules* let everybody with write access push to *head*."""
    fitting = [(rule, fits(rule.name, head)) for rule in rules]
    closed = [rule.name for rule, is_for in fitting if is_for is not False and not rule.is_open]
    if not closed:
        return YES
    one = closed[0]
    # Of several rules only the first counts, and older servers do not tell their order.
    is_sure = all(is_for is not None and rule.is_closed for rule, is_for in fitting if is_for is not False)
    if not is_sure:
        return unknown(f"the rule {one} for its branches may not let the token's user push to {head}")
    page = f"{snapshot.web_url}/settings/branches" if snapshot.web_url else ""
    what = f"let the token's user push to the branches of the rule {one}, or change `propagate.branch`"
    return no(f"the rule {one} protects {head}", Remedy(what, page))


def fits(rule: str, branch: str) -> bool | None:
    """Return whether the rule of this name is for *branch*, None where that is not certain.

    https://docs.gitea.com/usage/access-control/protected-branches
    """
    if rule.casefold() == branch.casefold():
        return True
    if any(sign in rule for sign in "[]{}\\"):
        return None
    signs = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    pattern = re.sub(r"\*\*|.", lambda found: signs.get(found[0], re.escape(found[0])), rule, flags=re.DOTALL)
    return re.fullmatch(pattern, branch, re.DOTALL) is not None
