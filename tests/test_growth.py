"""The measures of growth tell linear work from quadratic."""

from __future__ import annotations

from functools import partial

import pytest

from tests.growth import calls, grows_linearly, reads_linearly


def quadratic(size: int) -> int:
    return sum(abs(one) < abs(other) for one in range(size) for other in range(size))


def linear(size: int) -> int:
    return sum(abs(one) for one in range(size))


def test_calls_are_counted_alike_each_time() -> None:
    assert calls(partial(linear, 100)) == calls(partial(linear, 100)) > 100


def test_quadratic_calls_are_seen() -> None:
    assert grows_linearly(lambda size: partial(linear, size), 100)
    assert not grows_linearly(lambda size: partial(quadratic, size), 100)


@pytest.mark.parametrize(("power", "linear"), [(1, True), (2, False)])
def test_quadratic_work_of_c_is_seen(power: int, linear: bool) -> None:
    """The clock goes by the work, so that this answer depends on no machine."""
    seconds = 0.0

    def read(text: str) -> None:
        nonlocal seconds
        seconds += (len(text) / 1_000) ** power

    assert reads_linearly(read, lambda size: "a" * size, 1_000, lambda: seconds) is linear
