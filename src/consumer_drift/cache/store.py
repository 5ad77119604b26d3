"""A run's cache, from its file and back. A problem with the cache is a line in the log and never fails the run."""

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
from consumer_drift.cache.encryption import OVERHEAD, decrypt, encrypt, is_available
from consumer_drift.cache.entries import MAX_AGE, CacheRejected, cache_key, entry_of, is_cacheable, is_valid
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from consumer_drift.cache.entries import CacheEntry, Validator
    from consumer_drift.model.observation import Snapshot, Wanted
    from consumer_drift.model.result import Failure


@dataclass(frozen=True, slots=True)
class CacheStore:
    """The cache's file and what it belongs to. *server* is an address, *configuration* the file's bytes.

    *say* takes a line for the log.
    """

    path: Path
    token: str = field(repr=False)
    server: str
    configuration: bytes = field(repr=False)
    say: Callable[[str], None]

    def load(self) -> Mapping[str, CacheEntry]:
        """Return what earlier runs kept; nothing if the file cannot be trusted."""
        try:
            data = read(self.path, codec.MAX_BYTES + OVERHEAD)
            if data is None:
                self.say(f"cache: {self.path} does not exist yet, so everything is fetched")
                return {}
            return codec.load(decrypt(data, self.token, __version__), self.server, self._digest())
        except CacheRejected as why:
            self.say(f"cache: {self.path} is ignored, so everything is fetched: {why}")
            return {}

    def save(self, cache: Cache) -> None:
        """Write what this run knows."""
        content, left_out = codec.dump(self.server, self._digest(), cache.entries())
        self.say(
            f"cache: {cache.hits} repositories were unchanged and not fetched again, {cache.added} were added"
        )
        if left_out:
            self.say(f"cache: {self.path} is full, so {left_out} repositories are fetched on every run")
        try:
            # Readable only by its owner: it contains files of private repositories.
            replace_file(self.path, encrypt(content, self.token, __version__), mode=0o600)
        except OSError as error:
            self.say(f"cache: {self.path} could not be written ({error.strerror or type(error).__name__})")

    def _digest(self) -> str:
        return hashlib.sha256(self.configuration).hexdigest()


@contextlib.contextmanager
def opened(store: CacheStore, unsuitable: str) -> Iterator[Cache | None]:
    """Load the cache, and save it at the end. None if it is of no use.

    *unsuitable* says why the forge cannot use one, and is empty if it can.
    """
    if not unsuitable and not is_available():
        unsuitable = "the package cryptography is not installed: install consumer-drift[cache]"
    if unsuitable:
        store.say(f"cache: {store.path} is not used: {unsuitable}")
        yield None
        return
    cache = Cache(store.load())
    yield cache
    store.save(cache)


class Cache:
    """Entries by what was asked. An entry that a run does not ask for is kept until it is too old.

    Safe to use from many threads.
    """

    def __init__(self, entries: Mapping[str, CacheEntry] | None = None) -> None:
        self._lock = threading.Lock()
        self._entries = dict(entries or {})
        self.hits = 0
        self.added = 0

    def get(self, wanted: Wanted, now: Validator) -> CacheEntry | None:
        """Return the entry for *wanted* if it is still valid for a repository that is listed as *now*."""
        with self._lock:
            entry = self._entries.get(cache_key(wanted)) if is_cacheable(wanted) else None
            if entry is None or not is_valid(entry, now):
                return None
            self.hits += 1
            return entry

    def put(self, wanted: Wanted, validator: Validator, snapshot: Snapshot | Failure) -> None:
        """Keep what was read, or drop the entry if it cannot be kept."""
        entry = entry_of(validator, snapshot) if is_cacheable(wanted) else None
        with self._lock:
            self._entries.pop(cache_key(wanted), None)
            if entry is not None:
                self.added += 1
                self._entries[cache_key(wanted)] = entry

    def entries(self) -> Mapping[str, CacheEntry]:
        """Return all entries worth keeping, the latest first: if the file is full, the oldest are cut off."""
        with self._lock:
            latest_first = sorted(self._entries.items(), key=lambda item: item[1].validator.seen, reverse=True)
        newest = latest_first[0][1].validator.seen if latest_first else None
        return {key: entry for key, entry in latest_first if newest and newest - entry.validator.seen <= MAX_AGE}


def read(path: Path, most: int) -> bytes | None:
    """Return the file's bytes, or None if there is no file. Raises CacheRejected, also above *most* bytes."""
    try:
        # Do not follow a link, and do not wait for a named pipe: a checkout of somebody's branch may contain
        # either.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CacheRejected(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CacheRejected("it is not a regular file")
    with open(handle, "rb") as file:  # noqa: PTH123 - Path.open() takes no handle
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise CacheRejected(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if len(data) > most:
        raise CacheRejected(f"it is larger than {most // 2**20} MiB")
    return data
