"""What other programs are compared by: their times, and the requests in Gitea's access log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import peers
from bench.cases import Figures
from bench.peers import Gitea, Peer, compared

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ROW = '127.0.0.1 - - [26/Nov/2026:08:14:28 +0000] "GET /api/v1/version HTTP/1.1" 200 36 "" "curl/7.88.1"\n'


def test_requests_are_those_since_the_last_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers.time, "sleep", lambda _seconds: None)
    log = tmp_path / "access.log"
    log.write_text(ROW + ROW)
    gitea = Gitea("http://127.0.0.1:3000", "", log)
    assert gitea.asked() == (2, 72)
    log.write_text(ROW * 3)
    assert gitea.asked() == (1, 36)
    assert Gitea("http://127.0.0.1:3000", "", None).asked() == (0, 0)


def test_what_is_absent_is_left_out() -> None:
    gitea = Gitea("http://127.0.0.1:3000", "", None)
    assert [one.name for one in peers.peers(gitea, "", "")] == ["consumer-drift", "clones in turn"]
    assert len(list(peers.peers(gitea, "renovate", "multi-gitter"))) == 4


def test_the_start_and_each_further_repository_are_told_apart() -> None:
    peer = Peer("one", lambda _number: Figures(0, 0, 0), "nothing")
    found = {"one": (peer, Figures(1.0, 1.0, 50.0), Figures(5.0, 2.0, 60.0, requests=90, size=25_000))}
    shown = compared(found, 41)
    assert "| one | 1.00 s | 5.00 s | 100 ms | 90 | 25 kB | 60 MiB |" in shown
    assert "- one: nothing.\n" in shown
