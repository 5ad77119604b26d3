"""Shorter ways to write a value, for the loader and for editors alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError, core_schema

from consumer_drift.config.kinds import FLAG_SCHEMA, flag

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """What stands alone is a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(core) | {"minItems": 1}
        return {"anyOf": [many["items"], many]}

    @staticmethod
    def expand(value: Any) -> Any:
        """A list."""
        return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class TextFor:
    """A text alone is a mapping with just this *key*."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        table = handler(core)
        text = handler.resolve_ref_schema(table)["properties"][self.key]
        return {"anyOf": [{key: text[key] for key in ("type", "pattern")}, table]}

    def expand(self, value: Any) -> Any:
        """A mapping."""
        return {self.key: value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Switch:
    """``true`` is a mapping of defaults, ``false`` is None."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [*FLAG_SCHEMA["anyOf"], handler(core)]}

    @staticmethod
    def expand(value: Any) -> Any:
        """A mapping, or None for off."""
        if isinstance(value, dict):
            return value
        if isinstance(value, str):
            return {} if flag(value) else None
        raise PydanticCustomError("model_type", "a mapping is wanted")
