"""One row a cell of the table of findings about a listed consumer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.assess import consumer_reading, drift
from consumer_drift.model.config import Ahead, InFlight, Policy, Retraction
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import RULES, Code, Level
from consumer_drift.model.report import State, WaitReason
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.model.versions import Scheme
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.submodule import Submodule
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.assess import cases
from tests.assess.cases import (
    DENIED,
    FILE,
    NO_TARGET,
    TARGET,
    TIMED_OUT,
    address,
    config,
    judge,
    listed,
    pull,
    shown,
    target,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.config import Config
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.target import Target

REQUIREMENT = Requirement("requirements.txt", ("acme-runtime",))
OPTIONAL = WholeFile(FILE, optional=True)
OPTIONAL_TOO = Requirement("requirements.txt", ("acme-runtime",), optional=True)


@dataclass(frozen=True)
class Case:
    """What a consumer shows, and what has to be said of it."""

    files: Any
    codes: tuple[str, ...]
    state: State
    says: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    target: Target = TARGET
    pulls: Any = ()
    policy: Policy | None = None
    scheme: Scheme = Scheme.SEMVER
    shows: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, Any] = field(default_factory=dict)

    def rules(self) -> Config:
        """The configuration of this row."""
        chosen = config(scheme=self.scheme)
        return replace(chosen, policy=self.policy) if self.policy else chosen


PEP440 = target("1.4.0", scheme=Scheme.PEP440)
STRICT = Policy(timedelta(hours=72), in_flight=InFlight.DRIFT)
LENIENT = Policy(timedelta(hours=72), ahead=Ahead.ADVISORY)

CASES = {
    "at the target": Case("1.4.0\n", (), State.IN_SYNC),
    "at the target, as the tag is written": Case("runtime-v1.4.0", (), State.IN_SYNC),
    "at the target, with a v": Case("v1.4.0", (), State.IN_SYNC),
    "at the target but for build metadata": Case("1.4.0+linux", (), State.IN_SYNC),
    # behind
    "one release behind": Case("1.3.0", ("behind",), State.BEHIND, ("1 release behind", f"1.3.0 at {FILE}:1")),
    "two releases behind": Case("1.2.0", ("behind",), State.BEHIND, ("2 releases behind", "the target is 1.4.0")),
    "behind, and the tags do not hold the target": Case(
        "1.3.0", ("behind",), State.BEHIND, ("the target is 1.4.0. Bump it",), target=target("1.4.0")
    ),
    "a pre-release of the target": Case("1.4.0-rc.1", ("behind",), State.BEHIND, ("1.4.0-rc.1",)),
    "several pins, one behind": Case(
        {FILE: "1.4.0", "requirements.txt": "acme-runtime==1.3.0\n"},
        ("behind",),
        State.BEHIND,
        ("1.3.0 at requirements.txt:1",),
        (WholeFile(FILE), REQUIREMENT),
    ),
    "several pins behind, counted from the lowest": Case(
        {FILE: "1.3.0", "requirements.txt": "acme-runtime==1.1.0\n"},
        ("behind",),
        State.BEHIND,
        ("3 releases behind",),
        (WholeFile(FILE), REQUIREMENT),
    ),
    "one pin behind and one ahead": Case(
        {FILE: "1.5.0", "requirements.txt": "acme-runtime==1.3.0\n"},
        ("behind", "ahead"),
        State.BEHIND,
        (),
        (WholeFile(FILE), REQUIREMENT),
    ),
    # ahead
    "ahead": Case("1.5.0", ("ahead",), State.AHEAD, ("higher than the target 1.4.0",)),
    "ahead, where that is advice": Case("1.5.0", ("ahead",), State.AHEAD, policy=LENIENT),
    # taken back
    "higher, and no tag names it": Case(
        "1.5.0",
        ("retracted",),
        State.RETRACTED,
        (
            f"pins 1.5.0 at {FILE}:1; no tag of acme/runtime names 1.5.0. Pin 1.4.0 instead. ",
            "A bump goes down from 1.5.0 only if `source.retracted` names it",
        ),
        target=replace(TARGET, untagged=frozenset({version("1.5.0")})),
    ),
    "lower, and no tag names it": Case(
        "1.3.5",
        ("retracted",),
        State.RETRACTED,
        ("no tag of acme/runtime names 1.3.5. Pin 1.4.0 instead. Merge",),
        target=replace(TARGET, untagged=frozenset({version("1.3.5")})),
        pulls=(pull(1),),
    ),
    "another one is named": Case(
        {FILE: "1.5.0", "requirements.txt": "acme-runtime==1.3.5\n"},
        ("retracted",),
        State.RETRACTED,
        ("no tag of acme/runtime names 1.5.0; 1.3.5 was taken back: broken. Pin 1.4.0, 1.3.6 instead",),
        (WholeFile(FILE), REQUIREMENT),
        target=replace(
            TARGET,
            untagged=frozenset({version("1.5.0")}),
            retracted=(Retraction(version("1.3.5"), "broken", version("1.3.6")),),
        ),
    ),
    # the two schemes
    "pep440: 1.4 is 1.4.0": Case("1.4", (), State.IN_SYNC, target=PEP440, scheme=Scheme.PEP440),
    "pep440: a candidate is behind": Case(
        "1.4.0rc1", ("behind",), State.BEHIND, target=PEP440, scheme=Scheme.PEP440
    ),
    "pep440: a post-release is ahead": Case(
        "1.4.0.post1", ("ahead",), State.AHEAD, target=PEP440, scheme=Scheme.PEP440
    ),
    "semver: 1.4 is no version": Case("1.4", ("unpinned",), State.UNPINNED),
    "a pre-release as the target": Case("1.4.0", ("behind",), State.BEHIND, target=target("1.5.0-rc.1")),
    # missing
    "no file": Case(
        {FILE: NoFile()}, ("missing-pin",), State.MISSING_PIN, (f"there is no {FILE}", "Add it with version 1.4.0")
    ),
    "no file on the consumer's branch": Case(
        {FILE: NoFile()}, ("missing-pin",), State.MISSING_PIN, ("on branch main",), lists={"branch": "main"}
    ),
    "no requirement": Case(
        {"requirements.txt": "other==1\n"},
        ("missing-pin",),
        State.MISSING_PIN,
        ("requirements.txt has",),
        (REQUIREMENT,),
    ),
    "an optional pin may be absent": Case(
        {FILE: "1.4.0", "requirements.txt": NoFile()}, (), State.IN_SYNC, (), (WholeFile(FILE), OPTIONAL_TOO)
    ),
    "only optional pins, none there": Case(
        {FILE: NoFile(), "requirements.txt": "other==1\n"},
        ("missing-pin",),
        State.MISSING_PIN,
        (f"there is no {FILE}", "requirements.txt has"),
        (OPTIONAL, OPTIONAL_TOO),
    ),
    "only optional pins, one there": Case(
        {FILE: NoFile(), "requirements.txt": "acme-runtime==1.4.0\n"},
        (),
        State.IN_SYNC,
        (),
        (OPTIONAL, OPTIONAL_TOO),
    ),
    "an empty repository": Case({FILE: NoFile()}, ("missing-pin",), State.MISSING_PIN, shows={"empty": True}),
    # invalid
    "a binary file": Case(
        {FILE: NoText("a binary file")}, ("invalid-pin",), State.INVALID_PIN, (f"{FILE} is a binary file",)
    ),
    "a folder in the file's place": Case(
        {FILE: NoText("a folder", is_file=False)}, ("invalid-pin",), State.INVALID_PIN, ("is a folder",)
    ),
    "an LFS pointer": Case(
        {FILE: NoText("a Git LFS pointer")}, ("invalid-pin",), State.INVALID_PIN, (f"{FILE} is a Git LFS pointer",)
    ),
    "an empty file": Case("", ("invalid-pin",), State.INVALID_PIN, ("Write one version there: 1.4.0",)),
    "no version": Case("latest-and-greatest", ("invalid-pin",), State.INVALID_PIN, ("latest-and-greatest",)),
    "a file that cannot be parsed": Case(
        {"package.json": "{"},
        ("invalid-pin",),
        State.INVALID_PIN,
        ("package.json", ". Correct the file"),
        (Key("package.json", "a.b"),),
    ),
    "a file that is too large, and one that is behind": Case(
        {"a/values.yaml": "a: 1.3.0\n", "b/values.yaml": "#" * 270_000},
        ("invalid-pin", "behind"),
        State.INVALID_PIN,
        (
            "b/values.yaml: has 263 KiB, and at most 256 KiB of a file with a pin are read. Keep the version",
            "pins 1.3.0 at a/values.yaml:1",
        ),
        (Key("*/values.yaml", "a"),),
        shows={"matches": {"*/values.yaml": ("a/values.yaml", "b/values.yaml")}},
    ),
    "a submodule at a commit of no release": Case(
        {"vendor/rt": NoText("a submodule", is_file=False, commit="a" * 40)},
        ("invalid-pin",),
        State.INVALID_PIN,
        ("Check out the commit of a release there: 1.4.0",),
        (Submodule("vendor/rt", "acme/runtime"),),
    ),
    "occurrences that disagree": Case(
        {"ci.yml": "on: push\njobs:\n  a:\n    steps:\n    - uses: acme/x@v1.3.0\n    - uses: acme/x@v1.2.0\n"},
        ("behind",),
        State.BEHIND,
        ("pins 1.3.0 at ci.yml:5, 1.2.0 at ci.yml:6", "2 releases behind"),
        (Uses("ci.yml", "acme/x"),),
    ),
    "occurrences that agree": Case(
        {"Makefile": "A = 1.4.0\nA = 1.4.0\n"},
        (),
        State.IN_SYNC,
        (),
        (Regex("Makefile", r"^A = (?P<version>\S+)$"),),
    ),
    "an optional pin that is broken": Case({FILE: "broken"}, ("invalid-pin",), State.INVALID_PIN, (), (OPTIONAL,)),
    # unpinned
    "a range": Case(
        {"requirements.txt": "acme-runtime>=1.2\n"},
        ("unpinned",),
        State.UNPINNED,
        ("Pin an exact version: 1.4.0",),
        (REQUIREMENT,),
    ),
    "an image without a tag": Case(
        {"Dockerfile": "FROM ghcr.io/acme/runtime\n"},
        ("unpinned",),
        State.UNPINNED,
        (),
        (Image("Dockerfile", "ghcr.io/acme/runtime"),),
    ),
    # in flight
    "in flight": Case("1.3.0", ("in-flight",), State.IN_FLIGHT, ("pull/7, open for 3 hours",), pulls=(pull(3),)),
    "in flight, to the last moment of grace": Case("1.3.0", ("in-flight",), State.IN_FLIGHT, pulls=(pull(72),)),
    "past grace": Case("1.3.0", ("behind",), State.BEHIND, ("pull/7, open for 3 days",), pulls=(pull(72.001),)),
    "in flight counts as drift": Case(
        "1.3.0", ("behind",), State.BEHIND, ("pull/7, open for 1 hour",), pulls=(pull(1),), policy=STRICT
    ),
    "a pull request from a fork": Case(
        "1.3.0",
        ("behind",),
        State.BEHIND,
        ("is from a fork, and does not count",),
        pulls=(pull(3, from_fork=True),),
    ),
    "a pull request into another branch": Case(
        "1.3.0",
        ("behind",),
        State.BEHIND,
        ("goes into release/1.x, not into main, and does not count",),
        pulls=(pull(3, base="release/1.x"),),
    ),
    "a fork's and its own": Case(
        "1.3.0",
        ("in-flight",),
        State.IN_FLIGHT,
        ("pull/8",),
        pulls=(pull(1, 7, from_fork=True), pull(3, 8)),
    ),
    "several of its own: the youngest counts": Case(
        "1.3.0", ("in-flight",), State.IN_FLIGHT, ("pull/8, open for 2 hours",), pulls=(pull(50, 7), pull(2, 8))
    ),
    "several of its own: the time runs from the oldest": Case(
        "1.3.0", ("behind",), State.BEHIND, ("pull/8, open for 2 hours",), pulls=(pull(500, 7), pull(2, 8))
    ),
    "pull requests that cannot be read": Case(
        "1.3.0",
        ("behind",),
        State.BEHIND,
        ("its bump pull requests could not be read", "GitHub denies it", "Ask for the right"),
        pulls=DENIED,
    ),
    "a request that was opened by a clock ahead of ours": Case(
        "1.3.0", ("in-flight",), State.IN_FLIGHT, ("open for less than an hour",), pulls=(pull(-5),)
    ),
    "at the target with an open request": Case("1.4.0", (), State.IN_SYNC, pulls=(pull(3),)),
    "a broken pin is not excused by a request": Case(
        "broken",
        ("invalid-pin",),
        State.INVALID_PIN,
        ("Merge its bump pull request https://git.example/pull/7 if that does it, else write one version",),
        pulls=(pull(3),),
    ),
    # forbidden
    "a forbidden path": Case(
        "1.4.0",
        ("forbidden-path",),
        State.FORBIDDEN_PATH,
        ("contains workspace/", "which `forbid:` disallows"),
        shows={"forbidden": {"workspace/": ("workspace/",), "**/x/": ()}},
    ),
    "a path that two patterns forbid, once": Case(
        "1.4.0",
        ("forbidden-path",),
        State.FORBIDDEN_PATH,
        ("contains w/, which",),
        shows={"forbidden": {"w/": ("w/",), "*/": ("w/",)}},
    ),
    "no pins, only forbidden paths": Case(
        {}, (), State.IN_SYNC, shows={"forbidden": {"w/": ()}}, lists={"pins": ()}
    ),
    "forbidden paths that cannot be read": Case(
        "1.4.0",
        ("unreadable",),
        State.UNREADABLE,
        ("**/x/ could not be read: no answer in time",),
        shows={"forbidden": {"**/x/": TIMED_OUT}},
    ),
    # unreadable
    "a file that cannot be read": Case(
        {FILE: TIMED_OUT}, ("unreadable",), State.UNREADABLE, (f"{FILE} could not be read", "Run again")
    ),
    "nine files that one refusal keeps from being read": Case(
        {f"f{number}": replace(DENIED, said=f"GitHub denies GET /f{number}") for number in range(9)},
        ("unreadable",),
        State.UNREADABLE,
        (f"{', '.join(f'f{number}' for number in range(9))} could not be read: GitHub denies GET /f0. Ask",),
        tuple(WholeFile(f"f{number}") for number in range(9)),
    ),
    "one file read and behind, the other not": Case(
        {FILE: "1.3.0", "requirements.txt": DENIED},
        ("unreadable", "behind"),
        State.UNREADABLE,
        (),
        (WholeFile(FILE), REQUIREMENT),
    ),
    "an optional file that cannot be read is not absent": Case(
        {FILE: DENIED}, ("unreadable",), State.UNREADABLE, (), (OPTIONAL,)
    ),
    # tidy
    "archived": Case(
        {FILE: NoFile()},
        ("archived-consumer",),
        State.ARCHIVED,
        ("Remove it from the list",),
        shows={"archived": True},
    ),
    "archived, with a file that cannot be read": Case(
        {FILE: DENIED}, ("archived-consumer",), State.ARCHIVED, shows={"archived": True}
    ),
    "renamed": Case(
        "1.4.0", ("renamed-consumer",), State.IN_SYNC, ("acme/core2",), shows={"asked": "core", "text": "core2"}
    ),
    "renamed and behind": Case(
        "1.3.0", ("renamed-consumer", "behind"), State.BEHIND, shows={"asked": "core", "text": "core2"}
    ),
    "called the same but for case": Case("1.4.0", (), State.IN_SYNC, shows={"asked": "core", "text": "Core"}),
    # no target
    "no target": Case("1.3.0", (), State.NOT_COMPARED, target=NO_TARGET),
    "no target, and a missing pin": Case(
        {FILE: NoFile()}, ("missing-pin",), State.MISSING_PIN, ("Add it, or",), target=NO_TARGET
    ),
    "no target, and a broken pin": Case("broken", ("invalid-pin",), State.INVALID_PIN, target=NO_TARGET),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_said_of_a_consumer(case: Case) -> None:
    """The codes in their order, the state, and what the sentences have to name."""
    consumer = replace(listed("core", *case.pins, line=12), **case.lists)
    shows = dict(case.shows)
    result, findings = judge(
        consumer, shown(shows.pop("text", "core"), case.files, **shows), case.target, case.pulls, case.rules()
    )
    assert tuple(finding.code.value for finding in findings) == case.codes
    assert result.state is case.state
    said = "\n".join(finding.message for finding in findings)
    for words in case.says:
        assert words in said
    for finding in findings:
        assert finding.message.startswith("acme/core: ")
        assert finding.place == cases.place(12)
        assert finding.consumer == cases.name("core")


def test_findings_count_as_the_table_says() -> None:
    """Level and weight are the table's, but for what `policy` changes; every code of the judge has a row."""
    made = [finding for case in CASES.values() if case.policy is not LENIENT for finding in _findings(case)]
    for finding in made:
        rule = RULES[finding.code]
        assert (finding.level, finding.counts_as) == (rule.level, rule.counts_as)
    assert {finding.code.value for finding in made} == {
        "behind", "ahead", "missing-pin", "invalid-pin", "retracted", "unpinned", "forbidden-path", "in-flight",
        "unreadable", "archived-consumer", "renamed-consumer",
    }  # fmt: skip


def _findings(case: Case) -> tuple[Any, ...]:
    shows = dict(case.shows)
    consumer = replace(listed("core", *case.pins), **case.lists)
    snapshot = shown(shows.pop("text", "core"), case.files, **shows)
    return judge(consumer, snapshot, case.target, case.pulls, case.rules())[1]


@pytest.mark.parametrize(
    ("policy", "level", "counts_as"), [(None, Level.ERROR, Status.DRIFT), (LENIENT, Level.WARNING, None)]
)
def test_ahead_is_drift_or_advice(policy: Policy | None, level: Level, counts_as: Status | None) -> None:
    """As `policy.ahead` says."""
    [finding] = _findings(Case("1.5.0", (), State.AHEAD, policy=policy))
    assert (finding.level, finding.counts_as) == (level, counts_as)


def test_a_finding_leads_to_each_pin() -> None:
    """Repository as it has been renamed to now, path, line, value and a link."""
    text = "on: push\njobs:\n  a:\n    steps:\n    - uses: acme/x@v1.3.0\n    - uses: acme/x@v1.3.0\n"
    snapshot = shown("core2", {"ci.yml": text}, asked="core")
    _, findings = judge(listed("core", Uses("ci.yml", "acme/x")), snapshot)
    behind = findings[-1]
    assert [(str(r.repository), r.path, r.line, r.value) for r in behind.related] == [
        ("acme/core2", "ci.yml", 5, "1.3.0"),
        ("acme/core2", "ci.yml", 6, "1.3.0"),
    ]
    assert behind.related[0].url == address(snapshot, "ci.yml", 5)


def test_the_result_shows_every_pin_whatever_it_is() -> None:
    """Exact, floating and broken ones, what is wrong first: a table that is cut would hide it."""
    pins = (WholeFile(FILE), REQUIREMENT, WholeFile("B"))
    result, _ = judge(
        listed("core", *pins), shown(files={FILE: "1.4.0", "requirements.txt": "acme-runtime>1\n", "B": "broken"})
    )
    assert [(one.path, one.line) for one in result.pins] == [("requirements.txt", 1), ("B", 1), (FILE, 1)]
    assert result.url == "https://git.example/acme/core"


def test_a_message_names_ten_and_counts_the_rest() -> None:
    """No one reads fifty pins in one sentence."""
    text = "A = 1.3.0\n" * 50
    _, [finding] = judge(listed("core", Regex("M", r"^A = (?P<version>\S+)$")), shown(files={"M": text}))
    assert finding.message.count("1.3.0 at M:") == 10
    assert "and 40 more" in finding.message
    assert len(finding.related) == 50


def test_a_huge_broken_value_is_cut_in_the_message() -> None:
    """A message is for reading."""
    _, [finding] = judge(listed(), shown(files="x" * 100_000))
    assert finding.code is Code.INVALID_PIN
    assert len(finding.message) < 400


def test_a_suffix_that_may_be_either_is_one_order() -> None:
    """Another version there would not settle it."""
    pin = Image("Dockerfile", "acme/rt")
    _, [finding] = judge(listed("core", pin), shown(files={"Dockerfile": "FROM acme/rt:1.4.0-dev\n"}))
    assert finding.message.endswith(
        "Write `suffix: variant` or `suffix: prerelease` beside `image` in the configuration"
    )


def test_an_unreadable_consumer_says_why_and_what_to_do() -> None:
    """With the obstacle's own words, at the consumer's line."""
    result, finding = drift.judge_unreadable(listed(line=14), TIMED_OUT)
    assert (result.state, result.note) == (State.UNREADABLE, "no answer in time")
    assert finding.code is Code.UNREADABLE
    assert finding.place == cases.place(14)
    assert finding.message == "acme/core could not be read: no answer in time. Run again"


@pytest.mark.parametrize(
    ("files", "target", "archived", "needs"),
    [
        ("1.3.0", TARGET, False, True),
        ("1.4.0", TARGET, False, False),
        ("1.5.0", TARGET, False, False),
        ("broken", TARGET, False, True),
        ("broken", NO_TARGET, False, False),
        ("1.3.0", NO_TARGET, False, False),
        ("1.3.0", TARGET, True, False),
    ],
)
def test_pull_requests_are_needed_only_where_they_change_the_answer(
    files: str, target: Target, archived: bool, needs: bool
) -> None:
    """They cost a request on some forges."""
    seen = consumer_reading.read(listed(), shown(files=files, archived=archived), config())
    assert seen.needs_pull_requests(target) is needs


@pytest.mark.parametrize(
    ("case", "note"),
    [
        ("one release behind", "1 release behind"),
        ("in flight", "bump open for 3 hours"),
        ("no file", f"there is no {FILE}"),
        ("a binary file", f"{FILE} is a binary file"),
        ("a file that cannot be read", "no answer in time"),
        ("a forbidden path", "workspace/"),
        ("at the target", ""),
        ("ahead", ""),
    ],
)
def test_the_note_of_a_table_is_a_few_words(case: str, note: str) -> None:
    """What the pins beside it do not show."""
    row = CASES[case]
    consumer = replace(listed("core", *row.pins), **row.lists)
    result, _ = judge(consumer, shown("core", row.files, **row.shows), row.target, row.pulls, row.rules())
    assert result.note == note


@pytest.mark.parametrize(
    ("files", "pulls", "reason", "number"),
    [
        ("1.4.0", (), None, None),
        ("1.3.0", (), WaitReason.NO_PULL_REQUEST, None),
        ("1.3.0", (pull(3),), WaitReason.PULL_REQUEST_OPEN, 7),
        ("1.3.0", (pull(300),), WaitReason.PULL_REQUEST_OPEN, 7),
        ("1.3.0", (replace(pull(3), mergeable=False),), WaitReason.CONFLICT, 7),
        ("1.3.0", (replace(pull(3), from_fork=True),), WaitReason.NO_PULL_REQUEST, None),
        ("1.3.0", (replace(pull(3), base="other"),), WaitReason.NO_PULL_REQUEST, None),
        ("1.3.0", TIMED_OUT, None, None),
        ("1.5.0", (), None, None),
        ({FILE: NoFile()}, (), None, None),
    ],
)
def test_what_a_consumer_waits_for(files: Any, pulls: Any, reason: WaitReason | None, number: int | None) -> None:
    """Whether the bump pull requests could not be read, or none is needed, nothing is guessed."""
    result, _ = judge(listed(), shown(files=files), TARGET, pulls, config())
    assert result.reason is reason
    assert (result.pull_request.number if result.pull_request else None) == number


def test_an_unreadable_consumer_waits_for_being_read() -> None:
    result, _ = drift.judge_unreadable(listed(), TIMED_OUT)
    assert (result.reason, result.public) == (WaitReason.UNREADABLE, None)


def test_a_pin_with_a_byte_order_mark_is_read() -> None:
    """Some editors write one."""
    result, findings = judge(listed(), shown(files={FILE: FileText("\ufeff1.4.0\r\n")}))
    assert (result.state, findings) == (State.IN_SYNC, ())
