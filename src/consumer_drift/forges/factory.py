"""From settings to a Forge: which kind, at which address, with which token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.forges.address import GITHUB, Address, Kind, address_of, check_address, is_github
from consumer_drift.model.sentence import Sentence, Setting, SetTo
from consumer_drift.settings import ForgeChoice, Settings, UsageError

if TYPE_CHECKING:
    from consumer_drift.forges.base import Forge
    from consumer_drift.forges.gitea import GiteaForge
    from consumer_drift.forges.github import GitHubForge
    from consumer_drift.forges.http.retry import RetryPolicy
    from consumer_drift.forges.http.transport import Limits
    from consumer_drift.support.deadline import Deadline

_FROM_VARIABLES = "the CA bundle that SSL_CERT_FILE or SSL_CERT_DIR names"


def connect(
    settings: Settings,
    deadline: Deadline,
    *,
    retry_policy: RetryPolicy | None = None,
    limits: Limits | None = None,
    keeps: bool = False,
) -> Forge:
    """Return the forge that *settings* name. Its module is imported only if it is used.

    *keeps*: also a command that only reads consumers writes, to keep in the source what it found.

    One for a command that never writes cannot send a write.

    Raises UsageError if the settings do not fit together.
    """
    if settings.root is not None or settings.forge is ForgeChoice.LOCAL:
        return _folders(settings)
    address = _address(settings)
    try:
        return _class_of(address.kind)(
            address,
            settings.token,
            deadline=deadline,
            concurrency=settings.concurrency,
            ca_bundle=settings.ca_bundle,
            user_agent=settings.user_agent,
            retry_policy=retry_policy,
            limits=limits,
            only_reads=settings.command.spec.only_reads and not keeps,
        )
    except OSError as error:
        bundle = SetTo(Setting.CA_BUNDLE, settings.ca_bundle) if settings.ca_bundle else _FROM_VARIABLES
        raise UsageError(
            Sentence(bundle, f" cannot be read as certificates: {error.strerror or error}. Name a PEM file")
        ) from error
    except ValueError as error:
        raise UsageError(str(error)) from error


def _class_of(kind: Kind) -> type[GitHubForge | GiteaForge]:
    if kind is Kind.GITHUB:
        from consumer_drift.forges.github import GitHubForge  # noqa: PLC0415

        return GitHubForge
    from consumer_drift.forges.gitea import GiteaForge  # noqa: PLC0415

    return GiteaForge


def _folders(settings: Settings) -> Forge:
    from consumer_drift.forges.local.forge import LocalForge  # noqa: PLC0415

    if settings.root is None:
        raise UsageError(
            Sentence(
                *(SetTo(Setting.FORGE, ForgeChoice.LOCAL), " needs ", Setting.ROOT),
                ", the folder that contains the consumers' folders",
            )
        )
    if not settings.root.is_dir():
        raise UsageError(Sentence(SetTo(Setting.ROOT, str(settings.root)), " is not a folder"))
    return LocalForge(settings.root)


def _address(settings: Settings) -> Address:
    server = settings.server or GITHUB
    kind = kind_of(settings.forge, server)
    if kind is not Kind.GITHUB and not settings.server:
        raise UsageError(
            Sentence(
                *(SetTo(Setting.FORGE, kind), " needs ", Setting.SERVER),
                ", the address that you use in a browser",
            )
        )
    try:
        return address_of(kind, server, settings.api, settings.graphql if kind is Kind.GITHUB else "")
    except ValueError as error:
        raise UsageError(str(error)) from error


def kind_of(forge: ForgeChoice, server: str) -> Kind:
    """Return the kind of forge at *server*. Raises UsageError if neither *forge* nor the address tells it."""
    try:
        check_address(server)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if forge is ForgeChoice.AUTO:
        host = (urlsplit(server).hostname or "").lower()
        if is_github(server):
            return Kind.GITHUB
        if host in {"codeberg.org"}:
            return Kind.FORGEJO
        if host in {"gitea.com"}:
            return Kind.GITEA
        raise UsageError(
            Sentence(
                f"the address {server} does not tell which product runs there: set ",
                *(SetTo(Setting.FORGE, Kind.GITHUB), " for GitHub Enterprise Server, or "),
                *(SetTo(Setting.FORGE, Kind.GITEA), " for Gitea or Forgejo"),
            )
        )
    return Kind(forge.value)
