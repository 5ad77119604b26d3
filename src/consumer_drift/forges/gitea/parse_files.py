"""JSON of the API to the files of a repository, and to its tree. Functions raise InvalidJson."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from consumer_drift.forges.git import LINK_MODE, TreeEntry, normal
from consumer_drift.model.branch import BranchEntry
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.support.decode import decode
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class TreePage:
    """A part of the git tree at *commit*. *more*: the forge says that there are further entries."""

    entries: tuple[TreeEntry, ...]
    more: bool
    commit: str


def tree_page(page: JsonValue) -> TreePage:
    """Return a page of a tree. An empty tree has ``null`` for its entries."""
    found = page.get("tree")
    entries = () if found is None else tuple(_entry(row) for row in found)
    return TreePage(entries, page["truncated"].flag(), page["sha"].text())


def _entry(row: JsonValue) -> TreeEntry:
    mode = row.get("mode")
    is_link = mode is not None and mode.value == f"{LINK_MODE:o}"
    is_folder = row["type"].text() in {"tree", "commit"}
    oid = row.get("sha")
    return TreeEntry(row["path"].text(), is_folder, is_link, oid.text() if oid is not None else "")


def branch_entries(page: JsonValue) -> tuple[BranchEntry, ...]:
    """Return what is at the root of a branch. Raises InvalidJson if one page does not have all of it."""
    if page["truncated"].flag():
        raise page.invalid("has more entries than a branch of this program")
    found = page.get("tree")
    return () if found is None else tuple(map(_branch_entry, found))


def _branch_entry(row: JsonValue) -> BranchEntry:
    mode = row["mode"].text()
    if not re.fullmatch("[0-7]{5,6}", mode):
        raise row.invalid("has no mode of git")
    return BranchEntry(int(mode, 8), row["path"].text(), row["sha"].text())


_FOLDER = NoText("a folder", is_file=False)


# The target of a symbolic link may well be a file with a pin; a folder and a submodule are not files.
_KINDS = {"dir": _FOLDER, "symlink": NoText("a symbolic link")}


Content = FileText | NoFile | NoText


def content(answer: JsonValue, path: str) -> Content:
    """Return the file in an answer of ``contents/{path}``.

    A list is a folder; an empty list, since git keeps no empty folders, is a repository without a commit (on
    Forgejo).
    """
    if isinstance(answer.value, list):
        return _FOLDER if answer.value else NoFile()
    # The server normalises the path: without a leading "./".
    if answer["path"].text() != normal(path):
        raise InvalidJson(f"it shows another path than {path}")
    kind = answer["type"].text()
    if kind in _KINDS:
        return _KINDS[kind]
    if kind == "submodule":
        # The id of a tree's entry: https://docs.gitea.com/api (ContentsResponse)
        return NoText("a submodule", is_file=False, commit=answer["sha"].text())
    if kind != "file":
        raise answer["type"].invalid(f"is {kind!r}")
    return _file(answer)


def is_at_branch(row: JsonValue, path: str, branch: str) -> bool:
    """Return whether a row of contents says that it was read at *branch*, or does not say where.

    Its page is under ``/src/branch/``, ``/src/tag/`` or ``/src/commit/``. Folders, submodules and old servers may
    have none.
    """
    page = row.get("html_url") if isinstance(row.value, dict) else None
    if page is None or not isinstance(page.value, str):
        return True
    end = f"/src/branch/{branch}/{normal(path)}"
    return unquote(page.value).endswith(end)


def batch(answer: JsonValue, paths: Sequence[str]) -> Mapping[str, Content]:
    """Return the files in an answer of the batch route, which has ``null`` for a missing file.

    The answer may be shorter than what was asked, and then says nothing about the rest.
    """
    rows = list(answer)
    if len(rows) > len(paths):
        raise InvalidJson(f"it has {len(rows)} rows for {len(paths)} files")
    return {path: NoFile() if row.is_null else content(row, path) for path, row in zip(paths, rows, strict=False)}


def _file(row: JsonValue) -> Content:
    size = row["size"].number()
    if row.get("content") is None:
        # Above its own limit (10 MiB by default) the server leaves the content out.
        return NoText(f"a file of {size} bytes, more than the forge returns")
    if row["encoding"].text() != "base64":
        raise row["encoding"].invalid("is not base64")
    try:
        raw = base64.b64decode(row["content"].text().replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise row["content"].invalid("is not base64") from error
    if len(raw) != size:
        raise row["content"].invalid(f"has {len(raw)} bytes where size says {size}")
    return decode(raw)
