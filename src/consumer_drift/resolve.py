"""From what a user said, the environment and the defaults, in that order, to Settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_drift.settings import ForgeChoice, Settings, UsageError, find_token, same_api, surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping


def settings_of(environment: Mapping[str, str], **flags: Any) -> Settings:
    """Flags over the environment over the defaults. Raises UsageError."""
    from consumer_drift.forges.factory import kind_of  # noqa: PLC0415

    here = surroundings(environment)
    forge, server, root = ForgeChoice(flags["forge"]), flags["server"].rstrip("/"), flags["root"]
    at_home = bool(here.server) and server in {"", here.server.rstrip("/")}
    if at_home and forge is ForgeChoice.AUTO:
        forge = here.forge
    if root is not None:
        forge = ForgeChoice.LOCAL
    elif at_home and not same_api(forge, here.forge):
        raise UsageError(
            f"--forge {forge} does not fit this job's server {here.server}, which is {here.forge}:"
            " add --server URL, or leave --forge out"
        )
    elif forge is ForgeChoice.AUTO:
        forge = ForgeChoice(kind_of(forge, server or here.server or "https://github.com").value)
    return Settings(
        config=flags["config"],
        root=root,
        forge=forge,
        server=server or here.server,
        api=here.api if at_home else "",
        graphql=here.graphql if at_home else "",
        token=find_token(
            environment,
            forge,
            flags["token_env"],
            in_its_own_job=at_home,
            in_another_job=bool(here.server) and not at_home,
        ),
        calling=here.calling,
        commit=here.commit,
        version=flags["target"],
        only=flags["only"],
        reconcile=not flags["no_reconcile"],
        concurrency=flags["concurrency"],
        max_time=flags["max_time"],
        ca_bundle=flags["ca_bundle"],
        cache=Path(flags["cache"]) if flags.get("cache") not in {None, "", "off"} else None,
    )
