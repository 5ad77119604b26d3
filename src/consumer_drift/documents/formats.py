"""Which format a file has, by its name."""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING

from consumer_drift.support.decode import BOM

if TYPE_CHECKING:
    from consumer_drift.documents.node import Node


class Format(Enum):
    """A format with keys and values."""

    JSON = "JSON"
    YAML = "YAML"
    TOML = "TOML"
    HCL = "HCL"
    XML = "XML"
    TOOL_VERSIONS = ".tool-versions"


_BY_SUFFIX = {
    ".json": Format.JSON,
    ".jsonc": Format.JSON,
    ".code-workspace": Format.JSON,
    ".webmanifest": Format.JSON,
    ".yml": Format.YAML,
    ".yaml": Format.YAML,
    ".cff": Format.YAML,
    ".toml": Format.TOML,
    ".hcl": Format.HCL,
    ".tf": Format.HCL,
    ".tofu": Format.HCL,
    ".xml": Format.XML,
    ".csproj": Format.XML,
    ".fsproj": Format.XML,
    ".vbproj": Format.XML,
    ".props": Format.XML,
    ".targets": Format.XML,
    ".nuspec": Format.XML,
    ".pom": Format.XML,
}
# Files that are known by their whole name.
_BY_NAME = {
    ".babelrc": Format.JSON,
    ".eslintrc": Format.JSON,
    ".prettierrc": Format.YAML,
    ".swcrc": Format.JSON,
    ".condarc": Format.YAML,
    ".yamllint": Format.YAML,
    "bun.lock": Format.JSON,
    "composer.lock": Format.JSON,
    "deno.lock": Format.JSON,
    "flake.lock": Format.JSON,
    "pipfile.lock": Format.JSON,
    "chart.lock": Format.YAML,
    "podfile.lock": Format.YAML,
    "pubspec.lock": Format.YAML,
    "cargo.lock": Format.TOML,
    "gopkg.lock": Format.TOML,
    "pdm.lock": Format.TOML,
    "pipfile": Format.TOML,
    "poetry.lock": Format.TOML,
    "uv.lock": Format.TOML,
    "packages.config": Format.XML,
    ".tool-versions": Format.TOOL_VERSIONS,
}

# The module of each, which has ``parse``: it is loaded for the first file of its format.
_PARSERS = {
    Format.JSON: "jsonc",
    Format.YAML: "yaml",
    Format.TOML: "toml",
    Format.HCL: "hcl",
    Format.XML: "xml",
    Format.TOOL_VERSIONS: "tool_versions",
}


def format_of(file: str) -> Format | None:
    """The format that *file* (a path with forward slashes) has by its name, or None."""
    name = file.rpartition("/")[2].lower()
    _, dot, suffix = name.rpartition(".")
    return _BY_NAME.get(name) or _BY_SUFFIX.get(dot + suffix)


def parse(text: str, form: Format) -> tuple[Node, ...]:
    """The trees of all documents in *text*: one, but for YAML. Raises MalformedError."""
    start = 1 if text.startswith(BOM) else 0
    documents: tuple[Node, ...] = import_module(f"consumer_drift.documents.{_PARSERS[form]}").parse(text, start)
    return documents
