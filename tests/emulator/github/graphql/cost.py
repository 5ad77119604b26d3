"""What a query costs and how many nodes it may return, by GitHub's published rules.

https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
)

MOST = 100


@dataclass
class Cost:
    """points: what the hourly allowance pays. nodes: the most that may come back. errors: why it is refused."""

    requests: int = 0
    nodes: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def points(self) -> int:
        return max(1, round(self.requests / 100))


def measure(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> Cost:
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    cost = Cost()
    _walk(schema, operation.selection_set, root, fragments, variables, 1, (operation.operation.value,), cost)
    return cost


def _walk(
    schema: GraphQLSchema,
    selections: Any,
    parent: Any,
    fragments: dict[str, FragmentDefinitionNode],
    variables: dict[str, Any],
    times: int,
    path: tuple[str, ...],
    cost: Cost,
) -> None:
    for node in selections.selections if selections else ():
        if isinstance(node, FragmentSpreadNode):
            fragment = fragments[node.name.value]
            inner = schema.type_map[fragment.type_condition.name.value]
            _walk(schema, fragment.selection_set, inner, fragments, variables, times, path, cost)
        elif isinstance(node, InlineFragmentNode):
            inner = schema.type_map[node.type_condition.name.value] if node.type_condition else parent
            _walk(schema, node.selection_set, inner, fragments, variables, times, path, cost)
        elif isinstance(node, FieldNode) and not node.name.value.startswith("__"):
            definition = parent.fields[node.name.value]
            here = (*path, node.alias.value if node.alias else node.name.value)
            inner_times = times
            if "first" in definition.args and "last" in definition.args:
                cost.requests += times
                inner_times = times * _size(node, variables, here, cost)
                cost.nodes += inner_times
            inner = get_named_type(definition.type)
            _walk(schema, node.selection_set, inner, fragments, variables, inner_times, here, cost)


def _size(node: FieldNode, variables: dict[str, Any], path: tuple[str, ...], cost: Cost) -> int:
    name = node.name.value
    sizes = {
        a.name.value: _value(a.value, variables) for a in node.arguments or () if a.name.value in {"first", "last"}
    }
    sizes = {key: value for key, value in sizes.items() if value is not None}
    if not sizes:
        text = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        cost.errors.append({"type": "MISSING_PAGINATION_BOUNDARIES", "path": list(path), "message": text})
        return 1
    for key, value in sizes.items():
        if value > MOST:
            where = f"on the `{name}` connection exceeds the `{key}` limit of {MOST} records."
            text = f"Requesting {value} records {where}"
            cost.errors.append({"type": "EXCESSIVE_PAGINATION", "path": list(path), "message": text})
        elif value < 1:
            text = f"`{key}` on the `{name}` connection cannot be less than zero."
            cost.errors.append({"type": "BAD_USER_INPUT", "path": list(path), "message": text})
    return max(1, *sizes.values())


def _value(node: Any, variables: dict[str, Any]) -> int | None:
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value)
        return value if isinstance(value, int) else None
    return int(node.value) if isinstance(node, IntValueNode) else None
