"""An exchange that is past its end has its socket closed, and no other one has."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.forges.http.exchanges import WRITE_GRACE, Exchange, Exchanges, Line
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stream:
    """What the client library says that it has made."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def get_extra_info(self, what: str) -> Any:
        return {"socket": self._connection}[what]


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def is_open(theirs: socket.socket) -> bool:
    """Whether the other end can still hear of this one."""
    theirs.setblocking(False)
    try:
        return theirs.recv(1) != b""
    except BlockingIOError:
        return True


def made(line: Line, connection: socket.socket) -> None:
    line.trace("connection.connect_tcp.complete", {"return_value": Stream(connection)})


Pair = tuple[socket.socket, socket.socket]


def test_an_exchange_that_is_cut_off_closes_its_connection(pair: Pair) -> None:
    line, exchange = Line(), Exchange(1.0)
    with line.used_by(exchange):
        made(line, pair[0])
        assert is_open(pair[1])
        exchange.cut_off()
    assert not is_open(pair[1])
    assert exchange.late


def test_a_connection_that_is_made_too_late_is_closed_at_once(pair: Pair) -> None:
    """To connect has a time-out of its own for each address of a name."""
    line, exchange = Line(), Exchange(1.0)
    with line.used_by(exchange):
        exchange.cut_off()
        made(line, pair[0])
    assert not is_open(pair[1])


def test_a_connection_that_outlives_its_exchange_is_the_next_ones(pair: Pair) -> None:
    line, first, second = Line(), Exchange(1.0), Exchange(1.0)
    with line.used_by(first):
        made(line, pair[0])
    first.cut_off()
    assert is_open(pair[1])
    with line.used_by(second):
        second.cut_off()
    assert not is_open(pair[1])


def test_the_thread_ends_what_is_late_and_leaves_the_rest(pair: Pair) -> None:
    clock = VirtualClock()
    exchanges = Exchanges(Deadline(600, clock))
    other = socket.socketpair()
    with other[0], other[1]:
        short, long = Line(), Line()
        with (
            exchanges.begun(10, writes=False) as first,
            exchanges.begun(100, writes=False) as second,
            short.used_by(first),
            long.used_by(second),
        ):
            made(short, pair[0])
            made(long, other[0])
            clock.sleep(11)
            # Waits until the thread has closed it.
            assert pair[1].recv(1) == b""
            assert is_open(other[1])
            assert (first.late, second.late) == (True, False)


@pytest.mark.parametrize(("writes", "more"), [(False, 0.0), (True, WRITE_GRACE)])
def test_an_exchange_ends_with_the_run_and_a_write_a_moment_after_it(writes: bool, more: float) -> None:
    with Exchanges(Deadline(20, VirtualClock())).begun(90, writes=writes) as exchange:
        assert exchange.end == 20 + more
    with Exchanges(Deadline(600, VirtualClock())).begun(90, writes=writes) as exchange:
        assert exchange.end == 90


def test_an_interrupt_ends_a_read(pair: Pair) -> None:
    deadline = Deadline(600, VirtualClock())
    line = Line()
    with Exchanges(deadline).begun(90, writes=False) as exchange, line.used_by(exchange):
        made(line, pair[0])
        deadline.interrupt(15)
        assert pair[1].recv(1) == b""


def test_after_a_pause_it_watches_again(pair: Pair) -> None:
    """The thread ends with nothing to do."""
    clock = VirtualClock()
    exchanges = Exchanges(Deadline(600, clock))
    with exchanges.begun(10, writes=False):
        pass
    line = Line()
    with exchanges.begun(10, writes=False) as exchange, line.used_by(exchange):
        made(line, pair[0])
        clock.sleep(11)
        assert pair[1].recv(1) == b""
