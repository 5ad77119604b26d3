"""The edits that bring every pin of a consumer to the target version, or why there are none."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING

from consumer_drift.assess.lock_states import lock_files_of
from consumer_drift.assess.lock_updates import LockUpdate, lock_update
from consumer_drift.assess.pin_states import PinStates, classify
from consumer_drift.model.bump import Edit
from consumer_drift.model.config import LockBumps, Locks
from consumer_drift.model.repository import Location
from consumer_drift.model.result import FileText, NoFile
from consumer_drift.pins.edit import replacements, splice
from consumer_drift.pins.go_version import INCOMPATIBLE, version_of
from consumer_drift.pins.submodule import Submodule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Pin, Span
    from consumer_drift.model.result import FileResult

_LOCK_FILE = re.compile(
    r"\.lock$|-lock\.(?:json|ya?ml)$|(?:^|/)(?:npm-shrinkwrap\.json|go\.sum|bun\.lockb|gradle\.lockfile)$",
    re.IGNORECASE,
)
_TIED = {
    "hash": "to a hash of the package: change both by hand, or with the tool that writes the hashes",
    "digest": "to a digest of the image: change both by hand, or with the tool that writes the digest",
    "address": "to the address of one file: change the address by hand",
    "build": "to one build of the package: change both by hand",
}


@dataclass(frozen=True, slots=True)
class ChangedPin:
    """The place of a pin with its old value, and the new one: a version, or the numbers of a moving tag."""

    at: Location
    to: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The edits of all files, the places that change, and the pins that change.

    *locks* are the lock files that have to change too, each with the command that does it.
    """

    edits: tuple[Edit, ...]
    changed: tuple[ChangedPin, ...]
    pins: tuple[Pin, ...]
    locks: tuple[LockUpdate, ...] = ()


@dataclass(frozen=True, slots=True)
class NotEditable:
    """A pin that cannot be bumped by changing its version alone."""

    why: str


def edited(reading: ConsumerReading, bump_target: BumpTarget) -> Edited | NotEditable:
    """Change every exact pin of *reading* that is below the target. One file may have several pins.

    A lock file is never changed: its hashes would then be those of another version.
    """
    every = reading.pin_states.outdated(bump_target.target)
    behind = [one for one in every if not _is_in_lock(one)]
    locks = _locks(every, reading.snapshot, bump_target)
    if locks and (not behind or bump_target.config.propagate.locks is LockBumps.REFUSE):
        return NotEditable(why_locked(locks))
    why = next((why for one in behind if (why := _why_locked(one, bump_target))), "")
    if why:
        return NotEditable(why)
    edits: list[Edit] = []
    for path in dict.fromkeys(one.path for one in behind):
        edit = _edit(path, [one for one in behind if one.path == path], reading.snapshot, bump_target)
        if isinstance(edit, NotEditable):
            return edit
        edits.append(edit)
    changed = (
        ChangedPin(Location(reading.snapshot.name, one.path, one.line, value=one.value), _new(one, bump_target))
        for one in behind
    )
    pins = dict.fromkeys(one.pin for one in behind)
    return Edited(tuple(edits), tuple(dict.fromkeys(changed)), tuple(pins), locks)


def _is_in_lock(one: PinState) -> bool:
    return one.is_locked or bool(_LOCK_FILE.search(one.path))


def _locks(behind: Sequence[PinState], snapshot: Snapshot, bump_target: BumpTarget) -> tuple[LockUpdate, ...]:
    """Return the lock files that are behind themselves, and those of manifests that are."""
    pins: list[Pin] = [one.pin for one in behind if _is_in_lock(one)]
    if bump_target.config.policy.locks is Locks.FOLLOW:
        pins += lock_files_of(behind, snapshot)
    updates = {pin.file: lock_update(pin, snapshot, bump_target.version) for pin in pins}
    return tuple(updates.values())


def why_locked(locks: Iterable[LockUpdate]) -> str:
    """Return why *locks* are not changed by a bump, and what changes them."""
    return "; ".join(f"{one.path} is a lock file: {one.instruction}" for one in locks)


def _edit(
    path: str, behind: Sequence[PinState], snapshot: Snapshot, bump_target: BumpTarget
) -> Edit | NotEditable:
    answer = snapshot.files[path]
    assert isinstance(answer, FileText)  # noqa: S101 - an exact pin was read from it
    changes: dict[Span, str] = {}
    for one in behind:
        if one.occurrence is not None:
            commit = _commit(one, bump_target)
            changes |= replacements([one.occurrence], _new(one, bump_target), commit)
    try:
        after = splice(answer.text, changes)
    except ValueError:
        return NotEditable(f"{path}: two pins name the same text in different ways: correct `pins:`")
    if not holds_target([one.pin for one in behind], {path: FileText(after)}, bump_target):
        return NotEditable(
            f"{behind[0].path}:{behind[0].line} would not read as {bump_target.version} after the change"
        )
    return Edit(path, answer.text, after)


def _new(one: PinState, bump_target: BumpTarget) -> str:
    """Return what replaces the pin's value: a moving tag stays one, and Go has its own way to write a commit."""
    if one.occurrence is not None and one.occurrence.module:
        return _go_version(one.occurrence.module, one.value, bump_target)
    return one.series.of(bump_target.version).text if one.series else bump_target.version.text


def holds_target(pins: Iterable[Pin], files: Mapping[str, FileResult], bump_target: BumpTarget) -> bool:
    """Whether *files* has each of *pins* at the target or above it."""
    # One pin may be in many places of its file, which are all read at once.
    for pin in dict.fromkeys(pins):
        answer = files.get(pin.file, NoFile())
        found = PinStates(classify(pin, answer, bump_target.config.version_format)).comparable
        if not found or PinStates(tuple(found)).outdated(bump_target.target):
            return False
    return True


def rebased(edits: Iterable[Edit], files: Mapping[str, FileResult]) -> tuple[Edit, ...]:
    """Return *edits* for a branch that has *files*: those that still change something there."""
    there = {path: answer.text if isinstance(answer, FileText) else None for path, answer in files.items()}
    return tuple(replace(one, before=there.get(one.path)) for one in edits if there.get(one.path) != one.after)


def unified(edits: Iterable[Edit]) -> str:
    """Return *edits* as a unified diff."""
    parts: list[str] = []
    for one in edits:
        old, new = (one.before or "").splitlines(keepends=True), one.after.splitlines(keepends=True)
        lines = difflib.unified_diff(old, new, f"a/{one.path}", f"b/{one.path}", n=2)
        parts += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(parts)


def _commit(one: PinState, bump_target: BumpTarget) -> str:
    """The target's commit in the repository that *one* pins, empty where it is not known."""
    named = one.occurrence.repository if one.occurrence else None
    repository = named or bump_target.config.source.repository
    return bump_target.commits.get(repository, "") if repository else ""


def _go_version(module: str, pinned: str, bump_target: BumpTarget) -> str:
    history, source = bump_target.target.history, bump_target.config.source.repository
    if history is None:
        return ""
    incompatible = pinned.endswith(INCOMPATIBLE)
    return version_of(bump_target.version, module, history, str(source), incompatible=incompatible)


def _why_locked(one: PinState, bump_target: BumpTarget) -> str:
    if isinstance(one.pin, Submodule):
        commit = _commit(one, bump_target)
        step = (
            f"run `git -C {quote(one.path)} checkout {commit}`" if commit else f"check out {bump_target.version}"
        )
        return f"{one.path} is a submodule, whose commit is in no file: {step} in a clone, and commit {one.path}"
    if one.occurrence and one.occurrence.module and not _new(one, bump_target):
        return f"{one.path}:{one.line}: the server does not tell when {bump_target.version} was committed"
    lock = one.occurrence.lock if one.occurrence else ""
    if not lock or (lock == "commit" and _can_change_commit(one, bump_target)):
        return ""
    tied = _TIED.get(lock, "to a commit, and no tag names the commit of the target version")
    return f"{one.path}:{one.line} is tied {tied}"


def _can_change_commit(one: PinState, bump_target: BumpTarget) -> bool:
    has_span = one.occurrence is not None and one.occurrence.lock_span is not None
    return has_span and bool(_commit(one, bump_target))
