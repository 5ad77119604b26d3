"""A run's cache, from its file and back. Whatever is wrong with it is a line in the log, never a verdict."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift import __version__
from consumer_drift.cache import codec
from consumer_drift.cache.encryption import decrypt, encrypt
from consumer_drift.cache.entries import OLDEST, CacheRejected, cache_key, can_be_kept, entry_of, is_valid
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from consumer_drift.cache.entries import CacheEntry, Validator
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.observation import Snapshot, Wanted
    from consumer_drift.model.result import Failure


# What a sealed file is longer than its content.
_HEAD = 1024


@dataclass(frozen=True, slots=True)
class CacheStore:
    """Where the cache is, and what it is for. *server* is an address, *configuration* the file's bytes."""

    path: Path
    token: str = field(repr=False)
    server: str
    configuration: bytes = field(repr=False)
    say: Callable[[str], None]

    def take(self) -> Mapping[str, CacheEntry]:
        """What earlier runs kept; nothing where that cannot be believed."""
        try:
            data = read(self.path, codec.LARGEST + _HEAD)
            if data is None:
                self.say(f"cache: {self.path} is not there yet, so everything is read")
                return {}
            return codec.load(decrypt(data, self.token, __version__), self.server, self._digest())
        except CacheRejected as why:
            self.say(f"cache: {self.path} is dropped, so everything is read: {why}")
            return {}

    def put_back(self, book: Cache) -> None:
        """Write what this run knows."""
        content, left_out = codec.dump(self.server, self._digest(), book.entries())
        spared = f"{book.recalled} repositories had not moved and were not read again"
        self.say(f"cache: {spared}, {book.learned} were read and kept")
        if left_out:
            self.say(f"cache: {self.path} is full, so {left_out} repositories will be read again every time")
        try:
            # Readable for its owner alone: it shows what private repositories hold.
            replace_file(self.path, encrypt(content, self.token, __version__), mode=0o600)
        except OSError as error:
            self.say(f"cache: {self.path} could not be written ({error.strerror or type(error).__name__})")

    def _digest(self) -> str:
        return hashlib.sha256(self.configuration).hexdigest()


@contextlib.contextmanager
def cached(
    path: Path, token: str, server: str, forge: Forge, configuration: bytes, say: Callable[[str], None]
) -> Iterator[None]:
    """Let *forge* answer from the cache at *path*, and keep there what it reads meanwhile."""
    book = Cache()
    useless = forge.remember(book)
    if useless:
        say(f"cache: {path} is not used: {useless}")
        yield
        return
    shelf = CacheStore(path, token, server, configuration, say)
    book.fill(shelf.take())
    yield
    shelf.put_back(book)


class Cache:
    """Entries by their question. What a run did not ask for stays until it is too old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, CacheEntry] = {}
        self.recalled = 0
        self.learned = 0

    def fill(self, entries: Mapping[str, CacheEntry]) -> None:
        """What earlier runs kept."""
        self._entries.update(entries)

    def recall(self, wanted: Wanted, now: Validator) -> CacheEntry | None:
        """What is known of *wanted*, if that still holds for a repository that is listed as *now*."""
        with self._lock:
            entry = self._entries.get(cache_key(wanted)) if can_be_kept(wanted) else None
            if entry is None or not is_valid(entry, now):
                return None
            self.recalled += 1
            return entry

    def learn(self, wanted: Wanted, stamp: Validator, read: Snapshot | Failure) -> None:
        """Keep what was *read*, or forget what was known where it cannot be kept."""
        entry = entry_of(stamp, read) if can_be_kept(wanted) else None
        with self._lock:
            self._entries.pop(cache_key(wanted), None)
            if entry is not None:
                self.learned += 1
                self._entries[cache_key(wanted)] = entry

    def entries(self) -> Mapping[str, CacheEntry]:
        """All that is worth keeping, the latest first, so that what is cut off at the end is the oldest."""
        with self._lock:
            latest_first = sorted(self._entries.items(), key=lambda item: item[1].stamp.seen, reverse=True)
        newest = latest_first[0][1].stamp.seen if latest_first else None
        return {key: entry for key, entry in latest_first if newest and newest - entry.stamp.seen <= OLDEST}


def read(path: Path, most: int) -> bytes | None:
    """The file's bytes, None where there is none. Raises Dropped, also above *most* bytes."""
    try:
        # Neither through a link nor waiting for a named pipe: a checkout of someone's branch may hold either.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CacheRejected(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CacheRejected("it is no regular file")
    with open(handle, "rb") as file:  # noqa: PTH123 - Path.open() takes no handle
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise CacheRejected(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if len(data) > most:
        raise CacheRejected(f"it is larger than {most // 2**20} MiB")
    return data
