"""Whether a listing of an owner's repositories is complete: a decision on what the forge showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.gitea.listing import SEARCH

if TYPE_CHECKING:
    from consumer_drift.forges.gitea.listing import Owned


def completeness(
    owned: Owned, owner: str, *, has_token: bool, public_only: bool
) -> tuple[int | None, tuple[str, ...]]:
    """Return how many repositories are hidden (None: unknown), and why the listing may be partial.

    The organization's count includes what the token may not see, except for a request without a token. A search
    counts only what it shows.
    """
    if public_only:
        return (None if owned.route == SEARCH else 0), ()
    if owned.public_token:
        return None, (f"the token is limited to public repositories, so it does not see others of {owner}",)
    if owned.route == SEARCH:
        return None, _doubts_of_search(owned, owner)
    if not has_token:
        return None, (
            f"the repositories of {owner} were listed without a token, which shows only the public ones",
        )
    if owned.total is None:
        return None, (f"the forge did not tell how many repositories {owner} has",)
    hidden = max(0, owned.total - len(owned.rows))
    if not hidden:
        return 0, ()
    return hidden, (f"{hidden} of the {owned.total} repositories of {owner} are hidden from the token",)


def _doubts_of_search(owned: Owned, owner: str) -> tuple[str, ...]:
    """A search counts what it shows. It shows everything to a member, and to others what is public."""
    if any(row.may_push or not row.snapshot.public for row in owned.rows):
        return ()
    doubt = (
        f"{owner} could only be searched, and all repositories found are public and not writable for the token's"
        f" user: a user outside of {owner} does not see its private repositories, nor that there are any"
    )
    return (doubt,)
