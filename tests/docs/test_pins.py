"""Every recipe of docs/pins.md reads the version of its file, sees an older one, and can bump it."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.docs.recipes import PAGE, RECIPES, Recipe
from tests.processes import consumer_drift

if TYPE_CHECKING:
    from pathlib import Path


def run(command: str, folder: Path, *more: str) -> dict[str, dict[str, Any]]:
    """What the command says of each recipe's consumer, where every recipe is a consumer with pins of its own."""
    schemes = {recipe.config.get("scheme", "semver") for recipe in RECIPES}
    told: dict[str, dict[str, Any]] = {}
    for scheme in schemes:
        ours = [recipe for recipe in RECIPES if recipe.config.get("scheme", "semver") == scheme]
        consumers = [{"name": recipe.name, "pins": recipe.config["pins"]} for recipe in ours]
        config = folder / f"{scheme}.yml"
        config.write_text(
            yaml.safe_dump({"owner": "acme", "scheme": scheme, "reconcile": False, "consumers": consumers})
        )
        options = ["--root", folder / "fleet", "--target", "1.4.0", "--config", config, "--format", "json"]
        done = consumer_drift(command, *more, *options, cwd=folder, env=os.environ)
        assert done.stdout, done.stderr
        told |= {one["name"].partition("/")[2]: one for one in json.loads(done.stdout)["consumers"]}
    return told


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, str, str]]:
    """For each recipe: its state as written and one release earlier, the outcome of a bump, and the file then."""
    folder = tmp_path_factory.mktemp("pins")
    files = {recipe.name: folder / "fleet" / recipe.name / recipe.path for recipe in RECIPES}
    for recipe in RECIPES:
        files[recipe.name].parent.mkdir(parents=True)
        files[recipe.name].write_text(recipe.file, encoding="utf-8")
    current = run("check", folder)
    for recipe in RECIPES:
        files[recipe.name].write_text(recipe.file.replace("1.4.0", "1.3.0"), encoding="utf-8")
    old = run("check", folder)
    bumped = run("propagate", folder, "--write")
    return {
        name: (
            current[name]["state"],
            old[name]["state"],
            bumped[name]["bump"]["outcome"],
            file.read_text(encoding="utf-8"),
        )
        for name, file in files.items()
    }


def test_every_section_with_two_blocks_is_a_recipe() -> None:
    assert len(RECIPES) == len(re.findall(r"^### ", PAGE, re.MULTILINE)) > 15


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_reads_its_file_and_bumps_it(
    recipe: Recipe, states: dict[str, tuple[str, str, str, str]]
) -> None:
    assert all(pin["file"] == recipe.path for pin in recipe.config["pins"])
    assert states[recipe.name] == ("in-sync", "behind", "rewritten", recipe.file)
