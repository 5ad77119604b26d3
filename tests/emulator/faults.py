"""What can go wrong between a client and a forge, by name.

`emulator.faults.add("sso-required", path=r"/repos/acme/x")` switches one on for the requests that match; `FAULTS`
lists every name per forge, so that a table-driven test can run through all of them.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.emulator import faultanswers
from tests.emulator.faultkinds import GRAPHQL_KINDS, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.faultkinds import At
    from tests.emulator.server import Emulator
    from tests.emulator.wire import Request, Response

FORGES = faultanswers.ALL
FAULTS: dict[str, list[str]] = {
    forge: [name for name, kind in {**KINDS, **GRAPHQL_KINDS}.items() if forge in kind.forges] for forge in FORGES
}


@dataclass
class Fault:
    """A fault that is switched on. `hits` counts how often it struck."""

    name: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    where: Callable[[Request], bool] | None = None
    at: Callable[[At], bool] | None = None
    times: int | None = None
    after: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0
    passed: int = 0

    def matches(self, request: Request) -> bool:
        if self.method is not None and request.method != self.method:
            return False
        if self.path is not None and not self.path.search(request.path):
            return False
        return self.where is None or self.where(request)

    def strikes(self) -> bool:
        """Count one match and say whether it is this fault's turn."""
        if self.times is not None and self.hits >= self.times:
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        self.hits += 1
        return True


class Faults:
    """The faults switched on at one emulator."""

    def __init__(self, forge: str) -> None:
        self.forge = forge
        self.active: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self,
        name: str,
        *,
        method: str | None = None,
        path: str | None = None,
        where: Callable[[Request], bool] | None = None,
        at: Callable[[At], bool] | None = None,
        times: int | None = None,
        after: int = 0,
        **options: Any,
    ) -> Fault:
        """Switch a fault on.

        method, path: which requests; path is a regular expression searched in the decoded path. where: a predicate
        on the request. at: for GraphQL faults, a predicate on the place of a field (see `At`).
        times: how often it strikes (None: always); after: how many matching requests it lets pass first.
        """
        if name not in FAULTS[self.forge]:
            raise ValueError(f"no fault {name!r} on {self.forge}; there are: {', '.join(FAULTS[self.forge])}")
        fault = Fault(name, method, re.compile(path) if path else None, where, at, times, after, options)
        with self._lock:
            self.active.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        with self._lock:
            self.active.remove(fault)

    def clear(self) -> None:
        with self._lock:
            self.active.clear()

    def answer(self, emulator: Emulator, request: Request, handle: Callable[[Request], Response]) -> Response:
        """The answer to a request with every fault that strikes applied, the first one added outermost."""
        if not self.active:
            return handle(request)
        with self._lock:
            striking = [f for f in self.active if f.name in KINDS and f.matches(request) and f.strikes()]

        def proceed(remaining: list[Fault]) -> Response:
            if not remaining:
                return handle(request)
            fault = remaining[0]
            kind = KINDS[fault.name]
            return kind.apply(emulator, request, lambda: proceed(remaining[1:]), fault.options)

        return proceed(striking)

    def graphql(self, at: At) -> dict[str, Any] | None:
        """The error a striking fault puts at this field, as GitHub's `errors[]` has it."""
        if not self.active:
            return None
        with self._lock:
            for fault in self.active:
                kind = GRAPHQL_KINDS.get(fault.name)
                if kind and (fault.at(at) if fault.at else kind.default(at)) and fault.strikes():
                    return kind.error(at, fault.options)
        return None
