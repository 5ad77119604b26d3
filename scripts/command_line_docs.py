"""``docs/command-line.md``: the reference of the command line, made of the program's own commands and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from consumer_drift.cli.commands import cli
from consumer_drift.commands import Command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "docs/command-line.md"
NAME = "consumer-drift"
_VARIABLE = "_CONSUMER_DRIFT_COMPLETE"
_COMPLETION = f"""## Shell completion

The Tab key completes commands, options and the values of options. Add the line of your shell to its start-up file,
then open a new terminal:

```sh
# Bash 4.4 or newer, in ~/.bashrc
eval "$({_VARIABLE}=bash_source {NAME})"

# Zsh, in ~/.zshrc
eval "$({_VARIABLE}=zsh_source {NAME})"

# Fish, in ~/.config/fish/completions/{NAME}.fish
{_VARIABLE}=fish_source {NAME} | source
```

Each new terminal then starts the program once. To avoid that, save what the command in the line prints as a file,
and source the file instead.
"""
_ENVIRONMENT = """## Environment

| Variable | Effect |
| --- | --- |
| `GITHUB_TOKEN`, `GH_TOKEN`, `GITEA_TOKEN`, `FORGEJO_TOKEN` | the [token](tokens.md#where-the-token-goes) |
| `GH_HOST`, `GITEA_SERVER_URL`, `GITEA_INSTANCE_URL`, `FORGEJO_SERVER_URL` | the server that a token is for |
| `GITEA_SERVER_URL`, `GITEA_INSTANCE_URL`, `FORGEJO_SERVER_URL` | the server with `--forge gitea` alone |
| `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` | the proxy for requests, as `http://host:port` |
| `NO_PROXY` | hosts that need no proxy, and all below them, as `example.org,git.example.com:3000`; or `*` |
| `SSL_CERT_FILE`, `SSL_CERT_DIR` | the certificates to trust, instead of those of the system |
| `NO_COLOR` | no colour, also on a terminal |
| `FORCE_COLOR`, `CLICOLOR_FORCE` | colours, also in a pipe |
| `COLUMNS` | the width of the log's table, also in a pipe |
| `CONSUMER_DRIFT_DEBUG` | prints the traceback of a crash |
"""


def page() -> str:
    """Return the page."""
    context = click.Context(cli, info_name=NAME)
    commands = [command for name in cli.list_commands(context) if not (command := cli.commands[name]).hidden]
    listed = "".join(
        f"| [`{NAME} {command.name}`](#{NAME}-{command.name}) | {_sentence(command)} |\n" for command in commands
    )
    return f"""<!-- Written by `make generate`; do not edit it by hand. -->

# Command line

{_help(cli)}

How to install it: [other CI systems](other-ci.md#install-the-command-line). The report goes to standard output,
everything else to standard error. What the exit codes mean for each command is in [its
table](check.md#exit-codes), and in its `--help`.

| Command | What it does |
| --- | --- |
{listed}
`{NAME} --version` prints the version, and `--help` after any command its options.

{"".join(_command(command, context) for command in commands)}{_ENVIRONMENT}
{_COMPLETION}"""


def _command(command: click.Command, parent: click.Context) -> str:
    context = click.Context(command, info_name=command.name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    rows = "".join(_options(command, context))
    options = f"| Option | What it does | Default |\n| --- | --- | --- |\n{rows}\n" if rows else ""
    head = f"## `{context.command_path}`\n\n{_help(command)}\n\n```text\n{usage}\n```\n\n"
    return head + options + _examples(command)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for option in command.get_params(context):
        if not isinstance(option, click.Option) or option.hidden or "--help" in option.opts:
            continue
        names = ", ".join(f"`{name}{_value(option, context)}`" for name in option.opts)
        default = f"`{_plain(option.default)}`" if option.show_default else ""
        text = " ".join(((option.help or "") + _choices(option)).split())
        yield f"| {names} | {_cell(text)} | {default} |\n"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(option: click.Option, context: click.Context) -> str:
    """Return the placeholder of the option's value."""
    if option.is_flag:
        return ""
    name = option.opts[-1].lstrip("-").upper()
    return f" {name if isinstance(option.type, click.Choice) else option.make_metavar(context)}"


def _choices(option: click.Option) -> str:
    """Return a sentence about the values that the option takes, empty where they cannot be listed."""
    if not isinstance(option.type, click.Choice):
        return ""
    return f" One of {', '.join(f'`{choice}`' for choice in option.type.choices)}."


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _sentence(command: click.Command) -> str:
    return _cell(_help(command).split("\n\n", maxsplit=1)[0])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _examples(command: click.Command) -> str:
    """Return the examples of the command's help. Its exit codes have a page of their own."""
    lines = [f"{line}  # {what}" if what else line for line, what in Command(str(command.name)).spec.examples]
    return "```sh\n" + "\n".join(lines) + "\n```\n\n" if lines else ""


def main(root: Path) -> None:
    """Write the page below *root*."""
    (root / PAGE).write_text(page(), encoding="utf-8", newline="\n")
