"""The command line: flags to Settings, the report to standard output, everything else to standard error.

Nothing heavy is imported here: ``--version``, ``--help`` and completion answer at once.
"""

from __future__ import annotations

import gc
import io
import os
import re
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from consumer_drift import __version__, options
from consumer_drift.commands import Command, Needs
from consumer_drift.model.exit_codes import EXITS
from consumer_drift.model.sentence import OUT_OF_MEMORY, worded
from consumer_drift.options import Values, flag_of, taken_by
from consumer_drift.resolve import settings_of
from consumer_drift.settings import UsageError
from consumer_drift.support.streams import open_closed, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from click.shell_completion import CompletionItem

    from consumer_drift.options import Option


# What the shell completes, by an option's placeholder.
_PATHS = {"file": "file", "dir": "dir"}


def _listed(ctx: click.Context) -> list[str]:
    """The consumers of the configuration that a command would read; none where it cannot be read."""
    from consumer_drift.config import load  # noqa: PLC0415 - other words are completed without it
    from consumer_drift.model.config import Config  # noqa: PLC0415
    from consumer_drift.pipeline.checkout import checkout_of  # noqa: PLC0415
    from consumer_drift.pipeline.configuration import read_bytes, usual_place  # noqa: PLC0415

    here = Path()
    name = ctx.params.get("config") or usual_place(here, above=True)
    checkout = checkout_of(here / name)
    try:
        config = load(read_bytes(here, name), name, checkout.repository if checkout else None)
    except OSError:
        return []
    if not isinstance(config, Config):
        return []
    return [one.name.name if one.name.owner == config.owner else str(one.name) for one in config.consumers]


class _Type(click.ParamType[Any]):
    """The type of an option's value: its parser, with the parser's words in the error."""

    def __init__(self, option: Option[Any]) -> None:
        self.name = option.metavar.lower() or "text"
        self._parse = option.parser.parse
        self._is_consumer = option is options.ONLY

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the parsed value."""
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Let the shell complete paths, by the placeholder of the value, and offer the list's consumers."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - a command line has no word to complete

        if self._is_consumer:
            return [CompletionItem(name) for name in _listed(ctx) if name.startswith(incomplete)]
        kind = _PATHS.get(self.name)
        return [CompletionItem(incomplete, type=kind)] if kind else super().shell_complete(ctx, param, incomplete)


class _Choice(click.Choice[str]):
    """One of a few words, which completion offers."""

    def __init__(self, option: Option[Any]) -> None:
        super().__init__(option.parser.words, case_sensitive=False)
        self._parse = option.parser.parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the parsed value."""
        return self._parse(super().convert(value, param, ctx))


def _parameters(option: Option[Any]) -> list[click.Parameter]:
    """Return what click has for *option*: its flag, and one for each hidden name."""
    name = option.name.replace("-", "_")
    if option.is_argument:
        required = not option.flag.startswith("[")
        return [click.Argument([name], metavar=option.flag, type=click.Path(), nargs=-1, required=required)]
    if option.is_switch:
        return [click.Option([option.flag, name], is_flag=True, help=option.help)]
    kind = _Choice(option) if option.parser.words else _Type(option)
    make = partial(click.Option, type=kind, metavar=option.metavar or None, multiple=option.many)
    shown = make(
        [option.flag, name],
        default=option.default_text or None,
        show_default=bool(option.default_text),
        help=option.help,
    )
    return [shown, *(make([hidden, f"{name}{_HIDDEN}"], hidden=True) for hidden in option.names)]


# After the name of a parameter: it is another flag for the same option.
_HIDDEN = "_hidden"


def _values(taken: Sequence[Option[Any]], given: dict[str, Any]) -> Values:
    """Return the values of the options *taken*, from what click read."""
    values: dict[str, Any] = {}
    for option in taken:
        name = option.name.replace("-", "_")
        value = given[name] if given.get(f"{name}{_HIDDEN}") is None else given[f"{name}{_HIDDEN}"]
        if option.is_switch:
            values[option.name] = not option.default if value else option.default
        elif option.many:
            values[option.name] = tuple(item for items in value for item in items)
        elif value is not None:
            values[option.name] = value
    return Values(values)


def _run(command: Command, taken: Sequence[Option[Any]], **given: Any) -> None:
    values = _values(taken, given)
    if command.spec.needs is Needs.NOTHING:
        from consumer_drift.run import module_of  # noqa: PLC0415

        click.echo(module_of(command).run(), nl=False)
        return
    reports = [Path(path) for path in values[options.REPORTS]]
    settings = settings_of(os.environ, command, values, reports)
    from consumer_drift.cli.terminal import Terminal  # noqa: PLC0415 - everything heavy is behind it

    report = Path(values[options.REPORT]) if values[options.REPORT] else None
    quiet, verbose = values[options.QUIET], values[options.VERBOSE]
    sys.exit(Terminal(values[options.FORMAT], report, quiet, verbose).run(settings))


class _Command(click.Command):
    """A command of the registry, with its examples and exit codes below its options."""

    def __init__(self, command: Command) -> None:
        taken = [option for option in taken_by(command.spec.options) if option.flag]
        super().__init__(
            command.value,
            params=[parameter for option in taken for parameter in _parameters(option)],
            callback=partial(_run, command, taken),
            help="\n\n".join(filter(None, (command.spec.summary, command.spec.details))),
        )
        self.spec = command.spec

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the examples and the exit codes."""
        _write_examples(formatter, self.spec.examples)
        if self.spec.has_result:
            with formatter.section("Exit codes"):
                formatter.write_dl([(str(row.code), self.spec.meaning(row.status)) for row in EXITS])


class _Group(click.Group):
    """The program: its commands are those of the registry, in its order."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands with their whole summaries, on several lines where the terminal is narrow."""
        with formatter.section("Commands"):
            formatter.write_dl([(command, command.spec.summary) for command in Command])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the examples."""
        _write_examples(formatter, Command.CHECK.spec.examples)


def _write_examples(formatter: click.HelpFormatter, examples: Sequence[tuple[str, str]]) -> None:
    if examples:
        with formatter.section("Examples"):
            width = formatter.width - formatter.current_indent
            for line, comment in examples:
                for shown in _example(line, comment, width):
                    formatter.write(f"{' ' * formatter.current_indent}{shown}\n")


def _example(line: str, comment: str, width: int) -> Iterator[str]:
    """The lines of an example, which can be copied to a shell whatever the width."""
    whole = f"{line}  # {comment}" if comment else line
    if len(whole) <= width:
        yield whole
        return
    if comment:
        yield from textwrap.wrap(comment, width, initial_indent="# ", subsequent_indent="# ")
    first, *options = re.split(r" (?=--|\| )", line)
    for option in options:
        if len(first) + len(option) + len(" \\ ") > width:
            yield f"{first} \\"
            first = f"    {option}"
        else:
            first = f"{first} {option}"
    yield first


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="consumer-drift", message="%(prog)s %(version)s")
def cli() -> None:
    """Keep every repository that pins your release on its current version.

    The consumers are listed in .github/consumer-drift.yml of the repository that publishes the release.
    """


for _registered in Command:
    cli.add_command(_Command(_registered))


@cli.command(hidden=True)
def action() -> None:
    """Run as the step of a job, with the inputs of action.yml in INPUT_*."""
    from consumer_drift.action.step import main as step  # noqa: PLC0415

    sys.exit(step())


def main() -> None:
    """Run the console script. Every way out has its exit code, and none shows a traceback."""
    # Nearly all that a run makes lives to its end: collecting garbage as often as usual costs a tenth of it.
    gc.set_threshold(50_000, 20, 20)
    open_closed()
    try:
        _main()
    finally:
        # The interpreter would look through all of it again before it ends.
        gc.freeze()


def _main() -> NoReturn:
    try:
        code = cli.main(prog_name="consumer-drift", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        _end(shown.getvalue())
    except UsageError as error:
        _end("".join(f"consumer-drift: {sentence}\n" for sentence in worded(error.sentences, flag_of)))
    except MemoryError:
        _end(f"consumer-drift: {worded(OUT_OF_MEMORY, flag_of)}\n")
    except Exception as error:  # noqa: BLE001 - a defect is reported like any other error
        _end(_why_failed(error))
    sys.exit(code if isinstance(code, int) else 0)


def _why_failed(error: Exception) -> str:
    """Return what to say of *error*. Raises it where it is to be debugged."""
    # Whether it is full shows when something is written.
    full = show(sys.stdout, "\n") if isinstance(error, OSError) else None
    if full is not None:
        return f"consumer-drift: standard output cannot be written to: {full.strerror or full}\n"
    # A defect is reported like any other error; a traceback may show what is secret.
    if os.environ.get("CONSUMER_DRIFT_DEBUG"):
        raise error
    return (
        f"consumer-drift: the program failed ({type(error).__name__}). This is a defect: please report it"
        " with what CONSUMER_DRIFT_DEBUG=1 prints\n"
    )


def _end(why: str) -> NoReturn:
    show(sys.stderr, why)
    sys.exit(2)
