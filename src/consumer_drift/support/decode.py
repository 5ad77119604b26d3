"""From a file's bytes to its text."""

from __future__ import annotations

import codecs

from consumer_drift.model.result import FileText, NoText

BOM = "\ufeff"
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_LFS_POINTER = "version https://git-lfs.github.com/spec/v1"

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decode(data: bytes) -> FileText | NoText:
    """The text of a UTF-8 file, its BOM kept as the first character, or what the bytes are instead."""
    if data.startswith(_WIDE):
        return NoText("a file in UTF-16 or UTF-32, not in UTF-8")
    if b"\0" in data:
        return NoText("a binary file")
    try:
        return text_of(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return NoText(f"a file that is not UTF-8 (line {line})")


def text_of(text: str) -> FileText | NoText:
    """Return the file with this *text*, or say that it is a pointer to one that Git LFS has."""
    return NoText("a Git LFS pointer") if text.startswith(_LFS_POINTER) else FileText(text)
