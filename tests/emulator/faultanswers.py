"""Faults of the connection, of proxies, of listings, and of single GraphQL fields."""

from __future__ import annotations

import functools
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

from tests.emulator import faulttexts as texts
from tests.emulator.faultkinds import (
    ALL,
    GITHUB,
    GRAPHQL_KINDS,
    GraphqlKind,
    html_answer,
    json_answer,
    kind,
    rate_headers,
)
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.faultkinds import At, Proceed
    from tests.emulator.server import Emulator
    from tests.emulator.wire import Request

# the connection ------------------------------------------------------------------------------------------


@kind("latency", *ALL)
def latency(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """Waits for `seconds`, or until the function `hold` returns."""
    hold = options.get("hold")
    if hold is not None:
        hold()
    else:
        emulator.pause(options.get("seconds", 0.2))
    return proceed()


@kind("connection-reset", *ALL)
def reset(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return Response(0, wire="reset")


@kind("connection-closed", *ALL)
def closed(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return Response(0, wire="close")


@kind("lost-answer", *ALL)
def lost(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """The request is carried out, and its answer never arrives."""
    proceed()
    return Response(0, wire="close")


@kind("cut-body", *ALL)
def cut(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    response = proceed()
    response.wire = "cut"
    return response


@kind("drip-body", *ALL)
def drip(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    response = proceed()
    response.wire, response.wire_option = "drip", options.get("seconds", 0.05)
    return response


@kind("drip-headers", *ALL)
def drip_headers(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """The request is carried out. Each header line is in time, and there is always another one."""
    response = proceed()
    response.wire, response.wire_option = "drip-head", options.get("seconds", 0.05)
    response.wire_tick = options.get("tick")
    return response


@kind("endless-body", *ALL)
def endless(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    headers = [("Content-Type", "application/json"), ("Content-Length", str(1 << 40))]
    return Response(200, b'[{"name":"' + b"x" * 65536, headers, "endless", options.get("seconds", 0.0))


@functools.cache
def _packed(start: bytes, repeated: bytes, times: int, layers: int, end: bytes = b"") -> bytes:
    """*start*, *repeated* so many *times* and *end*, compressed in so many *layers*."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    blocks, rest = divmod(times, 2**18)
    block = repeated * 2**18
    parts = [packer.compress(start), *(packer.compress(block) for _ in range(blocks))]
    packed = b"".join([*parts, packer.compress(repeated * rest + end), packer.flush()])
    for _ in range(layers - 1):
        packed = gzip.compress(packed, mtime=0)
    return packed


def _compressed(body: bytes, encoding: str) -> Response:
    return Response(200, body, [("Content-Type", "application/json"), ("Content-Encoding", encoding)])


@kind("layered-gzip", *ALL)
def layered(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """Compressed twice: some hundred bytes that are `size` MiB."""
    body = _packed(b"[", b" " * 16, options.get("size", 256) * 2**16, 2)
    return _compressed(body, options.get("encoding", "gzip, gzip"))


@kind("gzip-bomb", *ALL)
def bomb(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """Compressed once, a thousandth of its `size` in MiB."""
    return _compressed(_packed(b"[", b" " * 16, options.get("size", 256) * 2**16, 1), "gzip")


@kind("json-amplification", *ALL)
def amplified(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """Valid JSON with so many empty objects (`values`) that their values take twenty times its size."""
    return _compressed(_packed(b"[{}", b",{}", options.get("values", 20_000_000), 1, b"]"), "gzip")


# the wrong thing answers ---------------------------------------------------------------------------------


@kind("html-wall-200", *ALL)
def wall_200(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return html_answer(200, texts.ANUBIS)


@kind("html-wall-403", *ALL)
def wall_403(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return html_answer(403, texts.CLOUDFLARE, ("cf-mitigated", "challenge"), ("Server", "cloudflare"))


@kind("wrong-content-type", *ALL)
def wrong_type(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return proceed().with_header("Content-Type", "text/plain; charset=utf-8")


@kind("invalid-json", *ALL)
def invalid_json(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    response = proceed()
    response.body = response.body[: max(1, len(response.body) // 2)]
    return response


@kind("wrong-shape", *ALL)
def wrong_shape(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return json_answer(200, options.get("body", {"unexpected": [1, None, "x"]}))


@kind("redirect-elsewhere", *ALL)
def elsewhere(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    # localhost is another origin than 127.0.0.1, and still this machine
    target = options.get("location", f"http://localhost:{emulator.port}{request.target}")
    return Response(options.get("status", 301), b"", [("Location", target)])


@kind("redirect-loop", *ALL)
def loop(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return Response(302, b"", [("Location", request.target)])


# listings ------------------------------------------------------------------------------------------------


def drop_rows(response: Response, options: dict[str, Any]) -> Response:
    """Leave rows out of a listing: those named in `hide`, else every second one."""
    try:
        value = response.json
    except ValueError:
        return response
    rows = value if isinstance(value, list) else next((v for v in value.values() if isinstance(v, list)), None)
    if rows is None:
        return response
    hide = options.get("hide")
    gone = [r for i, r in enumerate(rows) if (r.get("name") in hide if hide else i % 2)]
    rows[:] = [row for row in rows if row not in gone]
    response.body = json.dumps(value).encode()
    return response


@kind("sso-partial-results", *GITHUB)
def sso_partial(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    response = drop_rows(proceed(), options)
    return response.with_header("X-GitHub-SSO", "partial-results; organizations=21955855,20582480")


@kind("hidden-repositories", *ALL)
def hidden(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return drop_rows(proceed(), options)


@kind("short-pages", *ALL)
def short_pages(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    """Pages of fewer rows than asked, nothing lost: the client must follow the server's paging."""
    target, _, query = request.target.partition("?")
    rows = [q for q in query.split("&") if q and q.partition("=")[0] not in {"limit", "per_page"}]
    name = "per_page" if emulator.forge == "github" else "limit"
    rows.append(f"{name}={options.get('rows', 7)}")
    short = f"{target}?{'&'.join(rows)}"
    original = request.target
    request.target = short
    for cached in ("query", "query_string", "raw_path", "path"):
        request.__dict__.pop(cached, None)
    try:
        return proceed()
    finally:
        request.target = original


# GraphQL fields ------------------------------------------------------------------------------------------


def _repository(at: At) -> bool:
    return at.parent == "Query" and at.field == "repository"


def _graphql(name: str, type_: str | None, message: str, **extra: object) -> None:
    def error(at: At, options: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {"type": type_} if type_ else {}
        return {**row, **extra, "message": options.get("message", message)}

    GRAPHQL_KINDS[name] = GraphqlKind(error, _repository)


_graphql("graphql-not-found", "NOT_FOUND", "Could not resolve to a Repository with the name given.")
_graphql("graphql-forbidden", "FORBIDDEN", texts.NO_PAT)
_graphql("graphql-integration", "FORBIDDEN", texts.NO_INTEGRATION)
_graphql("graphql-saml", "FORBIDDEN", texts.SSO, extensions={"saml_failure": True})
_graphql("graphql-ip-allow-list", "FORBIDDEN", texts.IP_ALLOW_LIST)
_graphql("graphql-insufficient-scopes", "INSUFFICIENT_SCOPES", texts.NO_SCOPES)
_graphql("graphql-resource-limits", "RESOURCE_LIMITS_EXCEEDED", texts.RESOURCE_LIMITS)
# https://github.com/whatwg/spec-factory/issues/55
_graphql("graphql-too-quickly", "UNPROCESSABLE", "was submitted too quickly")
_graphql("graphql-something-went-wrong", None, texts.WENT_WRONG)


@kind("graphql-rate-limited", *GITHUB)
def graphql_rate(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    error = {"type": options.get("type", "RATE_LIMITED"), "message": texts.PRIMARY}
    return json_answer(200, {"errors": [error]}, *rate_headers(emulator, options, 0))


@kind("graphql-timeout", *GITHUB)
def graphql_timeout(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return json_answer(502, {"data": None, "errors": [{"message": texts.WENT_WRONG}]})


@kind("graphql-null-data", *GITHUB)
def null_data(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return json_answer(200, {"data": None})
