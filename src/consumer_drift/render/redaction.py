"""A report without secrets.

Done on the report and not on its rendering: what escapes ``_`` or cuts a line would hide a token from the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.sentence import with_texts
from consumer_drift.support.redact import redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.report import Report


def redacted(report: Report, secrets: Iterable[str]) -> Report:
    """*report* with every one of *secrets*, and its encoded forms, replaced in every text of it."""
    cleaned: Report = with_texts(report, redactor(secrets))
    return cleaned
