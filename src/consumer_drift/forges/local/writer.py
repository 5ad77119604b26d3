"""Bumps on folders: the files themselves are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.local import folder
from consumer_drift.forges.writing import RUN_AGAIN, one_by_one
from consumer_drift.model.bump import EVERYTHING, BumpState
from consumer_drift.model.result import Failure, FileText, Reason
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from consumer_drift.model.bump import Branch, Change, Draft, Edit, Finish, Sufficient
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName


T = TypeVar("T")
R = TypeVar("R")


class LocalWriter:
    """Rewrites files in place. There are no branches and no pull requests."""

    in_place = True

    def __init__(self, place: Callable[[RepositoryName], Path | Failure]) -> None:
        """*place* returns a repository's folder."""
        self._place = place

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R]]:
        """Do one after the other."""
        return one_by_one(work, items)

    def settle(self) -> Iterator[None]:
        """Yield at once: a disk shows what was written."""
        yield

    def bump_states(
        self,
        snapshots: Sequence[Snapshot],
        head: str,  # noqa: ARG002
        resembling: str,  # noqa: ARG002
        sufficient: Sufficient = EVERYTHING,  # noqa: ARG002
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """Return the files as they were read."""
        return {snapshot.asked: BumpState(snapshot) for snapshot in snapshots}

    def commit(self, state: BumpState, change: Change) -> Failure | None:
        """Replace the old texts, each file atomically."""
        place = self._place(state.snapshot.asked)
        if isinstance(place, Failure):
            return place
        for edit in change.edits:
            refused = _rewrite(place, edit)
            if refused is not None:
                return refused
        return None

    def branch(self, state: BumpState, name: str, *, with_files: bool = False) -> Branch | Failure | None:  # noqa: ARG002
        """Return None: a folder has no branches."""
        return None

    def open(self, state: BumpState, draft: Draft) -> PullRequest | Failure:  # noqa: ARG002
        """Return a failure."""
        return _unsupported(state)

    def finish(self, state: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:  # noqa: ARG002
        """Return a failure."""
        return _unsupported(state)

    def rewrite(self, state: BumpState, pull_request: PullRequest, body: str) -> Failure | None:  # noqa: ARG002
        """Return a failure."""
        return _unsupported(state)

    def close(self, state: BumpState, pull_request: PullRequest) -> Failure | None:  # noqa: ARG002
        """Return a failure."""
        return _unsupported(state)

    def delete(self, state: BumpState, branch: Branch) -> Failure | None:  # noqa: ARG002
        """Return a failure."""
        return _unsupported(state)


def _rewrite(root: Path, edit: Edit) -> Failure | None:
    current = folder.read_file(root, edit.path)
    if not isinstance(current, FileText) or current.text != edit.before:
        return Failure(Reason.STALE, f"{edit.path} was changed during the run", RUN_AGAIN)
    # read_file() follows a link only inside the folder, so this is the file that was read.
    real = root.joinpath(*edit.path.split("/")).resolve()
    try:
        replace_file(real, edit.after.encode())
    except OSError as error:
        return Failure(
            Reason.DENIED,
            f"{real} cannot be written: {error.strerror or type(error).__name__}",
            "make it and its folder writable for the user that runs this, and check the free disk space",
        )
    return None


def _unsupported(state: BumpState) -> Failure:
    return Failure(
        Reason.NOT_FOUND, f"{state.snapshot.asked} is a folder, and a folder has no pull requests", "use a forge"
    )
