"""A step after the result, whose failure is a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from consumer_drift.model.sentence import defect, joined
from consumer_drift.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
F = TypeVar("F")


def guarded(step: Callable[[], T], failed: Callable[[str], F]) -> T | F:
    """Return what *step* returns, or what *failed* makes of the sentence about its error."""
    try:
        return step()
    except UsageError as error:
        return failed(joined("; ", error.sentences))
    except Exception as error:  # noqa: BLE001 - the result is there already, and no defect may take it along
        return failed(defect(error))
