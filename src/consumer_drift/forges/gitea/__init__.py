"""Gitea and Forgejo: one API, two servers that differ in what they have and in what they let a token see."""

from consumer_drift.forges.gitea.forge import GiteaForge

__all__ = ["GiteaForge"]
