"""How a mapping of the file declares its keys, and how its values are read by that declaration.

A key has a type, which reads its value and tells the JSON Schema what it takes. What is wrong is a ``Misfit``; the
rest is read nevertheless.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self

    from consumer_drift.config.errors import Path

    Json = dict[str, Any]

T = TypeVar("T")
W = TypeVar("W", bound=str)
E = TypeVar("E", bound="ConfigEntry")


class Wrong(Enum):
    """What can be wrong with a value."""

    MISSING = auto()
    UNKNOWN_KEY = auto()
    NO_VALUE = auto()
    NO_TEXT = auto()
    NO_FLAG = auto()
    NO_LIST = auto()
    NO_MAPPING = auto()
    NO_CHOICE = auto()
    INVALID = auto()


class Misfit(NamedTuple):
    """A *value* at *path* that is not taken there. *said*: why it is invalid, or the words to choose from."""

    path: Path
    wrong: Wrong
    value: Any = None
    said: str = ""


class Type(ABC, Generic[T]):
    """What a key takes. *entry* is the mapping that it takes, or takes a list of; None where it takes none."""

    entry: type[ConfigEntry] | None = None

    @abstractmethod
    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return what *value* means. It counts only if nothing is added to *misfits*."""


class TextValue(Type[T]):
    """A text. *check* returns what it means, or raises ValueError with a sentence for the user."""

    def __init__(self, check: Callable[[str], T], schema: Json, otherwise: Wrong = Wrong.NO_TEXT) -> None:
        """*otherwise*: what is wrong with a value that is no text."""
        self.schema = schema
        self._check = check
        self._otherwise = otherwise

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return what the text means."""
        if not isinstance(value, str):
            return misfits.append(Misfit(path, self._otherwise, value))
        try:
            return self._check(value)
        except ValueError as error:
            return misfits.append(Misfit(path, Wrong.INVALID, value, str(error)))


class Choice(Type[W]):
    """One of a few words."""

    def __init__(self, words: Iterable[W]) -> None:
        self.words = {str(word): word for word in words}

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the word."""
        if isinstance(value, str) and value in self.words:
            return self.words[value]
        *first, last = map(repr, self.words)
        expected = f"{', '.join(first)} or {last}" if first else last
        return misfits.append(Misfit(path, Wrong.NO_CHOICE, value, expected))


class ListOf(Type[tuple[T, ...]]):
    """A list. *least*: how many items the schema asks for; the loader says in its own words what is missing."""

    def __init__(self, item: Type[T], least: int = 0) -> None:
        self.item = item
        self.least = least
        self.entry = item.entry

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the items."""
        if not isinstance(value, list):
            return misfits.append(Misfit(path, Wrong.NO_LIST, value))
        return tuple(self.item.read(one, (*path, number), misfits) for number, one in enumerate(value))


class OneOrMany(ListOf[T]):
    """A list, or a single value: a list of one."""

    def __init__(self, item: Type[T]) -> None:
        super().__init__(item, least=1)

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the items."""
        return super().read(value if isinstance(value, list) else [value], path, misfits)


class ListOrNone(Type[tuple[T, ...] | None]):
    """A list, or the word ``none``: None."""

    def __init__(self, item: Type[T]) -> None:
        self.many = ListOf(item, 1)

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the items, or None."""
        if isinstance(value, str) and value.casefold() == "none":
            return None
        return self.many.read(value, path, misfits)


class Nested(Type[E]):
    """A mapping."""

    entry: type[E]

    def __init__(self, entry: type[E]) -> None:
        self.entry = entry

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the entry, with defaults for the keys that the mapping lacks."""
        if not isinstance(value, dict):
            return misfits.append(Misfit(path, Wrong.NO_MAPPING, value))
        return self.entry(value, path, misfits)


class NestedOrText(Nested[E]):
    """A mapping, or a text: a mapping with only the key *short*."""

    def __init__(self, entry: type[E], short: EntryKey[Any]) -> None:
        super().__init__(entry)
        self.short = short

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the entry."""
        return super().read({self.short.key: value} if isinstance(value, str) else value, path, misfits)


class NestedOrFlag(Type[E | None]):
    """A mapping, ``true``: a mapping of defaults, or ``false``: None."""

    def __init__(self, entry: type[E], flag: TextValue[bool]) -> None:
        self.entry = entry
        self.flag = flag
        self.nested = Nested(entry)

    def read(self, value: Any, path: Path, misfits: list[Misfit]) -> Any:
        """Return the entry, or None."""
        if not isinstance(value, str):
            return self.nested.read(value, path, misfits)
        return self.nested.read({}, path, misfits) if self.flag.read(value, path, misfits) else None


class EntryKey(Generic[T]):
    """A key of an entry, declared as an attribute of its class. *shown* is the schema's default, None for none."""

    name: str
    key: str

    def __init__(
        self, takes: Type[Any], description: str, default: Any, shown: Any, *, required: bool = False
    ) -> None:
        self.takes = takes
        self.description = description
        self.default = default
        self.shown = shown
        self.required = required

    def __set_name__(self, owner: type[ConfigEntry], name: str) -> None:
        self.name = name
        self.key = name.replace("_", "-")

    @overload
    def __get__(self, entry: None, owner: type[ConfigEntry]) -> EntryKey[T]: ...

    @overload
    def __get__(self, entry: ConfigEntry, owner: type[ConfigEntry]) -> T: ...

    def __get__(self, entry: ConfigEntry | None, owner: type[ConfigEntry]) -> Any:
        return self if entry is None else entry.values[self.name]

    def read(self, table: Mapping[str, Any], path: Path, misfits: list[Misfit]) -> Any:
        """Return what *table*, the mapping at *path*, has under this key, or the default."""
        if self.key not in table:
            if self.required:
                misfits.append(Misfit((*path, self.key), Wrong.MISSING))
            return self.default
        value = table[self.key]
        if value is None:
            return misfits.append(Misfit((*path, self.key), Wrong.NO_VALUE))
        return self.takes.read(value, (*path, self.key), misfits)


_AS_IT_IS: Any = object()


def required_key(takes: Type[T], description: str) -> EntryKey[T]:
    """Declare a key that must be there."""
    return EntryKey(takes, description, None, None, required=True)


def optional_key(takes: Type[T], description: str) -> EntryKey[T | None]:
    """Declare a key that is None by default."""
    return EntryKey(takes, description, None, None)


def key_with_default(takes: Type[T], *, default: T, description: str, shown: Any = _AS_IT_IS) -> EntryKey[T]:
    """Declare a key with a default. *shown* is what the schema has for it, None for nothing."""
    return EntryKey(takes, description, default, default if shown is _AS_IT_IS else shown)


def list_key(item: Type[T], description: str) -> EntryKey[tuple[T, ...]]:
    """Declare a key with a list, which is empty by default."""
    return key_with_default(ListOf(item), default=(), description=description)


def entry_key(entry: type[E], description: str) -> EntryKey[E]:
    """Declare a key with a mapping, which has only defaults by default."""
    return key_with_default(Nested(entry), default=entry.empty(), description=description, shown=None)


class ConfigEntry:
    """A mapping of the file. *hint* says what to write instead of a wrong value.

    *keys* are its keys by the names of their attributes; *rules* are what the schema says of several of them.
    """

    hint: ClassVar[str] = ""
    rules: ClassVar[Json] = {}
    keys: ClassVar[Mapping[str, EntryKey[Any]]] = {}

    def __init_subclass__(cls) -> None:
        own = {key.name: key for key in vars(cls).values() if isinstance(key, EntryKey)}
        cls.keys = {**cls.keys, **own}

    def __init__(self, table: Mapping[str, Any], path: Path, misfits: list[Misfit]) -> None:
        """Read *table*, the mapping at *path*. The values count only if nothing is added to *misfits*."""
        self.values = {name: key.read(table, path, misfits) for name, key in self.keys.items()}
        known = {key.key for key in self.keys.values()}
        misfits += [Misfit((*path, name), Wrong.UNKNOWN_KEY) for name in table if name not in known]

    @classmethod
    def empty(cls) -> Self:
        """Return an entry with only defaults."""
        return cls({}, (), [])


def read(entry: type[E], value: Any) -> tuple[E, tuple[Misfit, ...]]:
    """Return *value*, made of texts, lists, dictionaries and None, as an entry, and what does not fit in it."""
    misfits: list[Misfit] = []
    return entry(value, (), misfits), tuple(misfits)
