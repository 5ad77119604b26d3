"""GitHub and GitHub Enterprise Server."""

from consumer_drift.forges.github.forge import GitHubForge

__all__ = ["GitHubForge"]
