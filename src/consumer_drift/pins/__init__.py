"""The kinds of pins: each one small class that satisfies ``model.pins.Pin``.

Reading gives occurrences with the exact place of the version in the text, and ``edit.write`` changes
those places alone.
"""

from consumer_drift.pins.edit import replacements, splice, write
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from consumer_drift.support.decode import decode

__all__ = [
    "Image",
    "Key",
    "Regex",
    "Requirement",
    "Uses",
    "WholeFile",
    "decode",
    "replacements",
    "splice",
    "write",
]
