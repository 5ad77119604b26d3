"""A key in a file with keys and values: JSON, YAML, TOML, HCL, XML, .tool-versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.documents.formats import format_of
from consumer_drift.pins.source_text import SourceText, reading

if TYPE_CHECKING:
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions


@dataclass(frozen=True, slots=True)
class Key:
    """``- key: dependencies.acme``: a path of keys with dots between them.

    A key with dots in it is in double quotes, digits count the items of a list from 0, ``[name=runtime]`` takes
    the items of a list by one of their fields, and ``*`` takes every key or item. Raises
    ValueError, with a sentence for the user, for another path or a file whose name tells no format.
    """

    kind: ClassVar[str] = "key"
    file: str
    key: str
    optional: bool = False

    def __post_init__(self) -> None:
        from consumer_drift.pins.key_path import split_path  # noqa: PLC0415 - loaded for the first such pin

        split_path(self.key)
        if format_of(self.file) is None:
            raise ValueError(
                f"the name of {self.file!r} tells no format: key reads .json, .yml, .yaml, .toml, .tf, .hcl,"
                " .xml, .csproj and .props files and well-known names such as .tool-versions; use regex for others"
            )

    def at(self, path: str) -> Key:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """``key dependencies.acme``."""
        return f"key {self.key}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every value at the path, in every document of the file."""
        from consumer_drift.pins.key_files import occurrences  # noqa: PLC0415 - loaded for the first such file

        source = SourceText(text, version_format)
        return reading(occurrences(source, self.file, self.key), f"no {self.describe()}")


def make(file: str, key: str, options: PinOptions) -> Key:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Key(file, key, options.optional)
