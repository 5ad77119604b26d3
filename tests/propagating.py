"""A fleet whose consumers have two pins each, and what there is to see of it after a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.emulator import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.support.deadline import Deadline
    from tests.emulator import Emulator, Repository
    from tests.emulator.requestlog import Logged
    from tests.emulator.wire import Request

FORGES = ("github", "gitea", "forgejo")
TARGET = "0.3.44"
BRANCH = f"bump/runtime-{TARGET}"
BEHIND = tuple(f"template-{letter}" for letter in "abcdef")
CURRENT = tuple(f"template-{letter}" for letter in "ghij")

PINS = """\
source:
  tags: runtime-v{version}
pins:
  - file: .runtime-version
  - file: requirements.txt
    requirement: acme-runtime
"""
CONFIG = PINS + "".join(
    [
        "consumers:\n",
        *(f"  - {name}\n" for name in (*BEHIND, *CURRENT)),
        "  - {name: core, pins: [], forbid: [workspace/]}\n",
    ]
)


def pins(version: str) -> dict[str, str]:
    """The files of a consumer."""
    return {".runtime-version": f"{version}\n", "requirements.txt": f"httpx>=0.27\nacme-runtime=={version}\n"}


@dataclass
class Scene:
    """The world, and the token of one who may write everywhere."""

    world: World
    token: str

    def __getitem__(self, name: str) -> Repository:
        return self.world.repository(f"acme/{name}")

    def copy(self) -> Scene:
        """The same world in its present state: what is done to one does not show in the other."""
        return Scene(self.world.copy(), self.token)

    def release(self, version: str) -> None:
        """A new version of what everybody pins."""
        self["runtime"].tag(f"runtime-v{version}")

    def state(self) -> dict[str, object]:
        """Everything a run can change, without ids, times and ports: two runs that end alike have equal ones."""

        def text(body: str) -> str:
            return re.sub(r"http://127\.0\.0\.1:\d+", "", body)

        return {
            one.full_name: {
                "branches": {
                    name: (
                        self._commits(one, name),
                        {path: data.decode() for path, data in one.files(name).items()},
                    )
                    for name in sorted(one.branches)
                },
                "pulls": [
                    (
                        p.head_branch,
                        p.state,
                        p.merged,
                        p.title,
                        text(p.body),
                        bool(p.auto_merge),
                        sorted(x.name for x in p.labels),
                        p.reviewers,
                    )
                    for p in one.pulls
                ],
            }
            for one in sorted(self.world.repositories.values(), key=lambda one: one.full_name)
        }

    def _commits(self, repository: Repository, name: str) -> list[str]:
        return [commit.message for commit in self.world.objects.history(repository.branches[name])]


def scene(forge: str, **settings: object) -> Scene:
    """Eleven consumers on the day of a release: six are behind, some of them private."""
    world = World(**settings)
    acme = world.organisation("acme")
    acme.repository("runtime", tags=[f"runtime-v0.3.{patch}" for patch in range(30, 45)])
    for index, name in enumerate(BEHIND):
        acme.repository(name, files=pins(f"0.3.{43 - index}"), private=index % 2 == 0)
    for index, name in enumerate(CURRENT):
        acme.repository(name, files=pins(TARGET), private=index % 2 == 0)
    acme.repository("core", files={"README.md": "no pin\n"})
    return Scene(world, token(world, forge))


def token(world: World, forge: str, name: str = "bot", **more: object) -> str:
    """The secret of a token with every right that propagate can use."""
    if forge == "github":
        scopes = ["repo", "read:org", "workflow"]
        return world.token(name, kind="classic", scopes=scopes, sees="all", **more).secret
    scopes = ["write:repository", "read:organization", "write:issue"]
    return world.token(name, scopes=scopes, sees="all", **more).secret


def writes(emulator: Emulator) -> list[Logged]:
    """What was asked that changes something."""
    return [one for one in emulator.requests if is_write(one.method, one.path, one.body)]


def is_write(method: str, path: str, body: bytes) -> bool:
    """Whether such a request changes something: GraphQL asks everything by POST."""
    if path.endswith("/graphql"):
        return b'"query":"\\nmutation' in body or b'"query": "\\nmutation' in body or b"mutation(" in body
    return method != "GET"


def before_writes(emulator: Emulator, meanwhile: Callable[[], object]) -> None:
    """Call *meanwhile* before each write is answered. Where it returns True, the write is refused."""

    def strikes(request: Request) -> bool:
        return is_write(request.method, request.path, request.body) and meanwhile() is True

    emulator.faults.add("conflict", where=strikes)


def ending(deadline: Deadline, after: int) -> Callable[[Request], bool]:
    """The place of a fault: the write of that number, at which the run ends too. 0 is none."""
    seen = 0

    def last(request: Request) -> bool:
        nonlocal seen
        seen += is_write(request.method, request.path, request.body)
        if after and seen >= after:
            deadline.interrupt(15)
            return True
        return False

    return last
