"""``frozen``: what ``dataclass(frozen=True, slots=True)`` makes, in a quarter of the time.

A run makes some two hundred of these classes before it does anything. The standard decorator compiles six methods
for each, and only ``__init__`` has to be: the others are the same for all classes but for the fields.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import Field

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a dataclass of *cls*, with slots, whose instances cannot be changed. What it defines itself stays.

    https://docs.python.org/3/library/dataclasses.html: ``fields``, ``replace`` and ``__post_init__`` work with it.
    """
    made: Any = dataclass(slots=True, init=False, repr=False, eq=False)(cls)
    own = fields(made)
    compared = _getter([one.name for one in own if one.compare])
    methods = {
        "__init__": _init(made, own),
        "__repr__": _repr([one.name for one in own if one.repr]),
        "__eq__": _eq(compared),
        "__hash__": lambda self: hash(compared(self)),
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": lambda self: [getattr(self, one.name) for one in own],
        "__setstate__": _setstate,
    }
    for name, method in methods.items():
        # Where only ``__eq__`` is defined, Python has set ``__hash__`` to None.
        if cls.__dict__.get(name) is None:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _getter(names: Sequence[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _self: ()


def _eq(compared: Callable[[Any], Any]) -> Callable[[Any, object], bool]:
    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 - a method
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _repr(names: Sequence[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: N807 - a method
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _refuse(self: Any, name: str, *_value: Any) -> NoReturn:
    raise FrozenInstanceError(f"{name!r} of {type(self).__name__} cannot be changed")


def _setstate(self: Any, state: Sequence[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


def _init(made: Any, own: Sequence[Field[Any]]) -> Callable[..., None]:
    """Compile ``__init__``, so that its signature is that of the fields."""
    scope: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    parameters, body = ["self"], []
    for one in own:
        name = value = one.name
        if one.default is not MISSING:
            scope[f"_default_{name}"] = one.default
            name = f"{name}=_default_{name}"
        elif one.default_factory is not MISSING:
            scope[f"_make_{name}"] = one.default_factory
            name, value = f"{name}=_missing", f"_make_{name}() if {name} is _missing else {name}"
        parameters.append(name)
        body.append(f"    _set(self, {one.name!r}, {value})")
    if hasattr(made, "__post_init__"):
        body.append("    self.__post_init__()")
    lines = [f"def __init__({', '.join(parameters)}):", *(body or ["    pass"])]
    # The text has names of fields alone, as the standard decorator's.
    exec("\n".join(lines), scope)  # noqa: S102
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init
