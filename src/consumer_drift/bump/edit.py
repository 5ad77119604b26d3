"""The files of a consumer with every pin at the target, or why that cannot be written."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.bump import Edit
from consumer_drift.model.pins import Found, Pinning
from consumer_drift.model.result import FileText
from consumer_drift.pins import Uses, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.pins import Occurrence, Pin
    from consumer_drift.model.result import FileResult

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


def edited(pins: Sequence[Pin], files: Mapping[str, FileResult], bump_target: BumpTarget) -> Edited | Locked:
    """Every exact pin below the target, brought to it. Several pins may stand in one file."""
    texts = {path: answer.text for path, answer in files.items() if isinstance(answer, FileText)}
    before = dict(texts)
    moved: list[Moved] = []
    changed: list[Pin] = []
    for pin in pins:
        low = lower(pin, texts.get(pin.file), bump_target)
        if not low:
            continue
        commit = _commit(pin, bump_target)
        why = next((why for one in low if (why := _why_locked(pin, one, commit))), "")
        if why:
            return Locked(why)
        texts[pin.file] = write(texts[pin.file], Found(tuple(low)), bump_target.version.text, commit)
        if lower(pin, texts[pin.file], bump_target):
            return Locked(
                f"{pin.file}:{low[0].line} does not read as {bump_target.version} once it is written there"
            )
        moved += [Moved(pin.file, one.line, one.value) for one in low]
        changed.append(pin)
    edits = (Edit(path, old, texts[path]) for path, old in before.items() if texts[path] != old)
    return Edited(tuple(edits), tuple(moved), tuple(changed))


def lower(pin: Pin, text: str | None, bump_target: BumpTarget) -> list[Occurrence]:
    """The exact occurrences of *pin* in *text* that are below the target."""
    reading = pin.read(text, bump_target.config.version_format) if text is not None else None
    if not isinstance(reading, Found):
        return []
    exact = [one for one in reading.occurrences if one.pinning is Pinning.EXACT and one.version]
    return [one for one in exact if one.version is not None and one.version < bump_target.version]


def holds_target(pins: Iterable[Pin], files: Mapping[str, FileResult], bump_target: BumpTarget) -> bool:
    """Whether each of *pins* stands in *files* at the target, or above it."""
    for pin in pins:
        answer = files.get(pin.file)
        reading = (
            pin.read(answer.text, bump_target.config.version_format) if isinstance(answer, FileText) else None
        )
        if not isinstance(reading, Found):
            return False
        exact = [one.version for one in reading.occurrences if one.pinning is Pinning.EXACT]
        if not exact or any(version is None or version < bump_target.version for version in exact):
            return False
    return True


def rebased(edits: Iterable[Edit], files: Mapping[str, FileResult]) -> tuple[Edit, ...]:
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


def _commit(pin: Pin, bump_target: BumpTarget) -> str:
    repository = pin.repository if isinstance(pin, Uses) else None
    return bump_target.commits.get(repository, "") if repository else ""


def _why_locked(pin: Pin, one: Occurrence, commit: str) -> str:
    if not one.lock or (one.lock == "commit" and commit and one.lock_span):
        return ""
    tied = _TIED.get(one.lock, "to a commit, and which one the target is could not be told from the action's tags")
    return f"{pin.file}:{one.line} is tied {tied}"
