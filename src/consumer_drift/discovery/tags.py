"""How a source writes its versions, from its tags."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.target import releases
from consumer_drift.model.versions import Affixes, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.observation import Tag
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import Version

_PREFIX = re.compile(r"(?P<prefix>(?:[^0-9]|[0-9](?![0-9]*\.))*?)[0-9]+\.[0-9]")
_USUAL = ("v{version}", "{version}")


@dataclass(frozen=True, slots=True)
class Tagging:
    """The *template* of the tags of releases, empty where no tag is one; the *scheme*; the known *releases*."""

    template: str = ""
    scheme: Scheme = Scheme.SEMVER
    releases: tuple[Version, ...] = ()


def tagging(tags: Sequence[Tag], source: RepositoryName) -> Tagging:
    """Return how most *tags* are written. A template with the source's name wins over another with as many."""
    known = [
        Tagging(template, scheme, found)
        for template in _templates(tags)
        for scheme in Scheme
        if (found := releases(tags, Affixes.of(template), scheme, prereleases=False))
    ]
    return max(known, key=lambda one: _rank(one, source), default=Tagging())


def _templates(tags: Iterable[Tag]) -> list[str]:
    prefixes = Counter(match["prefix"] for tag in tags if (match := _PREFIX.match(tag.name)))
    found = [f"{prefix}{{version}}" for prefix, _ in prefixes.most_common(50)]
    return list(dict.fromkeys([*_USUAL, *(one for one in found if _is_template(one))]))


def _is_template(text: str) -> bool:
    return text.count("{version}") == 1 and text.isprintable() and " " not in text


def _rank(one: Tagging, source: RepositoryName) -> tuple[int, bool, bool, bool]:
    is_own = source.name.casefold() in one.template.casefold()
    return len(one.releases), is_own, one.template in _USUAL, one.scheme is Scheme.SEMVER
