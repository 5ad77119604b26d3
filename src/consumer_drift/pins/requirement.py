"""A Python requirement, in any file that packaging tools read requirements from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from consumer_drift.documents import Format, MalformedError, format_of
from consumer_drift.model.pins import Damaged
from consumer_drift.pins import pep508
from consumer_drift.pins.kind import PinKind, Value
from consumer_drift.pins.requirements_python import in_python
from consumer_drift.pins.requirements_text import in_setup_cfg, requirements
from consumer_drift.pins.requirements_toml import in_toml
from consumer_drift.pins.requirements_yaml import in_environment
from consumer_drift.pins.source_text import SourceText, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat

# https://packaging.python.org/en/latest/specifications/name-normalization/
_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Requirement:
    """``- requirement: acme-runtime``: ``acme-runtime==1.4.0``, as PEP 508 and pip write it.

    *names*: any of them counts, for a package that was renamed. Raises ValueError, with a sentence for
    the user, for what is not a package's name or a file that holds no requirements.
    """

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
        source = SourceText(text, version_format)
        wanted = frozenset(canonicalize_name(name) for name in self.names)
        try:
            found = list(_occurrences(source, self.file, wanted))
        except MalformedError as error:
            return Damaged(error.why, error.line)
        return reading(found, f"no {self.describe()}")


KIND = PinKind(
    "requirement",
    "A Python package that the file requires as `name==version`; a list of names for a renamed package.",
    lambda file, names, options: Requirement(file, names, options.optional),
    Value.DISTRIBUTION,
    many=True,
)


def _occurrences(source: SourceText, file: str, wanted: frozenset[str]) -> Iterator[Occurrence]:
    form, name = format_of(file), file.rpartition("/")[2].lower()
    if form is Format.TOML:
        yield from in_toml(source, source.text, wanted)
    elif form is Format.YAML:
        yield from in_environment(source, wanted)
    elif name.endswith(".py"):
        yield from in_python(source, wanted)
    else:
        fragments = in_setup_cfg(source.text) if name == "setup.cfg" else requirements(source.text)
        for fragment in fragments:
            if pep508.names(fragment.text, wanted):
                yield from pep508.judge(source, fragment)
