"""Writes what is made of the configuration's types: ``python -m scripts.configuration_docs [ROOT]``.

That is the JSON Schema for editors, its entry for SchemaStore, and the tables of the reference. All are committed,
and a test fails when one is stale.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from consumer_drift import links
from consumer_drift.config.json_schema import json_schema
from consumer_drift.config.location import LOCATIONS
from scripts.configuration_tables import reference

SCHEMA = Path("schema/consumer-drift.schema.json")
CATALOG = Path("schema/schemastore.json")
REFERENCE = Path("docs/configuration.md")
START, END = "<!-- reference: generated from the schema -->", "<!-- end of the reference -->"


def schema_text() -> str:
    """The schema as it is committed, and as the command line prints it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def catalog_text() -> str:
    """The entry for the catalog of https://www.schemastore.org, from which editors learn of schemas."""
    entry = {
        "name": "consumer-drift",
        "description": "consumer-drift configuration: which repositories must pin the source's current version",
        # A name without a folder matches in every folder.
        "fileMatch": sorted({location.rpartition("/")[2] for location in LOCATIONS}),
        "url": links.SCHEMA,
    }
    return json.dumps(entry, indent=2) + "\n"


def with_reference(page: str) -> str:
    """Return *page* with its tables up to date. Raises ValueError where it lacks the two marks around them."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"{REFERENCE} lacks the marks {START} and {END}")
    return f"{before}{START}\n\n{reference()}\n{END}{after}"


def main(root: Path) -> None:
    """Write all files below *root*."""
    schema, page = root / SCHEMA, root / REFERENCE
    schema.parent.mkdir(parents=True, exist_ok=True)
    schema.write_text(schema_text(), encoding="utf-8", newline="\n")
    (root / CATALOG).write_text(catalog_text(), encoding="utf-8", newline="\n")
    page.write_text(with_reference(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
