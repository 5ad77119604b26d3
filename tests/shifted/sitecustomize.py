"""Move the clock of every Python process that `make test-shifted` starts.

Python loads a module of this name at each start, from a folder in PYTHONPATH: that reaches pytest, its workers and
the programs that tests run. TEST_CLOCK_SHIFT holds the seconds to add to the machine's time.
"""

import os
import sys
import time

SHIFT = os.environ.get("TEST_CLOCK_SHIFT")

if SHIFT is not None:
    # The library loads pytest where it finds it, which takes longer than most programs that run here.
    sys.modules["pytest"] = None  # type: ignore[assignment]
    import time_machine

    del sys.modules["pytest"]
    time_machine.travel(time.time() + float(SHIFT), tick=True).start()
