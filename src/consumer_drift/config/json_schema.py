"""The configuration file's JSON Schema, made of the types that load it.

Draft 7, which all editors know: https://json-schema.org/draft-07
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from consumer_drift import links
from consumer_drift.config.models import Document

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema


class _Generator(GenerateJsonSchema):
    """Without titles that only repeat the key, and without null, which no key of the file takes."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or value is not None}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def json_schema() -> dict[str, Any]:
    """Return the schema, which is the same on every call."""
    made = Document.model_json_schema(
        by_alias=True, ref_template="#/definitions/{model}", schema_generator=_Generator
    )
    definitions = made.pop("$defs")
    choices = {
        f"#/definitions/{name}": definition for name, definition in definitions.items() if "enum" in definition
    }
    made, definitions = _inline(made, choices), _inline(definitions, choices)
    tables = {name: _untitled(definition) for name, definition in definitions.items() if "enum" not in definition}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": links.SCHEMA,
        "title": "consumer-drift configuration",
        "description": "Which repositories must pin the source's current version, and where they pin it.",
        "type": "object",
        **{key: value for key, value in made.items() if key not in {"title", "description", "type"}},
        "definitions": tables,
    }


def _inline(schema: Any, choices: dict[str, dict[str, Any]]) -> Any:
    """Return *schema* with the words of each choice in place, without our types' descriptions."""
    if isinstance(schema, list):
        return [_inline(item, choices) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inlined = {key: _inline(value, choices) for key, value in schema.items() if key != "$ref"}
    reference = schema.get("$ref")
    if reference in choices:
        return {"enum": choices[reference]["enum"], **inlined}
    return inlined if reference is None else {"$ref": reference, **inlined}


def _untitled(definition: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key != "title"}
