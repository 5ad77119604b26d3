from __future__ import annotations

from consumer_drift.model.observation import Observation, Survey, Wanted
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, Reason

NAMES = tuple(RepositoryName("acme", name) for name in ("c", "a", "b"))
GONE = Failure(Reason.NOT_FOUND, "it is gone", "check the name")


def test_consumers_have_the_order_of_the_list_whichever_was_read_first() -> None:
    """Else two runs over the same repositories would write reports that differ."""
    survey = Survey(tuple(Wanted(name, ()) for name in NAMES))
    seen = Observation(dict.fromkeys(reversed(NAMES), GONE)).in_order_of(survey)
    assert tuple(seen.consumers) == NAMES
