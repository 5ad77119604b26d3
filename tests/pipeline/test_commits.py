from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.model.observation import Tag
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.versions import Affixes, Scheme, VersionFormat, parse_version
from consumer_drift.pipeline.commits import commits_of, known_commits
from tests.bump.cases import config

FORMAT = VersionFormat(Scheme.SEMVER, (Affixes("runtime-v"),))
REPOSITORY = RepositoryName("acme", "runtime")


@pytest.mark.parametrize(
    ("tags", "commit"),
    [
        ([Tag("v1.4.0", "a")], "a"),
        ([Tag("v1.4.0", "a"), Tag("runtime-v1.4.0", "a"), Tag("v1.4.0-rc.1", "b"), Tag("cli-1.4.0", "c")], "a"),
        ([Tag("v1.4.0", "a"), Tag("runtime-v1.4.0", "b")], None),
        ([Tag("v1.4.0")], None),
        ([Tag("v1.4", "a"), Tag("v1", "a")], None),
        ([], None),
    ],
)
def test_tags_of_a_version_name_its_commit_where_they_agree(tags: list[Tag], commit: str | None) -> None:
    version = parse_version("1.4.0", Scheme.SEMVER)
    assert version is not None
    known = replace(config(), commits={REPOSITORY: known_commits(tags, FORMAT)})
    assert commits_of(known, version).get(REPOSITORY) == commit


def test_a_commit_with_several_releases_is_the_highest_of_them() -> None:
    known = known_commits([Tag("v1.4.1", "A"), Tag("v1.4.0", "A"), Tag("v1.4.0-rc.1", "A")], FORMAT)
    assert {commit: version.text for commit, version in known.items()} == {"a": "1.4.1"}
