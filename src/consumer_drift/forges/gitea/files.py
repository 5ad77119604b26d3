"""What the API says about a path: a file's text, or what else stands there."""

from __future__ import annotations

import base64
import binascii
import posixpath
from typing import TYPE_CHECKING

from consumer_drift.forges.http import fields
from consumer_drift.model.answers import FileText, NoFile, NoText
from consumer_drift.pins.decode import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.http.fields import Json

_FOLDER = NoText("a folder", is_file=False)
# What a symbolic link leads to may well hold a pin; a folder and a submodule are none themselves.
_KINDS = {
    "dir": _FOLDER,
    "symlink": NoText("a symbolic link"),
    "submodule": NoText("a submodule", is_file=False),
}

Content = FileText | NoFile | NoText


def content(value: Json, path: str) -> Content:
    """The answer of ``contents/{path}``. Raises Misshapen.

    A list is a folder; an empty one, since git keeps no empty folders, a repository without a commit
    (that is how Forgejo shows it).
    """
    if isinstance(value, list):
        return _FOLDER if value else NoFile()
    row = fields.record(value, "the answer")
    # The server tells the path in its own spelling: without a leading "./".
    if fields.text(row, "path") != posixpath.normpath(path).strip("/"):
        raise fields.Misshapen(f"it shows another path than {path}")
    kind = fields.text(row, "type")
    if kind in _KINDS:
        return _KINDS[kind]
    if kind != "file":
        raise fields.Misshapen(f"type is {kind!r}")
    return _file(row)


def batch(value: Json, paths: Sequence[str]) -> Mapping[str, Content]:
    """The answer of the batch route, which has ``null`` for what is not there. Raises Misshapen.

    It may be shorter than what was asked, and says nothing about the rest then.
    """
    rows = fields.rows(value, "the answer")
    if len(rows) > len(paths):
        raise fields.Misshapen(f"it has {len(rows)} rows for {len(paths)} files")
    answered = zip(paths, rows, strict=False)
    return {path: NoFile() if row is None else content(fields.record(row, path), path) for path, row in answered}


def _file(row: dict[str, Json]) -> Content:
    size = fields.number(row, "size")
    if row.get("content") is None:
        # Above its own limit (10 MiB by default) the server leaves the content out.
        return NoText(f"a file of {size} bytes, more than the forge hands out")
    if fields.text(row, "encoding") != "base64":
        raise fields.Misshapen("encoding is not base64")
    try:
        raw = base64.b64decode(fields.text(row, "content").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise fields.Misshapen("content is no base64") from error
    if len(raw) != size:
        raise fields.Misshapen(f"content has {len(raw)} bytes where size says {size}")
    return decode(raw)
