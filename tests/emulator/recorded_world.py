"""The world the recordings under tests/data/recordings/gitea come from, as its answers show it.

Names, emails, dates and contents are such that every commit gets the oid the real server gave it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.records import moment
from tests.emulator.world import Owner, World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.emulator.records import Content
    from tests.emulator.repository import Repository

DAY = "2026-11-22T"
PIP = "Pip Requirements"
ODD = {
    ".runtime-version": b"\xef\xbb\xbf0.3.18\r\n",
    "big.txt": "x" * 2_000_000,
    "bin.dat": bytes(range(256)) * 10,
    "dir/a.txt": "x",
    "ünï cödé.txt": "0.3.18",
}


def pinned(version: str) -> dict[str, Content]:
    return {
        ".runtime-version": f"{version}\n",
        "requirements.txt": f"httpx>=0.27\nacme-runtime=={version}\n",
    }


def recorded_world() -> World:
    """The world before the first recorded write."""
    world = World(now=f"{DAY}11:20:52Z")
    world.seeder = "admin1"
    world.user("admin1", email="a@example.invalid").created_at = _time("11:17:49")
    acme = world.organisation("acme")
    bot, limited, outsider = (world.user(name) for name in ("bot", "limited", "outsider"))
    for owner in (acme, bot, limited, outsider):
        owner.created_at = _time("11:18:56")
    acme.team("bots", ["bot"], role="write")
    acme.team("guests", ["limited"], role="read", repositories=["template-private"])
    runtime = seeded(acme, "runtime", "11:18:56", "11:18:57", {"pyproject.toml": "[project]\n"}, "11:18:58")
    for version in ("0.1.0", "0.3.10", "0.3.18", "0.3.9"):
        runtime.tag(f"runtime-v{version}")
    runtime.release("runtime-v0.3.18", "0.3.18", date=f"{DAY}11:18:57Z")
    current, behind = pinned("0.3.18"), pinned("0.3.17")
    seeded(acme, "template-1", "11:18:57", "11:18:58", current, "11:18:57").language = PIP
    for number, created in ((2, "11:18:58"), (3, "11:18:58"), (4, "11:18:59")):
        seeded(acme, f"template-{number}", created, created, current)
    for number, created, committed in ((5, "11:19:00", "11:19:00"), (6, "11:19:01", "11:19:01")):
        seeded(acme, f"template-{number}", created, committed, behind)
    seeded(acme, "template-7", "11:19:02", "11:19:02", behind).protected.append("bump/*")
    seeded(acme, "template-private", "11:19:03", "11:19:03", current, private=True)
    seeded(acme, "template-hidden", "11:19:03", "11:19:03", current, private=True)
    acme.repository("template-empty", empty=True, created_at=f"{DAY}11:19:04Z")
    archived = seeded(acme, "template-archived", "11:19:04", "11:19:04", pinned("0.3.1"))
    archived.archived, archived.archived_at, archived.language = True, _time("11:19:04"), PIP
    seeded(acme, "template-old", "11:19:05", "11:19:05", current).rename("template-renamed")
    seeded(acme, "template-odd", "11:19:05", "11:19:06", ODD, "11:19:05")
    seeded(acme, "core", "11:19:06", "11:19:07", {"requirements.txt": "httpx\n"}).language = PIP
    for number in range(60):
        when = next(t for start, t in MISC if number >= start)
        acme.repository(f"misc-{number:02}", empty=True, private=number % 3 == 0, created_at=f"{DAY}{when}Z")
    return world


# from which number on the small repositories were made at which second
MISC = ((49, "11:19:11"), (35, "11:19:10"), (0, "11:19:07"))


def _time(clock: str) -> datetime:
    return moment(f"{DAY}{clock}Z")


def seeded(
    owner: Owner,
    name: str,
    created: str,
    committed: str,
    files: Mapping[str, Content],
    initial: str | None = None,
    **options: object,
) -> Repository:
    """A repository with the server's own first commit and the seed over it."""
    repository = owner.repository(name, empty=True, created_at=f"{DAY}{created}Z", **options)
    readme = {"README.md": f"# {name}\n\n"}
    repository.commit(readme, message="Initial commit\n", date=f"{DAY}{initial or committed}Z")
    repository.commit(files, message="seed\n", date=f"{DAY}{committed}Z")
    return repository
