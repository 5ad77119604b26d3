"""A report without secrets.

Done on the report and not on its rendering: what escapes ``_`` or cuts a line would hide a token from the search.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from consumer_drift.support.escape import redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from consumer_drift.model.report import Report


def redacted(report: Report, secrets: Iterable[str]) -> Report:
    """*report* with every one of *secrets*, and its encoded forms, replaced in every text of it."""
    cleaned: Report = _clean(report, redactor(secrets))
    return cleaned


def _clean(value: Any, redact: Callable[[str], str]) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, tuple):
        return tuple(_clean(item, redact) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _clean(getattr(value, field.name), redact) for field in fields(value)}
        )
    return value
