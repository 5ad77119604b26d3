"""A small router: `{name}` takes one segment, `{name*}` the rest; values arrive percent-decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Handler = Any


@dataclass(frozen=True)
class Route:
    """A handler under a method and a pattern; `needs` is what the forge's own guard wants to know."""

    method: str
    pattern: str
    handler: Handler
    needs: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return [part.strip("{}*") for part in _split(self.pattern) if part.startswith("{")]


@dataclass
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    child: _Node | None = None
    rest: dict[str, Route] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """Literal segments win over `{name}`, which wins over `{name*}`."""

    def __init__(self) -> None:
        self._root = _Node()

    def route(self, methods: str, pattern: str, **needs: Any) -> Callable[[Handler], Handler]:
        """Register a handler for space-separated methods."""

        def register(handler: Handler) -> Handler:
            for method in methods.split():
                self._add(Route(method, pattern, handler, needs))
            return handler

        return register

    def _add(self, route: Route) -> None:
        node = self._root
        for part in _split(route.pattern):
            if part.endswith("*}"):
                node.rest[route.method] = route
                return
            if part.startswith("{"):
                node.child = node.child or _Node()
                node = node.child
            else:
                node = node.literal.setdefault(part, _Node())
        node.routes[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
        """(route, values, whether the path exists under another method)."""
        known = False
        for routes, values in _match(self._root, _split(path)):
            if method in routes:
                route = routes[method]
                return route, dict(zip(route.names, map(unquote, values), strict=True)), True
            known = known or bool(routes)
        return None, {}, known


def _split(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []


def _match(node: _Node, parts: list[str]) -> Iterator[tuple[dict[str, Route], list[str]]]:
    if not parts:
        yield node.routes, []
        return
    first, rest = parts[0], parts[1:]
    if first in node.literal:
        yield from _match(node.literal[first], rest)
    if node.child is not None:
        for routes, values in _match(node.child, rest):
            yield routes, [first, *values]
    if node.rest:
        yield node.rest, ["/".join(parts)]
