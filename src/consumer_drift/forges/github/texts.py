"""The texts of lock files, many in one query as long as they are small together.

Lock files are often larger than everything else in an answer, so the first query asks only for their sizes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import blob_id
from consumer_drift.forges.github import parse_files, queries
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import Failure, FileText
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.parse_files import Read
    from consumer_drift.forges.github.responses import GraphResponse

# GitHub cuts a text at about 500 kB; such a file is requested by itself.
_LONGEST_TEXT = 500_000
# So much text, and so many files, in one answer.
_TEXTS = 4_000_000
_FILES = 50


@dataclass(frozen=True, slots=True)
class _Wanted:
    row: int
    path: str
    oid: str
    size: int


def with_texts(client: GitHubClient, rows: Sequence[Read], threads: int = 1) -> list[Read]:
    """Return *rows* with the texts of their smaller blobs. What did not come stays in ``blobs``."""
    found: dict[tuple[int, str], FileText] = {}
    groups = list(_groups(rows))
    for _, texts in map_unordered(
        lambda group: _read(client, rows, group), groups, threads=threads, deadline=client.deadline
    ):
        found.update(texts)
    return [
        _with(row, {path: found[at, path] for path in row.blobs if (at, path) in found})
        for at, row in enumerate(rows)
    ]


def _with(row: Read, texts: dict[str, FileText]) -> Read:
    if not texts:
        return row
    rest = {path: blob for path, blob in row.blobs.items() if path not in texts}
    return replace(row, snapshot=replace(row.snapshot, files={**row.snapshot.files, **texts}), blobs=rest)


def _groups(rows: Sequence[Read]) -> Iterator[tuple[_Wanted, ...]]:
    group: list[_Wanted] = []
    size = 0
    for at, row in enumerate(rows):
        for path, blob in row.blobs.items():
            if blob.was_asked or blob.size > _LONGEST_TEXT:
                continue
            if group and (size + blob.size > _TEXTS or len(group) == _FILES):
                yield tuple(group)
                group, size = [], 0
            group.append(_Wanted(at, path, blob.oid, blob.size))
            size += blob.size
    if group:
        yield tuple(group)


def _read(client: GitHubClient, rows: Sequence[Read], group: Sequence[_Wanted]) -> dict[tuple[int, str], FileText]:
    blobs = [(rows[one.row].snapshot.name, one.oid) for one in group]
    document, variables = queries.texts(blobs)
    reply = client.graphql(document, variables, f"{len(group)} lock files", can_be_split=True)
    if isinstance(reply, Failure):
        return {}
    try:
        return dict(_texts(reply, group))
    except InvalidJson:
        return {}


def _texts(reply: GraphResponse, group: Sequence[_Wanted]) -> Iterator[tuple[tuple[int, str], FileText]]:
    for index, one in enumerate(group):
        node = reply.data.get(f"r{index}")
        shown = node.get("f0") if node is not None else None
        content = parse_files.blob(shown) if shown is not None else None
        # GitHub converts some texts to another encoding: only the blob's id proves that nothing is missing.
        if isinstance(content, FileText) and blob_id(content.text) == one.oid:
            yield (one.row, one.path), content
