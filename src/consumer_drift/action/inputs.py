"""The inputs of a job's step: ``INPUT_*`` to values, their mistakes, and how messages name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_drift import options
from consumer_drift.model.sentence import Setting
from consumer_drift.options import OPTIONS, Values, input_of
from consumer_drift.support.redact import SHORTEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.commands import Command
    from consumer_drift.model.sentence import Naming
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


# Where it leaves the path of the CA bundle that the input names.
_BUNDLE = "ca-bundle.name"


# The inputs that no log, report or annotation may show.
_SECRETS = (options.TOKEN, options.MERGE_TOKEN)


def secrets(inputs: Inputs) -> list[str]:
    """Return what no log may show. A text that is too short for a token is refused, and masks nothing."""
    return [token for one in _SECRETS if len(token := inputs.values[one]) >= SHORTEST]


def naming(inputs: Inputs) -> Naming:
    """Return the names of inputs. The CA bundle is a copy, made by the first step: the user knows the original."""
    folder = inputs.values[options.HANDOVER]
    bundle = text_of(Path(folder) / _BUNDLE).strip() if folder else ""

    def name(setting: Setting, value: str) -> str:
        if setting is Setting.TOKEN and value:
            instead = f"set the input token to a token with {value}, which the job's own token cannot have"
            return instead if inputs.values[options.JOB_TOKEN] else ""
        return input_of(setting, bundle if bundle and value and setting is Setting.CA_BUNDLE else value)

    return name


def text_of(file: Path) -> str:
    """Return what an earlier step has left in *file*, empty where it has left none."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
