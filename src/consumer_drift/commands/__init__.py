"""The registry of commands. Each has a module here of the same name, which has one function, ``run``.

The command line and the action are made from the registry. To add a command, add its module and one entry below.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import EXITS, Status

if TYPE_CHECKING:
    from collections.abc import Mapping


class Group(Enum):
    """Options that go together (``consumer_drift.options``): a command takes whole groups."""

    CONFIG = auto()
    SELECT = auto()
    SERVER = auto()
    # Of a command that reads repositories, from the server or from folders.
    READ = auto()
    CACHE = auto()
    SHARD = auto()
    WRITE = auto()
    # Of a command that changes folders in place.
    FOLDERS = auto()
    MERGE = auto()
    REPORTS = auto()
    PAGE = auto()
    FILES = auto()
    INIT = auto()
    DOCTOR = auto()
    HISTORY = auto()
    OUTPUT = auto()
    # Of the action itself: which command it runs, and how. No command takes them.
    ACTION = auto()
    # From the action's first step to the program; no user sets them.
    INTERNAL = auto()


class Needs(Enum):
    """What is ready before a command's ``run`` is called, and so what it is called with."""

    NOTHING = auto()  # run() -> str
    SETTINGS = auto()  # run(settings) -> Report
    SERVER = auto()  # run(start) -> Report, with the server connected
    CONSUMERS = auto()  # run(context) -> Report, with the configuration read and the server connected


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """What there is to say about a command.

    *summary* is the first sentence of its help, *details* the rest; *examples* are pairs of a command line
    and what it is for. *exit_codes* says of a status what it means here, where the table's words do not fit.
    *action* says in the action's documentation what the command does, and is empty where the action does not
    offer it.
    """

    summary: str
    needs: Needs
    options: tuple[Group, ...] = ()
    details: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    exit_codes: Mapping[Status, str] | None = None
    action: str = ""

    @property
    def only_reads(self) -> bool:
        """Whether it never writes to a server, whatever its options are."""
        return Group.WRITE not in self.options

    def meaning(self, status: Status) -> str:
        """Return when a run of this command ends with *status*."""
        usual = next(row.when for row in EXITS if row.status is status)
        return (self.exit_codes or {}).get(status, usual)

    @property
    def has_result(self) -> bool:
        """Whether it ends with a report, and so with any of the exit codes."""
        return self.needs is not Needs.NOTHING


# What every command takes that works on the consumers.
_ON_CONSUMERS = (Group.CONFIG, Group.SELECT, Group.SERVER, Group.READ)


class Command(StrEnum):
    """What a run does."""

    spec: CommandSpec

    def __new__(cls, name: str, spec: CommandSpec) -> Command:
        self = str.__new__(cls, name)
        self._value_ = name
        self.spec = spec
        return self

    INIT = (
        "init",
        CommandSpec(
            summary="Write the list of consumers by searching the owner's repositories.",
            details="What the source publishes is taken from its own manifests, workflows and tags. The list is"
            " written to .github/consumer-drift.yml, and nothing is overwritten.",
            needs=Needs.SERVER,
            options=(Group.CONFIG, Group.INIT, Group.SERVER, Group.READ, Group.WRITE, Group.OUTPUT),
            examples=(
                ("consumer-drift init", "in a checkout of the source"),
                (
                    (
                        "consumer-drift init --source acme/runtime --server https://git.example.org"
                        " --forge gitea --token-env GITEA_TOKEN"
                    ),
                    "",
                ),
                ("consumer-drift init --source acme/runtime --root ../fleet", "on folders, without a server"),
            ),
            exit_codes={
                Status.IN_SYNC: "the list is written",
                Status.DRIFT: "never",
                Status.ERROR: "no consumer was found, something could not be read, or there is a list already",
                Status.TOKEN_SCOPE: "never",
            },
            action="opens a pull request with the list, or with what is new for it",
        ),
    )
    CHECK = (
        "check",
        CommandSpec(
            summary="Compare every consumer with the target version, and search for unlisted repositories.",
            needs=Needs.CONSUMERS,
            options=(*_ON_CONSUMERS, Group.CACHE, Group.SHARD, Group.HISTORY, Group.OUTPUT),
            examples=(
                ("consumer-drift check", "in a checkout of the source"),
                (
                    "consumer-drift check --server https://git.example.org --forge gitea --token-env GITEA_TOKEN",
                    "",
                ),
                ("consumer-drift check --only template-hermes --format json", ""),
                ("consumer-drift check --root ../fleet --target 1.4.0", "on folders, without a server"),
            ),
            action="reports drift",
        ),
    )
    PROPAGATE = (
        "propagate",
        CommandSpec(
            summary="Open the pull request that bumps each listed consumer that is behind.",
            details="It never lowers a version, never changes a person's commits, and does not reopen what a"
            " person closed. Running it again changes nothing. Without a token it only shows what it would do, and"
            " with --root it changes the files only with --write. The first line says whether nothing is written,"
            " and why.",
            needs=Needs.CONSUMERS,
            options=(*_ON_CONSUMERS, Group.WRITE, Group.FOLDERS, Group.HISTORY, Group.OUTPUT),
            examples=(
                ("consumer-drift propagate --dry-run", "show the changes"),
                ("consumer-drift propagate --only template-hermes", ""),
                ("consumer-drift propagate --root ../fleet --target 1.4.0", "show the changes of folders"),
                ("consumer-drift propagate --root ../fleet --target 1.4.0 --write", "change the files"),
            ),
            exit_codes={
                Status.IN_SYNC: "every consumer is at the target, or an open pull request brings it there",
                Status.DRIFT: "a consumer is behind and no pull request is open, or there is any other drift",
            },
            action="opens bump pull requests",
        ),
    )
    DOCTOR = (
        "doctor",
        CommandSpec(
            summary="Say what check and propagate can do in each listed consumer.",
            details="Nothing is written. Each answer is yes, no, not needed, or that it cannot be known; for every"
            " no there is a sentence that says what to do.",
            needs=Needs.CONSUMERS,
            options=(*_ON_CONSUMERS, Group.DOCTOR, Group.OUTPUT),
            examples=(
                ("consumer-drift doctor", "before the first propagate"),
                ("consumer-drift doctor --for check", "only what check needs"),
                ("consumer-drift doctor --only template-hermes", "one line of the list"),
            ),
            exit_codes={
                Status.IN_SYNC: "every listed consumer is ready",
                Status.DRIFT: "never",
                Status.ERROR: "a consumer is not ready for another reason than the token, the configuration is"
                " invalid, or the target version is unknown",
                Status.TOKEN_SCOPE: "the token is the reason, or keeps an answer from being known",
            },
            action="says what check and propagate can do in each consumer, and writes nothing",
        ),
    )
    LAND = (
        "land",
        CommandSpec(
            summary="Merge the open bump pull requests of propagate whose checks have passed.",
            details="It merges a bump only if every condition of the documentation is met in this run; the report"
            " says which one is not. Without `land` in the configuration it merges nothing. Begin with a dry run.",
            needs=Needs.CONSUMERS,
            options=(*_ON_CONSUMERS, Group.MERGE, Group.WRITE, Group.OUTPUT),
            examples=(
                ("consumer-drift land --dry-run", "show what would be merged, and why the rest would not"),
                ("consumer-drift land --merge-token-env APPROVER_TOKEN", "approve and merge as another user"),
            ),
            exit_codes={
                Status.IN_SYNC: "no bump is left to merge",
                Status.DRIFT: "a consumer is still behind: its bump may not be merged, or it has none",
            },
            action="merges the bump pull requests whose checks have passed",
        ),
    )
    COMBINE = (
        "combine",
        CommandSpec(
            summary="Join the JSON reports of all shards into one result.",
            details="It needs neither the server nor the configuration; only --history-branch and a tracking issue"
            " need the server."
            " A report that is missing, given twice, damaged or from another run is an error: consumers that no"
            " shard read never pass.",
            needs=Needs.SETTINGS,
            options=(Group.REPORTS, Group.HISTORY, Group.SERVER, Group.OUTPUT),
            examples=(
                ("consumer-drift check --shard 3/10 --report 3.json", "one of ten runs"),
                ("consumer-drift combine *.json", "the result of all ten"),
            ),
            action="joins the reports of all shards into one result",
        ),
    )
    PAGE = (
        "page",
        CommandSpec(
            summary="Write a page for people: the state of the consumers, and how they got there.",
            details="One HTML file that needs no network, and beside it status.json, metrics.txt and a badge. It"
            " is about the newest of the reports; the others, and the history, are the runs before it. Only"
            " --history-branch needs the server.",
            needs=Needs.SETTINGS,
            options=(Group.REPORTS, Group.PAGE, Group.HISTORY, Group.SERVER, Group.OUTPUT),
            examples=(
                ("consumer-drift page --output site report.json", ""),
                ("consumer-drift page --history history.jsonl --output site report.json", "with the runs before"),
            ),
            exit_codes={
                Status.IN_SYNC: "the page was written",
                Status.DRIFT: "never",
                Status.ERROR: "a report cannot be read, or the page may not or cannot be written",
                Status.TOKEN_SCOPE: "never",
            },
            action="writes a page for people from reports",
        ),
    )
    VALIDATE = (
        "validate",
        CommandSpec(
            summary="Check the configuration alone, without any network.",
            details="Every mistake is reported with its file, line, column and key. FILE is a path, or - for"
            " standard input; without any, the configuration is looked for in the usual places.",
            needs=Needs.SETTINGS,
            options=(Group.CONFIG, Group.FILES, Group.OUTPUT),
            examples=(
                ("consumer-drift validate", "in a checkout of the source"),
                ("consumer-drift validate .github/consumer-drift.yml", ""),
                ("git show main:.github/consumer-drift.yml | consumer-drift validate -", "standard input"),
            ),
            exit_codes={
                Status.IN_SYNC: "the configuration is valid",
                Status.DRIFT: "never",
                Status.ERROR: "there is a mistake in the configuration, or it was not found",
                Status.TOKEN_SCOPE: "never",
            },
        ),
    )
    SCHEMA = (
        "schema",
        CommandSpec(
            summary="Print the JSON Schema of the configuration, for editors.",
            needs=Needs.NOTHING,
        ),
    )


OFFERED = tuple(command for command in Command if command.spec.action)
