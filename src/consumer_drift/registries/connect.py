"""From ``source.published`` to a Registry: which protocol, at which address, with which token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.model.config import RegistryKind
from consumer_drift.model.result import Failure
from consumer_drift.registries import go, npm, oci, pypi, url
from consumer_drift.registries.base import Availability
from consumer_drift.registries.client import RegistryClient, basic

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from consumer_drift.forges.http.transport import Network
    from consumer_drift.model.config import RegistryPackage
    from consumer_drift.model.versions import Version
    from consumer_drift.support.deadline import Deadline

_HEADERS = {
    RegistryKind.PYPI: pypi.HEADERS,
    RegistryKind.NPM: npm.HEADERS,
    RegistryKind.OCI: oci.HEADERS,
    RegistryKind.GO: go.HEADERS,
    RegistryKind.URL: url.HEADERS,
}
# Who a token without a user belongs to, by what each registry documents.
_USERS = {RegistryKind.PYPI: "__token__", RegistryKind.OCI: "token"}


def connect(
    published: RegistryPackage, token: str, deadline: Deadline, **network: Unpack[Network]
) -> CachedRegistry:
    """Return the registry. Raises OSError and ValueError as ``Transport`` does."""
    kind, name = published.kind, published.name
    authorization = _authorization(kind, token)
    # A container registry takes what its token server gives, and no password.
    sent = "" if kind is RegistryKind.OCI else authorization
    client = RegistryClient(published.address, sent, deadline, _HEADERS[kind], **network)
    match kind:
        case RegistryKind.PYPI:
            return CachedRegistry(published, client, pypi.key, listing=lambda: pypi.versions(client, name))
        case RegistryKind.NPM:
            return CachedRegistry(published, client, npm.key, listing=lambda: npm.versions(client, name))
        case RegistryKind.GO:
            return CachedRegistry(published, client, npm.key, ask=lambda one: go.lookup(client, name, one))
        case RegistryKind.OCI:
            image = oci.OciImage(client, name, published.tag, authorization)
            return CachedRegistry(published, client, npm.key, ask=image.lookup)
        case RegistryKind.URL:
            return CachedRegistry(published, client, npm.key, ask=lambda one: url.lookup(client, name, one))


def _authorization(kind: RegistryKind, token: str) -> str:
    """Return the header's value: ``user:password`` as that, a token alone as the registry takes one."""
    if not token:
        return ""
    user, colon, password = token.partition(":")
    if colon:
        return basic(user, password)
    return basic(_USERS[kind], token) if kind in _USERS else f"Bearer {token}"


class CachedRegistry:
    """A registry that is asked once for each version, or once for all of them."""

    def __init__(
        self,
        published: RegistryPackage,
        client: RegistryClient,
        key: Callable[[Version], str],
        *,
        listing: Callable[[], frozenset[str] | Failure] | None = None,
        ask: Callable[[Version], Availability | Failure] | None = None,
    ) -> None:
        self._published = published
        self._client = client
        self._key = key
        self._listing = listing
        self._ask = ask
        self._listed: frozenset[str] | Failure | None = None
        self._known: dict[str, Availability | Failure] = {}

    @property
    def label(self) -> str:
        """The registry's kind and host, and the package."""
        host = urlsplit(self._published.address).netloc
        return f"{host} ({self._published.kind}: {self._published.name})"

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far."""
        return self._client.requests

    def versions(self) -> tuple[str, ...] | Failure | None:
        """Return every version that can be installed, None where there is no list."""
        listed = self._all()
        return tuple(sorted(listed)) if isinstance(listed, frozenset) else listed

    def _all(self) -> frozenset[str] | Failure | None:
        if self._listed is None and self._listing is not None:
            self._listed = self._listing()
        return self._listed

    def lookup(self, version: Version) -> Availability | Failure:
        """Return whether *version* can be installed."""
        listed = self._all()
        if isinstance(listed, Failure):
            return listed
        if listed is not None:
            return Availability.PRESENT if self._key(version) in listed else Availability.ABSENT
        if version.text not in self._known:
            assert self._ask is not None  # noqa: S101 - a registry lists or is asked
            self._known[version.text] = self._ask(version)
        return self._known[version.text]
