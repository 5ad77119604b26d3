"""Where the target version comes from, and what is wrong with how it was written."""

import pytest

from consumer_drift.config import load
from consumer_drift.model.config import FromBranch, FromFile, FromLiteral, FromRelease, FromTags, Origin
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.versions import Affixes
from tests.config.loading import CALLING, FILE, config_of, told, whole

ORIGINS: list[tuple[str, tuple[Origin, ...]]] = [
    ("", (FromTags("v{version}"),)),
    ("source: {}\n", (FromTags("v{version}"),)),
    ("source: {repository: acme/x}\n", (FromTags("v{version}"),)),
    ("source: {tags: 'runtime-v{version}'}\n", (FromTags("runtime-v{version}"),)),
    ("source: {release: latest}\n", (FromRelease(),)),
    ("source: {branch: release/1.x}\n", (FromBranch("release/1.x"),)),
    ("source: {file: VERSION}\n", (FromFile("VERSION", ""),)),
    ("source: {file: pyproject.toml, key: project.version}\n", (FromFile("pyproject.toml", "project.version"),)),
    ("source: {version: 1.4.0}\n", (FromLiteral("1.4.0"),)),
    ("scheme: pep440\nsource: {version: 1.20}\n", (FromLiteral("1.20"),)),
    ("source: [{release: latest}, {tags: 'v{version}'}]\n", (FromRelease(), FromTags("v{version}"))),
]

WRONG = [
    ("{version: 1.4}", "'1.4' is a version of pep440, not of semver: write another, or 'scheme: pep440'"),
    ("{version: v1.4.0}", "'v1.4.0' is not the bare version: write 1.4.0"),
    ("{version: latest}", "'latest' is not a version of semver: write one as 1.4.0"),
]


@pytest.mark.parametrize(("text", "origins"), ORIGINS)
def test_every_way_to_name_an_origin_is_read(text: str, origins: tuple[Origin, ...]) -> None:
    assert config_of(whole(text)).source.origins == origins


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_fixed_version_must_be_one_of_the_scheme(text: str, message: str) -> None:
    assert told(whole(f"source: {text}\n")) == [f"1:19 source.version: {message}"]


def test_a_version_is_not_held_against_a_scheme_that_is_wrong_itself() -> None:
    assert [one.split()[1] for one in told(whole("scheme: pep404\nsource: {version: 1.4}\n"))] == ["scheme:"]


def test_a_key_needs_a_file_whose_name_tells_its_format() -> None:
    assert told(whole("source: {file: VERSION, key: a}\n"))[0].startswith("1:30 source.key: ")


def test_the_repository_is_the_calling_one_unless_it_is_named() -> None:
    assert config_of(whole("")).source.repository == CALLING
    assert config_of(whole("source: {repository: Platform}\n")).source.repository == RepositoryName(
        "acme", "platform"
    )
    two = "source: [{release: latest}, {repository: other/x, tags: 'v{version}'}]\n"
    assert config_of(whole(two)).source.repository == RepositoryName("other", "x")


def test_outside_of_a_job_the_repository_must_be_named() -> None:
    (message,) = told(whole("owner: acme\n"), calling=None)
    assert message.startswith("1:1 source.repository: is not known outside of a job")
    assert "repository: acme/runtime" in message


def test_a_fixed_version_needs_no_repository() -> None:
    assert config_of(whole("owner: acme\nsource: {version: 1.4.0}\n"), calling=None).source.repository is None
    assert config_of(whole("owner: acme\n"), calling=None, version="1.4.0").source.repository is None


@pytest.mark.parametrize("given", ["1.5.0", "v1.5.0", "runtime-v1.5.0"])
def test_a_version_from_the_command_line_wins_and_may_be_written_as_a_tag(given: str) -> None:
    config = config_of(whole("source: [{tags: 'runtime-v{version}'}, {release: latest}]\n"), version=given)
    assert config.source.origins[0] == FromLiteral("1.5.0", given=True)


def test_a_given_commit_is_one_of_the_branch() -> None:
    config = config_of(whole("source: {branch: main}\n"), version="A" * 40)
    assert config.source.origins == (FromBranch("main", "a" * 40),)
    found = load(whole("source: {branch: main}\n").encode(), FILE, CALLING, "1.4.0")
    assert "'1.4.0' is not the full id of a commit of main" in str(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source: {branch: main, tags: 'v{version}'}\n", "source.tags: is next to 'branch'"),
        ("source: [{branch: main}, {release: latest}]\n", "source[0].branch: is one of several places"),
        ("source: {branch: main, published: {pypi: a}}\n", "source.published: is about releases"),
        ("source: {branch: main, retracted: []}\n", "source.retracted: is about releases"),
        ("source: {branch: ..}\n", "source.branch: '..'"),
    ],
)
def test_nothing_about_releases_is_next_to_a_branch(text: str, said: str) -> None:
    assert said in "\n".join(told(whole(text)))


def test_an_image_has_no_commit() -> None:
    text = "source: {branch: main}\npins: [{file: Dockerfile, image: acme/runtime}]\nconsumers: [a]\n"
    (message,) = told(text)
    assert message.startswith("2:27 pins[0].image: has a version in its tag, and next to 'source.branch' pins are")


def test_pins_are_still_read_as_the_sources_tags_when_the_version_is_given() -> None:
    config = config_of(whole("source: {tags: 'runtime-v{version}'}\n"), version="1.5.0")
    assert config.version_format.affixes == (Affixes("runtime-v"),)


def test_a_given_version_that_is_none_is_told_beside_the_mistakes_of_the_file() -> None:
    found = load(whole("owner: a/b\n").encode(), FILE, CALLING, "latest")
    assert isinstance(found, tuple)
    assert [finding.place is None for finding in found] == [False, True]
    assert found[1].message == "target: 'latest' is not a version of semver: write one as 1.4.0"
