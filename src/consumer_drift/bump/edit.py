"""The files of a consumer with every pin at the target, or why that cannot be written."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.answers import FileText
from consumer_drift.model.bumps import Edit
from consumer_drift.model.pins import Found, Standing
from consumer_drift.pins import Uses, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from consumer_drift.bump.goal import Goal
    from consumer_drift.model.answers import FileAnswer
    from consumer_drift.model.pins import Occurrence, Pin

_TIED = {
    "hash": "to a hash of the package: change both by hand, or with the tool that wrote the hashes",
    "digest": "to a digest of the image: change both by hand, or with the tool that wrote the digest",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A pin that is changed: *value* is what stood there."""

    path: str
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The changed files, what was changed in them, and the pins that did."""

    edits: tuple[Edit, ...]
    moved: tuple[Moved, ...]
    pins: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class Locked:
    """A pin that a version alone cannot bump."""

    why: str


def edited(pins: Sequence[Pin], files: Mapping[str, FileAnswer], goal: Goal) -> Edited | Locked:
    """Every exact pin below the target, brought to it. Several pins may stand in one file."""
    texts = {path: answer.text for path, answer in files.items() if isinstance(answer, FileText)}
    before = dict(texts)
    moved: list[Moved] = []
    changed: list[Pin] = []
    for pin in pins:
        low = lower(pin, texts.get(pin.file), goal)
        if not low:
            continue
        commit = _commit(pin, goal)
        why = next((why for one in low if (why := _why_locked(pin, one, commit))), "")
        if why:
            return Locked(why)
        texts[pin.file] = write(texts[pin.file], Found(tuple(low)), goal.version.text, commit)
        if lower(pin, texts[pin.file], goal):
            return Locked(f"{pin.file}:{low[0].line} does not read as {goal.version} once it is written there")
        moved += [Moved(pin.file, one.line, one.value) for one in low]
        changed.append(pin)
    edits = (Edit(path, old, texts[path]) for path, old in before.items() if texts[path] != old)
    return Edited(tuple(edits), tuple(moved), tuple(changed))


def lower(pin: Pin, text: str | None, goal: Goal) -> list[Occurrence]:
    """The exact occurrences of *pin* in *text* that are below the target."""
    reading = pin.read(text, goal.config.dialect) if text is not None else None
    if not isinstance(reading, Found):
        return []
    exact = [one for one in reading.occurrences if one.standing is Standing.EXACT and one.version]
    return [one for one in exact if one.version is not None and one.version < goal.version]


def holds(pins: Iterable[Pin], files: Mapping[str, FileAnswer], goal: Goal) -> bool:
    """Whether each of *pins* stands in *files* at the target, or above it."""
    for pin in pins:
        answer = files.get(pin.file)
        reading = pin.read(answer.text, goal.config.dialect) if isinstance(answer, FileText) else None
        if not isinstance(reading, Found):
            return False
        exact = [one.version for one in reading.occurrences if one.standing is Standing.EXACT]
        if not exact or any(version is None or version < goal.version for version in exact):
            return False
    return True


def onto(edits: Iterable[Edit], files: Mapping[str, FileAnswer]) -> tuple[Edit, ...]:
    """*edits* for a branch that has *files*: those that still change something there."""
    there = {path: answer.text if isinstance(answer, FileText) else None for path, answer in files.items()}
    return tuple(replace(one, before=there.get(one.path)) for one in edits if there.get(one.path) != one.after)


def unified(edits: Iterable[Edit]) -> str:
    """*edits* as a unified diff."""
    parts: list[str] = []
    for one in edits:
        old, new = (one.before or "").splitlines(keepends=True), one.after.splitlines(keepends=True)
        lines = difflib.unified_diff(old, new, f"a/{one.path}", f"b/{one.path}", n=2)
        parts += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(parts)


def _commit(pin: Pin, goal: Goal) -> str:
    repository = pin.repository if isinstance(pin, Uses) else None
    return goal.commits.get(repository, "") if repository else ""


def _why_locked(pin: Pin, one: Occurrence, commit: str) -> str:
    if not one.lock or (one.lock == "commit" and commit and one.lock_span):
        return ""
    tied = _TIED.get(one.lock, "to a commit, and which one the target is could not be told from the action's tags")
    return f"{pin.file}:{one.line} is tied {tied}"
