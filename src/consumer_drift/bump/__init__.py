"""Bumps: the plan for a consumer that is behind (pure), and the one module that applies it."""
