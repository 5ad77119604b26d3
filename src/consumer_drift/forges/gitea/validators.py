"""By what a listing's row tells that its repository is as it was.

``updated_at`` moves on every push, also on one to a side branch or of a tag, a second or two after it. It does not
move where a repository is renamed, handed over, archived, hidden or given another default branch, nor where the
token's user may read less of it: all of that stands in the row beside it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from consumer_drift.cache.entries import Validator
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.forges.http.messages import Response
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json

# What can change in a row while every answer stays the same. Whatever a server adds to its rows one day counts.
_IDLE = frozenset(
    {
        "avatar_url",
        "forks_count",
        "open_issues_count",
        # The forge's pull requests are counted in the row that is shown now, and are asked for anew.
        "open_pr_counter",
        "owner",
        "parent",
        "release_counter",
        "stars_count",
        "watchers_count",
    }
)


def validators(answer: Response) -> dict[RepositoryName, Validator]:
    """The stamps of a page of a listing, or of a search; none where the server does not tell its time."""
    seen = answer.date
    if seen is None:
        return {}
    try:
        page = answer.json()
        listed = page.get("data") if isinstance(page, dict) else page
        return dict(_stamp(row, seen) for row in json_fields.rows(listed, "the answer"))
    except (json_fields.InvalidJson, ValueError):
        # A row that tells no time is a repository that is read every time.
        return {}


def _stamp(value: Json, seen: datetime) -> tuple[RepositoryName, Validator]:
    row = json_fields.record(value, "a repository")
    told = {key: field for key, field in row.items() if key not in _IDLE}
    # A user's own row changes with every sign-in.
    told["owner"] = json_fields.number(json_fields.record(row.get("owner"), "owner"), "id")
    state = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return json_fields.repository(row, "full_name"), Validator(state, json_fields.moment(row, "updated_at"), seen)
