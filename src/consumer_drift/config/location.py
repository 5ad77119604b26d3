"""Where the configuration and a consumer's own file may be, and the form that names another repository's."""

from __future__ import annotations

from dataclasses import dataclass

from consumer_drift.config.types import file_path, why_no_branch
from consumer_drift.model.repository import RepositoryName

# The first of these that exists is the configuration.
LOCATIONS = tuple(
    f"{folder}consumer-drift.{ending}"
    for folder in (".github/", ".gitea/", ".forgejo/", "")
    for ending in ("yml", "yaml")
)
# A consumer's own files. Each of them is read: a no in one is a no.
CONSUMER_FILES = tuple(f"{folder}/consumer-drift-consumer.yml" for folder in (".github", ".gitea", ".forgejo"))


@dataclass(frozen=True, slots=True)
class RemoteConfig:
    """A file in another repository. *ref* is a branch, a tag or a commit; None: the default branch."""

    repository: RepositoryName
    path: str
    ref: str | None = None


def parse_remote(text: str) -> RemoteConfig | None:
    """Parse ``owner/repo/path/to/file.yml@ref``. Return None where *text* does not have this form.

    Without a ref, a local path may have the same form: it is used if the file exists.
    """
    location, at, ref = text.partition("@")
    owner, _, rest = location.partition("/")
    name, _, path = rest.partition("/")
    if at and why_no_branch(ref):
        return None
    try:
        repository = RepositoryName.parse(f"{owner}/{name}")
        return RemoteConfig(repository, file_path(path), ref or None)
    except ValueError:
        return None
