"""Check configurations alone: files, or standard input. Nothing is asked of any server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift.config import LOCATIONS, load, parse_remote
from consumer_drift.config.text import MOST_BYTES
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import Report
from consumer_drift.model.repository import RepositoryName
from consumer_drift.pipeline.checkout import checkout_of
from consumer_drift.pipeline.configuration import read_bytes, usual_place
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from consumer_drift.settings import Settings

STANDARD_INPUT = "-"
# What messages call it.
_STREAM = "<stdin>"
# In a job the repository is known, so a configuration that leaves it out is valid.
_ANY = RepositoryName("owner", "source")


def run(settings: Settings) -> Report:
    """Check the files that *settings* name, or the configuration in the usual places."""
    usual = usual_place(Path.cwd(), above=True)
    names = settings.files or ((usual,) if usual else ())
    if not names:
        return Report.without_results(settings.command, (_missing(),))
    read = [_checked(name, settings.calling) for name in names]
    findings = tuple(finding for one in read if isinstance(one, tuple) for finding in one)
    return Report.without_results(
        settings.command,
        findings,
        config_file=", ".join(_shown(name) for name in names),
        notes=(_result(read),),
    )


def _checked(name: str, calling: RepositoryName | None) -> Config | tuple[Finding, ...]:
    try:
        data = _bytes(name)
    except OSError as error:
        remote = parse_remote(name)
        if remote and remote.ref:
            said = (
                f"{name} is a file of another repository, and validate asks no server: pass its text to validate -"
            )
            return (Finding.of(Code.CONFIGURATION, said),)
        why = error.strerror or str(error)
        said = f"the configuration {name} cannot be read: {why}. Check the path and its permissions"
        return (Finding.of(Code.CONFIGURATION, said),)
    return load(data, _shown(name), calling or _repository_of(name))


def _bytes(name: str) -> bytes:
    """Return the content, up to a little more than is allowed. Raises OSError."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    return read_bytes(Path.cwd(), name)


def _repository_of(name: str) -> RepositoryName:
    """Return the repository that has the file, for the default owner of the names in it."""
    checkout = checkout_of(Path.cwd() / "-" if name == STANDARD_INPUT else Path(name))
    return (checkout.repository if checkout else None) or _ANY


def _shown(name: str) -> str:
    return _STREAM if name == STANDARD_INPUT else Path(name).as_posix()


def _result(read: list[Config | tuple[Finding, ...]]) -> str:
    valid = [one for one in read if isinstance(one, Config)]
    if len(valid) < len(read):
        return f"{len(valid):,} of {counted(len(read), 'configuration')} valid"
    consumers = counted(sum(len(config.consumers) for config in valid), "consumer")
    return f"{counted(len(read), 'configuration')} valid, with {consumers}"


def _missing() -> Finding:
    places = ", ".join(LOCATIONS)
    said = f"no configuration to validate was found (looked for {places}): name a file, or - for standard input"
    return Finding.of(Code.CONFIGURATION, said)
