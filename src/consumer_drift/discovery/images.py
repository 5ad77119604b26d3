"""The images that a repository builds, as its workflows and Dockerfiles name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from consumer_drift.documents.node import MapNode
    from consumer_drift.model.repository import RepositoryName

# The inputs under which actions take images: docker/build-push-action, docker/metadata-action, redhat-actions/*.
_INPUTS = ("tags", "images", "image", "image-name", "image_name", "repository")
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}|\$\{(\w+)\}|\$(\w+)")
# An image with a path: a bare name could be anything.
_IMAGE = re.compile(r"(?:[a-z0-9][a-z0-9.-]*(?::[0-9]+)?/)?(?:[a-z0-9][a-z0-9._-]*/)+[a-z0-9][a-z0-9._-]*")
_COMMANDS = re.compile(
    r"\b(?:docker|podman|buildah|nerdctl)\b[^\n;&|]*?\s(?:push|tag|-t|--tag)[ =]+[\"']?(?P<name>[^\s\"']+)"
)
_LABEL = re.compile(r"org\.opencontainers\.image\.(?:ref\.name|title)[\"']?\s*=\s*[\"']?(?P<name>[^\s\"'\\]+)")
_MOST_LETTERS = 20_000


def labelled_images(dockerfile: str) -> Iterator[str]:
    """Yield the images that the labels of a Dockerfile name.

    https://github.com/opencontainers/image-spec/blob/main/annotations.md
    """
    for match in _LABEL.finditer(dockerfile):
        name = _image(match["name"])
        if name and "/" in name:
            yield name


def built_images(source: RepositoryName, text: str) -> Iterator[str]:
    """Yield the images that a workflow of *source*, or a Compose file, builds or pushes."""
    try:
        tables = [table for document in parse(text, Format.YAML) for table in walk(document)]
    except MalformedError:
        return
    known = _variables(source, tables)
    for table in tables:
        for text_ in _named(table):
            yield from _in_list(_filled(text_, known))
        run = table.leaf("run")
        if run is not None:
            commands = _filled(run.value[:_MOST_LETTERS], known)
            yield from filter(None, (_image(match["name"]) for match in _COMMANDS.finditer(commands)))


def _named(table: MapNode) -> Iterator[str]:
    """Yield the values that name images: an action's inputs, or the image of a service that is built."""
    if "build" in table.entries:
        leaf = table.leaf("image")
        yield from [leaf.value] if leaf else []
    for node in table.entries.get("with", ()):
        for key in _INPUTS:
            yield from (one.value for one in getattr(node, "entries", {}).get(key, ()) if isinstance(one, Leaf))


def _variables(source: RepositoryName, tables: list[MapNode]) -> Mapping[str, str]:
    """Return what expressions stand for, by their names in lower case, as far as a file tells."""
    known = {
        "github.repository": str(source),
        "github.repository_owner": source.owner,
        "github.event.repository.name": source.name,
        "github_repository": str(source),
        "github_repository_owner": source.owner,
    }
    for table in tables:
        for node in table.entries.get("env", ()):
            for key, values in getattr(node, "entries", {}).items():
                found = next((one.value for one in values if isinstance(one, Leaf)), "")
                known.setdefault(key.lower(), found)
                known.setdefault(f"env.{key}".lower(), found)
    return known


def _filled(text: str, known: Mapping[str, str]) -> str:
    """Return *text* with what is known in the place of expressions, those in a variable's value included."""
    for _ in range(3):
        text = _EXPRESSION.sub(lambda match: known.get((match[1] or match[2] or match[3]).lower(), match[0]), text)
    return text


def _in_list(text: str) -> Iterator[str]:
    for line in re.split(r"[\n,]", text):
        name = _image(line.strip().removeprefix("name="))
        if name:
            yield name


def _image(reference: str) -> str:
    """Return the image's name without tag and digest, empty where it is not one."""
    name = reference.partition("@")[0].lower()
    last = name.rfind("/")
    colon = name.find(":", last + 1)
    name = name[:colon] if colon >= 0 else name
    return name if len(name) <= 255 and _IMAGE.fullmatch(name) else ""
