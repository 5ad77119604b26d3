"""Git's own name for a content, held against git's documentation and its well-known ids."""

import subprocess

import pytest

from consumer_drift.forges.git import blob_id


@pytest.mark.parametrize(
    ("text", "kind", "known"),
    [
        ("", "sha1", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
        ("test content\n", "sha1", "d670460b4b4aece5915caf5c68d12f560a9fe3e4"),
        ("", "sha256", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"),
    ],
)
def test_a_content_has_the_id_that_git_gives_it(text, kind, known) -> None:
    assert blob_id(text, kind) == known


def test_the_size_is_in_bytes_and_nothing_is_normalised() -> None:
    for text in ("ß", "\ufeffß\r\n", "日本\n"):
        told = subprocess.run(
            ["git", "hash-object", "--stdin", "--no-filters"], input=text.encode(), capture_output=True, check=True
        )
        assert blob_id(text) == told.stdout.decode().strip()
