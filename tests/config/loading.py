"""Loading a configuration from a text, as the tests here do it."""

from consumer_drift.config import load
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Finding
from consumer_drift.model.repository import RepositoryName

FILE = ".github/consumer-drift.yml"
CALLING = RepositoryName("acme", "runtime")

_REST = {"pins": "pins: [{file: VERSION}]\n", "consumers": "consumers: [core]\n"}


def whole(text: str) -> str:
    """*text* with the keys behind it that no configuration can do without."""
    keys = {line.partition(":")[0] for line in text.splitlines()}
    return text + "".join(line for key, line in _REST.items() if key not in keys)


def config_of(text: str, calling: RepositoryName | None = CALLING, version: str | None = None) -> Config:
    """The configuration in *text*, which has no mistakes."""
    loaded = load(text.encode(), FILE, calling, version)
    assert isinstance(loaded, Config), [finding.message for finding in loaded]
    return loaded


def findings_of(data: bytes | str, calling: RepositoryName | None = CALLING) -> tuple[Finding, ...]:
    """What is wrong with *data*, which has mistakes."""
    loaded = load(data.encode() if isinstance(data, str) else data, FILE, calling)
    assert isinstance(loaded, tuple), loaded
    return loaded


def told(data: bytes | str, calling: RepositoryName | None = CALLING) -> list[str]:
    """What is wrong with *data*, as ``line:column message``."""
    return [
        f"{finding.place}: {finding.message}".removeprefix(f"{FILE}:").replace(": ", " ", 1)
        for finding in findings_of(data, calling)
    ]
