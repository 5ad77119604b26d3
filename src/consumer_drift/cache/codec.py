"""Cache entries as JSON, and back. Loaded content is authentic, and its types are checked anyway."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from consumer_drift.cache.entries import CacheEntry, CacheRejected, Validator
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.cache.entries import Content
    from consumer_drift.support.json_fields import Json

# The longest content that is read and written: some hundred thousand repositories.
MAX_BYTES = 64 * 1024 * 1024


def dump(server: str, configuration: str, entries: Mapping[str, CacheEntry]) -> tuple[bytes, int]:
    """Return the JSON text, and how many of *entries* did not fit into it."""
    head = json.dumps({"server": server, "configuration": configuration})
    rows: list[str] = []
    size = len(head) + 100
    for key, entry in entries.items():
        row = json.dumps([key, _row(entry)], separators=(",", ":"))
        size += len(row) + 1
        if size > MAX_BYTES:
            break
        rows.append(row)
    text = f'{{"about":{head},"entries":[{",".join(rows)}]}}'
    return text.encode("ascii"), len(entries) - len(rows)


def load(data: bytes, server: str, configuration: str) -> Mapping[str, CacheEntry]:
    """Return the entries of a cache that was written for this *server* and *configuration*.

    Raises CacheRejected if it was written for others, or is damaged.
    """
    try:
        document = JsonValue(json.loads(data))
        about = document["about"]
        if about["server"].text() != server:
            raise CacheRejected("it belongs to another server")
        if about["configuration"].text() != configuration:
            raise CacheRejected("the configuration has changed since it was written")
        return dict(_keyed(row) for row in document["entries"])
    except (InvalidJson, ValueError, RecursionError) as error:
        raise CacheRejected("it is damaged") from error


def _row(entry: CacheEntry) -> Json:
    return {
        "state": entry.validator.state,
        "changed": entry.validator.changed.isoformat(),
        "seen": entry.validator.seen.isoformat(),
        "files": [[path, _dumped(content)] for path, content in entry.files.items()],
        "forbidden": [[pattern, list(paths)] for pattern, paths in entry.forbidden.items()],
        "matches": [[pattern, list(paths)] for pattern, paths in entry.matches.items()],
    }


def _dumped(content: Content) -> Json:
    match content:
        case FileText():
            return {"text": content.text}
        case NoText():
            return {"why": content.why, "is_file": content.is_file, "commit": content.commit}
        case NoFile():
            return None


def _keyed(value: JsonValue) -> tuple[str, CacheEntry]:
    key, row = _pair(value)
    validator = Validator(row["state"].text(), row["changed"].moment(), row["seen"].moment())
    files = dict(_file(item) for item in row["files"])
    forbidden, matches = (dict(_paths(item) for item in row[part]) for part in ("forbidden", "matches"))
    return key, CacheEntry(validator, files, forbidden, matches)


def _file(value: JsonValue) -> tuple[str, Content]:
    path, content = _pair(value)
    if content.is_null:
        return path, NoFile()
    if "text" in content:
        return path, FileText(content["text"].text())
    return path, NoText(content["why"].text(), content["is_file"].flag(), content["commit"].text())


def _paths(value: JsonValue) -> tuple[str, tuple[str, ...]]:
    pattern, paths = _pair(value)
    return pattern, tuple(path.text() for path in paths)


def _pair(value: JsonValue) -> tuple[str, JsonValue]:
    items = list(value)
    if len(items) != 2:
        raise value.invalid("is not a pair")
    return items[0].text(), items[1]
