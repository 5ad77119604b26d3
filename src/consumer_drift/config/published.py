"""From ``source.published`` to a registry's protocol, address and package."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.config.errors import quoted
from consumer_drift.config.models import REGISTRY_KINDS
from consumer_drift.model.config import RegistryKind, RegistryPackage

if TYPE_CHECKING:
    from consumer_drift.config.models import PublishedEntry

# The public registries, where no other is named.
_PUBLIC = {
    RegistryKind.PYPI: "https://pypi.org/simple",
    RegistryKind.NPM: "https://registry.npmjs.org",
    RegistryKind.GO: "https://proxy.golang.org",
}
_DOCKER_HUB = "https://registry-1.docker.io"


def published(entry: PublishedEntry) -> RegistryPackage:
    """Return where releases are published. Raises ValueError with a sentence for the user."""
    kind = next(RegistryKind(key) for key in REGISTRY_KINDS if getattr(entry, key) is not None)
    name, token_env = str(getattr(entry, kind)), entry.token_env or ""
    if kind is RegistryKind.URL:
        return RegistryPackage(kind, name, _origin(name), token_env=token_env)
    if kind is RegistryKind.OCI:
        return _image(name, entry.index or "", token_env)
    return RegistryPackage(kind, name, entry.index or _PUBLIC[kind], token_env=token_env)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _image(text: str, index: str, token_env: str) -> RegistryPackage:
    name, colon, tag = text.partition(":") if index else _split_tag(text)
    tag = tag if colon else "{version}"
    if "{version}" not in tag or "@" in text or any(letter.isspace() for letter in text) or not name:
        raise ValueError(
            f"{quoted(text)} is not an image: write it as ghcr.io/acme/runtime, or with a :v{{version}}"
        )
    if index:
        return RegistryPackage(RegistryKind.OCI, name, index, tag, token_env)
    host, _, rest = name.partition("/")
    if rest and ("." in host or ":" in host or host == "localhost"):
        address = _DOCKER_HUB if host == "docker.io" else f"https://{host}"
        return RegistryPackage(RegistryKind.OCI, rest, address, tag, token_env)
    return RegistryPackage(RegistryKind.OCI, name if rest else f"library/{name}", _DOCKER_HUB, tag, token_env)


def _split_tag(text: str) -> tuple[str, str, str]:
    """Split an image and its tag: a colon before the last slash is that of a port."""
    head, slash, last = text.rpartition("/")
    name, colon, tag = last.partition(":")
    return f"{head}{slash}{name}", colon, tag
