"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.effort import USUAL, examples

# A third of a worker's time is waiting for servers and processes, as tests of time limits do.
WORKERS_PER_CORE = 1.5

# A busy machine is no defect of ours: what takes too long is caught by pytest's own time-out. Where a change is
# judged the examples are the same each time; everywhere else they are new ones, which is how defects are found.
settings.register_profile(
    "here",
    max_examples=examples(USUAL),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("here")


def pytest_xdist_auto_num_workers() -> int:
    """The workers of ``-n auto``."""
    return int(WORKERS_PER_CORE * (os.cpu_count() or 1))
