"""What goes to a forge and what comes back, as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.support.json_fields import Json


@dataclass(frozen=True, slots=True)
class Request:
    """*path* starts with ``/`` and is quoted already; it follows the API's address.

    *impatient*: statuses that the caller handles better itself than by asking the same thing again.
    *root* replaces the API's address where it is not empty: GitHub keeps GraphQL beside REST. *writes*:
    it changes something, so that it must not be sent again while nobody knows whether it was carried out.
    """

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    json: Json = None
    anonymous: bool = False
    impatient: frozenset[int] = frozenset()
    root: str = ""
    writes: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Response:
    """A complete HTTP answer. Header names are lower case. *moved*: a redirect within the forge led here."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    moved: bool = False

    @property
    def is_json(self) -> bool:
        """Whether the answer says of itself that it is JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind == "application/json" or kind.endswith("+json")

    @property
    def date(self) -> datetime | None:
        """The server's own time, None where it does not tell it: https://www.rfc-editor.org/rfc/rfc9110#name-date"""
        return _http_date(self.headers.get("date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds from ``Retry-After``, a number or a date; None where it says nothing.

        https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
        """
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit() and len(value) < 10:
            return float(value)
        until = _http_date(value)
        return None if until is None else self.seconds_until(until.timestamp())

    def seconds_until(self, timestamp: float) -> float | None:
        """Seconds from the server's own time to a Unix *timestamp* of its own; None where it tells no time.

        Never negative, and right where this machine's clock is not.
        """
        return None if self.date is None else max(0.0, timestamp - self.date.timestamp())

    def json(self) -> Json:
        """The parsed body. Raises ValueError where it is none (also for nesting beyond reason)."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

    def message(self) -> str:
        """What the forge says of itself in an error's body, in one line of at most 300 characters."""
        try:
            body = self.json() if self.is_json else None
        except ValueError:
            body = None
        said = body.get("message") if isinstance(body, dict) else None
        return " ".join(said.split())[:300] if isinstance(said, str) else ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """An answer that is an obstacle. *wait*: seconds after which the forge says to ask again, None: untold."""

    failure: Failure
    wait: float | None = None


def _http_date(value: str) -> datetime | None:
    """A header's date, None where it is none or names no zone."""
    try:
        told = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return told if told.tzinfo is not None else None


def proxy_wall(answer: Response, asked: str) -> Failure:
    """The obstacle where something before the forge answered in its place."""
    kind = answer.headers.get("content-type", "no content type").partition(";")[0].strip()[:60]
    return Failure(
        Reason.PROXY,
        f"a proxy answered, not the forge: {answer.status} with {kind}",
        "let this machine's requests (User-Agent consumer-drift-action) pass the wall or the proxy before the"
        " forge, and check the server's address",
        status=answer.status,
        asked=asked,
    )


def unexpected(answer: Response, asked: str, what: str) -> Failure:
    """The obstacle where an answer has not the shape that its route promises."""
    return Failure(
        Reason.UNEXPECTED,
        f"the answer to {asked} is not what the forge's API promises: {what}",
        "check that the server's address leads to the forge itself; if it does, please report this",
        status=answer.status,
        asked=asked,
    )


def json_of(answer: Response, asked: str, shape: type[dict[str, Json]] | type[list[Json]]) -> Json | Failure:
    """The body of a good answer as JSON of that *shape*, or the obstacle it turned out to be."""
    if not answer.is_json:
        return proxy_wall(answer, asked)
    try:
        body = answer.json()
    except ValueError:
        return unexpected(answer, asked, "it is no valid JSON")
    if not isinstance(body, shape):
        return unexpected(answer, asked, f"a JSON {type(body).__name__} where a {shape.__name__} belongs")
    return body
