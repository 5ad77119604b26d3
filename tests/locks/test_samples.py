"""The readers say what the package managers themselves say, on lock files that these made."""

from __future__ import annotations

import pytest

from consumer_drift.locks.base import Installed, Origin
from tests.locks.samples import SAMPLES, Sample, versions

CASES = [
    pytest.param(sample, package, id=f"{sample.name}-{package}")
    for sample in SAMPLES.values()
    for package in sample.packages
]


@pytest.mark.parametrize(("sample", "package"), CASES)
def test_versions_are_those_that_the_tool_names(sample: Sample, package: str) -> None:
    """A folder of the project may have its version outside of the lock."""
    reading = sample.read(sample.text, package)
    local = package in sample.local
    assert versions(reading) in (sample.packages[package], [""] if local else sample.packages[package])
    assert isinstance(reading, Installed)
    assert all((one.origin is Origin.LOCAL) is local for one in reading.versions)


@pytest.mark.parametrize(("sample", "package"), CASES)
def test_each_version_is_where_the_reading_says(sample: Sample, package: str) -> None:
    reading = sample.read(sample.text, package)
    assert isinstance(reading, Installed)
    for one in reading.versions:
        if one.version:
            assert sample.text[one.start : one.end] == one.version
        assert sample.text.count("\n", 0, one.start) + 1 == one.line


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_package_that_is_not_in_it_has_no_version(sample: Sample) -> None:
    assert versions(sample.read(sample.text, "not/there" if sample.name == "composer" else "not-there")) == []


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(sample: Sample) -> None:
    other = "\ufeff" + sample.text.replace("\n", "\r\n")
    for package in sample.packages:
        assert versions(sample.read(other, package)) == versions(sample.read(sample.text, package))


def test_both_versions_of_one_package_are_there() -> None:
    """Each ecosystem that can install two has a sample with two."""
    two = {name for name, sample in SAMPLES.items() if any(len(found) > 1 for found in sample.packages.values())}
    assert two >= {"uv", "poetry", "pdm", "npm-v3", "pnpm-10", "yarn-1", "yarn-4", "cargo-v4", "go-sum"}


def test_no_host_but_an_example_is_in_a_sample() -> None:
    for sample in SAMPLES.values():
        hosts = {part.partition("/")[0] for part in sample.text.split("https://")[1:]}
        assert hosts <= {"registry.example", "git.example"}, sample.name
