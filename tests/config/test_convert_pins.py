"""Entries of ``pins:`` become pins; what a pin says of itself is shown at its key."""

import pytest

from consumer_drift.model.pins import Pin
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.config.loading import config_of, told, whole

PINS = [
    ("file: VERSION", WholeFile("VERSION", False)),
    ("{file: VERSION, optional: yes}", WholeFile("VERSION", True)),
    ("{file: requirements.txt, requirement: acme}", Requirement("requirements.txt", ("acme",), False)),
    (
        "{file: requirements.txt, requirement: [acme, old]}",
        Requirement("requirements.txt", ("acme", "old"), False),
    ),
    ("{file: Dockerfile, image: 'host:5000/acme/x'}", Image("Dockerfile", "host:5000/acme/x", False)),
    ("{file: .github/workflows/ci.yml, uses: acme/x}", Uses(".github/workflows/ci.yml", "acme/x", False)),
    ("{file: package.json, key: dependencies.acme}", Key("package.json", "dependencies.acme", False)),
    (r"{file: Makefile, regex: '^V = (?P<version>\S+)$'}", Regex("Makefile", r"^V = (?P<version>\S+)$", False)),
]

WRONG = [
    ("pins: [{file: a.txt, key: b}]\n", "1:27 pins[0].key: "),
    ("pins: [{file: a, regex: '('}]\n", "1:25 pins[0].regex: "),
    ("pins: [{file: a, regex: abc}]\n", "1:25 pins[0].regex: "),
    ("consumers:\n  - name: core\n    pins: [{file: a, key: b}]\n", "3:27 consumers[0].pins[0].key: "),
]


@pytest.mark.parametrize(("entry", "pin"), PINS)
def test_an_entry_is_a_pin_of_its_kind(entry: str, pin: Pin) -> None:
    assert config_of(whole(f"pins:\n  - {entry}\n")).pins == (pin,)


@pytest.mark.parametrize(("text", "start"), WRONG)
def test_a_pin_that_cannot_be_is_told_at_its_key(text: str, start: str) -> None:
    (message,) = told(whole(text))
    assert message.startswith(start)
    assert len(message) > len(start)
