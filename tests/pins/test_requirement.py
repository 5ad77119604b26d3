from __future__ import annotations

import pytest

from consumer_drift.pins.requirement import Requirement
from tests.pins.readings import PEP440, absent, damaged, seen

PIN = Requirement("requirements.txt", ("acme-runtime",))
PYPROJECT = Requirement("service/pyproject.toml", ("acme-runtime",))
RANGE = "allows more than one version"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("acme-runtime==1.4.0", "1.4.0 @1"),
        ("acme-runtime===1.4.0", "1.4.0 @1"),
        ("acme-runtime == 1.4.0", "1.4.0 @1"),
        ("acme-runtime (==1.4.0)", "1.4.0 @1"),
        ("Acme_Runtime==v1.4.0", "1.4.0 @1"),
        ("acme.runtime[http2,tls]==1.4.0", "1.4.0 @1"),
        ('acme-runtime==1.4.0 ; python_version >= "3.11" and extra == "x"', "1.4.0 @1"),
        ("acme-runtime==1.4.0;sys_platform=='linux'  # pinned by platform", "1.4.0 @1"),
        ("acme-runtime==1.4.0,!=1.4.1", "1.4.0 @1"),
        ("acme-runtime==1.4.0 --hash=sha256:aa --hash=sha256:bb", "1.4.0 @1 hash"),
        ("acme-runtime==1.4.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb", "1.4.0 @1 hash"),
        ("acme-runtime \\\r\n  ==1.4.0", "1.4.0 @2"),
        ("acme-runtime @ git+https://forge.example/acme/runtime@v1.4.0", "1.4.0 @1"),
        ("acme-runtime @ git+ssh://git@forge.example/acme/runtime.git@v1.4.0#subdirectory=x ; x", "1.4.0 @1"),
        ("git+https://forge.example/acme/runtime@v1.4.0#egg=acme-runtime", "1.4.0 @1"),
        ("git+https://forge.example/x@1.4.0#subdirectory=a&egg=acme_runtime", "1.4.0 @1"),
        ("-e git+https://forge.example/acme-runtime@v1.4.0", "1.4.0 @1"),
        ("--editable=git+https://forge.example/acme-runtime.git@v1.4.0", "1.4.0 @1"),
        ("https://forge.example/acme_runtime-1.4.0-py3-none-any.whl", "1.4.0 @1 address"),
        ("acme-runtime @ https://forge.example/acme_runtime-1.4.0.tar.gz", "1.4.0 @1 address"),
        ("acme-runtime>=1.4.0", f"floating acme-runtime>=1.4.0 @1: {RANGE}"),
        ("acme-runtime~=1.4.0", f"floating acme-runtime~=1.4.0 @1: {RANGE}"),
        ("acme-runtime==1.4.*", f"floating acme-runtime==1.4.* @1: {RANGE}"),
        ("acme-runtime>=1,<2  # soon", f"floating acme-runtime>=1,<2 @1: {RANGE}"),
        ("acme-runtime", "floating acme-runtime @1: names no version"),
        ("acme-runtime ; os_name == 'nt'", "floating acme-runtime ; os_name == 'nt' @1: names no version"),
        ("acme-runtime 1.4.0", "invalid acme-runtime 1.4.0 @1: is not a requirement as PEP 508 writes it"),
        ("acme-runtime==soon", "invalid soon @1: is not a semantic version"),
        ("acme-runtime==${V}", "floating acme-runtime==${V} @1: is filled in elsewhere"),
        (
            "acme-runtime @ git+https://forge.example/runtime@main",
            "floating acme-runtime @ git+https://forge.example/runtime@main @1: is a moving tag",
        ),
        ("-e file:.#egg=acme-runtime", "floating file:.#egg=acme-runtime @1: is an address without a version"),
        (
            "acme-runtime @ https://ci:hunter2@forge.example/acme.whl",
            "floating acme-runtime @ https://…@forge.example/acme.whl @1: is an address without a version",
        ),
    ],
)
def test_a_requirement_names_one_version_or_says_why_not(line: str, expected: str) -> None:
    """As pip reads it: names normalised, hashes, markers, extras, continuations and addresses understood."""
    assert seen(PIN, line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "# acme-runtime==1.4.0",
        "-r acme-runtime==1.4.0",
        "-c constraints.txt",
        "-e git+https://forge.example/other@v1.4.0",
        "--index-url https://acme-runtime==1.4.0",
        "acme-runtime-extras==1.4.0",
        "xacme-runtime==1.4.0",
        "other==1.4.0  # acme-runtime==1.4.0",
        "[acme-runtime==1.4.0]",
        "./acme-runtime",
        "",
    ],
)
def test_other_lines_are_no_requirement_of_the_package(line: str) -> None:
    """Comments, options and other packages."""
    assert absent(PIN, f"{line}\n") == "no requirement acme-runtime"


def test_a_hash_on_the_next_line_belongs_to_its_own_requirement() -> None:
    """The lock must not leak from one requirement to another."""
    text = "acme-runtime==1.4.0\nother==2.0.0 \\\n    --hash=sha256:aa\n"
    assert seen(PIN, text) == ["1.4.0 @1"]


def test_a_renamed_package_counts_under_each_name() -> None:
    """And the message names them all."""
    pin = Requirement("constraints.in", ("acme-runtime", "acme-core"))
    assert seen(pin, "acme.core==1.3.0\nacme-runtime==1.4.0\n") == ["1.3.0 @1", "1.4.0 @2"]
    assert absent(pin, "x\n") == "no requirement acme-runtime or acme-core"


def test_every_list_of_a_pyproject_is_read() -> None:
    """The escapes of a marker do not hide the version before them."""
    text = """\ufeff[build-system]
requires = ["hatchling", "acme-runtime"]

[project]
description = "acme-runtime==9.9.9"
dependencies = [
  "acme-runtime==1.4.0 ; python_version >= \\"3.11\\"",  # pinned
  'acme-runtime[x]===1.4.0',
]
[project.optional-dependencies]
fast = ["Acme.Runtime>=1"]
[dependency-groups]
dev = [{include-group = "fast"}, "acme-runtime==1.3.0"]
[tool.other]
dependencies = ["acme-runtime==9.9.9"]
"""
    assert seen(PYPROJECT, text.replace("\n", "\r\n")) == [
        "floating acme-runtime @2: names no version",
        "1.4.0 @7",
        "1.4.0 @8",
        f"floating Acme.Runtime>=1 @11: {RANGE}",
        "1.3.0 @13",
        "9.9.9 @15",
    ]


def test_a_group_may_have_the_name_of_the_package() -> None:
    """An extra that adds one package is often named like it."""
    text = """[project.optional-dependencies]
acme-runtime = ["acme-runtime==1.4.0", "other==2.0.0"]
[dependency-groups]
acme_runtime = [{include-group = "test"}]
[tool.pdm.dev-dependencies]
acme-runtime = []
[tool.poetry.dependencies]
acme-runtime = [{version = "1.3.0", python = "<3.11"}, {git = "https://forge.example/acme", tag = "v1.2.0"}]
"""
    assert seen(PYPROJECT, text) == ["1.4.0 @2", "1.3.0 @8", "1.2.0 @8"]


def test_the_arguments_of_a_setup_may_be_in_a_table() -> None:
    """Poetry writes a setup.py so, and ``setup(**kwargs)`` takes them from there."""
    text = (
        'extras = {"web": ["acme-runtime==1.4.0"]}\n'
        'arguments = {"name": "acme-runtime==9.9.9", "install_requires": ["acme-runtime==1.3.0"],\n'
        '    "extras_require": extras}\n'
        "setup(**arguments)\n"
    )
    assert seen(Requirement("setup.py", ("acme-runtime",)), text) == ["1.4.0 @1", "1.3.0 @2"]


def test_a_pyproject_that_is_no_toml_is_damaged() -> None:
    """With the line, so that it can be corrected."""
    assert damaged(PYPROJECT, "[project]\ndependencies = [\n") == ("is no valid TOML: a value was expected", 3)


def test_a_python_version_needs_the_python_scheme() -> None:
    """1.4rc1 is a version to PEP 440 only."""
    assert seen(PIN, "acme-runtime==1.4rc1", PEP440) == ["1.4rc1 @1"]
    assert seen(PIN, "acme-runtime==1.4rc1") == ["invalid 1.4rc1 @1: is not a semantic version"]


@pytest.mark.parametrize(
    ("file", "names", "message"),
    [
        ("requirements.txt", (), "at least one"),
        ("requirements.txt", ("acme==1.4.0",), "not a package's name"),
        ("package.json", ("acme",), "use key"),
    ],
)
def test_a_pin_that_cannot_work_is_refused(file: str, names: tuple[str, ...], message: str) -> None:
    """With a sentence for whoever wrote it."""
    with pytest.raises(ValueError, match=message):
        Requirement(file, names)
