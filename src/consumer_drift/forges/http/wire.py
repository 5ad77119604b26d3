"""Requests as bytes: the parts of an address, headers, and the body, as httpcore takes them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import httpcore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.forges.http.messages import Request

# What may stand in a request's first line: https://www.rfc-editor.org/rfc/rfc3986#section-2
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~%]*")
_STAYS = "!#$%&'(),-./:;=?@[]_~+*"
_SERVERS = frozenset({"http", "https"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Of these a server expects a length, also where they have no body: https://www.rfc-editor.org/rfc/rfc9110#section-8.6
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def url_of(text: str) -> httpcore.URL:
    """Return the parts of an address. Raises ValueError if *text* is none, or not one of a server."""
    parts = urlsplit(text)
    host = parts.hostname
    if parts.scheme not in _SERVERS or not host:
        raise ValueError("no address of a server")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    if not _PLAIN.fullmatch(target):
        target = quote(target, safe=_STAYS)
    return httpcore.URL(scheme=parts.scheme, host=name_of(host), port=parts.port, target=target.encode("ascii"))


def name_of(host: str) -> bytes:
    """Return the name of *host* as DNS has it.

    Raises ValueError where a part of it is empty or too long, as a look-up would, and where two standards lead to
    different hosts. Python knows the older one: https://docs.python.org/3/library/codecs.html#module-encodings.idna
    """
    encoded = host.encode("idna")
    if not host.isascii() and encoded.decode("idna") != host.lower():
        raise ValueError("a name that has to be written in its ASCII form")
    return encoded


def head_of(headers: Mapping[str, str], url: httpcore.URL, body: bytes, method: str) -> list[tuple[bytes, bytes]]:
    """Return all headers of a request. Raises ValueError for one that is not ASCII."""
    head = [
        (b"host", host_of(url)),
        *((name.encode("ascii"), text.encode("ascii")) for name, text in headers.items()),
    ]
    if body or method in _WITH_BODY:
        head.append((b"content-length", str(len(body)).encode("ascii")))
    return head


def host_of(url: httpcore.URL) -> bytes:
    """Return host and port, as the value of ``Host``: https://www.rfc-editor.org/rfc/rfc9110#field.host"""
    host = b"[%b]" % url.host if b":" in url.host else url.host
    if url.port is None or url.port == _DEFAULT_PORTS.get(url.scheme.decode()):
        return host
    return b"%b:%d" % (host, url.port)


def body_of(request: Request) -> bytes:
    """Return the body. Raises ValueError for JSON that cannot be written as UTF-8."""
    if request.content or request.json is None:
        return request.content
    text = json.dumps(request.json, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")
