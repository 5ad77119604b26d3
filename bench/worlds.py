"""The fleets: with two plain files, with patterns, with pins of many kinds, and with lock files."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.emulator.worlds import WORLDS, fleet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.repository import Repository
    from tests.emulator.world import World

TARGET = "0.3.43"
_WORKFLOW = f"jobs:\n  test:\n    steps:\n      - uses: acme/runtime@v{TARGET}\n"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def patterned(consumers: int, lock_bytes: int, **settings: object) -> World:
    """A fleet whose consumers have two workflows and a version file. *lock_bytes* is of other fleets."""
    del lock_bytes
    world = fleet(consumers, behind=0, **settings)
    files = {".github/workflows/ci.yml": _WORKFLOW, ".github/workflows/docs.yml": "jobs: {}\n"}
    for repository in _consumers(world):
        repository.commit(files)
    return world


def kinds(consumers: int, lock_bytes: int, **settings: object) -> World:
    """A fleet whose consumers have eight pins of eight kinds. *lock_bytes* is of other fleets."""
    del lock_bytes
    world = fleet(consumers, behind=0, **settings)
    parent = f"<parent><groupId>acme</groupId><artifactId>runtime</artifactId><version>{TARGET}</version></parent>"
    files = {
        ".tool-versions": f"runtime {TARGET}\n",
        "package.json": json.dumps({"dependencies": {"acme-runtime": TARGET}}) + "\n",
        "go.mod": f"module acme.dev/app\n\nrequire acme.dev/runtime v{TARGET}\n",
        "pom.xml": f"<project>{parent}</project>\n",
        "Dockerfile": f"FROM ghcr.io/acme/runtime:{TARGET}\n",
        ".github/workflows/ci.yml": _WORKFLOW,
    }
    for repository in _consumers(world):
        repository.commit(files)
    return world


def locked(consumers: int, lock_bytes: int, **settings: object) -> World:
    """A fleet whose consumers have a manifest of npm, and a lock file of about *lock_bytes* beside it."""
    world = fleet(consumers, behind=0, **settings)
    manifest = json.dumps({"dependencies": {"acme-runtime": TARGET}}) + "\n"
    files = {"package.json": manifest, "package-lock.json": lock(lock_bytes).encode()}
    for repository in _consumers(world):
        repository.commit(files)
    return world


def large(repositories: int, lock_bytes: int, **settings: object) -> World:
    """An owner of so many repositories, made over some years: a fifth are consumers, and all have workflows."""
    consumers = repositories // 5
    world = fleet(consumers, behind=0, others=repositories - consumers, **settings)
    manifest = json.dumps({"dependencies": {"acme-runtime": TARGET}}) + "\n"
    of_consumers = {
        ".github/workflows/ci.yml": _WORKFLOW,
        "package.json": manifest,
        "package-lock.json": lock(lock_bytes).encode(),
    }
    of_others = {".github/workflows/ci.yml": "jobs: {}\n" + "# a step of another kind\n" * 40}
    for number, repository in enumerate(world.owners["acme"].repositories):
        repository.created_at -= timedelta(hours=number)
        if repository.name.startswith("template-"):
            repository.commit(of_consumers)
        elif repository.name.startswith("other-"):
            repository.commit(of_others)
    return world


def lock(size: int) -> str:
    """Return a package-lock.json of about *size* bytes, whose hashes compress as badly as real ones."""
    chance = random.Random(size)
    packages: dict[str, object] = {
        "": {"dependencies": {"acme-runtime": TARGET}},
        "node_modules/acme-runtime": _package("acme-runtime", TARGET, chance),
    }
    entry = len(json.dumps(_package("package-00000", "1.0.0", chance), indent=2)) + 60
    for number in range(size // entry):
        name = f"package-{number:05}"
        packages[f"node_modules/{name}"] = _package(name, "1.0.0", chance)
    return json.dumps({"name": "app", "lockfileVersion": 3, "packages": packages}, indent=2) + "\n"


def _package(name: str, version: str, chance: random.Random) -> dict[str, str]:
    return {
        "version": version,
        "resolved": f"https://packages.acme.example/{name}/-/{name}-{version}.tgz",
        "integrity": f"sha512-{''.join(chance.choices(_BASE64, k=86))}==",
        "license": "MIT",
    }


def _consumers(world: World) -> list[Repository]:
    return [one for one in world.owners["acme"].repositories if one.name.startswith("template-")]


def plain(consumers: int, lock_bytes: int, **settings: object) -> World:
    """The fleet of the other cases, made over some years. *lock_bytes* is of other fleets."""
    del lock_bytes
    world = WORLDS["fleet"](consumers=consumers, **settings)
    for number, repository in enumerate(_consumers(world)):
        repository.created_at -= timedelta(hours=6 * number)
    return world


FLEETS: dict[str, Callable[..., World]] = {
    "plain": plain,
    "patterned": patterned,
    "kinds": kinds,
    "locked": locked,
    "large": large,
}
