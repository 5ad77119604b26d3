"""Ready-made worlds: one working day of a small organisation, and fleets of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.recorded_world import recorded_world
from tests.emulator.records import LfsPointer
from tests.emulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.emulator.records import Content

ALL_SCOPES = ("repo", "read:org", "all")


def pins(version: str) -> dict[str, Content]:
    """The two pins of a consumer: a version file and a requirement."""
    return {
        ".runtime-version": f"{version}\n",
        "requirements.txt": f"httpx>=0.27\nacme-runtime=={version}\n",
    }


def day(**settings: object) -> World:
    """The organisation `acme`: its runtime at 0.3.43 and a consumer in every state a run can find.

    Tokens: `bot` sees and writes everything, `reader` reads everything, `public` sees what is public,
    `narrow` (Gitea, Forgejo) has read:repository alone, `job` is the job token of acme/runtime.
    """
    world = World(**settings)
    acme = world.organisation("acme")
    versions = ["0.3.9", "0.3.40", "0.3.41", "0.3.42", "0.3.43"]
    acme.repository("runtime", tags=[f"v{v}" for v in versions], releases=["v0.3.43"])
    acme.repository("template-current", pins("0.3.43"))
    acme.repository("template-behind", pins("0.3.42"), private=True)
    flying = acme.repository("template-in-flight", pins("0.3.42"))
    flying.pull(
        "bump/runtime-0.3.43", files=pins("0.3.43"), author="bot", title="chore(deps): bump runtime to 0.3.43"
    )
    forged = acme.repository("template-forged", pins("0.3.42"))
    fork = world.user("mallory").repository("template-forged", fork_of=forged)
    forged.pull("bump/runtime-0.3.43", files=pins("0.3.43"), fork=fork, author="mallory")
    declined = acme.repository("template-declined", pins("0.3.42"))
    declined.pull("bump/runtime-0.3.43", files=pins("0.3.43"), author="bot", state="closed")
    acme.repository("template-ahead", pins("0.4.0-rc.1"))
    acme.repository("template-unpinned", {"requirements.txt": "acme-runtime>=0.3\n"})
    acme.repository("template-binary", {".runtime-version": b"\0\1\2\3"})
    acme.repository("template-lfs", {".runtime-version": LfsPointer(b"0.3.43\n")})
    acme.repository("template-empty", empty=True)
    acme.repository("template-archived", pins("0.3.1"), archived=True)
    acme.repository("template-renamed", pins("0.3.43"), renamed_from="template-old")
    acme.repository("template-forbidden", {**pins("0.3.43"), "workspace/main.py": "print()\n"})
    acme.repository("template-unlisted", pins("0.3.41"), private=True)
    acme.repository("docs")
    _tokens(world, "acme/runtime")
    return world


def fleet(consumers: int = 1000, behind: int = 10, others: int = 0, **settings: object) -> World:
    """`acme/runtime` and its consumers `template-00000…`; every `behind`-th is one release behind, every second of
    those with an open bump request. `others`: repositories without a pin."""
    world = World(**settings)
    acme = world.organisation("acme")
    acme.repository("runtime", tags=["v0.3.42", "v0.3.43"], releases=["v0.3.43"])
    for number in range(consumers):
        late = behind > 0 and number % behind == 0
        made = acme.repository(
            f"template-{number:05}", pins("0.3.42" if late else "0.3.43"), private=number % 3 == 0
        )
        if late and number % (2 * behind) == 0:
            made.pull("bump/runtime-0.3.43", files=pins("0.3.43"), author="bot")
    for number in range(others):
        acme.repository(f"other-{number:05}")
    _tokens(world, "acme/runtime")
    return world


def quickstart(**settings: object) -> World:
    """The fleet of docs/quick-start.md: `acme/runtime` at 1.4.0, and three repositories that pin it.

    `app` is current, `shop` is behind, and `lab` is the one that people forget to list. The token is `bot`, as in
    `day`.
    """
    world = World(**settings)
    acme = world.organisation("acme")
    acme.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    for name, version in {"app": "1.4.0", "shop": "1.3.0", "lab": "1.3.0"}.items():
        acme.repository(name, {".runtime-version": f"{version}\n"})
    _tokens(world, "acme/runtime")
    return world


def _tokens(world: World, job_repository: str) -> None:
    world.token("bot", kind="classic", scopes=[*ALL_SCOPES, "workflow"], sees="all")
    world.token("reader", kind="classic", scopes=ALL_SCOPES, sees="all", role="read")
    world.token("public", kind="classic", scopes=["public_repo", "read:repository", "read:organization"])
    world.token("narrow", user="bot", scopes=["read:repository"], kind="forge")
    world.token("job", job_repository=job_repository)


WORLDS: Mapping[str, Callable[..., World]] = {
    "day": day,
    "fleet": fleet,
    "quickstart": quickstart,
    "recorded": recorded_world,
}
