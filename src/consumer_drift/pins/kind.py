"""How a kind of pin is declared: its key in the configuration, and the pin that a value of it makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from consumer_drift.pins.suffix import Suffix

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """A kind of pin. *description* documents *key*; *many* takes a list of values as well.

    *make* turns a file's path, the value and the options into the pin. It raises ValueError, with a sentence for
    the user, where they make none.
    """

    key: str
    description: str
    make: Callable[[str, Any, PinOptions], Pin]
    value: Value = Value.LINE
    many: bool = False
    takes_suffix: bool = False
