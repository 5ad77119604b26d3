"""Reading in tests: occurrences as short texts that a table can hold."""

from __future__ import annotations

from consumer_drift.model.pins import Absent, Damaged, Found, Pin, Standing
from consumer_drift.model.versions import Affixes, Dialect, Scheme

SEMVER = Dialect(Scheme.SEMVER, (Affixes("runtime-v"),))
PEP440 = Dialect(Scheme.PEP440, (Affixes("runtime-v"),))


def seen(pin: Pin, text: str, dialect: Dialect = SEMVER) -> list[str]:
    """``1.4.0 @3`` for a version on line 3, with its lock behind it; ``>=1 @3: why`` for anything else."""
    found = pin.read(text, dialect)
    assert isinstance(found, Found), found
    shown = []
    for o in found.occurrences:
        if o.standing is Standing.EXACT:
            assert text[o.span.start : o.span.end] == o.value == str(o.version)
            shown.append(f"{o.value} @{o.line} {o.lock}".strip())
        else:
            assert o.version is None
            assert o.why
            shown.append(f"{o.standing.value} {o.value} @{o.line}: {o.why}")
    return shown


def absent(pin: Pin, text: str, dialect: Dialect = SEMVER) -> str:
    """What the file is said to lack."""
    found = pin.read(text, dialect)
    assert isinstance(found, Absent), found
    return found.what


def damaged(pin: Pin, text: str, dialect: Dialect = SEMVER) -> tuple[str, int]:
    """Why the file cannot be read, and its line."""
    found = pin.read(text, dialect)
    assert isinstance(found, Damaged), found
    return found.why, found.line
