"""What an unlisted repository shows at the pins' places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.assess.probe import probe
from consumer_drift.model.result import NoFile, NoText
from consumer_drift.model.versions import VersionFormat
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.whole_file import WholeFile
from tests.assess.cases import DENIED, address, shown

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.result import FileResult

KEY = Key("package.json", "a.b")


@pytest.mark.parametrize(
    ("pin", "answer", "expected"),
    [
        (WholeFile("V"), "1.4.0", True),
        (WholeFile("V"), "", True),
        (WholeFile("V"), NoFile(), False),
        (WholeFile("V"), NoText("a folder", is_file=False), False),
        (WholeFile("V"), NoText("a binary file"), None),
        (WholeFile("V"), DENIED, None),
        (KEY, '{"a": {"b": "1.4.0"}}', True),
        (KEY, '{"a": {}}', False),
        (KEY, "{", None),
    ],
)
def test_whether_a_pin_is_carried(pin: Pin, answer: FileResult | str, expected: bool | None) -> None:
    """Yes, no, or unknown."""
    found = probe([pin], shown("lab", {pin.file: answer}), VersionFormat(), address)
    assert found.has_pin is expected


def test_one_pin_that_is_there_decides_whatever_the_others_are() -> None:
    """And every occurrence of it is shown."""
    pins = [KEY, Regex("M", r"^A = (?P<version>\S+)$"), WholeFile("X")]
    snapshot = shown("lab", {"package.json": "{", "M": "A = 1.1.0\nA = 1.2.0\n", "X": DENIED})
    found = probe(pins, snapshot, VersionFormat(), address)
    assert found.has_pin is True
    assert [(one.line, one.value) for one in found.pins] == [(1, "1.1.0"), (2, "1.2.0")]
    assert (len(found.undecided), found.unread) == (1, (DENIED,))
