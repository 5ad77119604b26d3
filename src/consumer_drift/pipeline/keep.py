"""Keep a run in the history on a branch of the source's repository: read it, add a line, push one commit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.push import CommitText
from consumer_drift.history import branch as lines
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.kept import Kept
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import UNCLEAR, Failure, FileText, Reason
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.support.clock import moment_text
from consumer_drift.support.words import counted, first_of, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.forges.base import Forge
    from consumer_drift.model.branch import StoredBranch
    from consumer_drift.model.history import History, RecordedRun
    from consumer_drift.model.report import Report
    from consumer_drift.settings import Settings
    from consumer_drift.support.deadline import Deadline

# So many runs may add a line before this one: each attempt that is refused means that another run succeeded.
_TRIES = 12
_PAUSE_SECONDS = 0.25


def read_history(forge: Forge, source: RepositoryName, branch: str) -> History | Failure:
    """Return the history on *branch* of *source*, an empty one where there is no such branch."""
    found = _files(forge, source, branch)
    return found if isinstance(found, Failure) else lines.runs_of(found[1])


def keep(
    forge: Forge,
    source: RepositoryName,
    branch: str,
    run: RecordedRun,
    now: datetime,
    deadline: Deadline,
    private: Collection[RepositoryName] = (),
) -> tuple[History | None, Failure | None]:
    """Add *run* to the history on *branch*, once. Return the history before it, and why it was not added.

    Nothing is added where everyone can read the branch and the run has one of *private*, which not everyone may.
    A run that is there already, because an answer was lost, is not added again. The history is None where it could
    not be read.
    """
    before: History | None = None
    refused: Failure | None = None
    for attempt in range(_TRIES):
        if attempt:
            deadline.wait(_PAUSE_SECONDS * attempt)
        found = _files(forge, source, branch)
        if isinstance(found, Failure):
            return before, found
        seen, files = found
        before = lines.runs_of(files)
        before = replace(before, runs=tuple(one for one in before.runs if one != run))
        named = [one.name for one in run.consumers if one.name in private] if seen.is_public else ()
        if named:
            return before, _exposed(source, named)
        changes = lines.changes(files, run, now)
        if not changes:
            return before, None
        text = CommitText(f"{run.command} of {moment_text(run.at)}: {run.status}", now)
        refused = forge.push(source, seen, changes, text)
        if refused is None or refused.reason not in UNCLEAR | {Reason.STALE}:
            break
    return before, refused


def _exposed(source: RepositoryName, named: Sequence[RepositoryName]) -> Failure:
    return Failure(
        Reason.SETTING,
        f"everyone can read {source}, and the history names {counted(len(named), 'repository', 'repositories')}"
        f" that not everyone can ({first_of(named)})",
        Sentence("keep it with ", Setting.HISTORY, " in a file that only those can read who may know the names"),
    )


def _files(forge: Forge, source: RepositoryName, branch: str) -> tuple[StoredBranch, Mapping[str, str]] | Failure:
    """Return the branch and the texts of the history's files on it, all as of one commit."""
    seen = forge.stored_branch(source, branch)
    if isinstance(seen, Failure):
        return seen
    names = [entry.name for entry in seen.entries if lines.number_of(entry.name)]
    others = [entry.name for entry in seen.entries if entry.name not in names]
    if seen.is_default or others or (seen.commit and not names):
        found = f": {first_of(list(map(quoted, others)))}" if others else ""
        return Failure(
            Reason.NAME_TAKEN,
            f"the branch {branch} of {source} has other content than a history{found}",
            "choose another name: the branch is created by the first run",
        )
    files: dict[str, str] = {}
    for name in names:
        content = forge.file(source, name, seen.commit)
        if isinstance(content, Failure):
            return content
        if not isinstance(content, FileText):
            return Failure(
                Reason.UNEXPECTED,
                f"{name} on the branch {branch} of {source} is no text",
                "restore it from an earlier commit of that branch, or delete the branch",
            )
        files[name] = content.text
    return seen, files


def source_of(report: Report, settings: Settings) -> RepositoryName | None:
    """Return the repository that keeps what is known of *report*: its source, else the calling one."""
    try:
        return RepositoryName.parse(report.target.source)
    except ValueError:
        return settings.calling


def keep_run(
    report: Report, run: RecordedRun | None, settings: Settings, forge: Forge, deadline: Deadline
) -> Kept:
    """Add the *run* of *report* to the history on the branch that *settings* name. A failure is a warning."""
    source = source_of(report, settings)
    if run is None or not settings.history_branch:
        return Kept()
    if source is None:
        return Kept(findings=(not_kept("the source is not known. Set source.repository in the configuration"),))
    private = frozenset(report.private)
    before, why = keep(forge, source, settings.history_branch, run, run.at, deadline, private)
    return Kept(before, (not_kept(str(why)),) if why is not None else ())


def not_kept(why: str) -> Finding:
    """Return the finding that the run is not in the history, because of *why*."""
    return Finding.of(Code.HISTORY_FAILED, Sentence("the run was not added to the history: ", why))
