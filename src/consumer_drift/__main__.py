"""``python -m consumer_drift`` is ``consumer-drift``."""

from consumer_drift.cli import main

main()
