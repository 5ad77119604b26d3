"""The bench runs, small, from its start to its page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]


def test_a_quick_bench_writes_its_page_and_its_picture(tmp_path: Path) -> None:
    """Against real servers and real git, for ten consumers."""
    output = tmp_path / "performance.md"
    options = ["--quick", "--once", "--consumers", "10", "--latency-ms", "50", "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = output.read_text(encoding="utf-8")
    for row in ("| GitHub | 10 | 50 ms |", "| Gitea | 10 | 50 ms |", "| Gitea, no batch route | 10 | 50 ms |"):
        assert row in page
    assert "| 10 | 50 ms | clones | ~" in page
    assert "| not measured |" in page, "budgets that this run says nothing about stand there all the same"
    assert "{" not in page
    assert str(ROOT) not in page
    assert "(performance.svg)" in page
    picture = ElementTree.parse(output.with_suffix(".svg")).getroot()
    assert picture.tag.endswith("svg")
    assert "a clone of each in turn" in "".join(picture.itertext())
