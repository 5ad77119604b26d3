"""Plain frozen values: names, versions, pins, configuration, observations, findings, the report."""
