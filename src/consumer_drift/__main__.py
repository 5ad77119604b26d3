"""``python -m consumer_drift`` is ``consumer-drift``."""

from consumer_drift.cli.commands import main

main()
