"""The table of what lock files cost, and the fleets that it is measured with."""

from __future__ import annotations

import json

import pytest

from bench.cases import GITEA, GITHUB, LOCK_SIZES, Figures
from bench.locks import MANIFEST, PATTERN, costs
from bench.results import Results
from bench.worlds import FLEETS, TARGET, lock
from consumer_drift.locks import Installed, lock_format, read_lock
from tests.config.loading import config_of


@pytest.mark.parametrize("size", LOCK_SIZES)
def test_a_lock_file_has_about_its_size_and_is_one(size: int) -> None:
    text = lock(size)
    assert size * 0.95 < len(text) < size * 1.05
    form = lock_format("package-lock.json", text)
    assert form is not None
    found = read_lock(form, text, "acme-runtime")
    assert isinstance(found, Installed)
    assert [one.version for one in found.versions] == [TARGET]


def test_the_fleets_have_what_the_pins_are_for() -> None:
    assert config_of(f"{PATTERN}consumers: [a]\n").pins[0].file == ".github/workflows/*.yml"
    assert config_of(f"{MANIFEST}consumers: [a]\n").pins[0].file == "package.json"
    files = FLEETS["locked"](2, 3000).repository("acme/template-00001").files()
    assert json.loads(files["package.json"]) == {"dependencies": {"acme-runtime": TARGET}}
    assert b"acme-runtime" in files["package-lock.json"]
    assert ".github/workflows/ci.yml" in FLEETS["patterned"](2, 0).repository("acme/template-00001").files()


def test_what_was_measured_is_in_the_table() -> None:
    results = Results((1000,), (50,), concurrency=16)
    results.locks[GITEA, 3_000_000] = Figures(120.0, 80.0, 200.0, requests=1022, size=4_000_000_000, scaled=50.0)
    results.locks[GITHUB, 0] = Figures(2.0, 1.0, 60.0, requests=30, size=900_000)
    assert costs(results).splitlines()[2:] == [
        "| GitHub | not followed | 30 | 900 kB | 2 s | 1 s | 60 MiB |",
        "| Gitea | 3 MB | ~1,022 | ~4,000 MB | ~120 s | ~80 s | 200 MiB |",
    ]
