"""Whose a branch and a pull request is."""

import pytest

from consumer_drift.bump.ownership import Mark, foreign_authors, is_ours, marked, marks, trailer
from consumer_drift.model.bump import Commit
from tests.bump import cases

HEAD = "bump/runtime-1.4.0"


@pytest.mark.parametrize(
    ("message", "written_here", "others"),
    [
        (f"bump\n\n{trailer(HEAD)}", True, ()),
        (f"bump\n\n{trailer(HEAD)}\n\n", True, ()),
        (f"bump\n\n{trailer(HEAD)}", False, ("bot",)),
        (f"bump\n\n{trailer('bump/runtime-1.4.1')}", True, ("bot",)),
        (f"bump\n\n{trailer(HEAD)}\nCo-authored-by: alice", True, ("bot",)),
        ("fix it", True, ("bot",)),
        ("", True, ("bot",)),
    ],
)
def test_a_commit_is_ours_by_its_last_line_and_its_committer(message, written_here, others) -> None:
    assert foreign_authors(cases.branch(Commit(message, "bot", written_here))) == others


def test_everybody_else_is_named_once() -> None:
    held = cases.branch(cases.ours(), cases.ALICES, cases.ALICES, Commit("x", "bob", written_here=False))
    assert foreign_authors(held) == ("alice", "bob")


def test_more_commits_than_were_shown_are_nobodys_to_overwrite() -> None:
    assert foreign_authors(cases.branch(cases.ours(), whole=False)) == ("more people than the server shows",)


def test_marks_are_read_back_whatever_is_around_them() -> None:
    text = f"a\n{marked(Mark.OPENED)}\n> {marked(Mark.SUPERSEDED)} b <!-- consumer-drift -->"
    assert marks(text) == {"opened", "superseded"}
    assert is_ours(text)
    assert not is_ours(marked(Mark.SUPERSEDED))
    assert not is_ours("")
