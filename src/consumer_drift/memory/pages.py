"""Entries as JSON, and back. What comes in is authentic by then, and is checked all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from consumer_drift.forges.http import fields
from consumer_drift.memory.dropped import Dropped
from consumer_drift.memory.entry import Entry, Stamp
from consumer_drift.model.answers import FileText, NoFile, NoText

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.forges.http.fields import Json
    from consumer_drift.memory.entry import Content

# As much as a run reads and writes: some hundred thousand repositories.
LARGEST = 64 * 1024 * 1024


def dump(server: str, configuration: str, entries: Mapping[str, Entry]) -> tuple[bytes, int]:
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


def load(data: bytes, server: str, configuration: str) -> Mapping[str, Entry]:
    """The entries of a cache that was written for this *server* and *configuration*. Raises Dropped."""
    try:
        page = fields.record(json.loads(data), "the cache")
        about = fields.record(page.get("about"), "about")
        if fields.text(about, "server") != server:
            raise Dropped("it is of another server")
        if fields.text(about, "configuration") != configuration:
            raise Dropped("the configuration has changed since it was written")
        return dict(_keyed(row) for row in fields.rows(page.get("entries"), "entries"))
    except (fields.Misshapen, ValueError, RecursionError) as error:
        raise Dropped("it is damaged") from error


def _row(entry: Entry) -> Json:
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


def _keyed(value: Json) -> tuple[str, Entry]:
    key, row = _pair(value)
    held = fields.record(row, "an entry")
    stamp = Stamp(fields.text(held, "state"), _moment(held, "moved"), _moment(held, "seen"))
    files = dict(_file(item) for item in fields.rows(held.get("files"), "files"))
    return key, Entry(stamp, files, dict(_paths(item) for item in fields.rows(held.get("forbidden"), "forbidden")))


def _file(value: Json) -> tuple[str, Content]:
    path, content = _pair(value)
    if content is None:
        return path, NoFile()
    held = fields.record(content, path)
    if "text" in held:
        return path, FileText(fields.text(held, "text"))
    return path, NoText(fields.text(held, "why"), is_file=fields.flag(held, "is_file"))


def _paths(value: Json) -> tuple[str, tuple[str, ...]]:
    pattern, paths = _pair(value)
    listed = fields.rows(paths, pattern)
    if not all(isinstance(path, str) for path in listed):
        raise fields.Misshapen("a path is no text")
    return pattern, tuple(listed)


def _pair(value: Json) -> tuple[str, Json]:
    row = fields.rows(value, "a pair")
    if len(row) != 2 or not isinstance(row[0], str):
        raise fields.Misshapen("a pair has not two parts")
    return row[0], row[1]


def _moment(holder: dict[str, Json], key: str) -> datetime:
    return fields.moment(holder, key)
