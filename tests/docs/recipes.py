"""The recipes of docs/pins.md: a file of a consumer, and the configuration that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from tests.docs.sentences import ROOT

PAGE = (ROOT / "docs" / "pins.md").read_text(encoding="utf-8")
_RECIPE = re.compile(
    r"\n`(?P<path>[^`]+)`.*\n\n```\w+\n(?P<file>(?:.*\n)+?)```\n\n```yaml\n(?P<config>(?:.*\n)+?)```\n"
)


@dataclass(frozen=True)
class Recipe:
    """A consumer's file, and the configuration that reads it."""

    title: str
    path: str
    file: str
    config: dict[str, Any]

    @property
    def name(self) -> str:
        """A folder's name."""
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")


def recipes() -> list[Recipe]:
    """The sections of the page that have the two blocks of a recipe."""
    found = []
    # A comment of a file begins like a heading, so blocks count as a whole.
    for title, body in re.findall(r"^### (.+)\n((?:(?!^#)(?:```(?:.*\n)+?```\n|.*\n))*)", PAGE, re.MULTILINE):
        match = _RECIPE.match(body)
        if match:
            found.append(Recipe(title, match["path"], match["file"], yaml.safe_load(match["config"])))
    return found


RECIPES = recipes()
