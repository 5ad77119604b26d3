"""The commit that a release's tag is on, and the tags themselves, in the repository that `origin` names.

python3 scripts/release_tag.py found VERSION --commit SHA
    prints image=IMAGE if an earlier run has tagged VERSION on top of this commit, and nothing if there is no tag
python3 scripts/release_tag.py make VERSION --commit SHA --image IMAGE --repository OWNER/NAME
    makes the tag, or finds the same one of an earlier run, and prints sha=SHA
python3 scripts/release_tag.py major VERSION --commit SHA
    moves v1 to this release of 1.x.y, unless a higher one is out

The tagged commit has only what users of the action need, because a runner copies all of it for every job. Its
parent is the released commit. The same commit and the same image always make the same tag, so a run that failed
half way can be repeated.

Runs on a bare Python with Git, without the program's dependencies.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = "README.md"
IMAGE_FILE = "action/release-image"
SHIPPED = (
    # The action, on both runtimes.
    "action.yml",
    "action",
    "src",
    "requirements.lock",
    "Dockerfile",
    ".dockerignore",
    # pip and pre-commit install from a tag.
    "pyproject.toml",
    ".pre-commit-hooks.yaml",
    # Configurations name the schema at the major tag.
    "schema",
    "LICENSE",
    README,
    ".gitattributes",
    # A workflow's token may push no commit that changes these, so the commit leaves them as they are.
    ".github/workflows",
)
BOT = "github-actions[bot]"
BOT_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
_RELEASE = re.compile(r"refs/tags/v(\d+)\.(\d+)\.(\d+)")
# A link or a picture of the README that is relative to it.
_LINK = re.compile(r"\]\((?![a-z]+:|#|\.\./)([^)#]+)")
_PICTURES = (".png", ".svg")


class ReleaseError(Exception):
    """Why the release cannot go on, as a sentence."""


def git(*arguments: str, text: str | None = None, index: Path | None = None, **variables: str) -> str:
    """Return what Git prints, without the line break at the end. Raises ReleaseError with what Git says."""
    if index is not None:
        variables["GIT_INDEX_FILE"] = str(index)
    # No checkout keeps the job's token, so gh answers when the server asks for one.
    helper = ["-c", "credential.helper=!gh auth git-credential"] if "GH_TOKEN" in os.environ else []
    done = subprocess.run(
        ["git", *helper, *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]} failed: {' '.join(done.stderr.split())}")
    return done.stdout.rstrip("\n")


def remote_tags(pattern: str) -> dict[str, str]:
    """Return the references of `origin` that fit *pattern*, with what they point to."""
    rows = (row.split("\t") for row in git("ls-remote", "origin", pattern).splitlines())
    return {name: sha for sha, name in rows if not name.endswith("^{}")}


def find(version: str, commit: str) -> str | None:
    """Return the image that the tag of *version* names, None if there is no tag.

    Raises ReleaseError if the tag is of another commit than *commit*.
    """
    tag = f"refs/tags/v{version}"
    if not remote_tags(tag):
        return None
    git("fetch", "--quiet", "--no-tags", "origin", tag)
    parents = re.findall(r"^parent (\w+)$", git("cat-file", "commit", "FETCH_HEAD^{commit}"), re.MULTILINE)
    if parents != [commit]:
        raise ReleaseError(f"v{version} is out, made of another commit, and a tag is never moved")
    lines = git("show", f"FETCH_HEAD:{IMAGE_FILE}").splitlines()
    return next(line for line in lines if not line.startswith("#"))


def image_file(version: str, image: str) -> str:
    """The text of ``action/release-image``."""
    return f"# The image of v{version}, made from the commit below the one that this file came with.\n{image}\n"


def readme(text: str, repository: str, commit: str) -> str:
    """Return the README's *text* with its links to files that are not shipped as addresses of *commit*."""

    def linked(found: re.Match[str]) -> str:
        path = found[1]
        if any(path == shipped or path.startswith(f"{shipped}/") for shipped in SHIPPED):
            return found[0]
        kind = "raw" if path.endswith(_PICTURES) else "blob"
        return f"](https://github.com/{repository}/{kind}/{commit}/{path}"

    return _LINK.sub(linked, text)


def tree(commit: str, changed: dict[str, str]) -> str:
    """Return a tree of what is shipped of *commit*, with *changed* as the text of the files it names."""
    rows = {row.partition("\t")[2]: row for row in _rows(commit)}
    for name in SHIPPED:
        if not any(path == name or path.startswith(f"{name}/") for path in rows):
            raise ReleaseError(f"{name} is to be shipped, and the released commit does not have it")
    for path, text in changed.items():
        rows[path] = f"100644 blob {git('hash-object', '-w', '--stdin', text=text)}\t{path}"
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        git("update-index", "--index-info", text="\n".join(rows.values()) + "\n", index=index)
        return git("write-tree", index=index)


def _rows(commit: str) -> list[str]:
    return git("ls-tree", "-r", "--full-tree", commit, "--", *SHIPPED).splitlines()


def commit_of(version: str, commit: str, image: str, repository: str) -> str:
    """Return the commit to tag: the same one whenever it is made of the same *commit* and *image*."""
    changed = {
        README: readme(git("show", f"{commit}:{README}") + "\n", repository, commit),
        IMAGE_FILE: image_file(version, image),
    }
    date = git("show", "--no-patch", "--format=%ct +0000", commit)
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _identity(date)}
    message = f"Ship {version}: what the action needs, and its image by digest"
    return git("commit-tree", tree(commit, changed), "-p", commit, "-m", message, **who)


def _identity(date: str) -> tuple[tuple[str, str], ...]:
    return ("NAME", BOT), ("EMAIL", BOT_EMAIL), ("DATE", date)


def make(version: str, commit: str, image: str, repository: str) -> str:
    """Tag the release's commit at `origin` and return it. Raises ReleaseError if the tag is on another one."""
    tag = f"refs/tags/v{version}"
    made = commit_of(version, commit, image, repository)
    there = remote_tags(tag).get(tag)
    if there is None:
        push(f"{made}:{tag}")
    elif there != made:
        raise ReleaseError(f"v{version} is out, made of another commit or image, and a tag is never moved")
    return made


def move_major(version: str, commit: str) -> str:
    """Point the major tag at *commit* unless a higher version is out. Return what was done, as a sentence."""
    major = version.partition(".")[0]
    tag = f"refs/tags/v{major}"
    out = [
        tuple(map(int, found.groups())) for name in remote_tags(f"{tag}.*") if (found := _RELEASE.fullmatch(name))
    ]
    highest = "v" + ".".join(map(str, max(out)))
    if highest != f"v{version}":
        return f"{highest} is out, so v{major} stays where it is"
    push(f"+{commit}:{tag}", f"--force-with-lease={tag}:{remote_tags(tag).get(tag, '')}")
    return f"v{major} is v{version}"


def push(what: str, *options: str) -> None:
    """Push *what* to `origin`. Raises ReleaseError with what to look at."""
    try:
        git("push", "--quiet", *options, "origin", what)
    except ReleaseError as error:
        hint = "if a ruleset restricts tags, GitHub Actions has to be on its bypass list: see CONTRIBUTING.md"
        raise ReleaseError(f"{error}; {hint}") from error


def main(arguments: list[str]) -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(description="The commit and the tags of a release.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("found", "make", "major"):
        command = commands.add_parser(name)
        command.add_argument("version")
        command.add_argument("--commit", required=True)
    for option in ("--image", "--repository"):
        commands.choices["make"].add_argument(option, required=True)
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "found":
            if image := find(asked.version, asked.commit):
                print(f"image={image}")
        elif asked.command == "make":
            print(f"sha={make(asked.version, asked.commit, asked.image, asked.repository)}")
        else:
            print(move_major(asked.version, asked.commit))
    except ReleaseError as error:
        print(f"::error::{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
