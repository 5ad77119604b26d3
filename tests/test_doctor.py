"""What doctor says, on every forge, and that it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.commands import Command
from consumer_drift.forges.http.messages import Request
from consumer_drift.forges.http.transport import Transport
from consumer_drift.model.findings import Code, Level
from consumer_drift.model.readiness import Ability, Answer, Remedy
from consumer_drift.model.sentence import worded
from consumer_drift.options import flag_of
from consumer_drift.render import FORMATS
from consumer_drift.settings import Purpose
from consumer_drift.support.deadline import Deadline
from tests.emulator import Emulator
from tests.propagating import BRANCH, CONFIG, FORGES, PINS, pins, scene, writes
from tests.running import check, propagate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.propagating import Scene
    from tests.running import Run

LINE = "consumers:\n  - template-a\n"


def doctor(emulator: Emulator, config: str, workspace: Path, token: str = "", **more: Any) -> Run:
    """``consumer-drift doctor``, after which nothing but reads was asked."""
    emulator.requests.reset()
    run = check(emulator, config, workspace, token, command=Command.DOCTOR, **more)
    assert writes(emulator) == []
    return run


def answers(run: Run, name: str) -> dict[str, str]:
    """What is said of one consumer."""
    row = next(one for one in run.report.doctor if one.consumer.name == name)
    return {ability.value: cell.answer.value for ability, cell in row.cells}


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_consumer_has_a_row_with_every_answer(forge: str, tmp_path: Path) -> None:
    acme = scene(forge)
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, CONFIG, tmp_path, acme.token)
    assert len(run.report.doctor) == 11
    for row in run.report.doctor:
        assert [ability for ability, _ in row.cells] == list(Ability)
    first = answers(run, "template-a")
    assert {first[one] for one in ("read", "pins", "branch", "commit", "pull-request")} == {"yes"}
    assert answers(run, "core")["branch"] == "not-needed"


@pytest.fixture
def acme(forge: str) -> Scene:
    return scene(forge)


def administrator(acme: Scene, forge: str) -> str:
    """The secret of a token to which everything is told."""
    if forge == "github":
        scopes = ["repo", "read:org", "workflow"]
        return acme.world.token("boss", kind="classic", scopes=scopes, sees="all", role="admin").secret
    return acme.world.token(
        "boss", scopes=["write:repository", "read:organization"], sees="all", role="admin"
    ).secret


def test_the_exit_code_is_0_where_everything_is_yes(forge: str, acme: Scene, tmp_path: Path) -> None:
    config = f"{PINS}{LINE}reconcile: false\n"
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, config, tmp_path, administrator(acme, forge))
    assert run.report.exit_code == 0, run.messages
    assert run.report.notes == ("1 of 1 consumer ready for propagate",)


def test_the_exit_code_is_2_for_the_repository_and_3_for_the_token(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """With both it is 2, and the finding is at the consumer's line."""
    config = f"{PINS}{LINE}reconcile: false\n"
    scopes = ["read:org"] if forge == "github" else ["read:repository"]
    kind = "classic" if forge == "github" else "forge"
    reader = acme.world.token("reader", kind=kind, scopes=scopes, sees="all", role="admin").secret
    boss = administrator(acme, forge)
    acme["template-a"].visibility = "public"
    with Emulator(acme.world, forge) as emulator:
        assert doctor(emulator, config, tmp_path, reader).report.exit_code == 3
        acme["template-a"].archive()
        run = doctor(emulator, config, tmp_path, boss)
        assert run.report.exit_code == 2
    assert run.codes == ["not-ready"]
    line = 1 + config.splitlines().index("  - template-a")
    assert f"file=.github/consumer-drift.yml,line={line}," in FORMATS["github"](run.report)
    assert "Unarchive the repository, or take it off the list, in acme/template-a" in FORMATS["log"](run.report)


def test_for_check_only_reading_is_looked_at(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        # One after the other: what the first answers tell saves later requests.
        run = doctor(emulator, f"{PINS}{LINE}", tmp_path, acme.token, purpose=Purpose.CHECK, concurrency=1)
        checked = check(emulator, f"{PINS}{LINE}", tmp_path, acme.token, concurrency=1)
    assert set(answers(run, "template-a").values()) == {"yes", "not-needed"}
    assert run.report.requests <= checked.report.requests


def test_without_a_token_that_is_said_and_not_to_give_its_user_rights(forge: str, tmp_path: Path) -> None:
    acme = scene(forge)
    for name in ("runtime", "template-a", "template-b"):
        acme[name].visibility = "public"
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, f"{PINS}{LINE}  - template-b\nreconcile: false\n", tmp_path)
    assert answers(run, "template-a")["branch"] == answers(run, "template-b")["commit"] == "no"
    said = worded(run.report, flag_of)
    lines = FORMATS["log"](said).splitlines()
    todo = lines[lines.index("To do") + 1 : lines.index("To do") + 3]
    variable = "GITHUB_TOKEN or GH_TOKEN" if forge == "github" else "GITEA_TOKEN or FORGEJO_TOKEN"
    assert variable in todo[0]
    assert "--token-env" in todo[0]
    # It is done once for all of them.
    assert "acme/" not in todo[0]
    assert todo[1] == ""
    assert "there is no token" in "\n".join(lines).casefold()
    assert "the token's user" not in FORMATS["json"](said)


def test_a_missing_consumer_is_a_no_and_names_the_page(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, f"{PINS}{LINE}  - template-zz\n", tmp_path, acme.token)
    assert set(answers(run, "template-zz").values()) <= {"no", "yes", "cannot-be-known", "not-needed"}
    assert answers(run, "template-zz")["read"] == answers(run, "template-zz")["branch"] == "no"
    assert run.report.exit_code == 2


def test_what_is_not_configured_is_needed_nowhere(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Neither where a consumer is missing, archived or empty, nor where its rights cannot be read."""
    acme["template-a"].archive()
    acme.world.owners["acme"].repository("hollow", empty=True)
    names = ("template-a", "template-zz", "hollow", "template-b")
    config = f"{PINS}consumers: [{', '.join(names)}]\nreconcile: false\n"
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, config, tmp_path, acme.token)
        more = f"{config}propagate: {{labels: [x], reviewers: [ada], auto-merge: squash}}\n"
        configured = doctor(emulator, more, tmp_path, acme.token)
    extras = ("labels", "reviewers", "auto-merge", "ci")
    assert {answers(run, name)[one] for name in names for one in extras} == {"not-needed"}
    refused = {
        answers(configured, name)[one] for name in ("template-a", "template-zz", "hollow") for one in extras
    }
    assert refused == {"no"}
    [head] = [line for line in FORMATS["log"](run.report).splitlines() if line.startswith("Consumer")]
    assert head.split() == ["Consumer", "read", "pins", "branch", "branch-name", "commit", "pull-request"]


def test_a_tracking_issue_that_cannot_be_kept_is_foreseen(forge: str, acme: Scene, tmp_path: Path) -> None:
    """By two requests, and only where the configuration asks for one."""
    config = f"{PINS}{LINE}reconcile: false\n"
    tracked = f"{config}tracking: {{issue: true}}\n"
    poor = administrator(acme, forge)
    scopes = ["repo", "read:org"]
    if forge != "github":
        scopes = ["write:repository", "read:organization", "read:user", "write:issue"]
    kind = "classic" if forge == "github" else "forge"
    secret = acme.world.token("tracker", kind=kind, scopes=scopes, sees="all", role="admin").secret
    with Emulator(acme.world, forge) as emulator:
        usual = doctor(emulator, config, tmp_path, secret)
        told = doctor(emulator, tracked, tmp_path, secret)
        assert (usual.codes, told.codes) == ([], []), told.messages
        assert told.report.requests == usual.report.requests + 2
        if forge != "github":
            refused = doctor(emulator, tracked, tmp_path, poor)
            assert refused.codes == ["tracking-failed"]
            # Forgejo's refusal does not tell the scopes that the token has.
            needed = "read:user and write:issue" if forge == "gitea" else "read:user"
            assert f"Create a token that has {needed} as well" in refused.messages
        acme["runtime"].has_issues = False
        run = doctor(emulator, tracked, tmp_path, secret, purpose=Purpose.CHECK)
    assert run.codes == ["tracking-failed"]
    assert "the tracking issue: acme/runtime has issues switched off" in run.messages
    assert run.messages in FORMATS["log"](run.report)
    assert run.report.exit_code == 0


def test_a_missing_label_is_a_warning_as_in_propagate(forge: str, acme: Scene, tmp_path: Path) -> None:
    config = f"{PINS}{LINE}reconcile: false\npropagate: {{labels: [gone]}}\n"
    acme["template-a"].visibility = "public"
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, config, tmp_path, administrator(acme, forge))
        assert run.report.exit_code == 0, run.messages
        assert [(one.code, one.level, one.counts_as) for one in run.report.findings] == [
            (Code.NOT_READY, Level.WARNING, None)
        ]
        assert "acme/template-a is ready, but for extras of a bump: labels: " in run.messages
        assert run.report.notes == ("1 of 1 consumer ready for propagate",)
        done = propagate(emulator, config, tmp_path, administrator(acme, forge))
    assert "bump-incomplete" in done.codes


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_a_label_is_missing_only_where_those_of_the_organization_were_read(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    config = f"{PINS}{LINE}reconcile: false\npropagate: {{labels: [gone]}}\n"
    secret = acme.world.token("boss", scopes=["all"], sees="all", role="admin").secret
    with Emulator(acme.world, forge) as emulator:
        assert answers(doctor(emulator, config, tmp_path, secret), "template-a")["labels"] == "no"
        emulator.faults.add("bad-gateway", path=r"/orgs/acme/labels$")
        run = doctor(emulator, config, tmp_path, secret)
    assert answers(run, "template-a")["labels"] == "cannot-be-known"
    assert run.report.exit_code == 0


@pytest.mark.parametrize("is_deleted", [True, False])
@pytest.mark.parametrize("author", ["ada", "bot"])
def test_a_declined_bump_is_foreseen(
    forge: str, author: str, is_deleted: bool, acme: Scene, tmp_path: Path
) -> None:
    """The branch is not to be deleted, which would change nothing."""
    acme["template-a"].pull(BRANCH, files=pins("0.3.44"), author=author, state="closed")
    if is_deleted:
        acme["template-a"].delete_branch(BRANCH)
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, f"{PINS}{LINE}reconcile: false\n", tmp_path, administrator(acme, forge))
    told = answers(run, "template-a")
    assert [one for one, answer in told.items() if answer == "no"] == ["pull-request"]
    assert "a person closed its pull request for 0.3.44, so none is opened for it" in run.messages
    [todo] = run.report.doctor[0].with_answer(Answer.NO)
    assert todo[1].remedy == Remedy("reopen that pull request, or leave it: the next version gets its own")
    assert run.report.exit_code == 2


@pytest.mark.parametrize("forge", ["gitea"])
@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (
            "FROM acme/rt:1.2.3-dev\n",
            "Write `suffix: variant` or `suffix: prerelease` beside `image` in the configuration",
        ),
        ("FROM acme/rt@sha256:0\n", "Correct the pin in the repository, or `pins:` in the configuration, in {}"),
    ],
)
def test_what_to_do_about_a_pin_is_what_settles_it(
    text: str, remedy: str, forge: str, acme: Scene, tmp_path: Path
) -> None:
    names = ("template-a", "template-b")
    for name in names:
        acme[name].commit({"Dockerfile": text})
    config = f"{PINS}  - {{file: Dockerfile, image: acme/rt}}\nconsumers: [{', '.join(names)}]\nreconcile: false\n"
    with Emulator(acme.world, forge) as emulator:
        run = doctor(emulator, config, tmp_path, administrator(acme, forge))
    assert {answers(run, name)["pins"] for name in names} == {"no"}
    told = remedy.format("2 repositories: acme/template-a, acme/template-b")
    assert f"  {told}\n" in FORMATS["log"](run.report)


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_who_may_read_is_unknown_where_the_list_could_not_be_read(forge: str, acme: Scene, tmp_path: Path) -> None:
    acme.world.user("ada")
    config = f"{PINS}{LINE}reconcile: false\npropagate: {{reviewers: [ada]}}\n"
    secret = acme.world.token("boss", scopes=["all"], sees="all", role="admin").secret
    with Emulator(acme.world, forge) as emulator:
        assert answers(doctor(emulator, config, tmp_path, secret), "template-a")["reviewers"] == "no"
        emulator.faults.add("bad-gateway", path=r"/template-a/reviewers$")
        assert answers(doctor(emulator, config, tmp_path, secret), "template-a")["reviewers"] == "cannot-be-known"


@pytest.mark.parametrize(
    ("kind", "rights", "said"),
    [
        ("fine-grained", {}, "the token may not see the checks"),
        ("installation", {"checks": "read"}, ""),
        ("installation", {"statuses": "read"}, ""),
        ("installation", {}, "the token may not see the checks"),
    ],
)
def test_checks_that_the_token_may_not_see_are_not_called_missing(
    kind: str, rights: dict[str, str], said: str, tmp_path: Path
) -> None:
    acme = scene("github")
    acme["template-a"].commit({".github/workflows/ci.yml": "on: pull_request\njobs: {unit: {}}\n"})
    acme["template-a"].check("unit", on="main", kind="run")
    held = {"contents": "write", "metadata": "read", "pull_requests": "write", **rights}
    secret = acme.world.token("bot", kind=kind, permissions=held, sees="all").secret
    with Emulator(acme.world, "github") as emulator:
        run = doctor(emulator, f"{PINS}{LINE}reconcile: false\nland: {{checks: [unit]}}\n", tmp_path, secret)
    [row] = run.report.doctor
    cell = dict(row.cells)[Ability.CI]
    assert (cell.answer.value, "no checks" in cell.why) == ("cannot-be-known" if said else "yes", False)
    assert said in cell.why


def test_every_remedy_is_told_once_with_all_consumers(tmp_path: Path) -> None:
    acme = scene("github")
    for name in ("template-a", "template-b"):
        acme[name].visibility = "public"
    secret = acme.world.token("bot", kind="fine-grained", permissions={"contents": "read"}, sees="all").secret
    with Emulator(acme.world, "github") as emulator:
        run = doctor(emulator, f"{PINS}{LINE}  - template-b\nreconcile: false\n", tmp_path, secret)
        url = f"{emulator.url}/settings/personal-access-tokens"
    said = "Add 2 repositories to the token, with Contents: write: acme/template-a, acme/template-b"
    assert f"  {said} ({url})\n" in FORMATS["log"](run.report)


# The limits for 1,000 consumers, by arithmetic from fewer: what each consumer costs, and what a run costs.
_FEW, _MANY = 1, 281
LIMITS = {
    ("github", "classic"): 80,
    ("github", "installation"): 80,
    ("gitea", "write"): 2200,
    ("gitea", "admin"): 2200,
    ("forgejo", "write"): 2200,
    # Only administrators are told the rules for branches, in a request for each repository.
    ("forgejo", "admin"): 3200,
}


@pytest.mark.parametrize(("forge", "kind"), LIMITS, indirect=["forge"])
def test_the_requests_for_a_thousand_consumers_are_within_their_budget(
    forge: str, kind: str, tmp_path: Path
) -> None:
    counts = [_requests(forge, kind, size, tmp_path) for size in (_FEW, _MANY)]
    slope = (counts[1] - counts[0]) / (_MANY - _FEW)
    assert counts[0] + slope * (1000 - _FEW) <= LIMITS[forge, kind], counts


def _requests(forge: str, kind: str, size: int, tmp_path: Path) -> int:
    acme = scene(forge)
    owner = acme.world.owners["acme"]
    names = [f"consumer-{number:03}" for number in range(size)]
    for number, name in enumerate(names):
        one = owner.repository(name, files=pins("0.3.44"), private=bool(number % 2))
        if forge == "gitea" and kind == "write":
            # Elsewhere the number of branches tells that none is in the way.
            one.commit({"a": "b"}, new_branch="feature")
    if kind == "installation":
        secret = acme.world.token("app", kind="installation", sees="all").secret
    else:
        secret = administrator(acme, forge) if kind == "admin" else acme.token
    config = PINS + "consumers:\n" + "".join(f"  - {name}\n" for name in names)
    with Emulator(acme.world, forge) as emulator:
        return doctor(emulator, config, tmp_path, secret, concurrency=16).report.requests


@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", "/x", json={}, writes=True),
        Request("DELETE", "/x"),
        Request("POST", "/graphql", json={"query": "mutation { x }"}),
        Request("POST", "/graphql", json={"query": "query { x }"}, writes=True),
    ],
    ids=str,
)
def test_a_connection_for_reading_sends_no_write(request_: Request) -> None:
    made = Transport("http://127.0.0.1:1", "", lambda *_: None, Deadline(60), concurrency=1, only_reads=True)
    with pytest.raises(AssertionError, match="in a run that writes nothing"):
        made.send(request_)
    assert made.requests == 0


def test_an_owner_that_cannot_be_listed_is_told_where_no_consumer_belongs_to_it(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    config = f"owner: nobody\n{PINS}consumers: [acme/template-a]\n"
    with Emulator(acme.world, forge) as emulator:
        checked = check(emulator, config, tmp_path, acme.token)
        for purpose in Purpose:
            run = doctor(emulator, config, tmp_path, acme.token, purpose=purpose)
            assert checked.codes[0] in run.codes
            assert run.report.exit_code != 0
