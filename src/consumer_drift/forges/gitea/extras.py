"""Whether the extras of a bump pull request will work: labels, reviewers, auto-merge. All of it by reading."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, parse_rights, routes
from consumer_drift.forges.writing import missing_labels
from consumer_drift.model.readiness import (
    YES,
    Ability,
    AbilityAnswer,
    Remedy,
    auto_merge_as_configured,
    method_not_allowed,
    no,
    not_needed,
    unknown,
)
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.pull_requests import PullRequestReader
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.readiness import Abilities, BumpPlan

_SELF = "only what was given access is listed, and the token does not tell whether it is its own user"


class GiteaExtras:
    """Safe to use from many threads. What is the same for all repositories is asked once."""

    def __init__(self, client: GiteaClient, reader: PullRequestReader, plan: BumpPlan, tokens: str) -> None:
        """*tokens* is the page where tokens are made."""
        self._client = client
        self._reader = reader
        self._plan = plan
        self._wanted = plan.wanted
        self._tokens = tokens
        self._lock = threading.Lock()
        self._shared: dict[str, frozenset[str] | Failure] = {}
        self._users: dict[str, bool | Failure] = {}
        self._own: str | Failure | None = None
        self._no_labels: Failure | None = None

    def of(self, snapshot: Snapshot) -> Abilities:
        """Return the answers for one consumer, in whose place the token may write."""
        return {
            Ability.LABELS: self._labels(snapshot),
            Ability.REVIEWERS: self._reviewers(snapshot),
            Ability.AUTO_MERGE: self._auto_merge(snapshot),
        }

    # labels

    def _labels(self, snapshot: Snapshot) -> AbilityAnswer:
        wanted = self._wanted.labels
        if not wanted:
            return not_needed("no labels are configured")
        if self._no_labels is not None and not snapshot.public:
            return self._unlabelled(self._no_labels)
        # Their ids are asked of the repository first, whatever its organization shares.
        own = self._reader.labels(snapshot.name)
        if isinstance(own, Failure):
            if own.reason is Reason.MISSING_SCOPE:
                # Of public repositories they are shown without the token.
                self._no_labels = own
            return self._unlabelled(own)
        known = {label.name for label in own}
        shared = self._shared_labels(snapshot.name.owner) if missing_labels(wanted, known) else frozenset()
        known |= frozenset() if isinstance(shared, Failure) else shared
        lacking = missing_labels(wanted, known)
        if not lacking:
            return YES
        names = " and ".join(repr(label) for label in wanted if missing_labels([label], known))
        if isinstance(shared, Failure):
            owner = snapshot.name.owner
            return unknown(f"it does not have {names}, and the labels of {owner} could not be read: {shared.said}")
        page = f"{snapshot.web_url}/labels" if snapshot.web_url else ""
        what, _, _ = lacking[0].rpartition(":")
        return no(what, Remedy(f"create the label {names}", page))

    def _unlabelled(self, failure: Failure) -> AbilityAnswer:
        if failure.reason is not Reason.MISSING_SCOPE:
            return unknown(f"its labels could not be read: {failure.said}")
        remedy = Remedy("create a token that has read:issue as well", self._tokens, is_global=True)
        return no("the token lacks the scope read:issue", remedy, of_token=True)

    def _shared_labels(self, owner: str) -> frozenset[str] | Failure:
        with self._lock:
            if owner not in self._shared:
                found = self._reader.organization_labels(owner)
                if isinstance(found, Failure):
                    self._shared[owner] = found
                else:
                    self._shared[owner] = frozenset(label.name for label in found)
            return self._shared[owner]

    # reviewers

    def _reviewers(self, snapshot: Snapshot) -> AbilityAnswer:
        if not self._wanted.reviewers:
            return not_needed("no reviewers are configured")
        teams = [name.partition("/")[2] for name in self._plan.teams]
        answers = [*self._of_users(snapshot, self._plan.users), *self._of_teams(snapshot, teams)]
        # A no is certain whatever else is not known.
        wrong = [one for one in answers if one.remedy is not None]
        return next(iter((*wrong, *(one for one in answers if one is not YES))), YES)

    def _of_users(self, snapshot: Snapshot, names: Sequence[str]) -> list[AbilityAnswer]:
        if not names:
            return []
        request = routes.reviewers(snapshot.name)
        answer = self._client.send(snapshot.name, request)
        shown = parse.parsed(answer, str(request), parse_rights.logins)
        if isinstance(shown, Failure):
            return [self._of_user(snapshot, name, shown) for name in names]
        return [YES if name.casefold() in shown else self._of_user(snapshot, name) for name in names]

    def _of_user(self, snapshot: Snapshot, name: str, unread: Failure | None = None) -> AbilityAnswer:
        """Return the answer for a user who was given no access there: a public repository is open to all.

        *unread*: why it is not known who was given access.
        """
        exists = self._exists(name)
        remedy = Remedy("correct `propagate.reviewers`", is_global=True)
        if isinstance(exists, Failure):
            return unknown(f"the user {name} could not be looked up: {exists.said}")
        if not exists:
            return no(f"there is no user {name}", remedy)
        own = self._own_login()
        if not isinstance(own, Failure) and own.casefold() == name.casefold():
            return no(f"{name} opens the pull request, and cannot review it", remedy)
        if not snapshot.public and unread is not None:
            return unknown(f"whether {name} may read it could not be read: {unread.said}")
        if not snapshot.public:
            return no(f"the user {name} may not read it", Remedy(f"give {name} read access to the repository"))
        return unknown(f"{name}: {_SELF}") if isinstance(own, Failure) else YES

    def _exists(self, name: str) -> bool | Failure:
        with self._lock:
            if name not in self._users:
                answer = self._client.direct(routes.other_user(name))
                if isinstance(answer, Failure) and answer.is_permission:
                    answer = self._client.direct(replace(routes.other_user(name), anonymous=True))
                is_missing = isinstance(answer, Failure) and answer.reason is Reason.NOT_FOUND
                self._users[name] = answer if isinstance(answer, Failure) and not is_missing else not is_missing
            return self._users[name]

    def _own_login(self) -> str | Failure:
        with self._lock:
            if self._own is None:
                self._own = self._client.login()
            return self._own

    def _of_teams(self, snapshot: Snapshot, names: list[str]) -> list[AbilityAnswer]:
        if not names:
            return []
        request = routes.teams(snapshot.name)
        answer = self._client.send(snapshot.name, request)
        shown = parse.parsed(answer, str(request), parse_rights.team_names)
        if isinstance(shown, Failure):
            return [unknown(f"the teams of the repository could not be read: {shown.said}")]
        return [YES if name.casefold() in shown else self._of_team(snapshot, name) for name in names]

    def _of_team(self, snapshot: Snapshot, name: str) -> AbilityAnswer:
        page = f"{snapshot.web_url}/settings/collaboration" if snapshot.web_url else ""
        return no(
            f"no team {name} has access to it", Remedy(f"give the team {name} access to the repository", page)
        )

    # auto-merge

    def _auto_merge(self, snapshot: Snapshot) -> AbilityAnswer:
        wanted = self._wanted.auto_merge
        configured = auto_merge_as_configured(self._wanted)
        if configured is not None:
            return configured
        settings = f"{snapshot.web_url}/settings" if snapshot.web_url else ""
        if wanted.value not in snapshot.merge_methods:
            return method_not_allowed(wanted, settings)
        request = routes.branch(snapshot.name, snapshot.branch)
        answer = self._client.send(snapshot.name, request)
        rule = parse.parsed(answer, str(request), parse_rights.merge_rule)
        if isinstance(rule, Failure):
            return unknown(f"the rules of {snapshot.branch} could not be read: {rule.said}")
        if not rule.may_merge:
            what = f"let the token's user merge into {snapshot.branch}"
            return no(
                f"the token's user may not merge into {snapshot.branch}",
                Remedy(what, f"{settings}/branches"),
                of_token=True,
            )
        if not rule.requires_checks:
            what = f"require a check in the protection of {snapshot.branch}"
            return no("no check is required, so it would be merged at once", Remedy(what, f"{settings}/branches"))
        return YES
