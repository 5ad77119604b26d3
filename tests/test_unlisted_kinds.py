"""Reconcile finds an unlisted consumer, by each way of pinning, on every forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator, World
from tests.running import check, token
from tests.test_locks import lock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.world import Owner

FORGES = ("github", "gitea", "forgejo")
WORKFLOW = "jobs:\n  a:\n    steps:\n      - uses: acme/runtime@{}\n"
# The pin, a listed consumer's files, and those of the one that is not listed. {commit}: that of v1.4.0.
WAYS = {
    "a pattern": (
        "{file: .github/workflows/*.yml, uses: acme/runtime}",
        {".github/workflows/ci.yml": WORKFLOW.format("v1.4.0")},
        {".github/workflows/ci.yml": "jobs: {}\n", ".github/workflows/nightly.yml": WORKFLOW.format("v1.4.0")},
    ),
    "a pattern of any depth": (
        '{file: "**/Dockerfile", image: acme/runtime}',
        {"Dockerfile": "FROM acme/runtime:1.4.0\n"},
        {"deep/er/than/that/Dockerfile": "FROM acme/runtime:1.4.0\n"},
    ),
    "an editable requirement": (
        "{file: requirements.txt, requirement: acme-runtime}",
        {"requirements.txt": "acme-runtime==1.4.0\n"},
        {"requirements.txt": "-e git+https://git.acme.example/acme/runtime@v1.4.0#egg=acme-runtime\n"},
    ),
    "a lock file alone": (
        "{file: package-lock.json, locked: acme}",
        {"package-lock.json": lock("1.4.0")},
        {"package-lock.json": lock("1.4.0", 700_000)},
    ),
    "a commit": (
        "{file: ci.yml, uses: acme/runtime}",
        {"ci.yml": WORKFLOW.format("v1.4.0")},
        {"ci.yml": WORKFLOW.format("{commit}")},
    ),
    "a commit of no release": (
        "{file: ci.yml, uses: acme/runtime}",
        {"ci.yml": WORKFLOW.format("v1.4.0")},
        {"ci.yml": WORKFLOW.format("0123456789abcdef0123456789abcdef01234567 # v1.4.0")},
    ),
}


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    """Each forge has its own way to list and to read."""
    return str(request.param)


@pytest.fixture
def acme() -> Owner:
    """An owner with a source at 1.4.0, and a repository that has nothing to do with it."""
    owner = World().organisation("acme")
    owner.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    owner.repository("site", files={"index.html": "<p>\n", "ci.yml": "jobs: {}\n", "requirements.txt": "httpx\n"})
    return owner


@pytest.mark.parametrize("way", WAYS)
def test_an_unlisted_consumer_is_found_by(way: str, forge: str, acme: Owner, tmp_path: Path) -> None:
    pin, listed, unlisted = WAYS[way]
    commit = acme.world.repository("acme/runtime").tags["v1.4.0"]
    acme.repository("shop", files=listed)
    acme.repository("lab", files={path: text.replace("{commit}", commit) for path, text in unlisted.items()})
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, f"pins: [{pin}]\nconsumers: [shop]\n", tmp_path, token(acme.world, forge))
    assert run.codes == ["unlisted"], run.messages
    assert str(run.report.findings[0].consumer) == "acme/lab"
    assert {one.path for one in run.report.findings[0].related} <= unlisted.keys()
    assert run.report.exit_code == 1


def test_a_repository_without_a_file_that_fits_was_searched(forge: str, acme: Owner, tmp_path: Path) -> None:
    """What fits no pattern has no answers for files, and counts all the same."""
    acme.repository("shop", files={"deep/Dockerfile": "FROM acme/runtime:1.4.0\n"})
    config = (
        'pins: [{file: "**/Dockerfile", image: acme/runtime}]\nconsumers: [shop]\n'
        "exempt: [{name: site, reason: a website}]\n"
    )
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, config, tmp_path, token(acme.world, forge))
    assert run.codes == ["stale-exemption"]
    assert run.report.coverage.probed == 1


def test_a_tree_that_is_cut_is_never_no_pin(acme: Owner, tmp_path: Path) -> None:
    """GitHub says that it is; nothing is then known of the repository."""
    acme.repository("shop", files={"Dockerfile": "FROM acme/runtime:1.4.0\n"})
    acme.repository(
        "lab",
        files={f"folder-{index}/x": "" for index in range(9)} | {"z/Dockerfile": "FROM acme/runtime:1.4.0\n"},
    )
    acme.world.settings.tree_entries_max = 5
    config = 'pins: [{file: "**/Dockerfile", image: acme/runtime}]\nconsumers: [shop]\n'
    with Emulator(acme.world, "github") as emulator:
        run = check(emulator, config, tmp_path, token(acme.world, "github"))
    assert run.codes == ["reconcile-failed"], run.messages
    assert "acme/lab could not be searched" in run.messages
    assert run.report.exit_code == 2
