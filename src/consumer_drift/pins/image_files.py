"""The images that a file names, by its format.

Two readers work together. A structured one knows the formats that split a reference: build arguments of a
Dockerfile, Helm's ``registry``, ``repository`` and ``tag``, Kustomize's ``newName`` and ``newTag``, Compose's
defaults. A scanner finds full references (``registry/name:tag``) in every string of any file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, format_of, parse
from consumer_drift.pins.dockerfile import images as in_dockerfile
from consumer_drift.pins.image_reference import image_name, judge, split_reference
from consumer_drift.pins.image_scanner import in_text, in_tree
from consumer_drift.pins.image_tables import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.image_reference import Candidate
    from consumer_drift.pins.source_text import SourceText
    from consumer_drift.pins.suffix import Suffix

# What names an image under keys. Elsewhere, in Terraform as in a script, an image is a text among others.
_TREES = (Format.JSON, Format.YAML, Format.TOML)
_DOCKERFILE = re.compile(r"(?:^|/)(?:[^/]*\.)?(?:dockerfile|containerfile)(?:\.[^/]*)?$", re.IGNORECASE)
# A Helm chart's template is no YAML before Helm has filled it in.
_TEMPLATE = re.compile(r"^[ \t]*\{\{", re.MULTILINE)


def occurrences(source: SourceText, file: str, image: str, suffix: Suffix) -> Iterator[Occurrence]:
    """Yield every reference to *image* in a file. Raises MalformedError where it cannot be read."""
    wanted = image_name(image)
    for whole, reference in _candidates(source, file, wanted):
        if reference.name == wanted:
            yield judge(source, whole, reference, suffix)


def _candidates(source: SourceText, file: str, wanted: str) -> Iterator[Candidate]:
    """Yield the images in a file; *wanted* is the name of one. Raises MalformedError where it cannot be read."""
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
