"""What the bumps of one run go to, for every command that works on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.bump.target import BumpTarget
from consumer_drift.config.types import why_no_branch
from consumer_drift.pipeline.commits import commits_of

if TYPE_CHECKING:
    from consumer_drift.forges.base import Writer
    from consumer_drift.model.config import Config
    from consumer_drift.pipeline.observe import Observed


def bump_target_of(config: Config, seen: Observed, writer: Writer) -> BumpTarget | None:
    """Return what the consumers are bumped to, None where the target is not known."""
    version = seen.target.version
    if version is None:
        return None
    known = commits_of(config, version)
    why = why_no_branch(seen.head)
    no_branch = f"{seen.head} is not a valid branch name: {why}. Change `propagate.branch`" if why else ""
    return BumpTarget(config, seen.target, version, seen.head, known, writer.in_place, no_branch)
