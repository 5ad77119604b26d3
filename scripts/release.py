"""What a release needs to know of the tree: whether its version is the same everywhere, and what its notes say.

python3 scripts/release.py check VERSION --repository OWNER/NAME
python3 scripts/release.py notes VERSION --repository OWNER/NAME --commit SHA --image IMAGE
    prints the release's notes

Runs on a bare Python, without the program's dependencies.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
# Where the version is written besides the changelog, and how it is found there.
PLACES = {
    "src/consumer_drift/__init__.py": re.compile(r'^__version__ = "(.*)"$', re.MULTILINE),
    "Dockerfile": re.compile(r'org\.opencontainers\.image\.version="(.*?)"'),
}
# Where the addresses of the documentation and the schema are made from: they would lead to another repository's.
LINKS = "src/consumer_drift/links.py"
_REPOSITORY = re.compile(r'^REPOSITORY = "(.*)"$', re.MULTILINE)
CHANGELOG = "CHANGELOG.md"


def mistakes(root: Path, version: str, repository: str) -> list[str]:
    """Return what keeps *version* from being released by *repository* out of the tree at *root*, as sentences."""
    if not VERSION.fullmatch(version):
        return [f"{version!r} is no version: write it as 1.2.3, without a v"]
    found = []
    for file, pattern in PLACES.items():
        said = pattern.search((root / file).read_text(encoding="utf-8"))
        if said is None or said[1] != version:
            found.append(f"{file} says {said[1] if said else 'no version'}, and {version} is to be released")
    named = _REPOSITORY.search((root / LINKS).read_text(encoding="utf-8"))
    if named is None or named[1] != repository:
        found.append(f"{LINKS} says {named[1] if named else 'no repository'}, and {repository} releases")
    section = changes(root, version)
    if section is None:
        found.append(f"{CHANGELOG} has no section '## [{version}] - YYYY-MM-DD'")
    elif not section:
        found.append(f"{CHANGELOG} says nothing about {version}")
    return found


def changes(root: Path, version: str) -> str | None:
    """The changelog's section of *version*, None where there is none with a date."""
    text = (root / CHANGELOG).read_text(encoding="utf-8")
    head = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}\n(.*?)(?=^## |^\[|\Z)"
    found = re.search(head, text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else None


def notes(root: Path, version: str, repository: str, commit: str, image: str) -> str:
    """The release's notes: what changed, and how to pin exactly this."""
    return f"""{changes(root, version)}

## Pin it

```yaml
- uses: {repository}@{commit} # v{version}
```

The image is `{image}`, for amd64 and arm64. Where it comes from and what is in it is attested:

```sh
gh attestation verify oci://{image} --repo {repository}
```
"""


def main(arguments: list[str]) -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(description="What a release needs to know of the tree.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check")
    check.add_argument("version")
    check.add_argument("--repository", required=True)
    commands.add_parser("notes").add_argument("version")
    for option in ("--repository", "--commit", "--image"):
        commands.choices["notes"].add_argument(option, required=True)
    asked = parser.parse_args(arguments)
    if asked.command == "check":
        found = mistakes(ROOT, asked.version, asked.repository)
        print("\n".join(f"::error::{mistake}" for mistake in found) or f"{asked.version} can be released")
        return 1 if found else 0
    print(notes(ROOT, asked.version, asked.repository, asked.commit, asked.image), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
