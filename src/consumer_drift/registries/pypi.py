"""A Python index: the project's page, which lists every file and which of them were yanked.

https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

from html.parser import HTMLParser
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
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.client import RegistryClient

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = ("application/vnd.pypi.simple.v1+html", "text/html")
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
    page = _Page()
    page.feed(answer.body.decode("utf-8", "replace"))
    # A wall is HTML too. A page of this project names at least one of its files.
    return page.files if any(_version(file, name) for file, _ in page.files) else None


def _from_json(answer: Response, name: str) -> list[tuple[str, bool]] | None:
    try:
        document = JsonValue(answer.json())
        if canonicalize_name(document["name"].text()) != name:
            return None
        return [(row["filename"].text(), _is_yanked(row)) for row in document["files"]]
    except (ValueError, InvalidJson):
        return None


def _is_yanked(row: JsonValue) -> bool:
    """A reason, which may be empty, is a yes."""
    yanked = row.get("yanked")
    return yanked is not None and yanked.value is not False


class _Page(HTMLParser):
    """The links of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link: the last part of its path is the file's name."""
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            try:
                path = urlsplit(found["href"] or "").path
            except ValueError:
                return
            self.files.append((unquote(path.rpartition("/")[2]), "data-yanked" in found))


def _version(file: str, name: str) -> Pep440 | None:
    """Return the version of a wheel or a source distribution of the project *name*."""
    try:
        parsed = parse_wheel_filename(file)[:2] if file.endswith(".whl") else parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return parsed[1] if parsed[0] == name else None
