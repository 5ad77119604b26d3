"""Each lock file holds all that its group needs, in one version and with hashes, and names no registry."""

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import lock

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(lock.sources(ROOT))
ENVIRONMENTS = [
    {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": system, "extra": ""}
    for python, system in product(("3.11", "3.12", "3.13", "3.14"), ("linux", "darwin", "win32"))
]
# uv's overrides in pyproject.toml: what is asked for and left out on purpose.
LEFT_OUT = {Requirement(one).name for one in PROJECT["tool"]["uv"]["override-dependencies"]}
ENTRY = re.compile(
    r"(?P<pin>[^\s#\\][^\\\n]*) \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+(?P<via>(?:    #.*\n)+)"
)


@dataclass(frozen=True)
class Pin:
    """One entry of a lock file."""

    name: str
    version: str
    extras: frozenset[str]
    marker: Marker | None
    direct: bool

    def applies(self, environment: dict[str, str]) -> bool:
        return self.marker is None or self.marker.evaluate(environment)


def pins(text: str) -> list[Pin]:
    """The entries of a lock file. Raises AssertionError at a line that belongs to none."""
    body = re.sub(r"\A(?:#.*\n)*", "", text)
    assert ENTRY.sub("", body) == ""
    found = []
    for match in ENTRY.finditer(body):
        pin = Requirement(match["pin"])
        (version,) = pin.specifier
        assert version.operator == "=="
        direct = "consumer-drift" in match["via"]
        name = canonicalize_name(pin.name)
        found.append(Pin(name, version.version, frozenset(pin.extras), pin.marker, direct))
    return found


def locked(path: Path) -> list[Pin]:
    return pins(path.read_text(encoding="utf-8"))


def wanted(path: Path) -> list[Requirement]:
    """What pyproject.toml says that this lock file is for."""
    if path.name == "requirements.lock":
        project = PROJECT["project"]
        return [
            Requirement(one)
            for group in (project["dependencies"], *project["optional-dependencies"].values())
            for one in group
        ]
    return [Requirement(one) for one in PROJECT["dependency-groups"][path.stem]]


def missing(requirement: Requirement, held: list[Pin], environment: dict[str, str]) -> bool:
    """Whether *held* does not satisfy *requirement* where *environment* is."""
    if requirement.marker is not None and not requirement.marker.evaluate(environment):
        return False
    name = canonicalize_name(requirement.name)
    versions = [pin.version for pin in held if pin.name == name and pin.applies(environment)]
    return len(versions) != 1 or not requirement.specifier.contains(versions[0], prereleases=True)


def needed(pin: Pin, environment: dict[str, str]) -> list[Requirement]:
    """What the package behind *pin* asks for, as far as it is installed here in that version."""
    try:
        package = metadata.distribution(pin.name)
    except metadata.PackageNotFoundError:
        return []
    if package.version != pin.version:
        return []
    found = [Requirement(one) for one in package.requires or ()]
    return [
        one
        for one in found
        if canonicalize_name(one.name) not in LEFT_OUT
        and (
            one.marker is None
            or any(one.marker.evaluate({**environment, "extra": extra}) for extra in ("", *pin.extras))
        )
    ]


def test_each_group_has_its_lock_and_no_lock_is_left_over() -> None:
    assert {*ROOT.glob("locks/*"), *ROOT.glob("*.lock")} == set(LOCKS)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_no_registry_and_no_option_but_hashes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert set(re.findall(r"(?<!\S)--?[a-z-]+", text)) == {"--hash"}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_what_its_group_asks_for_on_every_python_and_system(path: Path) -> None:
    held = locked(path)
    asked = wanted(path)
    assert {pin.name for pin in held if pin.direct} == {canonicalize_name(one.name) for one in asked}
    for environment in ENVIRONMENTS:
        assert [one.name for one in asked if missing(one, held, environment)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_what_its_packages_ask_for(path: Path) -> None:
    held = locked(path)
    for environment in ENVIRONMENTS:
        lacking = [
            (pin.name, str(one))
            for pin in held
            if pin.applies(environment)
            for one in needed(pin, environment)
            if missing(Requirement(f"{one.name}{one.specifier}"), held, environment)
        ]
        assert lacking == []


def test_locks_agree_on_what_they_share() -> None:
    """They are installed into one environment, one after the other."""
    everything = [pin for path in LOCKS for pin in locked(path)]
    for environment in ENVIRONMENTS:
        versions: dict[str, set[str]] = {}
        for pin in everything:
            if pin.applies(environment):
                versions.setdefault(pin.name, set()).add(pin.version)
        assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_is_left_out_is_in_no_lock() -> None:
    assert [pin.name for path in LOCKS for pin in locked(path) if pin.name in LEFT_OUT] == []


def test_the_build_backend_is_locked_as_the_build_asks_for_it() -> None:
    assert set(PROJECT["build-system"]["requires"]) <= set(PROJECT["dependency-groups"]["build"])


def test_make_installs_from_locks_alone() -> None:
    """With pip. The runs on the newest and on the oldest versions are what uv is for."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = re.findall(r"^\t.*\bpip install\b.*|^\t\$\(PIP\) .*", makefile, re.MULTILINE)
    assert installs
    unlocked = [line for line in installs if "$(LOCKED)" not in line and "--no-deps" not in line]
    assert [line for line in unlocked if "uv pip install" not in line] == []


@pytest.mark.parametrize(
    "damaged",
    [
        "click==8.5.1\n    # via consumer-drift (pyproject.toml)\n",
        "click>=8.5.1 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via consumer-drift (pyproject.toml)\n",
        "click==8.5.1 \\\n    --hash=md5:00\n    # via consumer-drift (pyproject.toml)\n",
    ],
    ids=["no hash", "no version", "another hash"],
)
def test_a_damaged_lock_is_seen(damaged: str) -> None:
    with pytest.raises(AssertionError):
        pins(damaged)
