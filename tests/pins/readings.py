"""Reading in tests: occurrences as short texts that a table can hold."""

from __future__ import annotations

from consumer_drift.model.pins import Absent, Damaged, Found, Pin, Pinning
from consumer_drift.model.versions import Affixes, Scheme, VersionFormat

SEMVER = VersionFormat(Scheme.SEMVER, (Affixes("runtime-v"),))
PEP440 = VersionFormat(Scheme.PEP440, (Affixes("runtime-v"),))


def seen(pin: Pin, text: str, version_format: VersionFormat = SEMVER) -> list[str]:
    """``1.4.0 @3`` for a version on line 3, with its lock behind it; ``>=1 @3: why`` for anything else."""
    found = pin.read(text, version_format)
    assert isinstance(found, Found), found
    shown = []
    for o in found.occurrences:
        if o.pinning is Pinning.EXACT:
            assert text[o.span.start : o.span.end] == o.value
            assert o.value == str(o.version) or o.span == o.lock_span
            shown.append(f"{o.value} @{o.line} {o.lock}".strip())
        else:
            assert o.version is None
            assert o.why
            shown.append(f"{o.pinning.value} {o.value} @{o.line}: {o.why}")
    return shown


def absent(pin: Pin, text: str, version_format: VersionFormat = SEMVER) -> str:
    """What the file is said to lack."""
    found = pin.read(text, version_format)
    assert isinstance(found, Absent), found
    return found.what


def damaged(pin: Pin, text: str, version_format: VersionFormat = SEMVER) -> tuple[str, int]:
    """Why the file cannot be read, and its line."""
    found = pin.read(text, version_format)
    assert isinstance(found, Damaged), found
    return found.why, found.line
