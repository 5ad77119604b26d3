"""What a source publishes, by its own files; and that a consumer of each kind is found at its places."""

from __future__ import annotations

import pytest

from consumer_drift.discovery.candidates import Candidate, candidates
from consumer_drift.discovery.images import built_images
from consumer_drift.discovery.published import Product, Publication, published
from consumer_drift.discovery.search import search
from consumer_drift.discovery.tags import tagging
from consumer_drift.model.observation import Snapshot, Tag
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import FileText, NoFile
from consumer_drift.model.versions import Scheme, VersionFormat

ACME = RepositoryName("acme", "runtime")
APP = RepositoryName("acme", "app")
SERVER = "https://git.example.org"

PUBLISHED = [
    ("pyproject.toml", '[project]\nname = "acme-runtime"\n', Product.PYTHON, "acme-runtime"),
    ("pyproject.toml", '[tool.poetry]\nname = "acme-runtime"\n', Product.PYTHON, "acme-runtime"),
    ("setup.cfg", "[metadata]\nname = acme-runtime\n", Product.PYTHON, "acme-runtime"),
    ("setup.py", 'setup(\n    name="acme-runtime",\n)\n', Product.PYTHON, "acme-runtime"),
    ("packages/core/package.json", '{"name": "@acme/runtime"}', Product.NPM, "@acme/runtime"),
    ("Cargo.toml", '[package]\nname = "acme-runtime"\n', Product.CARGO, "acme-runtime"),
    ("go.mod", "module acme.dev/runtime/v3\n", Product.GO, "acme.dev/runtime"),
    ("Chart.yaml", "name: runtime\n", Product.CHART, "runtime"),
    ("composer.json", '{"name": "acme/runtime"}', Product.COMPOSER, "acme/runtime"),
    ("runtime.gemspec", 'spec.name = "acme-runtime"\n', Product.GEM, "acme-runtime"),
    (
        "pom.xml",
        "<project><groupId>dev.acme</groupId><artifactId>runtime</artifactId></project>",
        Product.MAVEN,
        "dev.acme:runtime",
    ),
    (
        "src/Runtime.csproj",
        "<Project><PropertyGroup><PackageId>Acme.Runtime</PackageId></PropertyGroup></Project>",
        Product.NUGET,
        "Acme.Runtime",
    ),
    ("action.yml", "runs: {using: node20}\n", Product.ACTION, "acme/runtime"),
    (".gitea/workflows/build.yml", "on: {workflow_call: {}}\n", Product.ACTION, "acme/runtime"),
    ("Dockerfile", "FROM scratch\n", Product.IMAGE, "git.example.org/acme/runtime"),
    (
        "Dockerfile",
        'FROM scratch\nLABEL org.opencontainers.image.title="quay.io/acme/base"\n',
        Product.IMAGE,
        "quay.io/acme/base",
    ),
    ("compose.yml", "services: {a: {build: ., image: 'acme/runtime:dev'}}\n", Product.IMAGE, ""),
    ("compose.yml", "services:\n  a:\n    build: .\n    image: acme/runtime:dev\n", Product.IMAGE, "acme/runtime"),
    ("main.tf", "variable x {}\n", Product.TERRAFORM, "git.example.org/acme/runtime"),
    (".pre-commit-hooks.yaml", "- id: x\n", Product.HOOKS, "https://git.example.org/acme/runtime"),
    (".engine-version", "1.4.0\n", Product.NAME, "engine"),
]


@pytest.mark.parametrize(("path", "text", "product", "name"), PUBLISHED, ids=lambda value: str(value)[:30])
def test_a_manifest_says_what_is_published(path: str, text: str, product: Product, name: str) -> None:
    found = [one for one in published(ACME, SERVER, {path: text}) if one.product is product]
    assert not name or Publication(product, name, path) in found
    assert name or found == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{"name": "root", "private": true}'),
        ("Cargo.toml", '[package]\nname = "x"\npublish = false\n'),
        ("tests/fixtures/package.json", '{"name": "x"}'),
        ("examples/app/pyproject.toml", '[project]\nname = "x"\n'),
        ("pyproject.toml", "not toml ["),
        ("package.json", "[]"),
        ("action.yml", "name: no action\n"),
        (".python-version", "3.14\n"),
    ],
)
def test_what_is_not_published_is_no_publication(path: str, text: str) -> None:
    found = published(ACME, SERVER, {path: text})
    assert found == (Publication(Product.NAME, "runtime", "the repository's name"),)


@pytest.mark.parametrize(
    ("step", "image"),
    [
        ("{uses: docker/build-push-action@v6, with: {tags: 'ghcr.io/acme/runtime:1'}}", "ghcr.io/acme/runtime"),
        (
            "{with: {tags: '${{ env.REGISTRY }}/${{ github.repository }}:${{ github.ref_name }}'}}",
            "ghcr.io/acme/runtime",
        ),
        ("{with: {images: 'name=quay.io/acme/base,enable=true'}}", "quay.io/acme/base"),
        ('{with: {images: "quay.io/acme/one\\nquay.io/acme/two"}}', "quay.io/acme/two"),
        (
            "{run: 'docker build -t registry.example.org:5000/acme/runtime:$TAG .'}",
            "registry.example.org:5000/acme/runtime",
        ),
        ("{run: 'podman push $REGISTRY/$GITHUB_REPOSITORY:latest'}", "ghcr.io/acme/runtime"),
    ],
)
def test_a_workflow_names_the_images_that_it_builds(step: str, image: str) -> None:
    text = (
        f"on: {{push: {{tags: ['release/v*']}}}}\nenv: {{REGISTRY: ghcr.io}}\njobs: {{a: {{steps: [{step}]}}}}\n"
    )
    assert image in list(built_images(ACME, text))
    assert "release/v" not in " ".join(built_images(ACME, text))


POM = """\
<project><dependencies><dependency>
  <groupId>dev.acme</groupId><artifactId>runtime</artifactId><version>1.4.0</version>
</dependency></dependencies></project>
"""
CONSUMERS = [
    (Product.PYTHON, "acme-runtime", "requirements-dev.txt", "acme-runtime==1.4.0\n"),
    (Product.PYTHON, "acme-runtime", "pyproject.toml", '[tool.poetry.dependencies]\nacme-runtime = "1.4.0"\n'),
    (Product.PYTHON, "acme-runtime", "Pipfile", '[packages]\nacme-runtime = "==1.4.0"\n'),
    (Product.NPM, "acme.js", "package.json", '{"devDependencies": {"acme.js": "1.4.0"}}'),
    (Product.CARGO, "acme-runtime", "Cargo.toml", '[workspace.dependencies]\nacme-runtime = "=1.4.0"\n'),
    (Product.GO, "acme.dev/runtime", "go.mod", "module x\n\nrequire acme.dev/runtime v1.4.0\n"),
    (
        Product.TERRAFORM,
        "git.example.org/acme/runtime",
        "main.tf",
        'module "r" {\n  source = "git::https://git.example.org/acme/runtime.git?ref=v1.4.0"\n}\n',
    ),
    (
        Product.IMAGE,
        "ghcr.io/acme/runtime",
        "compose.yaml",
        "services: {a: {image: 'ghcr.io/acme/runtime:1.4.0'}}\n",
    ),
    (Product.CHART, "runtime", "Chart.yaml", "dependencies:\n  - name: runtime\n    version: 1.4.0\n"),
    (Product.COMPOSER, "acme/runtime", "composer.json", '{"require": {"acme/runtime": "1.4.0"}}'),
    (Product.GEM, "acme-runtime", "Gemfile", "gem 'acme-runtime', '1.4.0'\n"),
    (
        Product.MAVEN,
        "dev.acme:runtime",
        "pom.xml",
        POM,
    ),
    (Product.MAVEN, "dev.acme:runtime", "build.gradle.kts", 'implementation("dev.acme:runtime:1.4.0")\n'),
    (
        Product.NUGET,
        "Acme.Runtime",
        "Directory.Packages.props",
        '<Project><ItemGroup><PackageVersion Include="Acme.Runtime" Version="1.4.0" /></ItemGroup></Project>',
    ),
    (
        Product.HOOKS,
        "https://git.example.org/acme/runtime",
        ".pre-commit-config.yaml",
        "repos:\n  - repo: https://git.example.org/acme/runtime\n    rev: v1.4.0\n",
    ),
    (Product.NAME, "runtime", "mise.toml", '[tools]\nruntime = "1.4.0"\n'),
    (Product.NAME, "acme-runtime", "Dockerfile", "ARG ACME_RUNTIME_VERSION=1.4.0\n"),
    (Product.NAME, "runtime", ".env", 'RUNTIME_VERSION="v1.4.0"\n'),
]


@pytest.mark.parametrize(("product", "name", "path", "text"), CONSUMERS, ids=lambda value: str(value)[:30])
def test_a_consumer_of_each_kind_is_found(product: Product, name: str, path: str, text: str) -> None:
    places = tuple(one for one in candidates([Publication(product, name, "x")]) if "*" not in one.file)
    files = {one.file: FileText(text) if one.file == path else NoFile() for one in places}
    found = search(places, [Snapshot(APP, APP, files=files)], VersionFormat())
    assert [(state.path, state.value) for one in found.carriers for state in one.states] == [(path, "1.4.0")]


def test_every_product_has_its_places() -> None:
    assert {product for product, *_ in CONSUMERS} == set(Product) - {Product.ACTION}
    assert Candidate(".github/workflows/*.y*ml", "uses", "a/b") in candidates(
        [Publication(Product.ACTION, "a/b", "x")]
    )


def test_a_name_that_makes_no_pin_is_left_out() -> None:
    """A manifest may say anything."""
    for product in Product:
        for name in ("", "a\nb", '"', "*", "[x", "a b", "\\", "a" * 5000):
            for one in candidates([Publication(product, name, "x")]):
                assert one.pin().file == one.file


@pytest.mark.parametrize(
    ("names", "template", "scheme"),
    [
        (["v1.0.0", "v1.1.0", "1.2.0"], "v{version}", Scheme.SEMVER),
        (["runtime-v1.0.0", "v1.0.0"], "runtime-v{version}", Scheme.SEMVER),
        (["release/1.0.0", "release/1.1.0", "nightly"], "release/{version}", Scheme.SEMVER),
        (["2026.1", "2026.2"], "{version}", Scheme.PEP440),
        (["py3-v1.0.0", "py3-v1.1.0"], "py3-v{version}", Scheme.SEMVER),
        (["nightly", "v1.0.0-rc.1"], "", Scheme.SEMVER),
        ([], "", Scheme.SEMVER),
    ],
)
def test_the_tags_tell_how_versions_are_written(names: list[str], template: str, scheme: Scheme) -> None:
    found = tagging([Tag(name) for name in names], ACME)
    assert (found.template, found.scheme) == (template, scheme)
