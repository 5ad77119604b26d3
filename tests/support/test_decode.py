from __future__ import annotations

import pytest

from consumer_drift.model.result import FileText, NoText
from consumer_drift.support.decode import decode


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", FileText("")),
        (b"1.4.0\r\n", FileText("1.4.0\r\n")),
        (b"\xef\xbb\xbf1.4.0", FileText("\ufeff1.4.0")),
        ("é😀".encode(), FileText("é😀")),
        (b"\x7fELF\x00\x01", NoText("a binary file")),
        ("1.4.0".encode("utf-16"), NoText("a file in UTF-16 or UTF-32, not in UTF-8")),
        ("1.4.0".encode("utf-16-le"), NoText("a binary file")),
        (b"a\nb\ncaf\xe9\n", NoText("a file that is not UTF-8 (line 3)")),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\n", NoText("a Git LFS pointer")),
    ],
)
def test_bytes_are_text_or_said_to_be_something_else(data: bytes, expected: FileText | NoText) -> None:
    """A BOM stays, because what is written back must have it."""
    assert decode(data) == expected
