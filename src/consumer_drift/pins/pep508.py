"""One requirement, as PEP 508 writes it: which versions it allows.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.pins.version_text import ELSEWHERE, MOVES, RANGE, locate_fixed, not_a_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import Fragment, SourceText

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_EXTRAS = re.compile(r"[ \t]*(?:\[[^\[\]]*\])?[ \t]*")
_OPTIONS = re.compile(r"(?:^|[ \t])--?[A-Za-z]")
_HASH = re.compile(r"(?:^|\s)--hash[= ]")
_CLAUSE = re.compile(r"[ \t(]*(?P<operator>===|==|~=|!=|<=|>=|<|>)[ \t]*(?P<version>[^\s,;()]+)[ \t)]*(?:,|$)")
_URL_REF = re.compile(r"[^#]*@(?P<ref>[^@#&/:]+)(?:#|$)")
# pip's older way: git+https://…/runtime@v1.4.0#egg=acme-runtime
_ADDRESS = re.compile(r"[a-z+]+://[^\s#]+#(?P<fragment>\S+)")
_EGG = "egg="


def find_name(text: str) -> str:
    """The package that the requirement *text* asks for, or an empty text."""
    address = _ADDRESS.match(text)
    if address is None:
        name = _NAME.match(text)
    else:
        eggs = (part for part in address["fragment"].split("&") if part.startswith(_EGG))
        name = _NAME.match(next(eggs, ""), len(_EGG))
    return name.group() if name else ""


def judge(page: SourceText, piece: Fragment) -> Iterator[Occurrence]:
    """The occurrences in a requirement of the package: more than one only where it contradicts itself."""
    lock = "hash" if _HASH.search(piece.text) else ""
    body = _without_options(piece)
    if _ADDRESS.match(body.text):
        yield _reference(page, body, body, lock)
        return
    name = _NAME.match(body.text)
    extras = _EXTRAS.match(body.text, name.end() if name else 0)
    rest = body.cut(extras.end() if extras else 0)
    if rest.text.startswith("@"):
        # Behind a URL, a marker needs a blank before its semicolon.
        yield _reference(page, body, rest.cut(1, _end(rest.text, " ;")).stripped(), lock)
        return
    yield from _clauses(page, body, rest.cut(0, _end(rest.text, ";")).stripped(), lock)


def _clauses(page: SourceText, whole: Fragment, rest: Fragment, lock: str) -> Iterator[Occurrence]:
    if not rest.text:
        yield page.floating(whole, "names no version")
        return
    exact: list[Fragment] = []
    at = 0
    while at < len(rest.text):
        clause = _CLAUSE.match(rest.text, at)
        if clause is None:
            yield page.invalid(whole, "is not a requirement as PEP 508 writes it")
            return
        start, end = clause.span("version")
        if clause["operator"] == "===" or (clause["operator"] == "==" and not clause["version"].endswith(".*")):
            exact.append(rest.cut(start, end))
        at = clause.end()
    if not exact:
        yield page.floating(whole, RANGE)
    for version in exact:
        located = page.version_format.find_version(version.text)
        if located:
            yield page.exact(version, located, lock)
        elif "$" in version.text or "{" in version.text:
            yield page.floating(whole, ELSEWHERE)
        else:
            yield page.invalid(version, not_a_version(page.version_format))


def _reference(page: SourceText, whole: Fragment, url: Fragment, lock: str) -> Occurrence:
    ref = _URL_REF.match(url.text)
    if ref is None:
        return page.floating(whole, "is an address without a version")
    body = url.cut(*ref.span("ref"))
    located = locate_fixed(page.version_format, body.text)
    return page.exact(body, located, lock) if located else page.floating(whole, MOVES)


def _without_options(piece: Fragment) -> Fragment:
    options = _OPTIONS.search(piece.text)
    return (piece.cut(0, options.start()) if options else piece).stripped()


def _end(text: str, sign: str) -> int:
    at = text.find(sign)
    return len(text) if at < 0 else at
