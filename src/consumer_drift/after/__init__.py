"""What follows the result: a history on a branch, and the tracking issue.

Whatever goes wrong there is a sentence, so that the report, the outputs and the exit code stay what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.forges.http.retry import RetryPolicy
    from consumer_drift.forges.http.transport import Limits
    from consumer_drift.model.report import Report
    from consumer_drift.settings import Settings
    from consumer_drift.support.deadline import Deadline


def kept(
    settings: Settings,
    report: Report,
    deadline: Deadline,
    *,
    retry_policy: RetryPolicy | None = None,
    limits: Limits | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> Kept:
    """Keep what there is to keep of *report*, which shows no secret any more: a history on a branch, an issue.

    *say* takes a line for the log, which has no foreign text.
    """
    if not settings.is_followed and report.tracking is None:
        return Kept()
    from consumer_drift.after.keeping import keep_report  # noqa: PLC0415 - most runs keep nothing

    return keep_report(settings, report, deadline, retry_policy, limits, say)
