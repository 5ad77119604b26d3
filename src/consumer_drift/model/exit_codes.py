"""The exit codes: one table that the program, the documentation and the tests read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The result of a run."""

    IN_SYNC = "in-sync"
    DRIFT = "drift"
    ERROR = "error"
    TOKEN_SCOPE = "token-scope"  # noqa: S105 - a status, not a secret


@dataclass(frozen=True, slots=True)
class Exit:
    """A row of the table: the process's exit code, its status and when it is given."""

    code: int
    status: Status
    when: str


EXITS = (
    Exit(
        0,
        Status.IN_SYNC,
        "every listed consumer was read and is at the target version, in-flight or lagging; reconcile covered"
        " everything, or is off",
    ),
    Exit(1, Status.DRIFT, "at least one finding counts as drift"),
    Exit(
        2,
        Status.ERROR,
        "the configuration is invalid, the target version is unknown, a listed consumer is unreadable, the server"
        " returned an error, or consumer-drift crashed",
    ),
    Exit(
        3,
        Status.TOKEN_SCOPE,
        "no drift and no error, but the token cannot see every repository or pull request, so unlisted or overdue"
        " consumers may exist",
    ),
)

# Several at once: the first of these that applies wins. Everything is in the report whichever does.
PRECEDENCE = (Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE)


def exit_code(status: Status) -> int:
    """The process's exit code for *status*."""
    return next(row.code for row in EXITS if row.status is status)
