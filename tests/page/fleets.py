"""Fleets over time, as the reports that runs of them would write."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code, Finding, Place, worst_first
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.report import (
    ConsumerResult,
    Coverage,
    ExemptResult,
    Reconciled,
    Report,
    ReportedTarget,
    State,
    WaitReason,
)
from consumer_drift.model.repository import Location, RepositoryName

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 5, 1, 3, 17, tzinfo=UTC)
FILE = ".runtime-version"
CONFIG = ".github/consumer-drift.yml"
VERSIONS = tuple(f"1.{minor}.0" for minor in range(30))


def consumer(
    name: str, state: State, pins: Sequence[tuple[str, str]], at: datetime, reason: WaitReason | None = None
) -> ConsumerResult:
    """*name* with its pins, as pairs of a file and a value; with a pull request where *reason* says so."""
    full = RepositoryName.parse(name, "acme")
    page = f"https://git.acme.example/{full}"
    places = tuple(
        Location(full, path, 1, f"{page}/src/branch/main/{path}#L1", value) for path, value in pins if value
    )
    pull = None
    if reason in {WaitReason.PULL_REQUEST_OPEN, WaitReason.CONFLICT}:
        pull = PullRequest(41, f"{page}/pulls/41", "", "", PullRequestState.OPEN, at - timedelta(hours=30))
    public = None if state is State.UNREADABLE else True
    return ConsumerResult(full, state, places, Place(CONFIG, 9, 5), page, "", None, public, reason, pull)


def report(
    at: datetime,
    target: str,
    consumers: Sequence[ConsumerResult],
    more: Sequence[Finding] = (),
    *,
    exempt: Sequence[ExemptResult] = (),
    reconcile: Reconciled = Reconciled.COMPLETE,
) -> Report:
    """The report of a check at that moment, with a finding for every consumer that needs one."""
    codes = {code.value: code for code in Code}
    findings = [
        Finding.of(
            codes[one.state.value],
            f"{one.name} is {one.state}",
            consumer=one.name,
            place=one.place,
            related=one.pins,
        )
        for one in consumers
        if one.state.value in codes
    ]
    read = sum(one.state is not State.UNREADABLE for one in consumers)
    return Report(
        command="check",
        forge="Gitea at https://git.acme.example",
        config_file=CONFIG,
        target=ReportedTarget(target, "acme/runtime", "the highest of 44 tags"),
        coverage=Coverage(len(consumers), read, reconcile, len(consumers) + 9, 8, 0, "acme"),
        consumers=tuple(consumers),
        findings=worst_first([*findings, *more]),
        exempt=tuple(exempt),
        requests=2 * len(consumers) + 7,
        seconds=0.004 * len(consumers) + 1.25,
        at=at,
    )


def unlisted(name: str, value: str) -> Finding:
    """A repository with a pin that is not listed."""
    full = RepositoryName.parse(name, "acme")
    place = Location(full, FILE, 1, f"https://git.acme.example/{full}/src/branch/main/{FILE}#L1", value)
    return Finding.of(
        Code.UNLISTED,
        f"{full} pins {value} and is not listed",
        consumer=full,
        place=Place(CONFIG, 3),
        related=(place,),
    )


def life(
    size: int, runs: int, *, every: timedelta = timedelta(days=1), seed: int = 7, end: int = 0
) -> list[Report]:
    """*runs* reports on *size* consumers, with a release now and then that spreads from one run to the next.

    In the last *end* runs everybody follows.
    """
    chance = random.Random(seed)
    names = [f"{'tools' if number % 9 == 4 else 'acme'}/template-{number:04}" for number in range(size)]
    at_index = dict.fromkeys(names, 0)
    speed = {name: chance.choice((0.02, 0.1, 0.3, 0.6)) for name in names}
    target, made = 0, []
    for number in range(runs):
        at = START + number * every
        if number and number % 17 == 9 and number < runs - max(end, 3):
            target += 1
        for name in names:
            if at_index[name] < target and (chance.random() < speed[name] or number >= runs - end):
                at_index[name] = target
        consumers = [
            _judged(name, at_index[name], target, at, chance, calm=number >= runs - end) for name in names
        ]
        made.append(report(at, VERSIONS[target], consumers))
    return made


def _judged(
    name: str, index: int, target: int, at: datetime, chance: random.Random, *, calm: bool
) -> ConsumerResult:
    version = VERSIONS[index]
    pins = [(FILE, version), ("requirements.txt", version)]
    if index == target:
        if not calm and chance.random() < 0.004:
            return consumer(name, State.UNREADABLE, (), at, WaitReason.UNREADABLE)
        return consumer(name, State.IN_SYNC, pins, at)
    draw = chance.random()
    if draw < 0.4:
        return consumer(name, State.IN_FLIGHT, pins, at, WaitReason.PULL_REQUEST_OPEN)
    reason = WaitReason.CONFLICT if draw < 0.5 else WaitReason.NO_PULL_REQUEST
    return replace(consumer(name, State.BEHIND, pins, at, reason), note="1 release behind")


def exemptions() -> tuple[ExemptResult, ...]:
    """One without an end, one that ends soon, one that has ended."""
    place = Place(CONFIG, 30, 5)
    return (
        ExemptResult(RepositoryName("acme", "wiki"), "documentation, installs nothing", "", place, False),
        ExemptResult(RepositoryName("acme", "seo-agent"), "prompts only", "2026-06-18", place, True),
        ExemptResult(RepositoryName("acme", "old-shop"), "moves to the new stack", "2026-05-20", place, True),
    )


def mixed() -> list[Report]:
    """A month of 40 consumers whose last day has something of everything."""
    made = life(40, 36)
    last = made[-1]
    at = last.at
    assert at is not None
    odd = [
        consumer("acme/core", State.IN_SYNC, [(FILE, last.target.version), ("Dockerfile", "1.1.0-slim")], at),
        consumer("acme/shop", State.MISSING_PIN, (), at),
        consumer("acme/desk", State.AHEAD, [(FILE, "1.9.0")], at),
        consumer("acme/broken", State.INVALID_PIN, [(FILE, "latest and greatest")], at),
        replace(
            consumer("acme/slow", State.LAGGING, [(FILE, "1.1.0")], at, WaitReason.NO_PULL_REQUEST),
            behind_since=at - timedelta(days=2, hours=5),
        ),
        consumer("acme/gone", State.UNREADABLE, (), at, WaitReason.UNREADABLE),
        consumer("acme/attic", State.ARCHIVED, (), at),
        consumer("acme/taken-back", State.RETRACTED, [(FILE, "1.0.0")], at, WaitReason.CONFLICT),
    ]
    more = [
        unlisted("acme/lab", "1.1.0"),
        Finding.of(
            Code.HIDDEN_REPOSITORIES,
            "the token may not see all repositories of acme, so unlisted consumers may exist: 22 are hidden."
            " Give the token read access to every repository of the owner",
            place=Place(CONFIG, 30),
        ),
    ]
    made[-1] = report(
        at,
        last.target.version,
        [*last.consumers, *odd],
        more,
        exempt=exemptions(),
        reconcile=Reconciled.PARTIAL,
    )
    return made


def in_sync() -> list[Report]:
    """A calm fleet."""
    return life(24, 30, end=4)


HOSTILE = (
    '"><script>alert(1)</script>',
    "</style></script><img src=https://evil.example/x onerror=alert(1)>",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "\u202egnp.exe\u200b\x00\x1b[31m",
    "javascript:alert(1)",
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "&lt;b&gt; &#x3c;i&#x3e;",
    "-->]]><!--",
    "a" * 3000,
)


def hostile() -> list[Report]:
    """Every text that a stranger may write is an attack."""
    made = []
    for day in range(3):
        at = START + timedelta(days=day)
        consumers = []
        for number, text in enumerate(HOSTILE):
            one = consumer(f"acme/x{number}", State.BEHIND, [(text, text), (FILE, text)], at)
            pull = PullRequest(7, text, text, text, PullRequestState.OPEN, at)
            places = tuple(replace(pin, url=text) for pin in one.pins)
            consumers.append(replace(one, url=text, note=text, pins=places, pull_request=pull))
        more = [Finding.of(Code.CONFIGURATION, text, place=Place(text, 1)) for text in HOSTILE]
        ends = [*HOSTILE[:3], "2026-13-45"]
        exempt = tuple(
            ExemptResult(
                RepositoryName("acme", f"y{number}"), HOSTILE[number], ends[number], Place(CONFIG, 3), True
            )
            for number in range(4)
        )
        base = report(at, HOSTILE[day], consumers, more, exempt=exempt)
        made.append(
            replace(
                base,
                forge=HOSTILE[1],
                target=ReportedTarget(HOSTILE[day], HOSTILE[0], HOSTILE[2]),
                coverage=replace(base.coverage, owner=HOSTILE[6]),
            )
        )
    return made
