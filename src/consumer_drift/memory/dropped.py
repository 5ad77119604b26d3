"""Why a cache is not used."""

from __future__ import annotations


class Dropped(Exception):  # noqa: N818 - nothing failed: the run reads everything instead
    """A cache that cannot be believed. Its text completes the sentence "the cache is dropped: …"."""
