"""The lock files of a manifest that pins a package: what is installed is what they say."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from consumer_drift.locks.formats import locks_above, locks_beside
from consumer_drift.model.pins import GIT_MODULES
from consumer_drift.pins.kinds import is_key, is_module, is_requirement, is_submodule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Pin
    from consumer_drift.pins.locked import Locked

# Directives of a go.mod that the kind for modules reads as well.
_OF_GO = frozenset({"go", "toolchain"})


def lock_files(pin: Pin) -> tuple[str, ...]:
    """Return the paths of the lock files that may be for the file of *pin*, none where it names no package."""
    return tuple(path for level in _levels(pin) for path in level)


def locked_pins(pin: Pin, text: str) -> tuple[tuple[Locked, ...], ...]:
    """Return what is to be looked for in those lock files; *text* is the manifest.

    First in those beside it; where there are none, in those of the next folder above, and so on. One above may be
    of a workspace that the manifest does not belong to: there the package is optional.
    """
    names = tuple(dict.fromkeys(_names(pin, text)))
    if not names:
        return ()
    from consumer_drift.pins.locked import Locked  # noqa: PLC0415 - loaded for the first such pin

    return tuple(
        tuple(Locked(file, names, optional=above > 0, manifest=pin.file) for file in level)
        for above, level in enumerate(_levels(pin))
    )


# Every consumer is asked for the same pins.
@lru_cache(maxsize=1024)
def read_along(pin: Pin) -> tuple[str, ...]:
    """Return the file that tells of which repository the submodule of *pin* is, none for another kind."""
    return (GIT_MODULES,) if is_submodule(pin) else ()


def _levels(pin: Pin) -> tuple[tuple[str, ...], ...]:
    if not _may_name_a_package(pin) or not locks_beside(pin.file):
        return ()
    return (locks_beside(pin.file), *locks_above(pin.file))


def _may_name_a_package(pin: Pin) -> bool:
    if is_key(pin):
        from consumer_drift.pins.key_files import names_package  # noqa: PLC0415 - loaded for the first such pin

        return names_package(pin.key)
    return is_requirement(pin) or (is_module(pin) and pin.module not in _OF_GO)


def _names(pin: Pin, text: str) -> Iterator[str]:
    if is_requirement(pin):
        yield from pin.names
    elif is_module(pin):
        yield pin.module
    elif is_key(pin):
        from consumer_drift.pins.key_files import packages  # noqa: PLC0415 - loaded for the first such pin

        yield from packages(text, pin.file, pin.key)
