"""What a lock file's pin says of each version that is in there."""

from __future__ import annotations

import pytest

from consumer_drift.model.pins import Damaged, Found
from consumer_drift.model.versions import Scheme, Version, VersionFormat, parse_version
from consumer_drift.pins.locked import Locked
from tests.locks.samples import SAMPLES
from tests.pins.readings import PEP440, SEMVER, absent, seen

UV = SAMPLES["uv"].text
NPM = SAMPLES["npm-v3"].text


def version(text: str) -> Version:
    found = parse_version(text, Scheme.SEMVER)
    assert found is not None
    return found


def test_every_version_is_an_occurrence_that_no_bump_may_touch() -> None:
    assert seen(Locked("package-lock.json", ("ms",)), NPM) == ["2.0.0 @50 lock file", "2.1.3 @65 lock file"]


def test_a_renamed_package_is_looked_for_by_all_of_its_names() -> None:
    found = seen(Locked("uv.lock", ("six", "zope.event")), UV, PEP440)
    assert [one.split()[0] for one in found] == ["1.16.0", "4.6"]


def test_the_scheme_decides_what_a_version_is() -> None:
    assert seen(Locked("uv.lock", ("idna",)), UV)[0].endswith("is not a semantic version")


def test_a_member_of_the_workspace_is_no_release() -> None:
    (found,) = seen(Locked("uv.lock", ("tools",)), UV)
    assert found.endswith("is a folder of the repository itself")


def test_a_git_source_is_what_the_tag_on_its_commit_says() -> None:
    pin = Locked("uv.lock", ("acme-rt",))
    reading = pin.read(UV, SEMVER)
    assert isinstance(reading, Found)
    (unknown,) = reading.occurrences
    assert unknown.version is None
    assert unknown.why.startswith("is a commit of no known release")
    known = VersionFormat(Scheme.SEMVER, commits={unknown.commit: version("1.5.0")})
    reading = pin.read(UV, known)
    assert isinstance(reading, Found)
    assert [one.version for one in reading.occurrences] == [version("1.5.0")]


def test_a_package_that_is_not_locked_is_absent() -> None:
    assert absent(Locked("uv.lock", ("acme-other",)), UV) == "no package acme-other"


@pytest.mark.parametrize("text", ["", UV[:2000], UV.replace("[[package]]", "[[packages]]", 1), "<<<<<<< a\n"])
def test_a_lock_file_that_cannot_be_believed_has_a_remedy(text: str) -> None:
    """It is then unknown what is installed: never absent, never a part of it."""
    reading = Locked("uv.lock", ("six",)).read(text, SEMVER)
    assert isinstance(reading, Damaged)
    assert reading.remedy == "write it again with uv, and commit it"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("package.json", "is not a lock file"),
        ("go.sum", "also lists versions that are not in use any more"),
    ],
)
def test_only_a_lock_file_can_be_named(file: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Locked(file, ("acme",))


def test_the_command_is_that_of_who_wrote_the_file() -> None:
    pin = Locked("app/yarn.lock", ("acme",), manifest="app/package.json")
    assert pin.update_command(SAMPLES["yarn-1"].text, "9.8.7") == "yarn install"
    assert pin.update_command(SAMPLES["yarn-4"].text, "9.8.7") == "yarn up --recursive acme"
    compiled = Locked("requirements/base.txt", ("acme",))
    assert compiled.update_command("", "9.8.7") == "pip-compile --upgrade-package acme base.in"
