"""A consumer's own file: what it allows, and that nothing is allowed where it cannot be understood."""

from __future__ import annotations

import pytest

from consumer_drift.config.consumer_file import consent_of
from consumer_drift.config.location import CONSUMER_FILES
from consumer_drift.model.consent import Consent
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason

GITHUB, GITEA, FORGEJO = CONSUMER_FILES


def consent(text: str) -> Consent:
    found = consent_of({GITHUB: FileText(text), GITEA: NoFile(), FORGEJO: NoFile()})
    assert isinstance(found, Consent)
    return found


def test_without_a_file_everything_is_allowed() -> None:
    found = consent_of(dict.fromkeys(CONSUMER_FILES, NoFile()))
    assert isinstance(found, Consent)
    assert (found.no_land, found.no_propagate) == ("", "")


@pytest.mark.parametrize(
    ("text", "land", "propagate"),
    [
        ("", True, True),
        ("# nothing yet\n", True, True),
        ("{}\n", True, True),
        ("land: false\n", False, True),
        ("land: no\n", False, True),
        ("land: 'false'\n", False, True),
        ("\ufeffpropagate: FALSE\r\n", True, False),
        ("land: off\npropagate: off\n", False, False),
        ("land: true\npropagate: yes\n", True, True),
    ],
)
def test_each_key_says_yes_or_no(text: str, land: bool, propagate: bool) -> None:
    found = consent(text)
    assert (found.land, found.propagate, found.mistake) == (land, propagate, "")
    assert found.no_land == ("" if land else f"its {GITHUB} says `land: false`")
    assert found.no_propagate == ("" if propagate else f"its {GITHUB} says `propagate: false`")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lnad: false\n", "did you mean 'land'?"),
        ("land:\n", "must be true or false"),
        ("land: [false]\n", "must be true or false"),
        ("land: maybe\n", "must be true or false, not 'maybe'"),
        ("- land\n", "must be a mapping"),
        ("land", "must be a mapping"),
        ("land: {", "not valid YAML"),
        ("land: false\nland: true\n", "land"),
        ("land: true\n---\nland: false\n", "second document"),
        ("a: &a [x]\nland: !!python/object:os.system x\n", "tag"),
        ("land: true\0", "binary"),
    ],
)
def test_a_mistake_allows_nothing_and_says_what_it_is(text: str, words: str) -> None:
    found = consent(text)
    assert not found.land
    assert not found.propagate
    assert GITHUB in found.no_land
    assert words in found.no_land
    assert words in found.no_propagate


def test_a_no_in_any_of_the_files_is_a_no() -> None:
    files = {GITHUB: FileText("land: true\n"), GITEA: FileText("propagate: false\n"), FORGEJO: FileText("")}
    found = consent_of(files)
    assert isinstance(found, Consent)
    assert (found.land, found.propagate, found.file) == (True, False, GITEA)


def test_a_folder_in_its_place_allows_nothing() -> None:
    found = consent_of({GITHUB: NoFile(), GITEA: NoText("a folder", is_file=False)})
    assert isinstance(found, Consent)
    assert found.no_land == f"its {GITEA} has a mistake: it is a folder"


def test_a_file_that_cannot_be_read_may_say_no() -> None:
    failure = Failure(Reason.TIMEOUT, "it took too long", "run it again")
    assert consent_of({GITHUB: NoFile(), FORGEJO: failure}) is failure


def test_a_text_of_a_lone_surrogate_or_of_a_mebibyte_raises_nothing() -> None:
    assert "1 MiB" in consent("land: true\n" + "#" * 1024 * 1024).no_land
