"""Write the tables of docs/action.md: the inputs from the table of options, the outputs from action.yml.

A test fails when they are stale, and says to run this.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from scripts.action_metadata import public

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/action.md")


def tables(root: Path) -> dict[str, str]:
    """Every table of the page by its title, as Markdown."""
    action = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    return {
        "inputs": _table(("input", "what it does", "default"), _inputs()),
        "outputs": _table(("output", "what it says"), _outputs(action["outputs"])),
    }


def page(root: Path) -> str:
    """Return the page with its tables up to date. Raises ValueError where the marks of one are missing."""
    text = (root / PAGE).read_text(encoding="utf-8")
    for title, table in tables(root).items():
        start, end = f"<!-- table: {title} -->\n\n", "\n<!-- end -->"
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{PAGE} lacks the marks around the table of {title}")
        text = f"{before}{start}{table}{end}{after}"
    return text


def _inputs() -> list[tuple[str, ...]]:
    return [(f"`{one.input}`", one.about or one.help, one.default_in_words) for one in public()]


def _outputs(outputs: dict[str, dict[str, str]]) -> list[tuple[str, ...]]:
    return [(f"`{name}`", entry["description"]) for name, entry in outputs.items()]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main(root: Path) -> None:
    """Write the page under *root*."""
    (root / PAGE).write_text(page(root), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(ROOT)
