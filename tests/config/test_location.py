"""``owner/repo/path@ref`` names a file in another repository."""

import pytest

from consumer_drift.config import LOCATIONS, RemoteConfig, parse_remote
from consumer_drift.model.repository import RepositoryName

ACME = RepositoryName("acme", "fleet")

REMOTES = [
    ("acme/fleet/drift.yml@main", RemoteConfig(ACME, "drift.yml", "main")),
    ("acme/fleet/a/b/drift.yml@release/1.x", RemoteConfig(ACME, "a/b/drift.yml", "release/1.x")),
    ("acme/fleet/drift.yml", RemoteConfig(ACME, "drift.yml", None)),
    ("acme/fleet/drift.yml@@scope/pkg@1.0.0", RemoteConfig(ACME, "drift.yml", "@scope/pkg@1.0.0")),
    ("acme/fleet/drift.yml@0123456789abcdef0123456789abcdef01234567",
     RemoteConfig(ACME, "drift.yml", "0123456789abcdef0123456789abcdef01234567")),
]  # fmt: skip

NO_REMOTES = [
    "", "drift.yml", ".github/consumer-drift.yml", "acme/fleet", "acme/fleet/", "acme/fleet@main",
    "./a/b/c.yml", "../a/b/c.yml", "/acme/fleet/drift.yml", "acme/fleet/drift.yml@",
    "acme/fleet/drift.yml@a..b", "a b/c/d.yml", "acme/fleet/../../x.yml@main",
    "acme/fleet/.git/config@main", "https://x/acme/fleet/drift.yml", "acme/fleet//x@m",
]  # fmt: skip


@pytest.mark.parametrize(("text", "remote"), REMOTES)
def test_a_remote_file_is_told_from_its_text(text: str, remote: RemoteConfig) -> None:
    assert parse_remote(text) == remote


@pytest.mark.parametrize("text", NO_REMOTES)
def test_other_texts_name_no_remote_file(text: str) -> None:
    assert parse_remote(text) is None


def test_the_folders_are_searched_in_the_documented_order() -> None:
    assert [place for place in LOCATIONS if place.endswith(".yml")] == [
        ".github/consumer-drift.yml",
        ".gitea/consumer-drift.yml",
        ".forgejo/consumer-drift.yml",
        "consumer-drift.yml",
    ]
    assert {place.replace(".yml", ".yaml") for place in LOCATIONS} == set(LOCATIONS[1::2])
