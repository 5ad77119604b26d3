"""Run GraphQL requests on GitHub's schema: parse and validate once, measure, execute, shape the answer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    print_ast,
    validate,
)
from graphql.execution import get_variable_values

from tests.emulator.github.graphql.cost import Cost, measure
from tests.emulator.github.graphql.mutations import Mutation
from tests.emulator.github.graphql.query import Query
from tests.emulator.github.graphql.session import DeniedError, Session, resolve, type_of

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA_FILE = Path(__file__).parents[3] / "data" / "github-schema" / "schema.graphql"
SCHEMA = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
# the bench asks the same few documents thousands of times
REMEMBERED = 512


@dataclass
class Prepared:
    """A document that was parsed and validated, or the errors that came of it."""

    document: DocumentNode | None
    errors: list[dict[str, Any]]

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        rows = (
            [d for d in self.document.definitions if isinstance(d, OperationDefinitionNode)]
            if self.document
            else []
        )
        if name is None:
            return rows[0] if len(rows) == 1 else None
        return next((d for d in rows if d.name and d.name.value == name), None)


_prepared: OrderedDict[str, Prepared] = OrderedDict()


def prepare(text: str) -> Prepared:
    """Parse and validate a document, remembering the latest ones."""
    found = _prepared.get(text)
    if found is None:
        found = _prepared[text] = _prepare(text)
        if len(_prepared) > REMEMBERED:
            _prepared.popitem(last=False)
    return found


def _prepare(text: str) -> Prepared:
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        row = {"message": f"Parse error: {error.message}", "locations": _locations(error)}
        return Prepared(None, [row])
    errors = [_invalid(error) for error in validate(SCHEMA, document)]
    return Prepared(document, errors)


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]


def _invalid(error: GraphQLError) -> dict[str, Any]:
    """A validation error, worded as GitHub words an unknown field and as graphql-core does the others."""
    message, extensions = error.message, {}
    if message.startswith("Cannot query field"):
        _, name, _, kind, *_ = message.split("'")
        message = f"Field '{name}' doesn't exist on type '{kind}'"
        extensions = {"extensions": {"code": "undefinedField", "typeName": kind, "fieldName": name}}
    return {"message": message, "locations": _locations(error), **extensions}


def answer(session: Session, request: dict[str, Any], gate: Callable[[bool], None]) -> tuple[dict[str, Any], int]:
    """(body, points) of a request {query, variables, operationName}.

    gate: called before anything is executed with whether it is a mutation; what it raises ends the request.
    """
    text, name = request.get("query"), request.get("operationName")
    if not isinstance(text, str) or not text:
        return _errors({"message": "A query attribute must be specified and must be a string."}), 1
    prepared = prepare(text)
    operation = prepared.operation(name)
    if prepared.errors:
        return _errors(*prepared.errors), 1
    if operation is None or prepared.document is None:
        return _errors({"message": "An operation name is required"}), 1
    variables = request.get("variables") or {}
    values = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    if isinstance(values, list):
        return _errors(*map(_bad_variable, values)), 1
    cost = measure(SCHEMA, prepared.document, operation, getattr(values, "coerced", values))
    _check_nodes(cost, session.world.settings.graphql_max_nodes)
    if cost.errors:
        return _errors(*cost.errors), 1
    session.cost, session.node_count = cost.points, cost.nodes
    mutation = operation.operation is OperationType.MUTATION
    gate(mutation)
    return _execute(session, prepared.document, variables, name, mutation=mutation), cost.points


def _errors(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"errors": list(rows)}


def _bad_variable(error: GraphQLError) -> dict[str, Any]:
    node = error.nodes[0] if error.nodes else None
    message = error.message
    if isinstance(node, VariableDefinitionNode):
        message = f"Variable ${node.variable.name.value} of type {print_ast(node.type)} was provided invalid value"
    return {"message": message, "locations": _locations(error)}


def _check_nodes(cost: Cost, limit: int) -> None:
    if cost.nodes > limit:
        most = f"which exceeds the maximum limit of {limit:,}."
        text = f"This query requests up to {cost.nodes:,} possible nodes {most}"
        cost.errors.append({"type": "MAX_NODE_LIMIT_EXCEEDED", "message": text})


def _execute(
    session: Session, document: DocumentNode, variables: dict[str, Any], name: str | None, *, mutation: bool
) -> dict[str, Any]:
    result = execute_sync(
        SCHEMA,
        document,
        Mutation(session) if mutation else Query(session),
        session,
        variables,
        name,
        field_resolver=resolve,
        type_resolver=type_of,
    )
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_shape(error) for error in result.errors]
    return body


def _shape(error: GraphQLError) -> dict[str, Any]:
    cause = error if isinstance(error, DeniedError) else error.original_error
    if cause is not None and not isinstance(cause, GraphQLError):
        # a defect of the emulator, not an answer of GitHub
        raise cause
    row: dict[str, Any] = {}
    if isinstance(cause, DeniedError):
        row = {**({"type": cause.kind} if cause.kind else {}), **cause.extra}
    return {**row, "path": error.path or [], "locations": _locations(error), "message": error.message}
