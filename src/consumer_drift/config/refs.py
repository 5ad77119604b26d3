"""Which texts git takes for the name of a branch.

https://git-scm.com/docs/git-check-ref-format
"""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")


def why_no_branch(text: str) -> str:
    """What git dislikes in *text* as a branch's name, in a few words; empty where it likes it."""
    found = _FORBIDDEN.search(text)
    if found:
        return f"a branch's name may not hold {found.group()!r}"
    if not text or text.startswith("/") or text.endswith("/") or "//" in text:
        return "no part of a branch's name may be empty"
    if text in {"@", "HEAD"} or text.startswith("-") or "@{" in text or ".." in text:
        return "a branch's name may not be '@' or 'HEAD', start with '-', or hold '..' or '@{'"
    if text.endswith(".") or any(part.startswith(".") or part.endswith(".lock") for part in text.split("/")):
        return "no part of a branch's name may start with '.' or end in '.lock', and the name may not end in '.'"
    return ""
