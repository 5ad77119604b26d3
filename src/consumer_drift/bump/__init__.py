"""Bumps: what to do about a consumer that is behind (pure), and the one place that does it."""
