"""A container image, wherever a file names one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.pins.source_text import SourceText, reading
from consumer_drift.pins.suffix import Suffix

if TYPE_CHECKING:
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions

_NAME = re.compile(r"[A-Za-z0-9._:/-]+")


@dataclass(frozen=True, slots=True)
class Image:
    """``- image: ghcr.io/acme/runtime``: a reference such as ``ghcr.io/acme/runtime:1.4.0-slim@sha256:…``.

    A file whose name tells no other format is read as a Dockerfile. *suffix* says what words such as ``-dev``
    behind the version are. Raises ValueError, with a sentence for the user, where *image* is not an image's
    bare name.
    """

    kind: ClassVar[str] = "image"
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
        from consumer_drift.pins.image_files import occurrences  # noqa: PLC0415 - the readers of all formats

        source = SourceText(text, version_format)
        return reading(occurrences(source, self.file, self.image, self.suffix), f"no {self.describe()}")


def make(file: str, image: str, options: PinOptions) -> Image:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Image(file, image, options.optional, options.suffix)
