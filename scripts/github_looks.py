"""What the program writes for GitHub, as a page that looks as GitHub shows it.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import difflib
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STYLE = Path(__file__).with_suffix(".css")
_COMMAND = re.compile(r"^::(error|warning|notice) ([^:]*(?::(?!:)[^:]*)*)::(.*)$", re.MULTILINE)
_WORDS = {"error": "Check failure", "warning": "Check warning", "notice": "Check notice"}
_YAML = re.compile(
    r"(?P<comment>(?:^|(?<= ))#.*$)|(?P<key>[\w-]+(?=:(?: |$)))|(?P<value>(?<=: )[^\s#].*$|(?<=- )[\w-]+$)"
)
_ADDRESS = re.compile(r"(?<=[\s(])https://[^\s<)]+")
_CONTEXT = 3

# Plain shapes in place of GitHub's icons: a cross, a letter, a triangle, and two branches.
_ICONS = {
    "error": "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zM5 4l3 3 3-3 1 1-3 3 3 3-1 1-3-3-3 3-1-1 3-3-3-3z",
    "warning": "M8 1 0 15h16zM7.200 6h1.600v4H7.200zM7.200 11.500h1.600V13H7.200z",
    "notice": "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zM7.200 3.500h1.600v1.700H7.200zM7.200 6.700h1.600v5.800H7.200z",
}
_BRANCHES = (
    "M4 2a2 2 0 0 1 .75 3.850v4.300a2 2 0 1 1-1.500 0v-4.300A2 2 0 0 1 4 2z"
    "M9.500 1v1.750h.5a3 3 0 0 1 3 3v4.400a2 2 0 1 1-1.500 0v-4.400a1.500 1.500 0 0 0-1.500-1.500h-.5V6L7 3.500z"
)


def _page(body: str) -> str:
    style = _STYLE.read_text(encoding="utf-8")
    return f'<!doctype html><meta charset="utf-8"><title>.</title><style>{style}</style><body>{body}'


def _box(header: str, content: str) -> str:
    return f'<div class="box"><header>{header}</header>{content}</div>'


def _table(rows: Iterable[str]) -> str:
    return f'<table class="code">{"".join(rows)}</table>'


def _icon(shape: str) -> str:
    return f'<svg width="16" height="16"><path fill-rule="evenodd" d="{shape}"/></svg>'


def _markdown(text: str) -> str:
    # GitHub's own rules, as far as the program's pages use them; HTML is theirs (<details>, <br>).
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return _ADDRESS.sub(lambda found: f"<a>{found[0]}</a>", html)


def job_summary(markdown: str) -> str:
    """Return the page of a job's summary."""
    return _page(_box("<b>drift</b> summary", f'<div class="body markdown">{_markdown(markdown)}</div>'))


def annotated_file(path: str, text: str, commands: str) -> str:
    """Return the page of the file *path* with the annotations that the workflow *commands* put on its lines."""
    notes: dict[int, list[str]] = {}
    for level, properties, message in _COMMAND.findall(commands):
        given = dict(part.split("=", 1) for part in properties.split(","))
        if given.get("file") == path:
            note = _annotation(level, path, _unescaped(given), _unescaped({"": message})[""])
            notes.setdefault(int(given["line"]), []).append(note)
    lines = text.splitlines()
    shown = range(max(1, min(notes, default=1) - _CONTEXT), min(len(lines), max(notes, default=1) + _CONTEXT) + 1)
    rows = (_row(number, _coloured(lines[number - 1])) + _noted(notes.get(number, [])) for number in shown)
    return _page(_box(f"<b>{escape(path)}</b>", _table(rows)))


def _unescaped(given: dict[str, str]) -> dict[str, str]:
    """As the runner reads a command: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts"""
    codes = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))

    def plain(value: str) -> str:
        for code, character in codes:
            value = value.replace(code, character)
        return value

    return {name: plain(value) for name, value in given.items()}


def _annotation(level: str, path: str, given: dict[str, str], message: str) -> str:
    where = f"<b>{_WORDS[level]} on line {given['line']} in {escape(path)}</b>"
    header = f'<header>{_icon(_ICONS[level])}{where}<span class="muted">GitHub Actions / drift</span></header>'
    title = f"<h4>{escape(given.get('title', ''))}</h4>"
    return f'<div class="annotation {level}">{header}{title}<p>{escape(message)}</p></div>'


def _coloured(line: str) -> str:
    def span(found: re.Match[str]) -> str:
        return f'<span class="{found.lastgroup}">{found[0]}</span>'

    return _YAML.sub(span, escape(line, quote=False))


def _noted(notes: Iterable[str]) -> str:
    return "".join(f'<tr><td colspan="2" style="padding: 0">{note}</td></tr>' for note in notes)


def _row(number: int | str, content: str, kind: str = "") -> str:
    return f'<tr class="{kind}"><td class="number">{number}</td><td>{content or " "}</td></tr>'


def pull_request(
    *,
    title: str,
    number: int,
    author: str,
    branches: tuple[str, str],
    labels: list[str],
    body: str,
    changes: dict[str, tuple[str, str]],
) -> str:
    """Return the page of a pull request from *branches*[1] into *branches*[0], with its *changes* by file."""
    who = f"<b>{escape(author)}</b>"
    into, head = (f'<span class="branch">{escape(name)}</span>' for name in branches)
    state = f'<span class="open">{_icon(_BRANCHES)} Open</span>'
    request = f'<span class="muted">{who} wants to merge 1 commit into {into} from {head}</span>'
    shown = " ".join(f'<span class="label">{escape(label)}</span>' for label in labels)
    comment = _box(
        f'{who} <span class="muted">opened this pull request</span>',
        f'<div class="body markdown">{_markdown(body)}</div>',
    )
    count = f'<p class="files">{len(changes)} file{"s" if len(changes) != 1 else ""} changed</p>'
    files = "".join(
        _box(f"<b>{escape(path)}</b>", _table(_changes(*texts))) for path, texts in sorted(changes.items())
    )
    return _page(
        f'<div class="pull"><h1>{escape(title)} <span class="muted">#{number}</span></h1>'
        f'<div class="state">{state}{request}{shown}</div>{comment}{count}{files}</div>'
    )


def _changes(before: str, after: str) -> Iterator[str]:
    old, new = before.splitlines(), after.splitlines()
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield from (_row(number + 1, escape(old[number])) for number in range(start, end))
            continue
        pairs = [_changed(*pair) for pair in zip(old[start:end], new[new_start:new_end], strict=True)]
        yield from (_row(start + number + 1, f"- {pair[0]}", "removed") for number, pair in enumerate(pairs))
        yield from (_row(new_start + number + 1, f"+ {pair[1]}", "added") for number, pair in enumerate(pairs))


def _changed(old: str, new: str) -> tuple[str, str]:
    """Return both lines with what differs marked."""
    head = len(_common(old, new))
    tail = len(_common(old[head:][::-1], new[head:][::-1]))
    return _marked(old, head, tail), _marked(new, head, tail)


def _common(one: str, other: str) -> str:
    return one[
        : next(
            (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
            min(len(one), len(other)),
        )
    ]


def _marked(line: str, head: int, tail: int) -> str:
    end = len(line) - tail
    return f"{escape(line[:head])}<b>{escape(line[head:end])}</b>{escape(line[end:])}"
