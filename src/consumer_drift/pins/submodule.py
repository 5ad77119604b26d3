"""A submodule: the commit of another repository in the tree of this one.

https://git-scm.com/docs/gitsubmodules
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.model.pins import Absent, Found, is_pattern
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.versions import is_commit
from consumer_drift.pins.source_text import Fragment, SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions

_SECTION = re.compile(r"^[ \t]*\[", re.MULTILINE)
_VARIABLE = re.compile(r"^[ \t]*(path|url)[ \t]*=[ \t]*\"?([^\"\n]*?)\"?[ \t\r]*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Submodule:
    """``- submodule: acme/runtime``: the commit at the path *file*, which a tag of that repository names.

    Raises ValueError, with a sentence for the user, where *name* is no repository or *file* is a pattern.
    """

    kind: ClassVar[str] = "submodule"
    file: str
    name: str
    optional: bool = False

    def __post_init__(self) -> None:
        RepositoryName.parse(self.name)
        if is_pattern(self.file):
            raise ValueError(f"{self.file!r} is a pattern: a submodule is at one path, so write it in full")

    @property
    def repository(self) -> RepositoryName:
        """Whose tags the commit is looked up in."""
        return RepositoryName.parse(self.name)

    def at(self, path: str) -> Submodule:
        """Return the pin at another *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return ``submodule acme/runtime``."""
        return f"submodule {self.name}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """*text* is the commit's id that the tree has at the path. It is in no file, so it has no line."""
        if not is_commit(text):
            return Absent(f"no {self.describe()}")
        found = SourceText(text, version_format).commit(Fragment.at(text, 0), repository=self.repository)
        return Found((replace(found, line=0),))

    def is_another(self, modules: str) -> bool:
        """Whether *modules*, the text of ``.gitmodules``, names another repository for the path."""
        addresses = [url for path, url in _entries(modules) if path.strip("/") == self.file.strip("/")]
        return bool(addresses) and not any(_leads_to(url, self.repository) for url in addresses)


def make(file: str, name: str, options: PinOptions) -> Submodule:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Submodule(file, name, options.optional)


def _entries(modules: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the address of every submodule."""
    for section in _SECTION.split(modules)[1:]:
        if not section.startswith("submodule "):
            continue
        found = {name.lower(): value for name, value in _VARIABLE.findall(section)}
        if "path" in found and "url" in found:
            yield found["path"], found["url"]


def _leads_to(url: str, repository: RepositoryName) -> bool:
    """Whether the last two parts of an address name *repository*; ``../runtime`` has the owner left out."""
    parts = re.split(r"[/:]+", url.strip().rstrip("/").removesuffix(".git").casefold())
    owner, name = repository.owner.casefold(), repository.name.casefold()
    return parts[-1] == name and (len(parts) < 2 or parts[-2] in {owner, "..", "."})
