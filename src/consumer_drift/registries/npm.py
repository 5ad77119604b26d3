"""An npm registry: the package's document, which lists every version that was not unpublished.

https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md#getpackage
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.http.messages import Response
from consumer_drift.registries.client import ABSENT
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.client import RegistryClient

HEADERS = {"accept": "application/vnd.npm.install-v1+json, application/json;q=0.8"}


def versions(client: RegistryClient, package: str) -> frozenset[str] | Failure:
    """Return the versions that can be installed."""
    path = f"/{quote(package, safe='@')}"
    answer = client.get(path)
    if not isinstance(answer, Response):
        return answer
    asked = f"GET {path}"
    if answer.status in ABSENT:
        return client.failure(answer, asked, f"{answer.status}: it has no package {package}")
    found = _versions(answer, package) if answer.status == 200 and answer.is_json else None
    if found is None:
        return client.failure(answer, asked, "something other than the document of that package")
    return found


def key(version: Version) -> str:
    """Return *version* as the registry has it, without build metadata."""
    return version.text.partition("+")[0]


def _versions(answer: Response, package: str) -> frozenset[str] | None:
    try:
        document = JsonValue(answer.json())
        if document["name"].text() != package or not isinstance(document["versions"].value, dict):
            return None
        return frozenset(document["versions"].value)
    except (ValueError, InvalidJson):
        return None
