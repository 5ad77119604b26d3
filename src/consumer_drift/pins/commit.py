"""Pins that name a commit, and the version that a comment behind it claims.

Only the commit counts: it is looked up among the tags of the repository that is pinned. A comment is believed
where it says the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.pins.source_text import Fragment
from consumer_drift.pins.version_text import locate_fixed

if TYPE_CHECKING:
    from consumer_drift.model.versions import FoundVersion
    from consumer_drift.pins.source_text import SourceText

# Behind the scalar: its quote, the brackets of a flow mapping, and the comment on the same line.
_COMMENT = re.compile(r"[\"']?+[}\], \t]*+(?<=[ \t])#[ \t]*+(?P<word>[^\s,;()]*+)")
# v1.4.0, tag=v1.4.0, pin@v1.4.0, ratchet:acme/setup-runtime@v1.4.0
_MARK = re.compile(r"(?:(?:tag|version)=|pin@|ratchet:[^@\s]+@)?(?P<version>[^\s=@:]+)")
_LONGEST_WORD = 300


def comment_version(source: SourceText, end: int) -> tuple[Fragment, FoundVersion] | None:
    """Return the version that is the first word of the comment behind *end*, None where it is another word."""
    comment = _COMMENT.match(source.text, end)
    if comment is None or len(comment["word"]) > _LONGEST_WORD:
        return None
    mark = _MARK.fullmatch(comment["word"])
    if mark is None:
        return None
    fragment = Fragment.at(mark["version"], comment.start("word") + mark.start("version"))
    found = locate_fixed(source.version_format, fragment.text)
    return (fragment, found) if found else None
