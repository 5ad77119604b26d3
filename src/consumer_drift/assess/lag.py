"""How long a consumer has been behind, and what excuses it: an open bump pull request, or the window.

The time runs from the oldest release that the consumer has not taken over. A newer release replaces the pull
request, and does not start the time again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.config import InFlight
from consumer_drift.model.findings import Code
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence
from consumer_drift.support.words import counted, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from consumer_drift.model.config import Config, Policy
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


@dataclass(frozen=True, slots=True)
class Lag:
    """What being behind amounts to: BEHIND, IN_FLIGHT, IN_FLIGHT_UNKNOWN or LAGGING.

    *since* is when the oldest release was made that was not taken over, None where nothing tells. *advice* is a
    sentence on what to do; *note* a few words for a table. *failure* is why pull requests could not be read.
    *merging* is the open pull request that would raise the pin, *conflicting* one that would but for a conflict.
    """

    code: Code = Code.BEHIND
    advice: str = "Bump it"
    since: datetime | None = None
    note: str = ""
    failure: Failure | None = None
    merging: PullRequest | None = None
    conflicting: PullRequest | None = None

    @property
    def awaited(self) -> PullRequest | None:
        """The open pull request that the consumer waits for."""
        return self.merging or self.conflicting


def lag_of(
    is_above: Callable[[Version], bool],
    config: Config,
    target: Target,
    pull_requests: PullRequests | Failure | None,
    branch: str,
    now: datetime,
    *,
    is_complete: bool = True,
) -> Lag:
    """Judge a consumer that is behind. *is_above*: whether a version is above one of its pins.

    *pull_requests*: those from bump branches, None where they were not asked for. They must go into *branch*.
    *is_complete*: everything is known that the consumer has not taken over. What is not known may be of any age.
    """
    failure = pull_requests if isinstance(pull_requests, Failure) else None
    requests = () if isinstance(pull_requests, Failure) else pull_requests or ()
    bumps = [
        _Bump(one, version)
        for one in requests
        if (version := _advances(one, is_above, config, target)) is not None
    ]
    since = target.missed_since(is_above, now) or _oldest(bumps, now)
    age = None if since is None or not is_complete else now - since
    merging = [one for one in bumps if one.request.is_open and not _why_it_does_not_count(one.request, branch)]
    best = max(merging, key=lambda one: (one.version, one.request.created_at), default=None)
    code = _code(config.policy, age, is_open=best is not None, is_unknown=failure is not None)
    asked = _Requests(tuple(one.request for one in bumps), best, failure, branch)
    conflicting = next((one.request for one in bumps if _conflicts(one.request, branch)), None)
    worded = _worded(code, since, asked, config, target, now)
    return replace(worded, merging=best.request if best else None, conflicting=conflicting)


@dataclass(frozen=True, slots=True)
class _Bump:
    """A pull request that bumps the consumer to *version*, which is higher than its pin."""

    request: PullRequest
    version: Version


@dataclass(frozen=True, slots=True)
class _Requests:
    """*every* pull request that advances the pin, the *best* of those that count, or why none could be read."""

    every: PullRequests
    best: _Bump | None
    failure: Failure | None
    branch: str


def _advances(
    request: PullRequest, is_above: Callable[[Version], bool], config: Config, target: Target
) -> Version | None:
    """Return the version that *request* bumps to, None where that does not advance the pin towards the target."""
    version = config.bump_version(request.head)
    if version is None or target.version is None:
        return None
    if version == target.version:
        return version
    is_release = not target.releases or version in target.releases
    return version if is_release and target.is_missed(version, is_above) else None


def _oldest(bumps: Sequence[_Bump], now: datetime) -> datetime | None:
    """Return when the oldest of *bumps* was opened: no later than that its release was there.

    One that was merged was taken over, whatever was pinned after it.
    """
    opened = (
        one.request.created_at
        for one in bumps
        if one.request.state is not PullRequestState.MERGED and not one.request.from_fork
    )
    oldest = min(opened, default=None)
    return None if oldest is None else min(oldest, now)


def _code(policy: Policy, age: timedelta | None, *, is_open: bool, is_unknown: bool) -> Code:
    """Return what a lag of *age* amounts to. One whose age nothing tells is never excused."""
    if age is None:
        return Code.BEHIND
    in_grace = policy.in_flight is InFlight.ADVISORY and age <= policy.grace
    if is_open and in_grace:
        return Code.IN_FLIGHT
    if policy.window and age <= policy.window:
        return Code.LAGGING
    return Code.IN_FLIGHT_UNKNOWN if is_unknown and in_grace else Code.BEHIND


def _worded(
    code: Code, since: datetime | None, requests: _Requests, config: Config, target: Target, now: datetime
) -> Lag:
    best, failure = requests.best, requests.failure
    if code is Code.LAGGING and since is not None:
        return Lag(code, f"It may lag until {moment(since + config.policy.window)} (`policy.window`)", since)
    if failure is not None:
        return _unknown(code, since, failure)
    if best is None:
        return Lag(code, f"Bump it{_why_none_counts(requests.every, requests.branch)}", since)
    age = _in_words(now - best.request.created_at)
    to = "" if best.version == target.version else f"to {best.version} "
    advice = f"Merge its bump pull request {to}{best.request.url}, open for {age}"
    return Lag(code, advice, since, f"bump {to}open for {age}" if code is Code.IN_FLIGHT else "")


def _unknown(code: Code, since: datetime | None, failure: Failure) -> Lag:
    why = Sentence("its bump pull requests could not be read: ", str(failure))
    if code is Code.IN_FLIGHT_UNKNOWN:
        return Lag(code, Sentence("It is not known whether a bump is open: ", why), since, failure=failure)
    return Lag(code, Sentence("Bump it (", why, ")"), since, failure=failure)


def _why_none_counts(pull_requests: PullRequests, branch: str) -> str:
    """Say why the first open one does not count, empty where none is open."""
    for one in pull_requests:
        why = _why_it_does_not_count(one, branch) if one.is_open else ""
        if why:
            return f" (the pull request {one.url} {why}, and does not count)"
    return ""


def _why_it_does_not_count(pull_request: PullRequest, branch: str) -> str:
    """Say why merging an open pull request would not bump *branch*; empty where it would.

    Anyone can open one from a fork.
    """
    if pull_request.from_fork:
        return "is from a fork"
    if pull_request.base != branch:
        return f"goes into {pull_request.base}, not into {branch}"
    return "conflicts with its base" if pull_request.mergeable is False else ""


def _conflicts(pull_request: PullRequest, branch: str) -> bool:
    """Return whether only a conflict keeps *pull_request* from bumping *branch*."""
    is_ours = pull_request.is_open and not pull_request.from_fork and pull_request.base == branch
    return is_ours and pull_request.mergeable is False


def _in_words(age: timedelta) -> str:
    hours = max(0, int(age.total_seconds() // 3600))
    if hours == 0:
        return "less than an hour"
    return counted(hours, "hour") if hours < 48 else f"{hours // 24} days"
