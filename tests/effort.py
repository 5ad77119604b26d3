"""How many examples each property gets: enough for every change, or as many as a scheduled run has time for.

make test EFFORT=thorough
"""

from __future__ import annotations

import os

EFFORTS = {"": 1, "thorough": 10}
FACTOR = EFFORTS[os.environ.get("EFFORT", "")]
# Of a property that says nothing else.
USUAL = 40


def examples(usual: int) -> int:
    """The number of examples where *usual* are enough for every change."""
    return usual * FACTOR
