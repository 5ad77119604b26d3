"""Tree → document: what each key holds is checked, and what is right is kept beside what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import ValidationError

from consumer_drift.config.document import Document
from consumer_drift.config.nodes import Table, descend, plain, without
from consumer_drift.config.words import in_words

if TYPE_CHECKING:
    from consumer_drift.config.mistakes import Mistake, Path
    from consumer_drift.config.nodes import Node


@dataclass(frozen=True)
class Typed:
    """*document* holds what *tree* does: the file less its *mistakes*."""

    document: Document
    tree: Table
    mistakes: tuple[Mistake, ...]

    @cached_property
    def damaged(self) -> frozenset[Path]:
        """The paths with mistakes at or under them: what the document says there may mislead."""
        paths = (mistake.path for mistake in self.mistakes)
        return frozenset(path[:end] for path in paths for end in range(len(path) + 1))


def check_types(root: Table) -> Typed:
    """The document in *root*. Mistakes are taken out of it, so that the rest can be judged in the same run."""
    tree: Node = root
    mistakes: tuple[Mistake, ...] | None = None
    while isinstance(tree, Table):
        try:
            document = Document.model_validate(plain(tree))
            return Typed(document, tree, mistakes or ())
        except ValidationError as error:
            details = error.errors(include_url=False)
            if mistakes is None:
                mistakes = tuple(in_words(detail, tree) for detail in details)
            tree = without(tree, {_blamed(detail["loc"], detail["type"], tree) for detail in details})
    raise AssertionError("an empty file has no mistakes")


def _blamed(loc: Path, kind: str, tree: Node) -> Path:
    """What to take out: the value itself, or for a key that is missing the mapping that lacks it."""
    return descend(tree, loc[:-1] if kind == "missing" else loc).path
