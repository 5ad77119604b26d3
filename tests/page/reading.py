"""The page as a reader's program sees it: texts by id, tables as rows, and every element."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "input", "polyline", "rect", "polygon"}


@dataclass
class Element:
    """An element with its attributes and all text inside of it."""

    name: str
    attributes: dict[str, str | None]
    text: str = ""
    inside: list[Element] = field(default_factory=list)


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.unclosed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        for outer in self._open:
            outer.inside.append(element)
        if tag == "br":
            self.handle_data(" ")
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1].name != tag:
            self.unclosed.append(tag)
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def by_id(self, name: str) -> Element:
        """The element with that id."""
        return next(one for one in self.elements if one.attributes.get("id") == name)

    def number(self, name: str) -> int:
        """The number in the element with that id."""
        return int(self.by_id(name).text.replace(",", ""))

    def rows(self, name: str) -> list[list[str]]:
        """The body of a table, cell by cell, blanks folded."""
        rows = [one for one in self.by_id(name).inside if one.name == "tr"][1:]
        return [[" ".join(cell.text.split()) for cell in row.inside if cell.name in {"td", "th"}] for row in rows]

    def named(self, name: str) -> list[Element]:
        """All elements of that name."""
        return [one for one in self.elements if one.name == name]
