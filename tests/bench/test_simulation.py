"""The simulated limits are GitHub's, and no plan goes beyond them."""

from __future__ import annotations

import pytest

from bench.simulation import CONSUMERS, LISTING, PLANS, Plan, Server, simulated


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_a_plan_answers_every_request_within_the_limits(plan: Plan) -> None:
    found = simulated(plan)
    assert CONSUMERS + LISTING <= found.requests <= CONSUMERS + LISTING + plan.shards
    # A request that GitHub rejects four times is given up.
    assert found.tries < 4
    assert found.seconds >= (found.requests * plan.seconds / 60 - 1) * 60
    assert found.seconds >= (found.requests // plan.points) * 3600


def test_a_limit_that_is_used_up_says_how_long_to_wait() -> None:
    assert [Server(2, 0.1).wait(0.0), Server(0, 0.1).wait(600.0)] == [None, 3000.0]
    server = Server(5000, 30.0)
    assert [server.wait(0.0), server.wait(1.0), server.wait(2.0), server.wait(61.5)] == [None, None, 60.0, None]
