"""A forge that talks to an emulator, without the waits that the real world needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.address import Kind, address_of
from consumer_drift.forges.gitea import GiteaForge
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.forges.http.transport import Limits
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Observation, Probe, Survey, Wanted
from consumer_drift.model.repository import RepositoryName
from consumer_drift.support.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.emulator import Emulator, Token

PIN = ".runtime-version"
HASTE = RetryPolicy(attempts=4, first=0.001, longest=1.0, secondary=0.01)
LIMITS = Limits(connect=60, read=60, total=60, body=4 * 1024 * 1024)


def name(text: str) -> RepositoryName:
    return RepositoryName.parse(text, "acme")


def forge_at(
    emulator: Emulator,
    token: Token | str,
    *,
    deadline: Deadline | None = None,
    limits: Limits = LIMITS,
    concurrency: int = 8,
) -> GiteaForge:
    return GiteaForge(
        address_of(Kind(emulator.forge), emulator.url),
        token if isinstance(token, str) else token.secret,
        deadline=deadline or Deadline(600),
        concurrency=concurrency,
        retry_policy=HASTE,
        limits=limits,
    )


def wanted(*names: str, files: Sequence[str] = (PIN,), forbid: Sequence[str] = ()) -> tuple[Wanted, ...]:
    return tuple(Wanted(name(text), tuple(files), tuple(forbid)) for text in names)


def probe(
    *skip: str,
    owner: str = "acme",
    files: Sequence[str] = (PIN,),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    visibility: Visibility = Visibility.ALL,
) -> Probe:
    known = frozenset(RepositoryName.parse(text, owner) for text in skip)
    return Probe(owner, tuple(files), known, tuple(include), tuple(exclude), visibility)


def look(forge: GiteaForge, consumers: tuple[Wanted, ...], where: Probe | None = None) -> Observation:
    return forge.survey(Survey(consumers, where), lambda _: None)
