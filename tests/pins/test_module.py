"""What a module's pin says where the cases in ``tests/cases`` only give a state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer_drift.model.pins import Found
from consumer_drift.model.versions import Scheme, Version, VersionFormat, parse_version
from consumer_drift.pins.module import Module
from tests.pins.readings import absent, damaged, seen

COMMIT = "abcdef123456" + "0" * 28
GO = "module a\n\nrequire (\n\tacme.dev/rt %s\n)\n"


def version(text: str) -> Version:
    found = parse_version(text, Scheme.SEMVER)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("v1.4.0 // indirect", "1.4.0 @4"),
        ("`v1.4.0`", "1.4.0 @4"),
        ("v1.4.0-rc.1", "1.4.0-rc.1 @4"),
        ("v2.4.0+incompatible", "2.4.0 @4"),
        ("v2.4.0", "invalid v2.4.0 @4: is not a version of acme.dev/rt, whose path names another major version"),
        ("v1.4", "floating v1.4 @4: is only part of a version"),
        ("latest", "floating latest @4: is a moving tag"),
        (
            "v1.4.1-0.20240102030405-abcdef123456",
            "invalid v1.4.1-0.20240102030405-abcdef123456 @4: is a commit of no known release",
        ),
    ],
)
def test_a_required_version(written: str, expected: str) -> None:
    assert seen(Module("go.mod", "acme.dev/rt"), GO % written) == [expected]


def test_a_pseudo_version_is_the_release_whose_tag_is_on_its_commit() -> None:
    known = VersionFormat(Scheme.SEMVER, commits={COMMIT: version("1.4.0"), "f" * 40: version("1.5.0")})
    text = GO % "v0.0.0-20240102030405-abcdef123456"
    found = Module("go.mod", "acme.dev/rt").read(text, known)
    assert [one.version for one in found.occurrences] == [version("1.4.0")]
    span = found.occurrences[0].span
    assert text[: span.start] + "9.9.9" + text[span.end :] == GO % "v9.9.9"


@pytest.mark.parametrize("path", ["acme.dev/rt", "acme.dev/rt/v2", "acme.dev/rt/v3"])
def test_a_module_is_found_in_each_major_version(path: str) -> None:
    text = "require acme.dev/rt/v2 v2.1.0\nrequire acme.dev/rt v1.4.0\nrequire acme.dev/rt2 v1.0.0\n"
    assert seen(Module("go.mod", path), text) == ["2.1.0 @1", "1.4.0 @2"]


def test_versions_of_gopkg_are_found() -> None:
    assert seen(Module("go.mod", "gopkg.in/acme/rt"), "require gopkg.in/acme/rt.v2 v2.1.0") == ["2.1.0 @1"]


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ("acme.dev/rt => acme.dev/rt v1.3.0", "1.3.0 @5"),
        ("acme.dev/rt v1.4.0 => ../rt", "floating ../rt @5: is a folder that replaces the module"),
        ("acme.dev/rt => fork.dev/rt v1.4.0", "invalid fork.dev/rt @5: is another module, which replaces it"),
    ],
)
def test_what_a_workspace_replaces_counts_without_a_requirement(replaced: str, expected: str) -> None:
    """The modules that it uses have that: https://go.dev/ref/mod#go-work-file-replace"""
    text = f"go 1.22\n\nuse ./a\n\nreplace {replaced}\n"
    assert seen(Module("go.work", "acme.dev/rt"), text) == [expected]
    assert absent(Module("go.mod", "acme.dev/rt"), text) == "no module acme.dev/rt"


@pytest.mark.parametrize(
    ("wanted", "source"),
    [
        ("git.example/acme/rt", "git::https://git.example/acme/rt?ref=v1.4.0"),
        ("git.example/acme/rt", "git::https://user:word@git.example/acme/rt.git//a/b?depth=1&ref=v1.4.0"),
        ("git.example/acme/rt", "git::ssh://git@git.example/acme/rt.git?ref=refs/tags/v1.4.0"),
        ("git.example/acme/rt", "git@git.example:acme/rt.git?ref=v1.4.0"),
        ("https://git.example/acme/rt.git", "git::https://git.example/Acme/rt?ref=v1.4.0"),
        ("ghcr.io/acme/rt", "oci://ghcr.io/acme/rt?tag=1.4.0"),
        ("github.com/acme/rt", "github.com/acme/rt?ref=runtime-v1.4.0"),
    ],
)
def test_the_forms_of_a_source(wanted: str, source: str) -> None:
    assert seen(Module("main.tf", wanted), f'module "a" {{\n  source = "{source}"\n}}\n') == ["1.4.0 @2"]


def test_a_source_may_be_a_commit_or_no_version() -> None:
    text = 'module "a" {\n  source = "git.example/acme/rt?ref=%s"\n}\n'
    pin = Module("main.tf", "git.example/acme/rt")
    assert seen(pin, text % ("a" * 40)) == [f"invalid {'a' * 40} @2: is a commit of no known release"]
    assert seen(pin, text % "${var.v}")[0].endswith("@2: is filled in elsewhere")
    assert seen(pin, text % "main")[0].endswith("@2: is a moving tag")
    assert (
        absent(Module("main.tf", "git.example/acme/other"), text % "v1.4.0") == "no module git.example/acme/other"
    )


def test_a_file_that_is_not_hcl_is_told() -> None:
    assert damaged(Module("main.tf", "a/b/c"), 'module "a" {\n') == (
        "is no valid HCL: a closing brace was expected",
        2,
    )


@pytest.mark.parametrize(("file", "module"), [("Makefile", "a"), ("go.mod", "a b"), ("main.tf", "")])
def test_what_is_no_module_is_refused(file: str, module: str) -> None:
    with pytest.raises(ValueError, match="module"):
        Module(file, module)


def test_a_go_mod_says_what_go_itself_says() -> None:
    """The sample was made by ``go mod tidy``, the answer by ``go list -m``: scripts/lock_samples.py."""
    folder = Path(__file__).parents[1] / "data/locks/go-mod"
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    text = (folder / "go.mod").read_text("utf-8")
    for module, versions in answer["packages"].items():
        if module in answer["local"]:
            continue
        reading = Module("go.mod", module).read(text, VersionFormat(Scheme.SEMVER))
        assert isinstance(reading, Found)
        assert sorted("v" + one.value.removeprefix("v") for one in reading.occurrences) == versions
