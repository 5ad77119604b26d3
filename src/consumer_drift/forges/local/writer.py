"""Folders as a place to write to: the files themselves are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.local import folder
from consumer_drift.model.bump import BumpState
from consumer_drift.model.result import Failure, FileText, Reason
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from consumer_drift.model.bump import Branch, Change, Draft, Edit, Finish
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName


class LocalWriter:
    """Rewrites files in place. There are no branches and no pull requests, so there is nothing under way."""

    in_place = True

    def __init__(self, place: Callable[[RepositoryName], Path | Failure]) -> None:
        """*place* tells a repository's folder."""
        self._place = place

    def settle(self) -> None:
        """A disk shows at once what was written."""

    def look(
        self,
        snapshots: Sequence[Snapshot],
        head: str,  # noqa: ARG002
        resembling: str,  # noqa: ARG002
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """The files as they were read."""
        return {snapshot.asked: BumpState(snapshot) for snapshot in snapshots}

    def commit(self, work: BumpState, change: Change) -> Failure | None:
        """Put the new texts in the place of the old ones, each file at once or not at all."""
        place = self._place(work.snapshot.asked)
        if isinstance(place, Failure):
            return place
        for edit in change.edits:
            refused = _rewrite(place, edit)
            if refused is not None:
                return refused
        return None

    def branch(self, work: BumpState, name: str) -> Branch | Failure | None:  # noqa: ARG002
        """None: a folder has no branches."""
        return None

    def open(self, work: BumpState, draft: Draft) -> PullRequest | Failure:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def finish(self, work: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def rewrite(self, work: BumpState, pull_request: PullRequest, body: str) -> Failure | None:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def close(self, work: BumpState, pull_request: PullRequest) -> Failure | None:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def delete(self, work: BumpState, branch: Branch) -> Failure | None:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)


def _rewrite(root: Path, edit: Edit) -> Failure | None:
    there = folder.read_file(root, edit.path)
    if not isinstance(there, FileText) or there.text != edit.before:
        return Failure(Reason.STALE, f"{edit.path} was changed while this ran", "run it again")
    # read_file() follows a link only inside the folder: what it leads to is the file.
    real = root.joinpath(*edit.path.split("/")).resolve()
    try:
        replace_file(real, edit.after.encode())
    except OSError as error:
        return Failure(
            Reason.DENIED,
            f"{real} cannot be written: {error.strerror or type(error).__name__}",
            "make it and its folder writable for the user who runs this",
        )
    return None


def _nothing_here(work: BumpState) -> Failure:
    return Failure(
        Reason.NOT_FOUND, f"{work.snapshot.asked} is a folder, and a folder has no pull requests", "use a forge"
    )
