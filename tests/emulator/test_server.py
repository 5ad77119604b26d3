"""The server itself: HTTP/1.1 kept alive, many connections at once, a log, a clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.emulator import Emulator, World
from tests.emulator.asking import client
from tests.emulator.worlds import day, fleet

ROOT = Path(__file__).parents[2]
A = "/repos/acme/a"


def small_world() -> World:
    world = World()
    world.organisation("acme").repository("a", {"f": "1"})
    world.token("bot", scopes=["write:repository"], sees="all")
    return world


def talk(emulator: Emulator, text: bytes) -> bytes:
    """Send bytes as they are and read until the server closes."""
    with socket.create_connection((emulator.host, emulator.port), timeout=5) as connection:
        connection.sendall(text)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_one_connection_serves_many_requests() -> None:
    request = b"GET /api/v1/version HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /api/v1/version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with Emulator(small_world(), "gitea") as emulator:
        received = talk(emulator, request * 3 + last)
        assert received.count(b"HTTP/1.1 200 OK") == 4
        assert emulator.requests.count("GET", r"/version$", 200) == 4


@pytest.mark.parametrize(
    "text",
    [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"],
)
def test_what_is_no_request_is_refused_and_ends_the_connection(text: bytes) -> None:
    with Emulator(small_world(), "gitea") as emulator:
        assert talk(emulator, text).startswith(b"HTTP/1.1 400 Bad Request")


def test_a_chunked_body_and_an_expectation_are_understood() -> None:
    body = json.dumps({"new_branch_name": "x"}).encode()
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    world = small_world()
    secret = next(iter(world.tokens))
    head = (
        f"POST /api/v1{A}/branches HTTP/1.1\r\nHost: x\r\nAuthorization: token {secret}\r\nConnection: close\r\n"
    )
    with Emulator(world, "gitea") as emulator:
        received = talk(
            emulator, head.encode() + b"Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n" + chunks
        )
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created")


def test_head_answers_without_a_body() -> None:
    with Emulator(small_world(), "gitea") as emulator, client(emulator) as http:
        response = http.head(A)
        assert (response.status_code, response.content) == (200, b"")
        assert int(response.headers["content-length"]) > 0
        assert http.get(A).status_code == 200


def test_sixty_four_clients_are_answered_at_once() -> None:
    """None of 64 requests goes on before all of them are there."""
    everyone = threading.Barrier(64, timeout=60)
    with Emulator(small_world(), "gitea") as emulator, client(emulator) as http:
        emulator.faults.add("latency", hold=everyone.wait)
        with ThreadPoolExecutor(64) as pool:
            found = list(pool.map(lambda _: http.get(A, timeout=60).status_code, range(64)))
        assert found == [200] * 64
        assert emulator.requests.count(status=200) == 64


def test_the_log_says_who_asked_what_and_what_came() -> None:
    world = small_world()
    token = next(iter(world.tokens.values()))
    with Emulator(world, "gitea") as emulator, client(emulator, token, **{"User-Agent": "me/1"}) as http:
        answer = http.get(f"{A}/contents/f?ref=main")
        row = emulator.requests[-1]
    assert (row.method, row.path, row.query) == ("GET", f"/api/v1{A}/contents/f", "ref=main")
    assert (row.token, row.status, row.bytes, row.user_agent) == ("bot", 200, len(answer.content), "me/1")
    assert emulator.requests.count("POST") == 0
    emulator.requests.reset()
    assert emulator.requests.count() == 0


def test_a_failing_handler_fails_the_test_that_used_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small_world()
    emulator = Emulator(world, "gitea").start()
    world.objects.blobs.clear()
    with client(emulator) as http:
        assert http.get(f"{A}/raw/f").status_code == 500
    with pytest.raises(AssertionError, match="the emulator failed"):
        emulator.__exit__()
    already = ValueError("the test's own")
    emulator.__exit__(ValueError, already)
    assert already.__notes__[0].startswith("the emulator failed")


def test_a_world_may_change_while_it_is_served() -> None:
    world = small_world()
    with Emulator(world, "gitea") as emulator, client(emulator) as http:
        world.repository("acme/a").commit({"f": "2"})
        assert http.get(f"{A}/raw/f").text == "2"
        world.repository("acme/a").rename("b")
        assert http.get(A).status_code == 301


@pytest.mark.parametrize("forge", ["github", "gitea", "forgejo"])
def test_started_by_hand_it_announces_itself_and_ends_on_a_signal(forge: str) -> None:
    command = [sys.executable, "-m", "tests.emulator", "--forge", forge, "--world", "day", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = json.loads(server.stdout.readline())
        headers = {"Authorization": f"token {said['tokens']['bot']}"}
        answer = httpx.get(f"{said['api_url']}/repos/acme/runtime", headers=headers)
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=60)
    assert answer.json()["full_name"] == "acme/runtime"
    assert (server.returncode, errors) == (0, "1 requests\n")


def test_a_day_holds_a_consumer_in_every_state() -> None:
    world = day()
    assert world.repository("acme/template-in-flight").pulls[0].from_fork is False
    assert world.repository("acme/template-forged").pulls[0].from_fork is True
    assert world.repository("acme/template-declined").pulls[0].state == "closed"
    assert world.redirects["acme/template-old"].name == "template-renamed"


def test_a_fleet_has_the_consumers_it_was_asked_for() -> None:
    world = fleet(40, behind=10, others=5)
    names = [r.name for r in world.repositories.values()]
    late = [r for r in world.repositories.values() if r.files().get(".runtime-version") == b"0.3.42\n"]
    assert (len(names), len(late)) == (46, 4)
    assert [len(r.pulls) for r in late] == [1, 0, 1, 0]
