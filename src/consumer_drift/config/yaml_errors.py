"""What the YAML parser complains of, in words that tell what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.config.mistakes import Mistake

if TYPE_CHECKING:
    import yaml

MOST_LEVELS = 32
TOO_DEEP = f"more than {MOST_LEVELS} levels: no key of this file is that deep"

_HINTS = (
    ("expected node content", "a value is missing here, or a bracket is not closed"),
    ("expected <document start>", "write 'key: value'"),
    ("incompatible YAML document", "remove the %YAML line"),
    ("mapping values are not allowed", "indent the line as its neighbours, or quote a text that has ': ' in it"),
    ("alphabetic or numeric character", "quote a text that starts with '*' or '&'"),
    ("expected ',' or", "close the bracket, and separate the entries by commas"),
    ("tag handle", "remove the tag: the file needs none"),
    ("escape", "in double quotes write '\\\\' for a backslash, or use single quotes"),
    ("expected '-' indicator", "indent the line as its neighbours, and start it with '- '"),
    ("expected key", "indent the line as its neighbours, or quote the text"),
    ("could not find expected ':'", "write 'key: value'"),
)


def explain(error: yaml.YAMLError, text: str) -> Mistake:
    """The parser's *error* over *text*, as a mistake of the user's."""
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at = mark.index if mark else 0
    problem = getattr(error, "problem", None) or "it holds what a YAML file may not hold"
    # libyaml 0.2.6 and newer read ahead, and stop at 1,000 levels before the first event is out.
    if "nesting depth" in problem:
        return Mistake((), TOO_DEEP, at)
    if "unexpected end of stream" in problem and start:
        return Mistake((), "the quote that starts here is never closed", start.index)
    if "cannot start any token" in problem and text[at : at + 1] == "\t":
        return Mistake((), "a tab stands where YAML wants spaces: indent with spaces", at)
    if "cannot start any token" in problem:
        return Mistake((), f"no plain text starts with {text[at : at + 1]!r}: put the text in quotes", at)
    hint = next((hint for part, hint in _HINTS if part in problem), "look at the indentation, quotes and brackets")
    context = getattr(error, "context", None)
    line = text.count("\n", 0, start.index) + 1 if start else 0
    said = f"{context} that starts in line {line}: {problem}" if context and line else problem
    return Mistake((), f"this is no YAML ({said}): {hint}", at)
