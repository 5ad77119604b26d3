"""Which lock files are read for a pin, and for which package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.pins.follow import lock_files, locked_pins
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.module import Module
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.whole_file import WholeFile

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin

JAVASCRIPT = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock")


@pytest.mark.parametrize(
    ("pin", "files"),
    [
        (Requirement("pyproject.toml", ("a",)), ("uv.lock", "poetry.lock", "pdm.lock")),
        (Requirement("dev.in", ("a",)), ("dev.txt",)),
        (Key("package.json", "dependencies.a"), JAVASCRIPT),
        (Key("package.json", "*.a"), JAVASCRIPT),
        (Key("Cargo.toml", "dependencies.a.version"), ("Cargo.lock",)),
        (Key("Cargo.toml", "workspace.dependencies.a"), ("Cargo.lock",)),
        (Key("composer.json", "require.acme/rt"), ("composer.lock",)),
        (Key("pyproject.toml", "tool.uv.sources.a.tag"), ("uv.lock", "poetry.lock", "pdm.lock")),
        (Module("go.mod", "acme.dev/rt"), ("go.sum",)),
    ],
)
def test_a_manifest_that_names_a_package_has_its_lock_files(pin: Pin, files: tuple[str, ...]) -> None:
    assert lock_files(pin) == files


@pytest.mark.parametrize(
    "pin",
    [
        WholeFile("package.json"),
        Regex("package.json", "(?P<version>x)"),
        Requirement("requirements.txt", ("a",)),
        Requirement("setup.cfg", ("a",)),
        Key("package.json", "version"),
        Key("package.json", "engines.node"),
        Key("pyproject.toml", "project.dependencies.0"),
        Key("values.yaml", "dependencies.a"),
        Module("go.mod", "toolchain"),
        Module("main.tf", "acme/rt/aws"),
        Image("Dockerfile", "acme/rt"),
    ],
)
def test_what_names_no_package_of_a_lock_file_has_none(pin: Pin) -> None:
    assert lock_files(pin) == ()


def test_the_lock_file_of_a_workspace_is_in_a_folder_above() -> None:
    """Poetry, PDM and Composer have one for each project."""
    assert lock_files(Requirement("a/b/pyproject.toml", ("x",))) == (
        *("a/b/uv.lock", "a/b/poetry.lock", "a/b/pdm.lock"),
        *("a/uv.lock", "uv.lock"),
    )
    assert lock_files(Key("*/package.json", "dependencies.x"))[4:] == JAVASCRIPT
    assert lock_files(Key("a/composer.json", "require.x/y")) == ("a/composer.lock",)


@pytest.mark.parametrize(
    ("pin", "text", "names"),
    [
        (Requirement("pyproject.toml", ("a", "b")), "", ("a", "b")),
        (Key("package.json", "dependencies.a"), '{"dependencies": {"a": "1.0.0"}}', ("a",)),
        (Key("package.json", "dependencies.a"), '{"dependencies": {"a": "npm:@x/b@1.0.0"}}', ("@x/b",)),
        (Key("package.json", "dependencies.a"), '{"dependencies": {"a": "npm:b"}}', ("b",)),
        (Key("Cargo.toml", "dependencies.a"), '[dependencies]\na = {package = "b", version = "1"}\n', ("b",)),
        (Key("Cargo.toml", "dependencies.a.version"), '[dependencies.a]\nversion = "1"\n', ("a",)),
        (Key("package.json", "dependencies.a"), "{", ()),
        (Key("package.json", "dependencies.a"), "{}", ()),
        (Module("go.mod", "acme.dev/rt"), "", ("acme.dev/rt",)),
    ],
)
def test_the_package_is_the_one_behind_an_alias(pin: Pin, text: str, names: tuple[str, ...]) -> None:
    found = {one.names for level in locked_pins(pin, text) for one in level}
    assert found == ({names} if names else set())


def test_above_the_manifest_the_package_may_be_missing() -> None:
    beside, above = locked_pins(Key("a/Cargo.toml", "dependencies.x"), '[dependencies]\nx = "1"\n')
    assert [(one.file, one.optional) for one in (*beside, *above)] == [
        ("a/Cargo.lock", False),
        ("Cargo.lock", True),
    ]
