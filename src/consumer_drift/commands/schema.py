"""Print the JSON Schema of the configuration."""

from __future__ import annotations

import json

from consumer_drift.config.json_schema import json_schema


def run() -> str:
    """Return the schema as text."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
