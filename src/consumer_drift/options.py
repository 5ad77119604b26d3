"""Every option, once: its flag, its input, its parser, its default and its words.

The command line (``cli.commands``), the inputs of a job (``action.inputs``), ``action.yml``, the container action
and the tables in ``docs/`` are all made from this table. To add an option, add one entry here and run
``make generate``; ``resolve.py`` gives its value to the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from consumer_drift import option_parsers as parsers
from consumer_drift.commands import OFFERED, Command, Group
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.repository import RepositoryName
from consumer_drift.option_parsers import BOOLEAN, MOST_REQUESTS, TEXT, Parser
from consumer_drift.render import FORMATS
from consumer_drift.settings import DEFAULT_CONCURRENCY, DEFAULT_MAX_TIME, ForgeChoice, PageVisibility, Purpose
from consumer_drift.sharding import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from consumer_drift.model.sentence import Setting
    from consumer_drift.model.shards import ShardSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Option(Generic[T]):
    """One option.

    *flag* and *input* are its names on the command line and in a workflow, each empty where it has none there; a
    flag without dashes is a positional argument. *help* is a line of ``--help``; *about* describes the input,
    where *help* does not suffice. *default* is the value, *default_text* what ``action.yml`` has for it,
    *default_about* what the documentation says of it, where the text does not suffice.

    *many*: the flag may be repeated. *names* are hidden flags that mean the same. *only_flag* are values that
    the input does not take. *passed* is the expression that the program gets in a job, where that is not the
    input itself; *planned*: the action's first step reads it too, or alone where *passed* is None.
    """

    name: str
    group: Group
    parser: Parser[T]
    default: T
    help: str = ""
    flag: str = ""
    metavar: str = ""
    many: bool = False
    names: tuple[str, ...] = ()
    input: str = ""
    about: str = ""
    default_text: str = ""
    default_about: str = ""
    only_flag: tuple[str, ...] = ()
    passed: str | None = ""
    planned: bool = False
    # What a sentence on the command line says, where the flag alone would not do.
    spoken: str = ""

    @property
    def is_switch(self) -> bool:
        """Whether the flag takes no value: it turns the default round."""
        return self.parser is BOOLEAN

    @property
    def is_argument(self) -> bool:
        """Whether it is a positional argument on the command line, in brackets where it may be left out."""
        return bool(self.flag) and not self.flag.startswith("-")

    @property
    def default_in_words(self) -> str:
        """What the documentation says of the default."""
        return self.default_about or (f"`{self.default_text}`" if self.default_text else "none")

    @property
    def expression(self) -> str:
        """What the program gets in a job, as an expression of workflows."""
        return f"${{{{ {self.passed or f'inputs.{self.input}'} }}}}"


OPTIONS: dict[str, Option[Any]] = {}


def _add(option: Option[T]) -> Option[T]:
    OPTIONS[option.name] = option
    return option


CONFIG = _add(
    Option(
        name="config",
        group=Group.CONFIG,
        parser=TEXT,
        default="",
        flag="--config",
        metavar="FILE",
        help="The configuration: a path; except for init and validate, also owner/repo/path@ref of another"
        " repository.",
        input="config",
        about="The configuration file: a path in the workspace, or `owner/repo/path@ref` to read it from "
        "another repository.",
        default_about="`consumer-drift.yml` in `.github/`, `.gitea/`, `.forgejo/` or the root; without a"
        " checkout it is read through the API at the job's commit",
    )
)
COMMAND = _add(
    Option(
        name="command",
        group=Group.ACTION,
        parser=parsers.choice(OFFERED),
        default=Command.CHECK,
        input="command",
        about=f"{'; '.join(f'`{command}` {command.spec.action}' for command in OFFERED)}.",
        default_text="check",
    )
)
SOURCE: Option[RepositoryName | None] = _add(
    Option(
        name="source",
        group=Group.INIT,
        parser=Parser(RepositoryName.parse),
        default=None,
        flag="--source",
        metavar="OWNER/NAME",
        help="The repository that publishes the version.  [default: the one of this checkout]",
    )
)
UPDATE = _add(
    Option(
        name="update",
        group=Group.INIT,
        parser=BOOLEAN,
        default=False,
        flag="--update",
        help="Add what is new to the list that there is; every line of it stays as it is.",
    )
)
PROPOSE = _add(
    Option(
        name="pull-request",
        group=Group.INIT,
        parser=BOOLEAN,
        default=False,
        flag="--pull-request",
        help="Write the list, or what is new, into a pull request of the source instead of a file.",
    )
)
PURPOSE = _add(
    Option(
        name="for",
        group=Group.DOCTOR,
        parser=parsers.choice(Purpose),
        default=Purpose.PROPAGATE,
        flag="--for",
        input="for",
        help="What the consumers are to be ready for.",
        about="What `doctor` looks at: `check`, or `propagate`, which needs more rights.",
        default_text="propagate",
    )
)
LIST = _add(
    Option(
        name="output",
        group=Group.INIT,
        parser=TEXT,
        default="",
        flag="--output",
        metavar="FILE",
        help="Write the list to FILE.",
    )
)
ROOT = _add(
    Option(
        name="root",
        group=Group.READ,
        parser=TEXT,
        default="",
        flag="--root",
        metavar="DIR",
        help="Read the consumers from the folders in DIR, without any network.",
    )
)
FORGE = _add(
    Option(
        name="forge",
        group=Group.SERVER,
        parser=parsers.choice(ForgeChoice),
        default=ForgeChoice.AUTO,
        flag="--forge",
        help="The product that runs on the server; gitea and forgejo have the same API.",
        input="forge",
        about="The product that runs on the server: `auto`, `github`, `gitea` or `forgejo`.",
        default_text="auto",
        default_about="`auto`, the same as the server that runs the job",
        only_flag=(ForgeChoice.LOCAL,),
    )
)
SERVER = _add(
    Option(
        name="server",
        group=Group.SERVER,
        parser=TEXT,
        default="",
        flag="--server",
        metavar="URL",
        help="Base URL of the server, as you use it in a browser.",
        input="server-url",
        about="Base URL of the server, such as `https://git.example.org` (not the API URL). Another server than"
        " the job's own needs its own `token`.",
        default_about="the server that runs the job",
    )
)
TOKEN_ENV = _add(
    Option(
        name="token-env",
        group=Group.SERVER,
        parser=TEXT,
        default="",
        flag="--token-env",
        metavar="NAME",
        help="The variable that has the token, instead of GITHUB_TOKEN, GITEA_TOKEN or FORGEJO_TOKEN.",
    )
)
TOKEN = _add(
    Option(
        name="token",
        group=Group.SERVER,
        parser=TEXT,
        default="",
        input="token",
        about="The token to use on the server. The job's own token can, on most servers, read public "
        "repositories and the job's own only, and is never sent to another server. It is masked in the "
        "log.",
        default_text="${{ github.token }}",
        default_about="the job's own token",
        # Gitea and Forgejo answer without one, so only messages about GitHub say it.
        spoken="a token (in GITHUB_TOKEN or GH_TOKEN, or in the variable that --token-env names)",
    )
)
TARGET = _add(
    Option(
        name="target",
        group=Group.SELECT,
        parser=TEXT,
        default="",
        flag="--target",
        names=("--version",),
        metavar="V",
        help="The target version, instead of the source's current one.",
        input="version",
        about="The target version.",
        default_about="the version that the configuration's `source` gives",
    )
)
ONLY = _add(
    Option(
        name="only",
        group=Group.SELECT,
        parser=Parser(parsers.names),
        default=(),
        flag="--only",
        metavar="NAME",
        many=True,
        help="Only this consumer; may be repeated.",
        input="only",
        about="Check only these consumers: names, separated by commas or line breaks. Unlisted repositories are"
        " then not searched for.",
        default_about="all consumers",
    )
)
RECONCILE = _add(
    Option(
        name="reconcile",
        group=Group.SELECT,
        parser=BOOLEAN,
        default=True,
        flag="--no-reconcile",
        help="Do not search for unlisted repositories.",
        input="reconcile",
        about="`false` does not search for repositories that have a pin and are not listed.",
        default_text="true",
    )
)
SHARD: Option[ShardSpec | None] = _add(
    Option(
        name="shard",
        group=Group.SHARD,
        parser=Parser(split.parse),
        default=None,
        flag="--shard",
        metavar="I/N",
        help="Only this part of the consumer list, as 3/10; see combine.",
        input="shard",
        about="Check only one part of the list, such as `3/10`, and join the reports with `combine`. The first "
        "shard also searches for unlisted repositories.",
        default_about="the full list",
    )
)
MERGE_TOKEN = _add(
    Option(
        name="merge-token",
        group=Group.MERGE,
        parser=TEXT,
        default="",
        input="merge-token",
        about="The token with which `land` approves and merges, of another user than the one who opens the bumps."
        " It is masked in the log.",
        default_about="`token`",
        spoken="a merge token (in the variable that --merge-token-env names)",
    )
)
MERGE_TOKEN_ENV = _add(
    Option(
        name="merge-token-env",
        group=Group.MERGE,
        parser=TEXT,
        default="",
        flag="--merge-token-env",
        metavar="NAME",
        help="The variable that has the token to approve and merge with, instead of the one that reads.",
    )
)
DRY_RUN = _add(
    Option(
        name="dry-run",
        group=Group.WRITE,
        parser=BOOLEAN,
        default=False,
        flag="--dry-run",
        help="Write nothing; show the changes as a diff.",
        input="dry-run",
        about="`true` lets `propagate`, `land` and `init` show what they would do without writing anything.",
        default_text="false",
    )
)
WRITE = _add(
    Option(
        name="write",
        group=Group.FOLDERS,
        parser=BOOLEAN,
        default=False,
        flag="--write",
        help="With --root: change the files.",
    )
)
REPORTS = _add(
    Option(
        name="reports",
        group=Group.REPORTS,
        parser=Parser(parsers.paths),
        default=(),
        flag="REPORT...",
        input="reports",
        about="The JSON reports that `combine` joins, or that `page` shows: paths in the workspace, with `*` and "
        "`**`, separated by commas or line breaks.",
        default_about="none, which is an error of `combine` and `page`",
    )
)
FILES = _add(
    Option(
        name="files",
        group=Group.FILES,
        parser=TEXT,
        default=(),
        flag="[FILE]...",
    )
)
FORMAT = _add(
    Option(
        name="format",
        group=Group.OUTPUT,
        parser=parsers.choice(FORMATS),
        default="log",
        default_text="log",
        flag="--format",
        help="The format of standard output.",
    )
)
QUIET = _add(
    Option(
        name="quiet",
        group=Group.OUTPUT,
        parser=BOOLEAN,
        default=False,
        flag="--quiet",
        help="In the log, show the findings and the result alone.",
    )
)
VERBOSE = _add(
    Option(
        name="verbose",
        group=Group.OUTPUT,
        parser=BOOLEAN,
        default=False,
        flag="--verbose",
        help="In the log, show every consumer in sync and every pin.",
    )
)
REPORT = _add(
    Option(
        name="report",
        group=Group.OUTPUT,
        parser=TEXT,
        default="",
        flag="--report",
        metavar="FILE",
        help="Also write the JSON report to FILE.",
        input="report",
        about="Write the JSON report to this path in the workspace.",
    )
)
HISTORY = _add(
    Option(
        name="history",
        group=Group.HISTORY,
        parser=TEXT,
        default="",
        flag="--history",
        metavar="FILE",
        help="The file of earlier runs, one line of JSON each: this run is appended; page only reads it.",
        input="history",
        about="Append the run, as one line of JSON, to this file in the workspace. A page shows the runs in it.",
    )
)
HISTORY_BRANCH = _add(
    Option(
        name="history-branch",
        group=Group.HISTORY,
        parser=Parser(parsers.branch),
        default="",
        flag="--history-branch",
        metavar="BRANCH",
        help="The branch of the source with the earlier runs: this run is added by a commit; page only reads it.",
        input="history-branch",
        about="Add the run to the [history](history.md) on this branch of the source repository, which the first"
        " run creates. A page shows the runs in it. The token must be allowed to push to it.",
    )
)
PAGE = _add(
    Option(
        name="page",
        group=Group.PAGE,
        parser=TEXT,
        default="",
        flag="--output",
        metavar="DIR",
        help="The folder to write the page to.",
        input="page",
        about="Write a [page](page.md) of the result to this folder in the workspace: `index.html`, and beside it"
        " `status.json`, `metrics.txt` and a badge.",
    )
)
VISIBILITY = _add(
    Option(
        name="page-visibility",
        group=Group.PAGE,
        parser=parsers.choice(PageVisibility),
        default=PageVisibility.PUBLIC,
        flag="--visibility",
        help="Who will see the page; only a private one may name private repositories.",
        input="page-visibility",
        about="Who will see the page: `public`, which fails if the page would name private repositories, or"
        " `private`.",
        default_text="public",
    )
)
SARIF = _add(
    Option(
        name="sarif",
        group=Group.OUTPUT,
        parser=TEXT,
        default="",
        input="sarif",
        about="Write the findings as SARIF to this path in the workspace, for code scanning.",
    )
)
SUMMARY = _add(
    Option(
        name="summary",
        group=Group.OUTPUT,
        parser=BOOLEAN,
        default=True,
        input="summary",
        about="`false` writes no job summary.",
        default_text="true",
    )
)
FAIL_ON: Option[frozenset[Status]] = _add(
    Option(
        name="fail-on",
        group=Group.OUTPUT,
        parser=Parser(parsers.failures),
        default=frozenset({Status.DRIFT, Status.ERROR}),
        input="fail-on",
        about="Which results fail the step, separated by commas: `drift`, `error`, `token-scope`, or `none`. "
        "Outputs are set regardless.",
        default_text="drift,error",
    )
)
CONCURRENCY = _add(
    Option(
        name="concurrency",
        group=Group.READ,
        parser=Parser(parsers.concurrency),
        default=DEFAULT_CONCURRENCY,
        flag="--concurrency",
        metavar="N",
        help="Maximum number of concurrent requests.",
        input="concurrency",
        about=f"Maximum number of concurrent requests, from 1 to {MOST_REQUESTS}.",
        default_text=str(DEFAULT_CONCURRENCY),
    )
)
MAX_TIME = _add(
    Option(
        name="max-time",
        group=Group.SERVER,
        parser=Parser(parsers.seconds),
        default=DEFAULT_MAX_TIME,
        flag="--max-time",
        metavar="SECONDS",
        help="Stop after this time, and report what is known.",
        input="max-time",
        about="Stop after this number of seconds and report what was read so far, as an error. Keep it below "
        "the job's own time limit, which kills the job with no report.",
        default_text=f"{DEFAULT_MAX_TIME:g}",
    )
)
CA_BUNDLE = _add(
    Option(
        name="ca-bundle",
        group=Group.SERVER,
        parser=TEXT,
        default="",
        flag="--ca-bundle",
        metavar="FILE",
        help="A PEM file with the CA certificates to trust.",
        input="ca-bundle",
        about="A PEM file with the certificates to trust, for a server with a certificate of a private CA. Any "
        "path that the job can read.",
        default_about="the system CAs",
        # A container sees the workspace alone, so the first step copies the file there.
        passed="steps.plan.outputs.ca-bundle",
        planned=True,
    )
)
USER_AGENT = _add(
    Option(
        name="user-agent",
        group=Group.SERVER,
        parser=Parser(parsers.user_agent),
        default="",
        flag="--user-agent",
        metavar="TEXT",
        help="The User-Agent of every request, where bot protection refuses the program's own.",
        input="user-agent",
        about="The `User-Agent` of every request, for a server whose bot protection refuses the program's own.",
        default_about="`consumer-drift-action/` and the version",
    )
)
CACHE = _add(
    Option(
        name="cache",
        group=Group.CACHE,
        parser=Parser(parsers.cache_file),
        default="",
        flag="--cache",
        metavar="FILE",
        help="Keep what was read in FILE; what has not changed is not fetched again.",
        input="cache",
        about="A cache file in the workspace, for `actions/cache` to keep between runs: repositories on Gitea "
        "or Forgejo that have not changed since are not fetched again. Requires a long-lived `token`.",
        default_text="off",
    )
)
RUNTIME = _add(
    Option(
        name="runtime",
        group=Group.ACTION,
        parser=parsers.choice(("auto", "docker", "python")),
        default="auto",
        input="runtime",
        about="`docker` runs a container, `python` uses the runner's own Python (3.11 or newer) in a private "
        "environment.",
        default_text="auto",
        default_about="`auto`, which is Docker if the runner has it",
        passed=None,
        planned=True,
    )
)
IMAGE = _add(
    Option(
        name="image",
        group=Group.ACTION,
        parser=TEXT,
        default="",
        input="image",
        about="A prebuilt image to run instead of building one, such as "
        "`registry.example.org/consumer-drift@sha256:…`.",
        default_about="the release's own, or a build from its Dockerfile",
        passed=None,
        planned=True,
    )
)
BASE_IMAGE = _add(
    Option(
        name="base-image",
        group=Group.ACTION,
        parser=TEXT,
        default="",
        input="base-image",
        about="The image to build on if the public registry cannot be reached: any image with Python 3.11 or "
        "newer and pip.",
        default_about="the one in the Dockerfile",
        passed=None,
        planned=True,
    )
)
HANDOVER = _add(
    Option(
        name="handover",
        group=Group.INTERNAL,
        parser=TEXT,
        default="",
        input="handover",
        about="The folder from which the last step takes the results.",
        passed="steps.plan.outputs.handover",
    )
)
JOB_TOKEN: Option[bool | None] = _add(
    Option(
        name="job-token",
        group=Group.INTERNAL,
        parser=cast("Parser[bool | None]", BOOLEAN),
        default=None,
        input="job-token",
        about="Whether the token is the job's own.",
        passed="inputs.token == github.token",
    )
)


class Values:
    """The options of one run: what was given, and the default of every other."""

    def __init__(self, given: Mapping[str, object]) -> None:
        """*given* has parsed values by the options' names."""
        self._given = dict(given)

    def __getitem__(self, option: Option[T]) -> T:
        return cast("T", self._given.get(option.name, option.default))

    def __contains__(self, option: Option[Any]) -> bool:
        return option.name in self._given


def taken_by(groups: Iterable[Group]) -> tuple[Option[Any], ...]:
    """Return the options of *groups*, in the order of the table."""
    chosen = frozenset(groups)
    return tuple(option for option in OPTIONS.values() if option.group in chosen)


def flag_of(setting: Setting, value: str = "") -> str:
    """Return what a user of the command line writes for *setting*: ``--forge gitea``."""
    option = OPTIONS[setting]
    if option is TOKEN and value:
        return ""
    if option.spoken and not value:
        return option.spoken
    return f"{option.flag} {value}".rstrip()


def input_of(setting: Setting, value: str = "") -> str:
    """Return what the author of a workflow writes for *setting*: ``forge: gitea``, or ``the input forge``."""
    option = OPTIONS[setting]
    if not option.input:
        return flag_of(setting, value)
    if option is TOKEN and value:
        return ""
    return f"{option.input}: {value}" if value else f"the input {option.input}"
