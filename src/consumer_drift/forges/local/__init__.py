"""Folders on this machine as a forge."""
