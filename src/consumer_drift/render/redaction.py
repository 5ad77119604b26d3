"""A report without secrets.

Done on the report and not on its rendering: what escapes ``_`` or cuts a line would hide a token from the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.sentence import Sentence, with_texts
from consumer_drift.support.redact import redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.report import Report
    from consumer_drift.model.sentence import Naming


def redacted(report: Report, secrets: Iterable[str]) -> Report:
    """*report* with every one of *secrets*, and its encoded forms, replaced in every text of it."""
    cleaned: Report = with_texts(report, redactor(secrets))
    return cleaned


def finished(report: Report, name: Naming, secrets: Iterable[str]) -> Report:
    """Return *report* as it is shown: each sentence with the *name* of a setting, and without *secrets*."""
    clean = redactor(secrets)
    shown: Report = with_texts(
        report, lambda text: clean(text.worded(name) if isinstance(text, Sentence) else text)
    )
    return shown
