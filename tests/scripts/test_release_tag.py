"""A release's tag: what its commit has, and that a release which failed half way can be finished."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("release_tag", ROOT / "scripts" / "release_tag.py")
assert SPEC
assert SPEC.loader
release_tag = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(release_tag)

IMAGE = "ghcr.io/acme/consumer-drift@sha256:0f"
FOLDERS = ("action", "src", "schema", ".github/workflows")
README = """\
# Drift

![Summary](docs/summary.png) [licence](LICENSE) [schema](schema/a.json)
[docs](docs/index.md#top) [folder](examples/workflows)
[badge](../../actions) [site](https://example.org/a) [here](#drift)
"""


def git(folder: Path, *arguments: str) -> str:
    """Git's output in *folder*."""
    someone = ["-c", "user.name=someone", "-c", "user.email=someone@example.invalid"]
    done = subprocess.run(["git", *someone, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, name: str, text: str) -> str:
    """Commit a file, push it, and return the commit."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", name)
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shallow checkout of a bare repository, as a job has it."""
    bare, author, job = tmp_path / "bare", tmp_path / "author", tmp_path / "job"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    git(tmp_path, "clone", "--quiet", str(bare), str(author))
    for name in release_tag.SHIPPED:
        file = author / name / "a.json" if name in FOLDERS else author / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(README if name == "README.md" else name, encoding="utf-8")
    (author / "tests").mkdir()
    (author / "tests" / "test_a.py").write_text("", encoding="utf-8")
    commit(author, "docs/index.md", "docs")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", f"file://{bare}", str(job))
    monkeypatch.setattr(release_tag, "ROOT", job)
    return job


def head(checkout: Path) -> str:
    """The released commit."""
    return git(checkout, "rev-parse", "HEAD")


def make(checkout: Path, version: str = "1.2.3", image: str = IMAGE) -> str:
    """The tagged commit."""
    made: str = release_tag.make(version, head(checkout), image, "acme/drift")
    return made


def test_the_tag_has_what_the_action_needs_on_top_of_the_released_commit(checkout: Path) -> None:
    made = make(checkout)
    bare = checkout.parent / "bare"
    assert git(bare, "rev-parse", "v1.2.3") == made
    assert git(bare, "rev-parse", "v1.2.3^") == head(checkout)
    there = git(bare, "ls-tree", "-r", "--name-only", "v1.2.3").splitlines()
    assert "action/release-image" in there
    assert {path for path in there if path.startswith(("docs", "tests"))} == set()
    assert {name for name in release_tag.SHIPPED if not any(path.startswith(name) for path in there)} == set()


def test_the_images_file_has_one_line_that_is_no_comment(checkout: Path) -> None:
    """``action/lib/generate.sh`` takes every line that does not start with # for the image."""
    make(checkout)
    lines = git(checkout.parent / "bare", "show", "v1.2.3:action/release-image").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [IMAGE]


def test_the_readme_links_to_what_is_not_shipped_where_it_is(checkout: Path) -> None:
    make(checkout)
    at = "https://github.com/acme/drift"
    text = git(checkout.parent / "bare", "show", "v1.2.3:README.md").replace(f"/{head(checkout)}/", "/")
    assert text.splitlines()[2:] == [
        f"![Summary]({at}/raw/docs/summary.png) [licence](LICENSE) [schema](schema/a.json)",
        f"[docs]({at}/blob/docs/index.md#top) [folder]({at}/blob/examples/workflows)",
        "[badge](../../actions) [site](https://example.org/a) [here](#drift)",
    ]


def test_a_run_that_is_repeated_finds_its_tag_and_the_image_in_it(checkout: Path) -> None:
    assert release_tag.find("1.2.3", head(checkout)) is None
    made = make(checkout)
    assert release_tag.find("1.2.3", head(checkout)) == IMAGE
    assert make(checkout) == made


def test_another_image_or_commit_never_gets_a_tag_that_is_out(checkout: Path) -> None:
    make(checkout)
    with pytest.raises(
        release_tag.ReleaseError, match="made of another commit or image, and a tag is never moved"
    ):
        make(checkout, image="ghcr.io/acme/consumer-drift@sha256:1e")
    commit(checkout, "src/a.json", "newer")
    with pytest.raises(release_tag.ReleaseError, match="is out, made of another commit, "):
        release_tag.find("1.2.3", head(checkout))
    with pytest.raises(release_tag.ReleaseError, match="a tag is never moved"):
        make(checkout)


def test_the_major_tag_moves_to_the_highest_release_alone(checkout: Path) -> None:
    bare = checkout.parent / "bare"
    first = make(checkout)
    assert release_tag.move_major("1.2.3", first) == "v1 is v1.2.3"
    assert release_tag.move_major("1.2.3", first) == "v1 is v1.2.3"
    commit(checkout, "src/a.json", "newer")
    higher = make(checkout, "1.10.0")
    assert release_tag.move_major("1.10.0", higher) == "v1 is v1.10.0"
    lower = make(checkout, "1.9.0")
    assert release_tag.move_major("1.9.0", lower) == "v1.10.0 is out, so v1 stays where it is"
    assert git(bare, "rev-parse", "v1") == higher


def test_a_tag_that_the_server_refuses_names_the_ruleset(checkout: Path) -> None:
    hook = checkout.parent / "bare" / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho 'GH013: Repository rule violations' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(release_tag.ReleaseError, match=r"GH013.*GitHub Actions has to be on its bypass list"):
        make(checkout)


def test_everything_that_is_shipped_is_in_this_tree() -> None:
    assert [name for name in release_tag.SHIPPED if not (ROOT / name).exists()] == []
