"""Run `consumer-drift` as a process, but without the half second that a start takes.

A process that has loaded every module forks for each run. To a test the fork is a process like any other: it has
an environment, a folder, streams, signals and an exit code of its own. What a start itself does, which modules it
loads and from where, is tested with real ones.
"""

from __future__ import annotations

import atexit
import importlib
import io
import json
import os
import pkgutil
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
# Elsewhere the system's own libraries may not be used in a fork.
FORKS = sys.platform == "linux"


def consumer_drift(*arguments: str | Path, cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Return what the program printed and its exit code, where *env* is all of its environment."""
    command = [str(one) for one in arguments]
    if not FORKS:
        return started(*command, cwd=cwd, env=env)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        request = {"arguments": command, "cwd": str(cwd), "env": dict(env), "out": str(out), "err": str(err)}
        code = _ask(_server(), request)
        return subprocess.CompletedProcess(
            command, code, *(file.read_text(encoding="utf-8", errors="surrogateescape") for file in (out, err))
        )


def started(*arguments: str | Path, cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The same with a process that starts from nothing."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "consumer_drift", *map(str, arguments)],
        cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300,
        text=True, encoding="utf-8", errors="surrogateescape",
    )  # fmt: skip


@cache
def _server() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.processes"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def _ask(server: subprocess.Popen[str], request: Mapping[str, Any]) -> int:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    return int(server.stdout.readline())


def serve() -> None:
    """Answer each request on stdin by the exit code of a fork."""
    package = importlib.import_module("consumer_drift")
    for module in pkgutil.walk_packages(package.__path__, "consumer_drift."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _run(request: Mapping[str, Any]) -> NoReturn:
    """Become the program."""
    code = 1
    try:
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        time.tzset()
        sys.argv = ["consumer-drift", *request["arguments"]]
        _streams(request["out"], request["err"])
        code = _code()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _streams(out: str, err: str) -> None:
    """Put files in place of the standard streams, with what Python does in the C and in the C.UTF-8 locale."""
    for number, path in enumerate((os.devnull, out, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    for name, number, errors in (("stdout", 1, "surrogateescape"), ("stderr", 2, "backslashreplace")):
        raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=number == 2)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _code() -> int:
    """Run the program to its end."""
    try:
        runpy.run_module("consumer_drift", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001 - as at the end of any program
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve()
