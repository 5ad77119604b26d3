"""The decision against the judge: nothing is merged that the contract forbids, and nothing held that it allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_drift.assess import consumer_reading
from consumer_drift.bump.ownership import Mark, marked, trailer
from consumer_drift.landing.open_bump import Condition, OpenBump, Rules
from consumer_drift.landing.verdict import is_failing, needs_approval, unmet
from consumer_drift.model.bump import BumpState, Commit
from consumer_drift.model.checks import (
    Check,
    CheckResult,
    CheckState,
    PullRequestChecks,
    Review,
    ReviewResult,
    ReviewState,
)
from consumer_drift.model.config import Land
from consumer_drift.model.consent import Consent
from consumer_drift.model.proposal import Proposal
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure, FileText, Reason
from tests.bump import cases
from tests.effort import examples
from tests.landing.judge import Facts, may_be_merged

HEAD, OTHER = "b" * 40, "c" * 40
FAILED = Failure(Reason.TIMEOUT, "no answer in time", "run it again")
BRANCH = "bump/runtime-1.4.0"
COMMITS = {
    "ours": cases.ours(BRANCH),
    "theirs": cases.ALICES,
    "amended": Commit(f"bump\n\n{trailer(BRANCH)}\n", "alice", written_here=False),
    "another-branch": cases.ours("bump/runtime-1.3.0"),
    "update": Commit(f"Merge branch 'main' into {BRANCH}\n", "alice", written_here=False, is_merge=True),
    "theirs-as-update": Commit(f"Merge branch 'x' into {BRANCH}\n", "eve", written_here=False, is_merge=True),
}
MARKS = {
    "opened": marked(Mark.OPENED),
    "unfinished": marked(Mark.UNFINISHED),
    "superseded": f"{marked(Mark.OPENED)}\n{marked(Mark.SUPERSEDED)}",
    "none": "",
}
REVIEWS = {
    "approved": (ReviewState.APPROVED, HEAD, True),
    "approved-not-counting": (ReviewState.APPROVED, HEAD, False),
    "approved-older": (ReviewState.APPROVED, OTHER, True),
    "dismissed": (ReviewState.DISMISSED, HEAD, True),
    "dismissed-older": (ReviewState.DISMISSED, OTHER, True),
    "changes": (ReviewState.CHANGES_REQUESTED, HEAD, True),
}

GOOD = Facts(
    mark="opened", is_open=True, fork=False, head=BRANCH, base="main", commits=("ours",), all_commits_shown=True,
    before=((1, 3, 0), (1, 3, 0)), today=((1, 3, 0), (1, 3, 0)), after=((1, 4, 0), (1, 4, 0)), spare_line=False,
    touched=(), added=False, pushed=False, content="read", checks=(("CI / unit", "passed"),), says="passing",
    all_checks_shown=True, checks_read=True, mergeable=True, draft=False, review="none", mine="none",
    author="bumper", approver="boss", consent="yes", wanted=("unit",), approve=False,
)  # fmt: skip

VERSIONS = [(1, 2, 0), (1, 3, 0), (1, 4, 0), (1, 5, 0)]
CHECKS = st.tuples(
    st.sampled_from(["CI / unit", "lint", "validation (3.12)"]),
    st.sampled_from(["passed", "passed", "passed", "skipped", "pending", "failed"]),
)
PINS = st.tuples(st.sampled_from(VERSIONS), st.sampled_from(VERSIONS))
# Each fact on its own; a state has a few of them, so that most states are near to one that may be merged.
CHANGES = {
    "mark": st.sampled_from(list(MARKS)),
    "is_open": st.booleans(),
    "fork": st.booleans(),
    "head": st.sampled_from([BRANCH, "bump/runtime-1.3.0", "main"]),
    "base": st.sampled_from(["main", "release"]),
    "commits": st.lists(st.sampled_from(list(COMMITS)), max_size=3).map(tuple),
    "all_commits_shown": st.booleans(),
    "before": PINS,
    "today": PINS,
    "after": PINS,
    "spare_line": st.booleans(),
    "touched": st.sampled_from([(), ("src/x.py",), (".github/workflows/ci.yml",)]),
    "added": st.booleans(),
    "pushed": st.booleans(),
    "content": st.sampled_from(["read", "failed", "unread"]),
    "checks": st.lists(CHECKS, max_size=4).map(tuple),
    "says": st.sampled_from(["passing", "failing", "pending", "none"]),
    "all_checks_shown": st.booleans(),
    "checks_read": st.booleans(),
    "mergeable": st.sampled_from([True, False, None]),
    "draft": st.booleans(),
    "review": st.sampled_from([one.value for one in ReviewResult]),
    "mine": st.sampled_from(["none", *REVIEWS]),
    "author": st.sampled_from(["bumper", "boss", "Boss", "boss[bot]", ""]),
    "approver": st.sampled_from(["boss", "bumper", "boss[bot]", "?"]),
    "consent": st.sampled_from(["yes", "no", "mistake", "failed", "unread"]),
    "wanted": st.sampled_from([("unit",), (), None, ("unit", "lint"), ("absent",)]),
    "approve": st.booleans(),
}


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """A state of which up to five facts differ from one that may be merged."""
    names = draw(st.lists(st.sampled_from(list(CHANGES)), max_size=5, unique=True))
    made = replace(GOOD, **{name: draw(CHANGES[name]) for name in names})
    if "before" in names and "today" not in names:
        made = replace(made, today=made.before)
    if draw(st.booleans()):
        made = replace(made, checks=tuple(dict(made.checks).items()), says=_combined(made))
    return made


def _combined(made: Facts) -> str:
    states = {state for _, state in made.checks}
    if not states:
        return "none"
    return "failing" if "failed" in states else "pending" if "pending" in states else "passing"


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _files(pins: tuple[tuple[int, ...], ...], *, spare: bool = False) -> dict[str, FileText]:
    more = "left-pad==1.0.0\n" if spare else ""
    return {
        ".runtime-version": FileText(f"{_text(pins[0])}\n"),
        "requirements.txt": FileText(f"{more}acme-runtime=={_text(pins[1])}\n"),
    }


def bump_of(one: Facts) -> OpenBump:
    """The frozen values that the program would have read of these facts."""
    config = cases.config()
    snapshot = cases.snapshot(files=_files(one.today))
    reading = consumer_reading.read(config.consumers[0], snapshot, config)
    pull_request = cases.pull_request(
        PullRequestState.OPEN if one.is_open else PullRequestState.CLOSED,
        body=MARKS[one.mark], from_fork=one.fork, head=one.head, base=one.base, author=one.author,
    )  # fmt: skip
    state = BumpState(snapshot, None, (pull_request,))
    return OpenBump(reading, state, pull_request, _checks_of(one), _proposal_of(one), _consent_of(one))


def _checks_of(one: Facts) -> PullRequestChecks | Failure:
    if not one.checks_read:
        return FAILED
    mine = REVIEWS.get(one.mine)
    reviews = (Review(one.approver, *mine),) if mine and one.approver != "?" else ()
    checks = tuple(Check(name, CheckState(state)) for name, state in one.checks)
    return PullRequestChecks(
        HEAD, CheckResult(one.says), checks, one.all_checks_shown, ReviewResult(one.review), reviews,
        one.mergeable, one.draft, one.author,
    )  # fmt: skip


def _proposal_of(one: Facts) -> Proposal | Failure | None:
    if one.content != "read":
        return FAILED if one.content == "failed" else None
    before, after = _files(one.before), _files(one.after, spare=one.spare_line)
    modified = frozenset(path for path in before if before[path] != after[path]) | set(one.touched)
    others = frozenset(["new.txt"] if one.added else [])
    shown = {path: text for path, text in before.items() if path in modified}
    there = {path: text for path, text in after.items() if path in modified}
    commits = tuple(COMMITS[kind] for kind in one.commits)
    head = OTHER if one.pushed else HEAD
    return Proposal(head, commits, frozenset(modified), others, shown, there, one.all_commits_shown)


def _consent_of(one: Facts) -> Consent | Failure | None:
    return {
        "yes": Consent(),
        "no": Consent(land=False, file="f"),
        "mistake": Consent(land=False, propagate=False, file="f", mistake="m"),
        "failed": FAILED,
        "unread": None,
    }[one.consent]


def rules_of(one: Facts) -> Rules:
    """The configuration, and who approves."""
    approver = FAILED if one.approver == "?" else one.approver
    return Rules(Land(one.wanted, approve=one.approve), cases.bump_target(), approver if one.approve else None)


@settings(max_examples=examples(1_000))
@given(facts())
def test_nothing_is_merged_that_the_contract_forbids_and_nothing_held_that_it_allows(one: Facts) -> None:
    """States around those that may be merged: ten thousand of them in a thorough run."""
    lines = unmet(bump_of(one), rules_of(one))
    assert (not lines) == may_be_merged(one), lines
    assert all(line.why for line in lines)


def test_the_judge_allows_what_is_good_and_forbids_each_thing_that_is_not() -> None:
    """Or a judge that forbids everything would agree with a program that merges nothing."""
    assert may_be_merged(GOOD)
    assert unmet(bump_of(GOOD), rules_of(GOOD)) == ()
    assert may_be_merged(replace(GOOD, approve=True, review="required"))


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"mark": "none"}, Condition.OURS),
        ({"commits": ("ours", "theirs")}, Condition.OURS),
        ({"fork": True}, Condition.OWN_BRANCH),
        ({"base": "release"}, Condition.BASE),
        ({"pushed": True}, Condition.HEAD),
        ({"touched": ("src/x.py",)}, Condition.EXACT),
        ({"says": "failing"}, Condition.CHECKS),
        ({"mergeable": False}, Condition.MERGES),
        ({"review": "required"}, Condition.REVIEW),
        ({"approve": True, "author": "boss"}, Condition.IDENTITY),
        ({"consent": "no"}, Condition.CONSENT),
    ],
)
def test_each_condition_is_named(change: dict[str, object], condition: Condition) -> None:
    one = replace(GOOD, **change)  # type: ignore[arg-type]
    assert [line.condition for line in unmet(bump_of(one), rules_of(one))] == [condition]


def test_an_approval_is_given_once_for_a_commit() -> None:
    one = replace(GOOD, approve=True)
    for mine, needed in {"none": True, "approved": False, "approved-older": True, "changes": True}.items():
        made = replace(one, mine=mine)
        assert needs_approval(bump_of(made), rules_of(made)) is needed
    assert not needs_approval(bump_of(GOOD), rules_of(GOOD))


def test_only_bumps_of_ours_count_as_failing() -> None:
    failing = replace(GOOD, says="failing")
    assert is_failing(bump_of(failing))
    assert not is_failing(bump_of(replace(failing, mark="none")))
    assert not is_failing(bump_of(GOOD))
