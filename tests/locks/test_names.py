"""Names are compared as each ecosystem compares them."""

from __future__ import annotations

import pytest

from consumer_drift.locks import names


def test_python_names_ignore_case_and_separators() -> None:
    assert {names.python(name) for name in ("Acme_Runtime", "acme.runtime", "ACME--runtime")} == {"acme-runtime"}


def test_npm_names_are_exact() -> None:
    assert names.exact("JSONStream") != names.exact("jsonstream")


def test_crates_ignore_case_and_dashes() -> None:
    assert names.crate("Acme_RT") == names.crate("acme-rt")


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("acme.dev/rt", "acme.dev/rt"),
        ("acme.dev/rt/v2", "acme.dev/rt"),
        ("acme.dev/rt/v12", "acme.dev/rt"),
        ("acme.dev/rt/v1", "acme.dev/rt/v1"),
        ("acme.dev/rt/v02", "acme.dev/rt/v02"),
        ("acme.dev/v2/rt", "acme.dev/v2/rt"),
        ("gopkg.in/acme.v1", "gopkg.in/acme"),
        ("gopkg.in/acme/rt.v2", "gopkg.in/acme/rt"),
        ("acme.dev/rt.v2", "acme.dev/rt.v2"),
    ],
)
def test_the_major_version_of_a_go_module_is_no_part_of_its_name(path: str, base: str) -> None:
    assert names.go_module(path) == base
