"""What was asked of an emulator: one row a request, in the order the answers left."""

from __future__ import annotations

import re
from collections import UserList
from dataclasses import dataclass


@dataclass(frozen=True)
class Logged:
    """One exchange. `token` is its name, "" for none and "?" for an unknown one."""

    method: str
    path: str
    query: str
    token: str
    status: int
    bytes: int
    body: bytes
    user_agent: str


class RequestLog(UserList[Logged]):
    """A list of `Logged` that counts."""

    def matching(
        self, method: str | None = None, route: str | None = None, status: int | None = None
    ) -> list[Logged]:
        """Rows of a method whose decoded path matches the regular expression `route` somewhere."""
        pattern = re.compile(route) if route else None
        return [
            row
            for row in list(self.data)
            if (method is None or row.method == method)
            and (pattern is None or pattern.search(row.path))
            and (status is None or row.status == status)
        ]

    def count(self, method: str | None = None, route: str | None = None, status: int | None = None) -> int:
        return len(self.matching(method, route, status))

    def reset(self) -> None:
        """Forget what was asked so far."""
        self.data.clear()
