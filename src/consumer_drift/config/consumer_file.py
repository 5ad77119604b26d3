"""A consumer's own file, by which it says no: ``land: false`` and ``propagate: false``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.config.errors import FatalMistakeError, quoted, shortened
from consumer_drift.config.location import CONSUMER_FILES
from consumer_drift.config.text import check, decode_config
from consumer_drift.config.types import flag
from consumer_drift.config.yaml_tree import Scalar, Table, read_tree
from consumer_drift.model.consent import Consent
from consumer_drift.model.result import Failure, FileText, NoText
from consumer_drift.support.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.result import FileResult

_KEYS = ("land", "propagate")
_LONGEST = 300


def consent_of(files: Mapping[str, FileResult]) -> Consent | Failure:
    """Return what the consumer allows, given its answers for ``CONSUMER_FILES``.

    A file that cannot be read is a failure: it may say no.
    """
    found = Consent()
    for path in CONSUMER_FILES:
        answer = files.get(path)
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, NoText):
            return Consent(file=path, mistake=f"it is {answer.why}", land=False, propagate=False)
        if not isinstance(answer, FileText):
            continue
        said = _parsed(path, answer.text)
        if said.mistake:
            return said
        found = _stricter(found, said)
    return found


def _stricter(one: Consent, other: Consent) -> Consent:
    """Return a consent for what both allow, which names the file that allows less."""
    if not one.file:
        return other
    less = other if (other.land, other.propagate) < (one.land, one.propagate) else one
    return Consent(one.propagate and other.propagate, one.land and other.land, less.file)


def _parsed(path: str, text: str) -> Consent:
    try:
        values = _values(text)
    except ValueError as error:
        return Consent(file=path, mistake=shortened(str(error), _LONGEST), land=False, propagate=False)
    return Consent(values.get("propagate", True), values.get("land", True), path)


def _values(text: str) -> dict[str, bool]:
    """Return the keys that *text* has. Raises ValueError, with a sentence for the user."""
    data = text.encode()
    try:
        check(data, decode_config(data))
    except FatalMistakeError as error:
        raise ValueError(error.mistake.message) from error
    tree, mistakes = read_tree(decode_config(data))
    if mistakes:
        raise ValueError(mistakes[0].message)
    if tree is None or (isinstance(tree, Scalar) and tree.text is None):
        return {}
    if not isinstance(tree, Table):
        raise ValueError("it must be a mapping: write keys, as in 'land: false'")
    return {key: _value(key, tree) for key in tree.members}


def _value(key: str, tree: Table) -> bool:
    if key not in _KEYS:
        meant = did_you_mean(key, _KEYS)
        hint = f"did you mean {meant!r}?" if meant else f"known here: {', '.join(_KEYS)}"
        raise ValueError(f"{quoted(key)} is an unknown key; {hint}")
    node = tree.get(key)
    if not isinstance(node, Scalar) or node.text is None:
        raise ValueError(f"{key} must be true or false")
    try:
        return flag(node.text)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error
