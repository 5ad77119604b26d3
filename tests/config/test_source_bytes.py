"""Bytes become text whose every character has the line and the column that an editor shows."""

import pytest

from consumer_drift.config.text import MOST_BYTES, ConfigText
from consumer_drift.model.findings import Place
from tests.config.loading import config_of, told

GOOD = b"pins: [{file: VERSION}]\nconsumers: [core]\n"

UNREADABLE = [
    (
        b"\xff\xfe" + GOOD.decode().encode("utf-16-le"),
        "1:4 the file is binary, or UTF-16: save it as a UTF-8 text",
    ),
    (b"GIF89a\x00\x01", "1:7 the file is binary, or UTF-16: save it as a UTF-8 text"),
    (
        b"# gr\xc3\xbc\xc3\x9fe\nowner: m\xfcller\n",
        "2:9 the byte 0xfc is not UTF-8: save the file as a UTF-8 text",
    ),
    (b"owner: a\x1b[0m\n", "1:9 the control character U+001B is not allowed in a YAML file: remove it"),
    (b"owner: a\xef\xbb\xbf\n", "1:9 the control character U+FEFF is not allowed in a YAML file: remove it"),
]


@pytest.mark.parametrize(("data", "message"), UNREADABLE)
def test_bytes_that_are_no_yaml_text_are_told_at_the_first_wrong_one(data: bytes, message: str) -> None:
    assert told(data) == [message]


def test_a_file_over_one_mebibyte_is_not_read() -> None:
    data = GOOD + b"#" * (MOST_BYTES - len(GOOD) + 1)
    assert told(data) == ["1:1 the file has more than 1,048,576 bytes, and at most 1 MiB is read"]


def test_a_file_of_just_one_mebibyte_is_read() -> None:
    assert config_of((GOOD + b"#" * (MOST_BYTES - len(GOOD))).decode()).consumers


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_as_one(end: str) -> None:
    text = end.join(["pins: [{file: VERSION}]", "consumers: [core]", "owner: a/b", ""])
    assert [message.split()[0] for message in told(text)] == ["3:8"]


def test_a_byte_order_mark_moves_no_column() -> None:
    assert [message.split()[0] for message in told(b"\xef\xbb\xbfowner: a/b\n" + GOOD)] == ["1:8"]


def test_columns_count_characters_and_not_bytes() -> None:
    assert [message.split()[0] for message in told("{x: gänsefüßchen 🦆, owner: a/b}\n")][-1] == "1:28"


def test_what_lies_past_the_end_is_shown_at_the_last_visible_character() -> None:
    assert ConfigText.of("a: b\n  \n\n").place("f", 99) == Place("f", 1, 4)
    assert ConfigText.of("").place("f", 5) == Place("f", 1, 1)
