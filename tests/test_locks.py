"""Lock files: what is installed is compared, on every forge and in folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator, World
from tests.running import check, propagate, token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.world import Owner

FORGES = ("github", "gitea", "forgejo")
PINS = "pins:\n  - {file: package.json, key: dependencies.acme}\n"
CONFIG = f"{PINS}consumers: [shop]\n"
MANIFEST = '{{"dependencies": {{"acme": "{}"}}}}\n'


def lock(version: str, size: int = 0) -> str:
    """A package-lock.json that installs *version*, with at least *size* bytes."""
    filler = {
        f"node_modules/filler-{index}": {"version": "1.0.0", "integrity": "sha512-" + "A" * 88}
        for index in range(size // 150)
    }
    packages = {"": {"dependencies": {"acme": version}}, "node_modules/acme": {"version": version}, **filler}
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1) + "\n"


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    """Each forge has its own way to read files."""
    return str(request.param)


@pytest.fixture
def acme() -> Owner:
    """An owner with a source at 1.4.0."""
    owner = World().organisation("acme")
    owner.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    return owner


@pytest.mark.parametrize("size", [0, 700_000])
def test_a_manifest_at_the_target_is_not_in_sync_while_its_lock_is_old(
    forge: str, acme: Owner, tmp_path: Path, size: int
) -> None:
    """A lock file that GitHub cuts in a batch is read by itself."""
    acme.repository(
        "shop", files={"package.json": MANIFEST.format("1.4.0"), "package-lock.json": lock("1.3.0", size)}
    )
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.codes == ["stale-lock"]
    assert run.report.exit_code == 1
    assert "npm install --package-lock-only acme@1.4.0" in run.messages
    assert run.report.findings[0].related[0].path == "package-lock.json"


@pytest.mark.parametrize("size", [0, 700_000])
def test_a_lock_at_the_target_is_in_sync(forge: str, acme: Owner, tmp_path: Path, size: int) -> None:
    acme.repository(
        "shop", files={"package.json": MANIFEST.format("1.4.0"), "package-lock.json": lock("1.4.0", size)}
    )
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert (run.codes, run.report.exit_code) == ([], 0)


def test_a_lock_that_is_cut_is_unreadable(forge: str, acme: Owner, tmp_path: Path) -> None:
    """What it installs is unknown, so the check cannot pass."""
    text = lock("1.4.0")
    acme.repository("shop", files={"package.json": MANIFEST.format("1.4.0"), "package-lock.json": text[:-20]})
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.codes == ["unreadable"]
    assert run.report.exit_code == 2
    assert "package-lock.json ends in the middle" in run.messages


def test_the_lock_of_a_workspace_is_found_above_its_members(forge: str, acme: Owner, tmp_path: Path) -> None:
    files = {
        "apps/one/package.json": MANIFEST.format("1.4.0"),
        "apps/two/package.json": MANIFEST.format("1.4.0"),
        "apps/two/yarn.lock": '# yarn lockfile v1\n\n\nacme@1.4.0:\n  version "1.4.0"\n',
        "package-lock.json": lock("1.3.0"),
    }
    acme.repository("shop", files=files)
    config = "pins:\n  - {file: apps/*/package.json, key: dependencies.acme}\nconsumers: [shop]\n"
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, config, tmp_path, token(acme.world, forge))
    assert run.codes == ["stale-lock"]
    assert {one.path for one in run.report.findings[0].related} == {"package-lock.json"}


@pytest.mark.parametrize(("policy", "codes"), [("follow", ["stale-lock"]), ("named", []), ("ignore", [])])
def test_the_policy_says_which_lock_files_count(
    forge: str, acme: Owner, tmp_path: Path, policy: str, codes: list[str]
) -> None:
    acme.repository("shop", files={"package.json": MANIFEST.format("1.4.0"), "package-lock.json": lock("1.3.0")})
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, f"{CONFIG}policy: {{locks: {policy}}}\n", tmp_path, token(acme.world, forge))
    assert run.codes == codes


def test_without_the_batch_route_no_absent_lock_file_is_asked_for(acme: Owner, tmp_path: Path) -> None:
    """The root's tree costs one request, and tells which of four lock files is there."""
    names = [f"shop-{index}" for index in range(8)]
    for name in names:
        files = {"package.json": MANIFEST.format("1.4.0"), "package-lock.json": lock("1.4.0")}
        acme.repository(name, files=files)
    config = f"{PINS}consumers: [{', '.join(names)}]\n"
    with Emulator(acme.world, "forgejo") as emulator:
        run = check(emulator, config, tmp_path, token(acme.world, "forgejo"), concurrency=1)
        others = emulator.requests.count("GET", r"/contents/(?:npm-shrinkwrap|pnpm-lock|yarn)")
    assert run.codes == []
    # The first one finds out that there is no such route.
    assert others <= 6


def test_reconcile_finds_an_unlisted_consumer_by_its_lock_alone(forge: str, acme: Owner, tmp_path: Path) -> None:
    acme.repository("shop", files={"package-lock.json": lock("1.4.0")})
    acme.repository("lab", files={"package-lock.json": lock("1.2.0", 700_000)})
    acme.repository("site", files={"package-lock.json": lock("1.2.0").replace("acme", "other")})
    config = "pins:\n  - {file: package-lock.json, locked: acme}\nconsumers: [shop]\n"
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, config, tmp_path, token(acme.world, forge))
    assert run.codes == ["unlisted"]
    assert str(run.report.findings[0].consumer) == "acme/lab"


def test_no_bump_leaves_a_lock_behind(forge: str, acme: Owner, tmp_path: Path) -> None:
    acme.repository("shop", files={"package.json": MANIFEST.format("1.3.0"), "package-lock.json": lock("1.3.0")})
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, token(acme.world, forge))
    (consumer,) = run.report.consumers
    assert consumer.bump.outcome.value == "needs-lock"
    assert "npm install --package-lock-only acme@1.4.0" in consumer.bump.note
    assert run.report.exit_code == 1


def test_a_consumer_with_nothing_but_a_lock_is_planned_too(forge: str, acme: Owner, tmp_path: Path) -> None:
    """Only the size of a lock file comes with its branch."""
    acme.repository("shop", files={"package-lock.json": lock("1.3.0")})
    config = "pins: [{file: package-lock.json, locked: acme}]\nconsumers: [shop]\n"
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, config, tmp_path, token(acme.world, forge))
    assert [bump.outcome.value for _, bump in run.report.bumps] == ["needs-lock"], run.messages


def test_a_bump_that_leaves_the_lock_says_so(forge: str, acme: Owner, tmp_path: Path) -> None:
    """And what follows its merge is a stale lock, never in sync."""
    text = lock("1.3.0", 700_000)
    shop = acme.repository("shop", files={"package.json": MANIFEST.format("1.3.0"), "package-lock.json": text})
    config = f"{CONFIG}propagate: {{locks: leave}}\n"
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, config, tmp_path, token(acme.world, forge))
        again = propagate(emulator, config, tmp_path, token(acme.world, forge))
    assert run.report.consumers[0].bump.outcome.value == "opened"
    assert again.report.consumers[0].bump.outcome.value == "pr-exists"
    files = shop.files("bump/runtime-1.4.0")
    assert files["package.json"].decode() == MANIFEST.format("1.4.0")
    assert files["package-lock.json"].decode() == text
    (pull,) = shop.pulls
    assert "`package-lock.json` is not updated here: run `npm install --package-lock-only acme@1.4.0`" in pull.body


def test_a_stale_lock_needs_its_tool(forge: str, acme: Owner, tmp_path: Path) -> None:
    acme.repository("shop", files={"package.json": MANIFEST.format("1.4.0"), "package-lock.json": lock("1.3.0")})
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.report.consumers[0].bump.outcome.value == "needs-lock"
    assert run.codes == ["stale-lock"]


LAGGING = "policy: {window: 9999h, grace: 9999h}\n"
TWO = PINS + "  - {file: package-lock.json, locked: acme-cli}\n"


@pytest.mark.parametrize(
    ("manifest", "installed", "config", "codes"),
    [
        ("1.3.0", "1.3.0", PINS + LAGGING, {"lagging"}),
        ("1.3.0", "1.4.0", PINS + LAGGING, {"lagging"}),
        ("1.3.0", "1.1.0", PINS + LAGGING, {"lagging", "stale-lock"}),
        ("1.5.0", "1.3.0", PINS + "policy: {ahead: advisory}\n", {"ahead", "stale-lock"}),
        ("1.4.0", "1.3.0", TWO, {"stale-lock"}),
    ],
)
def test_nothing_excuses_a_lock_that_installs_yet_another_version(
    acme: Owner, tmp_path: Path, manifest: str, installed: str, config: str, codes: set[str]
) -> None:
    """No window, no advisory, and no pin on another package of the same lock file."""
    locked = json.loads(lock(installed))
    locked["packages"]["node_modules/acme-cli"] = {"version": "1.4.0"}
    files = {"package.json": MANIFEST.format(manifest), "package-lock.json": json.dumps(locked)}
    acme.repository("shop", files=files)
    with Emulator(acme.world, "gitea") as emulator:
        run = check(emulator, f"{config}consumers: [shop]\n", tmp_path, token(acme.world, "gitea"))
    assert set(run.codes) == codes
    assert run.report.exit_code == int("stale-lock" in codes)


@pytest.mark.parametrize(("installed", "codes"), [("1.5.0", []), ("1.4.0", ["stale-lock"])])
def test_the_lock_beside_a_moving_tag_says_what_it_installs(
    acme: Owner, tmp_path: Path, installed: str, codes: list[str]
) -> None:
    runtime = acme.repositories[0]
    runtime.commit({"VERSION": "1.5.0\n"}, "main", message="1.5.0")
    runtime.tag("v1.5.0")
    commit = runtime.tags[f"v{installed}"]
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'
        'dependencies = ["acme-rt @ git+https://git.example/acme/runtime@v1"]\n',
        "uv.lock": "version = 1\n\n"
        f'[[package]]\nname = "acme-rt"\nversion = "{installed}"\n'
        f'source = {{ git = "https://git.example/acme/runtime?rev=v1#{commit}" }}\n\n'
        '[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [\n    { name = "acme-rt" },\n]\n',
    }
    acme.repository("shop", files=files)
    config = (
        "pins: [{file: pyproject.toml, requirement: acme-rt}]\nconsumers: [shop]\n"
        "policy: {floating: {allow: [major]}}\n"
    )
    with Emulator(acme.world, "gitea") as emulator:
        run = check(emulator, config, tmp_path, token(acme.world, "gitea"))
    assert run.codes == codes, run.messages
