"""How each ecosystem compares the names of its packages."""

from __future__ import annotations

import re

# The path of version 2 and higher ends with the major version: https://go.dev/ref/mod#major-version-suffixes
_GO_MAJOR = re.compile(r"/v(?:[2-9]|[1-9][0-9]+)$|(?<=^gopkg\.in/)(?P<path>.*)\.v[0-9]+$")
_SEPARATORS = re.compile(r"[-_.]+")


def exact(name: str) -> str:
    """npm and RubyGems compare names as they are."""
    return name


def python(name: str) -> str:
    """The normalized name: https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return _SEPARATORS.sub("-", name).lower()


def crate(name: str) -> str:
    """A registry takes only one of ``my-crate`` and ``My_Crate``: https://doc.rust-lang.org/cargo/reference/registry-index.html"""
    return name.replace("_", "-").lower()


def composer(name: str) -> str:
    """Composer compares without case: https://getcomposer.org/doc/04-schema.md#name"""
    return name.lower()


def go_module(path: str) -> str:
    """The path without its major version, so that every major version of a module is found by one name."""
    return _GO_MAJOR.sub(lambda found: found["path"] or "", path)
