"""Requests to one registry, with a token of its own, and what its statuses mean for every protocol."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.forges.http.transport import Transport
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from consumer_drift.forges.http.transport import Network
    from consumer_drift.support.deadline import Deadline

# The longest project page that is read. The largest of public indexes have about 20 MiB.
_MOST = 64 * 1024 * 1024
# Statuses that say something of a package or a version, so the protocol decides.
ABSENT = frozenset({404, 410})
_CHECK = "check `source.published` and the registry, then run again"
_GIVE_TOKEN = "name a variable that has a token for the registry in `source.published.token-env`"  # noqa: S105


def basic(user: str, password: str) -> str:
    """Return the value of an Authorization header: https://www.rfc-editor.org/rfc/rfc7617"""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


class RegistryClient:
    """Reads from one registry. *root* is its address without a path; redirects to another host are failures."""

    def __init__(
        self,
        address: str,
        authorization: str,
        deadline: Deadline,
        headers: Mapping[str, str],
        **network: Unpack[Network],
    ) -> None:
        """Raises OSError and ValueError as ``Transport`` does."""
        self.address = address.rstrip("/")
        self._deadline = deadline
        self._network = network
        self._has_token = bool(authorization)
        self._transport = Transport(
            self.address, authorization, _refuse, deadline, concurrency=4, headers=dict(headers), **network
        )
        self._others: list[RegistryClient] = []

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._transport.requests + sum(one.requests for one in self._others)

    def get(self, path: str, *, method: str = "GET") -> Response | Failure:
        """Return the answer, if it is a success or one that tells of an absence; a 401 too, for its challenge."""
        answer = self._transport.send(Request(method, path, most=_MOST))
        return _of_registry(answer) if isinstance(answer, Failure) else answer

    def other(self, address: str, authorization: str, headers: Mapping[str, str]) -> RegistryClient:
        """Return a client for the registry with another token, or for a server that it names."""
        made = RegistryClient(address, authorization, self._deadline, headers, **self._network)
        self._others.append(made)
        return made

    def failure(self, answer: Response, asked: str, what: str) -> Failure:
        """Return the failure that *answer* is, which says *what* and proves nothing."""
        if answer.status == 401:
            how, reason = "without a token", Reason.NO_TOKEN
            if self._has_token:
                how, reason = "with this token", Reason.BAD_CREDENTIALS
            said = f"the registry does not answer {asked} {how} (401)"
            return Failure(reason, said, _GIVE_TOKEN, status=401, asked=asked)
        said = f"{asked} of {self.address} was answered with {what}"
        return Failure(Reason.UNEXPECTED, said, _CHECK, status=answer.status, asked=asked)


def is_from(kinds: tuple[str, ...], answer: Response) -> bool:
    """Return whether the content type of *answer* is one of *kinds*."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower() in kinds


def _refuse(request: Request, answer: Response) -> Rejection | None:
    """Return the failure that *answer* is. Never raises, and quotes nothing: a registry may echo its token."""
    status = answer.status
    if 200 <= status < 300 or status in ABSENT or status == 401:
        return None
    asked = str(request)
    if status == 429:
        return Rejection(
            Failure(
                Reason.SECONDARY_LIMIT,
                f"the registry limits requests: {asked} (429)",
                "run again later",
                status=429,
            ),
            answer.retry_after,
        )
    if status >= 500:
        said = f"the registry failed on {asked} ({status})"
        return Rejection(Failure(Reason.FORGE_ERROR, said, _CHECK, status=status), answer.retry_after)
    reason = Reason.DENIED if status == 403 else Reason.UNEXPECTED
    return Rejection(Failure(reason, f"the registry answered {asked} with {status}", _CHECK, status=status))


def _of_registry(failure: Failure) -> Failure:
    """Return *failure* in words for a registry: the transport's are for a forge."""
    said = failure.said.replace("the forge", "the registry")
    if failure.reason is Reason.FOREIGN_REDIRECT:
        return replace(failure, said=said, remedy="write the address that it leads to in `source.published`")
    return replace(failure, said=said, remedy=_CHECK)
