"""The types of the file's values: each with its check and its JSON Schema.

A check returns the value or raises ValueError with a sentence for the user.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from consumer_drift.config.entry import TextValue, Wrong
from consumer_drift.config.errors import quoted
from consumer_drift.model.config import AutoMerge
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.repository import RepositoryName, is_name
from consumer_drift.model.versions import Affixes
from consumer_drift.support.globs import LONGEST
from consumer_drift.support.redact import looks_like_token

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_IN_BODY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PLACEHOLDER = re.compile(r"\{\s*([A-Za-z_][\w.-]*)\s*\}")
_PLACEHOLDERS = ("{source}", "{version}")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_AGE = re.compile(r"([0-9]{1,5})([mhdw])\Z")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MERGES = {way.value: way for way in AutoMerge if way is not AutoMerge.OFF}


def line(text: str) -> str:
    """Check one line that is not empty."""
    if not text.strip():
        raise ValueError("is empty: write a text, or remove it")
    if _CONTROL.search(text):
        raise ValueError(f"{quoted(text)} contains a control character or a line break: write it on one line")
    return text


def repository(text: str) -> str:
    """Check ``name`` or ``owner/name``."""
    RepositoryName.parse(line(text), "owner")
    return text


def owner(text: str) -> str:
    """Check an organization's or a user's name."""
    if not is_name(line(text)):
        raise ValueError(f"{quoted(text)} is not an owner's name: letters, digits, '.', '_' and '-', as in acme")
    return text


def relative_path(text: str) -> str:
    """Check the path of a file in a repository, as git writes it."""
    if not text:
        raise ValueError("is empty: write a path inside the repository")
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text):,} characters, and at most {LONGEST:,} are read: write a shorter path")
    if "\\" in line(text):
        raise ValueError(f"{quoted(text)} contains a backslash: separate folders with '/'")
    if text.startswith("/") or re.match(r"[A-Za-z]:", text):
        raise ValueError(f"{quoted(text)} is not relative: write the path from the repository's root, without '/'")
    parts = text.split("/")
    if ".." in parts:
        raise ValueError(f"{quoted(text)} leads out of the repository: remove '..'")
    if any(part.casefold() == ".git" for part in parts):
        raise ValueError(f"{quoted(text)} is in .git, which does not belong to a repository's files")
    if "." in parts:
        raise ValueError(f"{quoted(text)} contains the step '.': remove it")
    return text


def file_pattern(text: str) -> str:
    """Check a relative path that names a file, or a pattern of such paths."""
    if "" in relative_path(text).split("/"):
        raise ValueError(f"{quoted(text)} does not name a file: remove the extra '/'")
    return text


def file_path(text: str) -> str:
    """Check a relative path that names one file."""
    if is_pattern(file_pattern(text)):
        raise ValueError(f"{quoted(text)} is a pattern, and only one file can be read here: write its path")
    return text


def forbidden_pattern(text: str) -> str:
    """Check a path pattern; one that ends in ``/`` matches folders."""
    if "" in relative_path(text).removesuffix("/").split("/"):
        raise ValueError(f"{quoted(text)} contains '//': write one '/'")
    return text


def name_pattern(text: str) -> str:
    """Check a pattern for repositories' names, without their owner."""
    if "/" in line(text):
        raise ValueError(
            f"{quoted(text)} contains a '/': patterns match names without their owner, as in template-*"
        )
    return text


def branch(text: str) -> str:
    """Check a branch name that git allows."""
    why = why_no_branch(text)
    if why:
        raise ValueError(f"{quoted(text)} is not a valid branch name: {why}")
    return line(text)


def tags(text: str) -> str:
    """Check a tag's template with one ``{version}``."""
    Affixes.of(line(text))
    why = why_no_branch(text.replace("{version}", "1.0.0"))
    if why:
        raise ValueError(f"no tag can match {quoted(text)}: {why.replace('a branch', 'a tag')}")
    return text


def address(text: str) -> str:
    """Check the address of a server, without a token in it."""
    # Before parsing: an address that cannot be parsed may contain a password, too.
    if "@" in line(text).rpartition("://")[2].partition("/")[0]:
        raise ValueError("contains a user or a password: name a variable that has them in 'token-env'")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment
        _ = parts.port
    except ValueError:
        usable = False
    if not usable or any(sign <= " " for sign in text):
        raise ValueError(f"{quoted(text)} is not an address: write it as https://registry.example.org/path")
    return text


def address_template(text: str) -> str:
    """Check the address of a file that has ``{version}`` in its path, and nowhere before it."""
    address(text)
    if "{version}" not in text:
        raise ValueError(f"{quoted(text)} needs {{version}}, as in https://example.org/{{version}}/runtime.tar.gz")
    if "{" in urlsplit(text).netloc or "{" in text.replace("{version}", ""):
        raise ValueError(f"{quoted(text)} may have {{version}} after the host, and no other placeholder")
    return text


def variable(text: str) -> str:
    """Check the name of an environment variable, which is none of those with the server's own token."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        if looks_like_token(text):
            raise ValueError(
                "takes the name of a variable, and what was given looks like a token itself: revoke this token"
            )
        raise ValueError(
            f"{quoted(text)} is not the name of a variable: write one as REGISTRY_TOKEN, not the token"
        )
    if text.upper() in _OF_THE_SERVER or text.upper().startswith(("INPUT_", "ACTIONS_")):
        raise ValueError(
            f"{text} has the token of the server, which a registry must not get: use another variable"
        )
    return text


_OF_THE_SERVER = frozenset({"GITHUB_TOKEN", "GH_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN", "CONSUMER_DRIFT_TOKEN"})


def placeholders(text: str) -> str:
    """Check that a text has no placeholder other than ``{source}`` and ``{version}``."""
    for found in _PLACEHOLDER.finditer(text):
        if found.group() not in _PLACEHOLDERS:
            raise ValueError(f"{quoted(found.group())} is not a placeholder here: use {{source}} and {{version}}")
    return text


def bump_branch(text: str) -> str:
    """Check the template of a bump branch."""
    if "{version}" not in placeholders(line(text)):
        raise ValueError(f"{quoted(text)} lacks {{version}}: every version needs its own branch")
    branch(text.replace("{source}", "source").replace("{version}", "1.0.0"))
    return text


def title(text: str) -> str:
    """Check the template of a pull request's title."""
    return placeholders(line(text))


def body(text: str) -> str:
    """Check the template of a pull request's text, which may have many lines and may be empty."""
    if _CONTROL_IN_BODY.search(text):
        raise ValueError("contains a control character: remove it")
    return placeholders(text)


def reviewer(text: str) -> str:
    """Check a user, or a team as ``owner/team``."""
    parts = line(text).split("/")
    if len(parts) > 2 or not all(is_name(part) for part in parts):
        raise ValueError(f"{quoted(text)} is not a reviewer: write a user's name without '@', or owner/team")
    return text


def distribution(text: str) -> str:
    """Check a Python package's name. https://packaging.python.org/en/latest/specifications/name-normalization/"""
    if not _DISTRIBUTION.match(line(text)):
        raise ValueError(
            f"{quoted(text)} is not a package name: write the name alone, without extras or a version"
        )
    return text


def image(text: str) -> str:
    """Check an image without tag and digest."""
    if any(letter.isspace() for letter in line(text)) or "@" in text or ":" in text.rpartition("/")[2]:
        raise ValueError(
            f"{quoted(text)} is not an image name: write it without tag and digest, as ghcr.io/acme/runtime"
        )
    return text


def uses(text: str) -> str:
    """Check an action or a reusable workflow without its ref."""
    if any(letter.isspace() for letter in line(text)) or "@" in text or "/" not in text.strip("/"):
        raise ValueError(
            f"{quoted(text)} is not an action: write owner/name, or owner/name/path, without '@' and ref"
        )
    return text


def flag(text: str) -> bool:
    """Parse ``true`` and ``false``, and YAML's other words for them."""
    if text.casefold() not in _FLAGS:
        raise ValueError(f"must be true or false, not {quoted(text)}")
    return _FLAGS[text.casefold()]


def day(text: str) -> date:
    """Parse an ISO date."""
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a date in the calendar: write one as 2027-06-30") from None
    raise ValueError(f"{quoted(text)} is not a date: write one as 2027-06-30")


def age(text: str) -> timedelta:
    """Parse ``90m``, ``72h``, ``3d`` or ``1w``."""
    found = _AGE.match(text)
    if not found:
        raise ValueError(f"{quoted(text)} is not a duration: write a number and a unit, as 90m, 72h, 3d or 1w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def count(text: str) -> int:
    """Parse a number from 1 to 9999."""
    if not re.fullmatch("[1-9][0-9]{0,3}", text):
        raise ValueError(f"must be a number from 1 to 9999, not {quoted(text)}")
    return int(text)


def auto_merge(text: str) -> AutoMerge:
    """Parse ``false``, or the method of a merge."""
    if text in _MERGES:
        return _MERGES[text]
    is_on = _FLAGS.get(text.casefold())
    if is_on is False:
        return AutoMerge.OFF
    if is_on:
        raise ValueError("true does not name a method: write merge, squash or rebase")
    raise ValueError(f"must be false, 'merge', 'squash' or 'rebase', not {quoted(text)}")


def _schema(pattern: str = r"\S", *, numbers: bool = False) -> dict[str, Any]:
    # Editors read an unquoted 1.20 as a number, and the loader keeps its text: both are valid.
    return {"pattern": pattern, "type": ["string", "number"] if numbers else "string"}


_INSIDE = r"^(?!/)(?![A-Za-z]:)(?!.*\\)(?!(.*/)?(\.|\.\.|\.[gG][iI][tT])(/|$))"
_NO_REF = r"^[^\s@]+$"
_ON_OR_OFF = ["yes", "no", "on", "off"]
FLAG_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "boolean"}, {"enum": _ON_OR_OFF}]}

LINE = TextValue(line, _schema())
REPOSITORY = TextValue(repository, _schema(r"^([A-Za-z0-9_.-]{1,100}/)?[A-Za-z0-9_.-]{1,100}$", numbers=True))
OWNER = TextValue(owner, _schema(r"^[A-Za-z0-9_.-]{1,100}$", numbers=True))
FILE_PATTERN = TextValue(file_pattern, _schema(_INSIDE + r"(?!.*//)(?!.*/$).+$"))
FILE_PATH = TextValue(file_path, _schema(_INSIDE + r"(?!.*//)(?!.*/$)[^*?]+$"))
FORBIDDEN_PATTERN = TextValue(forbidden_pattern, _schema(_INSIDE + r"(?!.*//).+$"))
NAME_PATTERN = TextValue(name_pattern, _schema(r"^[^/]+$"))
BRANCH = TextValue(branch, _schema(r"^(?!-)(?!.*\.\.)[^\s~^:?*\[\\]+$", numbers=True))
TAGS = TextValue(tags, _schema(r"^[^\s~^:?*\[\\]*\{version\}[^\s~^:?*\[\\]*$"))
ADDRESS = TextValue(address, _schema(r"^https?://[^\s@#/]+(/[^\s#]*)?$"))
ADDRESS_TEMPLATE = TextValue(address_template, _schema(r"^https?://[^\s@#{}/]+/[^\s#{}]*(\{version\}[^\s#{}]*)+$"))
VARIABLE = TextValue(variable, _schema(r"^[A-Za-z_][A-Za-z0-9_]*$"))
NUMBER = TextValue(line, _schema(r"^\S+$", numbers=True))
DISTRIBUTION = TextValue(distribution, _schema(r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"))
IMAGE = TextValue(image, _schema(_NO_REF))
USES = TextValue(uses, _schema(_NO_REF))
BUMP_BRANCH = TextValue(bump_branch, _schema(r"^[^\s~^:?*\[\\]*\{version\}[^\s~^:?*\[\\]*$"))
TITLE = TextValue(title, _schema())
BODY = TextValue(body, {"type": "string"})
REVIEWER = TextValue(reviewer, _schema(r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?$"))
FLAG = TextValue(flag, FLAG_SCHEMA, Wrong.NO_FLAG)
DAY = TextValue(day, _schema(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
AGE = TextValue(age, _schema(r"^[0-9]{1,5}[mhdw]$"))
COUNT = TextValue(count, {"maximum": 9999, "minimum": 1, "type": "integer"})
MERGE = TextValue(auto_merge, {"enum": [False, "no", "off", *sorted(_MERGES)]})


_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")


def why_no_branch(text: str) -> str:
    """Return why git does not allow *text* as a branch name, empty where it does.

    https://git-scm.com/docs/git-check-ref-format
    """
    found = _FORBIDDEN.search(text)
    if found:
        return f"a branch name may not contain {found.group()!r}"
    if not text or text.startswith("/") or text.endswith("/") or "//" in text:
        return "no part of a branch name may be empty"
    if text in {"@", "HEAD"} or text.startswith("-") or "@{" in text or ".." in text:
        return "a branch name may not be '@' or 'HEAD', start with '-', or contain '..' or '@{'"
    if text.endswith(".") or any(part.startswith(".") or part.endswith(".lock") for part in text.split("/")):
        return "no part of a branch name may start with '.' or end in '.lock', and the name may not end in '.'"
    return ""
