"""Read texts that are put together at random, for as long as there is time: make fuzz ARGS="--seconds 60".

A text counts as too slow where it takes more processor time than its length allows. What a reader raises, a span
outside of the text, and a version that is not what the text says there are failures too. A failing text is printed
with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import yaml

from tests.fuzz.cost import ALLOWED, ALLOWED_PER_CHARACTER, name_of
from tests.fuzz.hostile import HOSTILE
from tests.fuzz.readers import PIECES, PINS
from tests.fuzz.truth import untrue
from tests.pins.readings import PEP440, SEMVER

if TYPE_CHECKING:
    from types import FrameType

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.yml"))
SAMPLES = [
    text
    for file in CASES
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    for text in case["files"].values()
]
LONGEST = 200_000


class TooSlowError(Exception):
    """A reader took more processor time than its text allows."""


def main() -> int:
    """Return 0 where every text was read well, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to go on")
    parser.add_argument("--seed", type=int, default=None, help="the first seed; a run prints its own")
    chosen = parser.parse_args()
    seed = random.randrange(1 << 32) if chosen.seed is None else chosen.seed
    signal.signal(signal.SIGVTALRM, _too_slow)
    end = time.monotonic() + chosen.seconds
    count = 0
    while time.monotonic() < end:
        said = attempt(seed + count)
        if said:
            print(f"seed {seed + count}: {said}", file=sys.stderr)
            return 1
        count += 1
    print(f"{count} texts from seed {seed} were read, each by one of {len(PINS)} readers")
    return 0


def attempt(seed: int) -> str:
    """Let one reader read one text; return what is wrong, or an empty text."""
    chance = random.Random(seed)
    pin, version_format = chance.choice(PINS), chance.choice((SEMVER, PEP440))
    text = _text(chance)
    signal.setitimer(signal.ITIMER_VIRTUAL, ALLOWED + ALLOWED_PER_CHARACTER * len(text))
    try:
        said = untrue(pin, text, version_format)
    except TooSlowError:
        said = "takes too long"
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is the finding
        said = f"raises {error!r}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return said and f"{name_of(pin)} {said} on {text[:2000]!r} ({len(text)} characters)"


def _text(chance: random.Random) -> str:
    match chance.randrange(4):
        case 0:
            return "".join(chance.choices(PIECES, k=chance.randrange(60)))
        case 1:
            return _mutated(chance, chance.choice(SAMPLES))
        case 2:
            return chance.choice(list(HOSTILE.values()))(chance.randrange(LONGEST))
        case _:
            start, part, end = ("".join(chance.choices(PIECES, k=chance.randrange(1, 6))) for _ in range(3))
            return start + part * (chance.randrange(LONGEST) // len(part)) + end


def _mutated(chance: random.Random, text: str) -> str:
    """Cut, double, replace or insert a few times."""
    for _ in range(chance.randrange(1, 8)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.randrange(20))
        new = chance.choice(("", text[start:end] * chance.randrange(50), chance.choice(PIECES)))
        text = text[:start] + new + text[end:]
    return text


def _too_slow(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TooSlowError


if __name__ == "__main__":
    sys.exit(main())
