"""Whether a consumer is ready for a command: one answer for each thing that the command does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.config import AutoMerge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.config import Propagate
    from consumer_drift.model.findings import Place
    from consumer_drift.model.repository import RepositoryName


class Ability(StrEnum):
    """What a command has to be able to do in a consumer: part of the contract, never renamed."""

    READ = "read"
    PINS = "pins"
    LIST = "list"
    BRANCH = "branch"
    BRANCH_NAME = "branch-name"
    COMMIT = "commit"
    PULL_REQUEST = "pull-request"
    LABELS = "labels"
    REVIEWERS = "reviewers"
    AUTO_MERGE = "auto-merge"
    CI = "ci"


# Without these a bump is opened all the same, with a warning.
EXTRAS = frozenset({Ability.LABELS, Ability.REVIEWERS, Ability.AUTO_MERGE})


class Answer(StrEnum):
    """Whether something will work: part of the contract, never renamed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot-be-known"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a ``no``: *what*, once for all repositories that need the same; *page* is where.

    *what* is an imperative without a full stop, in which ``{repositories}`` is their number. *is_global*: done
    once, it serves every repository. *page* is an address, empty where no page does it.
    """

    what: str
    page: str = field(default="", compare=False)
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class AbilityAnswer:
    """The answer for one ability in one consumer. *why* is a few words (may hold foreign text), empty for ``yes``.

    *remedy* is None where the answer follows from another one, or where nothing can be done.
    *of_token*: the token, or its user, is the reason.
    """

    answer: Answer
    why: str = ""
    remedy: Remedy | None = None
    of_token: bool = False


Abilities = Mapping[Ability, AbilityAnswer]

YES = AbilityAnswer(Answer.YES)


def no(why: str, remedy: Remedy | None = None, *, of_token: bool = False) -> AbilityAnswer:
    """Return the answer for what will fail."""
    return AbilityAnswer(Answer.NO, why, remedy, of_token)


def unknown(why: str) -> AbilityAnswer:
    """Return the answer where nothing that can be read tells whether it will work."""
    return AbilityAnswer(Answer.UNKNOWN, why, of_token=True)


def not_needed(why: str = "") -> AbilityAnswer:
    """Return the answer for what no run will do there."""
    return AbilityAnswer(Answer.NOT_NEEDED, why)


def auto_merge_as_configured(wanted: Propagate) -> AbilityAnswer | None:
    """Return what *wanted* alone says of auto-merge, None where the repository decides."""
    if wanted.auto_merge is AutoMerge.OFF:
        return not_needed("auto-merge is off")
    if wanted.draft:
        remedy = Remedy("set `propagate.draft` or `propagate.auto-merge` to false", is_global=True)
        return no("a draft cannot be merged", remedy)
    return None


def method_not_allowed(method: AutoMerge, settings: str) -> AbilityAnswer:
    """Return the answer where the repository does not allow *method*. *settings* is its page for it, or ""."""
    remedy = Remedy(f"allow {method} in the repository's settings, or choose another method", settings)
    return no(f"its settings do not allow {method}", remedy)


@dataclass(frozen=True, slots=True)
class Access:
    """What the forge told of one consumer. *has_bump*: there is a bump branch, or a closed request from it."""

    answers: Abilities
    has_bump: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """A listed consumer and its answers: *cells* has one for each ability, in the order of ``Ability``.

    *place* is its line in the configuration, *url* its page, empty where that is not known.
    """

    consumer: RepositoryName
    place: Place
    cells: tuple[tuple[Ability, AbilityAnswer], ...]
    url: str = ""

    def with_answer(self, answer: Answer) -> tuple[tuple[Ability, AbilityAnswer], ...]:
        """Return what has that *answer*."""
        return tuple(one for one in self.cells if one[1].answer is answer)

    @property
    def is_ready(self) -> bool:
        """Whether all that is needed will work, and that is known. Extras are not needed."""
        return not self.is_refused and not needed(self.with_answer(Answer.UNKNOWN))

    @property
    def is_refused(self) -> bool:
        """Whether something that is needed will not work."""
        return bool(needed(self.with_answer(Answer.NO)))


def needed(cells: Iterable[tuple[Ability, AbilityAnswer]]) -> tuple[tuple[Ability, AbilityAnswer], ...]:
    """Return *cells* without those of extras."""
    return tuple(one for one in cells if one[0] not in EXTRAS)


@dataclass(frozen=True, slots=True)
class BumpPlan:
    """What a bump is going to do in every consumer.

    *head* is the bump branch, empty where the target version is not known. *wanted* are the extras of its pull
    request. *workflows* are the consumers with a pin in a workflow file, *outdated* those that it is for.
    """

    head: str
    wanted: Propagate
    workflows: frozenset[RepositoryName] = frozenset()
    outdated: frozenset[RepositoryName] = frozenset()

    @property
    def users(self) -> tuple[str, ...]:
        """The reviewers that are users."""
        return tuple(name for name in self.wanted.reviewers if "/" not in name)

    @property
    def teams(self) -> tuple[str, ...]:
        """The reviewers that are teams, as ``owner/team``."""
        return tuple(name for name in self.wanted.reviewers if "/" in name)
