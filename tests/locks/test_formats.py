"""The table of lock files: whose they are, who writes them, and what updates them."""

from __future__ import annotations

import pytest

from consumer_drift.locks.formats import is_lock, lock_format, locks_beside, update_command
from tests.locks.samples import SAMPLES


@pytest.mark.parametrize(
    ("manifest", "locks"),
    [
        ("pyproject.toml", ("uv.lock", "poetry.lock", "pdm.lock")),
        ("requirements.in", ("requirements.txt",)),
        ("requirements/dev.in", ("requirements/dev.txt",)),
        ("package.json", ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock")),
        ("apps/web/package.json", tuple(f"apps/web/{name}" for name in locks_beside("package.json"))),
        ("Cargo.toml", ("Cargo.lock",)),
        ("go.mod", ("go.sum",)),
        ("Gemfile", ("Gemfile.lock",)),
        ("gems.rb", ("gems.locked",)),
        ("composer.json", ("composer.lock",)),
        ("Dockerfile", ()),
        ("my-package.json", ()),
    ],
)
def test_each_manifest_has_its_locks_beside_it(manifest: str, locks: tuple[str, ...]) -> None:
    assert locks_beside(manifest) == locks
    assert all(lock_format(lock) for lock in locks)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_writer_of_a_lock_is_known_by_name_and_text(name: str) -> None:
    names = {
        "pip-compile": "pip-compile",
        "uv-pip-compile": "uv pip compile",
        "uv-script": "uv",
        "yarn-1": "Yarn 1",
        "yarn-2": "Yarn 2",
        "yarn-3": "Yarn",
        "yarn-4": "Yarn",
        "pdm": "PDM",
    }
    family = name.partition("-")[0]
    assert SAMPLES[name].form.name.lower() == names.get(name, family).lower()


@pytest.mark.parametrize("file", ["uv.lock", "a/b/Cargo.lock", "package-lock.json", "go.sum", "yarn.lock"])
def test_a_file_that_only_a_tool_writes_is_a_lock(file: str) -> None:
    assert is_lock(file)


@pytest.mark.parametrize("file", ["requirements.txt", "go.mod", "Cargo.toml", "lock", "my-uv.lock.bak"])
def test_a_file_that_people_write_is_no_lock(file: str) -> None:
    assert not is_lock(file)


@pytest.mark.parametrize(
    ("file", "text", "command"),
    [
        ("uv.lock", "", "uv lock --upgrade-package acme-rt"),
        ("poetry.lock", "", "poetry update --lock acme-rt"),
        ("pdm.lock", "", "pdm update --no-sync acme-rt"),
        ("requirements.txt", "", "pip-compile --upgrade-package acme-rt base.in"),
        ("package-lock.json", "", "npm install --package-lock-only acme-rt@9.8.7"),
        ("pnpm-lock.yaml", "", "pnpm update --lockfile-only --recursive acme-rt"),
        ("yarn.lock", "# yarn lockfile v1\n", "yarn install"),
        ("yarn.lock", "__metadata:\n  version: 4\n", "yarn install"),
        ("yarn.lock", "__metadata:\n  version: 8\n", "yarn up --recursive acme-rt"),
        ("Cargo.lock", "", "cargo update --workspace"),
        ("go.sum", "", "go get acme-rt@v9.8.7 && go mod tidy"),
        ("Gemfile.lock", "", "bundle lock --update acme-rt"),
        ("composer.lock", "", "composer update --no-install acme-rt"),
    ],
)
def test_the_command_that_updates_a_lock(file: str, text: str, command: str) -> None:
    """Each was run with the real tool: scripts/lock_samples.py --updates."""
    form = lock_format(file, text)
    assert form is not None
    assert update_command(form, "acme-rt", "9.8.7", "a/base.in", f"a/{file}") == command


def test_a_requirements_file_of_uv_is_written_to_the_same_place() -> None:
    text = SAMPLES["uv-pip-compile"].text
    form = lock_format("a/requirements.txt", text)
    assert form is not None
    command = update_command(form, "six", "1.17.0", "a/requirements.in", "a/requirements.txt")
    assert command == "uv pip compile --upgrade-package six requirements.in --output-file requirements.txt"


def test_nothing_in_a_command_is_run_by_the_shell() -> None:
    form = lock_format("uv.lock")
    assert form is not None
    assert update_command(form, "a; rm b", "1", "m", "uv.lock") == "uv lock --upgrade-package 'a; rm b'"


def test_a_commit_is_no_version_of_a_registry() -> None:
    form = lock_format("package-lock.json", "")
    assert form is not None
    assert update_command(form, "acme-rt", "b20244793bf9", "package.json", "package-lock.json") == (
        "npm install --package-lock-only"
    )
