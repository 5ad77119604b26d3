"""``python -m bench.plain_httpx ADDRESS NUMBER THREADS``: so many requests with httpx alone, as many at once.

The token is in BENCH_TOKEN. A check's processor time for each request is compared with this one's.
"""

from __future__ import annotations

import os
import queue
import sys
import threading

import httpx


def main() -> None:
    """Ask for the same file again and again, each thread with a client of its own, and parse each answer."""
    address, number, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    for one in range(number):
        todo.put(one)

    def ask() -> None:
        headers = {"authorization": f"token {os.environ['BENCH_TOKEN']}"}
        with httpx.Client(headers=headers, verify=False) as client:
            while True:
                try:
                    todo.get_nowait()
                except queue.Empty:
                    return
                client.get(address).raise_for_status().json()

    asking = [threading.Thread(target=ask) for _ in range(threads)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()


if __name__ == "__main__":
    main()
