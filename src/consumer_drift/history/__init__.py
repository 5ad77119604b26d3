"""The history of a fleet: one line for each run, in a file or on a branch."""
