"""The target of the bumps of one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.config import Config
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


@dataclass(frozen=True, slots=True)
class BumpTarget:
    """*version* is the target, *head* the branch that bumps to it.

    *commits* has the target's commit for each repository that is pinned by commits. *in_place*: files of folders
    are rewritten, without branches and pull requests. *no_branch* is why the bump branch cannot exist, empty where
    it can. *withdrawn*: higher versions that were released and are gone. *lost*: the first digits of commits that
    have an open bump and that the source's branch no longer has.
    """

    config: Config
    target: Target
    version: Version
    head: str
    commits: Mapping[RepositoryName, str] = field(default_factory=dict)
    in_place: bool = False
    no_branch: str = ""
    withdrawn: frozenset[Version] = frozenset()
    lost: frozenset[str] = frozenset()

    @property
    def has_extras(self) -> bool:
        """Whether pull requests get labels, reviewers or auto-merge."""
        wanted = self.config.propagate
        return bool(wanted.labels or wanted.reviewers or wanted.auto_merge.value != "off")

    def why_lost(self, head: str) -> str:
        """Why nothing can be at the commit that the branch *head* bumps to; empty where something can."""
        commit, branch = self.config.unknown_bump_commit(head), self.config.source.branch
        return f"{commit} is no longer a commit of {branch.branch}" if branch and commit in self.lost else ""

    def fill(self, template: str) -> str:
        """Return *template* with the source's name and the version filled in, and nothing else changed."""
        return template.replace("{source}", self.config.source.name).replace("{version}", self.version.text)
