"""A server that is asked more than it bears is asked less, and everything is read all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.http.retry import RetryPolicy
from tests.emulator import Emulator, World
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

FLEET = 150
PATIENT = RetryPolicy(attempts=4, first=0.02)


def world() -> World:
    """A fleet at the target."""
    made = World()
    acme = made.organisation("acme")
    acme.repository("runtime", tags=["v1.4.0"])
    for index in range(FLEET):
        acme.repository(f"consumer-{index:03}", files={".runtime-version": "1.4.0\n"})
    return made


CONFIG = (
    "pins: [{file: .runtime-version}]\nconsumers:\n"
    + "".join(f"  - consumer-{index:03}\n" for index in range(FLEET))
    + "reconcile: false\n"
)


@pytest.mark.parametrize("fault", ["unavailable", "too-many-requests"])
@pytest.mark.parametrize("bears", [1, 3, 6])
def test_every_consumer_is_read_from_a_server_that_bears_few_at_once(
    fault: str, bears: int, tmp_path: Path
) -> None:
    """Sixteen are allowed. It refuses what is above, and after the first burst that is seldom."""
    made = world()
    token = made.token("bot", scopes=["read:repository", "read:organization"], sees="all")
    with Emulator(made, "gitea", latency=0.003) as emulator:
        options = {"retry_after": 0} if fault == "too-many-requests" else {}
        refused = emulator.faults.add(fault, where=lambda _: emulator.active > bears, **options)
        result = check(emulator, CONFIG, tmp_path, token.secret, concurrency=16, retry_policy=PATIENT)
    assert result.codes == []
    assert result.report.coverage.read == FLEET
    assert refused.hits <= FLEET / 3, "without a reaction to overload there are far more"
