"""The job that a run is in, as far as the variables of its runner say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.repository import RepositoryName
from consumer_drift.settings import ForgeChoice

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Environment:
    """The job that this is, as far as the environment says. Each field is empty where it does not.

    *is_job*: it is one of any CI, and not a person's shell.
    """

    forge: ForgeChoice
    server: str
    api: str
    graphql: str
    calling: RepositoryName | None
    commit: str
    is_job: bool


def environment_of(environment: Mapping[str, str]) -> Environment:
    """Read the variables that runners set.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    api = environment.get("GITHUB_API_URL", "")
    try:
        calling = RepositoryName.parse(environment.get("GITHUB_REPOSITORY", ""))
    except ValueError:
        calling = None
    return Environment(
        forge=_forge(environment, api),
        server=environment.get("GITHUB_SERVER_URL", ""),
        api=api,
        graphql=environment.get("GITHUB_GRAPHQL_URL", ""),
        calling=calling,
        commit=environment.get("GITHUB_SHA", ""),
        is_job=_is_job(environment),
    )


def _is_job(environment: Mapping[str, str]) -> bool:
    """Nearly every CI sets the second variable: most to ``true``, Woodpecker to its name.

    https://woodpecker-ci.org/docs/usage/environment
    """
    return environment.get("GITHUB_ACTIONS") == "true" or environment.get("CI", "").lower() not in {
        "",
        "0",
        "false",
    }


def _forge(environment: Mapping[str, str], api: str) -> ForgeChoice:
    """Forgejo also sets Gitea's variable, and both set GitHub's: so the rarest is read first."""
    if environment.get("FORGEJO_ACTIONS") == "true":
        return ForgeChoice.FORGEJO
    if environment.get("GITEA_ACTIONS") == "true" or api.rstrip("/").endswith("/api/v1"):
        return ForgeChoice.GITEA
    return ForgeChoice.GITHUB if api else ForgeChoice.AUTO
