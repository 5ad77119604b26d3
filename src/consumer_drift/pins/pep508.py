"""One requirement, as PEP 508 writes it: which versions it allows.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks.names import python as normalized
from consumer_drift.model.versions import is_commit
from consumer_drift.pins.version_text import ELSEWHERE, MOVES, RANGE, not_a_version, read_tag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import Fragment, SourceText

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_EXTRAS = re.compile(r"[ \t]*(?:\[[^\[\]]*\])?[ \t]*")
_OPTIONS = re.compile(r"(?:^|[ \t])--?[A-Za-z]")
_HASH = re.compile(r"(?:^|\s)--hash[= ]")
_CLAUSE = re.compile(r"[ \t(]*(?P<operator>===|==|~=|!=|<=|>=|<|>)[ \t]*(?P<version>[^\s,;()]+)[ \t)]*(?:,|$)")
_URL_REF = re.compile(r"[^#]*@(?P<ref>(?:refs/tags/)?[^@#&/:]+)(?:#|$)")
# pip's older way: git+https://…/runtime@v1.4.0#egg=acme-runtime, file:.#egg=acme-runtime
_ADDRESS = re.compile(r"(?:[a-z+]+://|file:)[^\s#]+(?:#(?P<fragment>\S*))?")
_EGG = "egg="
# https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
_WHEEL = re.compile(r"(?P<name>[\w.]+)-(?P<version>[^-/]+)(?:-[^-/]+){3,4}\.whl")
_SDIST = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*?)-(?P<version>[0-9][^-/]*?)\.(?:tar\.gz|tar\.bz2|tgz|zip)")
_REPOSITORY = re.compile(r"/(?P<name>[^/@]+?)(?:\.git)?(?:@[^@/]*)?/?$")
_TEMPLATE = re.compile(r"\{\{|\$\{|<%|\{%")


def names(text: str, wanted: Collection[str]) -> bool:
    """Return whether the requirement *text* asks for one of the normalized names *wanted*."""
    name = find_name(text)
    return bool(name) and normalized(name) in wanted


def has_version(text: str) -> bool:
    """Return whether the requirement *text* says more than a name."""
    name = _NAME.match(text)
    extras = _EXTRAS.match(text, name.end()) if name else None
    return extras is not None and text[extras.end() : extras.end() + 1] in tuple("=<>!~@")


def find_name(text: str) -> str:
    """Return the package that the requirement *text* asks for, or an empty text."""
    address = _ADDRESS.match(text)
    if address is None:
        name = _NAME.match(text)
        return name.group() if name else ""
    eggs = (part for part in (address["fragment"] or "").split("&") if part.startswith(_EGG))
    egg = _NAME.match(next(eggs, ""), len(_EGG))
    if egg:
        return egg.group()
    path = address.group().partition("#")[0].partition("?")[0]
    file = _archive(path.rpartition("/")[2])
    if file:
        return file["name"]
    repository = _REPOSITORY.search(path) if "git" in path else None
    return repository["name"] if repository else ""


def _archive(name: str) -> re.Match[str] | None:
    return _WHEEL.fullmatch(name) or _SDIST.fullmatch(name)


def judge(source: SourceText, fragment: Fragment) -> Iterator[Occurrence]:
    """The occurrences in a requirement of the package: more than one only where it contradicts itself."""
    lock = "hash" if _HASH.search(fragment.text) else ""
    body = _without_options(fragment)
    if _ADDRESS.match(body.text):
        yield _reference(source, body, body, lock)
        return
    name = _NAME.match(body.text)
    extras = _EXTRAS.match(body.text, name.end() if name else 0)
    rest = body.cut(extras.end() if extras else 0)
    if rest.text.startswith("@"):
        # Behind a URL, a marker needs a blank before its semicolon.
        yield _reference(source, body, rest.cut(1, _end(rest.text, " ;")).stripped(), lock)
        return
    if _TEMPLATE.search(rest.text):
        yield source.floating(body, ELSEWHERE)
        return
    yield from _clauses(source, body, rest.cut(0, _end(rest.text, ";")).stripped(), lock)


def _clauses(source: SourceText, whole: Fragment, rest: Fragment, lock: str) -> Iterator[Occurrence]:
    if not rest.text:
        yield source.floating(whole, "names no version")
        return
    exact: list[Fragment] = []
    at = 0
    while at < len(rest.text):
        clause = _CLAUSE.match(rest.text, at)
        if clause is None:
            yield source.invalid(whole, "is not a requirement as PEP 508 writes it")
            return
        start, end = clause.span("version")
        if clause["operator"] == "===" or (clause["operator"] == "==" and not clause["version"].endswith(".*")):
            exact.append(rest.cut(start, end))
        at = clause.end()
    if not exact:
        yield source.floating(whole, RANGE)
    for version in exact:
        located = source.version_format.find_version(version.text)
        if located:
            yield source.exact(version, located, lock)
        elif "$" in version.text or "{" in version.text:
            yield source.floating(whole, ELSEWHERE)
        else:
            yield source.invalid(version, not_a_version(source.version_format))


def _reference(source: SourceText, whole: Fragment, url: Fragment, lock: str) -> Occurrence:
    path = url.text.partition("#")[0].partition("?")[0]
    start = path.rfind("/") + 1
    file = _archive(path[start:])
    if file is not None:
        body = url.cut(start + file.start("version"), start + file.end("version"))
        found = source.version_format.find_version(body.text)
        return source.exact(body, found, lock or "address") if found else source.floating(whole, MOVES)
    ref = _URL_REF.match(url.text)
    if ref is None:
        return source.floating(whole, "is an address without a version")
    body = url.cut(*ref.span("ref"))
    if is_commit(body.text):
        return source.commit(body)
    return read_tag(source, body, lock) or source.floating(whole, MOVES)


def _without_options(fragment: Fragment) -> Fragment:
    options = _OPTIONS.search(fragment.text)
    return (fragment.cut(0, options.start()) if options else fragment).stripped()


def _end(text: str, sign: str) -> int:
    at = text.find(sign)
    return len(text) if at < 0 else at
