"""The inputs of a job's step: ``INPUT_*`` to values, with a sentence for every mistake in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consumer_drift import options
from consumer_drift.options import OPTIONS, Values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.commands import Command
    from consumer_drift.options import Option


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs. What could be read is in *values*, whatever *mistakes* there are in the others."""

    values: Values
    mistakes: tuple[str, ...] = ()

    @property
    def command(self) -> Command:
        """What to run."""
        return self.values[options.COMMAND]

    @property
    def lacks_given_token(self) -> bool:
        """Whether the workflow sets ``token`` to a value that is empty, such as a secret that does not exist.

        Where it does not set it, the default in ``action.yml`` is the job's own token.
        """
        return self.values[options.JOB_TOKEN] is False and not self.values[options.TOKEN]


def value(environment: Mapping[str, str], name: str) -> str:
    """Return the input *name* without blanks around it, empty where it is not set.

    Runners keep the dashes in the variable's name; a shell in between needs underscores.
    https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs
    """
    upper = name.upper()
    return (environment.get(f"INPUT_{upper}") or environment.get(f"INPUT_{upper.replace('-', '_')}") or "").strip()


def read(environment: Mapping[str, str]) -> Inputs:
    """Return the inputs. An empty one has its default, and so has one with a mistake."""
    given: dict[str, object] = {}
    mistakes: list[str] = []
    for option in OPTIONS.values():
        text = value(environment, option.input) if option.input and option.passed is not None else ""
        if not text:
            continue
        try:
            given[option.name] = _parsed(option, text)
        except ValueError as error:
            mistakes.append(f"the input {option.input} is {text!r}: {error}")
    return Inputs(Values(given), tuple(mistakes))


def _parsed(option: Option[Any], text: str) -> object:
    words = [word for word in option.parser.words if word not in option.only_flag]
    if words and text.lower() not in words:
        raise ValueError(f"write {' or '.join(words)}")
    return option.parser.parse(text)
