"""A Python requirement, in a requirements file or in a pyproject.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from consumer_drift.documents import Format, Leaf, Listing, MalformedError, Table, find, format_of, parse
from consumer_drift.model.pins import Damaged
from consumer_drift.pins.pep508 import find_name, judge
from consumer_drift.pins.requirements_text import requirements
from consumer_drift.pins.source_text import Fragment, SourceText, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents import Node
    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat

# https://packaging.python.org/en/latest/specifications/pyproject-toml/
# https://packaging.python.org/en/latest/specifications/dependency-groups/
_LISTS = (("project", "dependencies"), ("build-system", "requires"))
_TABLES_OF_LISTS = (("project", "optional-dependencies"), ("dependency-groups",))

# https://packaging.python.org/en/latest/specifications/name-normalization/
_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Requirement:
    """``- requirement: acme-runtime``: ``acme-runtime==1.4.0``, as PEP 508 and pip write it.

    *names*: any of them counts, for a package that was renamed. Raises ValueError, with a sentence for
    the user, for what is no package's name or a file that carries no requirements.
    """

    file: str
    names: tuple[str, ...]
    optional: bool = False

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("requirement needs at least one package's name")
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no package's name: write it without version and extras")
        if format_of(self.file) not in (None, Format.TOML):
            raise ValueError(f"requirement reads requirements files and pyproject.toml; use key for {self.file!r}")

    def describe(self) -> str:
        """``requirement acme-runtime``."""
        return f"requirement {' or '.join(self.names)}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Every requirement of the package."""
        page = SourceText(text, version_format)
        try:
            pieces = list(_in_toml(page) if format_of(self.file) is Format.TOML else requirements(text))
        except MalformedError as error:
            return Damaged(error.why, error.line)
        return reading(self._occurrences(page, pieces), f"no {self.describe()}")

    def _occurrences(self, page: SourceText, pieces: list[Fragment]) -> Iterator[Occurrence]:
        wanted = {canonicalize_name(name) for name in self.names}
        for piece in pieces:
            name = find_name(piece.text)
            if name and canonicalize_name(name) in wanted:
                yield from judge(page, piece)


def _in_toml(page: SourceText) -> Iterator[Fragment]:
    for document in parse(page.text, Format.TOML):
        lists: list[Node] = [node for path in _LISTS for node in find(document, path)]
        tables = [node for path in _TABLES_OF_LISTS for node in find(document, path)]
        for table in tables:
            if isinstance(table, Table):
                lists += [node for nodes in table.entries.values() for node in nodes]
        for listing in lists:
            items = listing.items if isinstance(listing, Listing) else ()
            for leaf in items:
                if isinstance(leaf, Leaf):
                    yield Fragment.of_literal(leaf.value, page.text[leaf.start : leaf.end], leaf.start).stripped()
