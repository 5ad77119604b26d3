"""A Python index: the project's page, which lists every file and which of them were yanked.

https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion
from packaging.version import Version as Pep440

from consumer_drift.forges.http.messages import Response
from consumer_drift.registries.client import ABSENT, is_from
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.client import RegistryClient

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = ("application/vnd.pypi.simple.v1+html", "text/html")
_LINK = re.compile(r"<a(?=\s)", re.IGNORECASE)
# A quoted value may contain what ends a tag elsewhere.
_REST_OF_TAG = re.compile(r"""(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=<>`]+)))?"""
)
_LONGEST_TAG = 4096
HEADERS = {"accept": f"{_JSON}, {_HTML[0]};q=0.2, text/html;q=0.1"}


def versions(client: RegistryClient, package: str) -> frozenset[str] | Failure:
    """Return the versions that have a file which was not yanked, as PEP 440 normalizes them."""
    name = canonicalize_name(package)
    path = f"/{name}/"
    answer = client.get(path)
    if not isinstance(answer, Response):
        return answer
    asked = f"GET {path}"
    if answer.status in ABSENT:
        return client.failure(answer, asked, f"{answer.status}: it has no project {name}")
    files = _files(answer, name) if answer.status == 200 else None
    if files is None:
        return client.failure(answer, asked, "something other than the page of that project")
    return frozenset(str(version) for file, yanked in files if not yanked and (version := _version(file, name)))


def key(version: Version) -> str:
    """Return *version* as ``versions`` does, empty where it is no version there."""
    try:
        return str(Pep440(version.text))
    except InvalidVersion:
        return ""


def _files(answer: Response, name: str) -> list[tuple[str, bool]] | None:
    """Return the files of a project's page and whether each was yanked; None where it is no such page."""
    if is_from((_JSON, "application/json"), answer):
        return _from_json(answer, name)
    if not is_from(_HTML, answer):
        return None
    files = list(_links(_without_comments(answer.body.decode("utf-8", "replace"))))
    # A wall is HTML too. A page of this project names at least one of its files.
    return files if any(_version(file, name) for file, _ in files) else None


def _from_json(answer: Response, name: str) -> list[tuple[str, bool]] | None:
    try:
        document = JsonValue(answer.json())
        if canonicalize_name(document["name"].text()) != name:
            return None
        return [(row["filename"].text(), _is_yanked(row)) for row in document["files"]]
    except (ValueError, InvalidJson):
        return None


def _is_yanked(row: JsonValue) -> bool:
    """Return whether a file was yanked: JSON has true or a reason that is not empty, unlike HTML."""
    yanked = row.get("yanked")
    return yanked is not None and bool(yanked.value)


def _links(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the file of each link of an HTML page, which is the last part of its path, and whether it was yanked.

    Not by ``html.parser``: its time grows with the square of a hostile page, and some pages make it raise.
    """
    at = 0
    while start := _LINK.search(text, at):
        tag = _REST_OF_TAG.match(text, start.end(), start.end() + _LONGEST_TAG)
        at = tag.end() if tag else start.end()
        found = _attributes(tag.group()) if tag else {}
        try:
            path = urlsplit(unescape(found.get("href", ""))).path
        except ValueError:
            continue
        if path:
            yield unquote(path.rpartition("/")[2]), "data-yanked" in found


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(tag):
        found.setdefault(one["name"].lower(), one["double"] or one["single"] or one["bare"] or "")
    return found


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*parts, text[at:]])


def _version(file: str, name: str) -> Pep440 | None:
    """Return the version of a wheel or a source distribution of the project *name*."""
    try:
        parsed = parse_wheel_filename(file)[:2] if file.endswith(".whl") else parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return parsed[1] if parsed[0] == name else None
