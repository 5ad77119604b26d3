"""The table: what is done about a consumer, for each state that it and its bump can be in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.assess import consumer_reading
from consumer_drift.bump.decide import decided
from consumer_drift.bump.ownership import Mark, marked
from consumer_drift.bump.plan import plan
from consumer_drift.bump.step import Closing
from consumer_drift.model.bump import BumpState, Edit
from consumer_drift.model.outcome import Outcome
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure, FileText, NoText, Reason
from consumer_drift.model.target import Target
from tests.bump import cases

OBSTACLE = Failure(Reason.DENIED, "the forge denies it", "ask for access")
CLOSED, MERGED = PullRequestState.CLOSED, PullRequestState.MERGED
SUPERSEDED = f"Superseded by x\n\n{marked(Mark.OPENED)}\n{marked(Mark.SUPERSEDED)}"
OLD = "bump/runtime-1.3.0"


def settle(snapshot, made=None, version="1.4.0"):
    made = made or cases.config()
    bump_target = cases.bump_target(made, version)
    read = snapshot if isinstance(snapshot, Failure) else consumer_reading.read(made.consumers[0], snapshot, made)
    return decided(made.consumers[0], read, bump_target.target)


def version(text):
    return cases.bump_target(version=text).version


def read(made, work):
    snapshot = cases.snapshot() if isinstance(work, Failure) else work.snapshot
    return consumer_reading.read(made.consumers[0], snapshot, made)


def planned(work, made=None, version="1.4.0"):
    made = made or cases.config()
    return plan(read(made, work), work, cases.bump_target(made, version))


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        (cases.files("1.4.0", "1.4.0"), Outcome.ALREADY_PINNED),
        (cases.files("1.4.0", None), Outcome.ALREADY_PINNED),
        (cases.files("v1.4.0", "1.4.0"), Outcome.ALREADY_PINNED),
        (cases.files("1.3.0", "1.3.0"), None),
        (cases.files("1.4.0", "1.3.0"), None),
        (cases.files("1.3.0", None), None),
        (cases.files("1.4.0-rc.1", None), None),
        (cases.files("1.5.0", "1.5.0"), Outcome.AHEAD),
        (cases.files("1.5.0-rc.1", None), Outcome.AHEAD),
        (cases.files("1.5.0", "1.3.0"), Outcome.AHEAD),
        (cases.files(None, None), Outcome.NO_PIN),
        (cases.files(None, "1.4.0"), Outcome.SKIPPED),
        (cases.files("latest", "1.4.0"), Outcome.SKIPPED),
        (cases.files("latest", "1.3.0"), None),
        ({".runtime-version": NoText("a binary file"), "requirements.txt": FileText("")}, Outcome.SKIPPED),
        ({".runtime-version": FileText("1.3.0\n"), "requirements.txt": OBSTACLE}, Outcome.ERROR),
    ],
)
def test_the_pins_decide_first(files, outcome) -> None:
    """What is at the target, higher, absent or unclear is settled; only what is behind is looked into."""
    step = settle(cases.snapshot(files=files))
    assert (step.outcome if step else None) is outcome
    assert step is None or not step.writes


@pytest.mark.parametrize(
    ("pinned", "target", "outcome"),
    [
        ("1.4", "1.4.0", Outcome.ALREADY_PINNED),
        ("1.4.dev1", "1.4", None),
        ("1.4rc2", "1.4", None),
        ("1.3.post1", "1.4", None),
        ("1.4.post1", "1.4", Outcome.AHEAD),
        ("1!1.0", "2.0", Outcome.AHEAD),
        ("2.0b1", "2.0b2", None),
    ],
)
def test_the_other_scheme_has_its_own_order(pinned, target, outcome) -> None:
    made = cases.config("scheme: pep440\nprereleases: true\n")
    step = settle(cases.snapshot(files=cases.files(pinned, None)), made, target)
    assert (step.outcome if step else None) is outcome


def test_what_is_archived_or_unreadable_is_left_alone() -> None:
    assert settle(cases.snapshot(archived=True)).outcome is Outcome.SKIPPED
    assert settle(OBSTACLE).outcome is Outcome.ERROR
    assert settle(OBSTACLE).note == "it could not be read: the forge denies it"


def test_without_a_target_nothing_is_bumped() -> None:
    made = cases.config()
    read = consumer_reading.read(made.consumers[0], cases.snapshot(), made)
    assert decided(made.consumers[0], read, Target(None)).outcome is Outcome.SKIPPED


def test_a_policy_that_excuses_what_is_ahead_does_not_lower_it() -> None:
    made = cases.config("policy: {ahead: advisory}\n")
    assert settle(cases.snapshot(files=cases.files("1.5.0", "1.3.0")), made).outcome is Outcome.AHEAD


@pytest.mark.parametrize(
    ("under_way", "outcome", "does"),
    [
        # nothing is there
        ({}, Outcome.OPENED, "change draft"),
        # an open pull request
        ({"pull_requests": (cases.pull_request(),)}, Outcome.PR_EXISTS, ""),
        ({"pull_requests": (cases.pull_request(),), "branch": cases.branch(cases.ours())}, Outcome.PR_EXISTS, ""),
        (
            {"pull_requests": (cases.pull_request(),), "branch": cases.branch(cases.ours(), cases.ALICES)},
            Outcome.PR_EXISTS,
            "",
        ),
        (
            {
                "pull_requests": (cases.pull_request(),),
                "branch": cases.branch(cases.ours(), files=cases.files("1.4.0", "1.3.0")),
            },
            Outcome.UPDATED,
            "change",
        ),
        (
            {
                "pull_requests": (cases.pull_request(),),
                "branch": cases.branch(cases.ours(), cases.ALICES, files=cases.files("1.4.0", "1.3.0")),
            },
            Outcome.PR_EXISTS,
            "",
        ),
        (
            {
                "pull_requests": (cases.pull_request(body=marked(Mark.UNFINISHED)),),
                "branch": cases.branch(cases.ours()),
            },
            Outcome.REPAIRED,
            "finish",
        ),
        # an open one from this branch into another one
        ({"pull_requests": (cases.pull_request(base="release/1.x"),)}, Outcome.SKIPPED, ""),
        # one that was closed
        ({"pull_requests": (cases.pull_request(CLOSED),)}, Outcome.DECLINED, ""),
        (
            {"pull_requests": (cases.pull_request(CLOSED),), "branch": cases.branch(cases.ours())},
            Outcome.DECLINED,
            "",
        ),
        ({"pull_requests": (cases.pull_request(CLOSED, body="edited"),)}, Outcome.DECLINED, ""),
        ({"pull_requests": (cases.pull_request(CLOSED, body=SUPERSEDED),)}, Outcome.OPENED, "change draft"),
        ({"pull_requests": (cases.pull_request(CLOSED, base="release/1.x"),)}, Outcome.OPENED, "change draft"),
        ({"pull_requests": (cases.pull_request(MERGED),)}, Outcome.OPENED, "change draft"),
        (
            {"pull_requests": (cases.pull_request(MERGED, 9), cases.pull_request(CLOSED))},
            Outcome.OPENED,
            "change draft",
        ),
        ({"pull_requests": (cases.pull_request(CLOSED, 9), cases.pull_request(MERGED))}, Outcome.DECLINED, ""),
        ({"pull_requests": (cases.pull_request(number=9), cases.pull_request(CLOSED))}, Outcome.PR_EXISTS, ""),
        # a branch without a pull request
        ({"branch": cases.branch(cases.ours())}, Outcome.REPAIRED, "draft"),
        ({"branch": cases.branch(cases.ours(), cases.ours())}, Outcome.REPAIRED, "draft"),
        ({"branch": cases.branch(cases.ours(), files=cases.files())}, Outcome.UPDATED, "change draft"),
        ({"branch": cases.branch(cases.ALICES)}, Outcome.SKIPPED, ""),
        ({"branch": cases.branch(cases.ours(), cases.ALICES)}, Outcome.SKIPPED, ""),
        ({"branch": cases.branch(cases.ours(), whole=False)}, Outcome.SKIPPED, ""),
        ({"branch": cases.branch(cases.ours("bump/other-1.4.0"))}, Outcome.SKIPPED, ""),
        # a branch that the forge itself does not know
        ({"branch": cases.branch(cases.ours(), listed=False, files={})}, Outcome.OPENED, "clears change draft"),
        ({"branch": cases.branch(cases.ALICES, listed=False, files={})}, Outcome.SKIPPED, ""),
        # a branch that holds nothing of its own: made a moment ago, or merged long since
        ({"branch": cases.branch(files=cases.files(), tip="a" * 40)}, Outcome.UPDATED, "change draft"),
        (
            {"branch": cases.branch(files=cases.files()), "pull_requests": (cases.pull_request(MERGED),)},
            Outcome.OPENED,
            "clears change draft",
        ),
        (
            {"branch": cases.branch(), "pull_requests": (cases.pull_request(CLOSED, body=SUPERSEDED),)},
            Outcome.OPENED,
            "clears change draft",
        ),
        # a branch without commits of its own that nothing proves to be ours
        ({"branch": cases.branch(files=cases.files())}, Outcome.SKIPPED, ""),
        (
            {"branch": cases.branch(), "pull_requests": (cases.pull_request(MERGED, body="by hand"),)},
            Outcome.SKIPPED,
            "",
        ),
        ({"branch": cases.branch(listed=False, files={})}, Outcome.SKIPPED, ""),
        # a branch of someone else that differs from its base by exactly this bump, or may differ by more
        ({"branch": cases.branch(replace(cases.ALICES, changed_files=2))}, Outcome.REPAIRED, "draft"),
        ({"branch": cases.branch(replace(cases.ALICES, changed_files=3))}, Outcome.SKIPPED, ""),
        (
            {"branch": cases.branch(replace(cases.ALICES, changed_files=2), files=cases.files("1.4.0", "1.3.9"))},
            Outcome.SKIPPED,
            "",
        ),
        ({"branch": cases.branch(replace(cases.ALICES, changed_files=2), whole=False)}, Outcome.SKIPPED, ""),
        # an open pull request that conflicts with its base
        (
            {"pull_requests": (cases.pull_request(mergeable=False),), "branch": cases.branch(cases.ours())},
            Outcome.REBUILT,
            "replaces clears change draft",
        ),
        (
            {"pull_requests": (cases.pull_request(mergeable=False),), "branch": cases.branch(cases.ALICES)},
            Outcome.SKIPPED,
            "",
        ),
        (
            {
                "pull_requests": (cases.pull_request(mergeable=False, body="by hand"),),
                "branch": cases.branch(cases.ours()),
            },
            Outcome.SKIPPED,
            "",
        ),
        ({"pull_requests": (cases.pull_request(mergeable=False),)}, Outcome.SKIPPED, ""),
        (
            {"pull_requests": (cases.pull_request(mergeable=None),), "branch": cases.branch(cases.ours())},
            Outcome.PR_EXISTS,
            "",
        ),
    ],
)
def test_what_is_under_way_decides_then(under_way, outcome, does) -> None:
    """One row for each cell of the table, with the writes it takes."""
    step = planned(cases.work(**under_way))
    assert step.outcome is outcome
    parts = ("replaces", "clears", "change", "draft", "finish")
    assert [part for part in parts if getattr(step, part)] == does.split()
    assert step.writes is bool(does)


def test_what_could_not_be_seen_is_an_error_and_writes_nothing() -> None:
    step = planned(OBSTACLE)
    assert (step.outcome, step.writes) == (Outcome.ERROR, False)
    assert "could not be read" in step.note


def test_a_consumer_that_was_bumped_meanwhile_needs_nothing() -> None:
    """The check before writing reads the files again, and they decide."""
    made = cases.config()
    shown = consumer_reading.read(made.consumers[0], cases.snapshot(), made)
    work = cases.work(snapshot=cases.snapshot(files=cases.files("1.4.0", "1.4.0")))
    step = plan(shown, work, cases.bump_target(made))
    assert (step.outcome, step.writes) == (Outcome.ALREADY_PINNED, False)


def test_a_new_branch_starts_with_every_pin_in_one_change() -> None:
    change = planned(cases.work()).change
    assert (change.branch, change.tip) == ("bump/runtime-1.4.0", "")
    assert change.edits == (
        Edit(".runtime-version", "1.3.0\n", "1.4.0\n"),
        Edit("requirements.txt", "acme-runtime==1.3.0\n", "acme-runtime==1.4.0\n"),
    )
    assert change.headline == "chore(deps): bump runtime to 1.4.0"
    assert change.text == "Consumer-Drift-Branch: bump/runtime-1.4.0"


def test_an_update_changes_only_what_the_branch_lacks_on_the_tip_that_was_seen() -> None:
    held = cases.branch(cases.ours(), files=cases.files("1.4.0", "1.2.0"))
    change = planned(cases.work(branch=held)).change
    assert change.tip == "b" * 40
    assert change.edits == (Edit("requirements.txt", "acme-runtime==1.2.0\n", "acme-runtime==1.4.0\n"),)


@pytest.mark.parametrize(
    ("extras", "unfinished"),
    [("", False), ("labels: [x]", True), ("reviewers: [bob]", True), ("auto-merge: squash", True)],
)
def test_a_pull_request_with_extras_says_that_it_is_unfinished(extras, unfinished) -> None:
    step = planned(cases.work(), cases.config(f"propagate: {{{extras}}}\n"))
    assert (marked(Mark.UNFINISHED) in step.draft.body) is unfinished
    assert (step.finish is not None) is unfinished
    assert step.finish is None or marked(Mark.OPENED) in step.finish.body


@pytest.mark.parametrize(
    ("other", "closed"),
    [
        (cases.pull_request(head=OLD), True),
        (cases.pull_request(head="bump/runtime-1.2.0"), True),
        (cases.pull_request(head=OLD, body=marked(Mark.UNFINISHED)), True),
        (cases.pull_request(head=OLD, body=SUPERSEDED), True),
        (cases.pull_request(head=OLD, body="no mark"), False),
        (cases.pull_request(head=OLD, base="release/1.x"), False),
        (cases.pull_request(head="bump/runtime-1.5.0"), False),
        (cases.pull_request(head="bump/runtime-latest"), False),
        (cases.pull_request(head="bump/runtime-1.3.0-hotfix/x"), False),
        (cases.pull_request(head="my/bump/runtime-1.3.0"), False),
    ],
)
@pytest.mark.parametrize("there", [(), (cases.pull_request(),)])
def test_older_bumps_of_ours_are_closed_and_no_others(other, closed, there) -> None:
    step = planned(cases.work(pull_requests=there, others=(other,)))
    assert tuple(replace(one, edits=()) for one in step.closes) == ((Closing(other),) if closed else ())


@pytest.mark.parametrize(
    ("body", "closed"), [(f"Bump\n\n{marked(Mark.OPENED)}\n", True), (SUPERSEDED, True), ("by hand", False)]
)
def test_of_two_of_ours_from_the_same_branch_the_newest_stays(body: str, closed: bool) -> None:
    newest, other = cases.pull_request(number=8), cases.pull_request(number=7, body=body)
    branch = cases.branch(cases.ours(), files=cases.files("1.4.0", "1.4.0"))
    step = planned(cases.work(pull_requests=(newest, other), branch=branch))
    assert (step.outcome, step.pull_request) == (Outcome.PR_EXISTS, newest)
    why = f"{newest.url} is open from the same branch"
    assert step.closes == ((Closing(other, why, keeps_branch=True),) if closed else ())


def test_a_bump_to_a_release_that_was_taken_back_is_closed() -> None:
    """A higher version that is still released stays: its request came from a newer list."""
    taken_back = cases.pull_request(head="bump/runtime-1.5.0")
    work = cases.work(others=(taken_back, cases.pull_request(8, head="bump/runtime-1.6.0")))
    made = cases.config()
    bump_target = replace(cases.bump_target(made), withdrawn=frozenset({version("1.5.0")}))
    step = plan(read(made, work), work, bump_target)
    (closing,) = step.closes
    assert (closing.pull_request, closing.why) == (taken_back, "1.5.0 was taken back")
    assert [edit.after for edit in closing.edits] == ["1.5.0\n", "acme-runtime==1.5.0\n"]


def test_a_consumer_at_the_target_needs_no_bump() -> None:
    """Bumped by hand, or the release of its bump was taken back: its pull request is closed, with the reason."""
    open_ones = {
        "bump/runtime-1.4.0": "every pin is at 1.4.0 already",
        "bump/runtime-1.3.0": "every pin is at 1.4.0 already",
        "bump/runtime-1.5.0": "1.5.0 was taken back",
        "bump/runtime-1.6.0": "",
        "feature": "",
    }
    here, *others = (cases.pull_request(head=head) for head in open_ones)
    foreign = (cases.pull_request(head="bump/runtime-1.3.0", body="by hand"), cases.pull_request(MERGED))
    snapshot = cases.snapshot(files=cases.files("1.4.0", "1.4.0"))
    work = cases.work(snapshot=snapshot, pull_requests=(here, foreign[1]), others=(*others, foreign[0]))
    made = cases.config()
    bump_target = replace(cases.bump_target(made), withdrawn=frozenset({version("1.5.0")}))
    step = plan(read(made, work), work, bump_target)
    assert step.outcome is Outcome.ALREADY_PINNED
    assert {one.pull_request.head: one.why for one in step.closes} == {
        h: why for h, why in open_ones.items() if why
    }


@pytest.mark.parametrize("retracted", ["1.5.0", "1.2.0"])
def test_only_from_a_release_that_was_taken_back_a_bump_may_go_down(retracted: str) -> None:
    made = cases.config(f"source: {{retracted: [{{version: {retracted}, reason: broken}}]}}\n")
    bump_target = cases.bump_target(made)
    target = replace(bump_target.target, retracted=made.source.retracted)
    work = cases.work(snapshot=cases.snapshot(files=cases.files("1.5.0", "1.5.0")))
    step = plan(read(made, work), work, replace(bump_target, target=target))
    assert step.outcome is (Outcome.OPENED if retracted == "1.5.0" else Outcome.AHEAD)


def test_the_branch_that_is_compared_takes_no_bump() -> None:
    work = cases.work(snapshot=cases.snapshot(branch="bump/runtime-1.4.0"))
    step = planned(work)
    assert (step.outcome, step.writes) == (Outcome.SKIPPED, False)
    assert "is the branch that is compared" in step.note


def test_a_version_that_makes_no_branch_name_takes_no_bump() -> None:
    made = cases.config()
    work = cases.work()
    step = plan(read(made, work), work, replace(cases.bump_target(made), no_branch="bump/x.lock is not valid"))
    assert (step.outcome, step.note, step.writes) == (Outcome.SKIPPED, "bump/x.lock is not valid", False)


def test_a_declined_bump_supersedes_nothing() -> None:
    """The older ones stay until a newer one is open."""
    step = planned(cases.work(pull_requests=(cases.pull_request(CLOSED),), others=(cases.pull_request(head=OLD),)))
    assert (step.outcome, step.closes) == (Outcome.DECLINED, ())


def test_a_pull_request_that_was_opened_by_hand_counts_before_the_lock() -> None:
    """Whoever wrote the hash again may have opened it."""
    locked = {"requirements.txt": FileText("acme-runtime==1.3.0 --hash=sha256:00\n")}
    held = cases.snapshot(files={**cases.files(), **locked})
    assert planned(cases.work(snapshot=held)).outcome is Outcome.NEEDS_LOCK
    assert planned(cases.work(snapshot=held, pull_requests=(cases.pull_request(),))).outcome is Outcome.PR_EXISTS


def test_on_folders_there_is_nothing_but_the_files() -> None:
    made = cases.config()
    bump_target = replace(cases.bump_target(made), in_place=True)
    work = BumpState(cases.snapshot())
    step = plan(read(made, work), work, bump_target)
    assert (step.outcome, step.draft) == (Outcome.REWRITTEN, None)
    assert [edit.path for edit in step.change.edits] == [".runtime-version", "requirements.txt"]
