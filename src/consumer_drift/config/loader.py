"""From the bytes of the configuration file to ``Config``, or to a finding for every mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.config.convert import Builder
from consumer_drift.config.convert_source import given_version, lacks_repository
from consumer_drift.config.errors import ConfigMistake, FatalMistakeError
from consumer_drift.config.text import ConfigText, check, decode_config
from consumer_drift.config.validate import check_types, cross_check
from consumer_drift.config.yaml_tree import Scalar, Table, read_tree
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from consumer_drift.config.yaml_tree import Node
    from consumer_drift.model.config import Config
    from consumer_drift.model.repository import RepositoryName


def load(
    data: bytes, file: str, calling: RepositoryName | None, version: str | None = None, owner: str = ""
) -> Config | tuple[Finding, ...]:
    """Return the configuration in *data*, or one finding for every mistake in it, in the order of the file.

    *file* is its name in findings. *calling* is the repository whose job this is: the default source, and its
    owner the default owner. *version* has priority over ``source`` (None or empty: not given); a mistake in it
    is a finding without a place. *owner* is the owner where nothing else tells one; without it, that is a
    mistake. Raises nothing, whatever *data* contains.
    """
    content = ConfigText.of(decode_config(data))
    try:
        check(data, content.text)
    except FatalMistakeError as error:
        return _findings([error.mistake], content, file)
    tree, seen = read_tree(content.text)
    mistakes = list(seen)
    root = _root(tree, content.text, mistakes)
    if root is None:
        return _findings(mistakes, content, file)
    typed = check_types(root)
    builder = Builder(file, typed, root, lambda at: content.place(file, at), calling, owner)
    config = builder.config()
    mistakes += [*typed.mistakes, *cross_check(root), *builder.mistakes]
    if not version and ("source",) not in typed.damaged:
        mistakes += _missing_repository(config, root)
    config, wrong = _with_version(config, version)
    return (*_findings(mistakes, content, file), *wrong) or config


def _missing_repository(config: Config, root: Table) -> list[ConfigMistake]:
    if not lacks_repository(config.source):
        return []
    said = "is not known outside of a job: write which repository it is, as in 'repository: acme/runtime'"
    return [ConfigMistake(("source", "repository"), said, root.key_at("source"))]


def _root(tree: Node | None, text: str, mistakes: list[ConfigMistake]) -> Table | None:
    if isinstance(tree, Table):
        return tree
    if isinstance(tree, Scalar) and tree.text is None:
        tree = None
    if tree is not None:
        what = "a text" if isinstance(tree, Scalar) else "a list"
        mistakes.append(
            ConfigMistake((), f"the file must be a mapping, not {what}: write keys, as in 'consumers:'", tree.at)
        )
    elif not mistakes:
        said = "the file contains only comments" if text.strip() else "the file is empty"
        mistakes.append(ConfigMistake((), f"{said}: it needs at least 'pins:' and 'consumers:'", 0))
    return None


def _with_version(config: Config, version: str | None) -> tuple[Config, tuple[Finding, ...]]:
    if not version:
        return config, ()
    try:
        return replace(config, source=given_version(config, version)), ()
    except ValueError as error:
        return config, (Finding.of(Code.CONFIGURATION, Sentence(Setting.TARGET, f": {error}")),)


def _findings(mistakes: list[ConfigMistake], content: ConfigText, file: str) -> tuple[Finding, ...]:
    unique = dict.fromkeys(sorted(mistakes, key=lambda mistake: mistake.at))
    return tuple(
        Finding.of(Code.CONFIGURATION, mistake.message, place=content.place(file, mistake.at))
        for mistake in unique
    )
