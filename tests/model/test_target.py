"""Which tags are versions, and how far a pin is behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.observation import Tag
from consumer_drift.model.target import releases, releases_between
from consumer_drift.model.versions import Affixes, Scheme
from tests.assess.cases import version

TAGS = ["v1.4.0", "v1.10.0", "v1.4.0", "v2.0.0-rc.1", "cli-v9.0.0", "nightly", "v", "1.5.0", "v1.4"]


@pytest.mark.parametrize(
    ("template", "scheme", "prereleases", "expected"),
    [
        ("v{version}", Scheme.SEMVER, False, ["1.4.0", "1.10.0"]),
        ("v{version}", Scheme.SEMVER, True, ["1.4.0", "1.10.0", "2.0.0-rc.1"]),
        ("{version}", Scheme.SEMVER, False, ["1.5.0"]),
        ("cli-v{version}", Scheme.SEMVER, False, ["9.0.0"]),
        ("x{version}", Scheme.SEMVER, True, []),
        ("v{version}", Scheme.PEP440, False, ["1.4.0", "1.10.0"]),
        ("v{version}", Scheme.PEP440, True, ["1.4.0", "1.10.0", "2.0.0-rc.1"]),
    ],
)
def test_the_versions_among_the_tags(
    template: str, scheme: Scheme, prereleases: bool, expected: list[str]
) -> None:
    """Ascending, each once, pre-releases only where they are wanted."""
    tags = [Tag(tag) for tag in TAGS if not (scheme is Scheme.PEP440 and tag == "v1.4")]
    found = releases(tags, Affixes.of(template), scheme, prereleases=prereleases)
    assert [one.text for one in found] == expected


def test_a_suffix_counts_too() -> None:
    """Some tag `1.4.0-lts`."""
    found = releases(
        [Tag("1.4.0-lts"), Tag("1.5.0")], Affixes.of("{version}-lts"), Scheme.SEMVER, prereleases=False
    )
    assert [one.text for one in found] == ["1.4.0"]


@pytest.mark.parametrize(
    ("pinned", "target", "expected"),
    [
        ("1.3.0", "1.4.0", 1),
        ("1.1.0", "1.4.0", 3),
        ("1.0.0", "1.4.0", 4),
        ("1.2.5", "1.4.0", 2),
        ("1.4.0", "1.4.0", 0),
        ("1.3.0", "1.5.0", 0),
    ],
)
def test_how_many_releases_a_pin_is_behind(pinned: str, target: str, expected: int) -> None:
    """Zero where the tags do not hold the target, so do not tell."""
    known = [version(one) for one in ("1.1.0", "1.2.0", "1.3.0", "1.4.0")]
    assert releases_between(known, version(pinned), version(target)) == expected


@given(st.lists(st.text(max_size=20)), st.sampled_from(Scheme), st.booleans())
def test_any_tag_of_any_text_is_a_version_or_none(names: list[str], scheme: Scheme, prereleases: bool) -> None:
    """A tag is somebody's text; nothing is raised, and what comes is in order."""
    found = releases([Tag(one) for one in names], Affixes.of("v{version}"), scheme, prereleases=prereleases)
    assert list(found) == sorted(found)
