"""Cache validators from a listing: what its rows show when a repository is unchanged.

``updated_at`` moves on every push, also to a side branch or of a tag, a second or two after it. It does not move
when a repository is renamed, transferred, archived, hidden or given another default branch, nor when the token's
user loses a permission: the other fields of the row show those.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from consumer_drift.cache.entries import Validator
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.forges.http.messages import Response
    from consumer_drift.model.repository import RepositoryName

# Fields that can change while every answer stays the same. A field that a server adds one day counts.
_IRRELEVANT = frozenset(
    {
        "avatar_url",
        "forks_count",
        "open_issues_count",
        # The count is taken from the current row, and the pull requests themselves are always fetched.
        "open_pr_counter",
        "owner",
        "parent",
        "release_counter",
        "stars_count",
        "watchers_count",
    }
)


def validators(answer: Response) -> dict[RepositoryName, Validator]:
    """Return the validators of a page of a listing or a search; none if the server does not tell its time."""
    seen = answer.date
    if seen is None:
        return {}
    try:
        page = JsonValue(answer.json())
        rows = page["data"] if isinstance(page.value, dict) else page
        return dict(_validator(row, seen) for row in rows)
    except (InvalidJson, ValueError):
        # A repository whose row tells no time is fetched every time.
        return {}


def _validator(row: JsonValue, seen: datetime) -> tuple[RepositoryName, Validator]:
    name, changed = row["full_name"].repository(), row["updated_at"].moment()
    told = {key: field for key, field in row.value.items() if key not in _IRRELEVANT}
    # The rest of the owner changes: a user's own row with every sign-in.
    told["owner"] = row["owner"]["id"].number()
    state = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return name, Validator(state, changed, seen)
