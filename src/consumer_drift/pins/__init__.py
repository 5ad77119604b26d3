"""The kinds of pins: each one small class that satisfies ``model.pins.Pin``.

Reading gives occurrences with the exact place of the version in the text, and ``edit.write`` changes
those places alone. A new kind is a module with a ``KIND``, and its name in ``KINDS``.
"""

from consumer_drift.pins import image, key, locked, module, regex, requirement, submodule, uses
from consumer_drift.pins.edit import replacements, splice, write
from consumer_drift.pins.follow import lock_files, locked_pins
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.kind import PinKind, PinOptions, Value
from consumer_drift.pins.locked import Locked
from consumer_drift.pins.module import Module
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.submodule import Submodule, read_along
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from consumer_drift.support.decode import decode

# In the order of the documentation. Without any of their keys the whole file is the version.
KINDS: tuple[PinKind, ...] = (
    requirement.KIND,
    image.KIND,
    uses.KIND,
    module.KIND,
    submodule.KIND,
    locked.KIND,
    key.KIND,
    regex.KIND,
)

__all__ = [
    "KINDS",
    "Image",
    "Key",
    "Locked",
    "Module",
    "PinKind",
    "PinOptions",
    "Regex",
    "Requirement",
    "Submodule",
    "Uses",
    "Value",
    "WholeFile",
    "decode",
    "lock_files",
    "locked_pins",
    "read_along",
    "replacements",
    "splice",
    "write",
]
