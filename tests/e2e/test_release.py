"""A release by the workflow itself, on a bare repository and a registry on loopback, and the action at its tag."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.act import Act, git, job_of, step, tell
from tests.e2e.releasing import NEEDED, Registry, Releases, request
from tests.emulator import Emulator
from tests.emulator.world import real_time
from tests.fleet import CONFIG, fleet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "9.8.7"


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    """A bare repository with this tree, and a registry."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not here: make e2e gets them")
    folder = tmp_path / "releases"
    folder.mkdir()
    with Registry(folder) as registry:
        yield Releases(folder, registry)


def tags(releases: Releases) -> dict[str, str]:
    """Each tag of the bare repository and its commit."""
    rows = git(releases.bare, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags")
    return dict(row.split() for row in rows.splitlines())


def test_a_release_that_broke_half_way_is_finished_by_the_next_run_and_works(
    releases: Releases, tmp_path: Path
) -> None:
    """The second run reuses the tag and its image: nothing that is out is made again."""
    released = releases.prepare(VERSION)
    (releases.store / "outage").touch()
    broken = releases.run(VERSION)
    assert "HTTP 502" in broken.stdout
    assert broken.returncode != 0
    (tag,) = tags(releases).items()
    assert tag[0] == f"v{VERSION}"
    assert git(releases.bare, "rev-parse", f"v{VERSION}^").strip() == released

    finished = releases.run(VERSION)
    assert finished.returncode == 0, finished.stdout[-5000:]
    assert tags(releases) == {f"v{VERSION}": tag[1], "v9": tag[1]}
    image = git(releases.bare, "show", "v9:action/release-image").splitlines()[-1]
    name = f"{releases.registry.address}/acme/consumer-drift"
    # A second build would have another digest.
    assert image == f"{name}@{request(f'{name}:{VERSION}')[1]}"
    notes = (releases.store / f"release-v{VERSION}").read_text(encoding="utf-8")
    assert f"uses: acme/drift@{tag[1]} # v{VERSION}" in notes
    assert image in notes
    assets = (releases.store / f"assets-v{VERSION}").read_text(encoding="utf-8").split()
    assert assets == ["sbom-amd64.spdx.json", "sbom-arm64.spdx.json"]
    assert says_its_version(image) == f"consumer-drift {VERSION}"
    works(releases, tmp_path)


def says_its_version(image: str) -> str:
    """What the image of the release prints for ``--version``."""
    try:
        run = ["docker", "run", "--rm", "--network", "none", image, "--version"]
        return subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip()
    finally:
        subprocess.run(["docker", "image", "rm", image], check=True, capture_output=True)


def works(releases: Releases, folder: Path) -> None:
    """A job uses the action at the major tag, in a container and with the runner's own Python."""
    action, checkout = folder / "action", folder / "work"
    git(folder, "clone", "--quiet", "--branch", "v9", str(releases.bare), str(action))
    git(action, "tag", "v1")
    checkout.mkdir()
    acme = fleet(now=real_time)
    acme.world.repository("acme/runtime").commit({".github/consumer-drift.yml": CONFIG})
    ways = ("docker", "python")
    steps = [step(way, "token: ${{ secrets.TOKEN }}", f"runtime: {way}", lenient=True) for way in ways]
    with Emulator(acme.world, "gitea") as emulator:
        runner = Act(action, checkout, emulator)
        job = runner.run(
            job_of(*steps, *(tell(way, way) for way in ways)), token=acme.token("gitea", organisation=True).secret
        )
    for way in ways:
        outputs = job.told(way)["outputs"]
        assert (outputs["exit-code"], outputs["status"]) == ("1", "drift"), job.log[-5000:]
        assert f"consumer-drift: runtime: {way} (" in job.log
