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

    Without a doubt the listing is complete, and something proves it: the count of the owner's own routes includes
    what the token may not see, except for a request without a token. A search counts only what it shows.
    """
    if owned.changed:
        return None, (f"the repositories of {owner} changed twice while they were listed: run it again",)
    if owned.route == SEARCH:
        return None, (_searched(owner, public_only=public_only),)
    if public_only and owned.all_public:
        return 0, ()
    return _counted(owned, owner, has_token=has_token)


def _counted(owned: Owned, owner: str, *, has_token: bool) -> tuple[int | None, tuple[str, ...]]:
    if owned.public_token:
        limit = f"the token is limited to public repositories, so it does not see others of {owner}"
        return None, (f"{limit}: create one without that limit",)
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


def _searched(owner: str, *, public_only: bool) -> str:
    which = "public repositories" if public_only else "repositories"
    return (
        f"{owner} could only be searched, which does not count the {which} that it does not show: give the token"
        " read:organization or read:user, which show the owner's own count"
    )
