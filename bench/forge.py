"""``python -m bench.forge``: an emulated forge with a fleet, for as long as the input lasts."""

from __future__ import annotations

import argparse
import json
import sys

from bench.worlds import FLEETS
from tests.emulator.server import Emulator
from tests.emulator.world import real_time


def main() -> None:
    """Serve, and say where."""
    parser = argparse.ArgumentParser(prog="python -m bench.forge")
    parser.add_argument("--forge", required=True)
    parser.add_argument("--consumers", type=int, required=True)
    parser.add_argument("--fleet", choices=FLEETS, default="plain")
    parser.add_argument("--lock-bytes", type=int, default=0)
    parser.add_argument("--no-batch-route", action="store_true")
    options = parser.parse_args()
    world = FLEETS[options.fleet](options.consumers, options.lock_bytes, now=real_time)
    # An Enterprise Server by default counts no requests.
    world.settings.ghes = options.forge == "github"
    world.settings.has_batch_route = not options.no_batch_route
    token = next(one.secret for one in world.tokens.values() if one.name == "bot")
    with Emulator(world, options.forge) as emulator:
        print(json.dumps({"port": emulator.port, "token": token, "consumers": options.consumers}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
