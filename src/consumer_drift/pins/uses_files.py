"""What a workflow, or an action's own YAML, uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, walk
from consumer_drift.model.repository import RepositoryName, is_name
from consumer_drift.model.versions import is_commit
from consumer_drift.pins.commit import comment_version
from consumer_drift.pins.image_reference import image_name, split_reference
from consumer_drift.pins.image_reference import judge as judge_image
from consumer_drift.pins.version_text import ELSEWHERE, MOVES, read_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import MapNode
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import Fragment, SourceText

_DOCKER = "docker://"
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LONGEST = 4096


def occurrences(source: SourceText, uses: str) -> Iterator[Occurrence]:
    """Yield every ``uses:`` of the action *uses*. Raises MalformedError where the text is no YAML."""
    tables = [table for document in parse(source.text, Format.YAML) for table in walk(document)]
    if uses.lower().startswith(_DOCKER):
        # A Docker action's own YAML names its image under ``runs.image``.
        yield from _images(source, _leaves(tables, ("uses", "image")), image_name(uses[len(_DOCKER) :]))
        return
    wanted = _Action.of(uses)
    for leaf in _leaves(tables, ("uses",)):
        fragment = source.scalar(leaf)
        action, at, _ = fragment.text.partition("@")
        if wanted.covers(_Action.of(action)):
            yield _judge(source, leaf, fragment, fragment.cut(len(action) + len(at)))


@dataclass(frozen=True, slots=True)
class _Action:
    """What is before the ``@``, folded for comparing. *host* and *path* may be empty."""

    host: str
    repository: str
    path: str

    @classmethod
    def of(cls, text: str) -> _Action:
        scheme = _SCHEME.match(text)
        rest = text.casefold()
        host = ""
        if scheme:
            host, _, rest = rest[scheme.end() :].partition("/")
        owner, _, rest = rest.partition("/")
        name, _, path = rest.partition("/")
        return cls(host, f"{owner}/{name.removesuffix('.git')}", path.strip("/"))

    def covers(self, other: _Action) -> bool:
        """Whether *other*, from a file, is what was configured."""
        if self.repository != other.repository or (self.path and self.path != other.path):
            return False
        return not (self.host and other.host) or self.host == other.host


def _judge(source: SourceText, leaf: Leaf, whole: Fragment, ref: Fragment) -> Occurrence:
    if not ref.text:
        return source.invalid(whole, "names no version behind an @")
    if is_commit(ref.text):
        return source.commit(ref, comment_version(source, leaf.end), _repository(whole.text))
    return read_tag(source, ref) or source.floating(whole, ELSEWHERE if "{" in ref.text else MOVES)


def _repository(text: str) -> RepositoryName | None:
    """The repository of ``owner/name/path@ref``, None where an absolute address names another server."""
    if ":" in text:
        return None
    owner, name, *_ = (*text.partition("@")[0].split("/"), "", "")
    return RepositoryName(owner, name) if is_name(owner) and is_name(name) else None


def _images(source: SourceText, leaves: Iterator[Leaf], wanted: str) -> Iterator[Occurrence]:
    for leaf in leaves:
        fragment = source.scalar(leaf)
        if not fragment.text.lower().startswith(_DOCKER):
            continue
        reference = split_reference(fragment.cut(len(_DOCKER)))
        if reference.name == wanted:
            yield judge_image(source, fragment, reference)


def _leaves(tables: list[MapNode], keys: tuple[str, ...]) -> Iterator[Leaf]:
    """Yield each scalar under one of *keys* once, but for those that are too long for a reference."""
    leaves = (
        node for table in tables for key in keys for node in table.entries.get(key, ()) if isinstance(node, Leaf)
    )
    for leaf in {id(one): one for one in leaves}.values():
        if max(len(leaf.value), leaf.end - leaf.start) <= _LONGEST:
            yield leaf
