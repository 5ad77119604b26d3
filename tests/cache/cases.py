"""Entries to test with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from consumer_drift.cache.entries import CacheEntry, Validator
from consumer_drift.model.observation import Snapshot, Wanted
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import FileText, NoFile, NoText

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def validator(state: str = "as it was", *, changed: datetime = NOON - HOUR, seen: datetime = NOON) -> Validator:
    """Seen at noon, and an hour after it had changed."""
    return Validator(state, changed, seen)


def wanted(name: str = "acme/core", *, branch: str | None = None, files: tuple[str, ...] = (".v",)) -> Wanted:
    """One file, and one forbidden path."""
    return Wanted(RepositoryName.parse(name), files, ("workspace/",), branch)


def snapshot(name: str = "acme/core", **more: object) -> Snapshot:
    """A repository that was read whole."""
    full = RepositoryName.parse(name)
    given = {"files": {".v": FileText("1.4.0\n")}, "forbidden": {"workspace/": ()}, "branch": "main", **more}
    return Snapshot(full, full, **given)  # type: ignore[arg-type]


def entry(**more: object) -> CacheEntry:
    """Every kind of answer that is kept."""
    files = {".v": FileText("1.4.0\r\n\ufeffé"), "b": NoFile(), "c": NoText("a folder", is_file=False)}
    given = {
        "validator": validator(),
        "files": files,
        "forbidden": {"workspace/": ("workspace/", "workspace/x")},
        **more,
    }
    return CacheEntry(**given)  # type: ignore[arg-type]
