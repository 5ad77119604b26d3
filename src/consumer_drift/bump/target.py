"""Where the consumers of one run are to be brought."""

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

    *commits*: which commit the target is, for repositories whose actions are pinned by commits. *in_place*:
    there is no forge, the files themselves are rewritten.
    """

    config: Config
    target: Target
    version: Version
    head: str
    commits: Mapping[RepositoryName, str] = field(default_factory=dict)
    in_place: bool = False

    @property
    def has_extras(self) -> bool:
        """Whether a pull request needs more than to be opened."""
        wanted = self.config.propagate
        return bool(wanted.labels or wanted.reviewers or wanted.auto_merge.value != "off")

    def fill(self, template: str) -> str:
        """*template* with the source's name and the version in their places, and nothing else done to it."""
        return template.replace("{source}", self.config.source.name).replace("{version}", self.version.text)


def bumps_to(branch: str, config: Config) -> Version | None:
    """The version that a branch of that name bumps to, None where the template does not fit it."""
    template = config.propagate.branch.replace("{source}", config.source.name)
    first, _, rest = template.partition("{version}")
    # A template may name the version twice: then what stands at its first place must stand at the others.
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
    """The longest text that every bump branch's name holds: what a forge can be asked for."""
    return max(config.propagate.branch.replace("{source}", config.source.name).split("{version}"), key=len)
