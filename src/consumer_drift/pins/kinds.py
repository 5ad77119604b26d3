"""The kinds of pins, and how to tell one from another without loading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.pins.kind import PinKind, Value

if TYPE_CHECKING:
    from typing import TypeGuard

    from consumer_drift.model.pins import Pin
    from consumer_drift.pins.key import Key
    from consumer_drift.pins.locked import Locked
    from consumer_drift.pins.module import Module
    from consumer_drift.pins.requirement import Requirement
    from consumer_drift.pins.submodule import Submodule
    from consumer_drift.pins.uses import Uses

# In the order of the documentation. Without any of their keys the whole file is the version.
KINDS: tuple[PinKind, ...] = (
    PinKind(
        "requirement",
        "A Python package that the file requires as `name==version`; a list of names for a renamed package.",
        Value.DISTRIBUTION,
        many=True,
    ),
    PinKind(
        "image",
        "A container image in the file. Write it without tag and digest.",
        Value.IMAGE,
        takes_suffix=True,
    ),
    PinKind(
        "uses",
        "An action or a reusable workflow that the file uses. Write it without `@` and ref.",
        Value.USES,
    ),
    PinKind(
        "module",
        "A module that a go.mod requires, by its path, or that a Terraform or OpenTofu file calls, by its source"
        " without a version. `go` and `toolchain` are these directives of a go.mod.",
    ),
    PinKind(
        "submodule",
        "The repository of the Git submodule at the path `file`, as `owner/name`. Its commit is the version of the"
        " tag on it.",
    ),
    PinKind(
        "locked",
        "A package that a lock file installs, in every version that is in there. The lock file beside a manifest"
        " that pins the package is compared without being named here.",
        many=True,
    ),
    PinKind(
        "key",
        "The key of the version in a JSON, YAML, TOML, HCL or XML file, with dots between its parts."
        " `[name=runtime]` takes the items of a list by one of their fields, `*` takes every key or item.",
    ),
    PinKind(
        "regex",
        "A regular expression (RE2) with one group `(?P<version>…)`; `^` and `$` match at line breaks.",
    ),
)


def is_key(pin: Pin) -> TypeGuard[Key]:
    """Whether it is a key."""
    return pin.kind == "key"


def is_locked(pin: Pin) -> TypeGuard[Locked]:
    """Whether it is a package in a lock file."""
    return pin.kind == "locked"


def is_module(pin: Pin) -> TypeGuard[Module]:
    """Whether it is a module."""
    return pin.kind == "module"


def is_requirement(pin: Pin) -> TypeGuard[Requirement]:
    """Whether it is a requirement."""
    return pin.kind == "requirement"


def is_submodule(pin: Pin) -> TypeGuard[Submodule]:
    """Whether it is a submodule."""
    return pin.kind == "submodule"


def is_uses(pin: Pin) -> TypeGuard[Uses]:
    """Whether it is an action."""
    return pin.kind == "uses"
