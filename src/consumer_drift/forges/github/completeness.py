"""Whether a listing of an owner's repositories is complete: a decision on what GitHub showed.

The listing for a token with too few scopes is a plain 200 with fewer rows, so completeness must be inferred.
https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TokenKind(Enum):
    """The kind of a token, by its prefix."""

    CLASSIC = "ghp_"
    FINE_GRAINED = "github_pat_"
    INSTALLATION = "ghs_"
    OAUTH = "gho_"
    USER_TO_SERVER = "ghu_"
    UNKNOWN = ""

    @classmethod
    def of(cls, token: str) -> TokenKind:
        """Return the kind of *token*. Old tokens, and some of GitHub Enterprise Server, have no prefix."""
        return next(kind for kind in cls if token.startswith(kind.value))


@dataclass(frozen=True, slots=True)
class Signals:
    """What GitHub told besides the rows. None: it did not tell.

    *scopes*: of ``X-OAuth-Scopes``. *partial_sso*: the listing said that it omits organizations. *public_total*
    and *private_total*: the owner's own counts. *selection*: an installation's ``repository_selection``. *lost*:
    rows that were null. *is_own*: the token's user is the owner, or an owner of the organization. *changed*: the
    list changed while it was read, twice.
    """

    kind: TokenKind
    public_rows: int
    private_rows: int
    scopes: frozenset[str] | None = None
    partial_sso: bool = False
    public_total: int | None = None
    private_total: int | None = None
    selection: str | None = None
    lost: int = 0
    is_own: bool = False
    changed: bool = False

    @property
    def sees_all(self) -> bool:
        """Whether the token's rights prove that it sees every repository of the owner."""
        if self.kind is TokenKind.INSTALLATION:
            return self.selection == "all"
        return self.is_own and self.scopes is not None and "repo" in self.scopes and not self.partial_sso


def judge(signals: Signals, *, public_only: bool) -> tuple[int | None, tuple[str, ...]]:
    """Return ``(hidden, doubts)`` of a listing: see ``model.observation.Listing``.

    Without a doubt the listing is complete, and a count or a right of the token proves it.
    """
    if signals.changed:
        return None, ("the repositories of the owner changed twice while they were listed: run it again",)
    if public_only:
        return _public(signals)
    hidden = _counted(signals)
    doubts = _doubts(signals, hidden)
    if hidden is None and not doubts:
        return (0, ()) if signals.sees_all else (None, (_UNPROVEN,))
    return hidden, doubts


_UNPROVEN = (
    "GitHub does not tell this token how many private repositories the owner has: use a token of the user that"
    " owns them, of an owner of the organization (with read:org), or of an App that is installed on all"
    " repositories"
)


def _public(signals: Signals) -> tuple[int | None, tuple[str, ...]]:
    """A public listing can be proved complete: the owner's public count is visible to everyone."""
    if signals.public_total is None:
        return signals.lost or None, ("GitHub did not tell how many public repositories the owner has",)
    hidden = max(signals.lost, signals.public_total - signals.public_rows)
    return max(0, hidden), (_count(hidden, "public repositories"),) if hidden > 0 else ()


def _counted(signals: Signals) -> int | None:
    if signals.private_total is not None and signals.public_total is not None:
        rows = signals.public_rows + signals.private_rows
        return max(signals.lost, signals.public_total + signals.private_total - rows, 0)
    return signals.lost or None


def _doubts(signals: Signals, hidden: int | None) -> tuple[str, ...]:
    if hidden == 0:
        return ()
    doubts = [_count(hidden, "repositories")] if hidden else []
    if signals.partial_sso:
        doubts.append("the token is not authorized for the organization's single sign-on: authorize it")
    if signals.scopes is not None and "repo" not in signals.scopes:
        doubts.append("the token has no `repo` scope, so it sees public repositories only: grant `repo`")
    if signals.kind is TokenKind.FINE_GRAINED and hidden is None:
        doubts.append(
            "a fine-grained token cannot tell which repositories it was given: give it all repositories of the"
            " owner and the permission `Metadata: read`, or use an App's token, which can be checked"
        )
    if signals.kind is TokenKind.USER_TO_SERVER and hidden is None:
        doubts.append(
            "a token of an App's user sees only where both may look, and cannot tell what that leaves out: use the"
            " App's installation token, which can be checked"
        )
    if signals.kind is TokenKind.INSTALLATION and signals.selection != "all":
        doubts.append(_installation(signals))
    return tuple(doubts)


def _installation(signals: Signals) -> str:
    if signals.selection == "selected":
        return (
            "the token belongs to an App (or to this job) with access to selected repositories only:"
            " install an App on all repositories of the owner and use its token"
        )
    return "GitHub did not tell which repositories the App's token may see"


def _count(hidden: int | None, what: str) -> str:
    return f"{hidden} {what} of the owner were not shown"
