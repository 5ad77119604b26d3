"""A kind of pin is declared in a table, and everything else is made of that."""

from __future__ import annotations

import pytest

from consumer_drift.config.json_schema import json_schema
from consumer_drift.config.models import PinEntry
from consumer_drift.pins.kinds import KINDS
from tests.config.loading import config_of, told


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_a_kind_is_a_key_of_the_configuration_and_of_its_schema(kind) -> None:
    assert PinEntry.keys[kind.key].description == kind.description
    properties = json_schema()["definitions"]["PinEntry"]["properties"]
    assert properties[kind.key]["description"] == kind.description


def test_a_suffix_reaches_the_image_and_nothing_else() -> None:
    head = "owner: acme\nsource: {version: 1.4.0}\nconsumers: [a]\npins:\n"
    made = config_of(head + "  - {file: Dockerfile, image: acme/rt, suffix: variant}\n")
    assert made.pins[0].suffix == "variant"
    assert any("only next to image" in one for one in told(head + "  - {file: x, suffix: variant}\n"))
