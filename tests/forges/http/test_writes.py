"""A write is sent once: what could have been carried out is not sent again."""

from __future__ import annotations

import pytest

from consumer_drift.forges.gitea.errors import refuse
from consumer_drift.forges.http.messages import Request
from consumer_drift.forges.http.transport import Transport
from consumer_drift.model.result import UNCLEAR, Failure
from consumer_drift.support.deadline import Deadline
from tests.emulator import Emulator, World
from tests.running import HASTE, LIMITS


@pytest.mark.parametrize(
    ("fault", "writes", "sent"),
    [
        ("bad-gateway", True, 1),
        ("server-error", True, 1),
        ("connection-closed", True, 1),
        ("lost-answer", True, 1),
        ("bad-gateway", False, HASTE.attempts),
        ("connection-closed", False, HASTE.attempts),
        ("too-many-requests", True, HASTE.attempts),
    ],
)
def test_only_a_limit_is_waited_for(fault, writes, sent) -> None:
    with Emulator(World(), "gitea") as emulator:
        emulator.faults.add(fault, retry_after=0)
        transport = Transport(
            emulator.api_url, "", refuse, Deadline(600), concurrency=1, retry_policy=HASTE, limits=LIMITS
        )
        answer = transport.send(Request("POST", "/repos/acme/core/pulls", json={}, writes=writes))
        assert len(emulator.requests) == sent
    assert isinstance(answer, Failure)
    assert (answer.reason in UNCLEAR) is (fault != "too-many-requests")
