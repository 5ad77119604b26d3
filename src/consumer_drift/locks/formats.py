"""Which lock files there are, which manifests they belong to, and which command updates them."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.locks.base import LockFormat

# The module of each format: it is loaded for the first lock file of its kind.
_BY_NAME = {
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn_berry",
    "Cargo.lock": "cargo",
    "go.sum": "go",
    "Gemfile.lock": "bundler",
    "gems.locked": "bundler",
    "composer.lock": "composer",
}
_BESIDE = {
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock"),
    "package.json": ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"),
    "Cargo.toml": ("Cargo.lock",),
    "go.mod": ("go.sum",),
    "Gemfile": ("Gemfile.lock",),
    "gems.rb": ("gems.locked",),
    "composer.json": ("composer.lock",),
}
# A lock file of these may be at the root of a workspace, above the manifests of its members.
_OF_WORKSPACE = {
    "pyproject.toml": ("uv.lock",),
    "package.json": _BESIDE["package.json"],
    "Cargo.toml": _BESIDE["Cargo.toml"],
}
# What uv writes at the top of a requirements file.
_BY_UV = re.compile(r"#[^\n]*\buv\b[^\n]*\n#\s*uv pip compile\b")


# How each format writes a repository; a package of Composer is from one where its version is a branch.
_GIT = (
    *("git+", "git =", "git=", 'type = "git"', "type: git", "gitHosted", "git@", "git://", "codeload.", ".git#"),
    *("GIT\n", "GIT\r\n", '"dev-', '-dev"'),
)


def lock_names() -> tuple[str, ...]:
    """The names of the files that a package manager alone writes."""
    return tuple(_BY_NAME)


def lock_format(file: str, text: str = "") -> LockFormat | None:
    """The format of the lock file at the path *file*; None where its name is not one of a lock file.

    *text* decides between formats that share a name: those of ``yarn.lock``, and who wrote a requirements file.
    """
    name = file.rpartition("/")[2]
    if name == "yarn.lock":
        return _yarn(text)
    if name.endswith(".txt"):
        return _format("pip_compile", "BY_UV" if _BY_UV.match(text) else "FORMAT")
    return _format(_BY_NAME[name]) if name in _BY_NAME else None


def _format(module: str, name: str = "FORMAT") -> LockFormat:
    found: LockFormat = getattr(import_module(f"consumer_drift.locks.{module}"), name)
    return found


def _yarn(text: str) -> LockFormat:
    from consumer_drift.locks import yarn_berry, yarn_classic  # noqa: PLC0415 - both, and only for a yarn.lock

    if yarn_classic.HEADER.search(text):
        return yarn_classic.FORMAT
    return yarn_berry.FORMAT_OF_2 if yarn_berry.VERSION_2.search(text) else yarn_berry.FORMAT


def is_lock(file: str) -> bool:
    """Whether a file of this name is written by a package manager alone. A requirements file may be either."""
    return file.rpartition("/")[2] in _BY_NAME


def may_have_git(text: str) -> bool:
    """Whether a lock file may install something from a Git repository: quick, and often right."""
    return any(sign in text for sign in _GIT)


def locks_above(manifest: str) -> tuple[tuple[str, ...], ...]:
    """Return the lock files of each folder above *manifest*, nearest first, that may be of its workspace.

    In a workspace, one lock file at its root is for all members.
    """
    folders = manifest.split("/")
    names = _OF_WORKSPACE.get(folders.pop(), ())
    above = ("/".join(folders[:depth]) for depth in range(len(folders) - 1, -1, -1) if names)
    return tuple(tuple(f"{folder}/{name}" if folder else name for name in names) for folder in above)


def locks_beside(manifest: str) -> tuple[str, ...]:
    """The paths of the lock files that may stand beside the manifest at the path *manifest*."""
    folder, slash, name = manifest.rpartition("/")
    if name.endswith(".in"):
        names: tuple[str, ...] = (name.removesuffix(".in") + ".txt",)
    else:
        names = _BESIDE.get(name, ())
    return tuple(folder + slash + one for one in names)


def update_command(form: LockFormat, package: str, version: str, manifest: str, lock: str) -> str:
    """The command that takes *package* to *version* in the file *lock*, to be run in its folder.

    *manifest* is the file that asks for the package.
    """
    is_commit = "." not in version
    return form.update.format(
        package=shlex.quote(package),
        release="" if is_commit else f" {shlex.quote(package)}@{shlex.quote(version)}",
        revision=shlex.quote(version if is_commit else f"v{version}"),
        manifest=shlex.quote(manifest.rpartition("/")[2]),
        lock=shlex.quote(lock.rpartition("/")[2]),
    )
