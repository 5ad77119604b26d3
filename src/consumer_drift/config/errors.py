"""A mistake in the configuration: where it is, under which key, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]

# Whoever reads a message reads no more of it, and annotations are cut anyway.
_LONGEST_MESSAGE = 600
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class ConfigMistake:
    """*at* is the index of a character of the file's text, *path* the key it stands under (empty: the file)."""

    path: Path
    text: str
    at: int

    @property
    def message(self) -> str:
        """As the user reads it: ``consumers[3].branhc: unknown key; did you mean 'branch'?``."""
        where = key_path(self.path)
        return shortened(f"{where}: {self.text}" if where else self.text, _LONGEST_MESSAGE)


class FatalMistakeError(Exception):
    """Behind this mistake nothing more can be read."""

    def __init__(self, mistake: ConfigMistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


def fatal(text: str, at: int, path: Path = ()) -> FatalMistakeError:
    """The exception for a mistake that ends the reading."""
    return FatalMistakeError(ConfigMistake(path, text, at))


def key_path(path: Path) -> str:
    """``consumers[3].pins[0].file``."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
            continue
        key = part if part.isprintable() and part else quoted(part)
        shown += f".{shortened(key, _LONGEST_QUOTE)}" if shown else shortened(key, _LONGEST_QUOTE)
    return shown


def shortened(text: str, most: int) -> str:
    """*text*, cut to *most* characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def quoted(text: str) -> str:
    """The user's own text inside a message: on one line, without control characters, not too long."""
    short = shortened(text, _LONGEST_QUOTE)
    return f"'{short}'" if short.isprintable() else repr(short)
