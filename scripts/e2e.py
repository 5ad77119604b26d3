"""Run the end-to-end tests: real workflows with act, in real containers. Arguments go to pytest.

What the tests need is brought where that is possible: Docker from Debian's packages and its daemon (as root), and
the image that the Dockerfile builds on, pulled, or made of Debian's packages where no registry can be reached. A
release is tried with the registry of Debian's packages, unpacked and not installed, because it would start itself.
Where something is missing, the tests are skipped with the reason, and in continuous integration (CI=true) the run
fails with it. No container, no mount and no daemon of this run is left behind.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "Dockerfile"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PACKAGES = "python3,python3-pip,python3-venv,ca-certificates,bash"
PROGRESS_SECONDS = 15
DAEMON_SECONDS = 300


class MissingError(Exception):
    """What the tests need cannot be had on this machine; the text is the reason."""


def say(text: str) -> None:
    """Print *text* to standard error."""
    print(f"e2e: {text}", file=sys.stderr, flush=True)


def succeeds(*command: str) -> bool:
    """Run *command* without its output, and return whether it exists and exits with 0."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def last_line(log: Path) -> str:
    """Return the last line of *log* that is not empty."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "no output")


def watched(what: str, log: Path, command: list[str], *, seconds: int) -> bool:
    """Run *command* into *log*, say each quarter of a minute how far it is, and return whether it exits with 0."""
    say(what)
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(PROGRESS_SECONDS)
                break
            spent = time.monotonic() - began
            if spent > seconds:
                say(f"{what}: stopped after {seconds} s")
                break
            say(f"{what}: {spent:.0f} s so far: {last_line(log)[:100]}")
    finally:
        stop(process)
    return process.returncode == 0


def stop(process: subprocess.Popen[bytes], *, by: int = signal.SIGTERM, seconds: int = 30) -> None:
    """End *process*: by the signal *by*, and if that takes longer than *seconds*, by SIGKILL."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def daemon_reason(log: str) -> str:
    """Return the line of dockerd's *log* that says why it ended: stacks of Go may stand between it and the end."""
    for pattern in (
        r"^(?:panic|fatal error): .*",
        r"^failed to start daemon: .*",
        r'level=fatal msg="(?:[^"\\]|\\.)*"',
        r'level=error msg="(?:[^"\\]|\\.)*"',
    ):
        if found := re.findall(pattern, log, re.MULTILINE):
            return str(found[0])
    lines = [line for line in log.splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"


class Machine:
    """This machine, and what has to be undone on it. *work* is a folder for this run alone."""

    def __init__(self, work: Path, undo: ExitStack) -> None:
        self.work = work
        self.undo = undo
        self.run = uuid4().hex[:8]

    def install(self, program: str, *packages: str) -> None:
        """Install *packages* if *program* is missing. Raises MissingError."""
        if shutil.which(program):
            return
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise MissingError(f"{program} is not installed, and only root on Debian can install it here")
        log = self.work / "apt.log"
        options = ["--yes", "--no-install-recommends", "-o", "Acquire::Retries=3"]
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        steps = [
            ("reading Debian's package lists", ["apt-get", "update"]),
            (f"installing {' '.join(packages)}", ["apt-get", "install", *options, *packages]),
        ]
        for what, command in steps:
            if not watched(what, log, command, seconds=900):
                raise MissingError(f"{' '.join(command[:2])} failed: {last_line(log)}")

    def start_docker(self) -> None:
        """Make a Docker daemon answer. Raises MissingError."""
        self.install("docker", "docker.io", "iptables")
        if succeeds("docker", "version"):
            return
        if os.geteuid() != 0:
            raise MissingError("no Docker daemon answers, and only root can start one")
        self.install("dockerd", "docker.io", "iptables")
        self.start_daemon()

    def start_daemon(self) -> None:
        """Start a daemon whose every file, socket and mount is below *work*."""
        say("starting dockerd")
        log, socket = self.work / "dockerd.log", f"unix://{self.work}/docker.sock"
        places = {"data-root": "docker", "exec-root": "run", "pidfile": "dockerd.pid"}
        below = (f"--{option}={self.work / name}" for option, name in places.items())
        command = ["dockerd", f"--host={socket}", *below]
        with log.open("wb") as output:
            daemon = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self.undo.callback(stop, daemon)
        os.environ["DOCKER_HOST"] = socket
        deadline = time.monotonic() + DAEMON_SECONDS
        while not succeeds("docker", "version"):
            why = daemon_reason(log.read_text(encoding="utf-8", errors="replace"))
            if daemon.poll() is not None:
                raise MissingError(f"dockerd does not start: {why}")
            if time.monotonic() > deadline:
                raise MissingError(f"dockerd does not answer within {DAEMON_SECONDS} s: {why}")
            time.sleep(1)

    def get_image(self, image: str) -> None:
        """Pull *image*, or make it. Raises MissingError."""
        if succeeds("docker", "image", "inspect", image):
            return
        log = self.work / "pull.log"
        if watched(f"pulling {image}", log, ["docker", "pull", image], seconds=300):
            return
        say(f"{image} cannot be pulled: {last_line(log)}")
        self._make_image(image)

    def _make_image(self, image: str) -> None:
        """Make a Debian with Python, named *image*, that can reach a package index as this machine does."""
        self.install("debootstrap", "debootstrap")
        if os.geteuid() != 0:
            raise MissingError("only root can make an image of Debian's packages")
        root, log = self.work / "root", self.work / "debootstrap.log"
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release(), str(root)]
        if not watched("making an image of Debian's packages", log, command, seconds=1800):
            raise MissingError(f"debootstrap failed: {last_line(log)}")
        if CERTIFICATES.exists():
            shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        (root / "etc" / "pip.conf").write_text(pip_settings(), encoding="utf-8")
        for used in (*root.glob("var/cache/apt/archives/*.deb"), *root.glob("var/lib/apt/lists/*_*")):
            used.unlink()
        archive = self.work / "root.tar"
        subprocess.run(["tar", "--create", "--file", archive, "--directory", root, "."], check=True)
        subprocess.run(["docker", "import", archive, image], stdout=subprocess.DEVNULL, check=True)
        archive.unlink()
        # On a daemon that stays, it is not what its name promises.
        self.undo.callback(succeeds, "docker", "image", "rm", image)

    def get_registry(self) -> None:
        """Put a container registry and jq on the PATH. Raises MissingError."""
        self.install("jq", "jq")
        if shutil.which("docker-registry"):
            return
        folder = self.work / "registry"
        folder.mkdir()
        log = self.work / "registry.log"
        command = "apt-get download docker-registry && dpkg --extract docker-registry_*.deb ."
        if not watched("getting a registry", log, ["sh", "-c", f"cd {folder} && {command}"], seconds=300):
            raise MissingError(f"the package docker-registry cannot be had: {last_line(log)}")
        os.environ["PATH"] += f"{os.pathsep}{folder / 'usr' / 'bin'}"

    def remove_containers(self) -> None:
        """Remove the containers and volumes of act that this run started and that are left."""
        for kind, listing, remove in (
            ("containers", ["ps", "--all", "--quiet"], ["rm", "--force", "--volumes"]),
            ("volumes", ["volume", "ls", "--quiet"], ["volume", "rm", "--force"]),
        ):
            show = ["docker", *listing, "--filter", f"name=act-check-{self.run}"]
            left = subprocess.run(show, capture_output=True, text=True, check=False).stdout.split()
            if left:
                say(f"removing {len(left)} {kind} that are left")
                succeeds("docker", *remove, *left)


def release() -> str:
    """Return the Debian release of this machine, or the stable one."""
    with suppress(OSError):
        names = dict(
            line.split("=", 1)
            for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
            if "=" in line
        )
        if names.get("ID") == "debian" and "VERSION_CODENAME" in names:
            return names["VERSION_CODENAME"].strip('"')
    return "stable"


def pip_settings() -> str:
    """Return pip's settings for the image: where this machine's pip finds packages."""
    listing = [sys.executable, "-m", "pip", "config", "list"]
    configured = subprocess.run(listing, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^global\.(index-url|extra-index-url|trusted-host)='(.*)'$", configured, re.MULTILINE)
    lines = ["[global]", f"cert = {CERTIFICATES}", *(f"{name} = {value}" for name, value in found)]
    return "\n".join(lines) + "\n"


def unmount_below(folder: Path) -> None:
    """Unmount what is mounted below *folder*, the innermost first."""
    with suppress(OSError):
        rows = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
        below = [place for place in (row.split()[1] for row in rows) if place.startswith(f"{folder}/")]
        for place in reversed(below):
            succeeds("umount", "--lazy", place)


@contextmanager
def machine() -> Iterator[Machine]:
    """Yield this machine; whatever was started on it ends with the block."""
    work = Path(tempfile.mkdtemp(prefix="consumer-drift-e2e."))
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, work, ignore_errors=True)
        undo.callback(unmount_below, work)
        yield Machine(work, undo)


def test(here: Machine, arguments: list[str]) -> int:
    """Run pytest and return its exit code. It may clean up for a minute when this process is ended."""
    environment = {**os.environ, "CONSUMER_DRIFT_E2E_RUN": here.run}
    command = [sys.executable, "-m", "pytest", "-rs", "tests/e2e", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    here.undo.callback(stop, process, by=signal.SIGINT, seconds=60)
    return process.wait()


def base_image() -> str:
    """Return the image that the Dockerfile builds on."""
    match = re.search(r"^ARG BASE_IMAGE=(\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert match, "the Dockerfile names its base image"
    return match[1]


def main(arguments: list[str]) -> int:
    """Return the process's exit code."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    required = os.environ.get("CI") == "true"
    with machine() as here:
        try:
            here.start_docker()
            here.get_image(base_image())
            here.undo.callback(here.remove_containers)
        except MissingError as reason:
            say(str(reason))
            if required:
                say("nothing can be run, and with CI=true that is a failure")
                return 1
            say("so the tests are skipped")
        else:
            try:
                here.get_registry()
            except MissingError as reason:
                say(f"{reason}; so no release is tried")
        if required:
            os.environ["CONSUMER_DRIFT_E2E_REQUIRED"] = "true"
        return test(here, arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
