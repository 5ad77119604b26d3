"""A Go module proxy: one request for a version, and a second one, the module's list, where it is not there.

https://go.dev/ref/mod#goproxy-protocol
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.http.messages import Response
from consumer_drift.registries.base import Availability
from consumer_drift.registries.client import ABSENT
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.client import RegistryClient

HEADERS = {"accept": "*/*"}
_VERSION = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+\S*")


def lookup(client: RegistryClient, module: str, version: Version) -> Availability | Failure:
    """Return whether the proxy has *version*.

    A module that it does not know at all may be a wrong path or a private one: that is no proof.
    """
    root = f"/{quote(_escaped(module), safe='/@!')}/@v"
    wanted = f"v{version.text}"
    path = f"{root}/{quote(_escaped(wanted), safe='!+')}.info"
    answer = client.get(path)
    if not isinstance(answer, Response):
        return answer
    if answer.status == 200 and _names(answer, wanted):
        return Availability.PRESENT
    if answer.status not in ABSENT:
        return client.failure(answer, f"GET {path}", "something other than what is known of that version")
    return _absent(client, module, f"{root}/list", wanted)


def _absent(client: RegistryClient, module: str, path: str, wanted: str) -> Availability | Failure:
    """Return ABSENT if the proxy knows other versions of *module*, and PRESENT if it lists this one after all."""
    found = client.get(path)
    if not isinstance(found, Response):
        return found
    text = found.body.decode("utf-8", "replace") if found.status == 200 else ""
    answer = listed(text, wanted)
    return answer or client.failure(found, f"GET {path}", f"no list of the versions of {module}")


def listed(text: str, wanted: str) -> Availability | None:
    """Return what a list of versions says of *wanted*, None for another text. A line may have a time as well."""
    versions = [line.split()[0] for line in text.splitlines() if line.strip()]
    if not versions or not all(map(_VERSION.fullmatch, versions)):
        return None
    return Availability.PRESENT if wanted in versions else Availability.ABSENT


def _names(answer: Response, wanted: str) -> bool:
    try:
        return JsonValue(answer.json())["Version"].text() == wanted
    except (ValueError, InvalidJson):
        return False


def _escaped(text: str) -> str:
    """Write capitals as an exclamation mark and the small letter: https://go.dev/ref/mod#module-cache"""
    return re.sub("[A-Z]", lambda found: f"!{found[0].lower()}", text)
