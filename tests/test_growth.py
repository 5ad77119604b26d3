"""The measures of growth tell linear work from quadratic."""

from __future__ import annotations

from functools import partial

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


def test_quadratic_work_of_c_is_seen() -> None:
    """Each step looks at all that is left."""
    assert reads_linearly(lambda text: text.replace("a", "b").count("b"), lambda size: "a" * size, 100_000)
    assert not reads_linearly(
        lambda text: sum(text.count("b", at) for at in range(len(text))), lambda size: "a" * size, 15_000
    )
