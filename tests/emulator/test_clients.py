"""Real clients, written by others against the real forges, work against the emulator."""

from __future__ import annotations

import asyncio
import base64
from importlib import import_module
from typing import Any

import pytest
from githubkit import GitHub
from githubkit.exception import RequestFailed

from tests.emulator import Emulator, World


def small_world() -> World:
    world = World()
    acme = world.organisation("acme")
    acme.repository("runtime", tags=["v1.0.0", "v1.1.0"], releases=["v1.1.0"])
    acme.repository("template-a", {".runtime-version": "1.0.0\n"}, private=True)
    return world


async def gitea_session(gitea_api_client: Any, emulator: Emulator, secret: str) -> dict[str, Any]:
    """List an organisation, read a file and the tags, commit to a new branch, open and merge a request."""
    configuration = gitea_api_client.Configuration(
        host=emulator.api_url,
        api_key={"AuthorizationHeaderToken": secret},
        api_key_prefix={"AuthorizationHeaderToken": "token"},
    )
    async with gitea_api_client.ApiClient(configuration) as client:
        organisations = gitea_api_client.OrganizationApi(client)
        repositories = gitea_api_client.RepositoryApi(client)
        listed = await organisations.org_list_repos("acme", limit=50)
        file = await repositories.repo_get_contents("acme", "template-a", ".runtime-version")
        tags = await repositories.repo_list_tags("acme", "runtime")
        change = gitea_api_client.ChangeFileOperation(
            operation="update",
            path=".runtime-version",
            content=base64.b64encode(b"1.1.0\n").decode(),
            sha=file.sha,
        )
        options = gitea_api_client.ChangeFilesOptions(
            branch="main", new_branch="bump/runtime-1.1.0", message="bump", files=[change]
        )
        written = await repositories.repo_change_files("acme", "template-a", options)
        asked = gitea_api_client.CreatePullRequestOption(base="main", head="bump/runtime-1.1.0", title="bump")
        pull = await repositories.repo_create_pull_request("acme", "template-a", body=asked)
        search = await repositories.repo_search(uid=listed[0].owner.id, exclusive=True, limit=50)
        return {
            "listed": [r.full_name for r in listed],
            "content": base64.b64decode(file.content),
            "tags": [t.name for t in tags],
            "committed": written.commit.message,
            "pull": (pull.number, pull.state, pull.head.ref, pull.mergeable),
            "found": [r.name for r in search.data],
        }


def test_gitea_api_client_works_and_reads_the_refusal_of_a_narrow_token() -> None:
    """In one test: importing the client takes four seconds, which every worker would spend."""
    gitea_client = import_module("gitea_api_client")
    opens_a_pull_request(gitea_client)
    is_refused(gitea_client)


def opens_a_pull_request(gitea_client: Any) -> None:
    world = small_world()
    token = world.token("bot", scopes=["write:repository", "read:organization"], sees="all")
    with Emulator(world, "gitea") as emulator:
        seen = asyncio.run(gitea_session(gitea_client, emulator, token.secret))
    assert seen == {
        "listed": ["acme/runtime", "acme/template-a"],
        "content": b"1.0.0\n",
        "tags": ["v1.0.0", "v1.1.0"],
        "committed": "bump\n",
        "pull": (1, "open", "bump/runtime-1.1.0", True),
        "found": ["runtime", "template-a"],
    }
    assert world.repository("acme/template-a").files("bump/runtime-1.1.0") == {".runtime-version": b"1.1.0\n"}


def is_refused(gitea_client: Any) -> None:
    world = small_world()
    token = world.token("bot", scopes=["read:repository"], sees="all")
    forbidden = gitea_client.exceptions.ForbiddenException
    with Emulator(world, "gitea") as emulator, pytest.raises(forbidden) as refused:
        asyncio.run(gitea_session(gitea_client, emulator, token.secret))
    assert "required=[read:organization]" in str(refused.value.body)


@pytest.fixture
def github() -> Any:
    world = small_world()
    token = world.token("bot", scopes=["repo", "read:org"], sees="all")
    with Emulator(world, "github") as emulator:
        client = GitHub(token.secret, base_url=emulator.api_url, auto_retry=False, http_cache=False)
        yield client, world


def test_githubkit_reads_owners_repositories_files_and_references(github: Any) -> None:
    rest = github[0].rest
    listed = rest.repos.list_for_org("acme", per_page=100).parsed_data
    assert {r.name: r.private for r in listed} == {"runtime": False, "template-a": True}
    assert rest.orgs.get("acme").parsed_data.public_repos == 1
    assert rest.repos.get("acme", "runtime").parsed_data.default_branch == "main"
    file = rest.repos.get_content("acme", "template-a", ".runtime-version").parsed_data
    assert base64.b64decode(file.content) == b"1.0.0\n"
    tree = rest.git.get_tree("acme", "template-a", "main", recursive="1").parsed_data
    assert [row.path for row in tree.tree] == [".runtime-version"]
    assert base64.b64decode(rest.git.get_blob("acme", "template-a", file.sha).parsed_data.content) == b"1.0.0\n"
    assert [t.name for t in rest.repos.list_tags("acme", "runtime").parsed_data] == ["v1.1.0", "v1.0.0"]
    matching = rest.git.list_matching_refs("acme", "runtime", "tags/v1").parsed_data
    assert [r.ref for r in matching] == ["refs/tags/v1.0.0", "refs/tags/v1.1.0"]
    assert rest.repos.get_latest_release("acme", "runtime").parsed_data.tag_name == "v1.1.0"
    assert rest.users.get_authenticated().parsed_data.login == "bot"
    assert rest.rate_limit.get().parsed_data.resources.core.limit == 5000
    assert len(rest.repos.list_commits("acme", "runtime").parsed_data) == 1
    assert rest.repos.get_branch("acme", "runtime", "main").parsed_data.name == "main"


def test_githubkit_branches_opens_labels_comments_on_and_closes_a_pull_request(github: Any) -> None:
    client, world = github
    rest = client.rest
    repository = world.repository("acme/template-a")
    head = rest.git.get_ref("acme", "template-a", "heads/main").parsed_data.object_.sha
    rest.git.create_ref("acme", "template-a", ref="refs/heads/bump/x", sha=head)
    repository.commit({".runtime-version": "1.1.0\n"}, "bump/x")
    pull = rest.pulls.create(
        "acme", "template-a", title="bump", head="bump/x", base="main", draft=True
    ).parsed_data
    assert (pull.number, pull.state, pull.draft, pull.changed_files) == (1, "open", True, 1)
    labels = rest.issues.add_labels("acme", "template-a", 1, labels=["dependencies"]).parsed_data
    assert [x.name for x in labels] == ["dependencies"]
    assert rest.issues.create_comment("acme", "template-a", 1, body="hi").parsed_data.body == "hi"
    listed = rest.pulls.list("acme", "template-a", state="open", head="acme:bump/x").parsed_data
    assert [p.number for p in listed] == [1]
    compared = rest.repos.compare_commits("acme", "template-a", "main...bump/x").parsed_data
    assert (compared.ahead_by, [f.filename for f in compared.files]) == (1, [".runtime-version"])
    assert rest.pulls.update("acme", "template-a", 1, state="closed").parsed_data.state == "closed"
    rest.git.delete_ref("acme", "template-a", "heads/bump/x")
    assert "bump/x" not in repository.branches


def test_githubkit_speaks_graphql_with_the_emulator(github: Any) -> None:
    client, _ = github
    answer = client.graphql(
        """query ($owner: String!, $name: String!) {
             repository(owner: $owner, name: $name) {
               nameWithOwner
               object(expression: "HEAD:.runtime-version") { ... on Blob { text oid } }
             }
             rateLimit { cost remaining }
           }""",
        {"owner": "acme", "name": "template-a"},
    )
    assert answer["repository"]["object"]["text"] == "1.0.0\n"
    assert answer["rateLimit"]["cost"] == 1


def test_githubkit_reads_the_404_of_what_is_not_there(github: Any) -> None:
    with pytest.raises(RequestFailed) as failed:
        github[0].rest.repos.get("acme", "nope")
    assert failed.value.response.status_code == 404
