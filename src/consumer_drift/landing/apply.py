"""Approve and merge one bump: look, decide, write, and look again after a write that may have failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.landing.verdict import needs_approval, unmet
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.result import UNCLEAR, Failure, Reason
from consumer_drift.model.sentence import Sentence, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from consumer_drift.forges.base import Lander
    from consumer_drift.landing.open_bump import OpenBump, Rules, Unmet

    # Reads the consumer again: its open bump, or what became of it where there is none any more.
    Look = Callable[[], OpenBump | Bump]

# How often to look again, by the kind of failure.
_TRIES = {
    Reason.STALE: ("moved", 2),
    Reason.FOREIGN_REDIRECT: ("moved", 2),
    Reason.UNEXPECTED: ("moved", 2),
    Reason.PROXY: ("moved", 2),
    **dict.fromkeys(UNCLEAR, ("unclear", 4)),
}
# The forge or the repository does not allow it, whatever this program does.
_HELD = frozenset({Reason.PROTECTED, Reason.SETTING})
_APPROVALS = 2
# How often a bump is read again that somebody changed while it was read.
_LOOKS = 2
# After these, a merge that was sent may have been carried out.
_UNKNOWN = frozenset(_TRIES) - {Reason.STALE}


@dataclass(frozen=True, slots=True)
class Landed:
    """The outcome of one consumer; *merged* is what was merged, None where nothing was."""

    bump: Bump
    merged: OpenBump | None = None


def held(bump: OpenBump, lines: Sequence[Unmet]) -> Bump:
    """Return the outcome of a bump that does not meet *lines*. What could not be read is an error."""
    failed = any(one.failure is not None for one in lines)
    said = joined("; ", dict.fromkeys(one.why for one in lines))
    return of(bump, Outcome.ERROR if failed else Outcome.HELD, said)


def of(bump: OpenBump, outcome: Outcome, note: str = "") -> Bump:
    """Return an outcome with the pull request of *bump*."""
    pull_request = bump.pull_request
    return Bump(outcome, note, pull_request.head, pull_request.number, pull_request.url)


def simulate(bump: OpenBump, rules: Rules) -> Bump:
    """Return the outcome if nothing is written."""
    lines = unmet(bump, rules)
    if lines:
        return held(bump, lines)
    note = f"after an approval by {rules.approver}" if needs_approval(bump, rules) else ""
    return of(bump, Outcome.WOULD_LAND, note)


def land(look: Look, rules: Rules, lander: Lander) -> Landed:
    """Approve where that is wanted, and merge, if every condition is met at the moment of each write."""
    tries: Counter[str] = Counter()
    sent: OpenBump | None = None
    while True:
        seen = look()
        if isinstance(seen, Bump):
            return _without_bump(seen, sent)
        lines = unmet(seen, rules)
        if changed_meanwhile(lines) and tries["changed"] < _LOOKS:
            tries["changed"] += 1
            lander.settle()
            continue
        if lines:
            return Landed(held(seen, lines))
        approving = needs_approval(seen, rules)
        if approving:
            tries["approved"] += 1
            if tries["approved"] > _APPROVALS:
                return Landed(of(seen, Outcome.HELD, "its approval does not show: look at its reviews"))
        failure = _write(seen, rules, lander, approving=approving)
        if failure is None and not approving:
            return Landed(of(seen, Outcome.LANDED), seen)
        if failure is not None:
            kind, most = _TRIES.get(failure.reason, ("", 0))
            tries[kind] += 1
            if tries[kind] > most:
                return Landed(_refused(seen, failure, approving=approving))
            # Any other answer is a refusal: then the merge that shows afterwards is somebody else's.
            sent = seen if failure.reason in _UNKNOWN and not approving else sent
        lander.settle()


def changed_meanwhile(lines: Sequence[Unmet]) -> bool:
    """Return whether *lines* come of what somebody did while it was read, so that it should be read again."""
    return any(one.failure is not None and one.failure.reason is Reason.STALE for one in lines)


def _write(seen: OpenBump, rules: Rules, lander: Lander, *, approving: bool) -> Failure | None:
    snapshot, head = seen.state.snapshot, _head(seen)
    if approving:
        return lander.approve(snapshot, seen.pull_request, head)
    return lander.merge(snapshot, seen.pull_request, head, rules.land.method)


def _head(seen: OpenBump) -> str:
    assert not isinstance(seen.checks, Failure)  # noqa: S101 - then a condition was not met
    return seen.checks.head


def _without_bump(found: Bump, sent: OpenBump | None) -> Landed:
    """A merge whose answer tells nothing was carried out, if the pins are at the target now."""
    if sent is not None and found.outcome is Outcome.ALREADY_PINNED:
        return Landed(of(sent, Outcome.LANDED), sent)
    return Landed(found)


def _refused(seen: OpenBump, failure: Failure, *, approving: bool) -> Bump:
    what = "it could not be approved: " if approving else "it could not be merged: "
    outcome = Outcome.HELD if failure.reason in _HELD else Outcome.ERROR
    return of(seen, outcome, Sentence(what, str(failure)))
