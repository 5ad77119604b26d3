"""A container image, wherever a file names one.

Two readers work together. A structured one knows the formats that split a reference: build arguments of a
Dockerfile, Helm's ``registry``, ``repository`` and ``tag``, Kustomize's ``newName`` and ``newTag``, Compose's
defaults. A scanner finds full references (``registry/name:tag``) in every string of any file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.documents import Format, MalformedError, format_of, parse
from consumer_drift.model.pins import Damaged
from consumer_drift.pins.dockerfile import images as in_dockerfile
from consumer_drift.pins.image_reference import image_name, judge, split_reference
from consumer_drift.pins.image_scanner import in_text, in_tree
from consumer_drift.pins.image_tables import references
from consumer_drift.pins.kind import PinKind, Value
from consumer_drift.pins.source_text import SourceText, reading
from consumer_drift.pins.suffix import Suffix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.image_reference import Candidate

# What names an image under keys. Elsewhere, in Terraform as in a script, an image is a text among others.
_TREES = (Format.JSON, Format.YAML, Format.TOML)
_NAME = re.compile(r"[A-Za-z0-9._:/-]+")
_DOCKERFILE = re.compile(r"(?:^|/)(?:[^/]*\.)?(?:dockerfile|containerfile)(?:\.[^/]*)?$", re.IGNORECASE)
# A Helm chart's template is no YAML before Helm has filled it in.
_TEMPLATE = re.compile(r"^[ \t]*\{\{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Image:
    """``- image: ghcr.io/acme/runtime``: a reference such as ``ghcr.io/acme/runtime:1.4.0-slim@sha256:…``.

    A file whose name tells no other format is read as a Dockerfile. *suffix* says what words such as ``-dev``
    behind the version are. Raises ValueError, with a sentence for the user, where *image* is not an image's
    bare name.
    """

    file: str
    image: str
    optional: bool = False
    suffix: Suffix = Suffix.UNKNOWN

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.image) or self.image.startswith("/") or self.image.endswith(("/", ":")):
            raise ValueError(f"{self.image!r} is not an image's name: write registry/name, without a digest")
        if ":" in self.image.rpartition("/")[2]:
            raise ValueError(f"{self.image!r} has a tag: write the image without it")

    def at(self, path: str) -> Image:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return ``image ghcr.io/acme/runtime``."""
        return f"image {self.image}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every reference to the image."""
        source = SourceText(text, version_format)
        wanted = image_name(self.image)
        try:
            found = list(_candidates(source, self.file, wanted))
        except MalformedError as error:
            return Damaged(error.why, error.line)
        return reading(self._occurrences(source, found, wanted), f"no {self.describe()}")

    def _occurrences(self, source: SourceText, found: list[Candidate], wanted: str) -> Iterator[Occurrence]:
        for whole, reference in found:
            if reference.name == wanted:
                yield judge(source, whole, reference, self.suffix)


KIND = PinKind(
    "image",
    "A container image in the file. Write it without tag and digest.",
    lambda file, image, options: Image(file, image, options.optional, options.suffix),
    Value.IMAGE,
    takes_suffix=True,
)


def _candidates(source: SourceText, file: str, wanted: str) -> Iterator[Candidate]:
    form = format_of(file)
    if form not in _TREES:
        structured = [(fragment, split_reference(fragment)) for fragment in in_dockerfile(source.text)]
        yield from structured
        # BuildKit's own reading of a Dockerfile is exact: what RUN prints is not an image of it.
        if not _DOCKERFILE.search(file):
            yield from in_text(source.text, file, wanted, {whole.origin for whole, _ in structured})
        return
    try:
        documents = parse(source.text, form)
    except MalformedError as error:
        if not _TEMPLATE.search(source.text):
            raise
        scanned = list(in_text(source.text, file, wanted))
        if not scanned:
            why = f"{error.why}: it is a template, so read it with regex, or pin the values that fill it in"
            raise MalformedError(why, error.line) from None
        yield from scanned
        return
    for document in documents:
        structured = list(references(source, document))
        yield from structured
        yield from in_tree(source, document, wanted, {whole.origin for whole, _ in structured})
