"""Forges: all reading of GitHub, Gitea, Forgejo and folders, behind one small Protocol."""
