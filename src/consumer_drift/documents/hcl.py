"""HCL, read for the places of its values: Terraform, OpenTofu, Terragrunt.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md

A block's labels are keys: ``module "runtime" { version = … }`` is found at ``module.runtime.version``. What has
to be computed (a variable, a call, a heredoc) stays a text in ``${…}``.
"""

from __future__ import annotations

import re

from consumer_drift.documents.cursor import Cursor
from consumer_drift.documents.node import Leaf, ListNode, MapNode, Node

_BLANK = re.compile(r"(?:[ \t\r]++|/\*.*?\*/)*", re.DOTALL)
_TRIVIA = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+|//[^\n]*+|/\*.*?\*/)*", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*+")
_LINE_END = re.compile(r"(?:#[^\n]*+|//[^\n]*+)?(?:\n|\Z)")
_KEY_SIGN = re.compile(r"=(?!=)|:")
_FOR = re.compile(r"for\b")
# What matters inside of a string: its end, an escape, an interpolation.
_IN_STRING = re.compile(r"[^\"\\$%\n]++|\\.|\$\$\{|%%\{|[$%]\{|[$%]", re.DOTALL)
# What matters inside of an expression: strings, comments, brackets, heredocs and lines.
_IN_EXPRESSION = re.compile(
    r"[^\"#/{}()\[\]\n<,]++|#[^\n]*+|//[^\n]*+|<<-?(?P<heredoc>[^\W\d][\w-]*+)[ \t\r]*+\n|[/<]"
)
_ESCAPE = re.compile(r"\\(?:([nrt\"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([$%])\4\{")
# What is kept of an expression: no version is found in it, and a message shows no more.
_SHOWN = 200
_KEY = re.compile(r"[\w.-]++")
_SHORT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CLOSER = {"{": "}", "[": "]", "(": ")"}


def parse(text: str, start: int) -> tuple[MapNode]:
    """Return the tree of the document that begins at *start*. Raises MalformedError."""
    return (_HclParser(text, start).document(),)


class _HclParser(Cursor):
    language = "HCL"

    def document(self) -> MapNode:
        """Read blocks without calling itself, as they nest."""
        root = MapNode(self._at)
        stack = [root]
        while True:
            self._skip(_TRIVIA)
            if self._at >= len(self._text):
                if len(stack) > 1:
                    self._fail("a closing brace")
                return root
            if len(stack) > 1 and self._takes("}"):
                stack.pop()
                continue
            self._require_depth(len(stack))
            inner = self._member(stack[-1])
            if inner is not None:
                stack.append(inner)

    def _member(self, table: MapNode) -> MapNode | None:
        """Read an attribute, or the head of a block, whose table is returned."""
        start = self._at
        name = self._word(_NAME, "a name")
        self._skip(_BLANK)
        if self._text.startswith("=", self._at):
            self._at += 1
            self._skip(_BLANK)
            table.add(name, self._value(0))
            self._end_of_line()
            return None
        return self._block(table, name, start)

    def _block(self, table: MapNode, name: str, start: int) -> MapNode:
        keys = [name]
        while not self._takes("{"):
            self._skip(_BLANK)
            if self._text.startswith('"', self._at):
                keys.append(self._string().value)
            else:
                keys.append(self._word(_NAME, "a label or an opening brace"))
            self._require_depth(len(keys))
            self._skip(_BLANK)
        for key in keys:
            inner = MapNode(start)
            table.add(key, inner)
            table = inner
        return table

    def _end_of_line(self) -> None:
        """An attribute ends with its line, or with a block that has one line."""
        self._skip(_BLANK)
        end = _LINE_END.match(self._text, self._at)
        if end is None and not self._text.startswith("}", self._at):
            self._fail("the end of the line")

    def _value(self, depth: int) -> Node:
        """Read one value up to what ends it: a line, a comma, a closing bracket."""
        self._require_depth(depth)
        start = self._at
        node: Node | None = None
        if self._text.startswith('"', start):
            node = self._string()
        elif self._text.startswith("[", start) and not self._is_for():
            node = self._tuple(depth)
        elif self._text.startswith("{", start) and not self._is_for():
            node = self._object(depth)
        if node is None or not self._ended():
            node = self._expression(start)
        return node

    def _is_for(self) -> bool:
        inner = _TRIVIA.match(self._text, self._at + 1)
        return inner is not None and _FOR.match(self._text, inner.end()) is not None

    def _ended(self) -> bool:
        blank = _BLANK.match(self._text, self._at)
        at = blank.end() if blank else self._at
        return _LINE_END.match(self._text, at) is not None or self._text[at : at + 1] in tuple(",]})")

    def _tuple(self, depth: int) -> ListNode:
        listing = ListNode(self._at)
        self._at += 1
        while not self._closed("]"):
            listing.items.append(self._value(depth + 1))
            self._separator("]")
        return listing

    def _object(self, depth: int) -> MapNode:
        table = MapNode(self._at)
        self._at += 1
        while not self._closed("}"):
            key = self._key()
            self._skip(_TRIVIA)
            self._word(_KEY_SIGN, "an equals sign or a colon")
            self._skip(_TRIVIA)
            table.add(key, self._value(depth + 1))
            self._separator("}")
        return table

    def _key(self) -> str:
        if self._text.startswith('"', self._at):
            return self._string().value
        if self._text.startswith("(", self._at):
            start = self._at
            self._brackets()
            return self._text[start : self._at]
        return self._word(_KEY, "a key")

    def _closed(self, bracket: str) -> bool:
        self._skip(_TRIVIA)
        return self._takes(bracket)

    def _separator(self, bracket: str) -> None:
        """A comma, or a new line between the members of an object."""
        before = self._at
        self._skip(_TRIVIA)
        if self._takes(",") or self._text.startswith(bracket, self._at):
            return
        if bracket != "}" or "\n" not in self._text[before : self._at]:
            self._fail("a comma or a closing bracket")

    def _string(self) -> Leaf:
        start = self._at + 1
        self._quoted()
        raw = self._text[start : self._at - 1]
        return Leaf(_ESCAPE.sub(_meaning, raw) if "\\" in raw or "{" in raw else raw, start, self._at - 1)

    def _expression(self, start: int) -> Leaf:
        """Step over the rest of what has to be computed, which begins at *start*."""
        self._nested("")
        end = self._at
        while end > start and self._text[end - 1].isspace():
            end -= 1
        if end == start:
            self._fail("a value")
        return Leaf(f"${{{self._text[start : min(end, start + _SHOWN)]}}}", start, end)

    def _quoted(self) -> None:
        """Step over a string, with the strings in its interpolations, without calling itself."""
        self._nested('"')

    def _brackets(self) -> None:
        self._nested(self._text[self._at])

    def _nested(self, opening: str) -> None:
        """Step over a string, brackets, or (with no *opening*) an expression up to what ends it."""
        stack: list[str] = []
        if opening:
            stack.append(_CLOSER.get(opening, opening))
            self._at += 1
        while self._at < len(self._text):
            if not self._step(stack):
                return
            if opening and not stack:
                return
        if stack:
            self._fail(f"the end of a string or a closing {stack[-1]!r}")

    def _step(self, stack: list[str]) -> bool:
        """Take one piece. *stack* has what closes each string and bracket; false at the end of an expression."""
        sign = self._text[self._at]
        if stack and sign == stack[-1]:
            self._at += 1
            stack.pop()
            return True
        if stack and stack[-1] == '"':
            piece = _IN_STRING.match(self._text, self._at)
            if piece is None:
                self._fail("the end of a string")
            self._at = piece.end()
            if piece.group() in ("${", "%{"):
                stack.append("}")
            return True
        return self._step_in_expression(sign, stack)

    def _step_in_expression(self, sign: str, stack: list[str]) -> bool:
        if sign == '"' or sign in _CLOSER:
            stack.append(_CLOSER.get(sign, sign))
            self._at += 1
        elif sign in "}])":
            if stack:
                self._fail(f"a closing {stack[-1]!r}")
            return False
        elif sign in "\n,":
            if not stack:
                return False
            self._at += 1
        else:
            return self._word_of_expression(bool(stack))
        return True

    def _word_of_expression(self, nested: bool) -> bool:
        if not nested and self._text.startswith(("#", "//"), self._at):
            return False
        if self._text.startswith("/*", self._at):
            self._comment()
            return True
        piece = _IN_EXPRESSION.match(self._text, self._at)
        if piece is None:
            self._fail("a value")
        self._at = piece.end()
        if piece["heredoc"]:
            self._heredoc(piece["heredoc"])
        return True

    def _comment(self) -> None:
        end = self._text.find("*/", self._at + 2)
        if end < 0:
            self._fail("the end of a comment")
        self._at = end + 2

    def _heredoc(self, word: str) -> None:
        """Step to the end of the line that has *word* alone."""
        while self._at < len(self._text):
            end = self._text.find("\n", self._at)
            end = len(self._text) if end < 0 else end
            line, begun = self._text[self._at : end].strip(), self._at
            self._at = end
            if line == word:
                return
            self._at = max(end, begun) + 1
        self._fail(f"the end of the heredoc {word}")


def _meaning(escape: re.Match[str]) -> str:
    short, four, eight, sign = escape.groups()
    if sign:
        return f"{sign}{{"
    if short:
        return _SHORT[short]
    number = int(four or eight, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
