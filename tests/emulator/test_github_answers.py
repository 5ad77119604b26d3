"""The emulator of GitHub beside what others recorded of GitHub: status, headers, types of fields, errors.

``tests/data/github_answers.json`` has the facts, and names where each was seen.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import build_schema

from tests.emulator import Emulator, World
from tests.emulator.asking import client, encoded, graphql
from tests.emulator.github.graphql.engine import SCHEMA_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from tests.emulator import Repository
    from tests.emulator.tokens import Token

ROOT = Path(__file__).parents[2]
TABLE = json.loads((ROOT / "tests" / "data" / "github_answers.json").read_text(encoding="utf-8"))
REST, GRAPH, UNRECORDED = TABLE["rest"], TABLE["graphql"], TABLE["no recording"]


class Scene:
    """One server, and what the questions are about."""

    def __init__(self) -> None:
        self.world = world = World()
        acme = world.organisation("acme")
        acme.members.add("bot")
        self.a = acme.repository(
            "a", {"f": "1\n", "d/x": "1"}, tags=["v1"], releases=["v1"], private=True, renamed_from="old"
        )
        self.a.commit({"f": "2\n"}, new_branch="b")
        self.a.commit({"f": "3\n"}, "b")
        self.a.label("bug")
        self.plain = acme.repository("plain", {"f": "1\n"}, private=True)
        self.archived = acme.repository("archived", {"f": "1\n"}, private=True)
        self.issue = self.a.issue("t", "", "bot")
        self.comment = self.a.comment(self.issue.number, "hi", "bot")
        self.tokens: dict[str, Token] = {
            "bot": world.token("bot", scopes=["repo", "admin:org"], sees="all"),
            "app": world.token("app", kind="installation", sees="all"),
            "statuses": self._app("statuses", statuses="read"),
            "checks": self._app("checks", checks="read", statuses="read"),
            "reader": self._app("reader"),
        }

    def _app(self, name: str, **more: str) -> Token:
        rights = {"contents": "read", "metadata": "read", "pull_requests": "read", **more}
        return self.world.token(name, kind="installation", permissions=rights, sees="all")

    def rest(
        self, method: str, path: str, body: Any = None, *, token: str | None = "bot", fault: str = ""
    ) -> httpx.Response:
        """One answer."""
        if fault:
            self.emulator.faults.add(fault)
        with client(self.emulator, self.tokens[token] if token else None) as http:
            answer = http.request(method, path, json=body)
        self.emulator.faults.clear()
        return answer

    def ask(self, query: str, token: str = "bot", **variables: Any) -> dict[str, Any]:
        """One answer's whole body."""
        return graphql(self.emulator, self.tokens[token], query, **variables)

    def change(self, field: str, shown: str, wanted: dict[str, Any], token: str = "bot") -> dict[str, Any]:
        """What a mutation is answered."""
        kind = f"{field[0].upper()}{field[1:]}Input!"
        return self.ask(
            f"mutation ($input: {kind}) {{ {field}(input: $input) {{ {shown} }} }}", token, input=wanted
        )

    emulator: Emulator


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    made = Scene()
    with Emulator(made.world, "github") as made.emulator:
        yield made


# REST -------------------------------------------------------------------------------------------------------

A = "/repos/acme/a"
R = "/repos/{owner}/{repo}"
ASKED: dict[tuple[str, str], Callable[[Scene], httpx.Response]] = {
    (f"GET {R}", "there"): lambda s: s.rest("GET", A),
    (f"GET {R}", "renamed"): lambda s: s.rest("GET", "/repos/acme/old"),
    (f"GET {R}", "not there"): lambda s: s.rest("GET", "/repos/acme/nope"),
    (f"GET {R}", "secondary limit"): lambda s: s.rest("GET", A, fault="secondary-limit-no-retry-after"),
    (f"GET {R}", "secondary limit, newer status"): lambda s: s.rest("GET", A, fault="secondary-limit-429"),
    (f"GET {R}/releases/latest", "there"): lambda s: s.rest("GET", f"{A}/releases/latest"),
    (f"GET {R}/releases/latest", "none"): lambda s: s.rest("GET", "/repos/acme/plain/releases/latest"),
    (f"GET {R}/git/blobs/{{sha}}", "there"): lambda s: s.rest("GET", f"{A}/git/blobs/{blob(s)}"),
    (f"GET {R}/git/trees/{{sha}}", "there"): lambda s: s.rest("GET", f"{A}/git/trees/main?recursive=1"),
    (f"GET {R}/compare/{{basehead}}", "first page"): lambda s: s.rest("GET", f"{A}/compare/main...b"),
    (f"GET {R}/compare/{{basehead}}", "second page"): lambda s: s.rest(
        "GET", f"{A}/compare/main...b?per_page=1&page=2"
    ),
    (f"GET {R}/issues", "some"): lambda s: s.rest("GET", f"{A}/issues?state=all&creator=bot"),
    (f"POST {R}/issues", "made"): lambda s: s.rest("POST", f"{A}/issues", {"title": "n"}),
    (f"POST {R}/issues", "refused"): lambda s: s.rest("POST", f"{A}/issues", {"body": "no title"}),
    (f"PATCH {R}/issues/{{number}}", "changed"): lambda s: s.rest(
        "PATCH", f"{A}/issues/{s.issue.number}", {"state": "closed"}
    ),
    (f"GET {R}/issues/{{number}}/comments", "some"): lambda s: s.rest(
        "GET", f"{A}/issues/{s.issue.number}/comments"
    ),
    (f"POST {R}/issues/{{number}}/comments", "made"): lambda s: s.rest(
        "POST", f"{A}/issues/{s.issue.number}/comments", {"body": "more"}
    ),
    (f"DELETE {R}/issues/comments/{{id}}", "deleted"): lambda s: s.rest(
        "DELETE", f"{A}/issues/comments/{s.a.comment(s.issue.number, 'gone', 'bot').id}"
    ),
    (f"GET {R}/labels/{{name}}", "there"): lambda s: s.rest("GET", f"{A}/labels/bug"),
    (f"GET {R}/labels/{{name}}", "not there"): lambda s: s.rest("GET", f"{A}/labels/nope"),
    ("GET /orgs/{org}", "there"): lambda s: s.rest("GET", "/orgs/acme"),
    ("GET /orgs/{org}", "there, by a member"): lambda s: s.rest("GET", "/orgs/acme"),
    ("GET /orgs/{org}", "not there"): lambda s: s.rest("GET", "/orgs/nope"),
    ("GET /users/{user}", "there"): lambda s: s.rest("GET", "/users/bot"),
    ("GET /users/{user}", "not there"): lambda s: s.rest("GET", "/users/nope"),
    ("GET /users/{user}", "rate limit"): lambda s: s.rest("GET", "/users/bot", fault="rate-limit"),
    ("GET /user/memberships/orgs/{org}", "a member"): lambda s: s.rest("GET", "/user/memberships/orgs/acme"),
    ("GET /installation/repositories", "some"): lambda s: s.rest("GET", "/installation/repositories", token="app"),
    ("any", "a write by an earlier name"): lambda s: s.rest("POST", "/repos/acme/old/issues", {"title": "n"}),
    ("any", "bad credentials"): lambda s: s.rest("GET", "/user", fault="bad-credentials"),
    ("any", "locked out"): lambda s: s.rest("GET", "/user", fault="bad-auth-lockout"),
}


def blob(scene: Scene) -> str:
    """The id of a file."""
    found = scene.world.objects.lookup(scene.a.head, "f")
    assert found is not None
    return found.oid


def kinds(value: Any, path: str) -> set[str]:
    """The JSON types of what is at a path: names between dots, ``[]`` for each item."""
    if not path:
        return {kind(value)}
    first, _, rest = path.partition(".")
    name = first.removesuffix("[]")
    if name:
        assert name in value, f"there is no {name}"
        value = value[name]
    if first == name:
        return kinds(value, rest)
    assert value, f"{first} is empty"
    return {one for item in value for one in kinds(item, rest)}


def kind(value: Any) -> str:
    """The name of a JSON type."""
    if isinstance(value, bool):
        return "boolean"
    names: dict[type, str] = {int: "integer", str: "string", list: "array", dict: "object", type(None): "null"}
    return names[type(value)]


@pytest.mark.parametrize("row", REST, ids=lambda row: f"{row['route']}: {row['case']}")
def test_an_answer_of_rest_is_as_recorded(scene: Scene, row: dict[str, Any]) -> None:
    answer = ASKED[row["route"], row["case"]](scene)
    assert answer.status_code == row["status"]
    assert [name for name in row["headers"] if name not in answer.headers] == []
    if row["fields"]:
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json() if answer.content else {}
    assert row.get("words", "") in (body["message"].lower() if "words" in row else "")
    for path, recorded in row["fields"].items():
        assert kinds(body, path) <= set(recorded), path


def test_every_recorded_answer_is_asked_for() -> None:
    assert sorted(ASKED) == sorted((row["route"], row["case"]) for row in REST)


# GraphQL ----------------------------------------------------------------------------------------------------

CHECKS = """query ($id: ID!) { node(id: $id) { ... on PullRequest { commits(last: 1) { nodes { commit {
  statusCheckRollup { state contexts(first: 9) { nodes { __typename
    ... on CheckRun { name checkSuite { workflowRun { event workflow { name } } } } } } } } } } } } }"""


def branch(scene: Scene, name: str, token: str = "bot") -> dict[str, Any]:
    wanted = {"repositoryId": f"R_{scene.a.id}", "name": f"refs/heads/{name}", "oid": scene.a.branches["main"]}
    return scene.change("createRef", "ref { id }", wanted, token)


def commit(scene: Scene, name: str, tip: str = "") -> dict[str, Any]:
    wanted = {
        "branch": {"repositoryNameWithOwner": "acme/a", "branchName": name},
        "expectedHeadOid": tip or scene.a.branches.get(name, "0" * 40),
        "message": {"headline": "h"},
        "fileChanges": {"additions": [{"path": "n", "contents": encoded("n")}]},
    }
    return scene.change("createCommitOnBranch", "commit { oid }", wanted)


def protected(scene: Scene) -> dict[str, Any]:
    scene.a.protected = ["b"]
    answer = commit(scene, "b")
    scene.a.protected = []
    return answer


def pull(scene: Scene, repository: Repository | None = None, **more: Any) -> str:
    """The id of a new pull request."""
    number = scene.world.next_id("branch")
    return f"PR_{(repository or scene.a).pull(f'p{number}', files={'p': str(number)}, **more).id}"


def archived(scene: Scene, field: str) -> dict[str, Any]:
    scene.archived.archived = False
    there = pull(scene, scene.archived)
    scene.archived.archived = True
    if field == "updatePullRequest":
        return scene.change(field, "clientMutationId", {"pullRequestId": there, "body": "b"})
    wanted = {"repositoryId": f"R_{scene.archived.id}", "headRefName": "p", "baseRefName": "main", "title": "t"}
    return scene.change(field, "clientMutationId", wanted)


def auto_merge(
    scene: Scene, *, allowed: bool = True, required: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    scene.a.auto_merge_allowed = allowed
    scene.a.required_checks = {"main": list(required)} if required else {}
    wanted = {"pullRequestId": pull(scene, **more), "mergeMethod": "SQUASH"}
    if "done" in required:
        scene.a.check("done", on=scene.a.pulls[-1].head_branch)
    answer = scene.change("enablePullRequestAutoMerge", "clientMutationId", wanted)
    scene.a.required_checks = {}
    return answer


def merge(scene: Scene, *, conflict: bool = False, draft: bool = False) -> dict[str, Any]:
    node = pull(scene, draft=draft)
    if conflict:
        scene.a.commit({"p": "another"}, "main")
    return scene.change("mergePullRequest", "clientMutationId", {"pullRequestId": node})


def checks(scene: Scene, token: str) -> dict[str, Any]:
    node = pull(scene)
    scene.a.check("unit", on=scene.a.pulls[-1].head_branch, kind="run", workflow="CI")
    return scene.ask(CHECKS, token, id=node)


ANSWERED: dict[tuple[str, str], Callable[[Scene], dict[str, Any]]] = {
    ("createRef", "the branch is there"): lambda s: branch(s, "main"),
    ("createRef", "another branch is in the way"): lambda s: branch(s, "b/more"),
    ("createRef", "the token may only read"): lambda s: branch(s, "new", "reader"),
    ("createCommitOnBranch", "made"): lambda s: commit(s, "b"),
    ("createCommitOnBranch", "the branch moved"): lambda s: commit(s, "b", "0" * 40),
    ("createCommitOnBranch", "a ruleset"): protected,
    ("createCommitOnBranch", "no such branch"): lambda s: commit(s, "nope"),
    ("createPullRequest", "archived"): lambda s: archived(s, "createPullRequest"),
    ("updatePullRequest", "archived"): lambda s: archived(s, "updatePullRequest"),
    ("enablePullRequestAutoMerge", "switched on"): lambda s: auto_merge(s, required=("unit",)),
    ("enablePullRequestAutoMerge", "off in the repository"): lambda s: auto_merge(s, allowed=False),
    ("enablePullRequestAutoMerge", "a branch without rules"): auto_merge,
    ("enablePullRequestAutoMerge", "nothing to wait for"): lambda s: auto_merge(s, required=("done",)),
    ("mergePullRequest", "a conflict"): lambda s: merge(s, conflict=True),
    ("mergePullRequest", "a draft"): lambda s: merge(s, draft=True),
    ("node", "there"): lambda s: s.ask("query ($id: ID!) { node(id: $id) { __typename } }", id=f"R_{s.a.id}"),
    ("node", "not there"): lambda s: s.ask('{ node(id: "R_none") { __typename } }'),
    ("node", "the checks of a pull request, without Checks: read"): lambda s: checks(s, "statuses"),
    ("node", "the workflow of a check, without Actions: read"): lambda s: checks(s, "checks"),
    ("repository", "there"): lambda s: s.ask('{ repository(owner: "acme", name: "a") { url } }'),
    ("repository", "not there"): lambda s: s.ask('{ repository(owner: "acme", name: "x") { url } }'),
    ("organization", "not there"): lambda s: s.ask('{ organization(login: "nope") { id } }'),
    ("repositoryOwner", "there"): lambda s: s.ask('{ repositoryOwner(login: "acme") { login } }'),
    ("viewer", "a user"): lambda s: s.ask("{ viewer { login } }"),
}


@pytest.mark.parametrize("row", GRAPH, ids=lambda row: f"{row['field']}: {row['case']}")
def test_an_answer_of_graphql_is_as_recorded(scene: Scene, row: dict[str, Any]) -> None:
    answer = ANSWERED[row["field"], row["case"]](scene)
    if not row["path"]:
        assert "errors" not in answer
        for path, recorded in row["fields"].items():
            assert kinds(answer["data"], path) <= set(recorded), path
        return
    (error,) = answer["errors"]
    assert error["path"] == row["path"]
    assert row["words"] in error["message"].lower()
    assert row["type"] in {None, error["type"]}
    assert sorted(error) == row.get("keys", sorted(error))
    assert sorted(error.get("extensions", ())) == row.get("extensions", sorted(error.get("extensions", ())))
    value = answer["data"]
    for step in row["path"]:
        value = value[step]
    assert value is None


def test_every_recorded_error_is_provoked() -> None:
    assert sorted(ANSWERED) == sorted((row["field"], row["case"]) for row in GRAPH)


# all that the program asks for ------------------------------------------------------------------------------

GITHUB = ROOT / "src" / "consumer_drift" / "forges" / "github"
# The functions in which a request of REST is made, and the routes that are asked for there.
ROUTES: dict[str, tuple[str, ...]] = {
    "blob": (f"GET {R}/git/blobs/{{sha}}",),
    "_tree": (f"GET {R}/git/trees/{{sha}}",),
    "latest_release": (f"GET {R}/releases/latest", f"GET {R}"),
    "contained": (f"GET {R}/compare/{{basehead}}",),
    "_found": (f"GET {R}",),
    "own": (f"GET {R}/issues",),
    "open": (f"POST {R}/issues",),
    "change": (f"PATCH {R}/issues/{{number}}",),
    "comments": (f"GET {R}/issues/{{number}}/comments",),
    "comment": (f"POST {R}/issues/{{number}}/comments",),
    "uncomment": (f"DELETE {R}/issues/comments/{{id}}",),
    "_labels": (f"GET {R}/labels/{{name}}",),
    "proposal": (f"GET {R}/compare/{{basehead}}",),
    "_read_account": ("GET /orgs/{org}", "GET /users/{user}"),
    "is_organization_owner": ("GET /user/memberships/orgs/{org}",),
    "selection": ("GET /installation/repositories",),
    "may_push": ("GET {repository}.git/info/refs?service=git-receive-pack",),
}
METHODS = {"rest", "rows", "write", "_write", "may_push"}
# They hand on what others ask for.
BETWEEN = {"rows", "write", "_write", "_pushes"}


def requests(file: Path) -> Iterator[str]:
    """The functions in which a request of REST is made."""
    for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            called = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
            names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called}
            if names & METHODS:
                yield function.name


def test_every_route_that_is_asked_for_was_recorded_or_is_known_to_be_not() -> None:
    made = {one for file in GITHUB.glob("*.py") for one in requests(file)} - BETWEEN
    assert made == set(ROUTES)
    known = {row["route"] for row in REST} | set(UNRECORDED)
    assert [one for routes in ROUTES.values() for one in routes if one not in known] == []
    assert sorted({one for routes in ROUTES.values() for one in routes} | {"any"}) == sorted(
        {row["route"] for row in REST} | {one for one in UNRECORDED if " " in one}
    )


def test_every_field_of_graphql_that_is_asked_for_was_recorded_or_is_known_to_be_not() -> None:
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert schema.query_type
    assert schema.mutation_type
    text = "\n".join(file.read_text(encoding="utf-8") for file in GITHUB.glob("*.py"))
    used = {one for one in schema.mutation_type.fields if re.search(rf'\b{one}\(|"{one}"', text)}
    used |= {
        name
        for name, one in schema.query_type.fields.items()
        if re.search(rf"\b{name}\(" if one.args else rf"\b{name} {{", text)
    }
    known = {row["field"] for row in GRAPH} | {one for one in UNRECORDED if " " not in one}
    assert used == known


def test_every_fact_names_where_it_was_seen() -> None:
    named = {name for row in (*REST, *GRAPH) for name in row["seen"]}
    assert named >= set(TABLE["sources"])
    # What is in no list of sources is a project whose code or issues quote an answer.
    assert all("/" in name for name in named - set(TABLE["sources"]))
    assert all(one.startswith(("https://docs.github.com/", "https://git-scm.com/")) for one in UNRECORDED.values())
