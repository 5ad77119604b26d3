"""Each registry: what is there, what is not, and everything that proves neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.config.entry import read
from consumer_drift.config.models import PublishedEntry
from consumer_drift.config.published import published
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.forges.http.transport import Limits
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.versions import Scheme, parse_version
from consumer_drift.registries import go, pypi
from consumer_drift.registries.base import Availability
from consumer_drift.registries.connect import CachedRegistry, connect
from consumer_drift.support.deadline import Deadline
from consumer_drift.support.json_fields import JsonValue
from tests.registries.emulator import FAULTS, Registry

if TYPE_CHECKING:
    from consumer_drift.model.config import RegistryPackage
    from consumer_drift.model.versions import Version

PRESENT, ABSENT = Availability.PRESENT, Availability.ABSENT
KINDS = ("pypi", "npm", "oci", "go", "url")
HASTE = RetryPolicy(attempts=2, first=0.001, longest=0.05, secondary=0.001)


def version(text: str) -> Version:
    found = parse_version(text, Scheme.SEMVER)
    assert found is not None
    return found


def keys(kind: str, url: str) -> dict[str, str]:
    """What a configuration would say of the emulated registry."""
    return {
        "pypi": {"pypi": "Acme.Runtime", "index": f"{url}/simple"},
        "npm": {"npm": "@acme/runtime", "index": f"{url}/npm"},
        "oci": {"oci": "acme/runtime:v{version}", "index": url},
        "go": {"go": "acme.dev/Runtime", "index": f"{url}/go/"},
        "url": {"url": f"{url}/files/{{version}}/runtime.tar.gz"},
    }[kind]


def package(said: dict[str, str]) -> RegistryPackage:
    """What the configuration's keys *said* mean."""
    entry, misfits = read(PublishedEntry, said)
    assert not misfits
    return published(entry)


def at(kind: str, server: Registry, token: str = "") -> CachedRegistry:
    """The client of the emulated registry."""
    limits = Limits(connect=5, read=0.3, total=5)
    return connect(package(keys(kind, server.url)), token, Deadline(60), retry_policy=HASTE, limits=limits)


@pytest.mark.parametrize("kind", KINDS)
def test_a_version_is_there_or_not(kind: str) -> None:
    """And asking again costs nothing."""
    with Registry() as server:
        registry = at(kind, server)
        asked = [registry.lookup(version(text)) for text in ("1.3.1", "1.4.0", "1.3.0")]
        assert asked == [PRESENT, ABSENT, PRESENT]
        before = len(server.seen)
        assert [registry.lookup(version(text)) for text in ("1.3.1", "1.4.0", "1.3.0")] == asked
        assert len(server.seen) == before == registry.requests
        # One request a candidate, and for two of them another one that proves an absence.
        assert before == {"pypi": 1, "npm": 1, "oci": 4, "go": 4, "url": 3}[kind]


@pytest.mark.parametrize("page", ["json", "html"])
def test_a_yanked_version_is_not_there(page: str) -> None:
    """Unless it has a file that was not yanked."""
    with Registry(yanked=("1.4.0", "1.3.1"), page=page) as server:
        registry = at("pypi", server)
        assert registry.lookup(version("1.4.0")) is ABSENT
        assert registry.lookup(version("1.3.1")) is PRESENT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_anything_but_proof_is_a_failure(kind: str, fault: str) -> None:
    """Neither there nor not, whatever it is, and for every version alike."""
    if kind == "url" and fault in {"no-project", "empty", "other-json", "list", "no-content-type"}:
        pytest.skip("for a file these are its absence, or the file")
    with Registry(fault=fault) as server:
        registry = at(kind, server)
        for text in ("1.3.1", "1.4.0"):
            found = registry.lookup(version(text))
            assert isinstance(found, Failure), found
            assert "forge" not in f"{found.said} {found.remedy}".replace("conforge", "")


@pytest.mark.parametrize("kind", ["pypi", "npm", "oci", "go"])
def test_a_package_that_the_registry_does_not_know_is_not_an_absent_version(kind: str) -> None:
    """It may be private, renamed, or at another registry."""
    with Registry() as server:
        said = keys(kind, server.url)
        said[kind] = said[kind].replace("cme", "cne")
        registry = connect(package(said), "", Deadline(60), retry_policy=HASTE)
        assert isinstance(registry.lookup(version("1.3.1")), Failure)


def test_a_go_module_whose_list_cannot_be_read_is_not_without_the_version() -> None:
    """A 404 of the version alone may be that of the whole module."""
    for fault in ("no-project", "server-error", "wall-200", "empty"):
        with Registry(fault=fault, at="/@v/list") as server:
            registry = at("go", server)
            assert isinstance(registry.lookup(version("1.4.0")), Failure)
            assert registry.lookup(version("1.3.1")) is PRESENT


def test_an_image_without_any_tag_is_not_without_the_version() -> None:
    """Gitea says of an unknown image what others say of an unknown tag."""
    with Registry(present=()) as server:
        assert isinstance(at("oci", server).lookup(version("1.4.0")), Failure)
    for fault in ("no-project", "server-error", "wall-200", "list"):
        with Registry(fault=fault, at="/tags/list") as server:
            assert isinstance(at("oci", server).lookup(version("1.4.0")), Failure)


def test_an_index_without_any_file_of_the_project_is_no_page_of_it() -> None:
    """HTML alone proves nothing: a wall is HTML too."""
    with Registry(present=(), page="html") as server:
        assert isinstance(at("pypi", server).lookup(version("1.4.0")), Failure)
    with Registry(present=()) as server:
        assert at("pypi", server).lookup(version("1.4.0")) is ABSENT


@pytest.mark.parametrize("kind", ["pypi", "npm", "go", "url"])
def test_a_token_is_sent_as_the_registry_takes_it(kind: str) -> None:
    """And without it the version is unknown, whose name the failure does not show."""
    with Registry(token="s3cret-token") as server:
        assert at(kind, server, "s3cret-token").lookup(version("1.3.1")) is PRESENT
        found = at(kind, server).lookup(version("1.3.1"))
        assert isinstance(found, Failure)
        assert found.reason is Reason.NO_TOKEN
        found = at(kind, server, "wrong").lookup(version("1.3.1"))
        assert isinstance(found, Failure)
        assert found.reason is Reason.BAD_CREDENTIALS
        assert "s3cret" not in str(found)


def test_a_container_registry_is_asked_with_the_token_of_its_challenge() -> None:
    """The token of the configuration goes to the token server alone."""
    with Registry(token="s3cret-token") as server:
        registry = at("oci", server, "s3cret-token")
        assert registry.lookup(version("1.3.1")) is PRESENT
        assert registry.lookup(version("1.4.0")) is ABSENT
        assert isinstance(at("oci", server).lookup(version("1.3.1")), Failure)
        manifests = [authorization for _, path, authorization in server.seen if "/manifests/" in path]
        assert set(manifests) == {"", "Bearer pulled"}


def test_a_token_for_anybody_that_opens_nothing_is_no_token_of_the_configuration() -> None:
    with Registry(token="s3cret-token", anonymous=True) as server:
        found = at("oci", server).lookup(version("1.3.1"))
        assert isinstance(found, Failure)
        assert found.reason is Reason.NO_TOKEN
        assert "without a token (401)" in found.said
        assert at("oci", server, "s3cret-token").lookup(version("1.3.1")) is PRESENT


@pytest.mark.parametrize(
    ("header", "realm"),
    [
        ('Bearer realm="https://a.example/token",service="r"', "https://a.example/token"),
        ('Bearer realm="https://a.example/token", Basic realm="Registry"', "https://a.example/token"),
        ('Basic realm="Registry", Bearer realm="https://a.example/token"', "https://a.example/token"),
        ('bearer realm="https://a.example/token"', "https://a.example/token"),
        ('Basic realm="Registry"', None),
        ("", None),
    ],
)
def test_the_challenge_may_be_one_of_several(header: str, realm: str | None) -> None:
    """Gitea sends two."""
    from consumer_drift.registries.oci import _bearer  # noqa: PLC0415

    assert _bearer(header).get("realm") == realm


def test_a_token_server_of_another_domain_gets_no_token() -> None:
    """A registry cannot send the token elsewhere."""
    from consumer_drift.registries.oci import _is_near  # noqa: PLC0415

    assert _is_near("https://auth.docker.io", "https://registry-1.docker.io")
    assert _is_near("http://127.0.0.1:5000", "http://127.0.0.1:5000")
    assert not _is_near("https://auth.example.invalid", "https://registry.example.org")
    assert not _is_near("http://auth.example.org", "https://registry.example.org")
    assert not _is_near("https://other.io", "https://ghcr.io")


def test_a_redirect_to_another_host_gets_no_token() -> None:
    """The failure names the host and nothing behind it."""
    with Registry(fault="redirect-elsewhere", token="s3cret-token") as server:
        found = at("pypi", server, "s3cret-token").lookup(version("1.3.1"))
        assert isinstance(found, Failure)
        assert found.reason is Reason.FOREIGN_REDIRECT
        assert "login.example.invalid" in found.said
        assert "from=here" not in found.said


FILE = "acme_runtime-1.4.0.tar.gz"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<a href="{FILE}">x</a>', [(FILE, False)]),
        (f"<A\nHREF='../{FILE}#sha256=0' data-yanked>x</A>", [(FILE, True)]),
        (f'<a data-yanked="" href={FILE}>x</a>', [(FILE, True)]),
        (f'<a data-requires-python="<4,>=3" title="data-yanked" href="{FILE}">x</a>', [(FILE, False)]),
        (f'<a href="x/{FILE}?a&amp;b">x</a>', [(FILE, False)]),
        (f'<!-- <a href="{FILE}">x</a> --><abbr href="{FILE}"><![<a name="x">', []),
        (f'<a href="{FILE}"', []),
        ('<a href="http://[">x</a>', []),
    ],
)
def test_the_links_of_a_page_are_read(html: str, expected: list[tuple[str, bool]]) -> None:
    assert list(pypi._links(pypi._without_comments(html))) == expected


HOSTILE = ("<a b=", "<a x='y' ", '<a "', "<!--", "<a\n/", "<?", "<![", "<a a a", "<a '<a \"")


@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_page_costs_what_its_length_does(part: str) -> None:
    """The standard library needs hours for this, or raises."""
    page = part * 50_000
    assert list(pypi._links(pypi._without_comments(page))) == []


@pytest.mark.parametrize(
    ("value", "expected"), [(None, PRESENT), (False, PRESENT), ("", PRESENT), (True, ABSENT), ("broken", ABSENT)]
)
def test_a_file_is_yanked_by_true_or_by_a_reason(value: Any, expected: Availability) -> None:
    """https://packaging.python.org/en/latest/specifications/simple-repository-api/#project-detail"""
    row = {"filename": FILE, "yanked": value} if value is not None else {"filename": FILE}
    assert pypi._is_yanked(JsonValue(row)) is (expected is ABSENT)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("v1.3.0\nv1.4.0\n", PRESENT),
        ("v1.4.0 2026-11-20T00:00:00Z\nv1.3.0 2026-11-19T00:00:00Z\n", PRESENT),
        ("v1.3.0 2026-11-19T00:00:00Z\n\n", ABSENT),
    ],
)
def test_a_line_of_a_go_proxys_list_may_have_a_time(body: str, expected: Availability) -> None:
    """As the go command reads it: https://go.dev/ref/mod#goproxy-protocol"""
    assert go.listed(body, "v1.4.0") is expected


@pytest.mark.parametrize("body", ["", "\n", "<html>", "not found: v1.4.0\n"])
def test_what_is_no_list_of_a_go_proxy_proves_nothing(body: str) -> None:
    assert go.listed(body, "v1.4.0") is None
