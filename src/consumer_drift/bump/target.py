"""The target of the bumps of one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Affixes, parse_version

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
    are rewritten, without branches and pull requests.
    """

    config: Config
    target: Target
    version: Version
    head: str
    commits: Mapping[RepositoryName, str] = field(default_factory=dict)
    in_place: bool = False

    @property
    def has_extras(self) -> bool:
        """Whether pull requests get labels, reviewers or auto-merge."""
        wanted = self.config.propagate
        return bool(wanted.labels or wanted.reviewers or wanted.auto_merge.value != "off")

    def fill(self, template: str) -> str:
        """Return *template* with the source's name and the version filled in, and nothing else changed."""
        return template.replace("{source}", self.config.source.name).replace("{version}", self.version.text)


def bumps_to(branch: str, config: Config) -> Version | None:
    """Return the version that a branch of that name bumps to, None where the template does not match it."""
    template = config.propagate.branch.replace("{source}", config.source.name)
    first, _, rest = template.partition("{version}")
    # A template may contain the version twice: then both places must have the same text.
    inner = Affixes(first, rest).strip(branch) if "{version}" not in rest else _first_of(branch, first, rest)
    version = parse_version(inner, config.scheme) if inner else None
    if version is None or config.propagate.head(config.source.name, version.text) != branch:
        return None
    return version


def _first_of(branch: str, first: str, rest: str) -> str | None:
    if not branch.startswith(first):
        return None
    copies = 1 + rest.count("{version}")
    fixed = len(first) + len(rest.replace("{version}", ""))
    length, over = divmod(len(branch) - fixed, copies)
    return branch[len(first) : len(first) + length] if over == 0 and length > 0 else None


def search_term(config: Config) -> str:
    """Return the longest text that the names of all bump branches contain, to filter branches by."""
    return max(config.propagate.branch.replace("{source}", config.source.name).split("{version}"), key=len)
