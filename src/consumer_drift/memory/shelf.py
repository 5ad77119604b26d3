"""A run's cache, from its file and back. Whatever is wrong with it is a line in the log, never a verdict."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift import __version__
from consumer_drift.memory import disk, pages
from consumer_drift.memory.book import Book
from consumer_drift.memory.dropped import Dropped
from consumer_drift.memory.seal import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from consumer_drift.forges.protocol import Forge
    from consumer_drift.memory.entry import Entry

# What a sealed file is longer than its content.
_HEAD = 1024


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the cache is, and what it is for. *server* is an address, *configuration* the file's bytes."""

    path: Path
    token: str = field(repr=False)
    server: str
    configuration: bytes = field(repr=False)
    say: Callable[[str], None]

    def take(self) -> Mapping[str, Entry]:
        """What earlier runs kept; nothing where that cannot be believed."""
        try:
            data = disk.read(self.path, pages.LARGEST + _HEAD)
            if data is None:
                self.say(f"cache: {self.path} is not there yet, so everything is read")
                return {}
            return pages.load(unseal(data, self.token, __version__), self.server, self._digest())
        except Dropped as why:
            self.say(f"cache: {self.path} is dropped, so everything is read: {why}")
            return {}

    def put_back(self, book: Book) -> None:
        """Write what this run knows."""
        content, left_out = pages.dump(self.server, self._digest(), book.entries())
        spared = f"{book.recalled} repositories had not moved and were not read again"
        self.say(f"cache: {spared}, {book.learned} were read and kept")
        if left_out:
            self.say(f"cache: {self.path} is full, so {left_out} repositories will be read again every time")
        try:
            disk.write(self.path, seal(content, self.token, __version__))
        except OSError as error:
            self.say(f"cache: {self.path} could not be written ({error.strerror or type(error).__name__})")

    def _digest(self) -> str:
        return hashlib.sha256(self.configuration).hexdigest()


@contextlib.contextmanager
def remembering(
    path: Path, token: str, server: str, forge: Forge, configuration: bytes, say: Callable[[str], None]
) -> Iterator[None]:
    """Let *forge* answer from the cache at *path*, and keep there what it reads meanwhile."""
    book = Book()
    useless = forge.remember(book)
    if useless:
        say(f"cache: {path} is not used: {useless}")
        yield
        return
    shelf = Shelf(path, token, server, configuration, say)
    book.fill(shelf.take())
    yield
    shelf.put_back(book)
