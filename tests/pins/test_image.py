from __future__ import annotations

import pytest

from consumer_drift.pins.image import Image
from tests.pins.readings import PEP440, absent, damaged, seen

PIN = Image("Dockerfile", "ghcr.io/acme/runtime")
SHORT = Image("docker/Dockerfile.dev", "acme/runtime")
DIGEST = "@sha256:" + "ab" * 32
MOVES = "is a moving tag"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("acme/runtime:1.4.0", "1.4.0 @1"),
        ("docker.io/acme/runtime:v1.4.0", "1.4.0 @1"),
        ("Docker.IO/acme/runtime:runtime-v1.4.0", "1.4.0 @1"),
        ("acme/runtime:1.4.0-slim-bookworm", "1.4.0 @1"),
        ("acme/runtime:1.4.0-alpine3.19", "1.4.0 @1"),
        ("acme/runtime:v1.4.0_cuda12", "1.4.0 @1"),
        ("acme/runtime:runtime-v1.4.0-slim", "1.4.0 @1"),
        ("acme/runtime:1.4.0-rc.1", "1.4.0-rc.1 @1"),
        ("acme/runtime:1.4.0-rc.1-slim", "1.4.0-rc.1 @1"),
        ("acme/runtime:1.4.0-beta", "1.4.0-beta @1"),
        (f"acme/runtime:1.4.0-slim{DIGEST}", "1.4.0 @1 digest"),
        ("acme/runtime:1", "floating acme/runtime:1 @1: is only part of a version"),
        ("acme/runtime:1.4", "floating acme/runtime:1.4 @1: is only part of a version"),
        ("acme/runtime:1.4-slim", "floating acme/runtime:1.4-slim @1: is only part of a version"),
        ("acme/runtime:latest", f"floating acme/runtime:latest @1: {MOVES}"),
        ("acme/runtime", "floating acme/runtime @1: has no tag"),
        (f"acme/runtime{DIGEST}", f"floating acme/runtime{DIGEST} @1: has a digest and no tag"),
        ("acme/runtime:$TAG", "floating acme/runtime:$TAG @1: is filled in elsewhere"),
        ("acme/runtime:${TAG:?unset}", "floating acme/runtime:$TAG @1: is filled in elsewhere"),
    ],
)
def test_a_reference_names_one_version_or_says_why_not(reference: str, expected: str) -> None:
    """A variant behind the version is none of its business, a pre-release is."""
    assert seen(SHORT, f"FROM {reference}\n") == [expected]


@pytest.mark.parametrize(
    ("configured", "written", "same"),
    [
        ("python", "docker.io/library/python:1.4.0", True),
        ("docker.io/library/python", "python:1.4.0", True),
        ("docker.io/acme/runtime", "acme/runtime:1.4.0", True),
        ("registry.example:5000/acme/runtime", "registry.example:5000/acme/runtime:1.4.0", True),
        ("acme/runtime", "ghcr.io/acme/runtime:1.4.0", False),
        ("acme/runtime", "acme/runtime-base:1.4.0", False),
        ("registry.example/acme/runtime", "registry.example:5000/acme/runtime:1.4.0", False),
    ],
)
def test_names_compare_as_registries_resolve_them(configured: str, written: str, same: bool) -> None:
    """docker.io and library/ go without saying, another host or port does not."""
    pin = Image("Dockerfile", configured)
    text = f"FROM {written}\n"
    if same:
        assert seen(pin, text) == ["1.4.0 @1"]
    else:
        assert absent(pin, text) == f"no image {configured}"


def test_a_real_dockerfile_is_read_whole() -> None:
    """Arguments, stages, mounts, continuations, comments and heredocs."""
    text = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.12 RUNTIME_VERSION=1.4.0
ARG RUNTIME="ghcr.io/acme/runtime:1.3.0-slim"
# FROM ghcr.io/acme/runtime:9.9.9

FROM --platform=$BUILDPLATFORM ghcr.io/acme/runtime:${RUNTIME_VERSION}-slim AS Base
ARG RUNTIME_VERSION=8.8.8
FROM base AS test
from $RUNTIME as old
FROM ghcr.io/acme/runtime:${MISSING:-1.2.0}
FROM ghcr.io/acme/runtime:${MISSING:-${RUNTIME_VERSION}}
COPY --from=base /a /a
COPY --chown=1:1 --from=ghcr.io/acme/runtime:1.1.0 /a /a
COPY a --from=ghcr.io/acme/runtime:9.9.9
RUN --mount=type=cache,target=/c --mount=type=bind,from=ghcr.io/acme/runtime:1.0.0,target=/x \\
    # a comment in between
    make

RUN <<EOF cat - <<-'TWO' > x
FROM ghcr.io/acme/runtime:9.9.9
EOF
FROM ghcr.io/acme/runtime:9.9.9
\tTWO
ONBUILD COPY --from=ghcr.io/acme/runtime:0.9.0 /a /a
FROM \\
  # comment

  ghcr.io/acme/runtime:0.8.0
RUN echo FROM ghcr.io/acme/runtime:9.9.9
FROM ghcr.io/acme/runtime:${RUNTIME_VERSION:+0.7.0}"""
    assert seen(PIN, text) == [
        "1.4.0 @2",
        "1.3.0 @3",
        "1.2.0 @10",
        "1.1.0 @13",
        "1.0.0 @15",
        "0.9.0 @24",
        "0.8.0 @28",
        "0.7.0 @30",
    ]
    assert seen(PIN, "\ufeff" + text.replace("\n", "\r\n")) == seen(PIN, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# escape=`\nFROM `\n acme/runtime:1.4.0\n", ["1.4.0 @3"]),
        ("FROM runtime:1 AS acme/runtime\nFROM acme/runtime\n", []),
        ("FROM 'acme/runtime:1.4.0'\n", ["1.4.0 @1"]),
        ("ARG V='1.4.0'\nFROM acme/runtime:$V\n", ["1.4.0 @1"]),
        ("ARG V\nFROM acme/runtime:$V\n", ["floating acme/runtime:$V @2: is filled in elsewhere"]),
        (
            "ARG M=1.4\nFROM acme/runtime:$M.0\n",
            ["invalid 1.4.0 @1: is put together in a way that cannot be edited in place"],
        ),
        ("RUN <<EOF\nFROM acme/runtime:1.4.0\n", []),
        ("FROM\nFROM --platform=x\n", []),
        ("RUN cat <<<EOF\nFROM acme/runtime:1.4.0\n", ["1.4.0 @2"]),
    ],
)
def test_the_corners_of_dockerfiles(text: str, expected: list[str]) -> None:
    """Directives, quotes, arguments without a default, heredocs that never end."""
    if expected:
        assert seen(SHORT, text) == expected
    else:
        assert absent(SHORT, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services:\n  web:\n    image: acme/runtime:1.4.0\n", ["1.4.0 @3"]),
        ("services:\n  web:\n    image: 'acme/runtime:${TAG:-1.4.0}'\n", ["1.4.0 @3"]),
        (
            "services:\n  web:\n    image: acme/runtime:${TAG}\n",
            ["floating acme/runtime:$TAG @3: is filled in elsewhere"],
        ),
        (
            "a:\n- image: acme/runtime:1.4.0\n---\nb: {image: 'acme/runtime:1.5.0@sha256:ab'}\n",
            ["1.4.0 @2", "1.5.0 @4 digest"],
        ),
        ("image:\n  repository: acme/runtime\n  tag: v1.4.0-slim\n", ["1.4.0 @3"]),
        (
            "image:\n  registry: docker.io\n  repository: acme/runtime\n  tag: 1.4.0\n  digest: sha256:ab\n",
            ["1.4.0 @4 digest"],
        ),
        (f"image: {{repository: acme/runtime, tag: '1.4.0{DIGEST}'}}\n", ["1.4.0 @1 digest"]),
        ('image:\n  repository: acme/runtime\n  tag: ""\n', ["floating acme/runtime @2: has no tag"]),
        ("image: acme/runtime\nimageTag: 1.4.0\n", ["1.4.0 @2"]),
        ("images:\n- name: base\n  newName: acme/runtime\n  newTag: 1.4.0\n", ["1.4.0 @4"]),
        ("jobs:\n  a:\n    container: acme/runtime:1.4.0\n", ["1.4.0 @3"]),
        ("jobs:\n  a:\n    container:\n      image: acme/runtime:1.4.0\n", ["1.4.0 @4"]),
        ("jobs:\n  a:\n    services:\n      db:\n        image: acme/runtime:1.4.0\n", ["1.4.0 @5"]),
        ("image:\n  name: acme/runtime:1.4.0\n  entrypoint: ['']\n", ["1.4.0 @2"]),
        ("services:\n- acme/runtime:1.4.0\n- name: acme/runtime:1.5.0\n", ["1.4.0 @2", "1.5.0 @3"]),
        ("a: &a\n  image: acme/runtime:1.4.0\nb: *a\nc: [*a]\n", ["1.4.0 @2"]),
        ("image:\n  repository: acme/runtime\n  tag: null\n", ["floating acme/runtime @2: has no tag"]),
        ("image:\n  repository: acme/runtime\n  tag: ~\n", ["floating acme/runtime @2: has no tag"]),
    ],
)
def test_yaml_of_all_kinds_is_read(text: str, expected: list[str]) -> None:
    """Compose, Kubernetes, Helm, Kustomize, GitHub's and GitLab's jobs."""
    assert seen(Image("deploy/app.yaml", "acme/runtime"), text) == expected


@pytest.mark.parametrize(
    "text",
    ["repository: other/runtime\n", "image: other:1\n", "name: acme/runtime\n", "a: x-acme/runtime:1.4.0\n", ""],
)
def test_other_yaml_does_not_hold_the_image(text: str) -> None:
    """A name alone may be anything, and a longer name is another image."""
    assert absent(Image("a.yml", "acme/runtime"), text)


@pytest.mark.parametrize(
    "text",
    [
        "DATABASE_URL: postgres://runtime:hunter2@db:5432/runtime\n",
        "DATABASE_DSN: runtime:hunter2@tcp(db:3306)/app\n",
        "URL: redis://runtime:6379/2\n",
        "URL: http://runtime:1.4.0/\n",
        "HOST: runtime:6379\n",
    ],
)
def test_hosts_and_users_of_addresses_are_no_images(text: str) -> None:
    """Such a report would be wrong, and would show a password."""
    assert absent(Image("compose.yaml", "runtime"), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image: runtime:6379\n", "floating runtime:6379 @1: is only part of a version"),
        ("a: docker://runtime:1.4.0\n", "1.4.0 @1"),
        ("a: docker-image://runtime:1.4.0\n", "1.4.0 @1"),
        ("run: docker pull docker.io/library/runtime:2024\n", "floating docker.io/library/runtime:2024 @1"),
        ("run: docker run runtime:1.4.0\n", "1.4.0 @1"),
        ("run: docker run runtime:16\n", "floating runtime:16 @1: is only part of a version"),
    ],
)
def test_a_name_without_a_slash_is_an_image_where_it_can_be_no_host(text: str, expected: str) -> None:
    """A key that holds images, a scheme of images, a tag that is no port."""
    assert seen(Image("compose.yaml", "runtime"), text)[0].startswith(expected)


def test_json_holds_images_too() -> None:
    """A development container, for one."""
    pin = Image(".devcontainer/devcontainer.json", "acme/runtime")
    assert seen(pin, '{\n // here\n "image": "acme/runtime:1.4.0",\n}') == ["1.4.0 @3"]


def test_broken_yaml_is_damaged() -> None:
    why, line = damaged(Image("a.yml", "acme/runtime"), "a: [\nimage: acme/runtime:1.4.0\n")
    assert why.startswith("is no valid YAML")
    assert line > 0


def test_full_references_in_a_template_are_read() -> None:
    """A Helm template is YAML only once Helm has filled it in."""
    text = "{{- if .Values.x }}\nimage: acme/runtime:1.4.0\n{{- end }}\n"
    assert seen(Image("a.yml", "acme/runtime"), text) == ["1.4.0 @2"]
    why, _ = damaged(Image("a.yml", "acme/runtime"), "{{- if .Values.x }}\nimage: {{ .x }}\n{{- end }}\n")
    assert "it is a template" in why


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("1.4", "1.4 @1"),
        ("1.4rc1-slim", "1.4rc1 @1"),
        ("1.4.post1-slim", "1.4.post1 @1"),
        ("1.4-post1", "1.4-post1 @1"),
        ("1", "floating acme/runtime:1 @1: is only part of a version"),
        ("1-alpine", "floating acme/runtime:1-alpine @1: is only part of a version"),
    ],
)
def test_python_versions_in_tags(tag: str, expected: str) -> None:
    """24.1 can be all of a version there, 24 is taken for a tag that moves."""
    assert seen(SHORT, f"FROM acme/runtime:{tag}", PEP440) == [expected]


@pytest.mark.parametrize(
    "image", ["", "acme/runtime:1.4.0", f"acme/runtime{DIGEST}", "acme runtime", "acme/", "/a"]
)
def test_an_image_that_cannot_be_one_is_refused(image: str) -> None:
    """With a sentence for whoever wrote it."""
    with pytest.raises(ValueError, match="write"):
        Image("Dockerfile", image)
