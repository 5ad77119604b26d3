"""The emulator: a threading HTTP/1.1 server over one world.

The parser is small and its own, because the standard library's costs more than most answers here.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import traceback
from email.utils import format_datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from tests.emulator.faults import Faults
from tests.emulator.requestlog import Logged, RequestLog
from tests.emulator.wire import Request, Response

if TYPE_CHECKING:
    from tests.emulator.access import Caller
    from tests.emulator.world import World

MAX_LINE = 65536
MAX_HEADERS = 200
METHODS_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}


class App(Protocol):
    """One forge's behaviour over a world."""

    prefix: str

    def identify(self, request: Request) -> tuple[Caller, bool]: ...

    def handle(self, request: Request) -> Response: ...


class BadRequestError(Exception):
    """What was sent is no HTTP/1.1 request."""


class Emulator:
    """Serve a world as `forge` ("github", "gitea", "forgejo") on 127.0.0.1 while the context lasts.

    latency: seconds every answer waits. url: the address a browser uses. api_url: where the REST API starts.
    Leaving the context raises when a handler of the emulator itself failed, so such a defect cannot hide.
    """

    def __init__(
        self, world: World, forge: str = "github", *, latency: float = 0.0, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.world = world
        self.forge = forge
        self.latency = latency
        self.requests = RequestLog()
        self.failures: list[str] = []
        self.faults = Faults(forge)
        self._address = (host, port)
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self.active = 0
        """Requests being answered at this moment."""
        self._app: App

    # life ------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: object = None, error: BaseException | None = None, *_: object) -> None:
        self.deadline()
        if not self.failures:
            return
        text = "the emulator failed:\n" + "\n".join(self.failures[:3])
        if error is None:
            raise AssertionError(text)
        error.add_note(text)

    def start(self, listener: socket.socket | None = None) -> Self:
        """Serve on *listener*, which several processes may share, or on an address of its own."""
        listener = listener or socket.create_server(self._address, backlog=512)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._listener = listener
        self.host, self.port = listener.getsockname()[:2]
        self.url = f"http://{self.host}:{self.port}"
        self._app = _make_app(self)
        self.api_url = self.url + self._app.prefix
        self.graphql_url = getattr(self._app, "graphql_url", "")
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return self

    def deadline(self) -> None:
        """Close the listener and every connection, and wait for their threads."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._guard:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            threads = list(self._threads)
        # Only now, so that an answer that is held back never arrives.
        self._closing.set()
        for thread in threads:
            thread.join(timeout=60)

    @property
    def closing(self) -> bool:
        return self._closing.is_set()

    def pause(self, seconds: float) -> None:
        """Let so much time pass; less where the emulator is stopped, so that no test waits for its end."""
        self._closing.wait(seconds)

    def _accept(self, listener: socket.socket) -> None:
        while not self.closing:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._converse, args=(connection,), daemon=True)
            with self._guard:
                self._connections.add(connection)
                self._threads.add(thread)
            thread.start()

    # one connection --------------------------------------------------------------------------------------

    def _converse(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb", MAX_LINE)
        try:
            while not self.closing and self._exchange(connection, reader):
                pass
        except OSError:
            # the client went away, or stop() closed the connection: both end a conversation
            pass
        finally:
            reader.close()
            connection.close()
            with self._guard:
                self._connections.discard(connection)
                self._threads.discard(threading.current_thread())

    def _exchange(self, connection: socket.socket, reader: BinaryIO) -> bool:
        try:
            request = read_request(reader, connection)
        except BadRequestError as error:
            answer = Response(400, f"{error}\n".encode(), [("Content-Type", "text/plain")])
            connection.sendall(answer.head(keep_alive=False) + answer.body)
            return False
        if request is None:
            return False
        response, token = self._answer(request)
        keep = request.headers.get("connection", "").lower() != "close" and not response.wire
        response.headers.append(("Date", format_datetime(self.world.now(), usegmt=True)))
        head = response.head(keep_alive=keep)
        body = b"" if request.method == "HEAD" or response.status in {204, 304} else response.body
        self.requests.append(
            Logged(
                request.method,
                request.path,
                request.query_string,
                token,
                response.status,
                len(body),
                request.body,
                request.headers.get("user-agent", ""),
            )
        )
        if response.wire:
            misbehave(self, connection, response, head)
            return False
        connection.sendall(head + body)
        return keep

    def _answer(self, request: Request) -> tuple[Response, str]:
        token = "?"
        with self._guard:
            self.active += 1
        try:
            caller, known = self._app.identify(request)
            token = (caller.token.name if caller.token else "") if known else "?"
            response = self.faults.answer(self, request, self._app.handle)
        except Exception:  # noqa: BLE001 - a defect of the emulator must reach the test, not only the client
            self.failures.append(f"{request.method} {request.target}\n{traceback.format_exc()}")
            response = Response(500, b"the emulator failed", [("Content-Type", "text/plain")])
        if self.latency:
            self.pause(self.latency)
        with self._guard:
            self.active -= 1
        return response, token


def _make_app(emulator: Emulator) -> App:
    if emulator.forge == "github":
        from tests.emulator.github.app import GitHubApp  # noqa: PLC0415 - graphql-core loads only for GitHub

        return GitHubApp(emulator)
    if emulator.forge in {"gitea", "forgejo"}:
        from tests.emulator.gitea.app import GiteaApp  # noqa: PLC0415

        return GiteaApp(emulator)
    raise ValueError(f"no such forge: {emulator.forge} (github, gitea or forgejo)")


def read_request(reader: BinaryIO, connection: socket.socket) -> Request | None:
    """Read one request; None when the client closed. Raises BadRequestError."""
    line = reader.readline(MAX_LINE)
    if not line:
        return None
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError("malformed request line")
    headers: dict[str, str] = {}
    while (line := reader.readline(MAX_LINE)) not in {b"\r\n", b"\n", b""}:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or len(headers) > MAX_HEADERS:
            raise BadRequestError("malformed header")
        headers[name.lower()] = value.strip()
    if "host" not in headers:
        raise BadRequestError("no Host header")
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    target = parts[1]
    if target.startswith("http://"):
        target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    return Request(parts[0], target, headers, _read_body(reader, headers))


def _read_body(reader: BinaryIO, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        chunks = []
        while size := int(reader.readline(MAX_LINE).split(b";")[0], 16):
            chunks.append(reader.read(size))
            reader.readline(MAX_LINE)
        reader.readline(MAX_LINE)
        return b"".join(chunks)
    length = headers.get("content-length", "0")
    if not length.isdigit():
        raise BadRequestError("malformed Content-Length")
    return reader.read(int(length)) if int(length) else b""


def misbehave(emulator: Emulator, connection: socket.socket, response: Response, head: bytes) -> None:
    """Do to the connection what the answer's `wire` says, and end it."""
    body, option = response.body, response.wire_option
    if response.wire == "reset":
        # an immediate RST instead of an orderly close
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif response.wire == "cut":
        connection.sendall(head + body[: len(body) // 2])
    elif response.wire == "drip":
        connection.sendall(head)
        for byte in body:
            if emulator.closing:
                return
            connection.sendall(bytes([byte]))
            emulator.pause(option)
    elif response.wire == "drip-head":
        connection.sendall(f"HTTP/1.1 {response.status} OK\r\n".encode())
        while not emulator.closing:
            connection.sendall(b"X-Drip: 1\r\n")
            (response.wire_tick or emulator.pause)(option)
    elif response.wire == "endless":
        connection.sendall(head)
        while not emulator.closing:
            connection.sendall(body)
            emulator.pause(option)
    elif response.wire != "close":
        raise ValueError(f"no such wire behaviour: {response.wire}")
