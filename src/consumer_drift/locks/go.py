"""go.sum. https://go.dev/ref/mod#go-sum-files

go.mod selects the versions, and go.sum lists the hashes of all that were ever selected: the version of a module
that is built must be in there, and older ones may stay in it. It has no end mark: compare its size with what the
server says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUM = re.compile(
    r"(?P<path>[^\s]++) (?P<version>v[0-9]++\.[0-9]++\.[0-9]++(?:[-+][^\s/]++)?)(?P<mod>/go\.mod)?"
    r" h1:[A-Za-z0-9+/]{43}=[ \t]*+(?:\r?\n|\Z)"
)


def read_sum(text: str, module: str) -> Iterator[Hit]:
    """Every version of *module* whose source code has a hash. Not all of them need to be in use."""
    wanted = names.go_module(module)
    at = 1 if text.startswith("\ufeff") else 0
    for match in iter(_SUM.scanner(text, at).match, None):  # type: ignore[attr-defined]
        at = match.end()
        if wanted in match["path"] and not match["mod"] and names.go_module(match["path"]) == wanted:
            start, end = match.span("version")
            yield Hit(match["version"], start, end, Origin.REGISTRY)
    if at < len(text):
        raise LockError(LockProblem.DAMAGED, "has a line that is no hash of a module", at)


FORMAT = LockFormat(
    name="Go",
    read=read_sum,
    same_name=names.go_module,
    update="go get {package}@{revision} && go mod tidy",
    keeps_unused=True,
)
