"""What consumers allow, read from their own files just before something is written to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.config.consumer_file import consent_of
from consumer_drift.config.location import CONSUMER_FILES
from consumer_drift.model.observation import Survey, Wanted
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.forges.base import Forge
    from consumer_drift.model.consent import Consent
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.repository import RepositoryName


def consents(forge: Forge, snapshots: Sequence[Snapshot]) -> Mapping[RepositoryName, Consent | Failure]:
    """Return what each consumer allows, by ``Snapshot.asked``, one entry for each.

    The files are read at the branch that is compared: whoever may change the pins may say no to bumps.
    """
    if not snapshots:
        return {}
    wanted = tuple(Wanted(one.asked, CONSUMER_FILES, branch=one.branch or None) for one in snapshots)
    survey = Survey(wanted, known={one.asked: one for one in snapshots})
    seen = forge.survey(survey, lambda _name: None).consumers
    return {name: shown if isinstance(shown, Failure) else consent_of(shown.files) for name, shown in seen.items()}
