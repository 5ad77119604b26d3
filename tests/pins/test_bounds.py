"""A file with a pin has a bound, the same for every kind."""

from __future__ import annotations

import pytest

from consumer_drift.model.pins import Damaged, Found
from consumer_drift.pins.bounds import MOST_BYTES, read
from consumer_drift.pins.key import Key
from consumer_drift.pins.locked import Locked
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.whole_file import WholeFile
from tests.fuzz.cost import name_of
from tests.fuzz.readers import PINS
from tests.pins.readings import SEMVER


@pytest.mark.parametrize(
    "pin", [pin for pin in PINS if pin.file != "r.txt" and not isinstance(pin, Locked)], ids=name_of
)
def test_a_file_past_the_bound_is_not_read_and_the_reason_says_what_to_do(pin) -> None:
    found = read(pin, "#" * (MOST_BYTES + 1024), SEMVER)
    assert found == Damaged(
        "has 257 KiB, and at most 256 KiB of a file with a pin are read",
        remedy="keep the version in a smaller file and pin that, or give the consumer its own `pins:`",
    )


def test_the_bound_is_in_bytes() -> None:
    comment = "# " + "é" * (MOST_BYTES // 2 - 10) + "\n"
    assert isinstance(read(WholeFile("v"), f"{comment}1.4.0\n", SEMVER), Found)
    assert isinstance(read(WholeFile("v"), f"{comment}{comment}1.4.0\n", SEMVER), Damaged)


@pytest.mark.parametrize(
    "pin",
    [
        Key("package-lock.json", "a"),
        Key("deep/pnpm-lock.yaml", "a"),
        Key("uv.lock", "a"),
        Requirement("requirements-dev.txt", ("a",)),
        Requirement("requirements/dev.txt", ("a",)),
        Locked("deploy.txt", ("a",)),
        Locked("gems.locked", ("a",)),
        Key(".terraform.lock.hcl", "a"),
    ],
    ids=name_of,
)
def test_a_lock_file_may_be_larger(pin) -> None:
    found = read(pin, "\n" * (MOST_BYTES + 1) + "{}" * pin.file.endswith("json"), SEMVER)
    assert not isinstance(found, Damaged) or "are read" not in found.why
