from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.model.pins import Pinning
from consumer_drift.model.versions import Scheme, parse_version
from consumer_drift.pins.submodule import Submodule
from tests.pins.readings import SEMVER, absent

COMMIT = "4" * 40
PIN = Submodule("vendor/runtime", "acme/runtime")


def test_the_commit_is_the_version_of_its_tag() -> None:
    version = parse_version("1.4.0", Scheme.SEMVER)
    assert version is not None
    (found,) = PIN.read(COMMIT, replace(SEMVER, commits={COMMIT: version})).occurrences  # type: ignore[union-attr]
    assert (found.pinning, found.version, found.line, found.repository) == (
        Pinning.EXACT,
        version,
        0,
        PIN.repository,
    )


def test_a_commit_without_a_tag_is_no_release() -> None:
    (found,) = PIN.read(COMMIT, SEMVER).occurrences  # type: ignore[union-attr]
    assert (found.pinning, found.commit, found.why) == (Pinning.INVALID, COMMIT, "is a commit of no known release")


@pytest.mark.parametrize("text", ["", "v1.4.0", "4" * 39, f"{COMMIT}\n"])
def test_anything_else_is_no_submodule(text: str) -> None:
    assert absent(PIN, text) == "no submodule acme/runtime"


@pytest.mark.parametrize(
    ("url", "another"),
    [
        ("https://forge.example/acme/runtime", False),
        ("https://forge.example:3000/Acme/Runtime.git/", False),
        ("git@forge.example:acme/runtime.git", False),
        ("ssh://git@forge.example:22/acme/runtime", False),
        ("../runtime.git", False),
        ("../../acme/runtime", False),
        ("https://forge.example/acme/other", True),
        ("https://forge.example/other/runtime", True),
        ("../other", True),
        ("", True),
    ],
)
def test_the_address_tells_which_repository_it_is(url: str, another: bool) -> None:
    """The first section is about another path, and the last is none of a submodule."""
    modules = (
        '[submodule "a"]\r\n\tpath = vendor/a\r\n\turl = https://forge.example/acme/a\r\n'
        f'[submodule "runtime"]\n\turl = {url}\n    PATH = "vendor/runtime"\n\tbranch = main\n'
        '[other "x"]\n\tpath = b\n'
    )
    assert PIN.is_another(modules) is another


def test_without_an_address_nothing_is_known() -> None:
    assert not PIN.is_another("")
    assert not PIN.is_another('[submodule "a"]\n\tpath = vendor/a\n\turl = https://forge.example/acme/a\n')


@pytest.mark.parametrize(
    ("file", "name"), [("vendor/*", "acme/runtime"), ("v", "runtime"), ("v", "https://x/a/b")]
)
def test_a_pin_that_cannot_work_is_refused(file: str, name: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|names no owner|no repository's name"):
        Submodule(file, name)
