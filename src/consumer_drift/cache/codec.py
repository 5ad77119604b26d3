"""Entries as JSON, and back. What comes in is authentic by then, and is checked all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from consumer_drift.cache.entries import CacheEntry, CacheRejected, Validator
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.cache.entries import Content
    from consumer_drift.support.json_fields import Json

# As much as a run reads and writes: some hundred thousand repositories.
LARGEST = 64 * 1024 * 1024


def dump(server: str, configuration: str, entries: Mapping[str, CacheEntry]) -> tuple[bytes, int]:
    """The JSON text, and how many of *entries* had no place in it."""
    head = json.dumps({"server": server, "configuration": configuration})
    rows: list[str] = []
    size = len(head) + 100
    for key, entry in entries.items():
        row = json.dumps([key, _row(entry)], separators=(",", ":"))
        size += len(row) + 1
        if size > LARGEST:
            break
        rows.append(row)
    text = f'{{"about":{head},"entries":[{",".join(rows)}]}}'
    return text.encode("ascii"), len(entries) - len(rows)


def load(data: bytes, server: str, configuration: str) -> Mapping[str, CacheEntry]:
    """The entries of a cache that was written for this *server* and *configuration*. Raises Dropped."""
    try:
        page = json_fields.record(json.loads(data), "the cache")
        about = json_fields.record(page.get("about"), "about")
        if json_fields.text(about, "server") != server:
            raise CacheRejected("it is of another server")
        if json_fields.text(about, "configuration") != configuration:
            raise CacheRejected("the configuration has changed since it was written")
        return dict(_keyed(row) for row in json_fields.rows(page.get("entries"), "entries"))
    except (json_fields.InvalidJson, ValueError, RecursionError) as error:
        raise CacheRejected("it is damaged") from error


def _row(entry: CacheEntry) -> Json:
    return {
        "state": entry.stamp.state,
        "moved": entry.stamp.moved.isoformat(),
        "seen": entry.stamp.seen.isoformat(),
        "files": [[path, _content(content)] for path, content in entry.files.items()],
        "forbidden": [[pattern, list(paths)] for pattern, paths in entry.forbidden.items()],
    }


def _content(content: Content) -> Json:
    match content:
        case FileText():
            return {"text": content.text}
        case NoText():
            return {"why": content.why, "is_file": content.is_file}
        case NoFile():
            return None


def _keyed(value: Json) -> tuple[str, CacheEntry]:
    key, row = _pair(value)
    held = json_fields.record(row, "an entry")
    stamp = Validator(json_fields.text(held, "state"), _moment(held, "moved"), _moment(held, "seen"))
    files = dict(_file(item) for item in json_fields.rows(held.get("files"), "files"))
    return key, CacheEntry(
        stamp, files, dict(_paths(item) for item in json_fields.rows(held.get("forbidden"), "forbidden"))
    )


def _file(value: Json) -> tuple[str, Content]:
    path, content = _pair(value)
    if content is None:
        return path, NoFile()
    held = json_fields.record(content, path)
    if "text" in held:
        return path, FileText(json_fields.text(held, "text"))
    return path, NoText(json_fields.text(held, "why"), is_file=json_fields.flag(held, "is_file"))


def _paths(value: Json) -> tuple[str, tuple[str, ...]]:
    pattern, paths = _pair(value)
    listed = json_fields.rows(paths, pattern)
    if not all(isinstance(path, str) for path in listed):
        raise json_fields.InvalidJson("a path is no text")
    return pattern, tuple(listed)


def _pair(value: Json) -> tuple[str, Json]:
    row = json_fields.rows(value, "a pair")
    if len(row) != 2 or not isinstance(row[0], str):
        raise json_fields.InvalidJson("a pair has not two parts")
    return row[0], row[1]


def _moment(holder: dict[str, Json], key: str) -> datetime:
    return json_fields.moment(holder, key)
