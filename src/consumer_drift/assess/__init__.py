"""Judging: pure functions from what was observed to what is found."""
