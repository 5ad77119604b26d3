from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.model.pins import Found
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.versions import Affixes, Scheme, Version, VersionFormat, parse_version
from consumer_drift.pins.uses import Uses
from tests.pins.readings import PEP440, absent, damaged, seen

PIN = Uses(".github/workflows/ci.yml", "acme/setup-runtime")
SHA = "0123456789abcdef0123456789abcdef01234567"
WORKFLOW = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: {}
"""
MOVES = "is a moving tag"


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("acme/setup-runtime@v1.4.0", "1.4.0 @7"),
        ("acme/setup-runtime@1.4.0", "1.4.0 @7"),
        ("'Acme/Setup-Runtime@runtime-v1.4.0'", "1.4.0 @7"),
        ('"acme/setup-runtime/install@v1.4.0" # stable', "1.4.0 @7"),
        ("acme/setup-runtime/.github/workflows/release.yml@v1.4.0", "1.4.0 @7"),
        ("https://forge.example/acme/setup-runtime@v1.4.0", "1.4.0 @7"),
        ("acme/setup-runtime@v1", f"floating acme/setup-runtime@v1 @7: {MOVES}"),
        ("acme/setup-runtime@v1.4", f"floating acme/setup-runtime@v1.4 @7: {MOVES}"),
        ("acme/setup-runtime@main", f"floating acme/setup-runtime@main @7: {MOVES}"),
        (
            "acme/setup-runtime@${{ inputs.ref }}",
            "floating acme/setup-runtime@${{ inputs.ref }} @7: is filled in elsewhere",
        ),
        ("acme/setup-runtime@refs/tags/v1.4.0", "1.4.0 @7"),
        ("acme/setup-runtime@refs/heads/v1.4.0", f"floating acme/setup-runtime@refs/heads/v1.4.0 @7: {MOVES}"),
        ("acme/setup-runtime", "invalid acme/setup-runtime @7: names no version behind an @"),
    ],
)
def test_a_use_names_one_version_or_says_why_not(uses: str, expected: str) -> None:
    """Tags, commits with a comment, sub-paths, reusable workflows and absolute addresses."""
    assert seen(PIN, WORKFLOW.format(uses)) == [expected]


def version(text: str) -> Version:
    """A semantic version."""
    parsed = parse_version(text, Scheme.SEMVER)
    assert parsed is not None
    return parsed


KNOWN = VersionFormat(
    Scheme.SEMVER, (Affixes.of("runtime-v{version}"),), {SHA: version("1.4.0"), SHA[:24] + SHA: version("1.4.0")}
)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        (f"acme/setup-runtime@{SHA}", f"{SHA} @7 commit"),
        (f"acme/setup-runtime@{SHA} # v1.4.0", "1.4.0 @7 commit"),
        (f"acme/setup-runtime@{SHA.upper()} # v1.4.0", "1.4.0 @7 commit"),
        (f'"acme/setup-runtime@{SHA}" # tag=v1.4.0', "1.4.0 @7 commit"),
        (f"acme/setup-runtime@{SHA} # pin@v1.4.0, renovate", "1.4.0 @7 commit"),
        (f"acme/setup-runtime@{SHA}  #ratchet:acme/setup-runtime@v1.4.0", "1.4.0 @7 commit"),
        (f"acme/setup-runtime@{SHA[:24]}{SHA} # v1.4.0", "1.4.0 @7 commit"),
        # Prose is never read for a version, and a major tag claims none.
        (f"acme/setup-runtime@{SHA} # TODO: bump to v9.8.7", f"{SHA} @7 commit"),
        (f"acme/setup-runtime@{SHA} # v1", f"{SHA} @7 commit"),
        (
            f"acme/setup-runtime@{SHA} # v1.5.0",
            f"invalid {SHA} @7: is the commit of 1.4.0, and its comment says 1.5.0",
        ),
        (f"acme/setup-runtime@{SHA[::-1]} # v1.4.0", f"invalid {SHA[::-1]} @7: is a commit of no known release"),
    ],
)
def test_a_commit_is_the_version_of_its_tag_whatever_a_comment_says(uses: str, expected: str) -> None:
    assert seen(PIN, WORKFLOW.format(uses), KNOWN) == [expected]


def test_a_commit_that_is_not_known_says_whose_it_is() -> None:
    reading = PIN.read(WORKFLOW.format(f"Acme/Setup-Runtime/sub@{SHA}"), replace(KNOWN, commits={}))
    assert isinstance(reading, Found)
    assert reading.occurrences[0].commit == SHA
    assert reading.occurrences[0].repository == RepositoryName("acme", "setup-runtime")


@pytest.mark.parametrize(
    "uses",
    [
        "./acme/setup-runtime",
        "acme/setup-runtime-too@v1.4.0",
        "other/setup-runtime@v1.4.0",
        "docker://acme/setup-runtime:1.4.0",
        "[acme/setup-runtime@v1.4.0]",
    ],
)
def test_other_actions_do_not_count(uses: str) -> None:
    """Local ones, longer names, other owners, images."""
    assert absent(PIN, WORKFLOW.format(uses)) == "no uses acme/setup-runtime"


def test_a_comment_on_another_line_says_nothing_about_a_commit() -> None:
    """Only what follows the ref belongs to it."""
    text = f"a:\n- uses: acme/setup-runtime@{SHA}\n  # v1.4.0\n"
    assert "of no known release" in seen(PIN, text)[0]


def test_a_flow_mapping_and_an_alias_are_read_where_they_stand() -> None:
    """An aliased step is one place in the file."""
    text = f"a:\n- &s {{uses: acme/setup-runtime@{SHA}}} # v1.4.0\n- *s\n"
    assert seen(PIN, text, KNOWN) == ["1.4.0 @2 commit"]


@pytest.mark.parametrize(
    ("configured", "uses", "counts"),
    [
        ("acme/tools/setup", "acme/tools/setup@v1.4.0", True),
        ("acme/tools/setup", "acme/tools@v1.4.0", False),
        ("acme/tools/setup", "acme/tools/setup/more@v1.4.0", False),
        ("https://forge.example/acme/tools", "acme/tools@v1.4.0", True),
        ("https://forge.example/acme/tools", "https://forge.example/acme/tools@v1.4.0", True),
        ("https://forge.example/acme/tools", "https://else.example/acme/tools@v1.4.0", False),
        ("docker://acme/runtime", "docker://docker.io/acme/runtime:1.4.0", True),
        ("docker://acme/runtime", "acme/runtime@v1.4.0", False),
    ],
)
def test_a_path_or_a_host_narrows_what_counts(configured: str, uses: str, counts: bool) -> None:
    """Without either, everything in the repository counts."""
    pin = Uses("ci.yml", configured)
    if counts:
        assert seen(pin, WORKFLOW.format(uses)) == ["1.4.0 @7"]
    else:
        assert absent(pin, WORKFLOW.format(uses))


def test_a_docker_action_names_its_image_under_runs() -> None:
    """In an action's own YAML."""
    text = "runs:\n  using: docker\n  image: docker://acme/runtime:1.4.0\n"
    assert seen(Uses("action.yml", "docker://acme/runtime"), text) == ["1.4.0 @3"]


def test_a_major_tag_moves_in_every_scheme() -> None:
    """1 is a whole version to PEP 440, yet no one means one by @v1."""
    assert "moving" in seen(PIN, WORKFLOW.format("acme/setup-runtime@v1"), PEP440)[0]


def test_a_broken_workflow_is_damaged_at_its_line() -> None:
    """A tab is the usual cause."""
    assert damaged(PIN, "a:\n\tb: c\n") == (
        "is no valid YAML: found character that cannot start any token",
        2,
    )


@pytest.mark.parametrize("uses", ["acme/setup@v1", "setup", "acme/", "./local", "acme/a b", "docker://"])
def test_an_action_that_cannot_be_one_is_refused(uses: str) -> None:
    """With a sentence for whoever wrote it."""
    with pytest.raises(ValueError, match="write"):
        Uses("ci.yml", uses)
