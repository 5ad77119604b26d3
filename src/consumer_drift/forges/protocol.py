"""What the rest of the program asks of a forge. Each forge is one class with these names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from consumer_drift.model.answers import FileAnswer, Obstacle
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Observation, PullRequests, Snapshot, Survey, Tag

    # Called with every consumer and probed repository that was read, from one thread at a time.
    Progress = Callable[[RepositoryName], None]


class Forge(Protocol):
    """Reads repositories. No method raises for what a forge answers: obstacles are values."""

    @property
    def label(self) -> str:
        """For people: ``Gitea at https://git.example.org``."""

    @property
    def requests(self) -> int:
        """How many HTTP exchanges there were so far."""

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Obstacle:
        """Every tag of *repository* whose name holds *containing*, in no order; all pages of them."""

    def latest_release(self, repository: RepositoryName) -> Tag | Obstacle | None:
        """The tag of the latest release that is neither a draft nor a pre-release, None where there is none."""

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileAnswer:
        """One file at *ref* (a branch, tag or commit), or at the default branch where it is empty."""

    def survey(self, survey: Survey, progress: Progress) -> Observation:
        """Read all consumers and, where asked, list and probe the owner's repositories."""

    def pull_requests(
        self, snapshots: Sequence[Snapshot], head: str
    ) -> Mapping[RepositoryName, PullRequests | Obstacle]:
        """The open pull requests from the branch *head*, by ``Snapshot.asked``, one entry for each.

        Costs nothing where the survey told them already.
        """

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """The address at which a browser shows that line (from 1; 0: the file), empty where there is none."""
