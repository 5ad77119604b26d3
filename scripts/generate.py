"""Write anew what is committed and made of the code: the configuration's schema and the tables of the docs.

Tests fail when one of them is stale, and say to run this.
"""

from __future__ import annotations

from pathlib import Path

from consumer_drift.config import generate

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    generate.main(ROOT)
