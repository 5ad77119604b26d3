"""The replayed answers are the emulator's own, and nothing else is answered."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from bench.processes import Server, server
from bench.replay import Recording
from tests.emulator import Emulator
from tests.emulator.worlds import day

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/api/v1/repos/acme/runtime"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(day(), "gitea") as made:
        yield made


@pytest.fixture
def replayed(emulator: Emulator) -> Iterator[Server]:
    with server("bench.replay", "--upstream", str(emulator.port)) as made:
        yield made


def get(at: Server, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{at.address['port']}{path}", trust_env=False)


def test_what_was_recorded_is_answered_without_the_emulator(emulator: Emulator, replayed: Server) -> None:
    replayed.tell("record 0")
    recorded = get(replayed, PATH)
    assert recorded.content == httpx.get(emulator.url + PATH, trust_env=False).content
    told = replayed.tell("replay 0")
    assert (told["requests"], told["new"], told["bytes"]) == (1, 1, len(recorded.content))
    asked = len(emulator.requests)
    assert get(replayed, PATH).content == recorded.content
    assert replayed.tell("tally")["new"] == 0
    assert len(emulator.requests) == asked


def test_what_was_not_recorded_is_refused_and_counted(emulator: Emulator, replayed: Server) -> None:
    replayed.tell("replay 0")
    assert get(replayed, PATH).status_code == 501
    assert replayed.tell("tally")["new"] == 1
    assert not emulator.requests


def test_a_body_belongs_to_its_request(emulator: Emulator, replayed: Server) -> None:
    """Another body is another request, as each GraphQL document is."""
    replayed.tell("record 0")
    url = f"http://127.0.0.1:{replayed.address['port']}{PATH}"
    for body in (b"1", b"2", b"1"):
        httpx.post(url, content=body, trust_env=False)
    assert replayed.tell("tally")["new"] == 2
    assert [one.body for one in emulator.requests] == [b"1", b"2"]


def test_an_answer_is_as_late_as_is_wished(replayed: Server) -> None:
    replayed.tell("record 30")
    assert get(replayed, PATH).elapsed.total_seconds() >= 0.03


def test_an_emulator_that_ends_within_an_answer_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def cut() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1")
            connection.close()

        threading.Thread(target=cut, daemon=True).start()
        with pytest.raises(ConnectionError):
            Recording(listener.getsockname()[1]).fetched(b"GET / HTTP/1.1\r\n\r\n")
