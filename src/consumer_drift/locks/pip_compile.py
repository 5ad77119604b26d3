"""A requirements.txt that pip-compile or uv wrote. https://pip-tools.readthedocs.io/en/stable/

It has no end mark: a file that was cut between two packages reads as a complete one with fewer packages. Compare
its size with what the server says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.python_packages import Archive, parse_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

# A line with what continues it: https://pip.pypa.io/en/stable/reference/requirements-file-format/
_LINE = re.compile(r"(?:[^\\\n]++|\\(?:\r?\n)?)*(?:\n|\Z)")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*+", re.MULTILINE)
_NAME = re.compile(r"\s*+(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*+(?:\[[^\]\n]*+\])?\s*+")
_EXACT = re.compile(r"={2,3}\s*+(?P<version>[^\s;,\\]++)\s*+(?=;|\\|--|$)")
_HASH = re.compile(r"--hash[=\s]\s*+(?P<kind>[a-z0-9]+):(?P<digits>[^\s\\]*)")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_OTHER_FILE = re.compile(r"\s*+(?:-r|--requirement)\b")
_COMMIT = re.compile(r"@([0-9a-f]{40})(?:#|$)")
# https://pip.pypa.io/en/stable/topics/vcs-support/
_ADDRESS = re.compile(r"\s*+(?:(?:-e|--editable)[\s=]\s*+)?(?P<address>[A-Za-z][A-Za-z0-9+.-]*+:[^\s]++)")
_EGG = re.compile(r"[#&]egg=(?P<name>[A-Za-z0-9._-]+)")


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    wanted = names.python(package)
    found, others = False, False
    for line in _LINE.finditer(text, 1 if text.startswith("\ufeff") else 0):
        # Comments become blanks, so that every other character keeps its place.
        body = _COMMENT.sub(lambda comment: " " * len(comment.group()), line.group())
        others = others or bool(_OTHER_FILE.match(body))
        _require_whole_hashes(body, line.start())
        if body.lstrip().startswith("--hash"):
            raise LockError(LockProblem.DAMAGED, "has a hash that belongs to no package", line.start())
        name, address = _NAME.match(body), _ADDRESS.match(body)
        if address:
            if _named_in(address["address"]) == wanted:
                found = True
                yield _direct(address["address"], line.start() + address.start("address"))
        elif name and names.python(name["name"]) == wanted:
            found = True
            yield _hit(body, name, line.start())
    if others and not found:
        raise LockError(LockProblem.FOREIGN, "takes other files in, so it does not list everything")


def _hit(body: str, name: re.Match[str], start: int) -> Hit:
    rest = body[name.end() :].lstrip()
    exact = _EXACT.match(body, name.end())
    if exact:
        first, last = exact.span("version")
        return Hit(exact["version"], start + first, start + last, Origin.REGISTRY)
    if rest.startswith("@"):
        return _direct(rest[1:].split()[0] if rest[1:].split() else "", start + name.end())
    raise LockError(LockProblem.FOREIGN, f"does not pin {name['name'][:100]} to one version", start)


def _named_in(address: str) -> str:
    """The package that an address alone, editable or not, says it is of; empty where it does not."""
    egg = _EGG.search(address)
    archive = None if egg else _archive_at(address)
    return names.python(egg["name"]) if egg else archive.name if archive else ""


def _archive_at(address: str) -> Archive | None:
    return parse_archive(address.partition("#")[0].rpartition("/")[2])


def _direct(address: str, start: int) -> Hit:
    """``name @ address``: https://packaging.python.org/en/latest/specifications/version-specifiers/#direct-references"""
    if address.startswith("git+"):
        commit = _COMMIT.search(address)
        return Hit("", start, start, Origin.GIT, commit[1] if commit else "")
    archive = _archive_at(address)
    origin = Origin.LOCAL if address.startswith(("file:", ".", "/")) else Origin.URL
    return Hit(str(archive.version) if archive else "", start, start, origin)


def _require_whole_hashes(body: str, start: int) -> None:
    for one in _HASH.finditer(body):
        digits = _DIGITS.get(one["kind"])
        if digits and not re.fullmatch(rf"[0-9a-fA-F]{{{digits}}}", one["digits"]):
            raise LockError(LockProblem.DAMAGED, "has a hash that is not complete", start + one.start())
    if body.rstrip().endswith("\\"):
        raise LockError(LockProblem.CUT, "ends in the middle of a package", start)


FORMAT = LockFormat(
    name="pip-compile",
    read=read,
    same_name=names.python,
    update="pip-compile --upgrade-package {package} {manifest}",
)
BY_UV = LockFormat(
    name="uv pip compile",
    read=read,
    same_name=names.python,
    update="uv pip compile --upgrade-package {package} {manifest} --output-file {lock}",
)
