"""JSON, YAML, TOML, HCL and XML read into one kind of tree, whose leaves know where in the file they stand.

The usual parsers give values without places, and a bump has to change the version's characters alone.
"""

from consumer_drift.documents.formats import Format, format_of, parse
from consumer_drift.documents.node import (
    Every,
    Leaf,
    ListNode,
    MalformedError,
    MapNode,
    Node,
    Step,
    Where,
    find,
    scalars,
    walk,
)

__all__ = [
    "Every",
    "Format",
    "Leaf",
    "ListNode",
    "MalformedError",
    "MapNode",
    "Node",
    "Step",
    "Where",
    "find",
    "format_of",
    "parse",
    "scalars",
    "walk",
]
