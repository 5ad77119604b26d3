"""Which lock files there are, which manifests they belong to, and which command updates them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from consumer_drift.locks import (
    bundler,
    cargo,
    composer,
    go,
    npm,
    pdm,
    pip_compile,
    pnpm,
    poetry,
    uv,
    yarn_berry,
    yarn_classic,
)

if TYPE_CHECKING:
    from consumer_drift.locks.base import LockFormat

_BY_NAME = {
    "uv.lock": uv.FORMAT,
    "poetry.lock": poetry.FORMAT,
    "pdm.lock": pdm.FORMAT,
    "package-lock.json": npm.FORMAT,
    "npm-shrinkwrap.json": npm.FORMAT,
    "pnpm-lock.yaml": pnpm.FORMAT,
    "yarn.lock": yarn_berry.FORMAT,
    "Cargo.lock": cargo.FORMAT,
    "go.sum": go.SUM,
    "go.mod": go.MOD,
    "Gemfile.lock": bundler.FORMAT,
    "gems.locked": bundler.FORMAT,
    "composer.lock": composer.FORMAT,
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
# What uv writes at the top of a requirements file.
_BY_UV = re.compile(r"#[^\n]*\buv\b[^\n]*\n#\s*uv pip compile\b")


def lock_format(file: str, text: str = "") -> LockFormat | None:
    """The format of the lock file at the path *file*; None where its name is not one of a lock file.

    *text* decides between formats that share a name: those of ``yarn.lock``, and who wrote a requirements file.
    """
    name = file.rpartition("/")[2]
    if name == "yarn.lock":
        return _yarn(text)
    if name.endswith(".txt"):
        return pip_compile.BY_UV if _BY_UV.match(text) else pip_compile.FORMAT
    return _BY_NAME.get(name)


def _yarn(text: str) -> LockFormat:
    if yarn_classic.HEADER.search(text):
        return yarn_classic.FORMAT
    return yarn_berry.FORMAT_OF_2 if yarn_berry.VERSION_2.search(text) else yarn_berry.FORMAT


def is_lock(file: str) -> bool:
    """Whether a file of this name is written by a package manager alone, and never by hand.

    A requirements file may be either, and go.mod is edited by hand.
    """
    name = file.rpartition("/")[2]
    return name in _BY_NAME and name != "go.mod"


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
    return form.update.format(
        package=shlex.quote(package),
        version=shlex.quote(version),
        manifest=shlex.quote(manifest.rpartition("/")[2]),
        lock=shlex.quote(lock.rpartition("/")[2]),
    )
