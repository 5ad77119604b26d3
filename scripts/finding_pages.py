"""The pages of ``docs/findings/``: one for each code of a finding, and their index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import EXITS
from consumer_drift.model.finding_help import HELP
from consumer_drift.model.findings import RULES, Code
from scripts import report_tables
from scripts.finding_examples import example

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "docs/findings"
INDEX = "index.md"
_WRITTEN = "<!-- Written by `make generate`; do not edit it by hand. -->"


def page(code: Code) -> str:
    """Return the page of *code*."""
    rule, help_ = RULES[code], HELP[code]
    status = rule.counts_as
    effect = (
        f"counts as `{status}`, [exit code](../check.md#exit-codes) {_exit_code(status)}"
        if status
        else "does not affect the [exit code](../check.md#exit-codes)"
    )
    configuration = f"\n```yaml\n{help_.configuration}```\n" if help_.configuration else ""
    return f"""{_WRITTEN}

# `{code}`

{_sentence(rule.when)} Level: {rule.level}; {effect}.

## What it means

{help_.means}

## Example

```text
{example(code).rstrip()}
```

## How to fix it

{help_.fix}

## How to allow it

{help_.allow}
{configuration}
[All findings]({INDEX})
"""


def index() -> str:
    """Return the index of all pages."""
    return f"""{_WRITTEN}

# Findings

A finding says what is wrong, where, and how to fix it. There is one for each consumer and code, and a code never
changes its name or meaning.

{report_tables.findings(f"{code}.md" for code in RULES)}
What a finding counts as decides the [exit code](../check.md#exit-codes). Each message is also an entry of
[troubleshooting](../troubleshooting/index.md), where you can search for its words.
"""


def _exit_code(status: str) -> int:
    return next(row.code for row in EXITS if row.status == status)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    return {INDEX: index(), **{f"{code}.md": page(code) for code in RULES}}


def main(root: Path) -> None:
    """Write every page below *root*, and remove those of codes that are gone."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    made = pages()
    for stale in folder.glob("*.md"):
        if stale.name not in made:
            stale.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
