"""A Python requirement, in any file that packaging tools read requirements from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.documents.formats import Format, format_of
from consumer_drift.pins.source_text import SourceText, reading

if TYPE_CHECKING:
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions

# https://packaging.python.org/en/latest/specifications/name-normalization/
_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Requirement:
    """``- requirement: acme-runtime``: ``acme-runtime==1.4.0``, as PEP 508 and pip write it.

    *names*: any of them counts, for a package that was renamed. Raises ValueError, with a sentence for
    the user, for what is not a package's name or a file that holds no requirements.
    """

    kind: ClassVar[str] = "requirement"
    file: str
    names: tuple[str, ...]
    optional: bool = False

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("requirement needs at least one package's name")
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a package's name: write it without version and extras")
        if format_of(self.file) is Format.JSON:
            raise ValueError(
                "requirement reads requirements files, pyproject.toml, setup.cfg, setup.py, scripts with inline"
                f" metadata and environment.yml; use key for {self.file!r}"
            )

    def at(self, path: str) -> Requirement:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return ``requirement acme-runtime``."""
        return f"requirement {' or '.join(self.names)}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every requirement of the package."""
        from consumer_drift.pins.requirement_files import occurrences  # noqa: PLC0415 - the readers of all formats

        source = SourceText(text, version_format)
        return reading(occurrences(source, self.file, self.names), f"no {self.describe()}")


def make(file: str, names: tuple[str, ...], options: PinOptions) -> Requirement:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Requirement(file, names, options.optional)
