"""The reports that the golden files show, and a way to any number of findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from consumer_drift.model.checks import CheckResult, PullRequestChecks, ReviewResult
from consumer_drift.model.config import Policy
from consumer_drift.model.evidence import ProbedOwner, ProbedRepository, ReadConsumer
from consumer_drift.model.findings import Code, Finding, Place, worst_first
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.readiness import (
    YES,
    Ability,
    AbilityAnswer,
    Readiness,
    Remedy,
    no,
    not_needed,
    unknown,
)
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
from consumer_drift.model.shards import Shard, ShardSpec
from consumer_drift.readiness.findings import findings_of

CONFIG = ".github/consumer-drift.yml"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORGE = "Gitea at https://git.acme.example"
TARGET = ReportedTarget("1.4.0", "acme/runtime", "the highest of 44 tags runtime-v{version} of acme/runtime")


def name(text: str) -> RepositoryName:
    """``core`` is ``acme/core``."""
    return RepositoryName.parse(text, "acme")


def page(repository: str, path: str, line: int) -> str:
    """The address of a line."""
    return f"https://git.acme.example/{name(repository)}/src/branch/main/{path}#L{line}"


def pin(repository: str, value: str, path: str = ".runtime-version", line: int = 1) -> Location:
    """A pin as a forge with pages shows it."""
    return Location(name(repository), path, line, page(repository, path, line), value)


def consumer(repository: str, line: int, state: State, *pins: Location, note: str = "") -> ConsumerResult:
    """A listed consumer at *line* of the configuration."""
    url = f"https://git.acme.example/{name(repository)}"
    return ConsumerResult(name(repository), state, pins, Place(CONFIG, line, 5), url, note)


def in_flight(repository: str, line: int) -> ConsumerResult:
    """A private consumer that waits for a pull request of three hours."""
    opened = NOON - timedelta(hours=3)
    url = f"https://git.acme.example/{name(repository)}/pulls/12"
    made = consumer(repository, line, State.IN_FLIGHT, pin(repository, "1.3.1"), note="bump open for 3 hours")
    return replace(
        made,
        public=False,
        reason=WaitReason.PULL_REQUEST_OPEN,
        pull_request=PullRequest(12, url, "", "", PullRequestState.OPEN, opened),
        checks=PullRequestChecks("", CheckResult.PASSING, review=ReviewResult.APPROVED, mergeable=True),
    )


def all_clear() -> Report:
    """Two consumers, both where they should be, and the whole owner seen."""
    return Report(
        "check",
        FORGE,
        CONFIG,
        TARGET,
        Coverage(2, 2, Reconciled.COMPLETE, visible=14, probed=11, hidden=0, owner="acme", paths=3),
        (
            consumer("core", 18, State.IN_SYNC, pin("core", "1.4.0"), pin("core", "1.4.0", "requirements.txt", 3)),
            consumer("shop", 19, State.IN_SYNC, pin("shop", "1.4.0")),
        ),
        (),
        requests=9,
        seconds=0.4126,
        at=NOON,
    )


def mixed_day() -> Report:
    """Drift of four kinds, a bump on its way, a gap in what the token sees, and a list to tidy."""
    consumers = (
        consumer("core", 18, State.IN_SYNC, pin("core", "1.4.0"), pin("core", "1.4.0", "requirements.txt", 3)),
        consumer(
            "template-hermes",
            19,
            State.BEHIND,
            pin("template-hermes", "1.2.0"),
            pin("template-hermes", "1.3.1", "requirements.txt", 7),
            note="3 releases behind",
        ),
        consumer("shop", 20, State.MISSING_PIN),
        in_flight("desk", 21),
        consumer("old-shop", 22, State.ARCHIVED),
        consumer("site", 23, State.IN_SYNC, pin("site", "1.4.0")),
    )
    findings = (
        Finding.of(
            Code.BEHIND,
            "acme/template-hermes: pins 1.2.0 at .runtime-version:1, 1.3.1 at requirements.txt:7;"
            " the target is 1.4.0 (3 releases behind)",
            remedy="bump it",
            consumer=name("template-hermes"),
            place=Place(CONFIG, 19, 5),
            related=(
                pin("template-hermes", "1.2.0"),
                pin("template-hermes", "1.3.1", "requirements.txt", 7),
            ),
        ),
        Finding.of(
            Code.MISSING_PIN,
            "acme/shop: there is no .runtime-version",
            remedy="add it with version 1.4.0, or override `pins:` for this consumer",
            consumer=name("shop"),
            place=Place(CONFIG, 20, 5),
            related=(Location(name("shop"), ".runtime-version"),),
        ),
        Finding.of(
            Code.UNLISTED,
            "acme/lab has a pin (1.1.0 at .runtime-version:1) but is not listed",
            remedy="list it under `consumers:`, or under `exempt:` with a reason",
            consumer=name("lab"),
            place=Place(CONFIG, 17),
            related=(pin("lab", "1.1.0"),),
        ),
        Finding.of(
            Code.IN_FLIGHT,
            "acme/desk: pins 1.3.1 at .runtime-version:1; the target is 1.4.0 (1 release behind)",
            remedy="merge its bump pull request https://git.acme.example/acme/desk/pulls/12, open for 3 hours",
            consumer=name("desk"),
            place=Place(CONFIG, 21, 5),
            related=(pin("desk", "1.3.1"),),
        ),
        Finding.of(
            Code.HIDDEN_REPOSITORIES,
            "22 of 76 repositories of acme are hidden from this token, so an unlisted consumer may be among them."
            " Give it an account that is a member of every team",
            place=Place(CONFIG, 30),
        ),
        Finding.of(
            Code.ARCHIVED_CONSUMER,
            "acme/old-shop: it is archived and was not compared, because it cannot be bumped",
            remedy="remove it from the list",
            consumer=name("old-shop"),
            place=Place(CONFIG, 22, 5),
        ),
    )
    exempt = (
        ExemptResult(
            name("seo-agent"), "prompts only, installs nothing", "2027-06-30", Place(CONFIG, 26, 5), True
        ),
        ExemptResult(name("wiki"), "documentation", "", Place(CONFIG, 29, 5)),
    )
    coverage = Coverage(6, 6, Reconciled.PARTIAL, visible=54, probed=47, hidden=22, owner="acme", paths=3)
    return Report(
        "check", FORGE, CONFIG, TARGET, coverage, consumers, worst_first(findings), exempt, 31, 1.8449, at=NOON
    )


def error() -> Report:
    """A mistake in the list: nothing was read at all."""
    findings = (
        Finding.of(
            Code.CONFIGURATION,
            f"{CONFIG}:4:1: unknown key 'consumer': did you mean 'consumers'?",
            place=Place(CONFIG, 4),
        ),
        Finding.of(
            Code.TARGET_UNKNOWN,
            "No version of acme/runtime was found. Push a tag that fits runtime-v{version}, or set a version.",
        ),
    )
    target = ReportedTarget(
        "", "acme/runtime", "", ("44 tags, none of which fits runtime-v{version}", "no release")
    )
    return Report("check", FORGE, CONFIG, target, Coverage(0, 0, Reconciled.OFF), (), findings)


def interrupted() -> Report:
    """Stopped half way: what was not read is unreadable, never in sync."""
    said = "the run was interrupted before an answer came"
    findings = tuple(
        Finding.of(
            Code.UNREADABLE,
            f"acme/{each} could not be read: {said}",
            consumer=name(each),
            place=Place(CONFIG, line, 5),
            remedy="run it again",
        )
        for each, line in (("desk", 19), ("shop", 20))
    )
    failed = Finding.of(
        Code.RECONCILE_FAILED,
        f"the repositories of acme could not be listed: {said}",
        place=Place(CONFIG, 17),
        remedy="run it again",
    )
    consumers = (
        consumer("core", 18, State.IN_SYNC, pin("core", "1.4.0")),
        consumer("desk", 19, State.UNREADABLE, note="interrupted"),
        consumer("shop", 20, State.UNREADABLE, note="interrupted"),
    )
    coverage = Coverage(3, 1, Reconciled.FAILED, owner="acme")
    return Report(
        "check", FORGE, CONFIG, TARGET, coverage, consumers, worst_first((*findings, failed)), (), 4, 0.21
    )


EVIL = (
    "::set-output name=exit-code::0\r\n##[add-mask]e\x1b[31m\u202e\u200b|a|`b`<img src=x onerror=alert(1)>"
    "[x](javascript:alert(1)) @acme/owners #1 https://evil.example www.evil.example a@evil.example"
    " %0A::error::\ud800"
)


def hostile() -> Report:
    """Someone else's repository tries everything."""
    consumers = (
        ConsumerResult(
            name("core"),
            State.INVALID_PIN,
            (
                Location(name("core"), EVIL, 1, "javascript:alert(1)", EVIL),
                Location(name("core"), "a|b", 2, "https://x.example/) <b>`|", "||"),
            ),
            Place(CONFIG, 18, 5),
            "https://token:secret@x.example/",
            EVIL,
        ),
    )
    findings = (
        Finding.of(
            Code.INVALID_PIN,
            EVIL,
            consumer=name("core"),
            place=Place(EVIL, 18, 5),
            related=(Location(name("core"), EVIL, 1, EVIL, EVIL),),
        ),
        Finding.of(Code.UNREADABLE, ":" + EVIL),
    )
    target = ReportedTarget(EVIL, EVIL, EVIL, (EVIL,))
    exempt = (ExemptResult(name("lab"), EVIL, EVIL, Place(EVIL, 26, 5), False),)
    coverage = Coverage(1, 1, Reconciled.PARTIAL, visible=1, probed=1, hidden=3, owner=EVIL, paths=3)
    return Report("check", EVIL, EVIL, target, coverage, consumers, findings, exempt, 3, 0.5)


def judged() -> Report:
    """A run of doctor: one consumer is ready, and another person's text is in the answers for the others."""
    page = "https://git.acme.example/{}/settings"
    access = Remedy("give the token's user write access to the repository", page.format("acme/shop"))
    scope = Remedy("grant the token workflow", "https://git.acme.example/tokens", is_global=True)
    rows = (
        readiness("core", 18),
        readiness("desk", 19, {Ability.BRANCH: no("it may only be read", access, of_token=True)}),
        readiness(
            "shop",
            20,
            {
                Ability.BRANCH: no("it may only be read", access, of_token=True),
                Ability.BRANCH_NAME: no(EVIL, Remedy(f"delete {EVIL}", EVIL)),
                Ability.COMMIT: no("a pin is in a workflow file", scope, of_token=True),
                Ability.PULL_REQUEST: unknown(EVIL),
            },
        ),
    )
    findings = worst_first(findings_of(rows, Policy(timedelta())))
    coverage = Coverage(3, 3, Reconciled.OFF)
    notes = ("1 of 3 consumers ready for propagate",)
    return Report("doctor", FORGE, CONFIG, TARGET, coverage, (), findings, (), 4, 0.5, notes=notes, doctor=rows)


def readiness(repository: str, line: int, answers: dict[Ability, AbilityAnswer] | None = None) -> Readiness:
    """A row of doctor in which everything is yes but for *answers*."""
    every = {**dict.fromkeys(Ability, YES), Ability.LABELS: not_needed(), **(answers or {})}
    cells = tuple((ability, every[ability]) for ability in Ability)
    return Readiness(name(repository), Place(CONFIG, line, 5), cells, "https://git.acme.example/acme/core")


def bumped() -> Report:
    """A propagate with an outcome of nearly every kind, one of which another person's text is in."""
    pulls = "https://git.acme.example/acme/{}/pulls/{}"
    branch = "bump/runtime-1.4.0"
    diff = "--- a/.runtime-version\n+++ b/.runtime-version\n@@ -1 +1 @@\n-1.3.1\n+1.4.0\n"

    def one(repository: str, line: int, state: State, bump: Bump, *pins: Location) -> ConsumerResult:
        return replace(consumer(repository, line, state, *pins), bump=bump)

    behind, flight = State.BEHIND, State.IN_FLIGHT
    opened = Bump(
        Outcome.OPENED,
        branch=branch,
        number=12,
        url=pulls.format("core", 12),
        superseded=(pulls.format("core", 9),),
        warnings=("the label 'dependencies' does not exist there: create it",),
    )
    declined = Bump(
        Outcome.DECLINED,
        f"{pulls.format('desk', 4)} was closed without a merge",
        branch,
        4,
        pulls.format("desk", 4),
    )
    failed = Bump(Outcome.ERROR, "a commit was refused: '##[error] ::stop::'. Unarchive the repository", branch)
    consumers = (
        one("core", 18, flight, opened, pin("core", "1.3.1")),
        one(
            "shop",
            19,
            flight,
            Bump(Outcome.PR_EXISTS, "", branch, 3, pulls.format("shop", 3)),
            pin("shop", "1.3.1"),
        ),
        one("desk", 20, behind, declined, pin("desk", "1.3.1")),
        one("lab", 21, behind, failed, pin("lab", "1.3.1")),
        one("web", 22, behind, Bump(Outcome.WOULD_OPEN, "", branch, diff=diff), pin("web", "1.3.1")),
        one("site", 23, State.IN_SYNC, Bump(Outcome.ALREADY_PINNED), pin("site", "1.4.0")),
    )
    findings = (
        Finding.of(
            Code.BEHIND,
            "acme/desk: pins 1.3.1 at .runtime-version:1; the target is 1.4.0 (1 release behind)",
            consumer=name("desk"),
            related=(pin("desk", "1.3.1"),),
            remedy=f"bump it. Not bumped (declined): {declined.note}",
        ),
        Finding.of(Code.BUMP_FAILED, f"acme/lab could not be bumped: {failed.note}", consumer=name("lab")),
        Finding.of(
            Code.BUMP_INCOMPLETE,
            f"acme/core: {opened.url} is open, but {opened.warnings[0]}",
            consumer=name("core"),
        ),
    )
    coverage = Coverage(6, 6, Reconciled.COMPLETE, visible=14, probed=8, hidden=0, owner="acme", paths=3)
    return Report("propagate", FORGE, CONFIG, TARGET, coverage, consumers, worst_first(findings), (), 31, 4.2)


def shard() -> Report:
    """The first of three shares, with what it knows of the owner's repositories."""
    day = mixed_day()
    kept = frozenset({"core", "shop", "lab", None})
    place = Place(CONFIG, 30)
    rows = (
        ProbedRepository(name("core")),
        ProbedRepository(name("lab"), probed=True, has_pin=True, findings=(day.findings[2],)),
        ProbedRepository(name("seo-agent"), probed=True, unread="no answer in time", excused=True),
        ProbedRepository(name("vault"), probed=True, unread="the token may not see it", denied=True),
        ProbedRepository(name("wiki"), archived=True),
    )
    evidence = ProbedOwner(
        "acme", rows, 22, ("22 of the 76 repositories are hidden",), public_only=False, place=place
    )
    return replace(
        day,
        coverage=replace(day.coverage, listed=2, read=2),
        consumers=(day.consumers[0], day.consumers[2]),
        findings=tuple(one for one in day.findings if (one.consumer.name if one.consumer else None) in kept),
        shard=Shard(
            ShardSpec(1, 3),
            "1.0.0",
            "c0ffee" * 10,
            (1, 3),
            (ReadConsumer(name("core")), ReadConsumer(name("shop"), public=False)),
            evidence,
        ),
    )


GOLDEN = {
    "shard": shard,
    "bumped": bumped,
    "all-clear": all_clear,
    "mixed-day": mixed_day,
    "error": error,
    "interrupted": interrupted,
    "hostile": hostile,
    "judged": judged,
}


def fleet(size: int, state: State = State.BEHIND, code: Code | None = Code.BEHIND) -> Report:
    """*size* consumers of one state, each with a finding where *code* says which."""
    names = [f"consumer-{number:05}" for number in range(size)]
    value = "1.4.0" if state is State.IN_SYNC else "1.3.0"
    consumers = tuple(consumer(each, line, state, pin(each, value)) for line, each in enumerate(names, start=10))
    findings = tuple(
        Finding.of(
            code,
            f"acme/{each}: pins 1.3.0 at .runtime-version:1; the target is 1.4.0 (1 release behind)",
            consumer=name(each),
            place=Place(CONFIG, line, 5),
            related=(pin(each, "1.3.0"),),
            remedy="bump it",
        )
        for line, each in enumerate(names, start=10)
        if code
    )
    coverage = Coverage(size, size, Reconciled.COMPLETE, size + 5, 5, 0, "acme", 1)
    return Report("check", FORGE, CONFIG, TARGET, coverage, consumers, findings, (), size, 12.0)
