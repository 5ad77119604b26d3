"""How wide a server is asked, against servers that are simulated answer by answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.http.concurrency import ConcurrencyLimit, FinishedRequest, RequestOutcome, adjusted

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 16


@dataclass
class Simulated:
    """A server asked in rounds: each sends as many requests as may be under way, then all answers come.

    *bears*: requests at once that it answers; what is above gets a 503. *seconds*: how long a round takes it,
    by its limit.
    """

    bears: int = 1000
    seconds: Callable[[int], float] = lambda _: 0.05
    limit: ConcurrencyLimit = field(default_factory=lambda: ConcurrencyLimit.full(MOST))
    widths: list[int] = field(default_factory=list)
    good: int = 0
    overloads: int = 0

    def rounds(self, number: int) -> Simulated:
        for _ in range(number):
            current, epoch = int(self.limit.current), self.limit.epoch
            self.widths.append(current)
            for index in range(current):
                is_good = index < self.bears
                self.good, self.overloads = self.good + is_good, self.overloads + (not is_good)
                outcome = RequestOutcome.GOOD if is_good else RequestOutcome.OVERLOAD
                self.limit = adjusted(
                    self.limit, FinishedRequest(epoch, outcome, "contents", self.seconds(current))
                )
        return self


def test_a_server_that_bears_everything_is_asked_at_full_width_all_the_time() -> None:
    """Nothing is lost to finding out."""
    server = Simulated().rounds(50)
    assert set(server.widths) == {MOST}


@pytest.mark.parametrize("bears", [1, 2, 3, 5, 8, 12])
def test_the_width_settles_near_what_the_server_bears(bears: int) -> None:
    """Few requests are overloads after the first burst, and most of what it bears is used."""
    server = Simulated(bears=bears).rounds(1)
    assert server.limit.current <= max(bears, MOST / 2)
    server = Simulated(bears=bears, limit=server.limit).rounds(300)
    assert server.overloads <= 0.1 * server.good
    assert server.good >= 0.7 * bears * 300


@pytest.mark.parametrize("bears", [1, 3, 8])
def test_after_one_burst_no_more_is_asked_than_was_borne(bears: int) -> None:
    """A request is tried a few times only: the limit must be lower at its next try."""
    server = Simulated(bears=bears).rounds(2)
    assert server.widths == [MOST, bears]


@pytest.mark.parametrize("down", [1, 5])
def test_it_finds_its_way_up_again(down: int) -> None:
    """A server that overloads everything for a while, and recovers."""
    server = Simulated(bears=0).rounds(down)
    assert server.widths[-1] == (MOST if down == 1 else 1)
    assert server.limit.current == 1
    server.bears = 1000
    while int(server.limit.current) < MOST and server.good < 1000:
        server.rounds(1)
    assert server.good < 400, "it does not take a thousand answers to trust it again"


def test_refusals_of_an_earlier_burst_do_not_narrow_it_again() -> None:
    """They were sent before anything was known, and come late."""
    limit = adjusted(ConcurrencyLimit.full(MOST), FinishedRequest(0, RequestOutcome.OVERLOAD))
    for _ in range(8):
        limit = adjusted(limit, FinishedRequest(1, RequestOutcome.OVERLOAD))
    narrow = limit.current
    for _ in range(10):
        limit = adjusted(limit, FinishedRequest(0, RequestOutcome.OVERLOAD))
    assert limit.current == narrow


def test_good_answers_of_an_earlier_burst_do_not_widen_it() -> None:
    """They belong to a higher limit, which failed."""
    limit = adjusted(ConcurrencyLimit.full(MOST), FinishedRequest(0, RequestOutcome.OVERLOAD))
    assert adjusted(limit, FinishedRequest(0, RequestOutcome.GOOD, "contents", 0.01)) == limit


def test_an_answer_without_a_meaning_changes_nothing() -> None:
    """A dead token says nothing about overload."""
    limit = adjusted(ConcurrencyLimit.full(MOST), FinishedRequest(0, RequestOutcome.OVERLOAD))
    assert adjusted(limit, FinishedRequest(1, RequestOutcome.NEUTRAL, "contents", 99.0)) == limit


def test_a_queue_in_the_server_is_not_made_longer() -> None:
    """It works on two at a time, 200 ms each: past that current everything only waits longer."""
    server = Simulated(seconds=lambda current: 0.2 * max(1.0, current / 2))
    # The first answers come from an idle server, as in a run's first moments.
    for _ in range(4):
        server.limit = adjusted(server.limit, FinishedRequest(0, RequestOutcome.GOOD, "contents", 0.2))
    server.rounds(100)
    settled = server.widths[20:]
    assert sum(settled) / len(settled) < 0.6 * MOST
    assert min(settled) >= MOST / 4, "slowness alone does not stop a run"


def test_where_asking_less_makes_nothing_faster_it_is_not_asked_less() -> None:
    """The network became slow, or the forge has other guests."""
    server = Simulated().rounds(5)
    server.seconds = lambda _: 0.8
    server.rounds(60)
    assert min(server.widths) == 12, "one try"
    assert server.widths[-1] == MOST


@pytest.mark.parametrize(("base", "busy"), [(0.001, 0.2), (0.05, 0.3), (1.0, 2.0)])
def test_the_usual_spread_of_answers_is_no_overload(base: float, busy: float) -> None:
    """A quarter of a second, or twice the time, is what forges differ by."""
    server = Simulated(seconds=lambda _: base).rounds(3)
    server.seconds = lambda _: busy
    server.rounds(20)
    assert set(server.widths) == {MOST}


def test_routes_are_not_compared_with_each_other() -> None:
    """A page of fifty rows takes longer than a file."""
    limit = ConcurrencyLimit.full(MOST)
    for _ in range(200):
        limit = adjusted(limit, FinishedRequest(0, RequestOutcome.GOOD, "contents", 0.02))
        limit = adjusted(limit, FinishedRequest(0, RequestOutcome.GOOD, "orgs", 2.0))
        limit = adjusted(limit, FinishedRequest(0, RequestOutcome.GOOD, "", 30.0))
    assert limit.current == MOST


DONES = st.builds(
    FinishedRequest,
    st.integers(0, 12),
    st.sampled_from(RequestOutcome),
    st.sampled_from(["", "contents", "orgs"]),
    st.floats(0, 100, allow_nan=False),
)


@given(st.integers(1, 64), st.lists(DONES, max_size=200))
def test_whatever_comes_there_is_always_one_place_and_never_too_many(
    most: int, dones: list[FinishedRequest]
) -> None:
    """Without a place a run would stand still for ever."""
    limit = ConcurrencyLimit.full(most)
    for done in dones:
        limit = adjusted(limit, done)
        assert 1 <= limit.current <= most
