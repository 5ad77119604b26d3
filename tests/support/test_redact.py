"""A secret is gone from a text in every form, also where only its beginning is left of it."""

from __future__ import annotations

import base64
from functools import partial
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consumer_drift.support.redact import SHORTEST, redact, redactor
from tests.growth import reads_linearly

TOKEN = "ghp_c4n4ryC4N4RYc4n4ryC4N4RYc4n4ryC4N4RY"
# What Gitea makes, and the least that is taken for a token.
GITEA = "0123456789abcdef0123456789abcdef01234567"
SHORT = "s3cretly"
# What stays visible of a secret that is cut off very early.
LEFT = 11


@pytest.mark.parametrize(
    "leak",
    [
        TOKEN,
        quote("x/" + TOKEN, safe=""),
        f"https://x-access-token:{TOKEN}@git.example/a.git",
        base64.b64encode(TOKEN.encode()).decode(),
        base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("="),
        "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode(),
        "Basic " + quote(base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode(), safe=""),
        *(base64.b64encode(f"{user}:{TOKEN}:x".encode()).decode() for user in ("a", "bb", "ccc")),
    ],
)
def test_a_secret_and_its_encoded_forms_are_replaced(leak: str) -> None:
    shown = redact(f"before {leak} after", ["", TOKEN])
    assert "***" in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    for piece in shown.replace("before ", "").replace(" after", "").split("***"):
        assert TOKEN[8:20] not in unquote(piece)
        assert TOKEN[8:20] not in _decoded(piece)


def _decoded(piece: str) -> str:
    """Whatever base64 reading of *piece* there is."""
    plain = "".join(c for c in piece if c.isalnum() or c in "+/-_").translate(str.maketrans("-_", "+/"))
    cuts = (plain[start:] for start in range(4))
    return " ".join(base64.b64decode(cut[: len(cut) // 4 * 4]).decode("latin-1") for cut in cuts)


def test_a_secret_with_characters_of_its_own_is_taken_literally() -> None:
    assert redact("a.c abc a+/=c", ["a.c", "a+/=c"]) == "*** abc ***"


def test_no_secret_changes_nothing() -> None:
    assert redact("anything", []) == "anything"
    assert redact("anything", [""]) == "anything"


@pytest.mark.parametrize("secret", [TOKEN, GITEA, "github_pat_11ABCDEFG_c4n4ryC4N4RY"])
@pytest.mark.parametrize("behind", ["", "\u2026", "'", " and more"])
def test_a_secret_that_was_cut_is_gone(secret: str, behind: str) -> None:
    """A server quotes the first characters of what it does not accept, or a reader keeps so many of them."""
    for length in range(LEFT + 1, len(secret)):
        assert redact(f"bad token '{secret[:length]}{behind}", [secret]) == f"bad token '***{behind}"


@pytest.mark.parametrize("secret", [TOKEN, GITEA, SHORT, SHORT + "9", SHORT + "98"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_of_a_user_and_a_secret_is_gone_at_every_alignment(secret: str, encode: object) -> None:
    """A user's name of any length may be before it, and anything behind it: all of that text is removed."""
    for user in ("", "x", "al", "bob", "anna", "x-access-token", "\u00fc\u00f1\u2713"):
        for behind in ("", ":", "@host", "abc"):
            encoded = encode(f"{user}:{secret}{behind}".encode()).decode()  # type: ignore[operator]
            for shown in (encoded, encoded.rstrip("=")):
                assert redact(f"Basic {shown}, then", [secret]) == "Basic ***, then"


def test_base64_that_was_cut_is_gone() -> None:
    encoded = base64.b64encode(f"somebody:{TOKEN}".encode()).decode()
    for length in range(28, len(encoded)):
        assert redact(f"Basic {encoded[:length]}", [TOKEN]) == "Basic ***"


def test_the_fixed_beginning_of_a_token_is_no_secret() -> None:
    """Messages and documentation say what tokens begin with."""
    said = "a fine-grained token (github_pat_\u2026) or a classic one (ghp_\u2026)"
    assert redact(said, ["github_pat_11ABCDEFG_c4n4ryC4N4RY", TOKEN]) == said


def test_words_are_not_touched() -> None:
    said = "the token may not do GET /repos/acme/core: it lacks the scope read:repository"
    assert redact(said, [TOKEN, GITEA]) == said


@given(st.text(), st.text(min_size=SHORTEST), st.text())
@example("a", "aaaaaaaaaaaaaaaa", "a")
@example("", "abababababababab", "ab")
def test_no_text_around_it_saves_a_secret(before: str, secret: str, behind: str) -> None:
    assert secret not in redact(before + secret + behind, [secret]).replace("***", "")


@given(st.text(alphabet="ab*", max_size=60), st.lists(st.text(alphabet="ab", min_size=1, max_size=30), max_size=3))
def test_several_secrets_that_overlap_are_gone(text: str, secrets: list[str]) -> None:
    for part in redact(text, secrets).split("***"):
        assert not any(secret in part for secret in secrets)


@pytest.mark.parametrize("piece", [GITEA[:12], "A", base64.b64encode(GITEA.encode()).decode(), GITEA])
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    clean = redactor([GITEA])
    assert reads_linearly(clean, partial(_repeated, piece), 50_000)


def _repeated(piece: str, size: int) -> str:
    return piece * (size // len(piece))
