"""Serve a world by hand: python -m tests.emulator --forge gitea --world day --latency-ms 20"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from tests.emulator.faults import FORGES
from tests.emulator.server import Emulator
from tests.emulator.world import real_time
from tests.emulator.worlds import WORLDS


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description="Serve a world as a forge.")
    parser.add_argument("--forge", choices=FORGES, default="gitea")
    parser.add_argument("--world", choices=sorted(WORLDS), default="day")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--latency-ms", type=float, default=0, help="what every answer waits")
    parser.add_argument("--consumers", type=int, default=1000, help="of the world `fleet`")
    parser.add_argument("--others", type=int, default=0, help="repositories of `fleet` without a pin")
    parser.add_argument("--ghes", action="store_true", help="GitHub Enterprise Server's addresses")
    parser.add_argument("--no-batch-route", action="store_true", help="a Gitea without /file-contents")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    options = arguments(argv)
    given: dict[str, object] = {} if options.world == "recorded" else {"now": real_time}
    if options.world == "fleet":
        given |= {"consumers": options.consumers, "others": options.others}
    world = WORLDS[options.world](**given)
    world.settings.ghes = options.ghes
    if options.no_batch_route:
        world.settings.has_batch_route = False
    deadline = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: deadline.set())
    with Emulator(world, options.forge, latency=options.latency_ms / 1000, port=options.port) as emulator:
        announce(emulator, as_json=options.json)
        deadline.wait()
        print(f"{len(emulator.requests)} requests", file=sys.stderr)
    return 0


def announce(emulator: Emulator, *, as_json: bool) -> None:
    tokens = {token.name: token.secret for token in emulator.world.tokens.values()}
    places = {"url": emulator.url, "api_url": emulator.api_url, "graphql_url": emulator.graphql_url}
    if as_json:
        print(json.dumps({**places, "tokens": tokens}), flush=True)
        return
    for name, value in places.items():
        print(f"{name:12} {value}")
    for name, secret in tokens.items():
        print(f"token        {name:8} {secret}", flush=True)
    if "bot" in tokens:
        host, variable = {
            "github": ("GH_HOST", "GITHUB_TOKEN"),
            "gitea": ("GITEA_SERVER_URL", "GITEA_TOKEN"),
            "forgejo": ("FORGEJO_SERVER_URL", "FORGEJO_TOKEN"),
        }[emulator.forge]
        url, token = emulator.url, tokens["bot"]
        print(f"\nIn another terminal:\nexport SERVER={url} {host}={url} {variable}={token}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
