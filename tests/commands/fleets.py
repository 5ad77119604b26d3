"""An owner whose repositories pin one source in every way there is, for the tests of ``init``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consumer_drift.commands import Command
from consumer_drift.forges.http.transport import Limits
from consumer_drift.model.repository import RepositoryName
from consumer_drift.run import run
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import World
from tests.running import HASTE, Run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator import Emulator
    from tests.emulator.world import Owner

LIMITS = Limits(connect=60, read=60, total=60, body=64 * 1024 * 1024)
WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{uses: actions/checkout@v4}]\n"

# What acme/runtime publishes.
SOURCE = {
    "pyproject.toml": '[project]\nname = "acme-runtime"\nversion = "1.4.0"\n',
    "package.json": '{"name": "@acme/runtime", "version": "1.4.0"}\n',
    "go.mod": "module acme.dev/runtime\n\ngo 1.23\n",
    "action.yml": "name: setup\nruns: {using: composite, steps: []}\n",
    "Dockerfile": "FROM scratch\n",
    "charts/runtime/Chart.yaml": "apiVersion: v2\nname: runtime\nversion: 1.4.0\n",
    ".pre-commit-hooks.yaml": "- {id: runtime, name: runtime, entry: runtime, language: python}\n",
    ".github/workflows/release.yml": (
        "on: {push: {tags: ['v*']}}\nenv: {REGISTRY: ghcr.io}\njobs:\n  image:\n    runs-on: x\n    steps:\n"
        "      - uses: docker/build-push-action@v6\n"
        "        with: {tags: '${{ env.REGISTRY }}/${{ github.repository }}:${{ github.ref_name }}'}\n"
    ),
}
TAGS = ("v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0", "nightly")

# The ways to pin it, by name: the files, with {v} for the version.
WAYS: dict[str, dict[str, str]] = {
    "file": {".runtime-version": "{v}\n"},
    "requirement": {"requirements.txt": "httpx==0.28.1\nacme-runtime=={v}\n"},
    "pyproject": {"pyproject.toml": '[project]\nname = "app"\ndependencies = ["acme-runtime=={v}"]\n'},
    "npm": {"package.json": '{{"name": "app", "dependencies": {{"@acme/runtime": "{v}"}}}}\n'},
    "go": {"go.mod": "module acme.dev/app\n\nrequire acme.dev/runtime v{v}\n"},
    "image": {"Dockerfile": "FROM ghcr.io/acme/runtime:{v}\n"},
    "uses": {".github/workflows/ci.yaml": WORKFLOW.replace("actions/checkout@v4", "acme/runtime@v{v}")},
    "chart": {"Chart.yaml": "name: app\nversion: 0.1.0\ndependencies: [{{name: runtime, version: {v}}}]\n"},
    "make": {"Makefile": "RUNTIME_VERSION = {v}\n\nall:\n\ttrue\n"},
    "tool": {".tool-versions": "acme-runtime {v}\npython 3.14.0\n"},
}


def files(way: str, version: str = "1.4.0") -> dict[str, str]:
    """The files of a consumer that pins *version* in this way."""
    return {path: text.format(v=version) if way != "uses" else text.replace("{v}", version)
            for path, text in WAYS[way].items()}  # fmt: skip


def owner(
    *, consumers: int = 30, others: int = 20, archived: int = 3, hidden: int = 0, **settings: object
) -> World:
    """A world with the source, so many *consumers* in all ways, *others* without a pin, and the rest."""
    world = World(**settings)
    acme = world.organisation("acme")
    acme.repository("runtime", files=SOURCE, tags=list(TAGS))
    for index in range(consumers):
        add_consumer(acme, index)
    for index in range(others):
        acme.repository(f"other-{index:04}", files={"README.md": "no pin\n", ".github/workflows/ci.yml": WORKFLOW})
    for index in range(archived):
        acme.repository(f"old-{index}", files=files("file", "1.1.0")).archived = True
    for index in range(hidden):
        acme.repository(f"secret-{index}", files=files("file"), private=True)
    return world


def add_consumer(acme: Owner, index: int) -> None:
    """A consumer whose way and version follow from its number; every fifth pins it in two ways."""
    ways = list(WAYS)
    way, version = ways[index % len(ways)], f"1.{1 + index % 4}.0"
    content = files(way, version)
    if index % 5 == 0:
        content |= files("file", version)
    acme.repository(f"consumer-{index:04}", files=content)


def init(
    emulator: Emulator, workspace: Path, token: str = "", *, command: Command = Command.INIT, **more: Any
) -> Run:
    """``consumer-drift init --source acme/runtime`` against *emulator*, or another *command* in *workspace*."""
    source = RepositoryName("acme", "runtime")
    where = {"calling": source} if command is not Command.INIT else {"source": source}
    chosen = Settings(
        command=command,
        forge=ForgeChoice(emulator.forge),
        server=emulator.url,
        api=emulator.api_url,
        graphql=emulator.graphql_url if emulator.forge == "github" else "",
        token=token,
        **{"concurrency": 16, **where, **more},
    )
    report = run(
        chosen,
        Deadline(600.0, VirtualClock()),
        lambda _count: lambda _name: None,
        now=emulator.world.now(),
        workspace=workspace,
        retry_policy=HASTE,
        limits=LIMITS,
    )
    return Run(report)
