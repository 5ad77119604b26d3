"""What a repository publishes, from its own manifests, workflows and version files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.discovery.images import built_images, labelled_images
from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from consumer_drift.model.repository import RepositoryName

    _Reader = Callable[[RepositoryName, str, str], Iterator[tuple["Product", str]]]


class Product(StrEnum):
    """A kind of thing that a repository publishes and others pin."""

    NAME = "name"
    PYTHON = "Python package"
    NPM = "npm package"
    CARGO = "crate"
    GO = "Go module"
    TERRAFORM = "Terraform module"
    IMAGE = "image"
    ACTION = "action"
    CHART = "Helm chart"
    COMPOSER = "Composer package"
    GEM = "gem"
    MAVEN = "Maven artifact"
    NUGET = "NuGet package"
    HOOKS = "pre-commit hooks"


@dataclass(frozen=True, slots=True)
class Publication:
    """One thing that the source publishes; *where* is the file that says so."""

    product: Product
    name: str
    where: str


# The manifests that are read in the source, and its workflows.
SOURCE_FILES = (
    *("**/pyproject.toml", "setup.cfg", "setup.py", "**/package.json", "**/Cargo.toml", "**/go.mod", "*.tf"),
    *("**/Chart.yaml", "composer.json", "*.gemspec", "pom.xml", "**/*.csproj", ".pre-commit-hooks.yaml"),
    *("**/action.y*ml", "**/Dockerfile", "Containerfile", "docker-compose.y*ml", "compose.y*ml", ".*-version"),
    *(".github/workflows/*.y*ml", ".gitea/workflows/*.y*ml", ".forgejo/workflows/*.y*ml"),
)
# What is in these folders is not published.
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|testdata|fixtures?|examples?|samples?|docs?|demo|node_modules|vendor|third_party)/",
    re.IGNORECASE,
)
# Version files of languages and tools: they say what the source uses.
_OF_TOOLS = re.compile(
    r"\.(?:python|node|ruby|go|java|terraform|opentofu|terragrunt|php|perl|rust|swift|bun|deno|nvm|kotlin)-version\Z"
)
_WORKFLOW = re.compile(r"\.(?:github|gitea|forgejo)/workflows/[^/]+\Z")


def published(source: RepositoryName, server: str, texts: Mapping[str, str]) -> tuple[Publication, ...]:
    """Return what the files *texts* of *source* say that it publishes, each thing once, the most certain first.

    *server* is the address of the server, empty where there is none.
    """
    found = [
        Publication(product, name, path)
        for path, text in sorted(texts.items(), key=lambda item: (item[0].count("/"), item[0]))
        if not _ASIDE.search(path)
        for product, name in _in_file(source, server, path, text)
    ]
    found += [Publication(Product.NAME, name, where) for name, where in _names(source, found, texts)]
    unique = {(one.product, one.name.casefold()): one for one in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda one: (list(Product).index(one.product), one.name)))


def _in_file(source: RepositoryName, server: str, path: str, text: str) -> Iterator[tuple[Product, str]]:
    name = path.rpartition("/")[2]
    if _WORKFLOW.match(path):
        yield from ((Product.IMAGE, image) for image in built_images(source, text))
        if re.search(r"\bworkflow_call\b", text):
            yield Product.ACTION, str(source)
    for fits, read in _READERS:
        if fits.fullmatch(name):
            yield from read(source, server, text)


def _names(
    source: RepositoryName, found: Iterable[Publication], texts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the names that version files and variables may have: ``runtime`` of acme/runtime."""
    yield source.name.lower(), "the repository's name"
    for one in found:
        if one.product in {Product.PYTHON, Product.NPM, Product.CARGO, Product.GEM}:
            yield one.name.rpartition("/")[2].lower(), one.where
    for path in texts:
        if "/" not in path and path.endswith("-version") and not _OF_TOOLS.match(path):
            yield path[1:].removesuffix("-version"), path


def _value(text: str, form: Format, *keys: str) -> str:
    """Return the scalar under *keys*, empty where there is none or the text is damaged."""
    try:
        nodes = [node for document in parse(text, form) for node in find(document, keys)]
    except MalformedError:
        return ""
    return next((node.value.strip() for node in nodes if isinstance(node, Leaf)), "")


def _pyproject(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.TOML, "project", "name") or _value(text, Format.TOML, "tool", "poetry", "name")
    if name:
        yield Product.PYTHON, name


def _setup(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    match = re.search(r"(?:^|[\s(,])name\s*=\s*[\"']?([A-Za-z0-9][A-Za-z0-9._-]*)", text)
    if match:
        yield Product.PYTHON, match[1]


def _package(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.JSON, "name")
    if name and _value(text, Format.JSON, "private") != "true":
        yield Product.NPM, name


def _crate(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.TOML, "package", "name")
    if name and _value(text, Format.TOML, "package", "publish") != "false":
        yield Product.CARGO, name


def _go(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    match = re.search(r"^\s*module\s+[\"`]?([^\s\"`]+)", text, re.MULTILINE)
    if match:
        # The path without its major version means every major version.
        yield Product.GO, re.sub(r"/v[2-9][0-9]*\Z", "", match[1])


def _chart(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.YAML, "name")
    if name:
        yield Product.CHART, name


def _composer(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.JSON, "name")
    if name:
        yield Product.COMPOSER, name


def _gem(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    match = re.search(r"\.name\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", text)
    if match:
        yield Product.GEM, match[1]


def _maven(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.XML, "project", "artifactId")
    group = _value(text, Format.XML, "project", "groupId") or _value(
        text, Format.XML, "project", "parent", "groupId"
    )
    if name:
        yield Product.MAVEN, f"{group}:{name}"


def _nuget(_source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    name = _value(text, Format.XML, "Project", "PropertyGroup", "PackageId")
    if name and "$" not in name:
        yield Product.NUGET, name


def _action(source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    if re.search(r"^runs\s*:", text, re.MULTILINE):
        yield Product.ACTION, str(source)


def _image(source: RepositoryName, server: str, text: str) -> Iterator[tuple[Product, str]]:
    """Yield the images that its labels name, and the one that the forge's own registry would have."""
    yield from ((Product.IMAGE, name) for name in labelled_images(text))
    registry = "ghcr.io" if server == "https://github.com" else urlsplit(server).netloc
    if registry:
        yield Product.IMAGE, f"{registry}/{source}".lower()


def _compose(source: RepositoryName, _server: str, text: str) -> Iterator[tuple[Product, str]]:
    if re.search(r"^\s+build\s*:", text, re.MULTILINE):
        yield from ((Product.IMAGE, name) for name in built_images(source, text))


def _terraform(source: RepositoryName, server: str, _text: str) -> Iterator[tuple[Product, str]]:
    if server:
        yield Product.TERRAFORM, f"{urlsplit(server).netloc}/{source}"
    # https://developer.hashicorp.com/terraform/registry/modules/publish#requirements
    match = re.fullmatch(r"terraform-([a-z0-9]+)-(.+)", source.name)
    if match:
        yield Product.TERRAFORM, f"{source.owner}/{match[2]}/{match[1]}"


def _hooks(source: RepositoryName, server: str, _text: str) -> Iterator[tuple[Product, str]]:
    if server:
        yield Product.HOOKS, f"{server}/{source}"


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"pyproject\.toml"), _pyproject),
    (re.compile(r"setup\.(?:cfg|py)"), _setup),
    (re.compile(r"package\.json"), _package),
    (re.compile(r"Cargo\.toml"), _crate),
    (re.compile(r"go\.mod"), _go),
    (re.compile(r"Chart\.yaml"), _chart),
    (re.compile(r"composer\.json"), _composer),
    (re.compile(r".+\.gemspec"), _gem),
    (re.compile(r"pom\.xml"), _maven),
    (re.compile(r".+\.csproj"), _nuget),
    (re.compile(r"action\.ya?ml"), _action),
    (re.compile(r"(?:Dockerfile|Containerfile)"), _image),
    (re.compile(r"(?:docker-)?compose\.ya?ml"), _compose),
    (re.compile(r".+\.tf"), _terraform),
    (re.compile(r"\.pre-commit-hooks\.yaml"), _hooks),
)
