"""From the document to the program's configuration, with every default filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.config.convert_source import make_source
from consumer_drift.config.errors import ConfigMistake, key_path, quoted
from consumer_drift.config.models import PIN_KINDS
from consumer_drift.config.types import why_no_branch
from consumer_drift.config.yaml_tree import Node, Table, descend, entries
from consumer_drift.model.config import (
    Config,
    Consumer,
    Exemption,
    Land,
    Locks,
    Policy,
    Propagate,
    Reconcile,
    Tracking,
)
from consumer_drift.model.repository import RepositoryName
from consumer_drift.pins.kind import PinOptions
from consumer_drift.pins.kinds import KINDS
from consumer_drift.pins.suffix import Suffix
from consumer_drift.pins.whole_file import WholeFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from consumer_drift.config.errors import Path
    from consumer_drift.config.models import (
        ConsumerEntry,
        LandEntry,
        PinEntry,
        PropagateEntry,
        TrackingEntry,
    )
    from consumer_drift.config.validate import TypedDocument
    from consumer_drift.model.findings import Place
    from consumer_drift.model.pins import Pin


# Used where the owner is not known, so that the other mistakes are found in the same run.
_UNKNOWN_OWNER = "owner"


def _shown(name: RepositoryName) -> str:
    """Return *name*, without the owner where that is not known."""
    return name.name if name.owner == _UNKNOWN_OWNER else str(name)


@dataclass(slots=True)
class Builder:
    """Builds the ``Config`` of one file.

    *tree* is the tree with its mistakes, *typed* the document without them; *place* returns the place of a
    character. *otherwise* is the owner where nothing tells one. New mistakes are added to *mistakes*.
    """

    file: str
    typed: TypedDocument
    tree: Table
    place: Callable[[int], Place]
    calling: RepositoryName | None
    otherwise: str = ""
    mistakes: list[ConfigMistake] = field(default_factory=list)

    def config(self) -> Config:
        """Return the configuration, which is valid only if there are no mistakes."""
        document, root = self.typed.document, self.typed.tree
        owner = self._owner()
        pins = make_pins(document.pins, root.get("pins"), self.typed.damaged, self.mistakes)
        consumers = self._consumers(owner, pins)
        source = make_source(self.typed, owner, self.calling, self._place_of("source"), self.mistakes)
        propagate = _propagate(document.propagate)
        self._check_branch(propagate.head(source.name, "1.0.0"))
        self._check_locked()
        return Config(
            file=self.file,
            source=source,
            scheme=document.scheme,
            prereleases=document.prereleases,
            owner=owner,
            pins=pins,
            consumers=consumers,
            consumers_place=self._place_of("consumers"),
            exempt=self._exempt(owner, {consumer.name: consumer for consumer in consumers}),
            reconcile=self._reconcile(),
            policy=self._policy(),
            propagate=propagate,
            land=_land(document.land),
            tracking=_tracking(document.tracking),
        )

    def _place_of(self, key: str) -> Place:
        return self.place(self.typed.tree.key_at(key))

    def _owner(self) -> str:
        named = self.typed.document.owner
        if named is not None:
            return named
        if self.calling is not None:
            return self.calling.owner
        source = next((one.repository for one in self.typed.document.source if one.repository), "")
        if "/" in source:
            return source.partition("/")[0]
        if self.otherwise:
            return self.otherwise
        if "owner" not in self.tree.members:
            said = "is not known outside of a job: write whose repositories to search, as in 'owner: acme'"
            self.mistakes.append(ConfigMistake(("owner",), said, self.tree.at))
        return _UNKNOWN_OWNER

    def _consumers(self, owner: str, common: tuple[Pin, ...]) -> tuple[Consumer, ...]:
        consumers: dict[RepositoryName, Consumer] = {}
        first_of: dict[RepositoryName, Node] = {}
        nodes = entries(self.typed.tree.get("consumers"))
        for entry, node in zip(self.typed.document.consumers, nodes, strict=True):
            consumer = self._consumer(entry, node, owner, common)
            if consumer.name not in consumers:
                consumers[consumer.name], first_of[consumer.name] = consumer, node
                continue
            first = first_of[consumer.name]
            said = f"{_shown(consumer.name)} is listed twice, first as {key_path(first.path)}: keep one of them"
            self.mistakes.append(ConfigMistake(node.path, said, node.at))
        return tuple(consumers.values())

    def _consumer(self, entry: ConsumerEntry, node: Node, owner: str, common: tuple[Pin, ...]) -> Consumer:
        pins = common
        if entry.pins is not None and isinstance(node, Table):
            pins = make_pins(entry.pins, node.get("pins"), self.typed.damaged, self.mistakes)
        forbid = self.typed.document.forbid if entry.forbid is None else entry.forbid
        name = RepositoryName.parse(entry.name, owner)
        return Consumer(name, self.place(node.at), pins, forbid, entry.branch)

    def _exempt(self, owner: str, listed: dict[RepositoryName, Consumer]) -> tuple[Exemption, ...]:
        exempt: dict[RepositoryName, Exemption] = {}
        first_of: dict[RepositoryName, Node] = {}
        for entry, node in zip(self.typed.document.exempt, entries(self.typed.tree.get("exempt")), strict=True):
            name = RepositoryName.parse(entry.name, owner)
            said = ""
            if name in listed:
                said = (
                    f"{_shown(name)} is exempt and listed in line {listed[name].place.line}: remove it from one"
                    " of the two"
                )
            elif name in exempt:
                said = (
                    f"{_shown(name)} is exempt twice, first as {key_path(first_of[name].path)}: keep one of them"
                )
            if said:
                self.mistakes.append(ConfigMistake(node.path, said, node.at))
                continue
            exempt[name] = Exemption(name, entry.reason, self.place(node.at), entry.until)
            first_of[name] = node
        return tuple(exempt.values())

    def _check_branch(self, head: str) -> None:
        """Check the branch that the template becomes: a source may have a name that starts with a dot."""
        why = why_no_branch(head)
        if not why:
            return
        written = descend(self.typed.tree, ("propagate", "branch"))
        said = f"becomes {quoted(head)}, which is not a valid branch name: {why}; write another template"
        self.mistakes.append(ConfigMistake(("propagate", "branch"), said, written.at))

    def _check_locked(self) -> None:
        """Check that no pin asks for what the policy ignores: it would pass without being compared."""
        if self.typed.document.policy.locks is not Locks.IGNORE:
            return
        root = self.typed.tree
        consumers = (node for node in entries(root.get("consumers")) if isinstance(node, Table))
        lists = [root.get("pins"), *(node.get("pins") for node in consumers)]
        for node in (entry for one in lists for entry in entries(one)):
            value = node.get("locked") if isinstance(node, Table) else None
            if value is not None:
                said = "is not compared with 'policy.locks: ignore': remove one of the two"
                self.mistakes.append(ConfigMistake(value.path, said, value.at))

    def _policy(self) -> Policy:
        entry = self.typed.document.policy
        if entry.window > entry.grace and ("policy",) not in self.typed.damaged:
            written = descend(self.typed.tree, ("policy", "window"))
            said = (
                "is longer than policy.grace: without a pull request a consumer may not lag longer than with one"
            )
            self.mistakes.append(ConfigMistake(("policy", "window"), said, written.at))
        return Policy(
            entry.grace,
            entry.in_flight,
            entry.ahead,
            entry.unproven,
            entry.locks,
            frozenset(entry.floating.allow),
            entry.window,
        )

    def _reconcile(self) -> Reconcile | None:
        entry = self.typed.document.reconcile
        if entry is None:
            return None
        key = "reconcile" if "reconcile" in self.typed.tree.members else "consumers"
        return Reconcile(entry.include or (), entry.exclude, entry.visibility, self._place_of(key))


def _land(entry: LandEntry | None) -> Land | None:
    if entry is None:
        return None
    checks = None if entry.checks is None else tuple(dict.fromkeys(entry.checks))
    return Land(checks, entry.method, entry.approve, entry.most, entry.stop.failing or 0)


def _tracking(entry: TrackingEntry) -> Tracking | None:
    if not entry.issue:
        return None
    return Tracking(tuple(dict.fromkeys(entry.labels)), tuple(dict.fromkeys(entry.assignees)))


def _propagate(entry: PropagateEntry) -> Propagate:
    return Propagate(
        branch=entry.branch,
        title=entry.title,
        body=entry.body,
        labels=tuple(dict.fromkeys(entry.labels)),
        reviewers=tuple(dict.fromkeys(entry.reviewers)),
        draft=entry.draft,
        auto_merge=entry.auto_merge,
        locks=entry.locks,
        delete_branch=entry.delete_branch,
        concurrency=entry.concurrency,
    )


def make_pins(
    found: Sequence[PinEntry], node: Node | None, damaged: Collection[Path], mistakes: list[ConfigMistake]
) -> tuple[Pin, ...]:
    """Return the pins of one list, whose tree is *node*, and add their mistakes to *mistakes*.

    Entries at *damaged* paths are skipped: their mistakes are known, and the rest of them may be wrong.
    """
    pins: list[Pin] = []
    first_of: dict[tuple[object, ...], Path] = {}
    for entry, place in zip(found, entries(node), strict=True):
        if place.path in damaged or any(getattr(entry, kind) == () for kind in PIN_KINDS):
            continue
        alike = tuple(value for name, value in entry.values.items() if name != "optional")
        if alike in first_of:
            said = f"is the same pin as {key_path(first_of[alike])}: keep one of them"
            mistakes.append(ConfigMistake(place.path, said, place.at))
            continue
        first_of[alike] = place.path
        try:
            pins.append(make_pin(entry))
        except ValueError as error:
            mistakes.append(_blame(entry, place, str(error)))
    return tuple(pins)


def make_pin(entry: PinEntry) -> Pin:
    """Return the pin of one entry. Raises ValueError with a sentence for the user."""
    options = PinOptions(entry.optional, Suffix(entry.suffix or ""))
    kind = next((kind for kind in KINDS if getattr(entry, kind.key) is not None), None)
    if options.suffix and (kind is None or not kind.takes_suffix):
        takers = ", ".join(one.key for one in KINDS if one.takes_suffix)
        raise ValueError(f"suffix has a meaning only next to {takers}: remove it here")
    if kind is None:
        return WholeFile(entry.file, options.optional)
    return kind.make(entry.file, getattr(entry, kind.key), options)


def _blame(entry: PinEntry, node: Node, said: str) -> ConfigMistake:
    kind = next((kind for kind in PIN_KINDS if getattr(entry, kind) is not None), "file")
    value = node.get(kind) if isinstance(node, Table) else None
    blamed = value or node
    return ConfigMistake(blamed.path, said, blamed.at)
