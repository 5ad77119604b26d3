"""Requests out, answers in: time-outs, retries, redirects, limits, and a token that stays home."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from consumer_drift import __version__
from consumer_drift.forges.http.concurrency import ConcurrencyLimiter, outcome_of, route_of
from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.forges.http.pool import ClientPool
from consumer_drift.forges.http.retry import (
    CircuitBreaker,
    RateLimitGate,
    RetryPolicy,
    applies_to_all,
    pause_before_retry,
)
from consumer_drift.forges.http.workers import run_parallel
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.support.deadline import Deadline

USER_AGENT = f"consumer-drift-action/{__version__}"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one exchange: seconds and bytes. *total* bounds a body that drips."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 90.0
    body: int = 64 * 1024 * 1024


class Network(TypedDict, total=False):
    """What a forge hands through to its Transport, and does not look into."""

    ca_bundle: str
    retry_policy: RetryPolicy | None
    limits: Limits | None


class Transport:
    """One API's address, one token. May be used from many threads at once."""

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
        retry_policy: RetryPolicy | None = None,
        limits: Limits | None = None,
    ) -> None:
        """*authorization* is the header's whole value, empty for none. *refuse* reads what a status means.

        Raises OSError where *ca_bundle* (or what SSL_CERT_FILE names) cannot be read as certificates, and
        ValueError, with a sentence for the user, where the environment names a proxy that cannot be used.
        """
        self._api_url = api_url.rstrip("/")
        self._authorization = authorization
        self._refuse = refuse
        self._stop = deadline
        self._patience = retry_policy or RetryPolicy()
        self._limits = limits or Limits()
        self._slots = ConcurrencyLimiter(concurrency)
        self._gate = RateLimitGate(deadline)
        self._breaker = CircuitBreaker()
        self._lock = threading.Lock()
        self.requests = 0
        try:
            self._clients = ClientPool(
                {"user-agent": USER_AGENT, "accept": "application/json", **(headers or {})},
                ca_bundle,
                httpx.Timeout(self._limits.read, connect=self._limits.connect),
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise ValueError(
                "the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used"
                f" ({type(error).__name__}): give one as http://host:port, or unset it"
            ) from error

    @property
    def has_token(self) -> bool:
        """Whether requests carry a token at all."""
        return bool(self._authorization)

    def send(self, request: Request) -> Response | Failure:
        """The forge's answer to *request*, or why there is none that can be trusted.

        A good answer is a 2xx, or whatever else *refuse* lets pass. What may pass by itself is asked
        again, unless it writes; reads follow redirects within the forge.
        """
        attempt = 0
        while True:
            attempt += 1
            given_up = self._stop.failure() or self._breaker.verdict(request)
            if given_up is not None:
                return replace(given_up, asked=str(request))
            outcome = self._attempt(request)
            if isinstance(outcome, Response):
                self._breaker.success(request)
                return outcome
            refusal = outcome
            pause = self._pause(request, refusal, attempt)
            if pause is None:
                return replace(self._given_up(request, refusal), asked=str(request))
            if applies_to_all(refusal):
                self._gate.hold(pause)
            else:
                self._stop.wait(pause)

    def _given_up(self, request: Request, refusal: Rejection) -> Failure:
        """What is told of a request that is not asked again; the breaker may end all further ones."""
        stopped = self._stop.failure()
        if stopped is not None and refusal.failure.reason is Reason.TIMEOUT:
            # The request had no more time than the run: nothing speaks against the forge.
            return stopped
        if refusal.failure.status not in request.impatient:
            longest = min(self._patience.longest, self._stop.remaining)
            spent = applies_to_all(refusal) and (refusal.wait or 0) > longest
            self._breaker.failure(request, refusal.failure, spent=spent)
        return refusal.failure

    def _pause(self, request: Request, refusal: Rejection, attempt: int) -> float | None:
        if refusal.failure.status in request.impatient:
            return None
        # A limit refuses before anything is done; after every other failure a write may have been carried out.
        if request.writes and not applies_to_all(refusal):
            return None
        # Jitter spreads callers; nobody guards a secret with it.
        return pause_before_retry(
            refusal,
            attempt,
            self._patience,
            random.random(),  # noqa: S311
            self._stop.remaining,
        )

    def _attempt(self, request: Request) -> Response | Rejection:
        """One try. From the main thread it is handed to another, so that a signal or the clock ends the wait.

        But a write that was begun is waited for: left alone, nobody would know what became of it.
        """
        if request.writes or threading.current_thread() is not threading.main_thread():
            return self._once(request)
        [outcome] = run_parallel(lambda: self._once(request), deadline=self._stop)
        if outcome is not None:
            return outcome
        stopped = self._stop.failure()
        assert stopped is not None  # noqa: S101 - nothing else cuts a work off
        return Rejection(stopped)

    def _once(self, request: Request) -> Response | Rejection:
        with self._slots.take() as slot:
            self._gate.wait()
            # The run may have ended while this waited for its turn.
            stopped = self._stop.failure()
            if stopped is not None:
                return Rejection(stopped)
            slot.begin()
            outcome = self._followed(request)
            if isinstance(outcome, Response):
                outcome = self._refuse(request, outcome) or outcome
            slot.end(outcome_of(request, outcome), route_of(request))
        return outcome

    def _followed(self, request: Request) -> Response | Rejection:
        """The answer at the end of all redirects."""
        url, moved = (request.root or self._api_url) + request.path, False
        if request.query:
            url += f"?{urlencode(request.query)}"
        for _ in range(_MOST_REDIRECTS):
            answer = self._exchange(request, url)
            if isinstance(answer, Rejection) or answer.status not in _REDIRECTS:
                return replace(answer, moved=moved) if isinstance(answer, Response) else answer
            target = _target(url, answer.headers.get("location", ""))
            if request.method != "GET" or not _same_origin(target, url):
                return Rejection(_foreign(request, target, answer.status))
            url, moved = target, True
        return Rejection(
            Failure(
                Reason.UNEXPECTED,
                f"{request} leads in a circle of redirects",
                "check the server's address and any proxy before it",
            )
        )

    def _exchange(self, request: Request, url: str) -> Response | Rejection:
        headers = {} if request.anonymous or not self._authorization else {"authorization": self._authorization}
        with self._lock:
            self.requests += 1
        try:
            with (
                self._clients.one() as client,
                client.stream(
                    request.method, url, json=request.json, headers=headers, timeout=self._timeout()
                ) as response,
            ):
                body = self._body(response)
        except httpx.HTTPError as error:
            return Rejection(_broken(request, error))
        except (httpx.InvalidURL, UnicodeError):
            return Rejection(
                Failure(Reason.UNREACHABLE, f"{_origin(url)} is no address", "check the server's address")
            )
        if isinstance(body, Rejection):
            return body
        return Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    def _timeout(self) -> httpx.Timeout:
        left = max(0.05, self._stop.remaining)
        return httpx.Timeout(min(self._limits.read, left), connect=min(self._limits.connect, left))

    def _body(self, response: httpx.Response) -> bytes | Rejection:
        end = self._stop.monotonic() + min(self._limits.total, self._stop.remaining)
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            chunks.append(chunk)
            if size > self._limits.body:
                return Rejection(
                    Failure(
                        Reason.TOO_LARGE,
                        f"the answer is larger than {self._limits.body // 2**20} MiB",
                        "a pin belongs in a small file; check what stands at that path",
                    )
                )
            if self._stop.monotonic() > end:
                return Rejection(
                    Failure(
                        Reason.TIMEOUT,
                        f"the answer had not come whole after {self._limits.total:.0f} s",
                        "check the forge's health and the network, then run again",
                    )
                )
        return b"".join(chunks)


def _same_origin(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)


def _target(url: str, location: str) -> str:
    """Where a redirect from *url* leads, empty where its location is no address."""
    try:
        target = urljoin(url, location)
        return target if urlsplit(target).hostname else ""
    except ValueError:
        return ""


def _origin(url: str) -> str:
    """Scheme and host alone: a location may carry secrets in its query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else "no address"


def _foreign(request: Request, target: str, status: int) -> Failure:
    if request.method != "GET":
        said = f"{request} was answered by a redirect, and a write is never sent through one"
    else:
        said = f"{request} was answered by a redirect to {_origin(target)}, where the token must not go"
    return Failure(
        Reason.FOREIGN_REDIRECT,
        said,
        "use the address that the forge itself uses as the server's address",
        status=status,
    )


def _broken(request: Request, error: httpx.HTTPError) -> Failure:
    """What a failed exchange means. The library's words may hold addresses, and of a bad header its value."""
    kind = type(error).__name__
    detail = kind if isinstance(error, httpx.LocalProtocolError) else f"{kind}: {error}"
    if isinstance(error, httpx.TimeoutException):
        reason, said = Reason.TIMEOUT, f"no answer to {request} in time ({kind})"
    elif isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.DecodingError):
        reason, said = Reason.CUT_SHORT, f"the connection broke before the answer to {request} was whole ({kind})"
    else:
        reason, said = Reason.UNREACHABLE, f"the forge cannot be reached ({detail})"
    if "CERTIFICATE" in str(error).upper():
        remedy = Sentence(
            "give the certificates of the server's private CA with ", Setting.CA_BUNDLE, " or in SSL_CERT_FILE"
        )
        return Failure(reason, said, remedy)
    return Failure(reason, said, "check the forge's health, the server's address and the network, then run again")
