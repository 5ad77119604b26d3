"""Requests and answers as values, and how an answer is laid on a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

if TYPE_CHECKING:
    from collections.abc import Callable

REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass
class Request:
    """One request. `target` is the raw path and query; `headers` have lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @cached_property
    def raw_path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query_string(self) -> str:
        return self.target.partition("?")[2]

    @cached_property
    def path(self) -> str:
        return unquote(self.raw_path)

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.query_string, keep_blank_values=True) if self.query_string else {}

    def arg(self, name: str, default: str = "") -> str:
        return self.query[name][0] if name in self.query else default

    def number(self, name: str, default: int) -> int:
        text = self.arg(name)
        return int(text) if text.lstrip("-").isdigit() else default

    def flag(self, name: str) -> bool:
        return self.arg(name).lower() in {"1", "t", "true", "yes", "on"}

    @cached_property
    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.body)


@dataclass
class Response:
    """One answer. `wire` says what the connection itself does wrong, see faults."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    wire: str = ""
    wire_option: float = 0.0
    wire_tick: Callable[[float], None] | None = None
    """What lets time pass between two bytes, where that is not the machine's own."""

    def header(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> Response:
        self.headers = [(n, v) for n, v in self.headers if n.lower() != name.lower()]
        self.headers.append((name, value))
        return self

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def head(self, *, keep_alive: bool) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.status not in {204, 304} and self.header("content-length") is None:
            lines.append(f"Content-Length: {len(self.body)}")
        if not keep_alive:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
