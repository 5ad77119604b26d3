"""What the token may do in each consumer, found out by reading alone: forty consumers in one query.

A classic token's scopes are in a header of every answer, and the role of its user is in each repository. The
permissions of a fine-grained token and of an App's are told nowhere: whether such a token may write contents, the
first request of ``git push`` tells, which changes nothing: https://git-scm.com/docs/http-protocol
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.github import bump_queries, parse_rights, rights
from consumer_drift.forges.github.account import selection
from consumer_drift.forges.github.client import TOO_EXPENSIVE
from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.forges.github.pull_requests import reviewer_ids
from consumer_drift.forges.github.responses import invalid_response, unexplained
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.rights import Told
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.readiness import Access, BumpPlan
    from consumer_drift.model.repository import RepositoryName

_BATCH = 40
# So many repositories are asked about the right to push: it is the same in all private ones of an owner.
_MOST_PUSHES = 10


class GitHubAbilities:
    """Reads with one token. *server* is the address that a browser uses."""

    def __init__(self, client: GitHubClient, server: str) -> None:
        self._client = client
        self._server = server

    def read(self, snapshots: Sequence[Snapshot], plan: BumpPlan) -> Mapping[RepositoryName, Access]:
        """Return the answers by ``Snapshot.asked``. What the deadline cut off is missing."""
        shown = dict(self._shown(snapshots, plan))
        scopes = next((one.scopes for one in shown.values() if not isinstance(one, Failure)), None)
        token = rights.Token(
            self._client.kind, scopes, self._server, self._reviewers(plan), self._owners(snapshots)
        )
        groups = {one.asked: token.group(one) for one in snapshots}
        pushes = {} if scopes is not None else self._pushes(snapshots, groups)
        return {
            one.asked: rights.abilities(one, told, token, plan, pushes.get(groups[one.asked]))
            for one in snapshots
            if (told := shown.get(one.asked)) is not None
        }

    def _reviewers(self, plan: BumpPlan) -> frozenset[str] | None:
        if not plan.wanted.reviewers:
            return None
        return reviewer_ids(self._client, plan.wanted.reviewers).known

    def _shown(
        self, snapshots: Sequence[Snapshot], plan: BumpPlan
    ) -> Iterator[tuple[RepositoryName, Told | Failure]]:
        """Yield what was shown of each consumer. Those of a batch that failed are asked for again one by one."""
        todo = [snapshots[start : start + _BATCH] for start in range(0, len(snapshots), _BATCH)]
        while todo:
            alone: list[Sequence[Snapshot]] = []
            for batch, done in map_unordered(
                lambda batch: self._batch(batch, plan),
                todo,
                threads=self._client.threads,
                deadline=self._client.deadline,
            ):
                yield from done
                finished = {name for name, _ in done}
                alone += [[one] for one in batch if one.asked not in finished]
            todo = alone

    def _batch(self, batch: Sequence[Snapshot], plan: BumpPlan) -> list[tuple[RepositoryName, Told | Failure]]:
        alone = len(batch) == 1
        document, variables = bump_queries.abilities(batch, plan)
        first = batch[0].name
        asked = f"the rights in {first}" if alone else f"the rights in {len(batch)} consumers from {first} on"
        reply = self._client.graphql(document, variables, asked, can_be_split=not alone)
        if isinstance(reply, Failure):
            too_much = reply.status in TOO_EXPENSIVE or reply.reason is Reason.RESOURCE_LIMIT
            return [] if too_much and not alone else [(one.asked, reply) for one in batch]
        done: list[tuple[RepositoryName, Told | Failure]] = []
        for index, snapshot in enumerate(batch):
            alias = f"r{index}"
            if reply.data.get(alias) is None or reply.global_errors:
                errors = (*reply.errors_at(alias), *reply.global_errors)
                if alone:
                    # There is no smaller batch, so it must not be asked for again.
                    asked = str(snapshot.name)
                    done.append((snapshot.asked, errors[0].failure(asked) if errors else unexplained(asked)))
                continue
            try:
                done.append((snapshot.asked, parse_rights.told(reply, alias, plan)))
            except InvalidJson as error:
                done.append((snapshot.asked, invalid_response(str(snapshot.name), error)))
        return done

    def _owners(self, snapshots: Sequence[Snapshot]) -> frozenset[str]:
        """Return the owners on all of whose repositories an App is installed."""
        if self._client.kind is not TokenKind.INSTALLATION:
            return frozenset()
        owners = {one.name.owner.casefold() for one in snapshots}
        # It has one installation, and so one owner.
        return frozenset(owner for owner in owners if len(owners) == 1 and selection(self._client, owner) == "all")

    def _pushes(
        self, snapshots: Sequence[Snapshot], groups: Mapping[RepositoryName, str]
    ) -> Mapping[str, bool | Failure]:
        """Return whether the token may push, once for each group of repositories in which that is the same."""
        first = {groups[one.asked]: one for one in reversed(snapshots)}
        asked = list(first.items())[:_MOST_PUSHES]
        found = map_unordered(
            lambda one: self._client.may_push(self._server, one[1].name),
            asked,
            threads=self._client.threads,
            deadline=self._client.deadline,
        )
        return {group: answer for (group, _), answer in found}
