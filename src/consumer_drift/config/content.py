"""The file's bytes, as text whose every character has a line and a column."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from consumer_drift.config.mistakes import fatal
from consumer_drift.model.findings import Place

MOST_BYTES = 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\r|\n")
# https://yaml.org/spec/1.2.2/#51-character-set
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Content:
    """*starts* holds the index of each line's first character."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Content:
        """*text* with its lines counted as editors count them."""
        return cls(text, (0, *(end.end() for end in _LINE_END.finditer(text))))

    def place(self, file: str, at: int) -> Place:
        """Where the character *at* stands; what lies past the end is shown at the last visible character."""
        last = max(len(self.text.rstrip()) - 1, 0)
        index = min(max(at, 0), last)
        line = bisect.bisect_right(self.starts, index)
        return Place(file, line, index - self.starts[line - 1] + 1)


def readable(data: bytes) -> str:
    """*data* as text whatever it holds, without its BOM: what the places of mistakes are counted on."""
    return data[: MOST_BYTES + len(_BOM)].removeprefix(_BOM).decode("utf-8", "replace")


def check(data: bytes, text: str) -> None:
    """Raises FatalMistakeError unless *data*, read as *text*, is UTF-8 of a bearable size that YAML allows."""
    if len(data) > MOST_BYTES:
        raise fatal(f"the file has {len(data):,} bytes; at most 1 MiB ({MOST_BYTES:,} bytes) is read", 0)
    if "\0" in text:
        raise fatal("the file is binary, or UTF-16: save it as a UTF-8 text", text.index("\0"))
    body = data.removeprefix(_BOM)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        at = len(body[: error.start].decode("utf-8"))
        said = f"the byte 0x{body[error.start]:02x} is not UTF-8: save the file as a UTF-8 text"
        raise fatal(said, at) from None
    found = _UNPRINTABLE.search(text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        raise fatal(f"the control character {code} may not stand in a YAML file: remove it", found.start())
