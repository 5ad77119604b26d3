"""A line of the history: a run as compact JSON, with a checksum of its own.

Consumers that share state, pins and reason are one group, by owner: a fleet in sync takes little more than its
names.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.history import RecordedConsumer, RecordedRun
from consumer_drift.model.report import Scope, State, WaitReason
from consumer_drift.model.repository import RepositoryName
from consumer_drift.sharding import report_reader
from consumer_drift.support.clock import moment_text
from consumer_drift.support.escape import json_line
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.model.report import Coverage

SCHEMA = "consumer-drift/history/1"


class InvalidLine(Exception):  # noqa: N818 - it says what the line is
    """A line is not a run of the history. The text says why."""


def write(run: RecordedRun) -> str:
    """Return *run* as one line of ASCII, without its end. The same run gives the same characters."""
    document = {
        "schema": SCHEMA,
        "at": moment_text(run.at),
        "command": run.command,
        "status": str(run.status),
        "scope": str(run.scope),
        "source": run.source or None,
        "target": run.target or None,
        "coverage": _coverage(run.coverage),
        "unlisted": run.unlisted,
        "requests": run.requests,
        "seconds": run.seconds,
        "consumers": _groups(run.consumers),
    }
    return json_line({**document, "sum": _sum(document)})


def read(line: str) -> RecordedRun:
    """Return the run of a line. Raises InvalidLine if it is damaged, or not one that this version knows."""
    try:
        document = json.loads(line)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise InvalidLine(f"it is not of {SCHEMA}")
        if document.pop("sum", None) != _sum(document):
            raise InvalidLine("its checksum does not fit")
        run = _run(JsonValue(document))
    except InvalidJson as error:
        raise InvalidLine(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise InvalidLine("it is not JSON, or was cut short") from error
    _check(run)
    return run


def _check(run: RecordedRun) -> None:
    read_ones = sum(one.state is not State.UNREADABLE for one in run.consumers)
    if (run.coverage.listed, run.coverage.read) != (len(run.consumers), read_ones):
        raise InvalidLine("its coverage does not fit its consumers")
    if len({one.name for one in run.consumers}) != len(run.consumers):
        raise InvalidLine("it has a consumer twice")
    if not run.target and any(one.state is State.IN_SYNC for one in run.consumers):
        raise InvalidLine("a consumer is in sync with no target version")


def _sum(document: object) -> str:
    return hashlib.sha256(json_line(document).encode()).hexdigest()[:16]


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "listed": coverage.listed,
        "read": coverage.read,
        "reconcile": str(coverage.reconcile),
        "visible": coverage.visible,
        "probed": coverage.probed,
        "paths": coverage.paths,
        "hidden": coverage.hidden,
        "owner": coverage.owner or None,
    }


def _groups(consumers: Sequence[RecordedConsumer]) -> list[dict[str, Any]]:
    groups: dict[tuple[State, tuple[str, ...], WaitReason | None], dict[str, list[str]]] = {}
    for one in sorted(consumers, key=lambda one: one.name):
        owners = groups.setdefault((one.state, one.pins, one.reason), {})
        owners.setdefault(one.name.owner, []).append(one.name.name)
    return [
        {
            "state": str(state),
            "pins": list(pins),
            "reason": str(reason) if reason else None,
            "in": owners,
        }
        for (state, pins, reason), owners in groups.items()
    ]


def _run(node: JsonValue) -> RecordedRun:
    return RecordedRun(
        at=node["at"].moment().astimezone(UTC),
        command=node["command"].text(),
        status=node["status"].one_of(Status),
        scope=node["scope"].one_of(Scope),
        source=node["source"].maybe(JsonValue.text) or "",
        target=node["target"].maybe(JsonValue.text) or "",
        coverage=report_reader.coverage(node["coverage"]),
        unlisted=node["unlisted"].number(),
        consumers=tuple(sorted(_consumers(node["consumers"]), key=lambda one: one.name)),
        requests=node["requests"].number(),
        seconds=node["seconds"].seconds(),
    )


def _consumers(groups: JsonValue) -> Iterator[RecordedConsumer]:
    for group in groups:
        state = group["state"].one_of(State)
        pins = tuple(one.text() for one in group["pins"])
        reason = group["reason"].maybe(lambda one: one.one_of(WaitReason))
        for owner, names in group["in"].items():
            for one in names:
                yield _same(RecordedConsumer(_name(owner, one.text()), state, pins, reason))


# A history has the same names in every line, and most consumers do not change from one run to the next.
@lru_cache(maxsize=100_000)
def _name(owner: str, name: str) -> RepositoryName:
    return RepositoryName.parse(f"{owner}/{name}")


@lru_cache(maxsize=100_000)
def _same(consumer: RecordedConsumer) -> RecordedConsumer:
    return consumer
