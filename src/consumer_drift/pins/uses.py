"""An action or a reusable workflow, in a workflow or in an action's own YAML.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
Absolute addresses: https://docs.gitea.com/usage/actions/comparison#absolute-action-urls
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.model.repository import RepositoryName
from consumer_drift.pins.source_text import SourceText, reading

if TYPE_CHECKING:
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions

_DOCKER = "docker://"
_PART = r"[A-Za-z0-9_.-]+"
_CONFIGURED = re.compile(
    rf"{_DOCKER}[A-Za-z0-9._:/-]+|(?!\.)(?:https?://[A-Za-z0-9.:-]+/)?{_PART}/{_PART}(?:/[^@\s]+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Uses:
    """``- uses: acme/setup-runtime``: ``uses: acme/setup-runtime@v1.4.0``.

    Without a path it means every action and reusable workflow of that repository, with one for
    that action alone. A host counts only where both sides name one. Raises ValueError, with a sentence
    for the user, where *uses* is no action's name.
    """

    kind: ClassVar[str] = "uses"
    file: str
    uses: str
    optional: bool = False

    def __post_init__(self) -> None:
        if "@" in self.uses:
            raise ValueError(f"{self.uses!r} has a version: write the action without @ and what follows it")
        if not _CONFIGURED.fullmatch(self.uses):
            raise ValueError(
                f"{self.uses!r} is no action: write owner/repository, owner/repository/path or docker://image"
            )

    @property
    def repository(self) -> RepositoryName | None:
        """Whose tags these are; None where that is no repository of the forge that is spoken to, or an image."""
        if ":" in self.uses:
            return None
        owner, name, *_ = self.uses.split("/")
        return RepositoryName(owner, name)

    def at(self, path: str) -> Uses:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """``uses acme/setup-runtime``."""
        return f"uses {self.uses}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Every ``uses:`` of the action."""
        from consumer_drift.pins.uses_files import occurrences  # noqa: PLC0415 - loaded for the first such file

        return reading(occurrences(SourceText(text, version_format), self.uses), f"no {self.describe()}")


def make(file: str, uses: str, options: PinOptions) -> Uses:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Uses(file, uses, options.optional)
