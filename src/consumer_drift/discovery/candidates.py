"""The places where other repositories may pin what a source publishes, as entries of ``pins:``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.discovery.published import Product
from consumer_drift.pins.kind import PinOptions
from consumer_drift.pins.kinds import KINDS
from consumer_drift.pins.whole_file import WholeFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from consumer_drift.discovery.published import Publication
    from consumer_drift.model.pins import Pin

_KINDS = {kind.key: kind for kind in KINDS}
_WORKFLOWS = tuple(f"{folder}/workflows/*.y*ml" for folder in (".github", ".gitea", ".forgejo"))
_REQUIREMENTS = (
    *("requirements.txt", "requirements.in", "requirements-dev.txt", "requirements/*.txt", "constraints.txt"),
    *("pyproject.toml", "setup.py", "setup.cfg", "environment.yml"),
)
_IMAGES = (
    *("Dockerfile", "Containerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"),
    *(".devcontainer/devcontainer.json", ".gitlab-ci.yml", "kustomization.yaml", "values.yaml", *_WORKFLOWS),
)
_VARIABLES = ("Makefile", ".env", "versions.env", "Dockerfile")


# An entry of ``pins:``: its keys and their values, in the order of the file.
PinEntry = tuple[tuple[str, "str | tuple[str, ...]"], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry of ``pins:``: the *file* (a path or a pattern), the key of its *kind* (empty: the whole file), and
    the kind's *value*.
    """

    file: str
    kind: str = ""
    value: str = ""

    def pin(self, *, optional: bool = False) -> Pin:
        """Return the pin. Raises ValueError where the value makes none."""
        if not self.kind:
            return WholeFile(self.file, optional)
        kind = _KINDS[self.kind]
        return kind.make(self.file, (self.value,) if kind.many else self.value, PinOptions(optional))

    @property
    def entry(self) -> PinEntry:
        """What the configuration has for it."""
        return (("file", self.file), *([(self.kind, self.value)] if self.kind else []))

    @property
    def what(self) -> str:
        """What is looked for: ``image ghcr.io/acme/runtime``."""
        return f"{self.kind} {self.value}" if self.kind else "a version file"


def candidates(publications: Iterable[Publication]) -> tuple[Candidate, ...]:
    """Return every place to look at, each once, the most certain first."""
    unique = dict.fromkeys(one for publication in publications for one in _of(publication))
    # A name alone may be in any file: what a manifest says comes first.
    return tuple(sorted(filter(_is_valid, unique), key=lambda one: one.kind in {"", "regex"}))


def _is_valid(candidate: Candidate) -> bool:
    try:
        candidate.pin()
    except ValueError:
        return False
    return True


def _of(publication: Publication) -> Iterator[Candidate]:
    yield from _PLACES[publication.product](publication.name)


def _key(file: str, *path: str) -> Candidate:
    """Return the candidate of a key; a step in brackets is taken as it is."""
    return Candidate(file, "key", ".".join(path))


def _step(name: str) -> str:
    return name if re.fullmatch(r'[^."\[\]*]+', name) else json.dumps(name, ensure_ascii=False)


def _python(name: str) -> Iterator[Candidate]:
    yield from (Candidate(file, "requirement", name) for file in _REQUIREMENTS)
    yield _key("pyproject.toml", "tool", "poetry", "dependencies", _step(name))
    yield _key("Pipfile", "packages", _step(name))


def _npm(name: str) -> Iterator[Candidate]:
    for table in ("dependencies", "devDependencies", "optionalDependencies"):
        yield _key("package.json", table, _step(name))


def _cargo(name: str) -> Iterator[Candidate]:
    for table in ("dependencies", "dev-dependencies", "build-dependencies", "workspace.dependencies"):
        yield _key("Cargo.toml", table, _step(name))


def _go(name: str) -> Iterator[Candidate]:
    yield Candidate("go.mod", "module", name)


def _terraform(name: str) -> Iterator[Candidate]:
    yield from (Candidate(file, "module", name) for file in ("main.tf", "modules.tf", "terragrunt.hcl"))


def _image(name: str) -> Iterator[Candidate]:
    yield from (Candidate(file, "image", name) for file in _IMAGES)


def _action(name: str) -> Iterator[Candidate]:
    for file in (*_WORKFLOWS, "action.yml", "action.yaml", ".github/actions/*/action.y*ml"):
        yield Candidate(file, "uses", name)


def _chart(name: str) -> Iterator[Candidate]:
    for file in ("Chart.yaml", "chart/Chart.yaml", "charts/*/Chart.yaml"):
        yield _key(file, f"dependencies[name={_field(name)}]", "version")


def _field(value: str) -> str:
    return value if re.fullmatch(r"[A-Za-z0-9_-]+", value) else json.dumps(value, ensure_ascii=False)


def _composer(name: str) -> Iterator[Candidate]:
    for table in ("require", "require-dev"):
        yield _key("composer.json", table, _step(name))


def _gem(name: str) -> Iterator[Candidate]:
    pattern = rf"""^\s*gem ["']{re.escape(name)}["'], *["'](?P<version>[^"']+)["']"""
    yield Candidate("Gemfile", "regex", pattern.replace("\\-", "-"))


def _maven(name: str) -> Iterator[Candidate]:
    group, _, artifact = name.partition(":")
    where = f"[artifactId={_field(artifact)}]"
    yield _key("pom.xml", "project", "dependencies", f"dependency{where}", "version")
    yield _key("pom.xml", "project", f"parent{where}", "version")
    yield _key("pom.xml", "project", "properties", json.dumps(f"{artifact}.version"))
    yield _key("gradle/libs.versions.toml", "versions", _step(artifact))
    if group:
        quoted = re.escape(f"{group}:{artifact}").replace("\\-", "-")
        for file in ("build.gradle", "build.gradle.kts"):
            yield Candidate(file, "regex", rf"""["']{quoted}:(?P<version>[^"':@]+)["']""")


def _nuget(name: str) -> Iterator[Candidate]:
    include = f"[Include={json.dumps(name)}]"
    yield _key("Directory.Packages.props", "Project", "ItemGroup", f"PackageVersion{include}", "Version")
    yield _key("*.csproj", "Project", "ItemGroup", f"PackageReference{include}", "Version")


def _hooks(name: str) -> Iterator[Candidate]:
    for address in (name, f"{name}.git"):
        yield _key(".pre-commit-config.yaml", f"repos[repo={json.dumps(address)}]", "rev")


def _name(name: str) -> Iterator[Candidate]:
    """A name in version files, in the files of tool managers, and in variables."""
    yield from (Candidate(file) for file in (f".{name}-version", f".{name.replace('-', '_')}_version"))
    yield _key(".tool-versions", _step(name))
    yield from (_key(file, "tools", _step(name)) for file in ("mise.toml", ".mise.toml"))
    variable = re.sub(r"[^A-Z0-9]+", "_", name.upper())
    pattern = rf"""^(?:export |ARG |ENV )?{variable}_VERSION *[:?]?= *["']?v?(?P<version>[0-9][^\s"'#]*)"""
    yield from (Candidate(file, "regex", pattern) for file in _VARIABLES)


_PLACES: dict[Product, Callable[[str], Iterator[Candidate]]] = {
    Product.NAME: _name,
    Product.PYTHON: _python,
    Product.NPM: _npm,
    Product.CARGO: _cargo,
    Product.GO: _go,
    Product.TERRAFORM: _terraform,
    Product.IMAGE: _image,
    Product.ACTION: _action,
    Product.CHART: _chart,
    Product.COMPOSER: _composer,
    Product.GEM: _gem,
    Product.MAVEN: _maven,
    Product.NUGET: _nuget,
    Product.HOOKS: _hooks,
}
