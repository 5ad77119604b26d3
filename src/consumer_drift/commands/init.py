"""Write the list of consumers by searching the owner's repositories, or add what is new to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.bump.edit import unified
from consumer_drift.bump.list_change import ListChange
from consumer_drift.config import LOCATIONS, load, parse_remote
from consumer_drift.discovery.compose import Heading, compose
from consumer_drift.discovery.news import news
from consumer_drift.discovery.suggestion import suggest
from consumer_drift.discovery.summary import changed, lacking, publications, tried, unseen
from consumer_drift.discovery.update import Changes, pin_entries, updated
from consumer_drift.model.bump import Edit
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Code, Finding, Level, worst_first
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.report import Report
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, Setting, SetTo
from consumer_drift.pipeline.checkout import checkout_of, on_another_server
from consumer_drift.pipeline.configuration import read_bytes, usual_place
from consumer_drift.pipeline.discover import discover, read_source
from consumer_drift.pipeline.propose import read_list, write_list
from consumer_drift.settings import UsageError
from consumer_drift.support.files import replace_file
from consumer_drift.support.words import counted, first_of

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.commands.context import Start
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.pipeline.discover import Discovered, Published
    from consumer_drift.settings import Settings

# GitHub where nothing else is said.
_DEFAULT_SERVER = "https://github.com"
# What other programs take for standard output.
_STREAM = "-"
_WORKFLOWS = frozenset((folder, "workflows") for folder in (".github", ".gitea", ".forgejo"))


def run(start: Start) -> Report:
    """Find the consumers and write the list. Raises UsageError where the source is not known."""
    if start.settings.propose:
        return propose(start)
    _check_file(start.settings)
    text = _text_of(start)
    if not isinstance(text, ListFile):
        result = Result(findings=text)
    else:
        source = text.source or source_of(start)
        result = make(start, source, text)
        if result.data is not None and not start.dry_run:
            result = _written(result, start.workspace / text.name, result.data)
    report = report_of(start, result, text.name if isinstance(text, ListFile) else _list_there(start))
    if isinstance(text, ListFile) and result.data is not None and start.dry_run:
        report = replace(report, list_bump=(source, _shown_diff(text, result.data)))
    return report


@dataclass(frozen=True, slots=True)
class ListFile:
    """The file to write: its *name* in messages; its *data* and *config* where there is one already.

    *calling* is the repository that it belongs to, as far as that is known: the default of its owner and source.
    """

    name: str
    data: bytes = b""
    config: Config | None = None
    calling: RepositoryName | None = None

    @property
    def source(self) -> RepositoryName | None:
        """The source that it names."""
        return self.config.source.repository if self.config else None


@dataclass(frozen=True, slots=True)
class Result:
    """What a search came to. *data* is the new text, None where nothing is to be written.

    *said* are the sentences about what changes, *added* names what is added.
    """

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ("nothing was written",)
    data: bytes | None = None
    said: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def _shown_diff(file: ListFile, data: bytes) -> Bump:
    """Return what would be written, as propagate shows it on folders."""
    edit = Edit(file.name, file.data.decode() if file.config else None, data.decode())
    return Bump(Outcome.WOULD_REWRITE, diff=unified((edit,)))


def propose(start: Start) -> Report:
    """Open or update the pull request with the list in the source, and close it once it is not needed."""
    why = _no_place(start.settings.config)
    if why:
        raise UsageError(Sentence(SetTo(Setting.CONFIG, start.settings.config), f": {why}"))
    source = source_of(start)
    shown = read_list(start.forge, source, start.settings.config)
    if isinstance(shown, Finding):
        return report_of(start, Result((shown,)), start.settings.config)
    config = load(shown.text.encode(), shown.file, source) if shown.text is not None else None
    if config is not None and not isinstance(config, Config):
        return report_of(start, Result(config), shown.file)
    data = b"" if shown.text is None else shown.text.encode()
    file = ListFile(shown.file, data, config, source)
    result = make(start, file.source or source, file)
    if result.data is None and any(one.level is Level.ERROR for one in result.findings):
        return report_of(start, result, shown.file)
    after = None if result.data is None else result.data.decode()
    change = ListChange(shown.snapshot.name, shown.file, shown.text, after, result.said, result.added)
    bump = write_list(start.forge, shown.snapshot, change, dry_run=start.dry_run)
    failed = (_not_proposed(bump),) if bump.outcome is Outcome.ERROR else ()
    result = replace(
        result, findings=(*result.findings, *failed), notes=(_proposed(bump, shown.file), *result.notes)
    )
    return replace(report_of(start, result, shown.file), list_bump=(shown.snapshot.name, bump))


def _check_file(settings: Settings) -> None:
    """Raise UsageError where the settings name a list that is no file of this machine."""
    remote = parse_remote(settings.config)
    if remote and remote.ref:
        why = ": it is a file of another repository, and init writes one here: name a path"
        raise UsageError(Sentence(SetTo(Setting.CONFIG, settings.config), why))
    if _STREAM in (settings.output, settings.config):
        named = Setting.OUTPUT if settings.output == _STREAM else Setting.CONFIG
        why = ": init writes the list to a file: name one, or see the list with "
        raise UsageError(Sentence(SetTo(named, _STREAM), why, Setting.DRY_RUN))


def _no_place(path: str) -> str:
    """Why *path* is no place for a list in a repository; empty where it may be one."""
    parts = path.casefold().split("/")
    if path.startswith("/") or ".." in parts:
        return "the list is a file of the repository: name its path from the root"
    if len(parts) > 1 and tuple(parts[:2]) in _WORKFLOWS:
        return "a token needs a right of its own to write there, and workflows are read from it: name another path"
    return ""


def _proposed(bump: Bump, file: str) -> str:
    if bump.outcome is Outcome.ALREADY_PINNED:
        return f"{file}: nothing is new"
    return f"{file}: {bump.outcome} {bump.url}".rstrip()


def _not_proposed(bump: Bump) -> Finding:
    return Finding.of(
        Code.BUMP_FAILED, Sentence("the pull request with the list could not be opened: ", bump.note)
    )


def make(start: Start, source: RepositoryName, file: ListFile) -> Result:
    """Return the text of the list for *source*, new or extended, and what there is to say of it."""
    settings = start.settings
    server = "" if settings.root else (settings.server or _DEFAULT_SERVER).rstrip("/")
    found = read_source(source, server, start.forge)
    if isinstance(found, Failure):
        said = Sentence(f"what {source} publishes could not be read: ", str(found))
        return Result((Finding.of(Code.CONFIGURATION, said),))
    seen = discover(found, start.forge, start.started(0), file.config)
    if isinstance(seen, Failure):
        owner = file.config.owner if file.config else found.source.owner
        said = Sentence(f"the repositories of {owner} could not be listed: ", str(seen))
        return Result((Finding.of(Code.RECONCILE_FAILED, said),))
    missed = unseen(seen.listing, seen.searched.unread, seen.searched.undecided)
    notes = (*publications(found.publications), *found.unread, *tried(seen.searched.nothing), *missed)
    made = _extended(file, file.config, found, seen) if file.config else _new(start, file, found, seen, missed)
    result = "; ".join((made.notes[0], *lacking(missed)))
    return replace(made, findings=(*made.findings, *_unread(seen)), notes=(result, *made.notes[1:], *notes))


def _new(start: Start, file: ListFile, found: Published, seen: Discovered, missed: list[str]) -> Result:
    carriers = [one for one in seen.searched.carriers if not one.snapshot.mirror]
    if not carriers:
        said = (
            f"no repository of {found.source.owner} that was searched pins {found.source}. Look at what was"
            " tried, and write the configuration by hand if consumers pin it in another way"
        )
        return Result((Finding.of(Code.CONFIGURATION, said),), ("no consumer found",))
    archived = [one.name for one in seen.listing.repositories if one.archived]
    heading = Heading(found.source, found.place, start.now.date(), missed, archived)
    suggestion = suggest(carriers, found.source.owner, found.tagging.releases)
    changes = Changes(suggestion.pins, suggestion.consumers)
    data = compose(heading, suggestion).encode()
    wrong = load(data, file.name, found.source)
    done = "" if start.settings.propose else f", {'would write' if start.dry_run else 'wrote'} {file.name}"
    return Result(
        () if isinstance(wrong, Config) else wrong,
        (f"{counted(len(carriers), 'consumer')} of {found.source}{done}",),
        data,
        (*missed, *changed(changes)),
        changes.names,
    )


def _extended(file: ListFile, config: Config, found: Published, seen: Discovered) -> Result:
    changes = news(config, pin_entries(file.data), seen.searched, seen.consumers, found.tagging.releases)
    data = updated(file.data, changes, file.calling)
    said = tuple(changed(changes))
    if data is None:
        hint = f"{file.name} is written in a way that cannot be extended: add these by hand: {'; '.join(said)}"
        return Result((Finding.of(Code.CONFIGURATION, hint),))
    if data == file.data:
        return Result((), (f"nothing is new for {file.name}", *said))
    added = f"{counted(len(changes.consumers), 'consumer')} and {counted(len(changes.pins), 'pin')}"
    return Result((), (f"{added} added to {file.name}", *said), data, said, changes.names)


def source_of(start: Start) -> RepositoryName:
    """Return the source: the named one, the calling one, or the one that was checked out. Raises UsageError."""
    settings = start.settings
    named = settings.source or settings.calling
    if named:
        return named
    checkout = checkout_of(start.workspace / "-")
    if checkout is None or checkout.repository is None:
        said = "the source is not known: run in a checkout with a remote origin, or name the source with "
        raise UsageError(Sentence(said, Setting.SOURCE))
    server = settings.server or _DEFAULT_SERVER
    if settings.root is None and checkout.host != urlsplit(server).hostname:
        more = (", or name the source with ", Setting.SOURCE)
        raise UsageError(on_another_server(checkout, server, *more))
    return checkout.repository


def _text_of(start: Start) -> ListFile | tuple[Finding, ...]:
    """Return the file to write, or findings where it exists and shall not be extended, or the reverse."""
    settings, name = start.settings, _name_of(start)
    exists = bool(_list_there(start))
    if exists and not settings.update:
        said = Sentence(f"{name} exists, and nothing is overwritten: add ", Setting.UPDATE, " to extend it")
        return (Finding.of(Code.CONFIGURATION, said),)
    if not exists and settings.update:
        wrong = Setting.OUTPUT if settings.output else Setting.UPDATE
        said = Sentence(f"there is no list at {name or LOCATIONS[0]} to extend: leave out ", wrong)
        return (Finding.of(Code.CONFIGURATION, said),)
    return _existing(start, name) if exists else ListFile(name or LOCATIONS[0])


def _name_of(start: Start) -> str:
    settings = start.settings
    return settings.output or settings.config or usual_place(start.workspace, above=settings.calling is None)


def _list_there(start: Start) -> str:
    """Return the path of the list that there is, empty where there is none."""
    name = _name_of(start)
    return name if name and (start.workspace / name).exists() else ""


def _existing(start: Start, name: str) -> ListFile | tuple[Finding, ...]:
    try:
        data = read_bytes(start.workspace, name)
    except OSError as error:
        why = error.strerror or str(error)
        said = f"the configuration {name} cannot be read: {why}. Check the path and its permissions"
        return (Finding.of(Code.CONFIGURATION, said),)
    settings = start.settings
    checkout = checkout_of(start.workspace / name)
    calling = settings.source or settings.calling or (checkout.repository if checkout else None)
    config = load(data, name, calling)
    return ListFile(name, data, config, calling) if isinstance(config, Config) else config


def _written(result: Result, target: Path, data: bytes) -> Result:
    """Write *data*, and return *result*, with a finding where that failed."""
    try:
        replace_file(target.resolve(), data)
    except OSError as error:
        said = f"{target} cannot be written: {error.strerror or error}. Check the path and its permissions"
        finding = Finding.of(Code.CONFIGURATION, said)
        return replace(
            result,
            findings=(*result.findings, finding),
            notes=("nothing was written", *result.notes[1:]),
        )
    return result


def report_of(start: Start, result: Result, file: str) -> Report:
    """Return the report on *result*."""
    return Report.without_results(
        start.settings.command,
        worst_first(result.findings),
        forge=start.forge.label,
        config_file=file,
        notes=result.notes,
    )


def _unread(seen: Discovered) -> tuple[Finding, ...]:
    """Return a finding about the repositories that failed to be read; a missing permission is told in the file."""
    failed = [(name, failure) for name, failure in seen.searched.unread if not failure.is_permission]
    if not failed:
        return ()
    names = first_of([name for name, _ in failed])
    said = Sentence(f"{names} could not be searched for pins: ", str(failed[0][1]))
    return (Finding.of(Code.RECONCILE_FAILED, said),)
