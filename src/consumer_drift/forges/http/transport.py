"""Send requests: timeouts, retries, redirects, limits, and a token that goes to one server only."""

from __future__ import annotations

import base64
import contextlib
import random
import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlencode, urljoin, urlsplit

import httpcore

from consumer_drift import __version__
from consumer_drift.forges.held_texts import MOST_HELD, HeldTexts
from consumer_drift.forges.http import memory
from consumer_drift.forges.http.body import ACCEPTED, Body, UnusableBodyError, too_many_values
from consumer_drift.forges.http.concurrency import ConcurrencyLimiter, outcome_of, route_of
from consumer_drift.forges.http.exchanges import WRITE_GRACE, Exchange, Exchanges
from consumer_drift.forges.http.failures import BROKEN, broken, foreign_redirect, origin_of, unanswered
from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.forges.http.pool import ClientPool
from consumer_drift.forges.http.retry import (
    CircuitBreaker,
    RateLimitGate,
    Reach,
    RetryPolicy,
    applies_to_all,
    pause_before_retry,
)
from consumer_drift.forges.http.wire import body_of, head_of, url_of
from consumer_drift.forges.http.workers import Worker, run_parallel
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.redact import redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from consumer_drift.forges.http.memory import Lease
    from consumer_drift.support.deadline import Deadline

USER_AGENT = f"consumer-drift-action/{__version__}"

# Of its own: a thread that still waits changes no numbers of whoever runs this as a library.
_JITTER = random.Random()  # noqa: S311
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_FIRST_FAILURE = 300
# Bytes of an answer that is no success: it has a message, or a page for people.
_MOST_OF_FAILURE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one exchange, in seconds and bytes. *total* limits a body that arrives slowly.

    *texts* is how many bytes all files of a run may take.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 90.0
    body: int = 64 * 1024 * 1024
    texts: int = MOST_HELD


class Network(TypedDict, total=False):
    """Options that a forge passes on to its Transport."""

    ca_bundle: str
    user_agent: str
    retry_policy: RetryPolicy | None
    limits: Limits | None
    only_reads: bool


class Transport:
    """Sends requests to one API with one token. Safe to use from many threads."""

    def __init__(
        self,
        api_url: str,
        authorization: str,
        refuse: Callable[[Request, Response], Rejection | None],
        deadline: Deadline,
        *,
        concurrency: int,
        headers: dict[str, str] | None = None,
        ca_bundle: str = "",
        user_agent: str = "",
        retry_policy: RetryPolicy | None = None,
        limits: Limits | None = None,
        only_reads: bool = False,
    ) -> None:
        """*authorization* is the whole value of the header, empty for none. *refuse* returns what a status means.

        *only_reads*: a request that could change something is a defect of this program, and is never sent.

        Raises OSError if *ca_bundle* (or the file that SSL_CERT_FILE names) cannot be read as certificates, and
        ValueError, with a sentence for the user, if the environment names a proxy that cannot be used.
        """
        self._api_url = api_url.rstrip("/")
        self._authorization = authorization
        self._refuse = refuse
        self._only_reads = only_reads
        token = authorization.rpartition(" ")[2]
        # https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api, for git over HTTP as well
        password = base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
        self._authorization_of_git = f"Basic {password}" if token else ""
        self._clean = redactor([token])
        self._deadline = deadline
        self._retry_policy = retry_policy or RetryPolicy()
        self._limits = limits or Limits()
        self._limiter = ConcurrencyLimiter(concurrency)
        self._exchanges = Exchanges(deadline)
        self._memory = memory.Memory(concurrency)
        self.texts = HeldTexts(self._limits.texts)
        self._gate = RateLimitGate(deadline)
        self._breaker = CircuitBreaker()
        self._reach = Reach(deadline)
        self._lock = threading.Lock()
        self.requests = 0
        own = {"user-agent": user_agent or USER_AGENT, "accept": "application/json", "accept-encoding": ACCEPTED}
        self._headers = {**own, **(headers or {})}
        self._clients = ClientPool(ca_bundle)

    @property
    def has_token(self) -> bool:
        """Whether requests are sent with a token."""
        return bool(self._authorization)

    def send(self, request: Request) -> Response | Failure:
        """Return the forge's answer to *request*, or the failure.

        A response is a success unless *refuse* returns a rejection. After a transient failure the request is sent
        again, unless it writes; reads follow redirects within the forge.
        """
        if self._only_reads and not request.only_reads:
            raise AssertionError(f"{request} in a run that writes nothing")
        memory.done()
        attempt = 0
        while True:
            attempt += 1
            stopped = self._deadline.failure() or self._reach.failure or self._breaker.failure_for(request)
            if stopped is not None:
                return replace(stopped, asked=str(request))
            outcome = self._attempt(request)
            if isinstance(outcome, Response):
                self._breaker.succeeded(request)
                memory.keep(outcome.lease)
                return outcome
            pause = self._pause(request, outcome, attempt)
            if pause is None:
                return replace(self._given_up(request, outcome), asked=str(request))
            if applies_to_all(outcome):
                self._gate.hold(pause)
            else:
                self._deadline.wait(pause)

    def _given_up(self, request: Request, rejection: Rejection) -> Failure:
        """Return the failure of a request that is not sent again; the breaker may stop all further ones."""
        stopped = self._deadline.failure()
        if stopped is not None and rejection.failure.reason is Reason.TIMEOUT and not request.writes:
            # The run ended, so this says nothing about the forge.
            return stopped
        self._reach.gave_up(request, rejection.failure)
        if rejection.failure.status not in request.handled:
            longest = min(self._retry_policy.longest, self._deadline.remaining)
            exhausted = applies_to_all(rejection) and (rejection.wait or 0) > longest
            self._breaker.failed(request, rejection.failure, exhausted=exhausted)
        return rejection.failure

    def _pause(self, request: Request, rejection: Rejection, attempt: int) -> float | None:
        if rejection.failure.status in request.handled:
            return None
        # A limit rejects a write before it is applied; after other failures that is unknown.
        if request.writes and not applies_to_all(rejection):
            return None
        # Jitter only spreads the callers.
        pause = pause_before_retry(
            rejection,
            attempt,
            self._retry_policy,
            _JITTER.random(),
            self._deadline.remaining,
        )
        return self._reach.bounded(rejection, pause)

    def _attempt(self, request: Request) -> Response | Rejection:
        """Try once. Whoever is no worker lets one do it, so that a signal or the deadline ends the wait.

        A look-up of a name takes as long as the system likes, and cannot be ended. A write that was sent has a
        little longer: without its answer it is not known whether it was applied.
        """
        if isinstance(threading.current_thread(), Worker):
            return self._once(request)
        deadline = self._deadline.later(WRITE_GRACE + 1) if request.writes else self._deadline
        [outcome] = run_parallel(lambda: self._once(request), deadline=deadline)
        if outcome is not None:
            return outcome
        if request.writes:
            return Rejection(unanswered(request))
        stopped = self._deadline.failure()
        assert stopped is not None  # noqa: S101 - only the deadline cuts it off
        return Rejection(stopped)

    def _once(self, request: Request) -> Response | Rejection:
        with self._limiter.permit() as permit:
            self._gate.wait()
            # The run may have ended while this waited.
            stopped = self._deadline.failure()
            if stopped is not None:
                return Rejection(stopped)
            permit.start()
            outcome = self._followed(request)
            if isinstance(outcome, Response):
                outcome = self._refuse(request, outcome) or outcome
            permit.end(outcome_of(request, outcome), route_of(request))
        return outcome

    def _followed(self, request: Request) -> Response | Rejection:
        """Return the answer after all redirects."""
        url, moved = (request.root or self._api_url) + request.path, False
        if request.query:
            url += f"?{urlencode(request.query)}"
        for _ in range(_MOST_REDIRECTS):
            answer = self._exchange(request, url)
            if isinstance(answer, Rejection) or answer.status not in _REDIRECTS:
                return replace(answer, moved=True) if moved and isinstance(answer, Response) else answer
            target = _target(url, answer.headers.get("location", ""))
            if request.method != "GET" or not _same_origin(target, url):
                return Rejection(foreign_redirect(request, target, answer.status))
            url, moved = target, True
        return Rejection(
            Failure(
                Reason.UNEXPECTED,
                f"{request} leads to a loop of redirects",
                "check the server's address and any proxy in front of it",
            )
        )

    def _exchange(self, request: Request, url: str) -> Response | Rejection:
        with self._lock:
            self.requests += 1
        with self._exchanges.begun(self._limits.total, writes=request.writes) as exchange:
            try:
                answer = self._exchanged(request, url, exchange)
            except UnusableBodyError as error:
                answer = Rejection(error.failure)
            except BROKEN as error:
                answer = broken(request, url, error, self._clients.proxy_of(url))
            self._reach.noted(answer)
            # The library saw a connection that broke, or a body that ended.
            return Rejection(self._too_late(request)) if exchange.late else answer

    def _exchanged(self, request: Request, url: str, exchange: Exchange) -> Response | Rejection:
        """Return the answer. Raises UnusableBodyError, and what the library raises."""
        try:
            place, body = url_of(url), body_of(request)
            head = head_of(self._headers_of(request), place, body, request.method)
        except ValueError:
            return Rejection(
                Failure(Reason.UNREACHABLE, f"{origin_of(url)} is not a URL", "check the server's address"),
                final=True,
            )
        with self._clients.client(place) as (client, line), line.used_by(exchange):
            extensions = {"trace": line.trace, "timeout": self._timeout(writes=request.writes)}
            sent = httpcore.Request(request.method, place, headers=head, content=body, extensions=extensions)
            with contextlib.closing(client.handle_request(sent)) as response:
                return self._received(request, response, exchange)

    def _headers_of(self, request: Request) -> dict[str, str]:
        kind = {"content-type": "application/json"} if request.json is not None and not request.content else {}
        headers = {**self._headers, **kind, **request.headers}
        value = self._authorization_of_git if request.is_git else self._authorization
        if value and not request.anonymous:
            headers["authorization"] = value
        return headers

    def _timeout(self, *, writes: bool) -> dict[str, float]:
        """Return the seconds for each step: https://www.encode.io/httpcore/extensions/#timeout"""
        left = max(0.05, self._exchanges.remaining(writes=writes))
        most = min(self._limits.read, left)
        return {"connect": min(self._limits.connect, left), "read": most, "write": most, "pool": most}

    def _too_late(self, request: Request) -> Failure:
        """Return the failure of an exchange that its deadline has ended."""
        if request.writes:
            return unanswered(request)
        return Failure(
            Reason.TIMEOUT,
            f"the answer was not complete after {self._limits.total:.0f} s",
            "check the forge's health and the network, then run again",
        )

    def _received(self, request: Request, response: httpcore.Response, exchange: Exchange) -> Response:
        """Return the whole answer. Raises UnusableBodyError, and what the library raises."""
        headers = _texts(response.headers)
        if response.status < _FIRST_FAILURE:
            leases: list[Lease] = []
            lend = partial(self._lend, leases, exchange)
            body = self._body(response, headers, min(request.most, self._limits.body), lend)
            answer = Response(response.status, headers, body)
            self._count(answer, lend)
            return replace(answer, lease=leases[0]) if leases else answer
        try:
            body = self._body(response, headers, _MOST_OF_FAILURE, lambda: None)
            return Response(response.status, headers, self._redacted(body))
        except UnusableBodyError:
            # The status tells enough, and its message would only be quoted.
            return Response(response.status, headers, b"")

    def _body(
        self, response: httpcore.Response, headers: Mapping[str, str], most: int, lend: Callable[[], None]
    ) -> bytes:
        """Return the body. *lend* is called if it is large."""
        body = Body(headers.get("content-encoding", ""), most, self._memory.share_arriving, lend)
        for chunk in response.iter_stream():
            body.add(chunk)
        return body.whole()

    def _redacted(self, body: bytes) -> bytes:
        """Return what a failure says without the token: messages are cut, and a part of it would stay."""
        return self._clean(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _count(self, answer: Response, lend: Callable[[], None]) -> None:
        """Call *lend* if *answer* takes much memory once it is parsed."""
        takes = memory.weight(answer.body) if answer.is_json else 0
        if takes > memory.MOST:
            raise UnusableBodyError(too_many_values(memory.MOST))
        if takes > self._memory.share:
            lend()

    def _lend(self, leases: list[Lease], exchange: Exchange) -> None:
        """Add the lease of a large answer to *leases*, unless it has one."""
        if leases:
            return
        begun = self._deadline.monotonic()
        lease = self._memory.lease(self._deadline)
        if isinstance(lease, Failure):
            raise UnusableBodyError(lease)
        exchange.end += self._deadline.monotonic() - begun
        leases.append(lease)


def _texts(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by their names in lower case, the values of one that occurs several times in one text."""
    headers: dict[str, str] = {}
    try:
        texts = [(name.decode().lower(), value.decode()) for name, value in raw]
    except UnicodeDecodeError:
        texts = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]
    for name, value in texts:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _same_origin(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)


def _target(url: str, location: str) -> str:
    """Return the target of a redirect from *url*, empty if its location is not a URL."""
    try:
        target = urljoin(url, location)
        return target if urlsplit(target).hostname else ""
    except ValueError:
        return ""
