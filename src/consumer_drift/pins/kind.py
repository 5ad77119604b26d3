"""How a kind of pin is declared: its key in the configuration, and what the configuration takes under it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from typing import TYPE_CHECKING, Any

from consumer_drift.pins.suffix import Suffix

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin


class Value(Enum):
    """What the configuration takes under a kind's key."""

    LINE = auto()
    DISTRIBUTION = auto()
    IMAGE = auto()
    USES = auto()


@dataclass(frozen=True, slots=True)
class PinOptions:
    """The keys that stand beside a kind's own."""

    optional: bool = False
    suffix: Suffix = Suffix.UNKNOWN


@dataclass(frozen=True, slots=True)
class PinKind:
    """A kind of pin, whose class is in the module of the same name: it is loaded for the first pin of the kind.

    *description* documents *key*; *many* takes a list of values as well.
    """

    key: str
    description: str
    value: Value = Value.LINE
    many: bool = False
    takes_suffix: bool = False

    def make(self, file: str, value: Any, options: PinOptions) -> Pin:
        """Return the pin of *value* in *file*. Raises ValueError, with a sentence for the user."""
        pin: Pin = import_module(f"consumer_drift.pins.{self.key}").make(file, value, options)
        return pin
