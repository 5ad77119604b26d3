"""One list in many runs: how it is split, and how their reports become one again."""
