"""A job's step as a process: what it shows, its outputs, and its exit code."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from consumer_drift.action.inputs import read
from consumer_drift.action.step import checked
from consumer_drift.history import file
from consumer_drift.settings import ForgeChoice, UsageError
from scripts.shifted import inherited
from tests.commands.fleets import owner
from tests.composite.shell import parse_outputs
from tests.emulator import Emulator
from tests.emulator.world import real_time
from tests.fleet import BEHIND, CONFIG, TARGET, fleet
from tests.processes import consumer_drift, started
from tests.render import runners

if TYPE_CHECKING:
    from consumer_drift.settings import Settings
    from tests.fleet import Fleet

ROOT = Path(__file__).resolve().parents[2]
LIST = ".github/consumer-drift.yml"
ELSEWHERE = "https://git.example.org"


def settings(variables: dict[str, str], **inputs: str) -> Settings:
    """The settings of a step with *inputs*, in a job with *variables*."""
    given = read({f"INPUT_{name.upper()}": text for name, text in inputs.items()})
    return checked(given, variables, Path.cwd())


_FINDING = re.compile(
    r"^(?P<level>error|warning|notice): (?P<code>[a-z-]+)(?:  .+)?\n"
    r"  (?P<message>.+)\n(?:  at (?P<file>.+):\d+:\d+\n)?",
    re.MULTILINE,
)


class Step:
    """One run of the step, in its own workspace."""

    def __init__(self, folder: Path, emulator: Emulator | None = None, *, checkout: str | None = CONFIG) -> None:
        self.workspace, self.out = folder / "workspace", folder / "out"
        for made in (self.workspace / ".github", self.out):
            made.mkdir(parents=True)
        for name in ("started", "outputs", "summary.md", "verdict"):
            (self.out / name).touch()
        if checkout is not None:
            (self.workspace / LIST).write_text(checkout, encoding="utf-8")
        path = os.pathsep.join(filter(None, [str(ROOT / "src"), inherited().get("PYTHONPATH")]))
        self.variables = {
            "PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", **inherited(), "PYTHONPATH": path,
        }  # fmt: skip
        if emulator is not None:
            self.variables |= {
                "GITHUB_ACTIONS": "true",
                "GITHUB_SERVER_URL": emulator.url,
                "GITHUB_API_URL": emulator.api_url,
                "GITHUB_GRAPHQL_URL": emulator.graphql_url,
                "GITHUB_REPOSITORY": "acme/runtime",
                "GITHUB_SHA": "main",
                **({"GITEA_ACTIONS": "true"} if emulator.forge == "gitea" else {}),
            }

    def run(
        self,
        *,
        handover: bool = True,
        environment: dict[str, str] | None = None,
        fresh: bool = False,
        **inputs: str,
    ) -> Step:
        """Run it with *inputs* (underscores become dashes). *fresh*: in a process that starts from nothing."""
        given = {f"INPUT_{name.upper().replace('_', '-')}": text for name, text in inputs.items()}
        if handover:
            given["INPUT_HANDOVER"] = str(self.out)
        start = started if fresh else consumer_drift
        self.done = start("action", cwd=self.workspace, env={**self.variables, **given, **(environment or {})})
        return self

    @property
    def code(self) -> int:
        return self.done.returncode

    @property
    def shown(self) -> str:
        return self.done.stdout + self.done.stderr

    @property
    def outputs(self) -> dict[str, str]:
        return parse_outputs((self.out / "outputs").read_text(encoding="utf-8"))

    @property
    def verdict(self) -> str:
        return (self.out / "verdict").read_text(encoding="utf-8").strip()

    @property
    def summary(self) -> str:
        return (self.out / "summary.md").read_text(encoding="utf-8")

    def commands(self, name: str) -> list[runners.Command]:
        found = (runners.act(line) for line in self.done.stdout.splitlines())
        return [one for one in found if one and one.name == name]

    def told(self, level: str) -> list[runners.Command]:
        """The findings of *level*: as commands, or in the log where a forge's view shows no annotations."""
        if self.variables.get("GITEA_ACTIONS") != "true":
            return self.commands(level)
        found = _FINDING.finditer(re.sub(r"\x1b\[[0-9;]*m", "", self.done.stdout))
        return [
            runners.Command(level, {"file": one["file"] or ""}, f"{one['code']}: {one['message']}")
            for one in found
            if one["level"] == level
        ]


@pytest.fixture
def acme() -> Fleet:
    """The fleet."""
    return fleet(now=real_time)


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_drift_is_handed_to_the_last_step_and_the_process_itself_ends_well(
    tmp_path: Path, acme: Fleet, forge: str
) -> None:
    """Runners put an error of their own on a step that ends with another code, and the code itself is lost."""
    token = acme.token(forge, organisation=True).secret
    with Emulator(acme.world, forge) as emulator:
        step = Step(tmp_path, emulator).run(token=token)
    assert (step.code, step.verdict) == (0, "1 drift true")
    assert (step.outputs["status"], step.outputs["version"]) == ("drift", TARGET)
    assert json.loads(step.outputs["drifted"]) == [f"acme/{name}" for name in BEHIND]
    assert [command.properties["file"] for command in step.told("error")] == [LIST] * len(BEHIND)
    assert step.summary.startswith("## ❌ drift")
    first = step.done.stdout.splitlines()[0]
    assert first == f"::add-mask::{token}"
    assert token not in step.shown.replace(first, "")


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_where_a_view_shows_commands_as_they_are_there_are_none(tmp_path: Path, acme: Fleet, forge: str) -> None:
    """The report is told once, unfolded and in colours; only the runner itself reads the mask."""
    token = acme.token("gitea", organisation=True).secret
    marks = {"GITEA_ACTIONS": "true", **({"FORGEJO_ACTIONS": "true"} if forge == "forgejo" else {})}
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path / "one", emulator).run(token=token, environment=marks)
        plain = Step(tmp_path / "two", emulator).run(token=token, environment={**marks, "NO_COLOR": "1"})
    commands = [line for line in step.done.stdout.splitlines() if "::" in line]
    assert commands == [f"::add-mask::{token}", "::endgroup::"]
    assert "\x1b[1;31merror: behind\x1b[0m" in step.shown
    assert step.shown.count("exit code 1.") == 1
    shown, uncoloured = (re.sub(r"\x1b\[[0-9;]*m|in [0-9.]+ s", "", one.shown) for one in (step, plain))
    assert shown == uncoloured
    assert "\x1b" not in plain.shown


def test_on_github_the_report_is_a_folded_group_in_colours_with_annotations_behind_it(
    tmp_path: Path, acme: Fleet
) -> None:
    token = acme.token("github", organisation=True).secret
    with Emulator(acme.world, "github") as emulator:
        step = Step(tmp_path / "github", emulator).run(token=token)
        act = Step(tmp_path / "act", emulator).run(token=token, environment={"ACT": "true"})
    assert [len(one.commands("group")) for one in (step, act)] == [1, 1]
    assert ("\x1b[" in step.shown, "\x1b[" in act.shown) == (True, False)
    assert len(step.commands("error")) == len(act.commands("error")) == len(BEHIND)


def test_propagate_opens_the_bumps_and_hands_on_where_they_are(tmp_path: Path, acme: Fleet) -> None:
    """Another command of the same step: what it opened is an output, and the step is green."""
    token = acme.token("gitea", organisation=True).secret
    with Emulator(acme.world, "gitea") as emulator:
        planned = Step(tmp_path / "planned", emulator).run(token=token, command="propagate", dry_run="true")
        assert emulator.requests.count("POST") == 0
        step = Step(tmp_path / "done", emulator).run(token=token, command="propagate")
        opened = emulator.requests.count("POST", r"/pulls$")
    assert json.loads(planned.outputs["pull-requests"]) == []
    assert opened == len(BEHIND)
    assert len(json.loads(step.outputs["pull-requests"])) == len(BEHIND)
    assert (step.code, step.verdict) == (0, "0 in-sync false")
    assert json.loads(step.outputs["in-flight"]) == [f"acme/{name}" for name in BEHIND]


def test_init_proposes_the_list_and_hands_on_where(tmp_path: Path) -> None:
    """What lies in the workspace is not the list: the pull request is for the default branch."""
    world = owner(consumers=3, others=1, now=real_time)
    token = world.token("bot", scopes=["write:repository", "read:organization"], sees="all").secret
    with Emulator(world, "gitea") as emulator:
        planned = Step(tmp_path / "planned", emulator).run(token=token, command="init", dry_run="true")
        assert emulator.requests.count("POST") == 0
        step = Step(tmp_path / "done", emulator).run(token=token, command="init")
        opened = json.loads(step.outputs["pull-requests"])
        assert opened == [f"{emulator.url}/acme/runtime/pulls/1"]
    assert (planned.code, json.loads(planned.outputs["pull-requests"])) == (0, [])
    assert (step.code, step.verdict) == (0, "0 in-sync false")
    assert (step.workspace / LIST).read_text(encoding="utf-8") == CONFIG


def test_without_a_checkout_the_list_is_read_at_the_jobs_commit(tmp_path: Path, acme: Fleet) -> None:
    acme.world.repository("acme/runtime").commit({LIST: CONFIG})
    with Emulator(acme.world, "gitea") as emulator:
        token = acme.token("gitea", organisation=True).secret
        step = Step(tmp_path, emulator, checkout=None).run(token=token)
        assert emulator.requests.count("GET", r"/contents/\.github/consumer-drift\.yml") == 1
    assert step.outputs["exit-code"] == "1"


@pytest.mark.parametrize(
    ("fail_on", "verdict"),
    [
        ("", "1 drift true"),
        ("error", "1 drift false"),
        ("none", "1 drift false"),
        ("token-scope", "1 drift true"),
        ("drift", "1 drift true"),
    ],
)
def test_each_class_of_findings_turns_the_step_red_by_itself(
    tmp_path: Path, acme: Fleet, fail_on: str, verdict: str
) -> None:
    """Drift and a scope gap at once: the code is drift's either way."""
    with Emulator(acme.world, "gitea") as emulator:
        emulator.faults.add("missing-scope", path=r"/repos/search")
        step = Step(tmp_path, emulator).run(token=acme.token("gitea").secret, fail_on=fail_on)
    assert step.verdict == verdict
    assert step.outputs["scope-warning"] == "true"
    assert len(step.told("warning")) == 1


def test_as_the_whole_step_the_process_tells_what_the_step_concludes(tmp_path: Path, acme: Fleet) -> None:
    """Without a last step: outputs go to the runner's own file; where there is none, the process has the code."""
    acme.bump()
    file = tmp_path / "outputs.txt"
    file.touch()
    with Emulator(acme.world, "gitea") as emulator:
        emulator.faults.add("missing-scope", path=r"/repos/search")
        step, token = Step(tmp_path, emulator), acme.token("gitea").secret
        plain = step.run(handover=False, token=token, environment={"GITHUB_OUTPUT": str(file)}).code
        mute = step.run(handover=False, token=token).code
        red = step.run(
            handover=False, token=token, fail_on="token-scope", environment={"GITHUB_OUTPUT": str(file)}
        )
    assert (plain, mute, red.code) == (0, 3, 3)
    assert parse_outputs(file.read_text(encoding="utf-8"))["exit-code"] == "3"


def test_files_are_written_where_they_were_asked_for(tmp_path: Path, acme: Fleet) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        token = acme.token("gitea", organisation=True).secret
        step = Step(tmp_path, emulator).run(token=token, report="made/report.json", sarif="made/drift.sarif")
    report = json.loads((step.workspace / "made" / "report.json").read_text(encoding="utf-8"))
    sarif = json.loads((step.workspace / "made" / "drift.sarif").read_text(encoding="utf-8"))
    assert (report["status"], report["exit_code"], sarif["version"]) == ("drift", 1, "2.1.0")
    assert step.outputs["report"] == "made/report.json"


def test_each_run_is_a_line_of_the_history(tmp_path: Path, acme: Fleet) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        token = acme.token("gitea", organisation=True).secret
        step = Step(tmp_path, emulator).run(token=token, history="made/history.jsonl")
        step.run(token=token, history="made/history.jsonl")
        bad = Step(tmp_path / "bad", emulator).run(token=token, history="../history.jsonl")
        assert (step.outputs["on-change"], step.outputs["changed"]) == ("false", "[]")
        acme.bump()
        step.run(token=token, history="made/history.jsonl")
    assert step.outputs["on-change"] == "true"
    assert json.loads(step.outputs["changed"]) == [
        {"consumer": f"acme/template-{letter}", "now": "converged"} for letter in "abcdef"
    ]
    lines = (step.workspace / "made" / "history.jsonl").read_text(encoding="ascii").splitlines()
    assert [json.loads(line)["coverage"]["listed"] for line in lines] == [11, 11, 11]
    assert bad.verdict == "2 error true"


def test_each_run_is_a_line_of_the_history_on_a_branch(tmp_path: Path, acme: Fleet) -> None:
    """Also the joined run of shards; a page of its own reads the branch."""
    more = {"history_branch": "kept", "page": "site", "page_visibility": "private", "fail_on": "none"}
    runtime = next(one for one in acme.acme.repositories if one.name == "runtime")
    runtime.visibility = "private"  # names of private consumers are pushed to no public one
    with Emulator(acme.world, "gitea") as emulator:
        more["token"] = acme.token("gitea", organisation=True).secret
        step = Step(tmp_path, emulator).run(report="r.json", **more)
        assert step.outputs["on-change"] == "false"
        acme.bump()
        step.run(**more)
        assert step.outputs["on-change"] == "true"
        first = (step.workspace / "site" / "index.html").read_text(encoding="utf-8")
        for shard in ("1/2", "2/2"):
            name = f"{shard[0]}.json"
            step.run(shard=shard, report=name, **{**more, "page": ""})
        step.run(command="combine", reports="1.json,2.json", **more)
        step.run(command="page", reports="r.json", **more)
    last = (step.workspace / "site" / "index.html").read_text(encoding="utf-8")
    assert 'id="n-runs">2<' in first
    assert 'id="n-runs">3<' in last
    assert len(runtime.files("kept")["history.jsonl"].splitlines()) == 3


def earlier(history: Path) -> None:
    """Let the one run in *history* be a minute older."""
    [run] = file.read(history).runs
    history.unlink()
    file.append(history, replace(run, at=run.at - timedelta(minutes=1)))


def test_a_page_is_written_after_a_run(tmp_path: Path, acme: Fleet) -> None:
    """Not a public one: the fleet has private consumers."""
    with Emulator(acme.world, "gitea") as emulator:
        token = acme.token("gitea", organisation=True).secret
        step = Step(tmp_path, emulator)
        step.run(token=token, history="h.jsonl", page="made/site", page_visibility="private")
        # A history keeps whole seconds.
        earlier(step.workspace / "h.jsonl")
        again = step.run(token=token, history="h.jsonl", page="made/site", page_visibility="private")
        public = Step(tmp_path / "public", emulator).run(token=token, page="site")
        outside = Step(tmp_path / "outside", emulator).run(token=token, page="../site")
    page = (step.workspace / "made" / "site" / "index.html").read_text(encoding="utf-8")
    assert again.verdict == "1 drift true"
    runs = (step.workspace / "h.jsonl").read_text(encoding="ascii")
    assert 'id="n-runs">2<' in page, (runs, page[page.index('id="n-runs"') :][:30])
    assert "set page-visibility: private" in " ".join(public.done.stdout.split())
    assert not (public.workspace / "site").exists()
    assert "the input page: '../site/index.html' is not a path" in " ".join(outside.done.stdout.split())


def test_a_page_may_be_a_job_of_its_own(tmp_path: Path, acme: Fleet) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        token = acme.token("gitea", organisation=True).secret
        step = Step(tmp_path, emulator).run(token=token, report="report.json", fail_on="none")
        step.run(command="page", reports="report.json", page="site", page_visibility="private")
    assert step.verdict == "0 in-sync false"
    assert (step.workspace / "site" / "index.html").exists()


def test_a_summary_that_is_switched_off_is_not_written(tmp_path: Path, acme: Fleet) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator).run(token=acme.token("gitea").secret, summary="false")
    assert step.summary == ""
    assert step.outputs["status"] == "drift"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"fail_on": "drfit"}, "the input fail-on is 'drfit'"),
        ({"report": "../out.json"}, "'../out.json' is not a path in the workspace"),
        ({"sarif": ".git/config"}, "lies in .git"),
        ({"command": "propagat"}, "the input command is 'propagat'"),
        ({"only": "nobody"}, "only: nobody: "),
        ({"only": "a/b/c"}, "the input only is 'a/b/c'"),
        (
            {"config": "missing.yml"},
            "no configuration found in the workspace or in acme/runtime at main (looked for missing.yml)",
        ),
        ({"server_url": "ftp://x"}, "'ftp://x' is not a server URL"),
        ({"server_url": ELSEWHERE}, "forge: github"),
        ({"token": "two words"}, "the input token contains blanks"),
        ({"version": "not one"}, "the input version: "),
    ],
)
def test_a_mistake_is_one_error_that_names_the_input(
    tmp_path: Path, acme: Fleet, inputs: dict[str, str], said: str
) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator).run(**inputs)
    assert (step.code, step.verdict) == (0, "2 error true")
    (error,) = step.told("error")
    assert said in error.data
    assert "--" not in error.data
    assert "Traceback" not in step.shown


TYPOS = {
    "command": "propagat",
    "forge": "svn",
    "server_url": "ftp://x",
    "only": "a/b/c",
    "reconcile": "maybe",
    "shard": "11/10",
    "dry_run": "perhaps",
    "report": "../out.json",
    "sarif": ".git/config",
    "summary": "nope",
    "fail_on": "drift,errors",
    "concurrency": "many",
    "max_time": "50m",
    "cache": "/tmp/cache",
    "token": "two words",
}


def test_mistakes_in_all_inputs_are_reported_at_once(tmp_path: Path) -> None:
    """Those that the first step of the action found as well; nothing is read before."""
    step = Step(tmp_path, checkout=None)
    planned = "the input runtime is 'podman': write auto or docker or python"
    (step.out / "mistakes").write_text(f"{planned}\n", encoding="utf-8")
    step.run(**TYPOS)
    shown = "\n".join(error.data for error in step.told("error")) + step.shown
    assert step.verdict == "2 error true"
    assert planned in shown
    missing = [name for name in TYPOS if f"the input {name.replace('_', '-')}" not in shown]
    assert missing == []


def test_what_could_be_read_of_the_inputs_holds_when_another_is_wrong(tmp_path: Path) -> None:
    step = Step(tmp_path, checkout=None)
    step.run(fail_on="none", summary="false", report="made/report.json", concurrency="many")
    assert (step.code, step.verdict, step.summary) == (0, "2 error false", "")
    report = json.loads((step.workspace / "made" / "report.json").read_text(encoding="utf-8"))
    assert [finding["code"] for finding in report["findings"]] == ["configuration"]


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_token_that_is_given_and_empty_is_a_warning_that_names_it(
    tmp_path: Path, acme: Fleet, forge: str
) -> None:
    """The job's own token is not used in its place."""
    with Emulator(acme.world, forge) as emulator:
        step = Step(tmp_path, emulator).run(token="", job_token="false")
        assert {row.token for row in emulator.requests} <= {""}
    assert [one for one in step.told("warning") if "the input token is set, and its value is empty" in one.data]
    without = Step(tmp_path / "without").run(token="", job_token="true")
    assert "the input token is set" not in without.shown


def test_a_job_token_is_never_sent_to_another_server(tmp_path: Path, acme: Fleet) -> None:
    """It belongs to the forge that runs the job; the other one is read without a token, and that is said."""
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator)
        step.variables |= {"GITHUB_SERVER_URL": ELSEWHERE, "GITHUB_API_URL": f"{ELSEWHERE}/api/v1"}
        token = acme.token("gitea", organisation=True).secret
        step.run(token=token, job_token="true", server_url=emulator.url, forge="gitea")
        assert {row.token for row in emulator.requests} == {""}
        emulator.requests.reset()
        step.run(token=token, job_token="false", server_url=emulator.url, forge="gitea")
        assert {row.token for row in emulator.requests} == {"bot"}


def test_what_a_job_has_in_its_environment_is_no_token() -> None:
    """The input is the only way in: an unset secret must not be replaced by whatever lies around."""
    around = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_TOKEN": "x", "GH_TOKEN": "y", "GITEA_TOKEN": "z"}
    assert settings(around).token == ""


@pytest.mark.parametrize(
    ("variables", "forge", "api"),
    [
        ({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": "https://api.github.com"}, "github", None),
        ({"GITHUB_SERVER_URL": ELSEWHERE, "GITHUB_API_URL": f"{ELSEWHERE}/api/v3"}, "github", None),
        ({"GITHUB_SERVER_URL": ELSEWHERE, "GITHUB_API_URL": f"{ELSEWHERE}/api/v1"}, "gitea", None),
        (
            {
                "GITHUB_SERVER_URL": ELSEWHERE,
                "GITHUB_API_URL": f"{ELSEWHERE}/api/v1",
                "GITEA_ACTIONS": "true",
                "FORGEJO_ACTIONS": "true",
            },
            "forgejo",
            None,
        ),
    ],
)
def test_forge_and_addresses_come_from_the_job(variables: dict[str, str], forge: str, api: str | None) -> None:
    chosen = settings(variables, token="a-job-token", job_token="true")
    assert (chosen.forge.value, chosen.server, chosen.api) == (
        forge,
        variables["GITHUB_SERVER_URL"],
        variables["GITHUB_API_URL"],
    )
    assert chosen.token == "a-job-token"


def test_another_server_has_its_own_addresses() -> None:
    job = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": "https://api.github.com"}
    with pytest.raises(UsageError):
        settings(job, server_url=ELSEWHERE)
    chosen = settings(job, server_url=ELSEWHERE, forge="gitea", token="a-job-token")
    assert chosen.forge is ForgeChoice.GITEA
    assert (chosen.server, chosen.api, chosen.graphql, chosen.token) == (ELSEWHERE, "", "", "a-job-token")


def test_modules_of_the_workspace_are_not_imported(tmp_path: Path, acme: Fleet) -> None:
    """A checkout may be foreign, and the token is within its reach."""
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator)
        for name in ("httpcore", "yaml", "click", "consumer_drift", "actions_toolkit", "json"):
            (step.workspace / f"{name}.py").write_text("raise SystemExit('obeyed')\n", encoding="utf-8")
        step.run(fresh=True, token=acme.token("gitea", organisation=True).secret)
    assert step.outputs["exit-code"] == "1"


def test_a_file_that_cannot_be_written_is_an_error_beside_what_was_found(tmp_path: Path, acme: Fleet) -> None:
    """The JSON report is written last, and says it of the others."""
    places = {"history": "taken/h.jsonl", "sarif": "taken/r.sarif", "page": "taken/site"}
    with Emulator(acme.world, "gitea") as emulator:
        for report in ("report.json", "taken/report.json"):
            step = Step(tmp_path / report, emulator)
            (step.workspace / "taken").write_text("a file", encoding="utf-8")
            step.run(token=acme.token("gitea", organisation=True).secret, report=report, **places)
            assert step.verdict == "1 drift true"
            wrong = {*places, *(["report"] if "/" in report else [])}
            assert {
                name for name in wrong if any(f"the input {name}: " in one.data for one in step.told("error"))
            } == wrong
            assert step.outputs.get("report", "") == ("" if "report" in wrong else report)
    found = json.loads((tmp_path / "report.json" / "workspace" / "report.json").read_text(encoding="utf-8"))
    said = [one["message"].partition(":")[0] for one in found["findings"] if one["code"] == "configuration"]
    assert sorted(said) == [f"the input {name}" for name in sorted(places)]


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_shards_of_jobs_are_combined_by_another_job(tmp_path: Path, acme: Fleet, forge: str) -> None:
    """Outputs and summary are those of one job over the full list; combine needs neither token nor server."""
    token = acme.token(forge, organisation=True).secret
    with Emulator(acme.world, forge) as emulator:
        full = Step(tmp_path / "full", emulator).run(token=token)
        jobs = [
            Step(tmp_path / str(index), emulator).run(
                token=token, shard=f"{index}/3", report=f"shard-{index}.json", fail_on="none"
            )
            for index in (1, 2, 3)
        ]
    assert [job.code for job in jobs] == [0, 0, 0]
    combined = Step(tmp_path / "combined", checkout=None)
    combined.variables |= {"GITEA_ACTIONS": str(forge == "gitea").lower()}
    for index, job in enumerate(jobs, start=1):
        name = f"shard-{index}.json"
        (combined.workspace / name).write_bytes((job.workspace / name).read_bytes())
    combined.run(command="combine", reports="shard-*.json", token=token)
    assert combined.verdict == full.verdict == "1 drift true"
    assert combined.outputs == full.outputs
    assert [one.data for one in combined.told("error")] == [one.data for one in full.told("error")]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"command": "combine"}, "the input reports is empty"),
        ({"command": "combine", "reports": "shards/*.json"}, "no file in the workspace matches 'shards/*.json'"),
        ({"command": "combine", "reports": LIST}, "is damaged, or is not a JSON report"),
        ({"shard": "1/3", "only": "core"}, "the input shard and the input only do not go together"),
    ],
)
def test_what_cannot_be_combined_is_an_error(
    tmp_path: Path, acme: Fleet, inputs: dict[str, str], said: str
) -> None:
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator).run(**inputs)
    assert (step.code, step.verdict) == (0, "2 error true")
    (error,) = step.told("error")
    assert said in error.data
    assert "--" not in error.data


def test_a_run_that_would_outlive_its_job_ends_before_it(tmp_path: Path, acme: Fleet) -> None:
    """And names the inputs that give it more time."""
    with Emulator(acme.world, "gitea") as emulator:
        emulator.faults.add("latency", path=r"/repos/acme/template-", seconds=30)
        step = Step(tmp_path, emulator).run(token=acme.token("gitea", organisation=True).secret, max_time="2")
    assert step.verdict == "2 error true"
    assert "the run's time of 2 s was up before this was read" in step.shown
    assert "raise the input max-time, raise the input concurrency, or split the list with the input shard" in (
        step.shown.lower()
    )


def test_a_bad_ca_bundle_is_told_by_the_users_own_path(tmp_path: Path, acme: Fleet) -> None:
    """The first step has copied it to where the container sees it."""
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator)
        copy = step.out / "ca-bundle.pem"
        copy.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n", encoding="utf-8")
        (step.out / "ca-bundle.name").write_text("/etc/ssl/own.pem\n", encoding="utf-8")
        step.run(ca_bundle=str(copy))
    assert step.verdict == "2 error true"
    (error,) = step.told("error")
    assert "ca-bundle: /etc/ssl/own.pem cannot be read as certificates" in error.data
    assert str(copy) not in step.shown


@pytest.mark.parametrize("name", ["/home/someone/runtime", "runtime", "a/b/c"])
def test_a_repository_of_the_job_that_is_no_name_is_told(tmp_path: Path, acme: Fleet, name: str) -> None:
    """As act has it in a checkout with another remote."""
    with Emulator(acme.world, "gitea") as emulator:
        step = Step(tmp_path, emulator)
        step.run(environment={"GITHUB_REPOSITORY": name}, version="1.0.0")
    said = [one.data for one in step.told("warning") if "GITHUB_REPOSITORY" in one.data]
    assert len(said) == 1, step.shown
    assert f"{name!r}, which is not owner/name" in said[0]


@pytest.mark.parametrize("is_own", ["true", "false"])
def test_a_jobs_own_token_is_not_asked_to_get_what_it_cannot(tmp_path: Path, acme: Fleet, is_own: str) -> None:
    acme.world.repository("acme/template-a").visibility = "private"
    with Emulator(acme.world, "gitea") as emulator:
        token = acme.world.token("stranger", kind="forge", scopes=["read:repository"], role="none").secret
        step = Step(tmp_path, emulator).run(token=token, job_token=is_own)
    [said] = [one.data for one in step.told("error") if "template-a" in one.data]
    advice = (
        "set the input token to a token with read access to the repository, which the job's own token cannot have"
    )
    assert (advice in said) == (is_own == "true")
    assert ("give the token's user read access" in said) == (is_own == "false")
