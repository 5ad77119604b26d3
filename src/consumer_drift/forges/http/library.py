"""httpx without its own command line, which takes as long to load as all the rest of it."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["httpx"]


@contextlib.contextmanager
def _missing(module: str) -> Iterator[None]:
    """Let *module*, unless it is loaded, look as if it were not installed.

    https://docs.python.org/3/reference/import.html#the-module-cache
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment] # its import fails
    try:
        yield
    finally:
        del sys.modules[module]


# It is an extra, so the library works without it. Here it would be loaded: what it needs is installed for the log.
with _missing("httpx._main"):
    import httpx
