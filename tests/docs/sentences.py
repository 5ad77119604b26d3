"""The sentences that the program says, taken from its source: what is filled in at run time is shown as "…"."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift.model.sentence import Setting
from consumer_drift.options import flag_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "consumer_drift"
GAP = "…"

# Calls whose arguments are sentences for a user, and which of them: by position, and by name where it has one.
SPEAKERS = {
    "Failure": 1,
    "UsageError": 0,
    "ErrorPattern": 2,
    "Finding.of": 1,
    "_finding": 1,
    "_of_pins": 1,
}


@dataclass(frozen=True)
class Sentence:
    """*text* as the source has it, and where."""

    text: str
    file: str
    line: int

    def holds(self, phrase: str) -> bool:
        """Whether the words of *phrase* are here; a gap in it matches anything."""
        return _pattern(phrase).search(self.text) is not None


# The module re keeps fewer patterns than there are phrases.
@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, phrase.split(GAP))))


@cache
def spoken() -> tuple[Sentence, ...]:
    """What obstacles, findings and usage errors say."""
    return tuple(sentence for file in sorted(SOURCE.rglob("*.py")) for sentence in _spoken_in(file))


@cache
def texts() -> tuple[Sentence, ...]:
    """Every text of the source and of the action's scripts, whatever it is for."""
    found = [
        Sentence(text, str(file.relative_to(ROOT)), node.lineno)
        for file in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for text in _texts(node)
    ]
    for file in sorted((ROOT / "action").rglob("*.sh")):
        script = file.read_text(encoding="utf-8").replace("\\\n", "")
        found += [
            Sentence(re.sub(r"\$\([^)]*\)|\$\w+|%s", GAP, line), str(file.relative_to(ROOT)), number)
            for number, line in enumerate(script.splitlines(), 1)
        ]
    return tuple(found)


@cache
def _all_texts() -> str:
    return "\0".join(text.text for text in texts())


def is_said(phrase: str) -> bool:
    """Whether any of ``texts`` has the words of *phrase*. One search through all of them is faster than many."""
    return re.search(r"[^\0\n]*?".join(map(re.escape, phrase.strip(GAP).split(GAP))), _all_texts()) is not None


def _spoken_in(file: Path) -> Iterator[Sentence]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inner = {id(call): scope for scope in scopes for call in ast.walk(scope)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or (position := SPEAKERS.get(_name(call.func))) is None:
            continue
        arguments = [keyword.value for keyword in call.keywords if keyword.arg == "said"] or call.args[position:]
        if not arguments:
            continue
        for text in _of_argument(arguments[0], inner.get(id(call), tree)):
            yield Sentence(text, str(file.relative_to(ROOT)), call.lineno)


def _part(node: ast.expr) -> str:
    """A part of a Sentence: a setting has its flag, as on the command line."""
    match node:
        case ast.Starred(value=ast.Tuple(elts=parts)):
            return "".join(map(_part, parts))
        case ast.Attribute(value=ast.Name(id="Setting"), attr=name):
            return flag_of(Setting[name])
        case ast.Call(func=ast.Name(id="SetTo"), args=[setting, _]):
            return f"{_part(setting)} {GAP}"
        case _:
            return next(_texts(node), GAP)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        owner = function.value.id if isinstance(function.value, ast.Name) else ""
        return f"{owner}.{function.attr}" if owner == "Finding" else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _of_argument(node: ast.expr, scope: ast.AST) -> list[str]:
    """The sentences that an argument may be; a name may be all that its function binds to it."""
    if isinstance(node, ast.IfExp):
        return [*_of_argument(node.body, scope), *_of_argument(node.orelse, scope)]
    if not isinstance(node, ast.Name):
        return list(_texts(node))
    bound = []
    for inner in ast.walk(scope):
        if not isinstance(inner, ast.Assign):
            continue
        for target in inner.targets:
            if isinstance(target, ast.Name) and target.id == node.id:
                bound += _of_argument(inner.value, scope)
            if isinstance(target, ast.Tuple) and isinstance(inner.value, ast.Tuple):
                pairs = zip(target.elts, inner.value.elts, strict=False)
                bound += [t for name, value in pairs if _name(name) == node.id for t in _of_argument(value, scope)]
    return bound


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and _name(node.func) == "Sentence":
        yield "".join(map(_part, node.args))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else GAP
            for part in node.values
        )
