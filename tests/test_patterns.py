"""Patterns for the files of pins: every file that fits is read and judged, in consumers and in reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator, World
from tests.running import check, propagate, token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.world import Owner

FORGES = ("github", "gitea", "forgejo")
PINS = """\
pins:
  - {file: .github/workflows/*.yml, uses: acme/runtime}
  - {file: charts/*/values.yaml, image: acme/runtime, optional: true}
  - {file: "**/Dockerfile", image: acme/runtime, optional: true}
"""
CONFIG = f"{PINS}consumers: [shop]\n"
WORKFLOW = "jobs:\n  a:\n    steps:\n      - uses: acme/runtime@v{}\n"
VALUES = "image:\n  repository: acme/runtime\n  tag: {}\n"


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    """Each forge has its own way to list files."""
    return str(request.param)


@pytest.fixture
def acme() -> Owner:
    """An owner with a source at 1.4.0."""
    owner = World().organisation("acme")
    owner.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    return owner


def test_every_file_that_fits_is_judged(forge: str, acme: Owner, tmp_path: Path) -> None:
    """The pin that is behind is in the last place that one would look at."""
    acme.repository(
        "shop",
        files={
            ".github/workflows/a.yml": WORKFLOW.format("1.4.0"),
            ".github/workflows/none.yml": "jobs: {}\n",
            ".github/workflows/a.yaml": WORKFLOW.format("1.0.0"),
            "charts/one/values.yaml": VALUES.format("1.4.0"),
            "charts/two/values.yaml": VALUES.format("1.3.0"),
            "charts/two/sub/values.yaml": VALUES.format("1.0.0"),
            "a/b/c/Dockerfile": "FROM acme/runtime:1.2.0\n",
        },
    )
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.codes == ["behind"]
    pins = {(pin.path, pin.value) for pin in run.report.consumers[0].pins}
    assert pins == {
        (".github/workflows/a.yml", "1.4.0"),
        ("charts/one/values.yaml", "1.4.0"),
        ("charts/two/values.yaml", "1.3.0"),
        ("a/b/c/Dockerfile", "1.2.0"),
    }


def test_a_consumer_without_a_file_that_fits_lacks_the_pin(forge: str, acme: Owner, tmp_path: Path) -> None:
    acme.repository("shop", files={".github/workflows/a.yaml": WORKFLOW.format("1.4.0")})
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.codes == ["missing-pin"]
    assert "no file fits .github/workflows/*.yml" in run.messages


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/x.yml", WORKFLOW.format("1.4.0")),
        ("charts/deep/values.yaml", VALUES.format("1.4.0")),
        ("some/where/Dockerfile", "FROM acme/runtime:1.4.0\n"),
        (".github/workflows/x.yml", WORKFLOW.format("0" * 40).replace("@v0", "@0")),
    ],
)
def test_reconcile_finds_what_fits_in_a_repository_that_is_not_listed(
    forge: str, acme: Owner, tmp_path: Path, path: str, text: str
) -> None:
    acme.repository("shop", files={".github/workflows/a.yml": WORKFLOW.format("1.4.0")})
    acme.repository("lab", files={path: text})
    acme.repository("website", files={"README.md": "x"})
    with Emulator(acme.world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.codes == ["unlisted"]
    assert run.report.findings[0].related[0].path == path


def test_a_bump_changes_every_file_that_is_behind(forge: str, acme: Owner, tmp_path: Path) -> None:
    shop = acme.repository(
        "shop",
        files={
            ".github/workflows/a.yml": WORKFLOW.format("1.3.0"),
            ".github/workflows/b.yml": WORKFLOW.format("1.4.0"),
            "charts/two/values.yaml": VALUES.format("1.3.0"),
        },
    )
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, token(acme.world, forge))
        again = propagate(emulator, CONFIG, tmp_path, token(acme.world, forge))
    assert run.report.consumers[0].bump.outcome.value == "opened"
    assert again.report.consumers[0].bump.outcome.value == "pr-exists"
    files = shop.files("bump/runtime-1.4.0")
    assert files[".github/workflows/a.yml"].decode() == WORKFLOW.format("1.4.0")
    assert files["charts/two/values.yaml"].decode() == VALUES.format("1.4.0")


@pytest.mark.parametrize("kind", ["github", "gitea"])
def test_a_thousand_consumers_with_a_pattern_and_a_file_stay_in_the_budget(kind: str, tmp_path: Path) -> None:
    owner = World().organisation("acme")
    owner.repository("runtime", tags=["v1.4.0"])
    for index in range(1000):
        files = {".runtime-version": "1.4.0\n", ".github/workflows/ci.yml": WORKFLOW.format("1.4.0")}
        owner.repository(f"consumer-{index:04}", files=files)
    names = "".join(f"  - consumer-{index:04}\n" for index in range(1000))
    pins = "pins:\n  - {file: .github/workflows/*.yml, uses: acme/runtime}\n  - file: .runtime-version\n"
    with Emulator(owner.world, kind) as emulator:
        run = check(emulator, f"{pins}consumers:\n{names}", tmp_path, token(owner.world, kind), concurrency=16)
        seen = len(emulator.requests)
    assert run.report.exit_code == 0, run.messages[:300]
    assert seen <= {"github": 80, "gitea": 2200}[kind]
    print(kind, seen)


def test_a_pattern_where_one_file_is_meant_is_a_mistake_at_its_place(acme: Owner, tmp_path: Path) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        run = check(emulator, "source: {file: a/*.txt}\n" + CONFIG, tmp_path, token(acme.world, "gitea"))
    assert run.codes == ["configuration"]
    assert "is a pattern" in run.messages
