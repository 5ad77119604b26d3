"""A release is made of a tree in which its version is the same everywhere, and its notes say what changed."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("release", ROOT / "scripts" / "release.py")
assert SPEC
assert SPEC.loader
release = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(release)

GOOD = """\
## [Unreleased]

## [1.2.3] - 2027-01-31

### Added

- Something.

## [1.2.2] - 2027-01-01

- Old.
"""


def tree(
    root: Path,
    *,
    program: str = "1.2.3",
    image: str = "1.2.3",
    changelog: str = GOOD,
    repository: str = "acme/drift",
) -> Path:
    (root / "src/consumer_drift").mkdir(parents=True)
    (root / "src/consumer_drift/__init__.py").write_text(f'__version__ = "{program}"\n')
    (root / "src/consumer_drift/links.py").write_text(f'REPOSITORY = "{repository}"\n')
    (root / "Dockerfile").write_text(f'LABEL org.opencontainers.image.version="{image}"\n')
    (root / "CHANGELOG.md").write_text(changelog)
    return root


def test_a_tree_that_names_one_version_can_be_released(tmp_path: Path) -> None:
    assert release.mistakes(tree(tmp_path), "1.2.3", "acme/drift") == []


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        ({"program": "1.2.2"}, "src/consumer_drift/__init__.py says 1.2.2, and 1.2.3 is to be released"),
        ({"image": "1.2.4"}, "Dockerfile says 1.2.4, and 1.2.3 is to be released"),
        ({"repository": "org/drift"}, "src/consumer_drift/links.py says org/drift, and acme/drift releases"),
        ({"changelog": "## [Unreleased]\n- x\n"}, "CHANGELOG.md has no section '## [1.2.3] - YYYY-MM-DD'"),
        ({"changelog": "## [1.2.3] - Unreleased\n- x\n"}, "CHANGELOG.md has no section '## [1.2.3] - YYYY-MM-DD'"),
        ({"changelog": "## [1.2.3] - 2027-01-31\n\n## [1.2.2] - x\n"}, "CHANGELOG.md says nothing about 1.2.3"),
    ],
)
def test_each_place_that_differs_is_named(tmp_path: Path, differs: dict[str, str], said: str) -> None:
    assert release.mistakes(tree(tmp_path, **differs), "1.2.3", "acme/drift") == [said]


@pytest.mark.parametrize("version", ["v1.2.3", "1.2", "1.2.3-rc.1", "01.2.3", "1.2.3\n", "$(id)", ""])
def test_what_is_no_version_is_not_released(tmp_path: Path, version: str) -> None:
    assert "is no version" in release.mistakes(tree(tmp_path), version, "acme/drift")[0]


def test_the_notes_are_the_changelogs_section_and_how_to_pin_it(tmp_path: Path) -> None:
    notes = release.notes(tree(tmp_path), "1.2.3", "acme/drift", "abc123", "ghcr.io/acme/consumer-drift@sha256:0f")
    assert notes.startswith("### Added\n\n- Something.\n")
    assert "- Old." not in notes
    assert "uses: acme/drift@abc123 # v1.2.3" in notes
    assert "gh attestation verify oci://ghcr.io/acme/consumer-drift@sha256:0f --repo acme/drift" in notes


def test_this_tree_names_one_version_everywhere() -> None:
    places = {
        file: pattern.search((ROOT / file).read_text(encoding="utf-8")) for file, pattern in release.PLACES.items()
    }
    assert len({found[1] if found else file for file, found in places.items()}) == 1
