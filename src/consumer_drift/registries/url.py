"""Any server that has a file for each version: asked for its headers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from consumer_drift.forges.http.messages import Response
from consumer_drift.registries.base import Availability
from consumer_drift.registries.client import ABSENT, is_from

if TYPE_CHECKING:
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.client import RegistryClient

HEADERS = {"accept": "*/*", "accept-encoding": "identity"}
_PAGES = (".html", ".htm", "/")


def lookup(client: RegistryClient, template: str, version: Version) -> Availability | Failure:
    """Return whether there is a file at the address of *version*.

    A page where a file should be comes from something before the server.
    """
    address = urlsplit(template.replace("{version}", quote(version.text, safe="")))
    path = f"{address.path}?{address.query}" if address.query else address.path
    answer = client.get(path, method="HEAD")
    if not isinstance(answer, Response):
        return answer
    if answer.status in ABSENT:
        return Availability.ABSENT
    if answer.status in {200, 204} and not (is_from(("text/html",), answer) and not address.path.endswith(_PAGES)):
        return Availability.PRESENT
    return client.failure(answer, f"HEAD {path}", f"{answer.status}, a page and not a file")
