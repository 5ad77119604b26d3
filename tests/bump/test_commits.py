"""Which commit a version is."""

import pytest

from consumer_drift.bump.commits import commit_of
from consumer_drift.model.observation import Tag
from consumer_drift.model.versions import Affixes, Scheme, VersionFormat, parse_version

DIALECT = VersionFormat(Scheme.SEMVER, (Affixes("runtime-v"),))


@pytest.mark.parametrize(
    ("tags", "commit"),
    [
        ([Tag("v1.4.0", "a")], "a"),
        ([Tag("v1.4.0", "a"), Tag("runtime-v1.4.0", "a"), Tag("v1.4.0-rc.1", "b"), Tag("cli-1.4.0", "c")], "a"),
        ([Tag("v1.4.0", "a"), Tag("runtime-v1.4.0", "b")], ""),
        ([Tag("v1.4.0")], ""),
        ([Tag("v1.4", "a")], ""),
        ([], ""),
    ],
)
def test_tags_of_the_version_tell_it_where_they_agree(tags, commit) -> None:
    version = parse_version("1.4.0", Scheme.SEMVER)
    assert version is not None
    assert commit_of(tags, DIALECT, version) == commit
