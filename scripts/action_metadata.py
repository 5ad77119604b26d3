"""Write the inputs of ``action.yml`` and of the actions that it generates, all made of the table of options."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_drift.options import OPTIONS, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from consumer_drift.options import Option

ROOT = Path(__file__).resolve().parent.parent
FILES = ("action.yml", "action/composite.yml", "action/container.yml")
_WIDTH = 118
# A link is relative to the documentation, and the marketplace shows descriptions as they are.
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BLOCK = re.compile(r"^( *)(# generated: (.+)\n)(?:.*\n)*?( *# end of what is generated\n)", re.MULTILINE)


def _inputs() -> Iterator[str]:
    """The inputs that a user can set."""
    for option in public():
        yield f"{option.input}:"
        text = _LINK.sub(r"\1", f"{option.about or option.help} Default: {option.default_in_words}.")
        yield "  description: >-"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4, break_on_hyphens=False
        )
        yield f'  default: "{option.default_text}"'


def _declared() -> Iterator[str]:
    """The same for an action that is generated for one job: no defaults, for all are passed."""
    return (f'{option.input}: {{description: "see the action itself"}}' for option in _passed())


def _container() -> Iterator[str]:
    return (f"{option.input}: {option.expression}" for option in _passed())


def _handed() -> Iterator[str]:
    return (f"{option.input}: ${{{{ inputs.{option.input} }}}}" for option in _passed())


def _python() -> Iterator[str]:
    """No dashes: sh may drop the names of variables that contain one."""
    return (f"INPUT_{_variable(option)}: {option.expression}" for option in _passed())


def _plan() -> Iterator[str]:
    return (f"{_variable(one)}: ${{{{ inputs.{one.input} }}}}" for one in public() if one.planned)


def _variable(option: Option[Any]) -> str:
    return option.input.upper().replace("-", "_")


def public() -> Iterator[Option[Any]]:
    """Return the options that are inputs for users."""
    return (option for option in OPTIONS.values() if option.input and option.group is not Group.INTERNAL)


def _passed() -> Iterator[Option[Any]]:
    return (option for option in OPTIONS.values() if option.input and option.passed is not None)


BLOCKS: dict[str, Callable[[], Iterator[str]]] = {
    "inputs": _inputs,
    "declared": _declared,
    "container": _container,
    "handed": _handed,
    "python": _python,
    "plan": _plan,
}


def with_blocks(text: str) -> str:
    """Return *text* with every block that it marks made of the table. Raises KeyError for an unknown block."""

    def block(found: re.Match[str]) -> str:
        indent, head, name, end = found.groups()
        lines = "".join(f"{indent}{line}\n" for line in BLOCKS[name]())
        return f"{indent}{head}{lines}{end}"

    return _BLOCK.sub(block, text)


def main(root: Path) -> None:
    """Write the files under *root*."""
    for name in FILES:
        file = root / name
        file.write_text(with_blocks(file.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
