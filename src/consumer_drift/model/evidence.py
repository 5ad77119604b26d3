"""What was read of the consumers and of the owner's repositories: what reconcile judges, also of joined shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding, Place
    from consumer_drift.model.repository import RepositoryName


@dataclass(frozen=True, slots=True)
class ReadConsumer:
    """A consumer that was read. *name* is its current name, which may differ from the one that is listed."""

    name: RepositoryName
    public: bool = True


@dataclass(frozen=True, slots=True)
class ProbedRepository:
    """A repository of the owner's listing, and the result of probing it.

    *probed*: its files were asked for. *has_pin* is None where that cannot be told or was not asked. *unread*
    is why it could not be read, None where it was; *denied*: because of a permission; *excused*: the answer is
    not needed. *findings* apply unless the repository turns out to be a consumer.
    """

    name: RepositoryName
    archived: bool = False
    probed: bool = False
    has_pin: bool | None = None
    unread: str | None = None
    denied: bool = False
    excused: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbedOwner:
    """What listing and probing the owner's repositories showed, before all consumers are known.

    *hidden* and *doubts* are those of the listing; *public_only*: only public repositories can be consumers;
    *unfit* are the patterns of names that fit none of the *repositories*; *accepted*: a listing that nothing
    proves to be complete is good enough; *place* is that of the rules in the configuration.
    """

    owner: str
    repositories: tuple[ProbedRepository, ...]
    hidden: int | None
    doubts: tuple[str, ...]
    public_only: bool
    place: Place
    accepted: bool = False
    unfit: tuple[str, ...] = ()
