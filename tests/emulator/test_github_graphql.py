"""How GitHub's GraphQL API answers, executed on the published schema."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from graphql import build_schema, validate_schema

from tests.emulator import Emulator, World
from tests.emulator.asking import encoded, graphql
from tests.emulator.github.graphql.engine import SCHEMA_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = """query ($owner: String!, $name: String!, $at: String!) { repository(owner: $owner, name: $name) {
  nameWithOwner object(expression: $at) { __typename oid
  ... on Blob { text isBinary isTruncated byteSize } } } }"""
BASE = """{ repository(owner: "acme", name: "a") { id defaultBranchRef { name target { oid } } } }"""


@pytest.fixture
def world() -> World:
    world = World(now="2026-11-22T12:00:00Z")
    acme = world.organisation("acme")
    files = {".runtime-version": "1\n", "d/x": "1", "bin": b"\0\1", "big": "y" * 600_000}
    acme.repository("a", files, renamed_from="old")
    acme.repository("hidden", {"f": "1"}, private=True)
    acme.repository("empty", empty=True)
    world.token("bot", scopes=["repo", "read:org"], sees="all")
    world.token("public", scopes=["public_repo"])
    world.token("reader", scopes=["repo"], sees="all", role="read")
    world.token("fine", user="bot", permissions={"metadata": "read"})
    return world


@pytest.fixture
def server(world: World) -> Iterator[Emulator]:
    with Emulator(world, "github") as emulator:
        yield emulator


def ask(server: Emulator, query: str, token: str = "bot", **variables: Any) -> dict[str, Any]:
    return graphql(server, next(t for t in server.world.tokens.values() if t.name == token), query, **variables)


def read(server: Emulator, at: str, token: str = "bot", name: str = "a") -> dict[str, Any]:
    return ask(server, FILE, token, owner="acme", name=name, at=at)


def test_the_reduced_schema_is_valid() -> None:
    assert validate_schema(build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("HEAD:.runtime-version", {"__typename": "Blob", "text": "1\n", "isBinary": False, "isTruncated": False}),
        ("main:d/x", {"__typename": "Blob", "text": "1", "byteSize": 1}),
        ("HEAD:bin", {"text": None, "isBinary": True}),
        ("HEAD:d", {"__typename": "Tree"}),
        ("HEAD:", {"__typename": "Tree"}),
        ("HEAD", {"__typename": "Commit"}),
        ("HEAD:nope", None),
        ("nope:d/x", None),
    ],
)
def test_an_expression_finds_the_object_or_nothing(server: Emulator, at: str, expected: Any) -> None:
    answer = read(server, at)
    found = answer["data"]["repository"]["object"]
    assert "errors" not in answer
    assert found is None if expected is None else expected.items() <= found.items()


def test_a_long_text_is_cut_and_says_so(server: Emulator) -> None:
    found = read(server, "HEAD:big")["data"]["repository"]["object"]
    assert (len(found["text"]), found["isTruncated"], found["byteSize"]) == (512_000, True, 600_000)


@pytest.mark.parametrize(("token", "name"), [("bot", "nope"), ("public", "hidden")])
def test_what_is_not_there_and_what_is_not_shown_are_the_same_error(
    server: Emulator, token: str, name: str
) -> None:
    answer = read(server, "HEAD:f", token, name)
    assert answer["data"] == {"repository": None}
    assert [(e["type"], e["path"], e["message"]) for e in answer["errors"]] == [
        ("NOT_FOUND", ["repository"], f"Could not resolve to a Repository with the name 'acme/{name}'.")
    ]


def test_a_rename_resolves_to_the_new_name(server: Emulator) -> None:
    assert read(server, "HEAD:d/x", name="old")["data"]["repository"]["nameWithOwner"] == "acme/a"


def test_a_missing_permission_is_an_error_at_the_field(server: Emulator) -> None:
    answer = read(server, "HEAD:f", "fine", "hidden")
    assert answer["data"]["repository"] == {"nameWithOwner": "acme/hidden", "object": None}
    assert [(e["type"], e["path"]) for e in answer["errors"]] == [("FORBIDDEN", ["repository", "object"])]


def test_a_denied_field_that_may_not_be_null_takes_its_repository_with_it(server: Emulator) -> None:
    query = '{ a: repository(owner: "acme", name: "hidden") { name pullRequests(first: 1) { totalCount } } }'
    answer = ask(server, query, "fine")
    assert answer["data"] == {"a": None}
    assert answer["errors"][0]["path"] == ["a", "pullRequests"]


def test_saml_is_told_in_the_extensions(world: World, server: Emulator) -> None:
    world.repository("acme/a").owner.saml = True
    world.token("sso", user="bot", scopes=["repo"], authorised=[])
    error = read(server, "HEAD:d/x", "sso")["errors"][0]
    assert (error["type"], error["extensions"]) == ("FORBIDDEN", {"saml_failure": True})


def test_an_organisation_wants_a_scope_that_an_owner_does_not(server: Emulator) -> None:
    field = '(login: "acme") { repositories(first: 100) { nodes { name } } }'
    refused = ask(server, "{ organization" + field + " }", "public")
    listed = ask(server, "{ repositoryOwner" + field + " }", "public")
    assert refused["errors"][0]["type"] == "INSUFFICIENT_SCOPES"
    assert [r["name"] for r in listed["data"]["repositoryOwner"]["repositories"]["nodes"]] == ["a", "empty"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ viewer { nope } }", "Field 'nope' doesn't exist on type 'User'"),
        ("{ viewer { login }", "Parse error: "),
        ("{ repository(owner: 1, name: \"a\") { id } }", "String cannot represent a non string value"),
        ("query ($x: String!) { user(login: $x) { id } }", "Variable $x of type String! was provided"),
        ("", "A query attribute must be specified"),
        ('{ repositoryOwner(login: "acme") { repositories { nodes { id } } } }', "You must provide a `first`"),
        ('{ repositoryOwner(login: "acme") { repositories(first: 101) { nodes { id } } } }', "Requesting 101"),
    ],
)  # fmt: skip
def test_a_query_github_would_refuse_is_refused_without_data(server: Emulator, query: str, message: str) -> None:
    answer = ask(server, query)
    assert answer["errors"][0]["message"].startswith(message)
    assert "data" not in answer


def test_too_many_possible_nodes_are_refused_and_the_cost_counts_connections(server: Emulator) -> None:
    deep = "pullRequests(first: 100) { nodes { labels(first: 100) { nodes { name } } } }"
    query = 'repositoryOwner(login: "acme") { repositories(first: %d) { nodes { ' + deep + " } } } "
    refused = ask(server, "{ " + query % 100 + "}")
    assert refused["errors"][0]["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    answer = ask(server, "{ " + query % 10 + "rateLimit { cost nodeCount } }")
    # 1 + 10 + 10 * 100 requests, of a hundred to the point
    assert answer["data"]["rateLimit"] == {"cost": 10, "nodeCount": 10 + 1000 + 100_000}


def test_without_a_token_there_is_no_graphql(server: Emulator) -> None:
    response = httpx.post(server.graphql_url, json={"query": "{ viewer { login } }"})
    assert response.status_code == 401


def test_references_are_paged_by_opaque_cursors() -> None:
    world = World()
    world.organisation("acme").repository("a", tags=[f"v{n:03}" for n in range(250)])
    world.token("bot", scopes=["repo"])
    query = """query ($after: String) { repository(owner: "acme", name: "a") {
      refs(refPrefix: "refs/tags/", first: 100, after: $after, orderBy: {field: ALPHABETICAL, direction: DESC}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { name target { oid } } } } }"""
    names: list[str] = []
    after = None
    with Emulator(world, "github") as server:
        for _ in range(3):
            refs = ask(server, query, after=after)["data"]["repository"]["refs"]
            names += [node["name"] for node in refs["nodes"]]
            after = refs["pageInfo"]["endCursor"]
        bad = ask(server, query, after="nope")["errors"][0]["type"]
    assert names == [f"v{n:03}" for n in reversed(range(250))]
    assert (refs["totalCount"], refs["pageInfo"]["hasNextPage"], bad) == (250, False, "INVALID_CURSOR_ARGUMENTS")


def test_references_are_found_by_a_part_of_their_name(world: World, server: Emulator) -> None:
    world.repository("acme/a").tag("runtime-v1.0.0")
    world.repository("acme/a").tag("other-v1.0.0", message="annotated")
    query = """{ repository(owner: "acme", name: "a") { refs(refPrefix: "refs/tags/", query: "RUNTIME", first: 9) {
      nodes { name } } ref(qualifiedName: "refs/tags/other-v1.0.0") { target { __typename } } } }"""
    found = ask(server, query)["data"]["repository"]
    assert found == {"refs": {"nodes": [{"name": "runtime-v1.0.0"}]}, "ref": {"target": {"__typename": "Tag"}}}


@pytest.mark.parametrize("limit", ["graphql_alias_limit", "graphql_object_limit"])
def test_past_the_resource_limit_the_rest_comes_back_as_errors(world: World, server: Emulator, limit: str) -> None:
    setattr(world.settings, limit, 3)
    fields = " ".join(f'r{n}: repository(owner: "acme", name: "a") {{ name }}' for n in range(5))
    answer = ask(server, "{ " + fields + " }")
    assert [k for k, v in answer["data"].items() if v] == ["r0", "r1", "r2"]
    assert {(e["type"], *e["path"]) for e in answer["errors"]} == {
        ("RESOURCE_LIMITS_EXCEEDED", "r3"),
        ("RESOURCE_LIMITS_EXCEEDED", "r4"),
    }


def test_pull_requests_are_filtered_by_state_and_head_and_say_where_they_come_from(
    world: World, server: Emulator
) -> None:
    repository = world.repository("acme/a")
    repository.pull("bump/x", files={"n": "1"}, author="bot", labels=["deps"])
    repository.pull("old", files={"n": "2"}, state="closed")
    fork = world.user("mallory").repository("a", fork_of=repository)
    repository.pull("bump/x", files={"n": "3"}, fork=fork, author="mallory")
    query = """{ repository(owner: "acme", name: "a") {
      pullRequests(first: 10, states: [OPEN], headRefName: "bump/x") { nodes {
        number isCrossRepository author { login } headRepository { nameWithOwner } mergeable
        labels(first: 5) { nodes { name } } files(first: 5) { nodes { path } } } } } }"""
    nodes = ask(server, query)["data"]["repository"]["pullRequests"]["nodes"]
    assert [(n["number"], n["isCrossRepository"], n["author"]["login"]) for n in nodes] == [
        (1, False, "bot"),
        (3, True, "mallory"),
    ]
    assert nodes[0]["labels"]["nodes"] == [{"name": "deps"}]
    assert nodes[0]["files"]["nodes"] == [{"path": "n"}]


def test_an_empty_repository_has_no_default_branch(server: Emulator) -> None:
    query = '{ repository(owner: "acme", name: "empty") { isEmpty defaultBranchRef { name } pushedAt } }'
    expected = {"isEmpty": True, "defaultBranchRef": None, "pushedAt": None}
    assert ask(server, query)["data"]["repository"] == expected


def test_the_allowance_is_spent_by_points(world: World, server: Emulator) -> None:
    world.settings.rate_limit = 2
    for _ in range(2):
        assert "errors" not in ask(server, BASE)
    assert ask(server, BASE)["errors"][0]["type"] == "RATE_LIMITED"
    world.advance(hours=1)
    assert "errors" not in ask(server, BASE)


# mutations -----------------------------------------------------------------------------------------------

BRANCH = "mutation ($input: CreateRefInput!) { createRef(input: $input) { ref { id name target { oid } } } }"
COMMIT = """mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid message } ref { name } } }"""
OPEN = """mutation ($input: CreatePullRequestInput!) {
  createPullRequest(input: $input) { pullRequest { id number url state isDraft author { login } } } }"""
AUTO = """mutation ($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { pullRequest { autoMergeRequest { mergeMethod } } } }"""


def bump(server: Emulator, token: str = "bot", head: str | None = None) -> dict[str, Any]:
    """Branch off and commit one changed file; the commit's answer."""
    repository = ask(server, BASE)["data"]["repository"]
    tip = repository["defaultBranchRef"]["target"]["oid"]
    ask(server, BRANCH, token, input={"repositoryId": repository["id"], "name": "refs/heads/bump/x", "oid": tip})
    wanted = {
        "branch": {"repositoryNameWithOwner": "acme/a", "branchName": "bump/x"},
        "expectedHeadOid": head or tip,
        "message": {"headline": "bump", "body": "why"},
        "fileChanges": {
            "additions": [{"path": ".runtime-version", "contents": encoded("2\n")}],
            "deletions": [{"path": "d/x"}],
        },
    }
    return ask(server, COMMIT, token, input=wanted)


def test_a_branch_a_commit_and_a_pull_request_are_made(world: World, server: Emulator) -> None:
    made = bump(server)["data"]["createCommitOnBranch"]
    assert (made["commit"]["message"], made["ref"]["name"]) == ("bump\n\nwhy", "bump/x")
    files = world.repository("acme/a").files("bump/x")
    assert files[".runtime-version"] == b"2\n"
    assert "d/x" not in files
    wanted = {"repositoryId": "R_1", "baseRefName": "main", "headRefName": "bump/x", "title": "t", "draft": True}
    pull = ask(server, OPEN, input=wanted)["data"]["createPullRequest"]["pullRequest"]
    assert (pull["number"], pull["state"], pull["isDraft"], pull["author"]["login"]) == (1, "OPEN", True, "bot")
    again = ask(server, OPEN, input=wanted)
    assert again["errors"][0]["type"] == "UNPROCESSABLE"
    assert again["errors"][0]["message"] == "A pull request already exists for acme:bump/x."


def test_a_commit_on_a_head_that_moved_is_stale(server: Emulator) -> None:
    assert bump(server, head="0" * 40)["errors"][0]["type"] == "STALE_DATA"


def test_a_branch_that_is_there_is_not_made_again(server: Emulator) -> None:
    bump(server)
    wanted = {
        "repositoryId": "R_1",
        "name": "refs/heads/main",
        "oid": server.world.repository("acme/a").branches["main"],
    }
    assert ask(server, BRANCH, input=wanted)["errors"][0]["type"] == "UNPROCESSABLE"


@pytest.mark.parametrize("token", ["reader", "public", "fine"])
def test_who_may_only_read_makes_nothing(world: World, server: Emulator, token: str) -> None:
    before = dict(world.repository("acme/a").branches)
    wanted = {"repositoryId": "R_1", "name": "refs/heads/x", "oid": before["main"]}
    assert ask(server, BRANCH, token, input=wanted)["errors"][0]["type"] == "FORBIDDEN"
    assert world.repository("acme/a").branches == before


def test_a_job_may_be_forbidden_to_open_pull_requests(world: World, server: Emulator) -> None:
    world.token("job", job_repository="acme/a")
    world.settings.actions_may_open_pulls = False
    bump(server)
    wanted = {"repositoryId": "R_1", "baseRefName": "main", "headRefName": "bump/x", "title": "t"}
    error = ask(server, OPEN, "job", input=wanted)["errors"][0]
    assert error["message"].startswith("GitHub Actions is not permitted to create or approve pull requests")


@pytest.mark.parametrize(
    ("allowed", "checks", "message"),
    [
        (True, [], "Pull request Protected branch rules not configured for this branch"),
        (True, ["done"], "Pull request Pull request is in clean status"),
        (False, ["ci"], "Pull request Auto merge is not allowed for this repository"),
        (True, ["ci"], ""),
    ],
)
def test_auto_merge_waits_only_where_something_is_required(
    world: World, server: Emulator, allowed: bool, checks: list[str], message: str
) -> None:
    repository = world.repository("acme/a")
    repository.auto_merge_allowed = allowed
    repository.required_checks = {"main": checks} if checks else {}
    pull = repository.pull("bump/x", files={"n": "1"})
    repository.check("done", on="bump/x")
    answer = ask(server, AUTO, input={"pullRequestId": f"PR_{pull.id}", "mergeMethod": "SQUASH"})
    if message:
        assert answer["errors"][0]["message"] == message
    else:
        done = answer["data"]["enablePullRequestAutoMerge"]["pullRequest"]
        assert done["autoMergeRequest"]["mergeMethod"] == "SQUASH"


def test_a_request_is_labelled_commented_on_closed_and_its_branch_deleted(world: World, server: Emulator) -> None:
    repository = world.repository("acme/a")
    label = repository.label("dependencies")
    pull = repository.pull("bump/x", files={"n": "1"})
    query = f"""mutation {{
      addLabelsToLabelable(input: {{labelableId: "PR_{pull.id}", labelIds: ["LA_{label.id}"]}}) {{
        labelable {{ labels(first: 5) {{ nodes {{ name }} }} }} }}
      addComment(input: {{subjectId: "PR_{pull.id}", body: "superseded"}}) {{ commentEdge {{ node {{ body }} }} }}
      closePullRequest(input: {{pullRequestId: "PR_{pull.id}"}}) {{ pullRequest {{ state }} }}
      deleteRef(input: {{refId: "REF_1_refs/heads/bump/x"}}) {{ clientMutationId }} }}"""
    data = ask(server, query)["data"]
    assert data["addLabelsToLabelable"]["labelable"]["labels"]["nodes"] == [{"name": "dependencies"}]
    assert data["addComment"]["commentEdge"]["node"]["body"] == "superseded"
    assert data["closePullRequest"]["pullRequest"]["state"] == "CLOSED"
    assert list(repository.branches) == ["main"]


def test_contents_that_are_no_base64_are_refused(server: Emulator) -> None:
    head = server.world.repository("acme/a").branches["main"]
    wanted = {
        "branch": {"repositoryNameWithOwner": "acme/a", "branchName": "main"},
        "expectedHeadOid": head,
        "message": {"headline": "x"},
        "fileChanges": {"additions": [{"path": "x", "contents": "%"}]},
    }
    assert ask(server, COMMIT, input=wanted)["errors"][0]["type"] == "BAD_USER_INPUT"
    assert base64.b64decode(encoded("x")) == b"x"
