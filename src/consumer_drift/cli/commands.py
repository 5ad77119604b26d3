"""The command line: flags to Settings, a report to stdout, everything else to stderr.

Nothing heavy is imported here: ``--version``, ``--help`` and completion answer at once.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from consumer_drift import __version__
from consumer_drift.resolve import settings_of
from consumer_drift.settings import DEFAULT_CONCURRENCY, DEFAULT_MAX_TIME, Command, ForgeChoice, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.model.shards import ShardSpec

_PATH = click.Path(path_type=Path)
FORMATS = ("log", "json", "markdown", "sarif", "github")

_EXIT_CODES = """\b
Exit codes:
  0  in sync: everything was read and is at the target
  1  drift: a consumer is behind, ahead, without a pin, or unlisted
  2  error: the configuration, the target, a listed consumer or the forge
  3  token scope: nothing of these, but the token could not see everything
"""

_PROPAGATE_EXIT_CODES = """\b
Exit codes:
  0  every consumer is at the target, or a pull request brings it there
  1  drift: a consumer is behind and nothing is on its way, or another drift
  2  error: the configuration, the target, a listed consumer or the forge
  3  token scope: nothing of these, but the token could not see everything
"""

_PROPAGATE_EXAMPLES = """\b
Examples:
  consumer-drift propagate --dry-run                    what would be written
  consumer-drift propagate --only template-hermes
  consumer-drift propagate --root examples/fleet --version 1.4.0
"""

_EXAMPLES = """\b
Examples:
  consumer-drift check                                  in a checkout of the source
  consumer-drift check --server https://git.example.org --forge gitea
  consumer-drift check --only template-hermes --format json
  consumer-drift check --root ../fleet --version 1.4.0   on folders, without a forge
"""

_COMBINE_EPILOG = f"""{_EXIT_CODES}
\b
Examples:
  consumer-drift check --shard 3/10 --report 3.json     one of ten runs
  consumer-drift combine *.json                         the verdict of all ten
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
)
@click.version_option(__version__, prog_name="consumer-drift", message="%(prog)s %(version)s")
def cli() -> None:
    """Does every consumer pin the source's current version?

    Reads the list of consumers from .github/consumer-drift.yml.
    """


_SHOWING = (
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="log",
        show_default=True,
        help="What is printed.",
    ),
    click.option("--report", metavar="F", type=_PATH, help="Write the JSON report to F as well."),
)


def _shown(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options about what becomes of a report."""
    for option in reversed(_SHOWING):
        command = option(command)
    return command


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command which reads a forge has."""
    options = (
        click.option("--config", metavar="F", default="", help="Path, or owner/repo/path@ref on the forge."),
        click.option("--root", metavar="DIR", type=_PATH, help="Consumers are folders under DIR; no network."),
        click.option(
            "--forge",
            type=click.Choice([choice.value for choice in ForgeChoice]),
            default=ForgeChoice.AUTO.value,
            show_default=True,
            help="Kind of forge; gitea and forgejo are the same API.",
        ),
        click.option("--server", metavar="URL", default="", help="The address that a browser uses."),
        click.option(
            "--token-env",
            metavar="NAME",
            default="",
            help="Variable with the token; else GITHUB_TOKEN, GITEA_TOKEN or FORGEJO_TOKEN.",
        ),
        click.option("--version", "target", metavar="V", default="", help="Target instead of the source's."),
        click.option("--only", metavar="NAME", multiple=True, help="Only this consumer; may be repeated."),
        click.option("--no-reconcile", is_flag=True, help="Do not look for unlisted repositories."),
        *_SHOWING,
        click.option(
            "--concurrency",
            metavar="N",
            type=click.IntRange(1, 64),
            default=DEFAULT_CONCURRENCY,
            show_default=True,
            help="Requests at once.",
        ),
        click.option(
            "--max-time",
            metavar="SECONDS",
            type=click.FloatRange(min=1),
            default=DEFAULT_MAX_TIME,
            show_default=True,
            help="End then, with what is known.",
        ),
        click.option("--ca-bundle", metavar="F", default="", help="Certificates (PEM) to trust."),
        click.option(
            "--cache",
            metavar="FILE",
            default="off",
            show_default=True,
            help="Keep there what was read, and do not read again what has not moved.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@cli.command(epilog=f"{_EXIT_CODES}\n{_EXAMPLES}")
@_shared
@click.option("--shard", metavar="I/N", default="", help="Only this share of the list, as 3/10; see combine.")
def check(form: str, report: Path | None, shard: str, **flags: Any) -> None:
    """Read every consumer and the owner's repositories, and report drift."""
    from consumer_drift.cli.terminal import Terminal  # noqa: PLC0415 - everything heavy is behind it

    settings = replace(settings_of(os.environ, **flags), share=_share(shard))
    sys.exit(Terminal(form, report).run(settings))


def _share(text: str) -> ShardSpec | None:
    from consumer_drift.sharding.split import parse  # noqa: PLC0415

    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"--shard {text}: {error}") from error


@cli.command(epilog=_COMBINE_EPILOG)
@click.argument("reports", metavar="REPORT...", nargs=-1, required=True, type=_PATH)
@_shown
def combine(reports: tuple[Path, ...], form: str, report: Path | None) -> None:
    """Join the JSON reports of all shards into one verdict.

    Needs neither the forge nor the configuration. A report that is missing, there twice, damaged or of
    another run is an error: what was not read is never green.
    """
    from consumer_drift.cli.terminal import Terminal  # noqa: PLC0415

    sys.exit(Terminal(form, report).combine(reports))


@cli.command(epilog=f"{_PROPAGATE_EXIT_CODES}\n{_PROPAGATE_EXAMPLES}")
@_shared
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written, as a diff.")
def propagate(form: str, report: Path | None, dry_run: bool, **flags: Any) -> None:
    """Open the pull request that bumps each listed consumer that is behind.

    Nothing is lowered, a person's commits and a person's "no" are left alone, and run twice it does nothing
    the second time. Without a token it shows what it would do.
    """
    from consumer_drift.cli.terminal import Terminal  # noqa: PLC0415

    settings = replace(settings_of(os.environ, **flags), command=Command.PROPAGATE, dry_run=dry_run)
    sys.exit(Terminal(form, report).run(settings))


@cli.command(hidden=True)
def action() -> None:
    """Run as the step of a job: what to do comes from INPUT_* (see action.yml)."""
    from consumer_drift.action.step import main as step  # noqa: PLC0415

    sys.exit(step())


@cli.command()
def schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    import json  # noqa: PLC0415

    from consumer_drift.config import json_schema  # noqa: PLC0415

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def main() -> None:
    """The console script. Every way out has its exit code, and none is a traceback."""
    # Nearly all that a run makes lives to its end: looking for garbage as often as usual costs a tenth of it.
    gc.set_threshold(50_000, 20, 20)
    try:
        code = cli.main(prog_name="consumer-drift", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except UsageError as error:
        click.echo(f"consumer-drift: {error}", err=True)
        sys.exit(2)
    except Exception as error:
        # The program's own fault is told like any other, and never thrown at the user.
        if os.environ.get("CONSUMER_DRIFT_DEBUG"):
            raise
        click.echo(
            f"consumer-drift: the program failed ({type(error).__name__}). This is a defect: please report it"
            " with what CONSUMER_DRIFT_DEBUG=1 prints",
            err=True,
        )
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
