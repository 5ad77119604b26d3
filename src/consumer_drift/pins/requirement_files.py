"""The requirements in a file, by its name. What reads a format is loaded for the first file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.documents.formats import Format, format_of
from consumer_drift.locks.names import python as normalized
from consumer_drift.pins import pep508
from consumer_drift.pins.requirements_text import in_setup_cfg, requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import SourceText


def occurrences(source: SourceText, file: str, names: Iterable[str]) -> Iterator[Occurrence]:
    """Yield every requirement of a package with one of *names*. Raises MalformedError if *file* cannot be read."""
    wanted = frozenset(normalized(name) for name in names)
    form, name = format_of(file), file.rpartition("/")[2].lower()
    if form is Format.TOML:
        from consumer_drift.pins.requirements_toml import in_toml  # noqa: PLC0415

        yield from in_toml(source, source.text, wanted)
    elif form is Format.YAML:
        from consumer_drift.pins.requirements_yaml import in_environment  # noqa: PLC0415

        yield from in_environment(source, wanted)
    elif name.endswith(".py"):
        from consumer_drift.pins.requirements_python import in_python  # noqa: PLC0415

        yield from in_python(source, wanted)
    else:
        fragments = in_setup_cfg(source.text) if name == "setup.cfg" else requirements(source.text)
        for fragment in fragments:
            if pep508.names(fragment.text, wanted):
                yield from pep508.judge(source, fragment)
