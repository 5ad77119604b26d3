"""Every workflow that a user may copy: the example files, and those inside of the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from tests.docs.recipes import RECIPES
from tests.docs.sentences import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Workflow:
    """*where* is the file, with the line where it starts."""

    where: str
    text: str

    def __str__(self) -> str:
        return self.where

    @property
    def content(self) -> Any:
        """What YAML makes of it; ``on`` stays a text."""
        return yaml.load(self.text, Loader=_Loader)


class _Loader(yaml.SafeLoader):
    """Without YAML 1.1's booleans: the runners read ``on`` as a key."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def pages() -> tuple[Path, ...]:
    """Every page that users read."""
    return (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def blocks() -> tuple[Workflow, ...]:
    """Every block of YAML in those pages but the files of consumers, which ``test_pins.py`` reads."""
    files = {recipe.file for recipe in RECIPES}
    return tuple(
        Workflow(f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}", found[1])
        for page in pages()
        for text in (page.read_text(encoding="utf-8"),)
        for found in _FENCE.finditer(text)
        if found[1] not in files
    )


EXAMPLES = tuple(
    Workflow(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / "examples" / "workflows").glob("*.yml"))
)
FENCES = tuple(block for block in blocks() if re.search(r"^jobs:", block.text, re.MULTILINE))
