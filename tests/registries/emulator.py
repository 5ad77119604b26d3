"""A registry of each protocol on a real socket, as its specification says, and everything that can go wrong.

Each kind answers for the package ``acme-runtime`` (or what that is called there) with versions that are there,
yanked or gone. A *fault* replaces the answer to every request, or to those whose path contains *at*.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

# What goes wrong with any registry: the fault's name, and (status, headers, body). None: something else is done.
FAULTS: dict[str, tuple[int, dict[str, str], bytes] | None] = {
    "unauthorized": (401, {"content-type": "application/json"}, b"{}"),
    "forbidden": (403, {"content-type": "text/plain"}, b"no"),
    "no-project": (404, {"content-type": "text/html"}, b"<h1>404 Not Found</h1>"),
    "too-many-requests": (429, {"retry-after": "0"}, b""),
    "server-error": (500, {}, b""),
    "unavailable": (503, {}, b""),
    "wall-200": (200, {"content-type": "text/html"}, b"<html><title>Making sure you are not a bot</title></html>"),
    "wall-403": (403, {"content-type": "text/html"}, b"<html>denied</html>"),
    "empty": (200, {"content-type": "application/json"}, b""),
    "other-json": (200, {"content-type": "application/json"}, b'{"hello": "world"}'),
    "list": (200, {"content-type": "application/json"}, b"[]"),
    "redirect-elsewhere": (302, {"location": "http://login.example.invalid/?from=here"}, b""),
    "no-content-type": (200, {}, b"hello"),
    "reset": None,
    "slow": None,
}


@dataclass
class Registry:
    """The versions that are *present*, those that were *yanked*, and the *token* that is needed, if any.

    *anonymous*: the token server has a token for anybody, which opens nothing that is private, as Gitea's.
    """

    present: tuple[str, ...] = ("1.3.0", "1.3.1")
    yanked: tuple[str, ...] = ()
    token: str = ""
    anonymous: bool = False
    fault: str = ""
    at: str = ""
    page: str = "json"
    seen: list[tuple[str, str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                registry.answer(self)

            do_HEAD = do_GET  # noqa: N815 - the library looks for this name

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # answers

    def answer(self, call: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        authorization = call.headers.get("authorization", "")
        self.seen.append((call.command, call.path, authorization))
        if self.fault and self.at in call.path:
            fault = FAULTS[self.fault]
            if fault is None:
                if self.fault == "slow":
                    time.sleep(1.0)
                call.close_connection = True
                call.connection.close()
                return
            self._send(call, *fault)
            return
        status, headers, body = self._found(call.path, authorization)
        self._send(call, status, headers, body)

    @staticmethod
    def _send(call: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        call.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            call.send_header(name, value)
        call.end_headers()
        if call.command != "HEAD":
            call.wfile.write(body)

    def _found(self, path: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        if path.startswith("/v2/"):
            return self._oci(path, authorization)
        if path.startswith("/token"):
            return self._token(authorization)
        if self.token and authorization not in {f"Bearer {self.token}", _basic(f"__token__:{self.token}")}:
            return FAULTS["unauthorized"]  # type: ignore[return-value]
        if path.startswith("/simple/"):
            return self._simple(path)
        if path.startswith("/npm/"):
            return self._npm(path)
        if "/@v/" in path:
            return self._go(path)
        return self._file(path)

    def _simple(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """https://packaging.python.org/en/latest/specifications/simple-repository-api/"""
        if path != "/simple/acme-runtime/":
            return 404, {"content-type": "text/html"}, b"404 Not Found"
        files = [(f"acme_runtime-{one}.tar.gz", one in self.yanked) for one in (*self.present, *self.yanked)]
        files += [(f"acme_runtime-{one}-py3-none-any.whl", False) for one in self.present]
        if self.page == "html":
            marks = {True: ' data-yanked=""', False: ""}
            rows = "".join(
                f'<a href="../../files/{name}#sha256=00"{marks[yanked]}>{name}</a>' for name, yanked in files
            )
            return 200, {"content-type": "text/html; charset=utf-8"}, f"<!DOCTYPE html>{rows}".encode()
        shown = [
            {"filename": name, "url": name, "hashes": {}, "yanked": yanked and "bad"} for name, yanked in files
        ]
        body = {"meta": {"api-version": "1.1"}, "name": "acme-runtime", "files": shown}
        return 200, {"content-type": "application/vnd.pypi.simple.v1+json"}, json.dumps(body).encode()

    def _npm(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md"""
        if path != "/npm/@acme%2Fruntime":
            return 404, {"content-type": "application/json"}, b'{"error": "not_found"}'
        versions = {one: {"name": "@acme/runtime", "version": one} for one in self.present}
        body = {"name": "@acme/runtime", "dist-tags": {}, "versions": versions}
        return 200, {"content-type": "application/vnd.npm.install-v1+json"}, json.dumps(body).encode()

    def _go(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """https://go.dev/ref/mod#goproxy-protocol"""
        module, _, wanted = path.removeprefix("/go/").partition("/@v/")
        if module != "acme.dev/!runtime":
            return 404, {"content-type": "text/plain"}, b"not found: module"
        if wanted == "list":
            return 200, {"content-type": "text/plain"}, "".join(f"v{one}\n" for one in self.present).encode()
        version = wanted.removesuffix(".info")
        if version.removeprefix("v") not in self.present:
            return 404, {"content-type": "text/plain"}, b"not found: unknown revision"
        return 200, {"content-type": "application/json"}, json.dumps({"Version": version}).encode()

    def _oci(self, path: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        """https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes"""
        if self.token and authorization != "Bearer pulled":
            challenge = f'Bearer realm="{self.url}/token",service="registry",scope="repository:acme/runtime:pull"'
            return 401, {"www-authenticate": challenge, "content-type": "application/json"}, b"{}"
        if path == "/v2/acme/runtime/tags/list":
            tags = {"name": "acme/runtime", "tags": [f"v{one}" for one in self.present] or None}
            return 200, {"content-type": "application/json"}, json.dumps(tags).encode()
        name, _, tag = path.removeprefix("/v2/").partition("/manifests/")
        code = "NAME_UNKNOWN" if name != "acme/runtime" else "MANIFEST_UNKNOWN"
        if name != "acme/runtime" or tag.removeprefix("v") not in self.present:
            body = {"errors": [{"code": code, "message": "unknown"}]}
            return 404, {"content-type": "application/json"}, json.dumps(body).encode()
        return 200, {"content-type": "application/vnd.oci.image.index.v1+json"}, b'{"schemaVersion": 2}'

    def _token(self, authorization: str) -> tuple[int, dict[str, str], bytes]:
        """https://distribution.github.io/distribution/spec/auth/token/"""
        if self.anonymous and not authorization:
            return 200, {"content-type": "application/json"}, b'{"token": "anybody"}'
        if authorization != _basic(f"token:{self.token}"):
            return 401, {"content-type": "application/json"}, b"{}"
        return 200, {"content-type": "application/json"}, b'{"token": "pulled"}'

    def _file(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if any(path == f"/files/{one}/runtime.tar.gz" for one in self.present):
            return 200, {"content-type": "application/gzip"}, b"x" * 100
        return 404, {"content-type": "text/plain"}, b"no such file"


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"
