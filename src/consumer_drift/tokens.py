"""Which token is sent to the server: from an input, from the variable that is named, or from the usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift import options
from consumer_drift.logins import is_known, shown_host
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.settings import ForgeChoice, UsageError
from consumer_drift.support.redact import SHORTEST, looks_like_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.environment import Environment
    from consumer_drift.options import Values


# The variables that have a token, by product: one product's token is never sent to another.
TOKEN_VARIABLES: Mapping[ForgeChoice, tuple[str, ...]] = {
    ForgeChoice.GITHUB: ("GITHUB_TOKEN", "GH_TOKEN"),
    ForgeChoice.GITEA: ("GITEA_TOKEN", "FORGEJO_TOKEN"),
    ForgeChoice.FORGEJO: ("FORGEJO_TOKEN", "GITEA_TOKEN"),
    ForgeChoice.LOCAL: (),
}


# What a job on GitHub, and often its author, sets for GitHub itself.
_OF_THE_JOB = frozenset({"GITHUB_TOKEN", "GH_TOKEN"})


def token_of(
    environment: Mapping[str, str],
    values: Values,
    forge: ForgeChoice,
    here: Environment,
    server: str,
    *,
    at_home: bool,
) -> str:
    """Return the token for the server, empty where there is none for it. Raises UsageError."""
    token = values[options.TOKEN]
    if token:
        # The job's own token is for the job's own server.
        return _checked(token, Setting.TOKEN) if at_home or not values[options.JOB_TOKEN] else ""
    if not (server or here.server) and forge in {ForgeChoice.GITEA, ForgeChoice.FORGEJO}:
        # It has no address to go to, which is the mistake to tell.
        return ""
    return find_token(
        environment,
        forge,
        values[options.TOKEN_ENV],
        server,
        in_its_own_job=at_home,
        in_another_job=bool(here.server) and not at_home,
    )


def merge_token_of(environment: Mapping[str, str], values: Values) -> str:
    """Return the token that merges, empty where it is the one that reads. Raises UsageError."""
    token, name = values[options.MERGE_TOKEN], values[options.MERGE_TOKEN_ENV]
    if token or not name:
        return _checked(token, Setting.MERGE_TOKEN) if token else ""
    found = environment.get(name, "").strip()
    if not found:
        raise UsageError(
            _not_set(
                name, Setting.MERGE_TOKEN_ENV, f"the variable {name} that should have the merge token is not set"
            )
        )
    return _checked(found, f"the variable {name}")


def _not_set(name: str, where: Setting, said: str) -> Sentence:
    """Return *said* about the variable *name*, and what to do. A token given instead of a name is not shown."""
    if looks_like_token(name):
        return Sentence(
            *(where, " takes the name of a variable, and what was given looks like a token itself:"),
            " name the variable that has the token, and revoke this token if it was logged",
        )
    return Sentence(said, ": set it, or remove ", where)


def find_token(
    environment: Mapping[str, str],
    forge: ForgeChoice,
    name: str,
    server: str = "",
    *,
    in_its_own_job: bool,
    in_another_job: bool = False,
) -> str:
    """Return the token in the variable *name*, or in the usual ones of *forge*; empty where there is none.

    *in_its_own_job*: the run is a job of that very server, so GITHUB_TOKEN is that server's.
    *in_another_job*: it is a job of another server, so GITHUB_TOKEN is not for this one. Outside of a job a
    token of the usual variables is for *server* (empty: GitHub) only if that is known: a shell has them for the
    server that its other tools use.
    Raises UsageError where *name* is given and not set, or where a token is not valid, or not known to be for
    *server*.
    """
    if name and not environment.get(name, "").strip():
        raise UsageError(
            _not_set(name, Setting.TOKEN_ENV, f"the variable {name} that should have the token is not set")
        )
    names = [name] if name else list(TOKEN_VARIABLES.get(forge, ()))
    if not name and in_its_own_job and forge is not ForgeChoice.LOCAL:
        names.append("GITHUB_TOKEN")
    if not name and in_another_job:
        names = [variable for variable in names if variable not in _OF_THE_JOB]
    for variable in names:
        token = environment.get(variable, "").strip()
        if not token:
            continue
        if not (name or in_its_own_job or in_another_job or is_known(server, forge, environment)):
            raise UsageError(_for_another(variable, forge, server, environment))
        return _checked(token, f"the variable {variable}")
    return ""


def _for_another(variable: str, forge: ForgeChoice, server: str, environment: Mapping[str, str]) -> Sentence:
    where = "GH_HOST" if forge is ForgeChoice.GITHUB else "GITEA_SERVER_URL"
    # The addresses may have a password in them.
    present = shown_host(environment.get(where, ""))
    said = f"{where} ({present} now)" if present else where
    return Sentence(
        f"the token in {variable} may be for another server than {shown_host(server) or 'this one'}, so it is not"
        " sent there: name the variable with ",
        *(Setting.TOKEN_ENV, f", or set {said} to the server that the token is for"),
    )


def _checked(token: str, where: str) -> str:
    """Return *token*. Raises UsageError where no header can have it: it would be shown in an error.

    A very short one cannot be kept out of messages either: it is part of their words.
    """
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError(Sentence(where, " contains blanks or special characters, so it is not a token"))
    if len(token) < SHORTEST:
        raise UsageError(Sentence(where, f" has fewer than {SHORTEST} characters, so it is not a token"))
    return token
