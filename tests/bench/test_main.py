"""The bench runs, small, from its start to its page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]


def test_a_quick_bench_writes_its_page_and_its_picture(tmp_path: Path) -> None:
    """Against recorded answers and real git, for ten consumers."""
    output = tmp_path / "performance.md"
    options = [
        "--quick",
        "--once",
        "--servers",
        "gitea",
        "--consumers",
        "10",
        "--latency-ms",
        "50",
        "--output",
        str(output),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = output.read_text(encoding="utf-8")
    assert "| Gitea | 10 | 50 ms |" in page
    assert "| 10 | 50 ms | clones | ~" in page
    assert "| not measured |" in page, "budgets that this run says nothing about stand there all the same"
    assert str(ROOT) not in page
    picture = ElementTree.parse(output.with_suffix(".svg")).getroot()
    assert picture.tag.endswith("svg")
    assert "a clone of each in turn" in "".join(picture.itertext())
