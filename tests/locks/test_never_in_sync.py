"""Any byte of a lock file may change: the consumer is never in sync unless the file still installs the target."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_drift.locks.formats import lock_format, lock_names
from consumer_drift.model.report import State
from consumer_drift.model.versions import Scheme, Version, VersionFormat, parse_version
from consumer_drift.pins.key import Key
from consumer_drift.pins.locked import Locked
from consumer_drift.pins.module import Module
from consumer_drift.pins.requirement import Requirement
from consumer_drift.support.decode import decode
from tests.assess import cases
from tests.effort import examples
from tests.locks.samples import SAMPLES, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from consumer_drift.model.pins import Pin

PLACES = st.integers(min_value=0, max_value=1_000_000)
CHANGES = st.sampled_from(["drop", "replace", "insert"])
BYTES = st.integers(min_value=0, max_value=255) | st.sampled_from(list(b"0123456789.-+\"'=:@/# \n\r[]{},"))
# No single byte makes this of any version in the samples. Go has other module paths from version 2 on.
FAR = "1.654.321"
PYTHON = ("uv", "uv-script", "uv-pip-compile", "poetry", "pdm", "pip-compile")
NAMED = sorted(SAMPLES.keys() - {"go-sum"})


def scheme_of(sample: Sample) -> Scheme:
    return Scheme.PEP440 if sample.name in PYTHON else Scheme.SEMVER


def changed(data: bytes, place: int, change: str, byte: int) -> bytes:
    place %= len(data)
    if change == "drop":
        return data[:place] + data[place + 1 :]
    return data[:place] + bytes([byte]) + data[place + (change == "replace") :]


def state(pin: Pin, files: dict[str, bytes], scheme: Scheme, target: str) -> State:
    """What a check says of a consumer with *files*."""
    consumer = cases.listed("core", pin)
    rules = replace(cases.config(consumer), scheme=scheme)
    shown = cases.shown(files={path: decode(data) for path, data in files.items()})
    judged, _ = cases.judge(consumer, shown, cases.target(target, scheme=scheme), rules=rules)
    return judged.state


@pytest.mark.parametrize("name", NAMED)
@given(place=PLACES, change=CHANGES, byte=BYTES, data=st.data())
@settings(max_examples=examples(20))
def test_a_lock_file_of_another_version_is_never_in_sync(
    name: str, place: int, change: str, byte: int, data: st.DataObject
) -> None:
    sample = SAMPLES[name]
    package = data.draw(st.sampled_from(sorted(sample.packages)))
    files = {sample.file: changed(sample.text.encode(), place, change, byte)}
    assert state(Locked(sample.file, (package,)), files, scheme_of(sample), FAR) is not State.IN_SYNC


MANIFESTS: dict[str, tuple[str, Callable[[str], Pin], Callable[[str], str]]] = {
    name: (file, pin, text)
    for names, file, pin, text in (
        (
            ("uv", "poetry", "pdm"),
            "pyproject.toml",
            lambda package: Requirement("pyproject.toml", (package,)),
            lambda package: f'[project]\ndependencies = ["{package}=={FAR}"]\n',
        ),
        (
            tuple(name for name in SAMPLES if name.startswith(("npm", "pnpm", "yarn"))),
            "package.json",
            lambda package: Key("package.json", f'dependencies."{package}"'),
            lambda package: json.dumps({"dependencies": {package: FAR}}),
        ),
        (
            ("pip-compile", "uv-pip-compile"),
            "requirements.in",
            lambda package: Requirement("requirements.in", (package,)),
            lambda package: f"{package}=={FAR}\n",
        ),
        (
            ("cargo-v3", "cargo-v4"),
            "Cargo.toml",
            lambda package: Key("Cargo.toml", f"dependencies.{package}"),
            lambda package: f'[dependencies]\n{package} = "{FAR}"\n',
        ),
        (
            ("go-sum",),
            "go.mod",
            lambda package: Module("go.mod", package),
            lambda package: f"module acme.dev/app\n\ngo 1.22\n\nrequire {package} v{FAR}\n",
        ),
        (
            ("composer",),
            "composer.json",
            lambda package: Key("composer.json", f'require."{package}"'),
            lambda package: json.dumps({"require": {package: FAR}}),
        ),
    )
    for name in names
}


@pytest.mark.parametrize("name", sorted(MANIFESTS))
@given(place=PLACES, change=CHANGES, byte=BYTES, data=st.data())
@settings(max_examples=examples(20))
def test_a_manifest_at_the_target_is_not_in_sync_while_its_lock_file_has_another_version(
    name: str, place: int, change: str, byte: int, data: st.DataObject
) -> None:
    sample = SAMPLES[name]
    package = data.draw(st.sampled_from(sorted(sample.packages.keys() - sample.local)))
    manifest, pin, text = MANIFESTS[name]
    files = {
        manifest: text(package).encode(),
        sample.file: changed(sample.text.encode(), place, change, byte),
    }
    found = state(pin(package), files, scheme_of(sample), FAR)
    assert found is not State.IN_SYNC
    # The manifest alone would be.
    assert state(pin(package), {manifest: files[manifest]}, scheme_of(sample), FAR) is State.IN_SYNC


def of_toml(text: str) -> Iterator[tuple[str, str]]:
    yield from ((one["name"], one.get("version", "")) for one in tomllib.loads(text).get("package", []))


def of_composer(text: str) -> Iterator[tuple[str, str]]:
    document = json.loads(text)
    every = [*document.get("packages", []), *document.get("packages-dev", [])]
    yield from ((one["name"], one["version"]) for one in every)


def of_npm(text: str) -> Iterator[tuple[str, str]]:
    document = json.loads(text)
    if document["lockfileVersion"] == 1:
        yield from _nested(document)
        return
    for path, one in document["packages"].items():
        if "node_modules/" in path and not one.get("link"):
            yield one.get("name") or path.rpartition("node_modules/")[2], one.get("version", "")


def _nested(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, one in node.get("dependencies", {}).items():
        alias, _, version = one["version"].removeprefix("npm:").rpartition("@")
        yield alias or name, version
        yield from _nested(one)


def of_berry(text: str) -> Iterator[tuple[str, str]]:
    for key, one in yaml.load(text, yaml.CBaseLoader).items():
        if key != "__metadata":
            yield one["resolution"].rpartition("@")[0], one["version"]


def of_yarn_1(text: str) -> Iterator[tuple[str, str]]:
    # An entry begins at the margin, with or without an empty line before it.
    for entry in re.split(r"\n(?=\S)", text):
        lines = [line for line in entry.replace('"', "").splitlines() if line and not line.startswith("#")]
        name, _, wanted = lines[0].rpartition(", ")[2].rstrip(":")[1:].partition("@") if lines else ("", "", "")
        alias = wanted.removeprefix("npm:").rpartition("@")[0] if wanted.startswith("npm:") else ""
        stated = [line.split() for line in lines if line.startswith("  version ")]
        yield from ((alias or lines[0][0] + name, one[1]) for one in stated)


def of_pnpm(text: str) -> Iterator[tuple[str, str]]:
    for document in yaml.load_all(text, yaml.CBaseLoader):
        for key, one in document.get("packages", {}).items():
            name, _, version = key.removeprefix("/").rpartition(
                "/" if document["lockfileVersion"] == "5.4" else "@"
            )
            yield one.get("name", name), one.get("version", version)


def of_bundler(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"^ {4}(\S+) \(([^-)]+)[^)]*\)", text, re.MULTILINE)


def of_requirements(text: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\\\r?\n", " ", text).split("\n"):
        found = re.match(r"([A-Za-z0-9._-]+)\s*==\s*([^\s;]+)", line)
        if found:
            yield found[1], found[2]


def of_go(text: str) -> Iterator[tuple[str, str]]:
    yield from (
        (words[0], words[1]) for line in text.splitlines() if (words := line.split()) and "/go.mod" not in line
    )


# What other parsers find in the samples.
ORACLES: dict[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    **dict.fromkeys(("uv", "uv-script", "poetry", "pdm", "cargo-v3", "cargo-v4"), of_toml),
    **dict.fromkeys(("npm-v1", "npm-v2", "npm-v3"), of_npm),
    **dict.fromkeys(("yarn-2", "yarn-3", "yarn-4"), of_berry),
    **dict.fromkeys(("pnpm-7", "pnpm-8", "pnpm-10", "pnpm-12"), of_pnpm),
    **dict.fromkeys(("pip-compile", "uv-pip-compile"), of_requirements),
    "yarn-1": of_yarn_1,
    "bundler": of_bundler,
    "composer": of_composer,
    "go-sum": of_go,
}


def test_every_lock_format_is_drawn() -> None:
    """A Gemfile has no kind of pin that names a package, and a script's lock file is beside no manifest."""
    assert ORACLES.keys() == SAMPLES.keys()
    assert MANIFESTS.keys() == SAMPLES.keys() - {"bundler", "uv-script"}
    assert {lock_format(name) for name in lock_names()} <= {lock_format(one.file) for one in SAMPLES.values()}


def installed(sample: Sample, text: str, package: str, written: VersionFormat) -> set[Version | str]:
    """The versions of *package* that the other parser finds."""
    form = sample.form
    named = (
        version for name, version in ORACLES[sample.name](text) if form.same_name(name) == form.same_name(package)
    )
    return {found.version if (found := written.find_version(one)) else one for one in named}


@pytest.mark.parametrize("name", sorted(ORACLES))
@given(place=PLACES, change=CHANGES, byte=BYTES, data=st.data())
@settings(max_examples=examples(60))
def test_a_changed_lock_file_is_in_sync_only_where_another_parser_finds_the_target(
    name: str, place: int, change: str, byte: int, data: st.DataObject
) -> None:
    sample, scheme = SAMPLES[name], scheme_of(SAMPLES[name])
    single = [
        (package, one[0].removeprefix("v"))
        for package, one in sample.packages.items()
        if package not in sample.local and len(one) == 1
    ]
    package, version = data.draw(st.sampled_from(single))
    target = parse_version(version, scheme)
    if target is None:
        return
    written = VersionFormat(scheme)
    assert installed(sample, sample.text, package, written) == {target}
    bytes_ = changed(sample.text.encode(), place, change, byte)
    pin = Locked(sample.file, (package,), manifest="go.mod" if name == "go-sum" else "")
    if state(pin, {sample.file: bytes_}, scheme, version) is not State.IN_SYNC:
        return
    try:
        found = installed(sample, bytes_.decode().removeprefix("\ufeff"), package, written)
    except (ValueError, KeyError, AttributeError, TypeError, IndexError, yaml.YAMLError):
        # Its own tool refuses it for something that has nothing to do with the package.
        return
    assert found == {target}
