"""Document → the configuration as the rest of the program knows it, with every default filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.config.mistakes import Mistake, key_path, quoted
from consumer_drift.config.nodes import Node, Table, descend, entries
from consumer_drift.config.origins import make_source
from consumer_drift.config.pinning import make_pins
from consumer_drift.config.refs import why_no_branch
from consumer_drift.model.config import Config, Consumer, Exemption, Policy, Propagate, Reconcile
from consumer_drift.model.names import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.config.document import ConsumerEntry, PropagateEntry
    from consumer_drift.config.typed import Typed
    from consumer_drift.model.findings import Place
    from consumer_drift.model.pins import Pin

# Stands in where nobody said who owns the names, so that the other mistakes are found in the same run.
_NOBODY = "owner"


@dataclass(slots=True)
class Builder:
    """One file on its way to a ``Config``.

    *whole* is the tree with its mistakes, *typed* without them; *place* gives the place of a character.
    Whatever is found wrong is added to *mistakes*.
    """

    file: str
    typed: Typed
    whole: Table
    place: Callable[[int], Place]
    calling: RepositoryName | None
    mistakes: list[Mistake] = field(default_factory=list)

    def config(self) -> Config:
        """The configuration: to be used only where there were no mistakes."""
        document, root = self.typed.document, self.typed.tree
        owner = self._owner()
        pins = make_pins(document.pins, root.get("pins"), self.typed.damaged, self.mistakes)
        consumers = self._consumers(owner, pins)
        source = make_source(self.typed, owner, self.calling, self._place_of("source"), self.mistakes)
        propagate = _propagate(document.propagate)
        self._check_branch(propagate.head(source.name, "1.0.0"))
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
            policy=Policy(document.policy.grace, document.policy.in_flight, document.policy.ahead),
            propagate=propagate,
        )

    def _place_of(self, key: str) -> Place:
        return self.place(self.typed.tree.key_at(key))

    def _owner(self) -> str:
        named = self.typed.document.owner
        if named is not None:
            return named
        if self.calling is not None:
            return self.calling.owner
        if "owner" not in self.whole.members:
            said = "is not known outside of a job: write whose repositories are looked into, as in 'owner: acme'"
            self.mistakes.append(Mistake(("owner",), said, self.whole.at))
        return _NOBODY

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
            said = f"{consumer.name} is listed twice, first as {key_path(first.path)}: keep one of them"
            self.mistakes.append(Mistake(node.path, said, node.at))
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
                    f"{name} is exempt and listed in line {listed[name].place.line}: remove it from one of the two"
                )
            elif name in exempt:
                said = f"{name} is exempt twice, first as {key_path(first_of[name].path)}: keep one of them"
            if said:
                self.mistakes.append(Mistake(node.path, said, node.at))
                continue
            exempt[name] = Exemption(name, entry.reason, self.place(node.at), entry.until)
            first_of[name] = node
        return tuple(exempt.values())

    def _check_branch(self, head: str) -> None:
        """The template alone is right; a source called ``.github`` may still make it start a part with a dot."""
        why = why_no_branch(head)
        if not why:
            return
        written = descend(self.typed.tree, ("propagate", "branch"))
        said = f"becomes {quoted(head)}, which is no branch: {why}; write another template"
        self.mistakes.append(Mistake(("propagate", "branch"), said, written.at))

    def _reconcile(self) -> Reconcile | None:
        entry = self.typed.document.reconcile
        if entry is None:
            return None
        key = "reconcile" if "reconcile" in self.typed.tree.members else "consumers"
        return Reconcile(entry.include or (), entry.exclude, entry.visibility, self._place_of(key))


def _propagate(entry: PropagateEntry) -> Propagate:
    return Propagate(
        branch=entry.branch,
        title=entry.title,
        body=entry.body,
        labels=tuple(dict.fromkeys(entry.labels)),
        reviewers=tuple(dict.fromkeys(entry.reviewers)),
        draft=entry.draft,
        auto_merge=entry.auto_merge,
    )
