"""What a user copies works: workflows and configurations of the documentation are held against their rules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from consumer_drift.config.consumer_file import consent_of
from consumer_drift.config.location import CONSUMER_FILES
from consumer_drift.model.consent import Consent
from consumer_drift.model.result import FileText
from consumer_drift.settings import DEFAULT_MAX_TIME
from tests.config.loading import config_of
from tests.docs.sentences import ROOT
from tests.docs.workflows import EXAMPLES, FENCES, Workflow, blocks

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
OURS = "org/consumer-drift-action"
OWN = tuple(
    Workflow(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
)
ALL = [*EXAMPLES, *FENCES, *OWN]
CONFIGURATIONS = [block for block in blocks() if re.search(r"^consumers:", block.text, re.MULTILINE)]
CONSENTS = [block for block in blocks() if re.search(r"^# \.\w+/consumer-drift-consumer\.yml", block.text)]
# A single step or a list of keys is no whole file of either kind.
PIECES = re.compile(r"^- uses: ")


def steps(workflow: Workflow) -> list[dict[str, object]]:
    return [step for job in workflow.content["jobs"].values() for step in job.get("steps", [])]


def actionlint() -> str | None:
    built = Path(sys.executable).parent / "actionlint"
    return shutil.which("actionlint") or (str(built) if built.exists() else None)


def test_there_is_something_to_look_at() -> None:
    assert len(EXAMPLES) >= 6
    assert len(FENCES) >= 5
    assert len(CONFIGURATIONS) >= 10


@pytest.mark.parametrize("block", blocks(), ids=str)
def test_every_block_of_yaml_is_of_a_kind_that_is_checked(block: Workflow) -> None:
    known = block in FENCES or block in CONFIGURATIONS or block in CONSENTS or PIECES.match(block.text)
    assert known, "neither a workflow, nor a configuration, nor a step: it would go unchecked"


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_every_configuration_loads(block: Workflow) -> None:
    assert config_of(block.text).consumers


@pytest.mark.parametrize("block", CONSENTS, ids=str)
def test_every_consumers_own_file_is_understood(block: Workflow) -> None:
    said = consent_of({CONSUMER_FILES[0]: FileText(block.text)})
    assert isinstance(said, Consent)
    assert not said.mistake
    assert not said.land


@pytest.mark.parametrize("workflow", ALL, ids=str)
def test_every_action_is_pinned_by_its_commit(workflow: Workflow) -> None:
    for line in re.findall(r"uses: (\S+@.*)$", workflow.text, re.MULTILINE):
        if not line.startswith(f"{OURS}@"):
            assert re.match(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("workflow", ALL, ids=str)
def test_only_inputs_that_exist_are_given(workflow: Workflow) -> None:
    for step in steps(workflow):
        uses = str(step.get("uses", ""))
        if uses.startswith(f"{OURS}@") or uses == "./":
            assert set(step.get("with", {})) <= set(ACTION["inputs"])  # type: ignore[call-overload]


@pytest.mark.parametrize("workflow", ALL, ids=str)
def test_only_outputs_that_exist_are_read(workflow: Workflow) -> None:
    assert set(re.findall(r"steps\.drift\.outputs\.([\w-]+)", workflow.text)) <= set(ACTION["outputs"])


@pytest.mark.parametrize("workflow", [*EXAMPLES, *OWN], ids=str)
def test_every_workflow_says_what_it_may_do(workflow: Workflow) -> None:
    assert "permissions" in workflow.content


@pytest.mark.parametrize("workflow", ALL, ids=str)
def test_no_expression_is_in_a_script(workflow: Workflow) -> None:
    """What a repository's name or an output holds would be run."""
    assert all("${{" not in str(step.get("run", "")) for step in steps(workflow))


@pytest.mark.parametrize("workflow", ALL, ids=str)
def test_a_job_lasts_longer_than_a_run_may(workflow: Workflow) -> None:
    """Else the runner ends it, and nothing is said of what was read."""
    for job in workflow.content["jobs"].values():
        for step in job.get("steps", []):
            if str(step.get("uses", "")).startswith(f"{OURS}@"):
                longest = float(step.get("with", {}).get("max-time", DEFAULT_MAX_TIME))
                assert float(job.get("timeout-minutes", 360)) * 60 > longest


@pytest.mark.parametrize("name", ["shards.yml", "shards-gitea.yml"])
def test_the_shards_of_an_example_are_all_there_and_merged(name: str) -> None:
    """Every share once, of the number that there are, and the merge whatever became of them."""
    jobs = next(one for one in EXAMPLES if one.where.endswith(f"/{name}")).content["jobs"]
    indices = jobs["shard"]["strategy"]["matrix"]["index"]
    ours = jobs["shard"]["steps"][0]["with"]
    assert [int(index) for index in indices] == list(range(1, len(indices) + 1))
    assert ours["shard"] == f"${{{{ matrix.index }}}}/{len(indices)}"
    assert ours["fail-on"] == "none"
    assert int(ours.get("concurrency", 0)) * len(indices) <= 100
    assert (jobs["combine"]["if"], jobs["combine"]["needs"]) == ("always()", "shard")
    assert ours["report"].replace("${{ matrix.index }}", "*") == "shard-*.json"


@pytest.mark.parametrize("workflow", ALL, ids=str)
def test_no_checkout_leaves_its_token_behind(workflow: Workflow) -> None:
    for step in steps(workflow):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"  # type: ignore[index]


@pytest.mark.skipif(actionlint() is None, reason="actionlint is not installed: make lint builds it")
def test_actionlint_finds_nothing_in_the_workflows_of_the_pages(tmp_path: Path) -> None:
    files = []
    for number, workflow in enumerate(FENCES):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(workflow.text, encoding="utf-8")
    command = [str(actionlint()), "-no-color", "-shellcheck=", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    names = "\n".join(f"{file.name}: {workflow}" for file, workflow in zip(files, FENCES, strict=True))
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{names}"
