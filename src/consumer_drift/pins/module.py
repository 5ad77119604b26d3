"""A module of Go, or of Terraform and OpenTofu."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.pins.source_text import SourceText, reading

if TYPE_CHECKING:
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions

_GO = re.compile(r"(?:^|[/.])go\.(?:mod|work)$|\.mod$", re.IGNORECASE)
_TERRAFORM = re.compile(r"\.(?:tf|tofu)(?:\.json)?$|\.hcl$", re.IGNORECASE)
_NAME = re.compile(r"[^\s\"'`?#]+")


@dataclass(frozen=True, slots=True)
class Module:
    """``- module: acme.dev/runtime`` in a go.mod, ``- module: acme/runtime/aws`` in a Terraform file.

    The names ``go`` and ``toolchain`` stand for these directives of a go.mod. Raises ValueError, with a sentence
    for the user, for another file or what is no module's name.
    """

    kind: ClassVar[str] = "module"
    file: str
    module: str
    optional: bool = False

    def __post_init__(self) -> None:
        if not (_GO.search(self.file) or _TERRAFORM.search(self.file)):
            raise ValueError(
                f"{self.file!r} has no modules: module reads go.mod, go.work, .tf, .tofu and .hcl files; use key"
                " or regex for others"
            )
        if not _NAME.fullmatch(self.module):
            raise ValueError(f"{self.module!r} is no module: write its path or address, without a version")

    @property
    def is_go(self) -> bool:
        """Whether it is a module of Go."""
        return bool(_GO.search(self.file))

    def at(self, path: str) -> Module:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return ``module acme.dev/runtime``."""
        return f"module {self.module}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every place that asks for the module."""
        source = SourceText(text, version_format)
        if self.is_go:
            from consumer_drift.pins.go_mod import in_go_mod  # noqa: PLC0415 - loaded for the first such file

            found = in_go_mod(source, self.module, workspace=self.file.endswith("go.work"))
        else:
            from consumer_drift.pins.terraform import in_terraform  # noqa: PLC0415 - loaded for the first such file

            found = in_terraform(source, self.file, self.module)
        return reading(found, f"no {self.describe()}")


def make(file: str, module: str, options: PinOptions) -> Module:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Module(file, module, options.optional)
