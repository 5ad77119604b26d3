"""How far a listing is believed: token kinds, counts and visibility."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.github.completeness import Signals, TokenKind, judge

REPO, PUBLIC_ONLY = frozenset({"repo", "read:org"}), frozenset({"public_repo"})
ALL, SELECTED = {"selection": "all"}, {"selection": "selected"}
COUNTED = {"public_total": 10, "private_total": 5}


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("ghp_abc", TokenKind.CLASSIC),
        ("github_pat_abc", TokenKind.FINE_GRAINED),
        ("ghs_abc", TokenKind.INSTALLATION),
        ("gho_abc", TokenKind.OAUTH),
        ("ghu_abc", TokenKind.USER_TO_SERVER),
        ("0123456789abcdef", TokenKind.UNKNOWN),
        ("", TokenKind.UNKNOWN),
    ],
)
def test_a_token_tells_its_kind_by_its_prefix(token: str, kind: TokenKind) -> None:
    """Old ones and those of a server of one's own have none."""
    assert TokenKind.of(token) is kind


def signals(kind: TokenKind, **more: Any) -> Signals:
    """Ten public and five private rows."""
    return replace(Signals(kind, public_rows=10, private_rows=5), **more)


@pytest.mark.parametrize(
    ("seen", "hidden", "doubts"),
    [
        # counted: all there, or so many not
        (signals(TokenKind.CLASSIC, scopes=REPO, **COUNTED), 0, []),
        (signals(TokenKind.FINE_GRAINED, **COUNTED), 0, []),
        (signals(TokenKind.INSTALLATION, **SELECTED, **COUNTED), 0, []),
        (signals(TokenKind.USER_TO_SERVER, **COUNTED), 0, []),
        (signals(TokenKind.CLASSIC, scopes=REPO, public_total=10, private_total=8), 3, ["3 repositories"]),
        (signals(TokenKind.CLASSIC, scopes=REPO, public_total=12, private_total=5), 2, ["2 repositories"]),
        # more rows than were counted: somebody made one meanwhile
        (signals(TokenKind.CLASSIC, scopes=REPO, public_total=9, private_total=5), 0, []),
        # rows that came as null
        (signals(TokenKind.CLASSIC, scopes=REPO, lost=2), 2, ["2 repositories"]),
        (signals(TokenKind.CLASSIC, scopes=REPO, lost=2, **COUNTED), 2, ["2 repositories"]),
        # classic and OAuth: the scopes tell
        # ... but not which repositories a member may see
        (signals(TokenKind.CLASSIC, scopes=REPO), None, ["how many private repositories"]),
        (signals(TokenKind.CLASSIC, scopes=REPO, public_total=10), None, ["how many private repositories"]),
        (signals(TokenKind.OAUTH, scopes=REPO), None, ["how many private repositories"]),
        (signals(TokenKind.CLASSIC, scopes=PUBLIC_ONLY), None, ["grant `repo`"]),
        (signals(TokenKind.OAUTH, scopes=frozenset({""})), None, ["grant `repo`"]),
        (
            signals(TokenKind.CLASSIC, scopes=PUBLIC_ONLY, public_total=10, private_total=8),
            3,
            ["3 rep", "grant `repo`"],
        ),
        (signals(TokenKind.UNKNOWN, scopes=PUBLIC_ONLY), None, ["grant `repo`"]),
        (signals(TokenKind.UNKNOWN), None, ["how many private repositories"]),
        (signals(TokenKind.UNKNOWN, is_own=True), None, ["how many private repositories"]),
        (signals(TokenKind.UNKNOWN, scopes=REPO, is_own=True), 0, []),
        # single sign-on keeps organisations out and answers 200
        (signals(TokenKind.CLASSIC, scopes=REPO, partial_sso=True), None, ["single sign-on"]),
        # what cannot be asked what it sees
        (signals(TokenKind.FINE_GRAINED), None, ["a fine-grained token cannot tell"]),
        (signals(TokenKind.FINE_GRAINED, is_own=True), None, ["a fine-grained token cannot tell"]),
        (signals(TokenKind.USER_TO_SERVER), None, ["App's user"]),
        (signals(TokenKind.USER_TO_SERVER, is_own=True), None, ["App's user"]),
        # an installation says what it was given
        (signals(TokenKind.INSTALLATION, **ALL), 0, []),
        (signals(TokenKind.INSTALLATION, **ALL, lost=1), 1, ["1 repositories"]),
        (signals(TokenKind.INSTALLATION, **SELECTED), None, ["selected repositories only"]),
        (signals(TokenKind.INSTALLATION), None, ["did not tell"]),
        # one's own repositories are all shown
        (signals(TokenKind.CLASSIC, scopes=REPO, is_own=True), 0, []),
        (signals(TokenKind.CLASSIC, scopes=PUBLIC_ONLY, is_own=True), None, ["grant `repo`"]),
        (signals(TokenKind.CLASSIC, scopes=REPO, is_own=True, lost=1), 1, ["1 repositories"]),
    ],
)
def test_how_far_a_listing_of_everything_is_believed(seen: Signals, hidden: int | None, doubts: list[str]) -> None:
    """How many are hidden, None where it cannot be known, and why it may be partial."""
    judged, said = judge(seen, public_only=False)
    assert judged == hidden
    assert len(said) == len(doubts)
    for doubt, words in zip(said, doubts, strict=True):
        assert words in doubt


@pytest.mark.parametrize(
    ("seen", "hidden", "doubts"),
    [
        (signals(TokenKind.INSTALLATION, **SELECTED, public_total=10), 0, []),
        (signals(TokenKind.FINE_GRAINED, public_total=10), 0, []),
        (signals(TokenKind.CLASSIC, scopes=PUBLIC_ONLY, public_total=10), 0, []),
        (signals(TokenKind.CLASSIC, public_total=9), 0, []),
        (signals(TokenKind.INSTALLATION, public_total=12), 2, ["2 public repositories"]),
        (signals(TokenKind.INSTALLATION, public_total=10, lost=1), 1, ["1 public repositories"]),
        (signals(TokenKind.INSTALLATION), None, ["did not tell how many public repositories"]),
        (signals(TokenKind.INSTALLATION, public_total=10, changed=True), None, ["changed twice"]),
        (signals(TokenKind.INSTALLATION, lost=1), 1, ["did not tell how many public repositories"]),
    ],
)
def test_a_public_listing_can_be_proved_with_any_token(
    seen: Signals, hidden: int | None, doubts: list[str]
) -> None:
    """The owner's public count is shown to everyone: a job's own token gives a complete answer."""
    judged, said = judge(seen, public_only=True)
    assert judged == hidden
    assert len(said) == len(doubts)
    for doubt, words in zip(said, doubts, strict=True):
        assert words in doubt


COUNT = st.none() | st.integers(0, 20)


@given(
    st.builds(
        Signals,
        st.sampled_from(TokenKind),
        st.integers(0, 10),
        st.integers(0, 10),
        scopes=st.none() | st.frozensets(st.sampled_from(["repo", "public_repo", ""])),
        partial_sso=st.booleans(),
        public_total=COUNT,
        private_total=COUNT,
        selection=st.none() | st.sampled_from(["all", "selected", "?"]),
        lost=st.integers(0, 3),
        is_own=st.booleans(),
        changed=st.booleans(),
    ),
    st.booleans(),
)
def test_only_a_listing_that_is_proved_complete_has_no_doubt(seen: Signals, public_only: bool) -> None:
    """A row that was lost is never forgotten."""
    hidden, doubts = judge(seen, public_only=public_only)
    assert hidden is None or hidden >= seen.lost
    assert bool(doubts) is (hidden != 0)
