from __future__ import annotations

import pytest

from consumer_drift.pins.whole_file import WholeFile
from tests.pins.readings import PEP440, seen

PIN = WholeFile(".runtime-version")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.4.0", "1.4.0 @1"),
        ("1.4.0\n", "1.4.0 @1"),
        ("\ufeff1.4.0\r\n", "1.4.0 @1"),
        ("\n\n  v1.4.0\t\n\n", "1.4.0 @3"),
        ("runtime-v1.4.0-rc.1\n", "1.4.0-rc.1 @1"),
        ("", "invalid  @1: is empty"),
        ("\ufeff \r\n", "invalid  @1: is empty"),
        ("1.4.0\n\n1.5.0\n", "invalid 1.4.0 @1: is the first of 2 lines, and there should be one"),
        ("\nlatest\n", "floating latest @2: is a moving tag"),
        (">=1.4", "floating >=1.4 @1: allows more than one version"),
        ("1.4", "floating 1.4 @1: is only part of a version"),
        ("banana", "invalid banana @1: is not a semantic version"),
    ],
)
def test_the_trimmed_file_is_the_version(text: str, expected: str) -> None:
    """And where it is none, the occurrence says what is there instead."""
    assert seen(PIN, text) == [expected]


def test_the_scheme_decides_what_a_version_is() -> None:
    """PEP 440 knows 1.4 and 1.4rc1, semantic versioning does not."""
    assert seen(PIN, "1.4rc1", PEP440) == ["1.4rc1 @1"]
    assert seen(PIN, "banana", PEP440) == ["invalid banana @1: is not a PEP 440 version"]


def test_a_file_needs_no_further_description() -> None:
    """Messages name the file already."""
    assert PIN.describe() == ""


def test_a_long_line_is_shown_in_part() -> None:
    """A report must not grow by a megabyte for one bad file."""
    (shown,) = seen(PIN, "x" * 1_000_000)
    assert len(shown) < 300
