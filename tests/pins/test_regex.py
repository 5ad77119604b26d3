from __future__ import annotations

import pytest

from consumer_drift.pins.regex import Regex
from tests.pins.readings import absent, damaged, seen

PIN = Regex("Makefile", r"^RUNTIME = (?P<version>\S+)$")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUNTIME = 1.4.0", ["1.4.0 @1"]),
        ("\ufeffRUNTIME = v1.4.0\r\n", ["1.4.0 @1"]),
        ("# é😀\r\nA = 1\nRUNTIME = 1.4.0\r\nRUNTIME = 1.5.0\n", ["1.4.0 @3", "1.5.0 @4"]),
        ("RUNTIME = >=1.4\n", ["floating >=1.4 @1: allows more than one version"]),
        ("RUNTIME = 日本\n", ["invalid 日本 @1: is not a semantic version"]),
    ],
)
def test_every_match_is_an_occurrence(text: str, expected: list[str]) -> None:
    """``^`` and ``$`` match at lines, whichever way these end, and places count characters, not bytes."""
    assert seen(PIN, text) == expected


def test_no_match_is_absent() -> None:
    """With the pattern in the words."""
    assert absent(PIN, "RUNTIME = 1.4.0 # x") == rf"no match for regex {PIN.pattern}"


def test_a_match_without_its_version_is_broken() -> None:
    """The group may be optional in the pattern, not in the file."""
    pin = Regex("f", r"V=(?:x|(?P<version>\d\S*))")
    assert seen(pin, "V=x V=1.4.0") == [
        "invalid V=x @1: fits the pattern without its version group",
        "1.4.0 @1",
    ]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"V=\d+", "needs one group"),
        (r"(?P<version>a)(?P<version>b)", "more than one group"),
        (r"(?<=V=)(?P<version>\d)", r"at character 1: .*no look-around"),
        (r"(?P<version>\d)(?!x)", r"at character 16: .*no look-around"),
        (r"(?P<version>\d)\1", r"no look-around and no back-references"),
        (r"((?P<version>\d)", r"missing \)"),
        (r"(?P<version>\d*)", "fits an empty text"),
        (r"(?P<version>\d){2000}", "at character 16: invalid repetition size"),
        ("(?P<version>\ud800)", "RE2"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(pattern: str, message: str) -> None:
    """With its place, and with what RE2 lacks."""
    with pytest.raises(ValueError, match=message):
        Regex("f", pattern)


def test_a_pattern_that_fits_everywhere_is_damage_not_a_flood() -> None:
    """A thousand places are more than anyone pins."""
    why, _ = damaged(Regex("f", r"(?P<version>\d)"), "1" * 5000)
    assert why == "has the pin more than 1000 times"


def test_a_hostile_pattern_takes_linear_time() -> None:
    """The classic bomb of a backtracking engine; the suite's time limit is the judge."""
    assert absent(Regex("f", r"^(a+)+(?P<version>b)$"), "a" * 200_000 + "!")
