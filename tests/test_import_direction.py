"""Packages import downwards only: what is lower knows nothing of what uses it."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[1] / "src" / "consumer_drift"
# From the lowest to the highest. A package imports from those before it, and from itself.
LAYERS = (
    "__init__",
    "links",
    "model",
    "registry",
    "support",
    "documents",
    "locks",
    "pins",
    "config",
    "settings",
    "assess",
    "discovery",
    "cache",
    "forges",
    "registries",
    "bump",
    "landing",
    "readiness",
    "render",
    "sharding",
    "history",
    "page",
    "tracking",
    "pipeline",
    "commands",
    "option_parsers",
    "options",
    "run",
    "after",
    "logins",
    "environment",
    "tokens",
    "resolve",
    "action",
    "cli",
    "__main__",
)
# Inside of the forges each server knows the network and what all share, and not its neighbours.
FORGES = {"http": set(), "local": set(), "github": {"http"}, "gitea": {"http"}}


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """The modules of the program that *file* imports, also for types alone, with their lines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == SOURCE.name:
            inner = node.module.partition(".")[2]
            yield from ((".".join(filter(None, (inner, alias.name))), node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            names = (alias.name.partition(".") for alias in node.names)
            yield from ((inner, node.lineno) for root, _, inner in names if root == SOURCE.name)


def layer(module: str) -> str:
    """The package or the top-level module that *module*, without the program's name, is in."""
    first, _, rest = module.partition(".")
    if first == "commands" and rest[:1].isupper():
        return "registry"
    return "__init__" if first == "__version__" else first


def own_layer(file: Path) -> str:
    """The layer of *file*. The registry of commands is plain data, which everything may read."""
    return "registry" if file == Path("commands", "__init__.py") else file.parts[0].removesuffix(".py")


def upward(source: Path) -> list[str]:
    """Every import of *source* from a layer to a higher one."""
    found = []
    for file in sorted(source.rglob("*.py")):
        own = own_layer(file.relative_to(source))
        for module, line in imports(file):
            other = layer(module)
            if other != own and LAYERS.index(other) > LAYERS.index(own):
                found.append(f"{file.relative_to(source)}:{line} imports {module}")
    return found


def test_every_package_has_its_layer() -> None:
    modules = {path.stem for path in SOURCE.glob("*.py")}
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert modules | packages <= set(LAYERS)


def test_no_package_imports_a_higher_one() -> None:
    assert upward(SOURCE) == []


@pytest.mark.parametrize("server", FORGES)
def test_no_forge_imports_its_neighbour(server: str) -> None:
    found = {
        module.split(".")[1]
        for file in (SOURCE / "forges" / server).rglob("*.py")
        for module, _ in imports(file)
        if module.startswith("forges.")
    }
    assert found & set(FORGES) <= FORGES[server] | {server}


def test_an_import_that_is_turned_round_is_found(tmp_path: Path) -> None:
    """Or the test above could pass without checking."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.py").write_text("from consumer_drift.render import text\n", encoding="utf-8")
    assert upward(tmp_path) == ["model/a.py:1 imports render.text"]


def test_no_class_name_is_in_two_modules() -> None:
    """A name that two modules share would have to be looked up each time."""
    modules: dict[str, list[str]] = defaultdict(list)
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                modules[node.name].append(str(file.relative_to(SOURCE)))
    assert {name: files for name, files in modules.items() if len(files) > 1} == {}
