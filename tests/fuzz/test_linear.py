"""Every reader takes time in proportion to the text, whatever a stranger writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.effort import examples
from tests.fuzz.cost import is_linear, name_of
from tests.fuzz.hostile import HOSTILE
from tests.fuzz.readers import PINS
from tests.pins.readings import SEMVER

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin

SIZE = 8_000


@pytest.mark.parametrize("pin", PINS, ids=name_of)
def test_reading_takes_time_in_proportion_to_the_text(pin: Pin) -> None:
    slow = [
        name
        for name, make in HOSTILE.items()
        if not is_linear(lambda text: pin.read(text, SEMVER), make, examples(SIZE))
    ]
    assert not slow
