"""What a forge answered: a fact, or a failure. A failure is a value of its own and never means missing."""

from __future__ import annotations

import sys
import zlib
from dataclasses import dataclass
from enum import Enum

from consumer_drift.model.sentence import Sentence, capitalized


class Reason(Enum):
    """Why a request failed: one word for each cause that needs another fix."""

    NO_TOKEN = "no-token"  # noqa: S105
    BAD_CREDENTIALS = "bad-credentials"
    MISSING_SCOPE = "missing-scope"
    DENIED = "denied"
    SSO = "sso"
    IP_ALLOW_LIST = "ip-allow-list"
    TOKEN_POLICY = "token-policy"  # noqa: S105
    SIGN_IN_REQUIRED = "sign-in-required"
    NOT_FOUND = "not-found"
    BLOCKED = "blocked"
    RATE_LIMIT = "rate-limit"
    SECONDARY_LIMIT = "secondary-limit"
    RESOURCE_LIMIT = "resource-limit"
    FORGE_ERROR = "forge-error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    PROXY = "proxy"
    NO_API = "no-api"
    CUT_SHORT = "cut-short"
    TOO_LARGE = "too-large"
    UNEXPECTED = "unexpected"
    FOREIGN_REDIRECT = "foreign-redirect"
    INTERRUPTED = "interrupted"
    OUT_OF_TIME = "out-of-time"
    # Writes alone.
    STALE = "stale"
    ARCHIVED = "archived"
    PROTECTED = "protected"
    READ_ONLY = "read-only"
    NAME_TAKEN = "name-taken"
    SETTING = "setting"


# A 401 or 403 about what the token may do. A rate limit or a proxy may answer with the same status, and says
# nothing about permissions.
PERMISSION = frozenset(
    {
        Reason.NO_TOKEN,
        Reason.BAD_CREDENTIALS,
        Reason.MISSING_SCOPE,
        Reason.DENIED,
        Reason.SSO,
        Reason.IP_ALLOW_LIST,
        Reason.TOKEN_POLICY,
        Reason.SIGN_IN_REQUIRED,
    }
)

# The token itself is missing or wrong, whatever it may do.
UNKNOWN_TOKEN = frozenset({Reason.NO_TOKEN, Reason.BAD_CREDENTIALS, Reason.SIGN_IN_REQUIRED})

# After one of these it is not known whether a write was applied.
UNCLEAR = frozenset({Reason.FORGE_ERROR, Reason.UNREACHABLE, Reason.TIMEOUT, Reason.CUT_SHORT})


@dataclass(frozen=True, slots=True)
class Failure:
    """A request without a usable answer.

    *said* is what happened, in one sentence that may quote the forge (foreign text); *remedy* is what the user
    can do, a Sentence where it names settings; *needs* names the missing scope or permission where the forge gave
    it, *has* the token's own scopes; *status* is the HTTP status, 0 where there was none; *asked* is the request,
    as ``GET /repos/acme/core``.
    """

    reason: Reason
    said: str
    remedy: str
    needs: str = ""
    status: int = 0
    asked: str = ""
    has: str = ""

    @property
    def is_permission(self) -> bool:
        """Whether it is about what the token may see."""
        return self.reason in PERMISSION

    def __str__(self) -> str:
        # A Sentence where the remedy is one: str() keeps it, an f-string does not.
        return Sentence(self.said, ". ", capitalized(self.remedy)) if self.remedy else self.said


# Shorter texts would hardly become smaller.
_LONG = 4096


class FileText:
    """A file's text, decoded as UTF-8; a BOM stays in it as its first character. Never changes.

    A long one is kept compressed: a run holds the files of all consumers until its end.
    """

    __match_args__ = ("text",)
    __slots__ = ("_kept",)

    def __init__(self, text: str) -> None:
        is_long = len(text) >= _LONG
        self._kept = zlib.compress(text.encode("utf-8", "surrogatepass"), 1) if is_long else text

    @property
    def text(self) -> str:
        """The text, decompressed each time it is asked for."""
        kept = self._kept
        return kept if isinstance(kept, str) else zlib.decompress(kept).decode("utf-8", "surrogatepass")

    @property
    def size(self) -> int:
        """How many bytes of memory it takes."""
        return sys.getsizeof(self._kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileText) and self._kept == other._kept

    def __hash__(self) -> int:
        return hash(self._kept)

    def __repr__(self) -> str:
        return f"FileText({self.text!r})"


@dataclass(frozen=True, slots=True)
class NoFile:
    """The branch has no such file, and the forge is sure of it."""


@dataclass(frozen=True, slots=True)
class NoText:
    """Something other than a text is at that path: *why* says what (``a binary file``, ``a folder``).

    *is_file*: it has content, and no pin can be read from it. *commit* is the id that a submodule is at, empty
    where that was not asked for.
    """

    why: str
    is_file: bool = True
    commit: str = ""


FileResult = FileText | NoFile | NoText | Failure
