"""When to ask again, and after how long: a decision on plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.answers import Reason

if TYPE_CHECKING:
    from consumer_drift.forges.http.messages import Refusal

_LIMITS = frozenset({Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT})
_PASSING = frozenset({Reason.FORGE_ERROR, Reason.UNREACHABLE, Reason.TIMEOUT, Reason.CUT_SHORT}) | _LIMITS


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a run puts up with what may pass. All times in seconds.

    *secondary* is GitHub's own minimum where a secondary limit names no time:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 120.0
    secondary: float = 60.0


def pause_before_retry(
    refusal: Refusal, attempt: int, patience: Patience, jitter: float, remaining: float
) -> float | None:
    """Seconds to wait before asking again after the *attempt*-th try (from 1), or None: do not.

    *jitter* lies in [0, 1) and spreads the callers; *remaining* is what the whole run has left.
    """
    reason = refusal.obstacle.reason
    if reason not in _PASSING or attempt >= patience.attempts:
        return None
    backoff = patience.first * 2 ** (attempt - 1) * (0.5 + jitter)
    if refusal.wait is not None:
        pause = refusal.wait + patience.first * jitter
    elif reason is Reason.SECONDARY_LIMIT:
        pause = patience.secondary * 2 ** (attempt - 1) + backoff
    elif reason is Reason.RATE_LIMIT:
        return None
    else:
        pause = backoff
    return pause if pause <= patience.longest and pause < remaining else None


def holds_everyone(refusal: Refusal) -> bool:
    """Whether a pause is due from every request of this token, not from the refused one alone."""
    return refusal.obstacle.reason in _LIMITS
