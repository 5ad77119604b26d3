"""Merging bumps that are ours and green."""
