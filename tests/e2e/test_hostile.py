"""Other people's repositories speak to the runner: nothing they say is obeyed, and nothing gets lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.e2e.act import job_of, minimal, step, tell
from tests.emulator import Emulator, World
from tests.emulator.world import real_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.act import Act, Job

LIST = ".github/consumer-drift.yml"
COMMANDS = (
    "::error::forged",
    "::stop-commands::forged",
    "##[add-mask]forged",
    "##[error]forged",
    "%0A::error::forged",
    "::set-output name=exit-code::0",
    "exit-code=0",
)
VALUES = (
    "\n".join(COMMANDS),
    *(f"\r\n{command}\r\n" for command in COMMANDS),
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "| a | b |\n|---|\n<script>alert(1)</script>[x](javascript:alert(1))",
    "\u202e1.0.0\u2066\u200b:\u200b:error::forged",
    "1.0.0" + "x" * 1_000_000,
)
BRANCH = "%0A%0D|<b>"
PERSON = "a person wrote this"


def hostile() -> World:
    """A consumer for each value, one on a branch with such a name, one with such a path."""
    world = World(now=real_time)
    acme = world.organisation("acme")
    names = [f"consumer-{index:02}" for index in range(len(VALUES))]
    config = "\n".join(
        [
            "source: {version: 1.0.0}",
            "pins: [{file: .version}]",
            "forbid: ['workspace/**']",
            "reconcile: false",
            "consumers:",
            *(f"  - {name}" for name in names),
            "  - named",
            "  - guarded",
            "",
        ]
    )
    acme.repository("runtime", {LIST: config})
    for name, value in zip(names, VALUES, strict=True):
        acme.repository(name, {".version": value})
    acme.repository("named", {".version": "0.9.0\n", f"workspace/{COMMANDS[0]}": "x"}, default_branch=BRANCH)
    acme.repository("guarded", {".version": "0.9.0\n"})
    return world


def test_nothing_in_a_consumer_is_obeyed(machine: Callable[..., Act]) -> None:
    """No output, no annotation, no mask and no stop but ours; what came later is still masked."""
    world = hostile()
    token = world.token("bot", scopes=["read:repository", "read:organization"], sees="all").secret
    speak = (
        "      - if: always()\n        shell: sh\n        env:\n          SECRET: ${{ secrets.TOKEN }}\n"
        f'        run: printf "{PERSON} %s\\n" "$SECRET"\n'
    )
    workflow = job_of(step("drift", "token: ${{ secrets.TOKEN }}", lenient=True), tell("drift"), speak)
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add(
            "unknown-403",
            path=r"/repos/acme/guarded(/|$)",
            message="\n".join((*COMMANDS, "<img src=x onerror=y>")),
        )
        job = machine(emulator).run(workflow, token=token)
    assert job.outputs["exit-code"] == "1"
    obeyed = {line["command"] for line in job.lines if "command" in line}
    assert obeyed == {"set-output", "summary", "add-mask", "group", "endgroup", "error"} & obeyed
    assert "stop-commands" not in obeyed
    errors = job.annotations("error")
    assert len(errors) == 10
    assert [error for error in errors if error["arg"].startswith("forged")] == []
    assert {error["kvPairs"]["file"] for error in errors} == {LIST}
    drifted = json.loads(job.outputs["drifted"])
    assert len(drifted) == len(VALUES) + 1
    assert f"{PERSON} ***" in job.log
    assert token not in job.log
    assert [line for line in job.printed if line.lstrip().startswith("::") or "##[" in line] == []


def test_a_token_is_in_no_log_and_no_argument(machine: Callable[..., Act]) -> None:
    """Given as it is and not as a secret: only our own mask keeps it out of the log."""
    world = hostile()
    token = world.token("bot", scopes=["read:repository", "read:organization"], sees="all").secret
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("unknown-403", path=r"/repos/acme/guarded(/|$)", message=f"you sent token {token}")
        docker = machine(emulator).run(job_of(step("drift", f"token: {token}"), tell("drift")))
    assert docker.outputs["exit-code"] == "1"
    assert shown(docker, token) == []


def shown(job: Job, secret: str) -> list[str]:
    """The log's lines that hold *secret*; a command that masks it is none of them."""
    return [line for line in job.log.splitlines() if secret in line]


def test_of_three_hundred_findings_the_worst_ten_are_annotations_and_the_log_has_all(
    machine: Callable[..., Act],
) -> None:
    """The last annotation says how many more there are."""
    world = World(now=real_time)
    acme = world.organisation("acme")
    names = [f"consumer-{index:03}" for index in range(300)]
    archived = set(names[250:])
    listed = "".join(f"  - {name}\n" for name in names)
    config = f"source: {{version: 1.1.0}}\npins: [{{file: .version}}]\nreconcile: false\nconsumers:\n{listed}"
    acme.repository("runtime", {LIST: config})
    for name in names:
        acme.repository(name, {".version": "1.0.0\n"}, archived=name in archived)
    token = world.token("bot", scopes=["read:repository"], sees="all").secret
    with Emulator(world, "gitea") as emulator:
        job = machine(emulator).run(minimal(), token=token)
    errors, warnings = job.annotations("error"), job.annotations("warning")
    assert [error["kvPairs"]["title"] for error in errors] == [f"behind acme/{name}" for name in names[:10]]
    assert errors[-1]["arg"].endswith("(240 more errors: the log has all of them)")
    assert len(warnings) == 10
    assert warnings[-1]["arg"].endswith("(40 more warnings: the log has all of them)")
    assert len(json.loads(job.outputs["drifted"])) == 250
    text = "\n".join(job.printed)
    assert [name for name in names if f"acme/{name}" not in text] == []
