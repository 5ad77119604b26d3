"""``python -m consumer_drift`` is ``consumer-drift``."""

from consumer_drift.doors.cli import main

main()
