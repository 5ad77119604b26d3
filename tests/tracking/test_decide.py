"""What a run does with the tracking issue, as a table of lives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.issue import Issue, OwnIssues
from consumer_drift.model.report import Coverage, Reconciled, Report, State
from consumer_drift.tracking.body import title
from consumer_drift.tracking.decide import decide
from consumer_drift.tracking.state import BEGIN, END, TrackingState, mark_of, state_of, with_block
from tests.render.reports import CONFIG, FORGE, GOLDEN, NOON, TARGET, consumer, in_flight, name, pin

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.tracking.decide import IssueChange

S = State
WHOLE = Coverage(3, 3, Reconciled.COMPLETE, 14, 11, 0, "acme", 3)
FINDINGS = {
    S.BEHIND: Code.BEHIND,
    S.UNREADABLE: Code.UNREADABLE,
    S.IN_FLIGHT: Code.IN_FLIGHT,
    S.LAGGING: Code.LAGGING,
}


def report(*states: State, coverage: Coverage = WHOLE, scope_gap: bool = False, **more: object) -> Report:
    """A run that saw core, shop and till in these states."""
    names = ("core", "shop", "till")
    seen = zip(names, (*states, *[S.IN_SYNC] * 3), strict=False)
    consumers = tuple(
        replace(
            consumer(one, 7, state, pin(one, "1.4.0" if state is S.IN_SYNC else "1.3.0")),
            public=True,
            behind_since=None if state is S.IN_SYNC else NOON,
        )
        for one, state in seen
    )
    found = [Finding.of(FINDINGS[one.state], "x", consumer=one.name) for one in consumers if one.state in FINDINGS]
    found += [Finding.of(Code.HIDDEN_REPOSITORIES, "x")] if scope_gap else []
    return Report("check", FORGE, CONFIG, TARGET, coverage, consumers, worst_first(found), at=NOON, **more)  # type: ignore[arg-type]


DRIFT, IN_SYNC = report(S.BEHIND), report()
GAP = report(scope_gap=True)
ERROR = report(S.UNREADABLE, coverage=replace(WHOLE, read=2))
SELECTED = report(selected=True)
NO_RECONCILE = report(coverage=replace(WHOLE, reconcile=Reconciled.OFF))


class Board:
    """Issues, and what was said on them."""

    def __init__(self, *, is_public: bool = True) -> None:
        self.issues: list[Issue] = []
        self.comments: list[str] = []
        self.writes = 0
        self.is_public = is_public
        self.now = NOON

    def after(self, *reports: Report) -> Board:
        for one in reports:
            self.now += timedelta(hours=1)
            for change in decide(one, OwnIssues(tuple(self.issues), self.is_public), self.now):
                self._apply(change)
        return self

    def _apply(self, change: IssueChange) -> None:
        self.writes += 1
        if change.comment:
            self.comments.append(change.comment)
        if change.number:
            self.issues[change.number - 1] = Issue(change.number, change.body, change.is_open)
        else:
            self.issues.append(Issue(len(self.issues) + 1, change.body, is_open=True))

    def edit(self, **what: object) -> None:
        """What a person does to the first issue."""
        self.issues[0] = replace(self.issues[0], **what)

    @property
    def shown(self) -> str:
        return " ".join("open" if one.is_open else "closed" for one in self.issues)


@pytest.mark.parametrize(
    ("life", "shown", "comments"),
    [
        ((IN_SYNC,), "", 0),
        ((GAP,), "", 0),
        ((DRIFT,), "open", 0),
        ((ERROR,), "open", 0),
        ((DRIFT, DRIFT, DRIFT), "open", 0),
        ((DRIFT, IN_SYNC), "closed", 1),
        ((DRIFT, IN_SYNC, IN_SYNC), "closed", 1),
        ((DRIFT, IN_SYNC, DRIFT), "open", 2),
        ((DRIFT, IN_SYNC, DRIFT, IN_SYNC), "closed", 3),
        ((DRIFT, SELECTED), "open", 0),
        ((DRIFT, GAP), "open", 1),
        ((DRIFT, NO_RECONCILE), "open", 0),
        ((DRIFT, ERROR), "open", 1),
        ((DRIFT, IN_SYNC, GAP), "closed", 1),
        ((DRIFT, IN_SYNC, GAP, DRIFT), "open", 2),
        ((DRIFT, report(S.BEHIND, S.BEHIND)), "open", 1),
        ((report(S.BEHIND, S.IN_FLIGHT), report(S.BEHIND, S.BEHIND)), "open", 1),
        ((DRIFT, report(S.BEHIND, S.BEHIND), report(S.BEHIND, S.BEHIND)), "open", 1),
        ((DRIFT, report(S.BEHIND, S.UNREADABLE), report(S.BEHIND, S.BEHIND)), "open", 1),
        ((report(S.BEHIND, S.BEHIND), report(S.BEHIND, S.UNREADABLE), report(S.BEHIND, S.BEHIND)), "open", 0),
        ((DRIFT, report(S.IN_FLIGHT)), "open", 0),
        ((DRIFT, report(S.LAGGING), DRIFT), "open", 0),
        ((DRIFT, report(S.IN_FLIGHT), IN_SYNC), "closed", 1),
        ((DRIFT, IN_SYNC, report(S.IN_FLIGHT)), "closed", 1),
        ((report(S.IN_FLIGHT),), "", 0),
        ((DRIFT, replace(DRIFT, target=replace(TARGET, version=""))), "open", 0),
        ((DRIFT, replace(IN_SYNC, consumers=())), "open", 0),
    ],
)
def test_a_life_of_the_issue(life: tuple[Report, ...], shown: str, comments: int) -> None:
    board = Board().after(*life)
    assert (board.shown, len(board.comments)) == (shown, comments), board.comments


def test_without_reconcile_it_closes_where_it_was_opened_without() -> None:
    off = replace(WHOLE, reconcile=Reconciled.OFF)
    assert Board().after(report(S.BEHIND, coverage=off), report(coverage=off)).shown == "closed"
    assert Board().after(DRIFT, report(S.BEHIND, coverage=off), report(coverage=off)).shown == "open"


def test_a_second_run_without_a_change_writes_nothing() -> None:
    for life in (DRIFT, report(S.BEHIND, S.IN_FLIGHT), ERROR):
        board = Board().after(life)
        assert board.after(life, life).writes == 1


def test_newly_late_consumers_are_named_once() -> None:
    board = Board().after(report(S.IN_FLIGHT, S.BEHIND), report(S.BEHIND, S.BEHIND), report(S.BEHIND, S.BEHIND))
    [comment] = board.comments
    assert "acme/core" in comment
    assert "acme/shop" not in comment


def test_a_row_says_what_is_pinned_and_since_when_it_is_behind() -> None:
    """A bare "since" would belong to the fact before it, as in "no pull request, since"."""
    [row] = [line for line in Board().after(DRIFT).issues[0].body.splitlines() if line.startswith("- [ ]")]
    assert row.endswith(f": 1.3.0, behind since {NOON:%Y-%m-%d}")


def test_what_people_write_around_it_stays() -> None:
    board = Board().after(DRIFT)
    board.edit(body=f"Call Ada first.\r\n\r\n{board.issues[0].body}\n\n- [ ] our own list @ada\n")
    board.after(report(S.BEHIND, S.BEHIND))
    body = board.issues[0].body
    assert body.startswith("Call Ada first.\r\n\r\n" + BEGIN)
    assert body.endswith(f"{END}\n\n\n- [ ] our own list @ada\n")
    assert body.count("[acme/shop]") == 1


def test_one_that_a_person_closed_stays_closed_until_the_next_drift() -> None:
    board = Board().after(DRIFT)
    board.edit(is_open=False)
    board.after(report(S.BEHIND, S.BEHIND))
    assert (board.shown, board.comments) == ("closed", [])
    assert board.after(IN_SYNC, DRIFT).shown == "open"


def test_one_that_a_person_opened_again_stays_open_until_something_changes() -> None:
    board = Board().after(DRIFT, IN_SYNC)
    board.edit(is_open=True)
    assert board.after(IN_SYNC).shown == "closed"


DEEP = f'"status":{"[" * 20_000}{"]" * 20_000}'


def test_a_text_without_its_state_or_a_mark_is_written_again() -> None:
    for damaged in (
        f"mine\n{BEGIN}\nhalf",
        f"{BEGIN}\nno state\n{END}",
        f"{BEGIN}\n<!-- consumer-drift: state {{}} -->\n{END}",
        f"{BEGIN}\n<!-- consumer-drift: state {{{DEEP}}} -->\n{END}",
        f"{BEGIN}\n{TrackingState(Status.DRIFT, at='yesterday').text()}\n{END}",
    ):
        board = Board().after(DRIFT)
        board.edit(body=damaged)
        board.after(DRIFT)
        assert state_of(board.issues[0].body) is not None
        assert ("mine" in board.issues[0].body) == damaged.startswith("mine")
        writes = board.writes
        assert board.after(DRIFT).writes == writes


def test_of_two_the_older_stays() -> None:
    board = Board().after(DRIFT)
    board.issues.append(Issue(2, board.issues[0].body, is_open=True))
    assert board.after(DRIFT).shown == "open closed"
    assert board.after(report(S.BEHIND, S.BEHIND), IN_SYNC, DRIFT).shown == "open closed"


def test_each_list_of_a_source_has_an_issue_of_its_own() -> None:
    """One that is in sync says nothing of the consumers of another."""
    other = replace(DRIFT, config_file="lists/old.yml")
    board = Board().after(DRIFT, other, replace(IN_SYNC, config_file="lists/old.yml"), DRIFT)
    assert (board.shown, board.writes) == ("open closed", 3)
    assert board.after(IN_SYNC).shown == "closed closed"
    assert title(other) == f"{title(DRIFT)} (old.yml)"


@pytest.mark.parametrize(
    ("path", "same"),
    [
        (".github/consumer-drift.yml", ""),
        ("../.gitea/consumer-drift.yaml", ""),
        ("/work/acme/.github/consumer-drift.yml", ""),
        ("acme/fleet/.github/consumer-drift.yml@v1", ""),
        ("consumer-drift.yml", ""),
        ("./lists/old.yml", "lists/old.yml"),
        ("acme/fleet/old.yml@v1", "acme/fleet/old.yml@v2"),
    ],
)
def test_a_list_is_known_wherever_it_is_read_from(path: str, same: str) -> None:
    assert mark_of(path) == mark_of(same)
    assert (mark_of(path) == BEGIN) == (not same)
    assert mark_of(path) != mark_of("cli/consumer-drift.yml")


def test_private_names_are_in_no_public_issue() -> None:
    seen = report(S.BEHIND, S.BEHIND)
    seen = replace(seen, consumers=(replace(seen.consumers[0], public=False), *seen.consumers[1:]))
    waiting = replace(in_flight("hidden", 9), pins=(pin("hidden", "text of a file"),))
    seen = replace(seen, consumers=(*seen.consumers, waiting), coverage=replace(WHOLE, listed=4, read=4))
    unlisted = [
        Finding.of(Code.UNLISTED, "x", consumer=name(one), related=(pin(one, f"{one} text"),))
        for one in ("secret", "rogue")
    ]
    seen = replace(seen, findings=(*seen.findings, *unlisted), private=(name("core"), name("secret")))
    public, members = (Board(is_public=one).after(seen).issues[0].body for one in (True, False))
    assert "acme/core" not in public
    assert "secret" not in public
    assert "hidden" not in public
    assert "text of a file" not in public
    assert "- [ ] a repository that is not public: pull request open" in public
    assert public.count("a repository that is not public") == 3
    assert "acme/core" in members
    rogue = "- [ ] [acme/rogue](https://git.acme.example/acme/rogue): rogue text"
    assert rogue in public.splitlines()
    assert rogue in members.splitlines()
    assert rogue.replace("rogue", "secret") in members.splitlines()
    assert "acme/hidden/pulls/12" in members


@pytest.mark.parametrize("made", GOLDEN.values(), ids=GOLDEN)
def test_foreign_text_mentions_no_one_and_refers_to_nothing(made: Callable[[], Report]) -> None:
    """Code is left alone by every forge."""
    seen = replace(made(), shard=None)
    opened = decide(seen, OwnIssues((), is_public=False), NOON)
    bodies = [change.body for change in opened]
    bodies += [change.comment for one in bodies for change in decide(report(S.BEHIND), own(one), NOON)]
    for body in bodies:
        assert body.count("<!--") == body.count("-->") <= 3
        shown = re.sub(r"<!--.*?-->|`[^`]*`|\]\([^)]*\)|<code>.*?</code>", "", body)
        assert not re.search(r"@\w|(?<!&)#\d|https?://|<(?!/?(?:details|summary|sub)>)", shown), shown


def own(body: str) -> OwnIssues:
    return OwnIssues((Issue(1, body, is_open=True),), is_public=False)


def test_a_text_has_at_most_what_a_server_takes() -> None:
    one = report(S.BEHIND).consumers[0]
    many = tuple(replace(one, name=name(f"consumer-{'x' * 80}-{number}")) for number in range(5000))
    seen = replace(DRIFT, consumers=many, coverage=replace(WHOLE, listed=5000, read=5000))
    board = Board().after(seen, seen)
    assert len(board.issues[0].body) < 65_000
    assert "more lines" in board.issues[0].body
    assert (board.writes, board.comments) == (1, [])


def test_a_block_replaces_only_itself() -> None:
    assert with_block("", "new") == f"{BEGIN}\nnew\n{END}\n"
    assert with_block(f"a\n{BEGIN}\nold\n{END}\nb", r"n\1w") == f"a\n{BEGIN}\nn\\1w\n{END}\nb"
