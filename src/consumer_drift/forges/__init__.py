"""Forges: GitHub, Gitea, Forgejo and folders, behind one small Protocol (``base``)."""
