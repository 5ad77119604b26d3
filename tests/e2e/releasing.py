"""The release workflow on this machine, with a bare repository for the forge and a registry on loopback.

What a machine without GitHub lacks has a stand-in: the actions of others, which do what the workflow asks of them
with this machine's Docker, and two commands, `gh` and `docker buildx`. Every `run:` of the workflow is unchanged.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.e2e.act import ROOT, git, program

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKFLOW = ".github/workflows/release.yml"
REPOSITORY = "acme/drift"
NEEDED = ("docker-registry", "jq")
INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

# `gh` of the workflow: the checks have passed, and releases are files. The file `outage` makes the next one fail.
GH = """\
#!/bin/sh
set -eu
case "$1 $2" in
    "api "*checks.yml*) echo 1 ;;
    "release list") [ ! -f "$STORE/release-v$VERSION" ] || echo false ;;
    "release create")
        if [ -f "$STORE/outage" ]; then rm "$STORE/outage"; echo "HTTP 502" >&2; exit 1; fi
        while [ "$1" != --notes-file ]; do tag=${tag:-$3}; shift; done
        cp "$2" "$STORE/release-$tag"; shift 2; ls "$@" >"$STORE/assets-$tag" ;;
    *) echo "no stand-in for gh $*" >&2; exit 1 ;;
esac
"""
# `docker`, which may have no buildx here.
DOCKER = """\
#!/bin/sh
[ "$1" = buildx ] || exec "{docker}" "$@"
case "$*" in
    *--format*) echo '{{"SPDXID": "SPDXRef-DOCUMENT", "packages": [{{"name": "python"}}]}}' ;;
    *--raw*) for image in "$@"; do :; done; exec "{python}" -m tests.e2e.releasing raw "$image" ;;
esac
"""
# The actions of others that have something to do here, each as the step that does it.
STEPS = {
    "docker/build-push-action": '"$PYTHON" -m tests.e2e.releasing build "${{ inputs.tags }}"',
    "actions/upload-artifact": 'cp ${{ inputs.path }} "$STORE/artifacts/"',
    "actions/download-artifact": 'cp "$STORE"/artifacts/* .',
}


@dataclass
class Registry:
    """A registry on loopback, whose files are below *folder*."""

    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)
    address: str = field(init=False)

    def __enter__(self) -> Registry:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        settings = self.folder / "registry.yml"
        storage = {"filesystem": {"rootdirectory": str(self.folder / "images")}}
        text = {"version": 0.1, "storage": storage, "http": {"addr": self.address}, "log": {"level": "error"}}
        settings.write_text(json.dumps(text), encoding="utf-8")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(["docker-registry", "serve", settings], **quiet)
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{self.address}/v2/", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the registry does not answer")

    def __exit__(self, *exc: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def request(image: str, method: str = "GET", body: bytes | None = None, kind: str = MANIFEST) -> tuple[bytes, str]:
    """Read or write the manifest of *image*; return it and its digest."""
    address, _, rest = image.partition("/")
    name, reference = re.split("[@:]", rest, maxsplit=1)
    url = f"http://{address}/v2/{name}/manifests/{reference}"
    asked = urllib.request.Request(
        url, data=body, method=method, headers={"Accept": f"{INDEX}, {MANIFEST}", "Content-Type": kind}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.read(), answer.headers["Docker-Content-Digest"]


def build(image: str) -> str:
    """Build and push *image* as an index of two platforms, which are the same here, and return its digest."""
    classic = {**os.environ, "DOCKER_BUILDKIT": "0"}
    subprocess.run(["docker", "build", "--quiet", "--tag", image, "."], check=True, env=classic)
    subprocess.run(["docker", "push", "--quiet", image], check=True)
    subprocess.run(["docker", "image", "rm", image], check=True, stdout=subprocess.DEVNULL)
    manifest, digest = request(image)
    entry = {"mediaType": MANIFEST, "size": len(manifest), "digest": digest}
    entries = [{**entry, "platform": {"architecture": name, "os": "linux"}} for name in ("amd64", "arm64")]
    # No two builds with provenance have the same digest.
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries, "annotations": {"built": uuid4().hex}}
    return request(image, "PUT", json.dumps(index).encode(), INDEX)[1]


@dataclass(frozen=True)
class Releases:
    """Where releases are made: *bare* is the repository, *author* a clone of it, *store* what stand-ins keep."""

    folder: Path
    registry: Registry

    @property
    def bare(self) -> Path:
        return self.folder / "bare.git"

    @property
    def author(self) -> Path:
        return self.folder / "author"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def prepare(self, version: str) -> str:
        """Push this tree, with *version* and this repository as its own, and return the commit."""
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        git(self.folder, "clone", "--quiet", str(self.bare), str(self.author))
        for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
            if (ROOT / name).is_file():
                (self.author / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.author / name)
        self._replace("src/consumer_drift/__init__.py", '__version__ = ".*"', f'__version__ = "{version}"')
        self._replace("Dockerfile", 'image.version=".*"', f'image.version="{version}"')
        self._replace("src/consumer_drift/links.py", 'REPOSITORY = ".*"', f'REPOSITORY = "{REPOSITORY}"')
        self._replace("CHANGELOG.md", r"(?m)^## \[Unreleased\]$", f"## [{version}] - 2027-01-31")
        git(self.author, "add", "--all")
        git(self.author, "commit", "--quiet", "--message", f"Release {version}")
        git(self.author, "push", "--quiet", "origin", "HEAD:main")
        self._make_stand_ins()
        return git(self.author, "rev-parse", "HEAD").strip()

    def _replace(self, name: str, pattern: str, text: str) -> None:
        path = self.author / name
        path.write_text(re.sub(pattern, text, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")

    def _make_stand_ins(self) -> None:
        (self.store / "artifacts").mkdir(parents=True)
        commands = self.store / "bin"
        commands.mkdir()
        docker = DOCKER.format(docker=shutil.which("docker"), python=sys.executable)
        for name, text in (("gh", GH), ("docker", docker)):
            (commands / name).write_text(text, encoding="utf-8")
            (commands / name).chmod(0o755)

    def _actions(self) -> Iterator[str]:
        """Every action that the workflow uses, as act's option that puts the stand-in in its place."""
        used = re.findall(r"uses: ([\w-]+/[\w-]+)@(\w+)", (self.author / WORKFLOW).read_text(encoding="utf-8"))
        for name, commit in used:
            folder = self.store / name.replace("/", "+")
            folder.mkdir(exist_ok=True)
            step = {"id": "run", "shell": "bash", "run": STEPS.get(name, f"echo {name} is not needed here")}
            metadata = {
                "name": name,
                "inputs": {"tags": {}, "path": {}},
                "outputs": {"digest": {"value": "${{ steps.run.outputs.digest }}"}},
                "runs": {"using": "composite", "steps": [step]},
            }
            (folder / "action.yml").write_text(json.dumps(metadata), encoding="utf-8")
            yield f"--local-repository={name}@{commit}={folder}"

    def run(self, version: str) -> subprocess.CompletedProcess[str]:
        """Run the workflow up to its last job but one, the site's."""
        environment = {
            **os.environ,
            "PATH": f"{self.store / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHON": sys.executable,
            "STORE": str(self.store),
        }
        command = [str(program()), "workflow_dispatch", "--workflows", WORKFLOW, "--job", "publish"]
        options = ["--platform", "ubuntu-24.04=-self-hosted", "--input", f"version={version}", "--json"]
        variables = ["--var", f"REGISTRY={self.registry.address}", "--secret", "GITHUB_TOKEN=none"]
        names = ("PATH", "PYTHONPATH", "PYTHON", "STORE", "DOCKER_HOST")
        handed = [
            part for name in names if name in environment for part in ("--env", f"{name}={environment[name]}")
        ]
        known = ["--env", f"GITHUB_REPOSITORY={REPOSITORY}", "--env", "GITHUB_REPOSITORY_OWNER=Acme"]
        return subprocess.run(
            [*command, *options, *variables, *handed, *known, *self._actions()],
            cwd=self.author,
            env=environment,
            capture_output=True,
            text=True,
            timeout=1000,
            check=False,
        )


def main(arguments: list[str]) -> None:
    """What a stand-in asks for."""
    verb, image = arguments
    if verb == "raw":
        sys.stdout.write(request(image)[0].decode())
        return
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as outputs:
        outputs.write(f"digest={build(image)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
