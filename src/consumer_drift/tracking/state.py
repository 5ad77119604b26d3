"""What the tracking issue remembers of the last run, in a part of its text that readers do not see."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import Status
from consumer_drift.support.clock import moment_text
from consumer_drift.support.escape import json_line
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName

BEGIN = "<!-- consumer-drift: tracking -->"
END = "<!-- consumer-drift: end of tracking -->"
_ABOVE = re.compile(r"^(?:\.{1,2}/)+")
_USUAL_PLACE = re.compile(r"(?:(?:.*/)?\.(?:github|gitea|forgejo)/)?consumer-drift\.ya?ml")
DUPLICATE = "<!-- consumer-drift: duplicate -->"
_STATE = re.compile(r"<!-- consumer-drift: state (\{[^>]*\}) -->")
_COMMENT = "<!-- consumer-drift: comment {} -->"
# A server limits the length of a text: of more late consumers, those beyond are not told apart.
MOST_LATE = 1000


@dataclass(frozen=True, slots=True)
class TrackingState:
    """The result of the last run, and the consumers that were late then, by their keys.

    *is_open*: the program left the issue open; somebody may have closed it since. *reconciled*: unlisted consumers
    were looked for when it was opened. *more*: there were more late ones than are kept. *at* is when the text was
    written, as RFC 3339.
    """

    status: Status
    late: tuple[str, ...] = ()
    more: bool = False
    is_open: bool = True
    reconciled: bool = True
    at: str = ""

    def text(self) -> str:
        """Return it as the issue's text contains it."""
        document = {
            "status": str(self.status),
            "late": list(self.late),
            "more": self.more,
            "open": self.is_open,
            "reconciled": self.reconciled,
            "at": self.at,
        }
        return f"<!-- consumer-drift: state {json_line(document)} -->"


def key(name: RepositoryName) -> str:
    """Return what a consumer is called in the state: names of private repositories are not in it."""
    return hashlib.sha256("/".join(name.key).encode()).hexdigest()[:12]


def mark_of(config_file: str) -> str:
    """Return the mark of the issue about the list in *config_file*: several lists of a source have one each.

    It does not matter in which of the usual places it is, nor from which folder or at which commit it was read.
    """
    path = _ABOVE.sub("", config_file.partition("@")[0], count=1)
    if not path or _USUAL_PLACE.fullmatch(path):
        return BEGIN
    return f"<!-- consumer-drift: tracking {hashlib.sha256(path.encode()).hexdigest()[:12]} -->"


def is_tracking(body: str, mark: str) -> bool:
    """Whether the text is that of the tracking issue with *mark*, and was not closed as a second one."""
    return mark in body and DUPLICATE not in body


def state_of(body: str) -> TrackingState | None:
    """Return the state in an issue's text; None where somebody removed or changed it."""
    found = _STATE.search(body)
    if found is None:
        return None
    try:
        node = JsonValue(json.loads(found[1]))
        # It is asked for as it is here, and a server refuses what is no moment.
        at = moment_text(node["at"].moment()) if node["at"].text() else ""
        return TrackingState(
            node["status"].one_of(Status),
            tuple(one.text() for one in node["late"]),
            node["more"].flag(),
            node["open"].flag(),
            node["reconciled"].flag(),
            at,
        )
    except (InvalidJson, ValueError, RecursionError):
        return None


def with_block(body: str, block: str, mark: str = BEGIN) -> str:
    """Return *body* with *block* in place of the one with *mark*; what people wrote around it stays."""
    whole = f"{mark}\n{block}\n{END}"
    found = re.compile(f"{re.escape(mark)}.*?{re.escape(END)}", re.DOTALL)
    if found.search(body):
        return found.sub(lambda _: whole, body, count=1)
    # Somebody removed one of the two marks.
    rest = body.replace(mark, "").replace(END, "").strip()
    return f"{whole}\n\n{rest}" if rest else f"{whole}\n"


def comment_mark(number: int, before: TrackingState | None, after: TrackingState) -> str:
    """Return the mark of the comment about one change: the same for every run that sees that change."""
    seen = f"{number} {before.text() if before else ''} {after.status} {after.late}"
    return _COMMENT.format(hashlib.sha256(seen.encode()).hexdigest()[:16])
