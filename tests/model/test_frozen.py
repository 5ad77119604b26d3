"""``frozen`` makes what the standard decorator makes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import field, replace
from typing import Any

import pytest

from consumer_drift.model.frozen import frozen


class Plain:
    """All that a class of values can have."""

    name: str
    size: int = 1
    items: list[int] = field(default_factory=list)
    secret: str = field(default="s", repr=False)
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a name is needed")

    @property
    def double(self) -> int:
        """Twice the size."""
        return 2 * self.size


def made(decorate: Any) -> Any:
    """``Plain`` as *decorate* makes it."""
    return decorate(type("Value", (), {key: value for key, value in vars(Plain).items() if key[:6] != "__dict"}))


OURS = made(frozen)
STANDARD = made(dataclasses.dataclass(frozen=True, slots=True))
ARGUMENTS: list[dict[str, Any]] = [
    {"name": "a"},
    {"name": "a", "size": 2, "items": [1]},
    {"name": "b", "secret": "t", "note": "n"},
    {"name": "a", "note": "other"},
]


@pytest.mark.parametrize("given", ARGUMENTS)
def test_a_value_is_shown_copied_and_replaced_in_the_same_way(given: dict[str, Any]) -> None:
    ours, standard = OURS(**given), STANDARD(**given)
    assert repr(ours) == repr(standard)
    assert dataclasses.asdict(ours) == dataclasses.asdict(standard)
    assert dataclasses.asdict(replace(ours, size=5)) == dataclasses.asdict(replace(standard, size=5))
    assert copy.copy(ours) == ours == copy.deepcopy(ours)
    assert ours.double == standard.double


def test_two_values_are_equal_in_the_same_way() -> None:
    pairs = [(one, other) for one in ARGUMENTS for other in ARGUMENTS]
    assert [OURS(**a) == OURS(**b) for a, b in pairs] == [STANDARD(**a) == STANDARD(**b) for a, b in pairs]
    assert OURS("a") != STANDARD("a")


def test_a_class_has_the_same_fields_slots_and_signature() -> None:
    assert OURS.__slots__ == STANDARD.__slots__
    assert OURS.__match_args__ == STANDARD.__match_args__
    assert [one.name for one in dataclasses.fields(OURS)] == [one.name for one in dataclasses.fields(STANDARD)]
    names = [list(inspect.signature(one).parameters) for one in (OURS, STANDARD)]
    assert names[0] == names[1]
    with pytest.raises(ValueError, match="a name is needed"):
        OURS("")
    with pytest.raises(TypeError):
        OURS()


def test_a_value_cannot_be_changed() -> None:
    value = OURS("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.other = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.name


@frozen
class Point:
    """A value that is a key."""

    x: int
    y: int = 0


@frozen
class Named(Point):
    """One with more fields, and a method that the decorator would make."""

    name: str = ""

    def __repr__(self) -> str:
        return self.name


def test_a_value_can_be_a_key_and_travel() -> None:
    assert {Point(1): "a"}[Point(1, 0)] == "a"
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)


def test_what_a_class_defines_itself_stays() -> None:
    named = Named(1, name="n")
    assert repr(named) == "n"
    assert (named.x, named.y) == (1, 0)
    assert named == Named(1, 0, "n")
    assert named != Point(1)
