"""``python -m bench.replay``: answers of an emulated forge, served again by one fast process.

An emulator runs our queries in Python, and its time would be measured as ours. So a check runs here until it
asks nothing new.

Commands, a line each: ``record MS``: every answer is so late, and what is not known is asked of the emulator;
``replay MS``: what is not known is refused; ``tally``. Each is answered by what was done since the one before;
*new* counts the requests that were not known.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

_END = b"\r\n\r\n"
_REFUSED = b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Recording:
    """Answers by the request that they belong to. *upstream*: the port of the emulator. *latency*: seconds."""

    upstream: int
    recording: bool = False
    answers: dict[bytes, bytes] = field(default_factory=dict)
    latency: float = 0.0
    requests: int = 0
    bytes: int = 0
    new: int = 0
    told: float = 0.0

    def tally(self) -> dict[str, float]:
        """Return what was done since this was asked last."""
        now = time.process_time()
        done = {"requests": self.requests, "bytes": self.bytes, "new": self.new, "seconds": now - self.told}
        self.requests = self.bytes = self.new = 0
        self.told = now
        return done

    def obey(self, line: str) -> None:
        """Do what a command says."""
        word, _, value = line.strip().partition(" ")
        if word in {"record", "replay"}:
            self.latency, self.recording = float(value) / 1000, word == "record"

    def fetched(self, request: bytes) -> bytes:
        """Return the emulator's answer to *request*."""
        with socket.create_connection(("127.0.0.1", self.upstream)) as connection:
            connection.sendall(request)
            answer = b""
            while not (whole := _whole(answer)):
                part = connection.recv(1 << 20)
                if not part:
                    raise ConnectionError("the emulator ended within an answer")
                answer += part
        return answer[:whole]


class Conversation(asyncio.Protocol):
    """One connection of a client that sends a request after the answer to the one before."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request that is complete, as late as is wished."""
        self._received += data
        if not (size := _whole(self._received)):
            return
        request, self._received = self._received[:size], self._received[size:]
        answer = self._answer(request)
        self._recording.requests += 1
        self._recording.bytes += len(_body(request)) + len(_body(answer))
        if self._recording.latency:
            asyncio.get_running_loop().call_later(self._recording.latency, self._transport.write, answer)
        else:
            self._transport.write(answer)

    def _answer(self, request: bytes) -> bytes:
        # The headers say who asks, and the answers are the same for all.
        line = request[: request.index(b"\r\n")]
        key = hashlib.sha1(line + _body(request), usedforsecurity=False).digest()
        known = self._recording.answers.get(key)
        if known is None:
            self._recording.new += 1
            known = _REFUSED
            if self._recording.recording:
                known = self._recording.answers[key] = self._recording.fetched(request)
        return known


def _whole(message: bytes) -> int:
    """Return the size of the message that *message* begins with, 0 if a part of it is missing."""
    end = message.find(_END)
    if end < 0:
        return 0
    place = message[:end].lower().find(b"\r\ncontent-length:")
    size = end + len(_END)
    if place >= 0:
        size += int(message[place + 17 : end + 2].split(b"\r\n", 1)[0])
    return size if len(message) >= size else 0


def _body(message: bytes) -> bytes:
    return message.partition(_END)[2]


async def _serve(recording: Recording) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(recording), "127.0.0.1", 0, backlog=512)
    _say({"port": server.sockets[0].getsockname()[1]})
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        recording.obey(line.decode())
        _say(recording.tally())


def _loop() -> asyncio.AbstractEventLoop:
    # epoll waits for whole milliseconds, which would be a part of each answer's latency.
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay")
    parser.add_argument("--upstream", type=int, required=True, help="the port of the emulator")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_serve(Recording(options.upstream)))


if __name__ == "__main__":
    main()
