"""The inputs of a job's step: what ``INPUT_*`` says, as one frozen value, or everything that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.model.exit_codes import Status
from consumer_drift.settings import DEFAULT_CONCURRENCY, DEFAULT_MAX_TIME, ForgeChoice
from consumer_drift.sharding import split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from consumer_drift.model.shards import ShardSpec

_T = TypeVar("_T")

COMMANDS = ("check", "propagate", "combine")
FORGES = tuple(choice.value for choice in ForgeChoice if choice is not ForgeChoice.LOCAL)
FAILURES = (Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE)
MOST_AT_ONCE = 64
# Five days, which is as long as any job may take.
LONGEST = 432_000
_NONE = "none"
# YAML 1.1 makes a boolean of it before anybody sees it.
_NO_CACHE = ("off", "false")
# What YAML 1.1 and 1.2 read as a boolean, in the spellings that they allow.
_TRUE, _FALSE = ("true", "yes", "on", "y"), ("false", "no", "off", "n")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The step's inputs, checked. Names are those of ``action.yml``; empty texts mean that nothing was said.

    *job_token*: the token is the job's own, which is for the job's own server only.
    *handover* is the folder where the last step of the action looks for results, empty outside of it.
    """

    command: str = COMMANDS[0]
    config: str = ""
    token: str = field(default="", repr=False)
    job_token: bool = False
    forge: ForgeChoice = ForgeChoice.AUTO
    server_url: str = ""
    version: str = ""
    only: tuple[str, ...] = ()
    reconcile: bool = True
    fail_on: frozenset[Status] = frozenset({Status.DRIFT, Status.ERROR})
    report: str = ""
    sarif: str = ""
    summary: bool = True
    concurrency: int = DEFAULT_CONCURRENCY
    ca_bundle: str = ""
    cache: str = ""
    dry_run: bool = False
    shard: ShardSpec | None = None
    reports: tuple[str, ...] = ()
    max_time: float = DEFAULT_MAX_TIME
    handover: str = ""


def value(environment: Mapping[str, str], name: str) -> str:
    """The input *name* without blanks around it; empty where it is not set.

    Runners keep dashes in the variable's name; where a shell stands in between it has underscores instead.
    https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs
    """
    upper = name.upper()
    return (environment.get(f"INPUT_{upper}") or environment.get(f"INPUT_{upper.replace('-', '_')}") or "").strip()


def read(environment: Mapping[str, str]) -> Inputs | tuple[str, ...]:
    """The inputs, or a sentence for every mistake in them."""
    reading = _Reading(environment)
    text, parsed = reading.text, reading.parsed
    inputs = Inputs(
        command=parsed("command", _one_of(COMMANDS), COMMANDS[0]),
        config=text("config"),
        token=text("token"),
        job_token=parsed("job-token", _boolean, False),
        forge=ForgeChoice(parsed("forge", _one_of(FORGES), ForgeChoice.AUTO.value)),
        server_url=text("server-url"),
        version=text("version"),
        only=tuple(_listed(text("only"))),
        reconcile=parsed("reconcile", _boolean, True),
        fail_on=parsed("fail-on", _failures, Inputs().fail_on),
        report=text("report"),
        sarif=text("sarif"),
        summary=parsed("summary", _boolean, True),
        concurrency=parsed("concurrency", _concurrency, DEFAULT_CONCURRENCY),
        ca_bundle=text("ca-bundle"),
        cache="" if text("cache").lower() in _NO_CACHE else text("cache"),
        dry_run=parsed("dry-run", _boolean, False),
        shard=parsed("shard", split.parse, None),
        reports=tuple(_paths(text("reports"))),
        max_time=parsed("max-time", _seconds, DEFAULT_MAX_TIME),
        handover=text("handover"),
    )
    return tuple(reading.mistakes) or inputs


class _Reading:
    """Inputs one by one; mistakes are kept until all of them are known."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.mistakes: list[str] = []

    def text(self, name: str) -> str:
        return value(self._environment, name)

    def parsed(self, name: str, parse: Callable[[str], _T], default: _T) -> _T:
        text = self.text(name)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.mistakes.append(f"the input {name} is {text!r}: {error}")
            return default


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"write {' or '.join(words)}")
        return text.lower()

    return parse


def _boolean(text: str) -> bool:
    if text in {text.lower(), text.capitalize(), text.upper()}:
        if text.lower() in _TRUE:
            return True
        if text.lower() in _FALSE:
            return False
    raise ValueError("write true or false")


def _listed(text: str) -> list[str]:
    return [item for item in re.split(r"[,\s]+", text) if item]


def _paths(text: str) -> list[str]:
    return [path.strip() for path in re.split(r"[,\n]", text) if path.strip()]


def _seconds(text: str) -> float:
    if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= LONGEST:
        raise ValueError(f"write seconds, from 1 to {LONGEST}")
    return float(text)


def _failures(text: str) -> frozenset[Status]:
    words = [word.lower() for word in _listed(text)]
    if words == [_NONE]:
        return frozenset()
    unknown = [word for word in words if word not in FAILURES]
    if unknown or not words:
        raise ValueError(f"write {', '.join(FAILURES)}, or some of them with commas in between, or {_NONE}")
    return frozenset(Status(word) for word in words)


def _concurrency(text: str) -> int:
    if not re.fullmatch("[0-9]{1,2}", text) or not 1 <= int(text) <= MOST_AT_ONCE:
        raise ValueError(f"write a number from 1 to {MOST_AT_ONCE}")
    return int(text)
