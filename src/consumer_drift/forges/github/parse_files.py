"""GraphQL data to the files of a repository. Functions raise InvalidJson."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import (
    LINK_MODE,
    SUBMODULE_MODE,
    TreeEntry,
    folder_of,
    is_top_level,
    matching_files,
    matching_paths,
    normal,
    parent,
    parents,
)
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, FileResult, NoFile, NoText
from consumer_drift.support.decode import text_of
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import Snapshot

    Path = tuple[str | int, ...]


# GitHub returns no text above about 500 kB; a file above this size is no pin, and its blob is not fetched either.
_LARGEST_BLOB = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A file whose text was not shown: its blob's id, and its size in bytes.

    *was_asked*: GitHub was asked for the text and does not show it whole.
    """

    oid: str
    size: int
    was_asked: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """A repository that was read. *blobs*: files whose texts were not shown; *commit*: what was read.

    *id* is GitHub's own, which stays when the repository is renamed; empty if it was not requested.
    """

    snapshot: Snapshot
    blobs: Mapping[str, BlobRef] = field(default_factory=dict)
    commit: str = ""
    id: str = ""


def name_of(node: JsonValue) -> str:
    """Return the name that the forge uses, for messages."""
    name = node.get("nameWithOwner")
    return "the repository" if name is None else str(name.value)


_SUBMODULE = NoText("a submodule", is_file=False)


def files(
    node: JsonValue, reply: GraphResponse, path: Path, wanted: Sequence[str]
) -> tuple[dict[str, FileResult], dict[str, BlobRef]]:
    """Return an answer for every wanted file, and those (by path) whose texts were not shown."""
    answers: dict[str, FileResult] = {}
    blobs: dict[str, BlobRef] = {}
    folders = parents(tuple(wanted))
    for index, file in enumerate(wanted):
        if is_pattern(file):
            continue
        folder = f"m{folders.index(parent(file))}"
        errors = reply.errors_at(*path, f"f{index}") or reply.errors_at(*path, folder)
        if errors:
            answers[file] = errors[0].failure(f"{name_of(node)}:{file}")
            continue
        answer = content(node[f"f{index}"], _entry_of(node[folder], file))
        if isinstance(answer, BlobRef):
            blobs[file] = answer
        else:
            answers[file] = answer
    return answers, blobs


def _entry_of(folder: JsonValue, file: str) -> JsonValue | None:
    """Return the entry of *file* in its folder, None if there is no such file or folder."""
    if folder.is_null or "entries" not in folder:
        return None
    name = normal(file).rpartition("/")[2]
    return next((row for row in folder["entries"] if row["name"].value == name), None)


def content(node: JsonValue, entry: JsonValue | None) -> FileResult | BlobRef:
    """Return what ``blob`` returns, unless the mode of the *entry* says that the content is not that of a file."""
    mode = None if entry is None else entry["mode"].number()
    if entry is not None and mode == SUBMODULE_MODE:
        # GitHub shows no object: the commit is another repository's.
        commit = entry.get("oid")
        return _SUBMODULE if commit is None else replace(_SUBMODULE, commit=commit.text())
    if node.is_null != (mode is None):
        raise node.invalid("is not what its folder says")
    if node.is_null:
        return NoFile()
    return NoText("a symbolic link") if mode == LINK_MODE else blob(node)


def modes(node: JsonValue, paths: Sequence[str]) -> dict[str, int]:
    """Return the modes of those of *paths* that are there, from the fields of ``queries.files_at``."""
    folders = parents(tuple(paths))
    entries = ((one, _entry_of(node[f"m{folders.index(parent(one))}"], one)) for one in paths)
    return {path: entry["mode"].number() for path, entry in entries if entry is not None}


def with_files(
    snapshot: Snapshot, node: JsonValue, reply: GraphResponse, path: Path, wanted: Sequence[str]
) -> Read:
    """Return *snapshot* with what ``shown_files`` returns."""
    answers, matches, blobs = shown_files(node, reply, path, wanted)
    return Read(replace(snapshot, files=answers, matches=matches), blobs, snapshot.commit)


def shown_files(
    node: JsonValue, reply: GraphResponse, path: Path, wanted: Sequence[str]
) -> tuple[dict[str, FileResult], dict[str, tuple[str, ...] | Failure], dict[str, BlobRef]]:
    """Return an answer for every wanted file, the files that fit each pattern, and what has no text yet.

    A pattern that only the whole tree can answer is left out.
    """
    answers, blobs = files(node, reply, path, wanted)
    matches: dict[str, tuple[str, ...] | Failure] = {}
    for index, pattern in enumerate(wanted):
        if not is_pattern(pattern) or (place := folder_of(pattern)) is None:
            continue
        errors = reply.errors_at(*path, f"f{index}")
        if errors:
            matches[pattern] = errors[0].failure(f"{name_of(node)}:{pattern}")
            continue
        shown = dict(_in_folder(node[f"f{index}"], *place))
        fitting = matching_files([pattern], [TreeEntry(one, is_folder=False) for one in shown])[pattern]
        matches[pattern] = fitting
        for file in () if isinstance(fitting, Failure) else fitting:
            answer = blob(shown[file])
            if isinstance(answer, BlobRef):
                blobs[file] = answer
            else:
                answers[file] = answer
    return answers, matches, blobs


def _in_folder(node: JsonValue, folder: str, levels: int) -> Iterator[tuple[str, JsonValue]]:
    """Yield the path and the blob of every file that is *levels* below *folder*."""
    if node.is_null or node["__typename"].text() != "Tree":
        return
    for row in node["entries"]:
        path = f"{folder}/{row['name'].text()}".lstrip("/")
        content = row["object"]
        if content.is_null or row["mode"].number() == LINK_MODE:
            continue
        if levels > 1:
            yield from _in_folder(content, path, levels - 1)
        elif row["type"].text() == "blob":
            yield path, content


def blob(node: JsonValue) -> FileResult | BlobRef:
    """Return the file, or its blob where the text was not shown in full."""
    kind = node["__typename"].text()
    if kind != "Blob":
        return NoText("a folder", is_file=False) if kind == "Tree" else _SUBMODULE
    size = node["byteSize"].number()
    if size > _LARGEST_BLOB:
        return NoText(f"a file of more than {_LARGEST_BLOB // 2**20} MiB")
    binary = node.get("isBinary")
    if node.get("text") is None or node["isTruncated"].flag() or (binary is not None and binary.flag()):
        return BlobRef(node["oid"].text(), size, "text" in node)
    return text_of(node["text"].text())


def forbidden(
    node: JsonValue, reply: GraphResponse, path: Path, patterns: Sequence[str], commit: str
) -> Mapping[str, tuple[str, ...] | Failure]:
    """Return the answers for patterns that the root alone tells; the others need the whole tree."""
    here = [pattern for pattern in patterns if is_top_level(pattern)]
    if not here:
        return {}
    errors = reply.errors_at(*path, "root")
    if errors:
        return dict.fromkeys(here, errors[0].failure(f"the root of {name_of(node)}"))
    root = node["root"]
    if root.is_null and commit:
        raise InvalidJson("the branch has a commit and no root")
    return matching_paths(here, [] if root.is_null else [_entry(row) for row in root["entries"]])


def _entry(row: JsonValue) -> TreeEntry:
    return TreeEntry(row["name"].text(), row["type"].text() in {"tree", "commit"})
