"""What ``docs/tokens.md`` says that each token proves, held against a check with such a token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.docs.sentences import ROOT, Sentence
from tests.emulator import Emulator, World
from tests.running import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = (ROOT / "docs" / "tokens.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("| token | all | public |")[2].partition("\n\n")[0]
REPOSITORY, ORG, USER = "read:repository", "read:organization", "read:user"
CONFIG = "pins: [{file: V}]\nconsumers: [core]\n"
PUBLIC = "reconcile: {visibility: public}\n"
ACCEPT = "policy: {unproven: accept}\n"


@dataclass(frozen=True)
class Row:
    """A row of the table: the exit codes for all and for public repositories, and the warning it quotes."""

    token: str
    all: int
    public: int
    warning: str

    def __str__(self) -> str:
        return self.token

    @property
    def forges(self) -> tuple[str, ...]:
        """The forges that the row is about."""
        named = self.token.partition(",")[0]
        return tuple(
            forge
            for forge in ("github", "gitea", "forgejo")
            if forge.capitalize() in named.replace("GitH", "Gith")
        )


def _rows() -> tuple[Row, ...]:
    found = re.findall(r"^\| ([^|]+) \| (\d) \| (\d) \| ([^|]+) \|$", TABLE, re.MULTILINE)
    return tuple(Row(token, int(code), int(public), proof) for token, code, public, proof in found)


ROWS = _rows()


def _acme(*, saml: bool = False) -> World:
    world = World()
    owner = world.organisation("acme", saml=saml)
    owner.repository("runtime", tags=["v1.0.0"])
    owner.repository("core", files={"V": "1.0.0\n"})
    owner.repository("seen", private=True)
    owner.repository("hidden", private=True)
    return world


SOME = ["acme/seen"]


def _classic(*scopes: str, **more: object) -> Callable[[World], str]:
    return lambda world: world.token("bot", kind="classic", scopes=scopes, **more).secret


def _owner_of_it(kind: str) -> Callable[[World], str]:
    def make(world: World) -> str:
        token = world.token("bot", kind=kind, scopes=["repo", "read:org"], sees="all").secret
        world.owners["acme"].admins.add("bot")
        return token

    return make


def _of_a_user(world: World) -> str:
    """The owner is a user, and the token is that user's."""
    world.owners["acme"].kind = "user"
    return world.token("acme", kind="classic", scopes=["repo"]).secret


def _scoped(*scopes: str, **more: object) -> Callable[[World], str]:
    return lambda world: world.token("bot", kind="forge", scopes=scopes, **more).secret


# How a token is made that fits the row that begins so.
TOKENS: dict[str, Callable[[World], str]] = {
    "GitHub, App's installation on all": lambda world: world.token("app", kind="installation", sees="all").secret,
    "GitHub, App's installation on selected": lambda world: (
        world.token("app", kind="installation", sees="all", repositories=["acme/runtime", "acme/core"]).secret
    ),
    "GitHub, job's own": lambda world: world.token("job", job_repository="acme/runtime").secret,
    "GitHub, App's user": lambda world: world.token("bot", kind="user-to-server", sees="all").secret,
    "GitHub, classic with `repo` (`ghp_…`), of the user": _of_a_user,
    "GitHub, classic with `repo` and `read:org`": _owner_of_it("classic"),
    "GitHub, OAuth": _owner_of_it("oauth"),
    "GitHub, classic with `repo` (`ghp_…`), of a member": _classic("repo", sees=SOME),
    "GitHub, classic without `repo`": _classic("public_repo", sees="all"),
    "GitHub, classic that is not authorized": _classic("repo", sees="all", authorised=[]),
    "GitHub, fine-grained": lambda world: world.token("bot", permissions={"contents": "read"}, sees="all").secret,
    "Gitea or Forgejo, `read:repository` and `read:organization`, of a user who sees all": _scoped(
        REPOSITORY, ORG, sees="all"
    ),
    "Gitea or Forgejo, `read:repository` and `read:organization`, of a user who sees some": _scoped(
        REPOSITORY, ORG, sees=SOME
    ),
    "Gitea or Forgejo, `read:repository` and `read:user`, of a user who sees all": _scoped(
        REPOSITORY, USER, sees="all"
    ),
    "Gitea or Forgejo, `read:repository` and `read:user`, of a user who sees some": _scoped(
        REPOSITORY, USER, sees=SOME
    ),
    "Gitea or Forgejo, `read:repository` alone": _scoped(REPOSITORY, sees="all"),
    "Gitea, limited": _scoped(REPOSITORY, ORG, "public-only", sees="all"),
    "Gitea, job's own": lambda world: world.token("job", job_repository="acme/runtime").secret,
    "Forgejo, job's own": lambda world: world.token("job", job_repository="acme/runtime").secret,
    "Gitea or Forgejo, none": lambda _: "",
    "GitHub, none": lambda _: "",
}
CASES = [(row, forge) for row in ROWS for forge in row.forges]


def _token(row: Row, world: World) -> str:
    (make,) = (make for begins, make in TOKENS.items() if row.token.startswith(begins))
    return make(world)


def test_every_row_is_tried_and_every_token_has_its_row() -> None:
    assert len(ROWS) == len(TOKENS)
    assert all(any(row.token.startswith(begins) for row in ROWS) for begins in TOKENS)


@pytest.mark.parametrize(("row", "forge"), CASES, ids=str)
def test_a_check_ends_with_the_code_and_the_warning_of_the_table(row: Row, forge: str, tmp_path: Path) -> None:
    world = _acme(saml="single sign-on" in row.token)
    with Emulator(world, forge) as emulator:
        token = _token(row, world)
        everything = check(emulator, CONFIG, tmp_path, token)
        public = check(emulator, CONFIG + PUBLIC, tmp_path, token)
    assert (everything.report.exit_code, public.report.exit_code) == (row.all, row.public), everything.messages
    for warning in re.findall(r"`([^`]+)`", row.warning) if row.all else ():
        assert Sentence(everything.messages, "", 0).holds(warning)
    assert everything.codes or row.all == 0


@pytest.mark.parametrize(("row", "forge"), [case for case in CASES if case[0].all == 3], ids=str)
def test_what_nothing_proves_can_be_accepted_and_what_is_hidden_cannot(
    row: Row, forge: str, tmp_path: Path
) -> None:
    world = _acme(saml="single sign-on" in row.token)
    with Emulator(world, forge) as emulator:
        run = check(emulator, CONFIG + ACCEPT, tmp_path, _token(row, world))
    is_unproven = "is possibly partial" in run.messages
    assert run.codes == ["hidden-repositories"]
    assert run.report.exit_code == (0 if is_unproven else 3)
    assert run.report.findings[0].level.value == ("notice" if is_unproven else "warning")
