"""What the rest of the program needs from a registry."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version


class Availability(Enum):
    """What a registry proves of one version."""

    PRESENT = "present"  # it can be installed
    ABSENT = "absent"  # the registry has the package, and not this version of it


class Registry(Protocol):
    """Tells which versions can be installed. No method raises for what a registry answers: failures are values."""

    @property
    def label(self) -> str:
        """For people: ``the index https://pypi.example/simple``."""

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far."""

    def versions(self) -> tuple[str, ...] | Failure | None:
        """Return every version that can be installed, None where the registry does not list them at once."""

    def lookup(self, version: Version) -> Availability | Failure:
        """Return whether *version* can be installed. Asked once for each version.

        Only proof is an answer. What may be a wrong address, a missing permission, a limit or a server that failed
        is a failure: it says nothing of the version.
        """
