"""Real sockets on both sides: what is asked again, what ends, and where the token goes."""

from __future__ import annotations

import gzip
import json
import queue
import random
import socket
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.forges.http.retry import LONGEST_WITHOUT_ANSWER, RetryPolicy
from consumer_drift.forges.http.transport import USER_AGENT, Limits, Transport
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import UNCLEAR, Failure, Reason
from consumer_drift.support.deadline import POLL_SECONDS, Deadline
from tests.clocks import HeldClock, InterruptingClock, VirtualClock
from tests.forges.http.servers import (
    Server,
    answer,
    drip,
    drip_head,
    endless,
    hang,
    message,
    raw,
    redirect,
    reset,
    slowly,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.forges.http.servers import Act

TOKEN = "Bearer canary-5f2a"
HASTE = RetryPolicy(attempts=3, first=0.005, longest=0.5, secondary=0.05)
LIMITS = Limits(connect=60, read=60, total=60, body=100_000)
# For a server that says nothing: far more than an answer takes, also on a busy machine.
SOON = Limits(connect=60, read=0.5, total=60, body=100_000)
GET = Request("GET", "/x")

REASONS = {
    401: Reason.BAD_CREDENTIALS,
    403: Reason.DENIED,
    404: Reason.NOT_FOUND,
    429: Reason.SECONDARY_LIMIT,
    418: Reason.RATE_LIMIT,
}


def refuse(request: Request, got: Response) -> Rejection | None:
    """A forge whose statuses mean one thing each; Retry-After is believed."""
    if got.status < 300:
        return None
    reason = REASONS.get(got.status, Reason.FORGE_ERROR)
    wait = got.headers.get("retry-after")
    return Rejection(
        Failure(reason, f"said {got.status}", "mend it", status=got.status), float(wait) if wait else None
    )


def transport(url: str, deadline: Deadline | None = None, **options: Any) -> Transport:
    """A transport in haste, with a token."""
    options = {"concurrency": 4, "retry_policy": HASTE, "limits": LIMITS, **options}
    return Transport(options.pop("api", url + "/api"), TOKEN, refuse, deadline or Deadline(600), **options)


def ask(*acts: Act, request: Request = GET, **options: Any) -> tuple[Response | Failure, Server, Transport]:
    """One request to a server that does *acts*."""
    with Server(list(acts)) as server:
        client = transport(server.url, **options)
        return client.send(request), server, client


def reason_of(outcome: Response | Failure) -> Reason:
    """Why there was no answer."""
    assert isinstance(outcome, Failure)
    return outcome.reason


# what is sent and what comes


def test_a_request_has_the_token_an_honest_name_and_its_query() -> None:
    """And the answer comes whole."""
    outcome, server, client = ask(
        answer(200, {"a": 1}, X_Total="7"), request=Request("GET", "/x", {"q": "a b", "n": 2})
    )
    assert isinstance(outcome, Response)
    assert (outcome.status, outcome.json(), outcome.headers["x-total"], outcome.moved) == (
        200,
        {"a": 1},
        "7",
        False,
    )
    [seen] = server.seen
    assert (seen.method, seen.target) == ("GET", "/api/x?q=a+b&n=2") or seen.target == "/api/x?q=a%20b&n=2"
    assert seen.headers["authorization"] == TOKEN
    assert seen.headers["user-agent"] == USER_AGENT
    assert USER_AGENT.startswith("consumer-drift-action/")
    assert client.requests == 1


def test_an_anonymous_request_has_no_token_and_no_session() -> None:
    """Also after one that did, and was given a cookie."""
    with Server([answer(200, {}, Set_Cookie="session=known; Path=/")]) as server:
        client = transport(server.url)
        client.send(GET)
        client.send(Request("GET", "/x", anonymous=True))
    assert ["authorization" in one.headers for one in server.seen] == [True, False]
    assert not any("cookie" in one.headers for one in server.seen)


def test_without_a_token_there_is_no_header() -> None:
    """An empty one would be a wrong one."""
    with Server([answer()]) as server:
        client = Transport(server.url, "", refuse, Deadline(600), concurrency=1)
        client.send(GET)
        assert not client.has_token
    assert "authorization" not in server.seen[0].headers


def test_a_post_sends_json_to_another_root() -> None:
    """GitHub keeps GraphQL beside REST."""
    with Server([answer()]) as server:
        request = Request("POST", "/graphql", json={"query": "q"}, root=server.url + "/api")
        transport(server.url, api=server.url + "/rest").send(request)
    [seen] = server.seen
    assert (seen.method, seen.target, json.loads(seen.body)) == ("POST", "/api/graphql", {"query": "q"})


def test_a_compressed_answer_is_read() -> None:
    """The size that counts is the unpacked one."""
    packed = raw(
        message(200, gzip.compress(b'{"a": 1}'), Content_Type="application/json", Content_Encoding="gzip")
    )
    outcome, server, _ = ask(packed)
    assert isinstance(outcome, Response)
    assert outcome.json() == {"a": 1}
    assert "gzip" in server.seen[0].headers["accept-encoding"]


def test_a_bomb_is_not_unpacked() -> None:
    """A thousand times larger than it looks."""
    bomb = gzip.compress(b" " * 20_000_000)
    outcome, server, _ = ask(raw(message(200, bomb, Content_Encoding="gzip")))
    assert reason_of(outcome) is Reason.TOO_LARGE
    assert len(server.seen) == 1


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,gzip,gzip", "deflate, gzip", "br", "deflate", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    """Each further layer is a thousand times larger; only one was asked for, and it is asked for once."""
    packed = gzip.compress(gzip.compress(b" " * 2**20))
    outcome, server, _ = ask(raw(message(200, packed, Content_Encoding=encoding)))
    assert reason_of(outcome) is Reason.UNEXPECTED
    assert isinstance(outcome, Failure)
    assert repr(encoding) in outcome.said
    assert [one.headers["accept-encoding"] for one in server.seen] == ["gzip"]


def test_layers_in_several_headers_are_counted() -> None:
    """A list may be spread over header lines: https://www.rfc-editor.org/rfc/rfc9110#section-5.3"""
    packed = gzip.compress(gzip.compress(b"{}"))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}"
    outcome, _, _ = ask(raw(f"{head}\r\n\r\n".encode() + packed))
    assert reason_of(outcome) is Reason.UNEXPECTED


def test_an_answer_whose_compression_is_cut_is_asked_for_again() -> None:
    """What came of it is not the answer."""
    cut = gzip.compress(b'{"a": 1}')[:-4]
    damaged = raw(message(200, cut, Content_Type="application/json", Content_Encoding="gzip"))
    outcome, server, _ = ask(damaged)
    assert reason_of(outcome) is Reason.CUT_SHORT
    assert len(server.seen) == HASTE.attempts


def test_connections_are_used_again() -> None:
    """A new one for each request would double the time."""
    connections = set()

    def note(connection: Any) -> bool:
        connections.add(connection.getpeername())
        return answer()(connection)

    with Server([note]) as server:
        client = transport(server.url)
        for _ in range(5):
            client.send(GET)
    assert len(connections) == 1


# what is asked again


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (answer(500), Reason.FORGE_ERROR),
        (answer(503), Reason.FORGE_ERROR),
        (reset, Reason.CUT_SHORT),
        (raw(b"", keep=False), Reason.CUT_SHORT),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", keep=False), Reason.CUT_SHORT),
        (raw(b"gibberish\r\n\r\n", keep=False), Reason.CUT_SHORT),
        (hang, Reason.TIMEOUT),
        (answer(429), Reason.SECONDARY_LIMIT),
    ],
    ids=["500", "503", "reset", "closed", "cut", "gibberish", "silence", "limit"],
)
def test_what_may_pass_is_asked_again_and_told_when_it_does_not(bad: Act, reason: Reason) -> None:
    """Twice bad and then good is good; always bad ends after so many attempts."""
    limits = SOON if bad is hang else LIMITS
    outcome, server, _ = ask(bad, bad, answer(200, {"a": 1}), limits=limits)
    assert isinstance(outcome, Response)
    assert len(server.seen) == 3

    outcome, server, client = ask(bad, limits=limits)
    assert reason_of(outcome) is reason
    assert isinstance(outcome, Failure)
    assert outcome.asked == "GET /x"
    assert outcome.remedy
    # A run may be about one server and in a job of another.
    assert (server.url in outcome.said) is (reason in {Reason.CUT_SHORT, Reason.TIMEOUT})
    assert len(server.seen) == client.requests == HASTE.attempts


@pytest.mark.parametrize(
    ("status", "reason"), [(401, Reason.BAD_CREDENTIALS), (403, Reason.DENIED), (404, Reason.NOT_FOUND)]
)
def test_what_will_not_pass_is_asked_once(status: int, reason: Reason) -> None:
    """The same question has the same answer."""
    outcome, server, _ = ask(answer(status))
    assert reason_of(outcome) is reason
    assert len(server.seen) == 1


def test_an_impatient_request_is_asked_once_and_spoils_nothing_for_others() -> None:
    """Who asks will ask for less instead."""
    with Server([answer(502)] * 20 + [answer()]) as server:
        client = transport(server.url)
        for _ in range(20):
            assert reason_of(client.send(Request("GET", "/x", handled=frozenset({502})))) is Reason.FORGE_ERROR
        assert isinstance(client.send(GET), Response)
    assert len(server.seen) == 21


def test_waiting_takes_no_random_number_from_anybody_else() -> None:
    before = random.getstate()
    got, server, _ = ask(answer(500), answer(200))
    assert isinstance(got, Response)
    assert len(server.seen) == 2
    assert random.getstate() == before


def test_retry_after_is_honoured() -> None:
    """Not a moment earlier."""
    clock = VirtualClock()
    outcome, _, _ = ask(answer(503, {}, Retry_After="0.2"), answer(), deadline=Deadline(30, clock))
    assert isinstance(outcome, Response)
    assert 0.2 <= clock.slept <= 0.2 + HASTE.first


def test_a_wait_that_is_too_long_is_not_begun() -> None:
    """It is told instead."""
    clock = VirtualClock()
    outcome, server, _ = ask(answer(503, {}, Retry_After="3600"), deadline=Deadline(30, clock))
    assert reason_of(outcome) is Reason.FORGE_ERROR
    assert (len(server.seen), clock.slept) == (1, 0)


def test_a_limit_holds_everyone() -> None:
    """While it lasts no other request is sent either."""
    clock = HeldClock()
    with Server([answer(429, {}, Retry_After="0.25"), answer()]) as server, ThreadPoolExecutor(2) as pool:
        client = transport(server.url, Deadline(30, clock))
        first = pool.submit(client.send, GET)
        assert clock.sleepers.acquire(timeout=60)
        other = pool.submit(client.send, Request("GET", "/other"))
        assert clock.sleepers.acquire(timeout=60)
        assert len(server.seen) == 1
        clock.go.set()
        assert isinstance(first.result(60), Response)
        assert isinstance(other.result(60), Response)
    assert len(server.seen) == 3
    assert clock.slept >= 0.25


def test_a_limit_that_is_spent_ends_all_asking_on_its_channel() -> None:
    """REST and GraphQL are counted apart, and so is whoever comes without a token."""
    with Server([answer(418), answer()]) as server:
        client = transport(server.url)
        assert reason_of(client.send(GET)) is Reason.RATE_LIMIT
        again = client.send(Request("GET", "/other"))
        assert isinstance(again, Failure)
        assert (again.reason, again.asked) == (Reason.RATE_LIMIT, "GET /other")
        assert len(server.seen) == 1
        assert isinstance(client.send(Request("POST", "/graphql", root=server.url)), Response)
        assert isinstance(client.send(Request("GET", "/x", anonymous=True)), Response)


def test_a_limit_that_is_not_lifted_in_time_ends_all_asking() -> None:
    """It said so itself: every further request would be refused as well, and would make it longer."""
    with Server([answer(429, {}, Retry_After="3600"), answer()]) as server:
        client = transport(server.url)
        assert reason_of(client.send(GET)) is Reason.SECONDARY_LIMIT
        assert reason_of(client.send(Request("GET", "/other"))) is Reason.SECONDARY_LIMIT
    assert len(server.seen) == 1


def test_a_limit_that_was_waited_for_without_success_does_not_end_all_asking() -> None:
    """Only after as many of them as of any other failure."""
    with Server([answer(429, {}, Retry_After="0.01")] * HASTE.attempts + [answer()]) as server:
        client = transport(server.url)
        assert reason_of(client.send(GET)) is Reason.SECONDARY_LIMIT
        assert isinstance(client.send(Request("GET", "/other")), Response)


# writes


@pytest.mark.parametrize("bad", [answer(500), answer(502), reset, hang], ids=["500", "502", "reset", "silence"])
def test_a_write_is_not_sent_again_while_its_result_is_unknown(bad: Act) -> None:
    """It may have been carried out."""
    request = Request("POST", "/x", json={}, writes=True)
    outcome, server, _ = ask(bad, answer(), request=request, limits=SOON if bad is hang else LIMITS)
    assert isinstance(outcome, Failure)
    assert len(server.seen) == 1


def test_a_write_that_a_limit_refused_is_sent_again() -> None:
    """A limit refuses before anything is done."""
    request = Request("POST", "/x", json={}, writes=True)
    outcome, server, _ = ask(answer(429, {}, Retry_After="0"), answer(201), request=request)
    assert isinstance(outcome, Response)
    assert (outcome.status, len(server.seen)) == (201, 2)


def test_a_write_that_was_begun_is_waited_for_though_the_run_is_interrupted() -> None:
    """Left alone, its result would be unknown."""
    act = slowly(5 * POLL_SECONDS, answer(201))
    assert isinstance(interrupted_at(act, request=Request("POST", "/x", json={}, writes=True)), Response)


# the breaker


@pytest.mark.parametrize(("status", "attempts"), [(401, 1), (500, 3)])
def test_a_forge_that_fails_eight_times_in_a_row_is_left_alone(status: int, attempts: int) -> None:
    """A dead token earns a lock-out, a dead forge costs hours."""
    with Server([answer(status)]) as server:
        client = transport(server.url)
        for _ in range(8):
            client.send(GET)
        last = client.send(GET)
    assert isinstance(last, Failure)
    assert last.said == f"not requested after 8 failures in a row: said {status}"
    assert len(server.seen) == 8 * attempts


@pytest.mark.parametrize("between", [200, 404])
def test_an_answer_between_failures_shows_that_the_forge_lives(between: int) -> None:
    """Eight in a row, not eight in all."""
    acts = ([answer(401)] * 7 + [answer(between)]) * 2 + [answer()]
    with Server(acts) as server:
        client = transport(server.url)
        for _ in range(16):
            client.send(GET)
        assert isinstance(client.send(GET), Response)
    assert len(server.seen) == 17


# bounds


def test_a_server_that_takes_no_connection_is_unreachable() -> None:
    """Refused at once, and asked again all the same."""
    with Server([answer()]) as server:
        url = server.url
    client = transport(url)
    outcome = client.send(GET)
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.UNREACHABLE
    assert outcome.said.startswith(f"{url} cannot be reached (ConnectError")
    assert client.requests == HASTE.attempts


def test_an_address_that_never_answers_is_waited_for_once() -> None:
    """Not by every request: ten seconds in all, and then all have the same sentence."""
    with Server([answer()]) as server:
        url = server.url
    clock = VirtualClock()
    client = transport(url, Deadline(3600, clock), retry_policy=RetryPolicy())
    first = client.send(GET)
    assert isinstance(first, Failure)
    assert 8 < clock.slept <= LONGEST_WITHOUT_ANSWER + 0.01
    slept, requests = clock.slept, client.requests
    for request in (Request("GET", "/y"), Request("GET", "/z", anonymous=True), Request("POST", "/q", root=url)):
        further = client.send(request)
        assert isinstance(further, Failure)
        assert (further.said, further.asked) == (first.said, str(request))
    assert (clock.slept, client.requests) == (slept, requests)


def test_a_server_that_answered_once_is_waited_for_by_every_request() -> None:
    """It is down for a moment, and the address is right."""
    clock = VirtualClock()
    with Server([raw(message(404), keep=False)]) as server:
        client = transport(server.url, Deadline(3600, clock))
        assert reason_of(client.send(GET)) is Reason.NOT_FOUND
    before = client.requests
    for _ in range(2):
        assert reason_of(client.send(GET)) is Reason.UNREACHABLE
    assert client.requests == before + 2 * HASTE.attempts


def test_a_server_without_tls_is_asked_once_and_http_is_named() -> None:
    """An address without a scheme means https; a server of one's own often has none."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        pool.submit(_answer_without_tls, listener)
        clock = VirtualClock()
        address = f"https://127.0.0.1:{listener.getsockname()[1]}"
        client = transport(address, Deadline(600, clock))
        outcome, further = client.send(GET), client.send(Request("GET", "/y"))
    assert isinstance(outcome, Failure)
    assert isinstance(further, Failure)
    assert outcome.said.startswith(f"{address} does not speak TLS (")
    assert "http://" in outcome.remedy
    assert further.said == outcome.said
    assert (client.requests, clock.slept) == (1, 0)


def _answer_without_tls(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(message(400))
        connection.recv(65536)


def test_a_dripping_body_ends_by_the_clock() -> None:
    """Each byte is in time, the whole is not."""
    clock = VirtualClock()
    outcome, _, _ = ask(drip(clock), retry_policy=RetryPolicy(attempts=1), deadline=Deadline(600, clock))
    assert reason_of(outcome) is Reason.TIMEOUT
    assert isinstance(outcome, Failure)
    assert outcome.said == "the answer was not complete after 60 s"


@pytest.mark.parametrize("line", [b"X-Drip: 1\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n"], ids=["lines", "heads"])
def test_a_dripping_head_ends_by_the_clock(line: bytes) -> None:
    """Each line is in time, and each head that says that another one will come."""
    clock = VirtualClock()
    act, once = drip_head(clock, line), RetryPolicy(attempts=1)
    outcome, _, _ = ask(act, retry_policy=once, deadline=Deadline(600, clock))
    assert reason_of(outcome) is Reason.TIMEOUT
    assert isinstance(outcome, Failure)
    assert outcome.said == "the answer was not complete after 60 s"


def test_a_dripping_head_ends_with_the_run() -> None:
    """However much time an exchange may take."""
    clock = VirtualClock()
    outcome, server, _ = ask(drip_head(clock), deadline=Deadline(20, clock), limits=Limits(read=6000, total=6000))
    assert reason_of(outcome) is Reason.OUT_OF_TIME
    assert len(server.seen) == 1


def test_the_next_exchange_has_a_connection_of_its_own() -> None:
    """The one that was closed is not used again, and a later one has the whole time."""
    clock = VirtualClock()
    outcome, server, _ = ask(drip_head(clock), answer(200, {"a": 1}), deadline=Deadline(6000, clock))
    assert isinstance(outcome, Response)
    assert server.connections == 2


@pytest.mark.parametrize("drips", [drip, drip_head])
def test_a_write_past_its_end_is_unclear_and_not_sent_again(drips: Any) -> None:
    """It may have been applied."""
    clock = VirtualClock()
    write = Request("POST", "/x", json={}, writes=True)
    outcome, server, _ = ask(drips(clock), request=write, deadline=Deadline(600, clock))
    assert isinstance(outcome, Failure)
    assert outcome.reason in UNCLEAR
    assert "not known whether it was applied" in outcome.said
    assert len(server.seen) == 1


def test_a_write_that_outlasts_the_run_is_unclear_as_well() -> None:
    """The end of the run is no reason to say that nothing was written."""
    write = Request("POST", "/x", json={}, writes=True)
    outcome, _, _ = ask(hang, request=write, deadline=Deadline(0.1), limits=Limits(read=6000, total=6000))
    assert isinstance(outcome, Failure)
    assert outcome.reason in UNCLEAR


def test_an_interrupted_write_has_a_moment_for_its_answer() -> None:
    """Then the run ends, and says that it is not known."""
    write = Request("POST", "/x", json={}, writes=True)
    outcome = interrupted_at(hang, request=write, limits=Limits(read=6000, total=6000))
    assert isinstance(outcome, Failure)
    assert outcome.reason in UNCLEAR
    assert isinstance(interrupted_at(answer(201, {}), request=write), Response)


def test_an_endless_body_ends_by_its_size() -> None:
    """And is not asked for again."""
    outcome, server, _ = ask(endless)
    assert reason_of(outcome) is Reason.TOO_LARGE
    assert len(server.seen) == 1


def test_no_more_than_so_many_at_once() -> None:
    """The forges count them."""
    three = threading.Barrier(3, timeout=60)
    with Server([lambda connection: three.wait() >= 0 and answer()(connection)]) as server:
        client = transport(server.url, concurrency=3)
        list(map_unordered(lambda _: client.send(GET), range(15), threads=10, deadline=Deadline(600)))
    assert (len(server.seen), server.most_at_once) == (15, 3)


# redirects


def test_a_redirect_within_the_forge_is_followed_with_the_token_and_told() -> None:
    """A renamed repository answers so."""
    outcome, server, client = ask(
        redirect("/api/repositories/7?page=2", 301),
        redirect("/api/new", 307),
        answer(200, {"a": 1}),
        request=Request("GET", "/x", {"q": "1"}),
    )
    assert isinstance(outcome, Response)
    assert outcome.moved
    assert server.paths == ["/api/x?q=1", "/api/repositories/7?page=2", "/api/new"]
    assert all(one.headers["authorization"] == TOKEN for one in server.seen)
    assert client.requests == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_never_goes_to_another_host(status: int) -> None:
    """Nothing at all goes there."""
    with Server([answer()]) as other:
        outcome, server, _ = ask(redirect(f"{other.url}/steal?secret=s3cret", status))
        assert other.seen == []
    assert reason_of(outcome) is Reason.FOREIGN_REDIRECT
    assert isinstance(outcome, Failure)
    assert other.url.rpartition(":")[0] in outcome.said
    assert "s3cret" not in str(outcome)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "location",
    [
        "//127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "http://user:pass@127.0.0.1/x",
        "http://[broken/x",
        "http:///x",
        "ftp://127.0.0.1/x",
        "javascript:alert(1)",
        "http://127.0.0.1:99999/",
        "\\\\evil.example\\x",
        "/\t/evil.example/x",
    ],
)
def test_no_location_of_a_redirect_raises_or_leads_away(location: str) -> None:
    """It is text that a server chose."""
    outcome, server, _ = ask(redirect(location))
    assert isinstance(outcome, Failure)
    assert outcome.reason in {Reason.FOREIGN_REDIRECT, Reason.UNREACHABLE, Reason.CUT_SHORT, Reason.UNEXPECTED}
    assert "pass" not in outcome.said
    assert all(one.headers["host"].startswith("127.0.0.1:") for one in server.seen)


@pytest.mark.parametrize("location", ["/api/x", ""])
def test_redirects_in_a_circle_end(location: str) -> None:
    """Without a location the circle is the smallest there is."""
    outcome, server, _ = ask(redirect(location))
    assert reason_of(outcome) is Reason.UNEXPECTED
    assert len(server.seen) == 5


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_write_is_never_sent_through_a_redirect(method: str) -> None:
    """Most clients make a GET of a POST, or write somewhere else."""
    outcome, server, _ = ask(redirect("/api/y", 301), answer(), request=Request(method, "/x", json={"a": 1}))
    assert reason_of(outcome) is Reason.FOREIGN_REDIRECT
    assert isinstance(outcome, Failure)
    assert "a write never follows one" in outcome.said
    assert server.paths == ["/api/x"]


# the end of a run


def interrupted_at(act: Act, **options: Any) -> Response | Failure:
    """What becomes of a request that is interrupted as soon as it arrives."""
    deadline = Deadline(600)

    def interrupted(connection: Any) -> bool:
        deadline.interrupt(2)
        return act(connection)

    return ask(interrupted, deadline=deadline, **options)[0]


@pytest.mark.parametrize("status", [503, 429], ids=["its own", "everyone's"])
def test_an_interrupt_ends_a_wait(status: int) -> None:
    """A pause of a minute does not hold anybody back."""
    clock = InterruptingClock()
    clock.deadline = Deadline(600, clock)
    patient = RetryPolicy(attempts=3, first=0.01, longest=120)
    outcome, server, _ = ask(answer(status, {}, Retry_After="60"), retry_policy=patient, deadline=clock.deadline)
    assert reason_of(outcome) is Reason.INTERRUPTED
    assert len(server.seen) == 1
    assert clock.slept < 1


def test_an_interrupt_ends_a_request_of_the_main_thread() -> None:
    """Which is the one that a signal reaches. The server says nothing for as long as the test may take."""
    outcome = interrupted_at(hang, limits=Limits(read=6000, total=6000))
    assert reason_of(outcome) is Reason.INTERRUPTED
    assert isinstance(outcome, Failure)
    assert outcome.asked == "GET /x"


def test_the_end_of_the_run_ends_a_look_up_in_any_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own function returns when it likes."""
    deadline, done = Deadline(600), threading.Event()
    outcomes: queue.SimpleQueue[Response | Failure] = queue.SimpleQueue()
    client = Transport("http://git.example", "", refuse, deadline, concurrency=1)

    def look_up(*_: object, **__: object) -> Any:
        deadline.interrupt(15)
        done.wait(60)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    asking = threading.Thread(target=lambda: outcomes.put(client.send(GET)), daemon=True)
    asking.start()
    try:
        assert reason_of(outcomes.get(timeout=10)) is Reason.INTERRUPTED
    finally:
        done.set()
        asking.join()


def test_the_runs_time_ends_a_request() -> None:
    """Whatever the limits of one exchange are."""
    outcome, _, _ = ask(hang, deadline=Deadline(0.1), limits=Limits(read=6000, total=6000))
    assert reason_of(outcome) is Reason.OUT_OF_TIME


def test_after_the_end_nothing_is_asked() -> None:
    """Every request has its obstacle at once."""
    deadline = Deadline(60)
    deadline.interrupt(15)
    outcome, server, _ = ask(answer(), deadline=deadline)
    assert reason_of(outcome) is Reason.INTERRUPTED
    assert server.seen == []


# what cannot be begun


def test_a_bundle_that_is_none_is_an_oserror(tmp_path: Path) -> None:
    """Whoever connects says so to the user."""
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate\n")
    for path in (bundle, tmp_path / "gone"):
        with pytest.raises(OSError):
            transport("https://git.example", ca_bundle=str(path))


@pytest.mark.parametrize("proxy", ["socks9://user:s3cret@h:1", "http://h:not-a-port"])
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Without its password."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ValueError, match="the proxy that HTTP_PROXY") as caught:
        transport("https://git.example")
    assert "s3cret" not in str(caught.value)


def test_a_header_that_no_server_takes_is_not_shown() -> None:
    """The library's own words would show the token."""
    with Server([answer()]) as server:
        client = Transport(
            server.url, "Bearer s3cret\nX: y", refuse, Deadline(600), concurrency=1, retry_policy=HASTE
        )
        outcome = client.send(GET)
    assert reason_of(outcome) is Reason.UNREACHABLE
    assert "s3cret" not in str(outcome)


def test_a_certificate_of_no_known_authority_says_what_to_give(tmp_path: Path) -> None:
    """The usual first run against a forge of one's own."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("there is no openssl here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    clock = VirtualClock()
    with Server([drip_head(clock)], tls=context) as server:
        late = transport(
            server.url, Deadline(600, clock), ca_bundle=str(certificate), retry_policy=RetryPolicy(attempts=1)
        ).send(GET)
    assert reason_of(late) is Reason.TIMEOUT, "also where the socket is one of TLS"
    with Server([answer()], tls=context) as server:
        distrusting = transport(server.url, limits=Limits())
        outcome = distrusting.send(GET)
        trusting = transport(server.url, ca_bundle=str(certificate), limits=Limits()).send(GET)
    assert reason_of(outcome) is Reason.UNREACHABLE
    assert isinstance(outcome, Failure)
    assert "ca-bundle" in outcome.remedy
    assert distrusting.requests == 1
    assert isinstance(trusting, Response)
