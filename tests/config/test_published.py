"""``source.published``: which registry, at which address, under which name."""

from __future__ import annotations

import pytest

from consumer_drift.model.config import RegistryKind, RegistryPackage
from tests.config.loading import config_of, told, whole

PYPI, NPM, OCI, GO, URL = RegistryKind


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{pypi: acme-runtime}", RegistryPackage(PYPI, "acme-runtime", "https://pypi.org/simple")),
        (
            "{pypi: acme-runtime, index: 'https://p.example.org/simple/', token-env: INDEX_TOKEN}",
            RegistryPackage(PYPI, "acme-runtime", "https://p.example.org/simple/", token_env="INDEX_TOKEN"),
        ),
        ("{npm: '@acme/runtime'}", RegistryPackage(NPM, "@acme/runtime", "https://registry.npmjs.org")),
        ("{go: acme.dev/runtime}", RegistryPackage(GO, "acme.dev/runtime", "https://proxy.golang.org")),
        ("{oci: ghcr.io/acme/runtime}", RegistryPackage(OCI, "acme/runtime", "https://ghcr.io", "{version}")),
        (
            "{oci: 'registry.example.org:5000/acme/runtime:v{version}'}",
            RegistryPackage(OCI, "acme/runtime", "https://registry.example.org:5000", "v{version}"),
        ),
        ("{oci: runtime}", RegistryPackage(OCI, "library/runtime", "https://registry-1.docker.io", "{version}")),
        (
            "{oci: docker.io/acme/runtime}",
            RegistryPackage(OCI, "acme/runtime", "https://registry-1.docker.io", "{version}"),
        ),
        ("{oci: acme/runtime}", RegistryPackage(OCI, "acme/runtime", "https://registry-1.docker.io", "{version}")),
        (
            "{oci: 'acme/runtime:{version}-slim', index: 'http://localhost:5000'}",
            RegistryPackage(OCI, "acme/runtime", "http://localhost:5000", "{version}-slim"),
        ),
        (
            "{url: 'https://d.example.org/@acme/{version}'}",
            RegistryPackage(URL, "https://d.example.org/@acme/{version}", "https://d.example.org"),
        ),
        (
            "{url: 'https://d.example.org/{version}/runtime-{version}.tgz'}",
            RegistryPackage(URL, "https://d.example.org/{version}/runtime-{version}.tgz", "https://d.example.org"),
        ),
    ],
)
def test_a_registry_has_its_protocol_address_and_name(written: str, expected: RegistryPackage) -> None:
    assert config_of(whole(f"source: {{published: {written}}}\n")).source.published == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{}", "source.published: names no registry: write one of pypi, npm, oci, go, url"),
        ("{index: 'https://p.example.org'}", "source.published: names no registry: write one of pypi, npm"),
        (
            "{pypi: a, npm: b}",
            "source.published.npm: is next to 'pypi', and a source is published at one registry",
        ),
        (
            "{url: 'https://d.example.org/{version}', index: 'https://p.example.org'}",
            "source.published.index: has no meaning next to 'url'",
        ),
        ("{url: 'https://d.example.org/runtime.tgz'}", "needs {version}, as in https://example.org/{version}/"),
        ("{url: 'https://{version}.example.org/x'}", "may have {version} after the host"),
        ("{url: 'https://d.example.org/{version}/{name}'}", "may have {version} after the host"),
        ("{pypi: a, index: p.example.org}", "'p.example.org' is not an address"),
        ("{pypi: a, index: 'https://u:p@p.example.org'}", "contains a user or a password"),
        ("{pypi: a, token-env: GITHUB_TOKEN}", "has the token of the server, which a registry must not get"),
        ("{pypi: a, token-env: gitea_token}", "has the token of the server, which a registry must not get"),
        ("{pypi: a, token-env: INPUT_TOKEN}", "has the token of the server, which a registry must not get"),
        ("{pypi: a, token-env: 'pypi-AgEI'}", "is not the name of a variable"),
        ("{oci: 'ghcr.io/acme/runtime:latest'}", "is not an image"),
        ("{oci: 'ghcr.io/acme/runtime@sha256:00'}", "is not an image"),
        ("{pypi: a, nmp: b}", "did you mean 'npm'?"),
    ],
)
def test_what_is_wrong_is_told(written: str, said: str) -> None:
    assert said in "\n".join(told(whole(f"source: {{published: {written}}}\n")))


def test_the_first_entry_that_says_it_counts_for_all() -> None:
    text = "source: [{release: latest}, {file: VERSION, published: {pypi: a}}]\n"
    assert config_of(whole(text)).source.published == RegistryPackage(PYPI, "a", "https://pypi.org/simple")
