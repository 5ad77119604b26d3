"""One module a command: what a run does from its settings to its report."""
