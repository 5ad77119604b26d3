"""The first page says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from consumer_drift.config import load
from consumer_drift.model.config import Config
from consumer_drift.model.repository import RepositoryName

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fences(language: str) -> list[str]:
    """The contents of all fenced blocks in *language*."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_a_whole_workflow_is_on_the_first_screen() -> None:
    """A newcomer copies it: it is scheduled, can be started by hand, and asks for little."""
    workflow = yaml.safe_load(fences("yaml")[0])
    assert README.split("\n").index("```yaml") < 25
    # YAML 1.1 reads the key `on` as true.
    assert {"schedule", "workflow_dispatch"} <= set(workflow[True])
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["drift"]["steps"]
    assert [step["uses"] for step in steps] == ["org/consumer-drift-action@v1"]
    assert [step["with"]["token"] for step in steps] == ["${{ secrets.CONSUMER_DRIFT_TOKEN || github.token }}"]


def test_the_list_on_the_first_screen_is_a_configuration() -> None:
    """It loads as it is."""
    config = load(fences("yaml")[1].encode(), "consumer-drift.yml", RepositoryName("acme", "runtime"))
    assert isinstance(config, Config)
    assert len(config.consumers) == 2


def test_the_two_commands_are_targets_that_need_nothing_else() -> None:
    """They are all that a fresh machine is told."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "make demo\nmake test\n" in fences("sh")
    assert re.search(r"^demo:", makefile, re.MULTILINE)
    assert re.search(r"^test:", makefile, re.MULTILINE)


def test_the_sample_is_what_the_program_prints() -> None:
    """The first two blocks of a report that the renderers are held against."""
    golden = (ROOT / "tests" / "render" / "golden" / "mixed-day.txt").read_text(encoding="utf-8")
    assert fences("text")[0].strip() == "\n\n".join(golden.split("\n\n")[:2]).strip()


def test_every_file_that_is_linked_is_there() -> None:
    """No dead end within the repository."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    ours = [link for link in links if not link.startswith("../../")]
    assert [link for link in ours if not (ROOT / link).exists()] == []


def test_the_badge_of_the_checks_names_a_workflow_that_runs_on_the_branch() -> None:
    """GitHub resolves such links against the repository's own address, whoever publishes it."""
    links = re.findall(r"\]\(\.\./\.\./([^)]+)\)", README)
    assert links
    for link in links:
        file = re.fullmatch(r"actions/workflows/([\w-]+\.yml)(/badge\.svg\?branch=main)?", link)
        assert file, link
        workflow = yaml.safe_load((ROOT / ".github" / "workflows" / file[1]).read_text(encoding="utf-8"))
        assert "main" in workflow[True]["push"]["branches"]
