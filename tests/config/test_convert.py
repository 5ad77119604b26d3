"""Names and pins are compared as the program knows them."""

import pytest

from tests.config.loading import told, whole

# What is written, and all that is told about it.
MISTAKES = [
    (
        "consumers: [core, Core]\n",
        ["1:19 consumers[1]: acme/Core is listed twice, first as consumers[0]: keep one of them"],
    ),
    (
        "consumers: [core, acme/CORE]\n",
        ["1:19 consumers[1]: acme/CORE is listed twice, first as consumers[0]: keep one of them"],
    ),
    (
        "consumers:\n  - core\n  - name: other/core\n  - {name: OTHER/Core}\n",
        ["4:5 consumers[2]: OTHER/Core is listed twice, first as consumers[1]: keep one of them"],
    ),
    (
        "exempt: [{name: acme/Core, reason: a}]\n",
        ["1:10 exempt[0]: acme/Core is exempt and listed in line 3: remove it from one of the two"],
    ),
    (
        "exempt: [{name: old, reason: a}, {name: OLD, reason: b}]\n",
        ["1:34 exempt[1]: acme/OLD is exempt twice, first as exempt[0]: keep one of them"],
    ),
    (
        "pins: [{file: VERSION}, {file: VERSION, optional: true}]\n",
        ["1:25 pins[1]: is the same pin as pins[0]: keep one of them"],
    ),
]


@pytest.mark.parametrize(("text", "messages"), MISTAKES)
def test_what_is_there_twice_is_told_at_the_second_one(text: str, messages: list[str]) -> None:
    assert told(whole(text)) == messages


def test_an_unknown_owner_is_not_in_the_message() -> None:
    text = whole("source: {version: 1.0.0}\nconsumers: [core, Core]\n")
    assert "2:19 consumers[1]: Core is listed twice, first as consumers[0]: keep one of them" in told(text, None)
