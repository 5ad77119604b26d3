"""A module of Go, or of Terraform and OpenTofu."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.documents import MalformedError
from consumer_drift.model.pins import Damaged
from consumer_drift.pins.go_mod import in_go_mod
from consumer_drift.pins.kind import PinKind
from consumer_drift.pins.source_text import SourceText, reading
from consumer_drift.pins.terraform import in_terraform

if TYPE_CHECKING:
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat

_GO = re.compile(r"(?:^|[/.])go\.(?:mod|work)$|\.mod$", re.IGNORECASE)
_TERRAFORM = re.compile(r"\.(?:tf|tofu)(?:\.json)?$|\.hcl$", re.IGNORECASE)
_NAME = re.compile(r"[^\s\"'`?#]+")


@dataclass(frozen=True, slots=True)
class Module:
    """``- module: acme.dev/runtime`` in a go.mod, ``- module: acme/runtime/aws`` in a Terraform file.

    The names ``go`` and ``toolchain`` stand for these directives of a go.mod. Raises ValueError, with a sentence
    for the user, for another file or what is no module's name.
    """

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
        try:
            if self.is_go:
                found = in_go_mod(source, self.module, workspace=self.file.endswith("go.work"))
                return reading(found, f"no {self.describe()}")
            return reading(in_terraform(source, self.file, self.module), f"no {self.describe()}")
        except MalformedError as error:
            return Damaged(error.why, error.line)


KIND = PinKind(
    "module",
    "A module that a go.mod requires, by its path, or that a Terraform or OpenTofu file calls, by its source"
    " without a version. `go` and `toolchain` are these directives of a go.mod.",
    lambda file, module, options: Module(file, module, options.optional),
)
