"""What a lock file installs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.locks.formats import lock_format, lock_names, update_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions


@dataclass(frozen=True, slots=True)
class Locked:
    """``- locked: acme-runtime``: every version of the package that the lock file installs.

    Several *names* are one package that was renamed. *manifest* is the file that asks for the package, where the
    lock file is read because it is beside that. Raises ValueError, with a sentence for the user, where the name
    of *file* is not a lock file's.
    """

    kind: ClassVar[str] = "locked"
    file: str
    names: tuple[str, ...]
    optional: bool = False
    manifest: str = ""

    def __post_init__(self) -> None:
        form = lock_format(self.file)
        if form is None:
            raise ValueError(
                f"{self.file!r} is not a lock file: locked reads {', '.join(_names())} and requirements files"
            )
        if form.keeps_unused and not self.manifest:
            raise ValueError(
                f"{self.file!r} also lists versions that are not in use any more: write module, and the go.mod"
            )

    def at(self, path: str) -> Locked:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return ``package acme-runtime``."""
        return f"package {' or '.join(self.names)}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every installed version. A lock file that cannot be believed is damaged, with a remedy."""
        from consumer_drift.pins.locked_files import read  # noqa: PLC0415 - loaded for the first lock file

        return read(self, text, version_format)

    def update_command(self, text: str, version: str) -> str:
        """Return the package manager's command that brings the lock file to *version*; *text* is the lock file."""
        form = lock_format(self.file, text)
        if form is None:
            return ""
        manifest = self.manifest or self.file.removesuffix(".txt") + ".in"
        return update_command(form, self.names[0], version, manifest, self.file)


def make(file: str, names: tuple[str, ...], options: PinOptions) -> Locked:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Locked(file, names, options.optional)


def _names() -> Iterator[str]:
    """The lock files that say by themselves what is installed."""
    for name in lock_names():
        form = lock_format(name)
        if form and not form.keeps_unused:
            yield name
