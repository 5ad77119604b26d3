"""Whether a workflow of the consumer starts on a bump's pull request, by the text of its workflows.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, MapNode
from consumer_drift.model.config import AutoMerge
from consumer_drift.model.result import FileText

if TYPE_CHECKING:
    from consumer_drift.documents.node import Node
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Snapshot

_EVENTS = ("pull_request", "pull_request_target")
# An event with one of these starts for some pull requests alone.
_FILTERS = frozenset({"branches", "branches-ignore", "paths", "paths-ignore", "types"})
_ENDINGS = (".yml", ".yaml")


def is_awaited(config: Config) -> bool:
    """Return whether anything waits for the checks of a bump."""
    lands = config.land is not None and config.land.checks is not None
    return lands or config.propagate.auto_merge is not AutoMerge.OFF


def patterns(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the patterns of the files in which workflows are."""
    return tuple(f"{folder}/*" for folder in folders)


def starts(snapshot: Snapshot, folders: tuple[str, ...]) -> bool:
    """Return whether a workflow certainly starts on every pull request.

    Of *folders* the first that has workflows counts.
    """
    for folder in folders:
        texts = [
            answer.text
            for path, answer in snapshot.files.items()
            if path.startswith(f"{folder}/") and path.endswith(_ENDINGS) and isinstance(answer, FileText)
        ]
        if texts:
            return any(map(_starts, texts))
    return False


def _starts(text: str) -> bool:
    try:
        roots = parse(text, Format.YAML)
    except MalformedError:
        return False
    return any(isinstance(root, MapNode) and any(map(_is_for_all, root.entries.get("on", ()))) for root in roots)


def _is_for_all(on: Node) -> bool:
    if isinstance(on, Leaf):
        return on.value in _EVENTS
    if isinstance(on, ListNode):
        return any(isinstance(item, Leaf) and item.value in _EVENTS for item in on.items)
    return any(_is_unfiltered(event) for name in _EVENTS for event in on.entries.get(name, ()))


def _is_unfiltered(event: Node) -> bool:
    return not isinstance(event, MapNode) or not _FILTERS.intersection(event.entries)
