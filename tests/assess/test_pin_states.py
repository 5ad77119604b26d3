"""Pins sorted by what they are, before anyone asks whether that is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.assess.pin_states import classify_all
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.model.versions import Affixes, VersionFormat
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.assess.cases import DENIED, TARGET, version

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECT = VersionFormat(affixes=(Affixes("runtime-v"),))
A, B = WholeFile("A"), WholeFile("B", optional=True)
LINES = Regex("M", r"^V = (?P<version>\S+)$")
REQUIREMENT = Requirement("r.txt", ("acme",))


def shown(files: Mapping[str, Any]) -> Snapshot:
    """A repository with *files*."""
    name = RepositoryName("acme", "shop")
    return Snapshot(name, name, files=files)


def test_every_answer_has_its_list() -> None:
    """Exact, missing, invalid, unpinned, unread: in the order of the pins."""
    pins = [A, WholeFile("gone"), WholeFile("bin"), REQUIREMENT, WholeFile("shut")]
    files = {
        "A": FileText("1.4.0\n"),
        "gone": NoFile(),
        "bin": NoText("a binary file"),
        "r.txt": FileText("acme>=1\n"),
        "shut": DENIED,
    }
    pin_states = classify_all(pins, shown(files), DIALECT)
    assert [(one.value, one.line, one.version) for one in pin_states.exact] == [("1.4.0", 1, version("1.4.0"))]
    assert [one.what for one in pin_states.missing] == ["there is no gone"]
    assert [one.what for one in pin_states.invalid] == ["bin is a binary file"]
    assert [one.path for one in pin_states.unpinned(TARGET)] == ["r.txt"]
    assert [(one.path, one.failure) for one in pin_states.unread] == [("shut", DENIED)]


@pytest.mark.parametrize(
    ("text", "exact", "invalid", "behind"),
    [
        ("V = 1.3.0\nV = 1.3.0\n", 2, 0, 2),
        ("V = 1.3.0\nV = v1.3.0\n", 2, 0, 2),
        ("V = 1.3.0\nV = 1.3.0+a\n", 2, 0, 2),
        ("V = 1.3.0\nV = 1.2.0\n", 2, 0, 2),
        ("V = 1.3.0\nV = 1.4.0\n", 2, 0, 1),
        ("V = 1.3.0\nV = broken\n", 1, 1, 1),
    ],
)
def test_every_occurrence_of_a_pin_is_judged_by_itself(text: str, exact: int, invalid: int, behind: int) -> None:
    """Two versions in one file are two facts, not one mistake."""
    pin_states = classify_all([LINES], shown({"M": FileText(text)}), DIALECT)
    assert (len(pin_states.exact), len(pin_states.invalid)) == (exact, invalid)
    assert len(pin_states.behind(TARGET)) == behind
    assert pin_states.ahead(TARGET) == []


def test_two_pins_of_one_consumer_need_not_agree() -> None:
    """Each is judged by itself: the one that is behind is."""
    pin_states = classify_all([A, LINES], shown({"A": FileText("1.5.0"), "M": FileText("V = 1.3.0\n")}), DIALECT)
    assert [one.path for one in pin_states.behind(TARGET)] == ["M"]
    assert [one.path for one in pin_states.ahead(TARGET)] == ["A"]
    assert pin_states.invalid == []


@pytest.mark.parametrize(
    ("a", "b", "missing"),
    [
        (FileText("1.4.0"), NoFile(), []),
        (NoFile(), NoFile(), ["A"]),
        (NoFile(), FileText("1.4.0"), ["A"]),
        (DENIED, NoFile(), []),
        (NoText("a binary file"), NoFile(), []),
    ],
)
def test_an_optional_pin_may_be_absent_beside_a_required_one(a: object, b: object, missing: list[str]) -> None:
    """What the required one is decides."""
    pin_states = classify_all([A, B], shown({"A": a, "B": b}), DIALECT)  # type: ignore[dict-item]
    assert [one.path for one in pin_states.missing] == missing


@pytest.mark.parametrize(
    ("b", "missing"),
    [(NoFile(), ["B"]), (FileText("1.4.0"), []), (FileText("broken"), []), (DENIED, [])],
)
def test_only_optional_pins_and_none_there_is_missing_too(b: object, missing: list[str]) -> None:
    """A consumer without any pin is none; one that could not be read is no such consumer."""
    pin_states = classify_all([B], shown({"B": b}), DIALECT)  # type: ignore[dict-item]
    assert [one.path for one in pin_states.missing] == missing


def test_no_pins_at_all_lack_nothing() -> None:
    """A consumer with forbidden paths only."""
    pin_states = classify_all([], shown({}), DIALECT)
    assert (pin_states.missing, pin_states.present) == ([], [])


def test_the_same_text_means_what_the_commits_of_this_run_make_of_it() -> None:
    """Formats that compare equal may know different commits, and what was read is kept."""
    commit = "a" * 40
    pin, files = Uses("ci.yml", "acme/x"), {"ci.yml": FileText(f"- uses: acme/x@{commit}\n")}
    known = VersionFormat(commits={commit: version("1.4.0")})
    assert VersionFormat() == known
    for _ in range(2):
        assert [one.version for one in classify_all([pin], shown(files), known).states] == [version("1.4.0")]
        assert classify_all([pin], shown(files), VersionFormat()).exact == []
