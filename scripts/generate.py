"""Write what is committed and generated from the code: the schema, action.yml, and parts of the documentation.

Tests fail when one of them is stale, and say to run this (``make generate``).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from scripts import (
    action_docs,
    action_metadata,
    badges,
    command_line_docs,
    configuration_docs,
    finding_pages,
    quick_start,
    report_tables,
)

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("docs/check.md", "docs/json-report.md", "docs/propagate.md")
_TABLE = re.compile(r"(<!-- table: (.+?) -->\n\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """Return *page* with every table that it marks up to date. Raises KeyError for an unknown table."""
    tables = {
        "exit codes": report_tables.exit_codes(),
        "exit codes of commands": report_tables.command_exit_codes(),
        "findings": report_tables.findings(),
        "fields": report_tables.fields(json.loads((ROOT / "schema/report.schema.json").read_text("utf-8"))),
        "outcomes": report_tables.outcomes(),
    }
    return _TABLE.sub(lambda found: f"{found[1]}{tables[found[2]]}\n{found[3]}", page)


def main(root: Path) -> None:
    """Write everything under *root*."""
    configuration_docs.main(root)
    action_metadata.main(root)
    action_docs.main(root)
    finding_pages.main(root)
    badges.main(root)
    command_line_docs.main(root)
    for name in PAGES:
        page = root / name
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    quick_start.main(root)


if __name__ == "__main__":
    main(ROOT)
