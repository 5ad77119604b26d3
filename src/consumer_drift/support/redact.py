"""Secrets removed from texts, also where only a part of one is left, or where it is encoded."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

# Shorter than this no server makes a token, and it would be found within words that have nothing to do with it.
SHORTEST = 8
_MASK = "***"
# So much of a secret, from its beginning, is removed where the rest was cut off. The fixed beginning of GitHub's
# fine-grained tokens is a little shorter.
_LEAST = 12
_URL_SAFE = str.maketrans("+/", "-_")
_ENCODED = re.compile(r"[A-Za-z0-9+/_=-]++")

# The fixed beginnings of the tokens of GitHub and GitLab, and the digits of those of Gitea and Forgejo.
# https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
_TOKEN = re.compile(r"\b(?:gh[opsur]_|github_pat_|glpat-)|[0-9A-Fa-f]{32}")
_LONGEST_NAME = 64

Span = tuple[int, int]


def looks_like_token(text: str) -> bool:
    """Return whether *text*, which should be the name of a variable, may be a token: then no message shows it."""
    return len(text) > _LONGEST_NAME or _TOKEN.search(text) is not None


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with each of *secrets* and its encoded forms replaced: see ``redactor``."""
    return redactor(secrets)(text)


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that replaces each of *secrets* and its encoded forms in a text. Empty ones are skipped.

    Forms: as it is, percent-encoded, and base64 (plain and url-safe) of any text that has it, as in a ``Basic``
    header of ``user:…``. The beginning of one is replaced as well, since a server may cut what it quotes.
    """
    given = [secret for secret in secrets if secret]
    plain = _Finder({form for secret in given for form in _plain(secret)})
    encoded = _Finder({form for secret in given for form in _within_base64(secret)})
    begins = re.compile(_either(plain.starts | encoded.starts)).search

    def clean(text: str) -> str:
        # Nearly all texts have none.
        if begins(text) is None:
            return text
        spans = [*plain.spans(text), *_whole_runs(text, encoded.spans(text))]
        return _masked(text, spans) if spans else text

    return clean


class _Finder:
    """Finds forms of secrets, whole or from their beginnings."""

    def __init__(self, forms: set[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for form in sorted(forms):
            self._by_start.setdefault(form[:_LEAST], []).append(form)
        self.starts = frozenset(self._by_start)
        self._pattern = re.compile(f"(?=({_either(self.starts)}))")

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where a form is in *text*, and how far it goes. Spans may overlap."""
        for found in self._pattern.finditer(text):
            yield found.start(), max(_end(text, found.start(), form) for form in self._by_start[found[1]])


def _either(texts: Collection[str]) -> str:
    """Return a pattern of *texts*. Without any it matches nothing, as an empty pattern matches everywhere."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or "(?!)"


def _end(text: str, start: int, form: str) -> int:
    """Return where *text*, from *start* on, is not *form* any more."""
    if text.startswith(form, start):
        return start + len(form)
    same = (index for index, letter in enumerate(form) if text[start + index : start + index + 1] != letter)
    return start + next(same)


def _whole_runs(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the whole base64 text around each of *spans*: beside it are the rest of the secret and the user."""
    if not (inside := list(spans)):
        return
    first = iter(inside)
    start, _ = next(first)
    for run in _ENCODED.finditer(text):
        if run.end() <= start:
            continue
        yield run.span()
        start = next((at for at, _ in first if at >= run.end()), len(text))


def _masked(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            parts += [text[done:start], _MASK]
        done = max(done, end)
    return "".join([*parts, text[done:]])


def _plain(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield quote(raw, safe="")
    whole = base64.b64encode(raw).decode("ascii")
    for encoded in (whole, whole.translate(_URL_SAFE)):
        yield from (encoded.rstrip("="), quote(encoded, safe=""))


def _within_base64(secret: str) -> Iterator[str]:
    """Yield base64 of the groups of three bytes that the secret fills alone, which are the same in any text."""
    raw = secret.encode("utf-8", "surrogatepass")
    for shift in range(3):
        inner = base64.b64encode(raw[shift : len(raw) - (len(raw) - shift) % 3]).decode("ascii")
        # Shorter pieces than this turn up by chance.
        if len(inner) >= SHORTEST:
            yield from (inner, inner.translate(_URL_SAFE))
