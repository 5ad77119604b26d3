"""A fleet whose bumps are open, and what land makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator import Emulator
from tests.propagating import BEHIND, BRANCH, CONFIG, Scene, scene
from tests.running import Run, land, propagate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.records import PullRequest

NAMES = BEHIND[:3]
RULES = "land: {checks: [unit]}\n"
APPROVING = "land: {checks: [unit], approve: true}\n"
LANDING = CONFIG + RULES


def second(world: object, forge: str, name: str = "boss", **more: object) -> str:
    """The secret of a token of another user, who may merge and approve."""
    if forge == "github":
        return world.token(name, kind="classic", scopes=["repo", "read:org"], sees="all", **more).secret  # type: ignore[attr-defined]
    scopes = ["write:repository", "read:organization", "read:user"]
    return world.token(name, scopes=scopes, sees="all", **more).secret  # type: ignore[attr-defined]


# Nearly every test of land starts from the same scenes, and opening bumps takes longer than most of them.
_OPENED: dict[tuple[object, ...], Scene] = {}


def opened(forge: str, workspace: Path, *, green: bool = True, config: str = CONFIG, **settings: object) -> Scene:
    """Every consumer that is behind has its bump, opened by the program; its checks have passed if *green*."""
    key = (forge, green, config, *sorted(settings.items()))
    if key not in _OPENED:
        _OPENED[key] = _opened(forge, workspace, green, config, settings)
    return _OPENED[key].copy()


def _opened(forge: str, workspace: Path, green: bool, config: str, settings: dict[str, object]) -> Scene:
    made = scene(forge, **settings)
    with Emulator(made.world, forge) as emulator:
        propagate(emulator, config, workspace, made.token)
    if green:
        for name in BEHIND:
            made[name].check("CI / unit", on=BRANCH)
    return made


def pull(made: Scene, name: str) -> PullRequest:
    """The newest pull request of a consumer."""
    return made[name].pulls[-1]


def landed(
    made: Scene, forge: str, workspace: Path, config: str = LANDING, only: tuple[str, ...] = NAMES, **more: object
) -> Run:
    """A run of land."""
    with Emulator(made.world, forge) as emulator:
        return land(emulator, config, workspace, made.token, only=only, **more)


def outcomes(run: Run) -> dict[str, str]:
    """Each consumer's outcome."""
    return {name.name: bump.outcome.value for name, bump in run.report.bumps}


def notes(run: Run) -> dict[str, str]:
    """Each consumer's note."""
    return {name.name: bump.note for name, bump in run.report.bumps}
