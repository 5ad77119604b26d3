"""A mistake in the configuration: where it is, under which key, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]

# A longer message is not read, and annotations are cut anyway.
_LONGEST_MESSAGE = 600
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class ConfigMistake:
    """*at* is the index of a character of the file's text, *path* the key that it belongs to (empty: the file)."""

    path: Path
    text: str
    at: int

    @property
    def message(self) -> str:
        """As the user reads it: ``consumers[3].branhc: unknown key; did you mean 'branch'?``."""
        where = key_path(self.path)
        return shortened(f"{where}: {self.text}" if where else self.text, _LONGEST_MESSAGE)


class FatalMistakeError(Exception):
    """A mistake after which nothing more can be read."""

    def __init__(self, mistake: ConfigMistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


def fatal(text: str, at: int, path: Path = ()) -> FatalMistakeError:
    """Return the exception for a mistake that ends the reading."""
    return FatalMistakeError(ConfigMistake(path, text, at))


def key_path(path: Path) -> str:
    """Return *path* as text: ``consumers[3].pins[0].file``."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
            continue
        key = part if part.isprintable() and part else quoted(part)
        shown += f".{shortened(key, _LONGEST_QUOTE)}" if shown else shortened(key, _LONGEST_QUOTE)
    return shown


def shortened(text: str, most: int) -> str:
    """Return *text*, cut to *most* characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def quoted(text: str) -> str:
    """Return the user's own text for a message: on one line, without control characters, not too long."""
    short = shortened(text, _LONGEST_QUOTE)
    return f"'{short}'" if short.isprintable() else repr(short)
