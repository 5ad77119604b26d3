"""An example of every finding, as the program prints it for a small organization in an emulated server."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from scripts.emulated import job, with_shown_times
from tests.emulator import World
from tests.emulator.world import real_time
from tests.registries.emulator import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.emulator import Repository

TARGET = "1.4.0"
_PINS = """\
pins:
  - file: .runtime-version
  - file: requirements.txt
    requirement: acme-runtime
    optional: true
"""
_CONFIG = f"""\
source:
  repository: acme/runtime
owner: acme
{_PINS}consumers:
  - template-hermes
"""
_BLOCK = re.compile(r"^(?:error|warning|notice): (?P<code>[a-z-]+)(?:  .+)?\n(?:  .+\n)+", re.MULTILINE)


def _version(text: str, **others: str) -> dict[str, str]:
    return {
        ".runtime-version": f"{text}\n",
        **{name.replace("_txt", ".txt"): value for name, value in others.items()},
    }


def _organization() -> World:
    """Return acme with its runtime at 1.4.0 and one consumer that is up to date."""
    world = World(now=real_time)
    acme = world.organisation("acme")
    acme.repository("runtime", tags=["v1.1.0", "v1.2.0", "v1.3.0", "v1.3.1", "v1.3.2", f"v{TARGET}"])
    acme.repository("template-hermes", _version(TARGET))
    return world


def _token(world: World, role: str = "write", **more: object) -> str:
    options: dict[str, object] = {"kind": "classic", "scopes": ["repo", "read:org", "workflow"], "sees": "all"}
    return world.token("acme-bump", role=role, **{**options, **more}).secret


def _printed(
    command: str, config: str, add: Callable[[World], object] = lambda _: None, role: str = "write"
) -> str:
    world = _organization()
    add(world)
    with job(world, "github", config, _token(world, role)) as here:
        return here.run(command, "--format=log")


def _consumer(name: str, files: Mapping[str, str | bytes], more: str = "", **options: object) -> str:
    """Return what a check prints for acme with one more consumer."""
    config = f"{_CONFIG}  - {{name: {name}{more}}}\n"
    return _printed("check", config, lambda world: _add(world, name, files, **options))


def _add(world: World, name: str, files: Mapping[str, str | bytes], **options: object) -> Repository:
    return world.owners["acme"].repository(name, files, **options)


def _judged(**options: object) -> str:
    """Return what ``doctor --quiet`` prints of one more consumer."""
    world = _organization()
    _add(world, "template-old", _version("1.1.0"), **options)
    with job(world, "github", f"{_CONFIG}  - template-old\n", _token(world, "write")) as here:
        return here.run("doctor", "--format=log", "--quiet")


def _stale_lock() -> str:
    project = f'[project]\nname = "iris"\nversion = "0.1.0"\ndependencies = ["acme-runtime=={TARGET}"]\n'
    lock = """version = 1
requires-python = ">=3.11"

[[package]]
name = "acme-runtime"
version = "1.3.2"
source = { registry = "https://pypi.example.org/simple" }

[[package]]
name = "iris"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "acme-runtime" }]
"""
    pins = "pins:\n  - file: pyproject.toml\n    requirement: acme-runtime\n"
    config = f"source:\n  repository: acme/runtime\nowner: acme\n{pins}consumers:\n  - template-iris\n"
    return _printed(
        "check", config, lambda world: _add(world, "template-iris", {"pyproject.toml": project, "uv.lock": lock})
    )


def _in_flight() -> str:
    def add(world: World) -> None:
        _add(world, "template-iris", _version("1.3.2")).pull(
            f"bump/runtime-{TARGET}",
            files=_version(TARGET),
            author="acme-bump",
            created_at=world.now() - timedelta(hours=3, minutes=5),
        )

    return _printed("check", f"{_CONFIG}  - template-iris\n", add)


def _in_flight_unknown() -> str:
    def add(world: World) -> None:
        _add(world, "template-iris", _version("1.3.2"), private=True).pull(
            f"bump/runtime-{TARGET}", files=_version(TARGET), author="acme-bump"
        )

    world = _organization()
    add(world)
    token = _token(world, kind="fine-grained", scopes=None, permissions={"contents": "read", "metadata": "read"})
    with job(world, "github", f"{_CONFIG}  - template-iris\n", token) as here:
        return here.run("check", "--format=log")


def _lagging() -> str:
    config = f"{_CONFIG}  - template-iris\npolicy: {{window: 24h}}\n"
    return _printed("check", config, lambda world: _add(world, "template-iris", _version("1.3.2")))


def _published(present: tuple[str, ...], pinned: str) -> str:
    """Return what a check prints where the index has the versions *present*."""
    with Registry(present=present) as index:
        published = f"  published: {{pypi: acme-runtime, index: {index.url}/simple}}\n"
        config = _CONFIG.replace("  repository: acme/runtime\n", f"  repository: acme/runtime\n{published}")
        printed = _printed(
            "check",
            f"{config}  - template-iris\n",
            lambda world: _add(world, "template-iris", _version(pinned)),
        )
        return printed.replace(index.url.partition("//")[2], "packages.example.org")


def _exempt(files: Mapping[str, str] | None, until: str = "") -> str:
    """Return what a check prints where template-seo is exempt."""
    exemption = f"exempt:\n  - name: template-seo\n    reason: prompts only, installs nothing\n{until}"
    return _printed("check", _CONFIG + exemption, lambda world: _add(world, "template-seo", files))


def _without_target() -> str:
    config = _CONFIG.replace(
        "  repository: acme/runtime\n", '  repository: acme/runtime\n  tags: "runtime-v{version}"\n'
    )
    return _printed("check", config)


def _retracted() -> str:
    source = "  repository: acme/runtime\n  retracted: [{version: 1.5.0, reason: it loses data on restart}]\n"
    config = _CONFIG.replace("  repository: acme/runtime\n", source) + "  - template-iris\n"
    return _printed("check", config, lambda world: _add(world, "template-iris", _version("1.5.0")))


def _undecided() -> str:
    return _printed("check", _CONFIG, lambda world: _add(world, "template-rogue", {".runtime-version": b"\0\1"}))


def _unlistable() -> str:
    world = _organization()
    token = _token(world, kind="forge", scopes=["read:repository"])
    with job(world, "gitea", _CONFIG, token) as here:
        here.emulator.faults.add(
            "missing-scope", path="/orgs/|/repos/search", scope="read:organization", has="read:repository"
        )
        return here.run("check", "--format=log")


def _hidden() -> str:
    world = _organization()
    _add(world, "template-secret", _version("1.0.0"), private=True)
    with job(world, "github", _CONFIG, _token(world, sees="public", scopes=["public_repo"])) as here:
        return here.run("check", "--format=log")


def _denied_write() -> str:
    config = f"{_CONFIG}  - template-iris\n"
    return _printed(
        "propagate", config, lambda world: _add(world, "template-iris", _version("1.3.2")), role="read"
    )


def _without_push() -> str:
    world = _organization()
    with job(world, "github", _CONFIG, _token(world, role="read")) as here:
        return here.run("check", "--format=log", "--history-branch=drift-history")


def _without_issues() -> str:
    config = f"{_CONFIG}  - template-iris\ntracking: {{issue: true, labels: [drift]}}\n"
    return _printed("check", config, lambda world: _add(world, "template-iris", _version("1.3.2")))


def _without_reviewer() -> str:
    config = f"{_CONFIG}  - template-iris\npropagate:\n  reviewers: [ghost]\n"
    return _printed("propagate", config, lambda world: _add(world, "template-iris", _version("1.3.2")))


_EXAMPLES: dict[Code, Callable[[], str]] = {
    Code.BEHIND: lambda: _consumer("template-iris", _version("1.3.0", requirements_txt="acme-runtime==1.3.1\n")),
    Code.STALE_LOCK: _stale_lock,
    Code.AHEAD: lambda: _consumer("template-iris", _version("1.5.0-rc.1")),
    Code.MISSING_PIN: lambda: _consumer("template-nyx", {"README.md": "# nyx\n"}),
    Code.INVALID_PIN: lambda: _consumer("template-eos", _version("latest release")),
    Code.RETRACTED: _retracted,
    Code.DEAD_PIN: lambda: _published(("1.3.2", TARGET), "1.3.0"),
    Code.UNPUBLISHED: lambda: _published(("1.3.1", "1.3.2"), "1.3.2"),
    Code.UNPINNED: lambda: _consumer("template-eos", _version(TARGET, requirements_txt="acme-runtime>=1.3\n")),
    Code.FORBIDDEN_PATH: lambda: _consumer(
        "core", {**_version(TARGET), "workspace/notes.txt": ""}, ", forbid: [workspace/]"
    ),
    Code.UNLISTED: lambda: _printed(
        "check", _CONFIG, lambda world: _add(world, "template-rogue", _version("1.1.0"))
    ),
    Code.EXPIRED_EXEMPTION: lambda: _exempt(_version("1.1.0"), "    until: 2024-06-30\n"),
    Code.IN_FLIGHT: _in_flight,
    Code.IN_FLIGHT_UNKNOWN: _in_flight_unknown,
    Code.LAGGING: _lagging,
    Code.CONFIGURATION: lambda: _printed("check", f"{_CONFIG}  - name: core\n    branhc: main\n"),
    Code.TARGET_UNKNOWN: _without_target,
    Code.UNREADABLE: lambda: _printed("check", f"{_CONFIG}  - template-iirs\n"),
    Code.BUMP_FAILED: _denied_write,
    Code.NOT_READY: lambda: _judged(archived=True),
    Code.READINESS_UNKNOWN: lambda: _judged(private=True),
    Code.RECONCILE_FAILED: _undecided,
    Code.RECONCILE_UNAVAILABLE: _unlistable,
    Code.HIDDEN_REPOSITORIES: _hidden,
    Code.BUMP_INCOMPLETE: _without_reviewer,
    Code.HISTORY_FAILED: _without_push,
    Code.TRACKING_FAILED: _without_issues,
    Code.ARCHIVED_CONSUMER: lambda: _consumer("template-old", _version("1.1.0"), archived=True),
    Code.RENAMED_CONSUMER: lambda: _printed(
        "check",
        f"{_CONFIG}  - template-old\n",
        lambda world: _add(world, "template-new", _version(TARGET), renamed_from="template-old"),
    ),
    Code.MIRROR_CONSUMER: lambda: _consumer("template-copy", _version(TARGET), mirror=True),
    Code.STALE_EXEMPTION: lambda: _exempt({"README.md": "# seo\n"}),
}


def example(code: Code) -> str:
    """Return what the program prints of a finding with *code*.

    Raises LookupError where the run for it does not have one.
    """
    printed = _EXAMPLES[code]()
    found = next((block[0] for block in _BLOCK.finditer(printed) if block["code"] == code.value), None)
    if found is None:
        raise LookupError(f"the example of {code} has no such finding:\n{printed}")
    return with_shown_times(found)
