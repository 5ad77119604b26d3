"""The addresses of this project: its repository, its documentation and its schema.

Whoever publishes a copy changes ``REPOSITORY`` alone; a release of another repository is refused.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from consumer_drift import __version__

REPOSITORY = "org/consumer-drift-action"
_OWNER, _, _NAME = REPOSITORY.partition("/")

REPOSITORY_PAGE = f"https://github.com/{REPOSITORY}"
# The documentation site; every address of it ends with a slash.
DOCUMENTATION = f"https://{_OWNER.lower()}.github.io/{_NAME}/"
# The file at the tag that moves with each release of a major version, so a configuration can name it for years.
SCHEMA = f"https://raw.githubusercontent.com/{REPOSITORY}/v{__version__.partition('.')[0]}/schema/consumer-drift.schema.json"


def finding_page(code: str) -> str:
    """Return the address of the page about the findings with *code*."""
    return f"{DOCUMENTATION}findings/{code}/"


def page(link: str) -> str:
    """Return the address of the page that *link* names; it is relative to ``docs/findings/``."""
    return re.sub(r"(/index)?\.md(?=#|$)", "/", urljoin(f"{DOCUMENTATION}findings/", link))
