from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version as SemVer

from consumer_drift.model.versions import Affixes, FloatingLevel, Scheme, Series, VersionFormat, parse_version

# https://semver.org/spec/v2.0.0.html#spec-item-11
SEMVER_ORDER = [
    *["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"],
    *["1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0"],
]
# https://packaging.python.org/en/latest/specifications/version-specifiers/
PEP440_ORDER = [
    "1.dev1",
    "1.0a1",
    "1.0b1.dev2",
    "1.0b1",
    "1.0rc1",
    "1.0",
    "1.0.post1",
    "1.0.1",
    "1.2",
    "1.10",
    "2",
    "1!0.1",
]


@pytest.mark.parametrize(("scheme", "order"), [(Scheme.SEMVER, SEMVER_ORDER), (Scheme.PEP440, PEP440_ORDER)])
def test_versions_order_as_their_standard_says(scheme: Scheme, order: list[str]) -> None:
    """Every pair, not only the neighbours."""
    versions = [parse_version(text, scheme) for text in order]
    for i, low in enumerate(versions):
        for j, high in enumerate(versions):
            assert low is not None
            assert high is not None
            assert (low < high, low == high, low > high) == (i < j, i == j, i > j)


SEMVERS = st.from_regex(
    r"(0|[1-9]\d?)\.(0|[12])\.(0|[12])(-(0|[1-9]\d?|[a-c][a-c0-9-]?)(\.(0|[1-9]\d?|-?[a-c]))?)?(\+[a-c])?",
    fullmatch=True,
    alphabet=st.characters(codec="ascii"),
)


@given(SEMVERS, SEMVERS)
def test_any_two_semantic_versions_compare_as_the_standards_library_says(one: str, other: str) -> None:
    """Which is too slow to be asked for every pin."""
    left, right = parse_version(one, Scheme.SEMVER), parse_version(other, Scheme.SEMVER)
    assert left is not None
    assert right is not None
    by_library = SemVer.parse(one).compare(other)
    assert (left < right, left == right, left > right) == (by_library < 0, by_library == 0, by_library > 0)
    assert left != right or hash(left) == hash(right)


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        (Scheme.PEP440, "1.4", "1.4.0"),
        (Scheme.PEP440, "1.4RC1", "1.4.0rc1"),
        (Scheme.PEP440, "1.4-1", "1.4.post1"),
        (Scheme.SEMVER, "1.4.0+one", "1.4.0+two"),
    ],
)
def test_equal_versions_may_be_written_differently(scheme: Scheme, one: str, other: str) -> None:
    """They are equal, hash alike, and each keeps how it was written."""
    left, right = parse_version(one, scheme), parse_version(other, scheme)
    assert left == right
    assert hash(left) == hash(right)
    assert (str(left), str(right)) == (one, other)


@pytest.mark.parametrize(
    ("scheme", "text", "prerelease"),
    [
        (Scheme.SEMVER, "1.4.0", False),
        (Scheme.SEMVER, "1.4.0+build.5", False),
        (Scheme.SEMVER, "1.4.0-rc.1", True),
        (Scheme.PEP440, "1.4.post1", False),
        (Scheme.PEP440, "1.4.dev1", True),
        (Scheme.PEP440, "1.4+cu118", False),
    ],
)
def test_a_prerelease_is_known_as_one(scheme: Scheme, text: str, prerelease: bool) -> None:
    """Because it is no target unless asked for."""
    version = parse_version(text, scheme)
    assert version is not None
    assert version.is_prerelease is prerelease


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        *[
            (Scheme.SEMVER, text)
            for text in ("1", "1.4", "1.4.0.0", "01.4.0", "1.4.0-01", "1.4.0-", "1.4.0rc1", "1.4.0 ")
        ],
        *[(Scheme.PEP440, text) for text in ("1.4-slim", "1..4", "1.4.*", ">=1.4", "1.4 ", " 1.4", "1.4\n")],
        *[(scheme, text) for scheme in Scheme for text in ("", "v1.4.0", "1.4.0\n", "١.٤.٠", "latest", "1" * 300)],
    ],
)
def test_what_is_no_version_is_none(scheme: Scheme, text: str) -> None:
    """To the last character."""
    assert parse_version(text, scheme) is None


@pytest.mark.parametrize(
    ("series", "text", "order", "of"),
    [
        ("4", "4.0.0", 0, "4"),
        ("4", "4.12.1", 0, "4"),
        ("4", "5.0.0", -1, "5"),
        ("4", "3.9.9", 1, "3"),
        ("4.2", "4.2.7", 0, "4.2"),
        ("4.2", "4.10.0", -1, "4.10"),
        ("4.2", "5.0.0", -1, "5.0"),
        ("0", "0.3.0", 0, "0"),
        ("4", "4.1.0-rc.1", None, "4"),
        ("3", "4.1.0-rc.1", None, "4"),
    ],
)
def test_a_series_has_every_release_with_its_numbers(series: str, text: str, order: int | None, of: str) -> None:
    version = parse_version(text, Scheme.SEMVER)
    assert version is not None
    assert Series(series).compare(version) == order
    assert Series(series).of(version) == Series(of)


@pytest.mark.parametrize(
    ("text", "order"), [("4", 0), ("4.0.0.1", 0), ("5", -1), ("1!4.0", None), ("4.1.dev1", None)]
)
def test_a_series_in_pep_440(text: str, order: int | None) -> None:
    version = parse_version(text, Scheme.PEP440)
    assert version is not None
    assert Series("4.0").compare(version) == order


@pytest.mark.parametrize(
    ("text", "levels", "found"),
    [
        ("v4", {FloatingLevel.MAJOR}, "4"),
        ("runtime-v4", {FloatingLevel.MAJOR}, "4"),
        ("4", {FloatingLevel.MINOR}, None),
        ("v4.2", {FloatingLevel.MAJOR}, None),
        ("v4.2", {FloatingLevel.MAJOR, FloatingLevel.MINOR}, "4.2"),
        ("v4", set(), None),
        ("4.2.1", {FloatingLevel.MAJOR, FloatingLevel.MINOR}, None),
        ("04", {FloatingLevel.MAJOR}, None),
        ("4.x", {FloatingLevel.MAJOR, FloatingLevel.MINOR}, None),
        ("v٤", {FloatingLevel.MAJOR}, None),
        ("v4\n", {FloatingLevel.MAJOR}, None),
        ("9" * 300, {FloatingLevel.MAJOR}, None),
    ],
)
def test_only_the_moving_tags_that_are_accepted_are_series(
    text: str, levels: set[FloatingLevel], found: str | None
) -> None:
    written = VersionFormat(affixes=(Affixes("runtime-v"),), floating=frozenset(levels))
    series = written.find_series(text)
    assert (series.series.text if series else None) == found
    assert series is None or text[series.start :] == found


def test_a_version_is_no_text() -> None:
    """Comparing with one is a mistake that must not pass for equal."""
    assert parse_version("1.4.0", Scheme.SEMVER) != "1.4.0"


@pytest.mark.parametrize(
    ("text", "start", "version"),
    [
        ("1.4.0", 0, "1.4.0"),
        ("v1.4.0", 1, "1.4.0"),
        ("V1.4.0", 1, "1.4.0"),
        ("runtime-v1.4.0", 9, "1.4.0"),
        ("runtime-v1.4.0-rc.1", 9, "1.4.0-rc.1"),
        ("release/1.4.0/final", 8, "1.4.0"),
    ],
)
def test_a_version_is_located_between_its_affixes(text: str, start: int, version: str) -> None:
    """Those of the source's tags, or a v."""
    version_format = VersionFormat(
        Scheme.SEMVER, (Affixes.of("runtime-v{version}"), Affixes.of("release/{version}/final"))
    )
    located = version_format.find_version(text)
    assert located is not None
    assert (located.start, str(located.version)) == (start, version)
    assert text[located.start : located.start + len(version)] == version


@pytest.mark.parametrize(
    "text", ["", "v", "vv1.4.0", "other-v1.4.0", "runtime-1.4.0", "1.4.0/final", " 1.4.0", "runtime-v"]
)
def test_nothing_else_may_stand_around_a_version(text: str) -> None:
    """What is more than an affix makes it no version."""
    assert VersionFormat(Scheme.SEMVER, (Affixes("runtime-v"),)).find_version(text) is None


@pytest.mark.parametrize("template", ["", "v", "{version}{version}", "{Version}"])
def test_a_template_needs_its_version_once(template: str) -> None:
    """And the message shows how."""
    with pytest.raises(ValueError, match="exactly once"):
        Affixes.of(template)


@given(st.text(), st.text(), st.text())
def test_affixes_come_off_as_they_went_on(prefix: str, inner: str, suffix: str) -> None:
    """Also where they overlap with what they surround."""
    assert Affixes(prefix, suffix).strip(prefix + inner + suffix) == inner


def test_overlapping_affixes_are_not_both_there() -> None:
    """``v.`` before and ``.x`` behind need four characters, not three."""
    assert Affixes("v.", ".x").strip("v.x") is None


@given(st.text(), st.sampled_from(Scheme))
def test_any_text_has_a_version_or_not(text: str, scheme: Scheme) -> None:
    """Never an exception, and what is located is there."""
    located = VersionFormat(scheme, (Affixes("x", "y"),)).find_version(text)
    if located:
        assert text[located.start :].startswith(located.version.text)
