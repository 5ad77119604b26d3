"""Write the list of consumers by searching the owner's repositories."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.config import LOCATIONS, load
from consumer_drift.discovery.compose import Heading, compose
from consumer_drift.discovery.suggestion import suggest
from consumer_drift.discovery.summary import publications, tried, unseen
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.report import Report
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.pipeline.checkout import checkout_of
from consumer_drift.pipeline.configuration import usual_place
from consumer_drift.pipeline.discover import discover, read_source
from consumer_drift.settings import UsageError
from consumer_drift.support.files import replace_file
from consumer_drift.support.words import counted, first_of

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.commands.context import Start
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.pipeline.discover import Discovered, Published

# GitHub where nothing else is said.
_DEFAULT_SERVER = "https://github.com"


def run(start: Start) -> Report:
    """Find the consumers and write the list. Raises UsageError where the source is not known."""
    started = time.monotonic()
    report = _Init(start, source_of(start)).report()
    return replace(report, requests=start.forge.requests, seconds=time.monotonic() - started)


def source_of(start: Start) -> RepositoryName:
    """Return the source: the named one, the calling one, or the one that was checked out. Raises UsageError."""
    settings = start.settings
    if settings.source or settings.calling:
        return settings.source or settings.calling  # type: ignore[return-value]
    checkout = checkout_of(start.workspace / "-")
    if checkout is None or checkout.repository is None:
        said = "the source is not known: run in a checkout with a remote origin, or name the source with "
        raise UsageError(Sentence(said, Setting.SOURCE))
    server = settings.server or _DEFAULT_SERVER
    if settings.root is None and checkout.host != urlsplit(server).hostname:
        raise UsageError(
            Sentence(
                f"the remote origin of this checkout is on {checkout.host}, and the server is {server}: set ",
                *(Setting.SERVER, " and ", Setting.FORGE, ", or name the source with ", Setting.SOURCE),
            )
        )
    return checkout.repository


@dataclass(frozen=True, slots=True)
class _Init:
    start: Start
    source: RepositoryName

    def report(self) -> Report:
        settings = self.start.settings
        server = "" if settings.root else (settings.server or _DEFAULT_SERVER).rstrip("/")
        target = self._target()
        if isinstance(target, Finding):
            return self._ended((target,))
        found = read_source(self.source, server, self.start.forge)
        if isinstance(found, Failure):
            said = Sentence(f"what {self.source} publishes could not be read: ", str(found))
            return self._ended((Finding.of(Code.CONFIGURATION, said),))
        seen = discover(found, self.start.forge, self.start.started(0))
        if isinstance(seen, Failure):
            said = Sentence(f"the repositories of {self.source.owner} could not be listed: ", str(seen))
            return self._ended((Finding.of(Code.RECONCILE_FAILED, said),))
        return self._written(target, found, seen)

    def _target(self) -> Path | Finding:
        """Return the file to write, or a finding where there is one already."""
        settings, workspace = self.start.settings, self.start.workspace
        place = settings.output or settings.config or usual_place(workspace, above=True)
        path = workspace / (place or LOCATIONS[0])
        if not path.exists():
            return path
        said = Sentence(f"{place} exists, and nothing is overwritten: add ", Setting.UPDATE, " to extend it")
        return Finding.of(Code.CONFIGURATION, said)

    def _written(self, target: Path, found: Published, seen: Discovered) -> Report:
        carriers = [one for one in seen.searched.carriers if not one.snapshot.mirror]
        notes = [*publications(found.publications), *tried(seen.searched.nothing)]
        if not carriers:
            said = (
                f"no repository of {found.source.owner} that was searched pins {found.source}. Look at what was"
                " tried, and write the configuration by hand if consumers pin it in another way"
            )
            return self._ended(
                (Finding.of(Code.CONFIGURATION, said), *_unread(seen)), notes=("no consumer found", *notes)
            )
        missed = unseen(seen.listing, seen.searched.unread, seen.searched.undecided)
        archived = [one.name for one in seen.listing.repositories if one.archived]
        heading = Heading(found.source, found.place, self.start.now.date(), missed, archived)
        text = compose(heading, suggest(carriers, found.source.owner, found.tagging.releases))
        shown = _shown(target, self.start.workspace)
        wrong = load(text.encode(), shown, found.source)
        findings = () if isinstance(wrong, Config) else wrong
        findings = (*findings, *_unread(seen), *self._write(target, text))
        result = f"{counted(len(carriers), 'consumer')} of {found.source}"
        done = f"would write {shown}" if self.start.dry_run else f"wrote {shown}"
        return self._ended(findings, file=shown, notes=(f"{result}, {done}", *missed, *notes))

    def _write(self, target: Path, text: str) -> tuple[Finding, ...]:
        if self.start.dry_run:
            return ()
        try:
            replace_file(target, text.encode())
        except OSError as error:
            said = f"{target} cannot be written: {error.strerror or error}. Check the path and its permissions"
            return (Finding.of(Code.CONFIGURATION, said),)
        return ()

    def _ended(self, findings: tuple[Finding, ...], *, file: str = "", notes: tuple[str, ...] = ()) -> Report:
        return Report.without_results(
            self.start.settings.command,
            worst_first(findings),
            forge=self.start.forge.label,
            config_file=file,
            notes=notes or ("nothing was written",),
        )


def _shown(target: Path, workspace: Path) -> str:
    return target.relative_to(workspace).as_posix() if target.is_relative_to(workspace) else target.as_posix()


def _unread(seen: Discovered) -> tuple[Finding, ...]:
    """Return a finding about the repositories that failed to be read; a missing permission is told in the file."""
    failed = [(name, failure) for name, failure in seen.searched.unread if not failure.is_permission]
    if not failed:
        return ()
    names = first_of([name for name, _ in failed])
    said = Sentence(f"{names} could not be searched for pins: ", str(failed[0][1]))
    return (Finding.of(Code.RECONCILE_FAILED, said),)
