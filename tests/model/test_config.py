"""What the configuration's values tell of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.config import FromFile, FromLiteral, FromRelease, FromTags, Source
from consumer_drift.model.versions import Affixes
from tests.assess.cases import config, name, place

if TYPE_CHECKING:
    from consumer_drift.model.config import Origin


@pytest.mark.parametrize(
    ("template", "head"),
    [
        ("bump/{source}-{version}", "bump/runtime-1.4.0"),
        ("bump", "bump"),
        ("{version}/{version}", "1.4.0/1.4.0"),
    ],
)
def test_a_bump_is_known_by_its_branch(template: str, head: str) -> None:
    """One name for each source and version."""
    assert replace(config().propagate, branch=template).head("runtime", "1.4.0") == head


@pytest.mark.parametrize(
    ("origins", "affixes"),
    [
        ((FromTags("runtime-v{version}"),), (Affixes("runtime-v"),)),
        ((FromTags("a{version}"), FromRelease(), FromTags("b{version}c")), (Affixes("a"), Affixes("b", "c"))),
        ((FromTags("a{version}"), FromTags("a{version}")), (Affixes("a"),)),
        ((FromFile("V", ""), FromLiteral("1.4.0")), ()),
    ],
)
def test_pins_may_be_written_as_any_of_the_tags(origins: tuple[Origin, ...], affixes: tuple[Affixes, ...]) -> None:
    """Each template once, in their order."""
    chosen = config(source=Source(name("runtime"), origins, place(1)))
    assert chosen.version_format.affixes == affixes
    assert chosen.version_format.scheme is chosen.scheme


@pytest.mark.parametrize(("repository", "called"), [(name("runtime"), "runtime"), (None, "source")])
def test_what_the_source_is_called(repository: object, called: str) -> None:
    """Its name without the owner, and a word where none is given."""
    assert Source(repository, (), place(1)).name == called  # type: ignore[arg-type]
