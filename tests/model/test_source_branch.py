"""Histories of a branch: what a pinned commit lacks, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.source_branch import BranchCommit, BranchHistory
from consumer_drift.model.target import Target

START = datetime(2026, 11, 1, tzinfo=UTC)


def commit(number: int) -> str:
    """The id of a commit."""
    return f"{number:040x}"


@st.composite
def histories(draw: st.DrawFn) -> list[BranchCommit]:
    """Commits oldest first, one root, each with one or two earlier parents; the last is the branch's newest."""
    count = draw(st.integers(1, 14))
    found = []
    for number in range(count):
        parents = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True)) if number else []
        hours = draw(st.integers(0, 100))
        found.append(BranchCommit(commit(number), START + timedelta(hours=hours), tuple(map(commit, parents))))
    return found


def ancestors(of: str, commits: dict[str, BranchCommit]) -> set[str]:
    """Everything that a commit contains, told by the definition."""
    return {of}.union(*(ancestors(parent, commits) for parent in commits[of].parents))


@given(histories(), st.data())
def test_what_a_commit_lacks_is_what_is_no_ancestor_of_it(made: list[BranchCommit], data: st.DataObject) -> None:
    commits = {one.id: one for one in made}
    head = made[-1]
    on_branch = ancestors(head.id, commits)
    listed = tuple(one for one in reversed(made) if one.id in on_branch)
    history = BranchHistory("main", listed)
    pinned = data.draw(st.sampled_from(listed)).id
    lacking = on_branch - ancestors(pinned, commits)
    version = history.versions[pinned]
    assert history.lacking(version) == len(lacking)
    assert {one for one in on_branch if not history.contains(version, history.versions[one])} == lacking
    # Every ancestor is lower, and the head is the highest of all.
    assert all(history.versions[one] < version for one in ancestors(pinned, commits) - {pinned})
    assert max(history.versions.values()) == history.versions[head.id]
    target = Target(history.versions[head.id], dates=history.dates, history=history)
    since = target.missed_since(lambda one: target.is_lacked(one, version), START + timedelta(days=30))
    assert since == min(
        (commits[one].date for one in first_parents(head, commits) if one in lacking), default=None
    )
    assert (since is None) == (pinned == head.id)


def first_parents(head: BranchCommit, commits: dict[str, BranchCommit]) -> list[str]:
    """What the branch itself was at."""
    return [head.id, *(first_parents(commits[head.parents[0]], commits) if head.parents else [])]


@given(histories(), st.data())
def test_a_history_that_is_cut_never_tells_more_than_is_so(made: list[BranchCommit], data: st.DataObject) -> None:
    commits = {one.id: one for one in made}
    on_branch = ancestors(made[-1].id, commits)
    listed = tuple(one for one in reversed(made) if one.id in on_branch)
    kept = listed[: data.draw(st.integers(1, len(listed)))]
    rest = frozenset(on_branch - {one.id for one in kept})
    history = BranchHistory("main", kept, "more" if rest else "", older=rest)
    pinned = data.draw(st.sampled_from(sorted(on_branch)))
    version, head = history.versions[pinned], history.versions[made[-1].id]
    lacking = on_branch - ancestors(pinned, commits)
    assert history.lacking(version) <= len(lacking)
    assert (version < head) == (pinned != made[-1].id)
    if history.reaches(version):
        lost = [one for one in first_parents(made[-1], commits) if one in lacking and one in rest]
        assert not lost, "the oldest date that is missed would be a later one"
    if not rest:
        assert history.reaches(version)


def test_the_date_of_a_merge_counts_for_what_it_brings() -> None:
    """A branch of last month that is merged today has been missed since today."""
    old, new = START, START + timedelta(days=30)
    root = BranchCommit(commit(0), START)
    side = BranchCommit(commit(1), old, (commit(0),))
    merge = BranchCommit(commit(2), new, (commit(0), commit(1)))
    history = BranchHistory("main", (merge, side, root))
    target = Target(history.versions[merge.id], dates=history.dates, history=history)
    pinned = history.versions[root.id]
    assert target.missed_since(lambda one: target.is_lacked(one, pinned), new) == new
    assert target.distance_from([pinned]) == 2


def test_a_commit_that_is_its_own_ancestor_ends_the_history() -> None:
    """No hash of git's is, and a server can say so."""
    ids = ["a" * 40, "b" * 40]
    commits = tuple(BranchCommit(one, None, (other,)) for one, other in zip(ids, reversed(ids), strict=True))
    history = BranchHistory("main", commits)
    assert history.dates == {}
    assert all(history.reaches(version) for version in history.versions.values())
