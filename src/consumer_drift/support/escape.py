"""Escape foreign text for logs, runner commands, Markdown, addresses and JSON. No other module does.

Names, paths, values, branch names and error bodies come from other people's repositories. Each function
here takes any text, lone surrogates and megabyte lines included, and returns one line that is harmless
where its name says.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

# What a reader does not see, or sees in another place: control and format characters (bidirectional
# marks, zero widths, tags), line and paragraph separators, blanks that are no space, fillers, lone surrogates.
# Runners need it too: .NET's culture-sensitive search skips ignorable characters, so ":\u200b:" is "::" there.
_UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    "\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SURROGATE = re.compile("[\ud800-\udfff]")

# GitHub's runner obeys "##[command]" anywhere in a line and "::" after leading blanks; act wants "::" in the
# first column and takes the last one for the separator.
_COMMAND = re.compile(r":(?=:)|##(?=\[)")

_MARKDOWN = re.compile(r"[\\`*_\[\]~$&<>|]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
# What forges turn into links by themselves: mentions, mail addresses, references, addresses.
_LINKED = re.compile(r"[@#]|://|www\.", re.IGNORECASE)
_WORDS = re.compile(r"( +)")
_PUNCTUATION = ".,;:!?"
_AROUND = f"{_PUNCTUATION}()[]'\""
_SPAN = re.compile(r"`([^`|]+)`")
_PULL = re.compile(r"/([\w.-]+/[\w.-]+)/pulls?/([0-9]+)\Z", re.ASCII)
# At the start of a block: a list, a heading, a rule or an indented block.
_START = re.compile(r"^(?:[-+=# ]|\d(?=\d*[.)](?: |$)))")

_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?\Z|\[[0-9A-Fa-f:.]+\](:[0-9]+)?\Z")


def visible(text: str, limit: int = 200) -> str:
    """Return *text* as one line of at most *limit* characters: invisible ones as escapes, "…" where it is cut."""
    shown = _UNSEEN.sub(_escape, text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def inert(text: str, limit: int = 200) -> str:
    """Return ``visible(text)`` with runner commands broken up: for logs and for arguments of commands."""
    broken = _COMMAND.sub(r"\g<0> ", visible(text, limit))
    return broken if len(broken) <= limit else broken[: limit - 1] + "…"


def markdown(text: str, limit: int = 200) -> str:
    """Return Markdown that shows exactly *text*: no markup, no HTML, no mention, no reference, no link.

    It fits into a table's cell, a list item and a link's text.
    Words that a forge would link by itself become code, where every forge leaves them alone.
    Commands are broken up as in ``inert``: Forgejo's runner prints a summary to the log.
    """
    return _START.sub(_entity, "".join(_word(word) for word in _WORDS.split(inert(text, limit))))


def prose(text: str, limit: int = 200, servers: Collection[str] = ()) -> str:
    """``markdown``, in which what is between backticks is code, and an address on one of *servers* is a link.

    *servers* are the starts of addresses, as ``https://git.example.org``. Foreign text in backticks becomes code,
    which is as harmless.
    """
    shown = _SPAN.split(inert(text, limit))
    parts = [
        _code(part) if number % 2 else "".join(_linked(word, servers) for word in _WORDS.split(part))
        for number, part in enumerate(shown)
    ]
    return _START.sub(_entity, "".join(parts))


def _linked(word: str, servers: Collection[str]) -> str:
    address = word.strip(_AROUND)
    target = url(address) if any(address.startswith(f"{server}/") for server in servers) else ""
    if not target:
        return _word(word)
    before, _, after = word.partition(address)
    return f"{_word(before)}[{_name_of(target)}]({target}){_word(after)}"


def _name_of(address: str) -> str:
    """Return ``owner/name#12`` for a pull request, and the address itself for anything else."""
    found = _PULL.search(address)
    return f"{_MARKDOWN.sub(_escaped, found[1])}&#35;{found[2]}" if found else f"`{address}`"


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found.group())};"


def _word(word: str) -> str:
    if not _LINKED.search(word):
        return _MARKDOWN.sub(_escaped, word)
    # The punctuation behind an address belongs to the sentence: a reader copies the code.
    address = word.rstrip(_PUNCTUATION)
    return _code(address) + word[len(address) :] if _LINKED.search(address) else _code(word)


def _escaped(found: re.Match[str]) -> str:
    return _ENTITIES.get(found.group(), "\\" + found.group())


def code(text: str, limit: int = 200) -> str:
    """Return *text* as Markdown code, "" for "". It fits into a table's cell. Runner commands are broken up."""
    return _code(inert(text, limit))


def _code(shown: str) -> str:
    if not shown:
        return ""
    if "`" not in shown and "|" not in shown and shown.strip() == shown:
        return f"`{shown}`"
    # A code span cannot hold a pipe in a table on every forge, and a backtick only with care.
    unlinked = _LINKED.sub(lambda found: f"{found.group()[0]}\u200b{found.group()[1:]}", shown)
    return f"<code>{_MARKDOWN.sub(_escaped, unlinked)}</code>".replace("\u200b", "&#8203;")


def url(text: str, limit: int = 2000) -> str:
    """Return *text* as a percent-encoded address to link to, or "" if it is not a plain http(s) address.

    An address with a user name or a password is not plain.
    """
    if len(text) > limit or _SURROGATE.search(text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST.match(parts.netloc):
        return ""
    path = quote(parts.path, safe="/%~:@+,=-._")
    query = f"?{quote(parts.query, safe='/%~:@+,=-._&')}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe='/%~:@+,=-._')}" if parts.fragment else ""
    return f"{parts.scheme}://{parts.netloc}{path}{query}{fragment}"


def json_text(document: object) -> str:
    """Return *document* as ASCII JSON with a final newline.

    It parses to the same values, except that lone surrogates, which strict parsers refuse, become visible
    escapes. It contains no runner command.
    """
    if not isinstance(document, _NESTED):
        return f"{json_line(document)}\n"
    text = _indented(document, 0)
    # The fast encoder writes a lone surrogate like half of a pair.
    return f"{_without_command(_indented(_whole(document), 0) if _HALF in text else text)}\n"


def json_line(document: object) -> str:
    """``json_text`` on one line, without blanks and without its end."""
    return _without_command(_ENCODER.encode(_whole(document)))


_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
_NESTED = (dict, list, tuple)
_HALF = "\\ud"


def _indented(value: dict[str, Any] | list[Any] | tuple[Any, ...], depth: int) -> str:
    """Return what ``json.dumps`` writes with an indent of 2, for which it has no fast encoder.

    Neighbours without a further list or object in them are encoded at once, with the line breaks as separators.
    """
    newline, separator, encode = _at_depth(depth)
    rows = list(_fields(value, depth, encode) if isinstance(value, dict) else _items(value, depth, encode))
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}{newline}  {separator.join(rows)}{newline}{end}" if rows else start + end


def _fields(value: dict[str, Any], depth: int, encode: Callable[[object], str]) -> Iterator[str]:
    flat: dict[str, object] = {}
    for key, item in value.items():
        if isinstance(item, _NESTED) and item:
            if flat:
                yield encode(flat)[1:-1]
                flat = {}
            yield f"{encode(key)}: {_indented(item, depth + 1)}"
        else:
            flat[key] = item
    if flat:
        yield encode(flat)[1:-1]


def _items(value: Iterable[Any], depth: int, encode: Callable[[object], str]) -> Iterator[str]:
    return (_indented(one, depth + 1) if isinstance(one, _NESTED) and one else encode(one) for one in value)


@cache
def _at_depth(depth: int) -> tuple[str, str, Callable[[object], str]]:
    """Return the end of a line at *depth*, and the separator and the encoder of what is one deeper."""
    newline = f"\n{'  ' * depth}"
    separator = f",{newline}  "
    encoder = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(separator, ": "))
    return newline, separator, encoder.encode


def _without_command(text: str) -> str:
    # "##[" can only stand inside a string, where an escape says the same.
    return text.replace("##[", "#\\u0023[")


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub(_escape, value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value
