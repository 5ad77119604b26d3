"""Make the lock files in tests/data/locks with the real package managers, and record what these say is in them.

    PATH=folder-with-the-tools:$PATH python -m scripts.lock_samples [case …]

Each case is a small project with a workspace or two versions of one package. Its folder gets the lock file and
``answer.json``: the tool, the command that was asked, and every version of every package that it answered.
The tools must be on the PATH: uv, poetry, pdm, pip-compile, npm, npm-8, pnpm-7, pnpm-8, pnpm-10, pnpm-12, yarn-1,
yarn-2, yarn-3, yarn-4, cargo, go, bundle and composer. A case whose tool is missing is passed over.
Hosts and folders of this machine are replaced, so a case differs from what a user has in nothing but these names.

    python -m scripts.lock_samples --updates

runs the command that the program names for a stale lock, and says whether it leads to the right version.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift.locks.base import Installed
from consumer_drift.locks.formats import lock_format, update_command
from consumer_drift.locks.reading import read_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "locks"
Answer = dict[str, set[str]]

_ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("PIP_FIND", "UV_", "npm_"))},
    "npm_config_omit_lockfile_registry_resolved": "false",
    "COMPOSER_ALLOW_SUPERUSER": "1",
    "YARN_ENABLE_TELEMETRY": "0",
    "CI": "",
}
_WEB = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]+(?=[/\"'#?\s}])")


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def repository(folder: Path, files: dict[str, str]) -> str:
    """A Git repository with the tag v1.2.3, and its address."""
    write(folder, files)
    run(folder, "git", "init", "--quiet", "--initial-branch", "main", ".")
    run(folder, "git", "add", ".")
    author = ("-c", "user.name=Sample", "-c", "user.email=sample@example.org", "-c", "commit.gpgsign=false")
    run(folder, "git", *author, "commit", "--quiet", "--date", "2024-01-01T00:00:00Z", "-m", "Release")
    run(folder, "git", "tag", "v1.2.3")
    return f"file://{folder}"


def save(name: str, work: Path, lock: Path, asked: str, answer: Answer, local: Iterable[str] = ()) -> None:
    """Keep the lock file without the names of this machine, and the answer beside it."""
    text = lock.read_text(encoding="utf-8")
    text = text.replace(f"file://{work}", "https://git.example").replace(str(work), "/work")
    text = text.replace("file://None/work", "https://git.example")
    text = _WEB.sub("https://registry.example", text.replace("https://git.example", "\0")).replace(
        "\0", "https://git.example"
    )
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / lock.name).write_text(text, encoding="utf-8")
    packages = {package: sorted(versions) for package, versions in sorted(answer.items())}
    record = {"asked": asked, "packages": packages, "local": sorted(local)}
    (folder / "answer.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"{name}: {len(text)} characters, {len(packages)} packages")


PYTHON_LIBRARY = """\
[project]
name = "{name}"
version = "{version}"
description = "A sample"
requires-python = ">=3.10"
dependencies = {dependencies}
[build-system]
requires = ["flit-core"]
build-backend = "flit_core.buildapi"
"""


def library(name: str, version: str, dependencies: str = "[]") -> dict[str, str]:
    return {
        "pyproject.toml": PYTHON_LIBRARY.format(name=name, version=version, dependencies=dependencies),
        name.replace("-", "_") + ".py": '"""A sample."""\n',
    }


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


def uv(work: Path) -> None:
    git = repository(work / "runtime", library("acme-rt", "1.2.3"))
    project = work / "project"
    write(
        project,
        {
            "pyproject.toml": f"""\
[project]
name = "Shop_Front"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = [
  "six==1.16.0", "tools", "acme-rt @ git+{git}@v1.2.3",
  "idna==3.4; python_version < '3.12'", "idna==3.7; python_version >= '3.12'",
]
[project.optional-dependencies]
events = ["Zope.Event==4.6"]
[dependency-groups]
dev = ["iniconfig"]
[tool.uv.sources]
tools = {{workspace = true}}
[tool.uv.workspace]
members = ["tools"]
""",
            **below("tools", library("tools", "0.2.0", '["six>=1.10"]')),
        },
    )
    run(project, "uv", "lock")
    asked = "uv tree --frozen --universal --no-dedupe --all-groups"
    answer: Answer = defaultdict(set)
    for line in run(project, *asked.split()).splitlines():
        found = re.match(r"[│├└─ ]*([A-Za-z0-9._-]+)(?:\[[^\]]*\])? v(\S+)", line)
        if found:
            answer[found[1]].add(found[2])
    save("uv", work, project / "uv.lock", asked, answer, ["shop-front", "tools"])


def uv_script(work: Path) -> None:
    script = work / "task.py"
    write(
        work, {"task.py": '# /// script\n# requires-python = ">=3.10"\n# dependencies = ["six==1.16.0"]\n# ///\n'}
    )
    run(work, "uv", "lock", "--script", script.name)
    (work / "task.py.lock").rename(work / "uv.lock")
    save("uv-script", work, work / "uv.lock", "its one requirement, six==1.16.0", {"six": {"1.16.0"}})


def poetry(work: Path) -> None:
    git = repository(work / "runtime", library("acme-rt", "1.2.3"))
    project = work / "project"
    write(
        project,
        {
            "pyproject.toml": f"""\
[project]
name = "shop"
version = "0.1.0"
requires-python = ">=3.10,<4.0"
[tool.poetry]
package-mode = false
[tool.poetry.dependencies]
python = ">=3.10,<4.0"
six = "1.16.0"
tools = {{path = "tools", develop = true}}
acme-rt = {{git = "{git}", tag = "v1.2.3"}}
idna = [{{version = "3.4", python = "<3.12"}}, {{version = "3.7", python = ">=3.12"}}]
[tool.poetry.group.dev.dependencies]
Zope-Event = "4.6"
[[tool.poetry.source]]
name = "registry"
url = "https://pypi.org/simple/"
priority = "primary"
""",
            **below("tools", library("tools", "0.2.0")),
        },
    )
    run(project, "poetry", "lock")
    asked = "poetry show --all --format json"
    answer: Answer = defaultdict(set)
    for row in json.loads(run(project, *asked.split())):
        answer[row["name"]].add(row["version"].split()[0])
    save("poetry", work, project / "poetry.lock", asked, answer, ["tools"])


def pdm(work: Path) -> None:
    project = work / "project"
    write(
        project,
        {
            "pyproject.toml": """\
[project]
name = "shop"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = [
  "six==1.16.0", "Zope.Event==4.6", "tools @ file:///${PROJECT_ROOT}/tools",
  "idna==3.4; python_version < '3.12'", "idna==3.7; python_version >= '3.12'",
]
""",
            **below("tools", library("tools", "0.2.0")),
        },
    )
    run(project, "pdm", "lock", "--python", "==3.11.*")
    run(project, "pdm", "lock", "--python", "==3.13.*", "--append")
    asked = "pdm export --no-hashes --format requirements"
    answer: Answer = defaultdict(set)
    for name, version in re.findall(r"^([\w.-]+)==(\S+?)(?:;|\s|$)", run(project, *asked.split()), re.MULTILINE):
        answer[name].add(version)
    # The export names it by its address alone.
    answer["tools"].add("0.2.0")
    save("pdm", work, project / "pdm.lock", asked, answer, ["tools"])


REQUIREMENTS = {"requirements.in": "six==1.16.0\nZope.Event==4.6\nidna==3.7\n"}


def pip_compile(work: Path) -> None:
    write(work, REQUIREMENTS)
    run(work, "pip-compile", "--quiet", "--generate-hashes", "--allow-unsafe", "requirements.in")
    _requirements("pip-compile", work)


def uv_pip_compile(work: Path) -> None:
    write(work, REQUIREMENTS)
    run(
        work,
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--annotation-style",
        "line",
        "requirements.in",
        "--output-file",
        "requirements.txt",
    )
    _requirements("uv-pip-compile", work)


def _requirements(name: str, work: Path) -> None:
    asked = "pip install --dry-run --ignore-installed --no-deps --report - --quiet --requirement requirements.txt"
    report = json.loads(run(work, sys.executable, "-m", *asked.split()))
    answer: Answer = defaultdict(set)
    for one in report["install"]:
        answer[one["metadata"]["name"].lower().replace(".", "-")].add(one["metadata"]["version"])
    save(name, work, work / "requirements.txt", asked, answer)


def javascript(workspace: str) -> dict[str, str]:
    """A workspace with two versions of ``ms`` and of ``is-number``, an alias and a scope.

    *workspace* is how the member is asked for.
    """
    root = {
        "name": "shop",
        "version": "0.1.0",
        "private": True,
        "workspaces": ["packages/*"],
        "dependencies": {
            "debug": "2.6.9",
            "ms": "2.1.3",
            "odd": "npm:is-odd@3.0.1",
            "@sindresorhus/is": "6.3.1",
        },
        "devDependencies": {"tools": workspace},
    }
    tools = {"name": "tools", "version": "0.2.0", "dependencies": {"is-number": "^7.0.0", "ms": "^2.1.1"}}
    return {
        "package.json": json.dumps(root),
        "packages/tools/package.json": json.dumps(tools),
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        ".yarnrc.yml": "enableTelemetry: false\nnodeLinker: node-modules\n",
    }


def with_git(work: Path, files: dict[str, str]) -> dict[str, str]:
    """The same, with a package from a Git repository: not every tool takes one from a folder."""
    git = repository(work / "runtime", {"package.json": '{"name": "acme-rt", "version": "1.2.3"}'})
    root = json.loads(files["package.json"])
    root["dependencies"]["acme-rt"] = f"git+{git}#v1.2.3"
    return {**files, "package.json": json.dumps(root)}


def npm(binary: str, version: int) -> Callable[[Path], None]:
    def make(work: Path) -> None:
        files = javascript("0.2.0")
        write(work, with_git(work, files) if version > 1 else files)
        run(work, binary, "install", "--package-lock-only", "--lockfile-version", str(version))
        asked = "npm query * --package-lock-only" if version > 1 else "npm ls --all --json --package-lock-only"
        answer: Answer = defaultdict(set)
        if version > 1:
            for row in json.loads(run(work, "npm", "query", "*", "--package-lock-only")):
                answer[row["name"]].add(row["version"])
        else:
            _npm_tree(json.loads(run(work, binary, *asked.split()[1:])), answer)
        save(f"npm-v{version}", work, work / "package-lock.json", asked, answer, ["shop", "tools"])

    return make


def _npm_tree(tree: dict[str, dict[str, dict[str, str]]], answer: Answer) -> None:
    for name, row in tree.get("dependencies", {}).items():
        answer["is-odd" if name == "odd" else name].add(row["version"])
        _npm_tree(row, answer)  # type: ignore[arg-type]


def pnpm(major: str) -> Callable[[Path], None]:
    def make(work: Path) -> None:
        files = javascript("workspace:*")
        write(work, with_git(work, files) if int(major) >= 10 else files)
        run(work, f"pnpm-{major}", "install", "--ignore-scripts")
        asked = f"pnpm-{major} list --recursive --json --depth 9"
        answer: Answer = defaultdict(set)
        for project in json.loads(run(work, *asked.split())):
            _pnpm_tree(project, answer)
        answer.pop("tools", None)
        save(f"pnpm-{major}", work, work / "pnpm-lock.yaml", asked, answer, ["tools"])

    return make


def _pnpm_tree(row: dict[str, dict[str, dict[str, str]]], answer: Answer) -> None:
    for group in ("dependencies", "devDependencies", "optionalDependencies"):
        for name, one in row.get(group, {}).items():
            if not one["version"].startswith("link:"):
                answer["is-odd" if name == "odd" else one["from"]].add(one["version"].rpartition("@")[2])
            _pnpm_tree(one, answer)  # type: ignore[arg-type]


def yarn_1(work: Path) -> None:
    write(work, with_git(work, javascript("0.2.0")))
    run(work, "yarn-1", "install", "--ignore-scripts", "--non-interactive")
    asked = "yarn-1 list --json"
    answer: Answer = defaultdict(set)
    for name, version in re.findall(r'"name":"(@?[^"@]+)@([0-9][^"]*)"', run(work, *asked.split())):
        answer["is-odd" if name == "odd" else name].add(version)
    # Yarn 1 keeps its workspace out of the lock.
    answer.pop("tools", None)
    save("yarn-1", work, work / "yarn.lock", asked, answer)


def yarn_berry(major: str) -> Callable[[Path], None]:
    def make(work: Path) -> None:
        files = javascript("workspace:*") | {"yarn.lock": ""}
        write(work, with_git(work, files) if major == "2" else files)
        flags = ["--skip-builds"] if major == "2" else ["--mode=update-lockfile"]
        run(work, f"yarn-{major}", "install", *flags)
        asked = f"yarn-{major} info --all --recursive --json"
        answer: Answer = defaultdict(set)
        for line in run(work, *asked.split()).splitlines():
            row = json.loads(line)
            name, _, reference = row["value"].rpartition("@")
            if not reference.startswith("workspace:"):
                answer[name].add(row["children"]["Version"])
        save(f"yarn-{major}", work, work / "yarn.lock", asked, answer, ["shop", "tools"])

    return make


def cargo(work: Path) -> None:
    crate = '[package]\nname = "{}"\nversion = "{}"\nedition = "2021"\nrust-version = "{}"\n[dependencies]\n'
    git = repository(work / "runtime", {"Cargo.toml": crate.format("acme-rt", "1.2.3", "1.60"), "src/lib.rs": ""})
    for name, rust in (("cargo-v3", "1.60"), ("cargo-v4", "1.85")):
        project = work / name
        write(
            project,
            {
                "Cargo.toml": '[workspace]\nmembers = ["shop", "tools"]\nresolver = "2"\n',
                "shop/Cargo.toml": crate.format("shop", "0.1.0", rust)
                + 'itoa = "=1.0.9"\nold = { package = "itoa", version = "=0.4.8" }\n'
                + f'tools = {{ path = "../tools" }}\nacme-rt = {{ git = "{git}", tag = "v1.2.3" }}\n',
                "tools/Cargo.toml": crate.format("tools", "0.2.0", rust) + 'cfg-if = "1"\nmemchr = "=2.5.0"\n',
                "shop/src/lib.rs": "",
                "tools/src/lib.rs": "",
            },
        )
        run(project, "cargo", "generate-lockfile")
        asked = "cargo metadata --format-version 1 --locked"
        answer: Answer = defaultdict(set)
        local = []
        for row in json.loads(run(project, *asked.split()))["packages"]:
            answer[row["name"]].add(row["version"])
            local += [row["name"]] if row["source"] is None else []
        save(name, work, project / "Cargo.lock", asked, answer, local)


def go(work: Path) -> None:
    write(
        work,
        {
            "go.mod": "module shop.example/app\n\ngo 1.21\n\nrequire (\n\trsc.io/quote v1.5.2\n"
            "\trsc.io/quote/v3 v3.1.0\n\tshop.example/tools v0.0.0\n)\n\n"
            "replace shop.example/tools => ./tools\n\nreplace rsc.io/sampler => rsc.io/sampler v1.3.1\n",
            "tools/go.mod": "module shop.example/tools\n\ngo 1.21\n",
            "tools/tools.go": "package tools\n\nvar X = 1\n",
            "main.go": 'package main\n\nimport (\n\t"rsc.io/quote"\n\tq3 "rsc.io/quote/v3"\n'
            '\t"shop.example/tools"\n)\n\n'
            "func main() { println(quote.Hello(), q3.HelloV3(), tools.X) }\n",
        },
    )
    run(work, "go", "mod", "tidy")
    asked = "go list -m -json all"
    answer: Answer = defaultdict(set)
    rows = re.split(r"(?<=\n\})\n", run(work, *asked.split()))
    for row in (json.loads(row) for row in rows if row.strip()):
        instead = row.get("Replace", row)
        if not row.get("Main") and "Version" in instead:
            answer[row["Path"].removesuffix("/v3")].add(instead["Version"])
    save("go-mod", work, work / "go.mod", asked, answer, ["shop.example/tools"])
    save("go-sum", work, work / "go.sum", asked, answer)


GEM = """\
Gem::Specification.new do |s|
  s.name, s.version, s.summary, s.authors, s.files = "{name}", "{version}", "A sample", ["Sample"], []
  s.homepage, s.license = "https://gems.example", "MIT"
  {more}
end
"""


def bundler(work: Path) -> None:
    gems = work / "gems" / "gems"
    gems.mkdir(parents=True)
    for name, version, more in (
        ("rack", "2.2.4", ""),
        ("rack", "2.2.8", ""),
        ("rack-test", "2.1.0", 's.add_dependency "rack", ">= 1.3"'),
        ("stone", "1.16.0", ""),
        ("stone", "1.16.0", 's.platform = "x86_64-linux"'),
    ):
        folder = work / "source"
        write(folder, {"a.gemspec": GEM.format(name=name, version=version, more=more)})
        run(folder, "gem", "build", "--quiet", "a.gemspec")
        for built in folder.glob("*.gem"):
            built.rename(gems / built.name)
    run(work / "gems", "gem", "generate_index", "--directory", ".")
    git = repository(work / "runtime", {"acme_rt.gemspec": GEM.format(name="acme_rt", version="1.2.3", more="")})
    project = work / "project"
    write(
        project,
        {
            "Gemfile": f'source "file://{work}/gems"\ngem "rack", "2.2.4"\ngem "rack-test"\ngem "stone"\n'
            f'gem "tools", path: "tools"\ngem "acme_rt", git: "{git}"\n',
            "tools/tools.gemspec": GEM.format(name="tools", version="0.2.0", more=""),
        },
    )
    run(project, "bundle", "lock", "--add-platform", "ruby", "x86_64-linux")
    script = (
        "puts Bundler::LockfileParser.new(File.read('Gemfile.lock')).specs"
        ".map { |s| [s.name, s.version.to_s] }.to_json"
    )
    answer: Answer = defaultdict(set)
    for name, version in json.loads(run(project, "ruby", "-rbundler", "-rjson", "-e", script)):
        answer[name].add(version)
    save("bundler", work, project / "Gemfile.lock", "Bundler::LockfileParser", answer, ["tools"])


def composer(work: Path) -> None:
    commit = "69b4859c6adcb067629f0a1ee44237cccd277002"

    def package(name: str, version: str) -> dict[str, object]:
        archive = {"type": "zip", "url": f"https://dist.example/{version}.zip", "reference": commit, "shasum": ""}
        return {"name": name, "version": version, "dist": archive}

    runtime = {version: package("Acme/Runtime", version) for version in ("1.2.3", "v1.3.0")}
    log = {"v1.0.1": package("acme/log", "v1.0.1")}
    write(
        work,
        {
            "packages.json": json.dumps({"packages": {"Acme/Runtime": runtime, "acme/log": log}}),
            "tools/composer.json": '{"name": "acme/tools", "version": "0.2.0"}',
            "project/composer.json": json.dumps(
                {
                    "name": "acme/shop",
                    "require": {"acme/runtime": "1.2.3", "acme/tools": "*"},
                    "require-dev": {"acme/log": "*"},
                    "repositories": [
                        {"type": "composer", "url": f"file://{work}"},
                        {"type": "path", "url": "../tools"},
                        {"packagist.org": False},
                    ],
                }
            ),
        },
    )
    project = work / "project"
    run(project, "composer", "update", "--no-install", "--no-interaction", "--quiet")
    asked = "composer show --locked --format=json"
    answer: Answer = defaultdict(set)
    for row in json.loads(run(project, *asked.split()))["locked"]:
        answer[row["name"].lower()].add(row["version"])
    save("composer", work, project / "composer.lock", asked, answer, ["acme/tools"])


CASES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "uv": ("uv", uv),
    "uv-script": ("uv", uv_script),
    "poetry": ("poetry", poetry),
    "pdm": ("pdm", pdm),
    "pip-compile": ("pip-compile", pip_compile),
    "uv-pip-compile": ("uv", uv_pip_compile),
    "npm-v1": ("npm-8", npm("npm-8", 1)),
    "npm-v2": ("npm-8", npm("npm-8", 2)),
    "npm-v3": ("npm", npm("npm", 3)),
    **{f"pnpm-{major}": (f"pnpm-{major}", pnpm(major)) for major in ("7", "8", "10", "12")},
    "yarn-1": ("yarn-1", yarn_1),
    **{f"yarn-{major}": (f"yarn-{major}", yarn_berry(major)) for major in ("2", "3", "4")},
    "cargo": ("cargo", cargo),
    "go": ("go", go),
    "bundler": ("bundle", bundler),
    "composer": ("composer", composer),
}


def _pep_621(version: str) -> str:
    project = '[project]\nname = "shop"\nversion = "0.1.0"\nrequires-python = ">=3.10"\n'
    return f'{project}dependencies = ["six=={version}"]\n'


def _poetry(version: str) -> str:
    source = '[[tool.poetry.source]]\nname = "registry"\nurl = "https://pypi.org/simple/"\npriority = "primary"\n'
    return _pep_621(version) + "[tool.poetry]\npackage-mode = false\n" + source


def _package_json(version: str) -> str:
    return json.dumps({"name": "shop", "version": "0.1.0", "private": True, "dependencies": {"ms": version}})


def _cargo_toml(version: str) -> str:
    return f'[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nitoa = "={version}"\n'


Project = tuple[str, str, "Callable[[str], str]", str, str, str, str, str]
_SIX = ("six", "1.16.0", "1.17.0")
_MS = ("ms", "2.1.2", "2.1.3")
# The binary, the manifest and its text, what makes the lock, the lock, the package and two of its versions.
UPDATES: list[Project] = [
    ("uv", "pyproject.toml", _pep_621, "uv lock", "uv.lock", *_SIX),
    ("poetry", "pyproject.toml", _poetry, "poetry lock", "poetry.lock", *_SIX),
    ("pdm", "pyproject.toml", _pep_621, "pdm lock", "pdm.lock", *_SIX),
    (
        "pip-compile",
        "requirements.in",
        "six=={}\n".format,
        "pip-compile -q --generate-hashes",
        "requirements.txt",
        *_SIX,
    ),
    (
        "uv",
        "requirements.in",
        "six=={}\n".format,
        "uv pip compile -q requirements.in --output-file requirements.txt",
        "requirements.txt",
        *_SIX,
    ),
    ("npm", "package.json", _package_json, "npm install --package-lock-only", "package-lock.json", *_MS),
    ("npm-8", "package.json", _package_json, "npm install --package-lock-only", "package-lock.json", *_MS),
    *(
        (f"pnpm-{major}", "package.json", _package_json, "pnpm install --lockfile-only", "pnpm-lock.yaml", *_MS)
        for major in ("7", "8", "10", "12")
    ),
    ("yarn-1", "package.json", _package_json, "yarn install", "yarn.lock", *_MS),
    ("yarn-2", "package.json", _package_json, "touch yarn.lock && yarn install", "yarn.lock", *_MS),
    ("yarn-3", "package.json", _package_json, "touch yarn.lock && yarn install", "yarn.lock", *_MS),
    ("yarn-4", "package.json", _package_json, "touch yarn.lock && yarn install", "yarn.lock", *_MS),
    (
        "cargo",
        "Cargo.toml",
        _cargo_toml,
        "mkdir src && touch src/lib.rs && cargo generate-lockfile",
        "Cargo.lock",
        "itoa",
        "1.0.9",
        "1.0.10",
    ),
    (
        "go",
        "go.mod",
        "module shop.example/app\n\ngo 1.21\n\nrequire rsc.io/quote v{}\n".format,
        (
            "printf 'package main\\nimport \"rsc.io/quote\"\\nfunc main() { println(quote.Hello()) }\\n' > main.go"
            " && go mod tidy"
        ),
        "go.sum",
        "rsc.io/quote",
        "1.5.1",
        "1.5.2",
    ),
]


def update(project: Project, work: Path) -> str:
    """Lock the old version, ask the manifest for the new one, and run what the program says."""
    binary, manifest, text, make, lock, package, old, new = project
    tool = make.rpartition("&& ")[2].split()[0]
    found = shutil.which(binary)
    if found is None:
        return "passed over"
    (work / "bin").mkdir()
    if tool != binary:
        (work / "bin" / tool).symlink_to(found)
    folder = work / "project"
    write(folder, {manifest: text(old)})
    path = f"export PATH={work / 'bin'}:$PATH; "
    run(folder, "sh", "-c", path + make)
    write(folder, {manifest: text(new)})
    before = _versions(folder / lock, package)
    form = lock_format(lock, (folder / lock).read_text(encoding="utf-8"))
    command = update_command(form, package, new, manifest, lock) if form else ""
    run(folder, "sh", "-c", path + command)
    after = _versions(folder / lock, package)
    manifest_kept = new in (folder / manifest).read_text(encoding="utf-8")
    return f"{before} -> {after}{'' if manifest_kept else ', and the manifest is another one'}: {command}"


def _versions(lock: Path, package: str) -> str:
    text = lock.read_text(encoding="utf-8")
    form = lock_format(lock.name, text)
    read = read_lock(form, text, package) if form else None
    return " ".join(one.version for one in read.versions) if isinstance(read, Installed) else str(read)


def main(wanted: list[str]) -> None:
    if wanted[:1] == ["--updates"]:
        for project in (one for one in UPDATES if not wanted[1:] or one[0] in wanted):
            with tempfile.TemporaryDirectory(prefix="lock-") as folder:
                print(project[0], update(project, Path(folder).resolve()), flush=True)
        return
    for name, (tool, make) in CASES.items():
        if wanted and name not in wanted:
            continue
        if shutil.which(tool) is None:
            print(f"{name}: passed over, {tool} is not here")
            continue
        with tempfile.TemporaryDirectory(prefix="lock-") as folder:
            make(Path(folder).resolve())


if __name__ == "__main__":
    main(sys.argv[1:])
