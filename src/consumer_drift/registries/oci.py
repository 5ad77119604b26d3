"""A container registry: the manifest of a tag, with the token that the registry's challenge asks for.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests and
https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from consumer_drift.forges.http.messages import Response
from consumer_drift.registries.base import Availability
from consumer_drift.registries.client import ABSENT, RegistryClient, is_from
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version

_KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
)
HEADERS = {"accept": ", ".join(_KINDS)}
_PART = re.compile(r'([a-z]+)="([^"]*)"', re.IGNORECASE)
_BEARER = re.compile(r"\bBearer ", re.IGNORECASE)
_GONE = frozenset({"MANIFEST_UNKNOWN", "BLOB_UNKNOWN"})


@dataclass(slots=True)
class OciImage:
    """The image *name* of a registry, and the *template* of its tag. *authorization* is for its token server."""

    client: RegistryClient
    name: str
    template: str
    authorization: str
    has_tags: bool | None = None

    def lookup(self, version: Version) -> Availability | Failure:
        """Return whether the registry has the tag of *version*."""
        # A tag has no plus sign.
        tag = self.template.replace("{version}", version.text.partition("+")[0])
        path = f"/v2/{quote(self.name, safe='/')}/manifests/{quote(tag, safe='')}"
        answer = self.client.get(path)
        if isinstance(answer, Response) and answer.status == 401:
            answer = self._with_token(answer, path)
        if not isinstance(answer, Response):
            return answer
        if answer.status == 200 and is_from(_KINDS, answer):
            return Availability.PRESENT
        if answer.status in ABSENT and _is_gone(answer):
            return self._unless_unknown(answer)
        what = f"{answer.status}, which does not tell whether the tag {tag} is there"
        return self.client.failure(answer, f"GET {path}", what)

    def _unless_unknown(self, absent: Response) -> Availability | Failure:
        """Return ABSENT if the registry has other tags of the image: some say the same of an unknown image."""
        if self.has_tags is None:
            path = f"/v2/{quote(self.name, safe='/')}/tags/list"
            listed = self.client.get(path)
            if not isinstance(listed, Response):
                return listed
            self.has_tags = listed.status == 200 and _has_tags(listed)
        if self.has_tags:
            return Availability.ABSENT
        return self.client.failure(absent, f"the image {self.name}", f"{absent.status}, and it has no tags")

    def _with_token(self, challenge: Response, path: str) -> Response | Failure:
        """Ask for a token as *challenge* says, and send the request with it."""
        parts = _bearer(challenge.headers.get("www-authenticate", ""))
        realm = urlsplit(parts.get("realm", ""))
        if not realm.netloc or realm.scheme not in {"https", "http"}:
            return self.client.failure(challenge, f"GET {path}", "401")
        server = f"{realm.scheme}://{realm.netloc}"
        own = _is_near(server, self.client.address)
        tokens = self.client.other(server, self.authorization if own else "", {"accept": "application/json"})
        query = urlencode({"service": parts.get("service", ""), "scope": f"repository:{self.name}:pull"})
        token = _token(tokens, f"{realm.path}?{realm.query + '&' if realm.query else ''}{query}")
        if not isinstance(token, str):
            return token
        self.client = self.client.other(self.client.address, f"Bearer {token}", HEADERS)
        answer = self.client.get(path)
        if isinstance(answer, Response) and answer.status == 401:
            # Without a token of the configuration this one was for anybody.
            return tokens.failure(answer, f"GET {path}", "401")
        return answer


def _bearer(header: str) -> dict[str, str]:
    """Return what the Bearer challenge in *header* says, nothing where it has none. It may be one of several."""
    found = _BEARER.search(header)
    parts: dict[str, str] = {}
    for name, value in _PART.findall(header, found.end()) if found else ():
        # The next challenge has a realm of its own.
        if name.lower() in parts:
            break
        parts[name.lower()] = value
    return parts


def _is_near(server: str, registry: str) -> bool:
    """Return whether the registry's token may go to *server*: the same host, or one of the same domain, by TLS."""
    one, other = urlsplit(server), urlsplit(registry)
    if (one.scheme, one.netloc) == (other.scheme, other.netloc):
        return True
    return one.scheme == "https" and _domain(one.hostname) == _domain(other.hostname) != ""


def _domain(host: str | None) -> str:
    labels = (host or "").split(".")
    return ".".join(labels[-2:]) if len(labels) > 2 else ""


def _token(client: RegistryClient, path: str) -> str | Failure:
    answer = client.get(path)
    if not isinstance(answer, Response):
        return answer
    try:
        document = JsonValue(answer.json())
        found = document.get("token") or document["access_token"]
        token = found.text()
    except (ValueError, InvalidJson):
        token = ""
    if answer.status != 200 or not token.isascii() or not token.isprintable() or not token or " " in token:
        return client.failure(answer, "the request for a token", f"{answer.status} and no token")
    return token


def _has_tags(answer: Response) -> bool:
    try:
        return len(JsonValue(answer.json())["tags"]) > 0
    except (ValueError, InvalidJson):
        return False


def _is_gone(answer: Response) -> bool:
    """Return whether the registry has the repository and not the tag. A repository that it denies is unknown."""
    try:
        errors = list(JsonValue(answer.json())["errors"])
        return bool(errors) and all(error["code"].text() in _GONE for error in errors)
    except (ValueError, InvalidJson):
        return False
