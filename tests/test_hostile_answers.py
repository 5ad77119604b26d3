"""Whatever a server answers, a run takes bounded memory and ends with its report."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests import hostile

if TYPE_CHECKING:
    from pathlib import Path

MOST_MIB = 256

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")


@pytest.mark.parametrize("answer", hostile.ANSWERS)
@pytest.mark.parametrize("forge", hostile.FORGES)
def test_no_answer_takes_much_memory_or_the_report(forge: str, answer: str, tmp_path: Path) -> None:
    """With sixteen of them in flight."""
    run = hostile.measured(forge, answer, tmp_path)
    assert run.peak <= MOST_MIB
    assert run.code == 2, run.errors
    assert json.loads(run.output)["coverage"]["listed"] == hostile.CONSUMERS
