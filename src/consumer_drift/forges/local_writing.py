"""Folders as a place to write to: the files themselves are changed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift.forges import folder
from consumer_drift.model.answers import FileText, Obstacle, Reason
from consumer_drift.model.bumps import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from consumer_drift.model.bumps import Branch, Change, Draft, Edit, Finish, Proposal
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Snapshot


class LocalWriter:
    """Rewrites files in place. There are no branches and no pull requests, so there is nothing under way."""

    in_place = True

    def __init__(self, place: Callable[[RepositoryName], Path | Obstacle]) -> None:
        """*place* tells a repository's folder."""
        self._place = place

    def settle(self) -> None:
        """A disk shows at once what was written."""

    def look(
        self,
        snapshots: Sequence[Snapshot],
        head: str,  # noqa: ARG002
        resembling: str,  # noqa: ARG002
    ) -> Mapping[RepositoryName, Work | Obstacle]:
        """The files as they were read."""
        return {snapshot.asked: Work(snapshot) for snapshot in snapshots}

    def commit(self, work: Work, change: Change) -> Obstacle | None:
        """Put the new texts in the place of the old ones, each file at once or not at all."""
        place = self._place(work.snapshot.asked)
        if isinstance(place, Obstacle):
            return place
        for edit in change.edits:
            refused = _rewrite(place, edit)
            if refused is not None:
                return refused
        return None

    def branch(self, work: Work, name: str) -> Branch | Obstacle | None:  # noqa: ARG002
        """None: a folder has no branches."""
        return None

    def open(self, work: Work, draft: Draft) -> Proposal | Obstacle:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def finish(self, work: Work, proposal: Proposal, finish: Finish) -> tuple[str, ...] | Obstacle:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def rewrite(self, work: Work, proposal: Proposal, body: str) -> Obstacle | None:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def close(self, work: Work, proposal: Proposal) -> Obstacle | None:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)

    def delete(self, work: Work, branch: Branch) -> Obstacle | None:  # noqa: ARG002
        """Always an obstacle."""
        return _nothing_here(work)


def _rewrite(root: Path, edit: Edit) -> Obstacle | None:
    there = folder.read_file(root, edit.path)
    if not isinstance(there, FileText) or there.text != edit.before:
        return Obstacle(Reason.STALE, f"{edit.path} was changed while this ran", "run it again")
    # read_file() follows a link only inside the folder: what it leads to is the file.
    real = root.joinpath(*edit.path.split("/")).resolve()
    try:
        _replace(real, edit.after.encode())
    except OSError as error:
        return Obstacle(
            Reason.DENIED,
            f"{real} cannot be written: {error.strerror or type(error).__name__}",
            "make it and its folder writable for the user who runs this",
        )
    return None


def _replace(file: Path, content: bytes) -> None:
    """Ended in the middle, there is the old file or the new one. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        made.chmod(file.stat().st_mode & 0o7777)
        made.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            made.unlink()
        raise


def _nothing_here(work: Work) -> Obstacle:
    return Obstacle(
        Reason.NOT_FOUND, f"{work.snapshot.asked} is a folder, and a folder has no pull requests", "use a forge"
    )
