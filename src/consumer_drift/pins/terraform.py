"""The modules that Terraform, OpenTofu and Terragrunt call.

https://developer.hashicorp.com/terraform/language/modules/sources and
https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#terraform
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Every, MapNode, find
from consumer_drift.model.versions import is_commit
from consumer_drift.pins import dependency
from consumer_drift.pins.commit import comment_version
from consumer_drift.pins.version_text import ELSEWHERE, MOVES, read_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import Leaf, Node
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import SourceText

# A module's call, as HCL and JSON write it; Terragrunt's own blocks.
_CALLS = (
    ("module", Every.CHILD),
    ("module", Every.CHILD, Every.CHILD),
    ("terraform",),
    ("unit", Every.CHILD),
    ("stack", Every.CHILD),
)
_SOURCE = re.compile(
    r"(?:(?P<getter>[a-z0-9]+)::)?(?:(?P<scheme>[a-z0-9+.-]+)://)?(?:[^@/\s]*@)?(?P<rest>[^?\s]*)"
)
_SCP = re.compile(r"(?P<host>[^/:]+):(?!/|[0-9]+/)")
_REF = re.compile(r"[?&](?P<name>ref|tag|version)=(?P<value>[^&#]*)")
_DEFAULT_REGISTRY = re.compile(r"registry\.(?:terraform\.io|opentofu\.org)/")
_HOSTS = ("github.com/", "bitbucket.org/")


@dataclass(frozen=True, slots=True)
class _Address:
    """A module's source as it compares, and whether a registry has it."""

    name: str
    in_registry: bool

    @classmethod
    def of(cls, text: str) -> _Address:
        match = _SOURCE.match(text)
        rest = match["rest"] if match else ""
        plain = match is not None and match["getter"] is None and match["scheme"] is None
        scp = _SCP.match(rest)
        rest = f"{scp['host']}/{rest[scp.end() :]}" if scp else rest
        rest = rest.lstrip("/").partition("//")[0].strip("/").removesuffix(".git").casefold()
        default = _DEFAULT_REGISTRY.match(rest)
        rest = rest[default.end() :] if default else rest
        plain = plain and not any(sign in text for sign in "@?")
        registry = plain and not rest.startswith((*_HOSTS, ".")) and rest.count("/") in (2, 3)
        return cls(rest, registry)


def in_terraform(source: SourceText, file: str, wanted: str) -> Iterator[Occurrence]:
    """Yield the calls of the module *wanted*. Raises MalformedError."""
    form = Format.JSON if file.lower().endswith(".json") else Format.HCL
    name = _Address.of(wanted).name
    for document in parse(source.text, form):
        for table in _calls(document):
            leaf = table.leaf("source")
            address = _Address.of(leaf.value.strip()) if leaf else None
            if leaf is not None and address is not None and address.name == name:
                yield _call(source, table, leaf, address)


def _calls(document: Node) -> Iterator[MapNode]:
    for path in _CALLS:
        yield from (node for node in find(document, path) if isinstance(node, MapNode))


def _call(source: SourceText, table: MapNode, leaf: Leaf, address: _Address) -> Occurrence:
    version = table.leaf("version")
    whole = source.scalar(leaf)
    if address.in_registry:
        return dependency.scalar(source, version) if version else source.floating(whole, "names no version")
    ref = _REF.search(whole.text)
    if ref is None or not ref["value"]:
        return source.floating(whole, "is an address without a version")
    body = whole.cut(*ref.span("value"))
    if is_commit(body.text):
        return source.commit(body, comment_version(source, leaf.end))
    return read_tag(source, body) or source.floating(whole, ELSEWHERE if "{" in body.text else MOVES)
