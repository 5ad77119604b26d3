"""From flags and environment to settings: which forge, which address, and above all whose token."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.commands import Command
from consumer_drift.environment import environment_of
from consumer_drift.forges.factory import connect
from consumer_drift.logins import is_known
from consumer_drift.options import Values
from consumer_drift.resolve import same_api, settings_of
from consumer_drift.settings import ForgeChoice, Settings, UsageError
from consumer_drift.support.deadline import Deadline
from consumer_drift.tokens import find_token

GITHUB_JOB = {
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
    "GITHUB_REPOSITORY": "acme/runtime",
    "GITHUB_SHA": "c0ffee",
}
GHES_JOB = {
    "GITHUB_API_URL": "https://ghe.corp.example/api/v3",
    "GITHUB_SERVER_URL": "https://ghe.corp.example",
    "GITHUB_GRAPHQL_URL": "https://ghe.corp.example/api/graphql",
    "GITHUB_REPOSITORY": "acme/runtime",
    "GITHUB_SHA": "c0ffee",
}
GITEA_JOB = {
    "GITEA_ACTIONS": "true",
    "GITHUB_API_URL": "https://git.example.org/api/v1",
    "GITHUB_SERVER_URL": "https://git.example.org",
    "GITHUB_GRAPHQL_URL": "",
    "GITHUB_REPOSITORY": "acme/runtime",
    "GITHUB_SHA": "c0ffee",
}
FORGEJO_JOB = {**GITEA_JOB, "FORGEJO_ACTIONS": "true"}
OLD_GITEA_JOB = {key: value for key, value in GITEA_JOB.items() if key != "GITEA_ACTIONS"}
JOBS = {"github": GITHUB_JOB, "ghes": GHES_JOB, "gitea": GITEA_JOB, "forgejo": FORGEJO_JOB}

# Every token there is, each named for where it came from.
TOKENS = {name: f"{name}-value" for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN")}


def settle(environment: dict[str, str], **flags: Any) -> Settings:
    """The settings of a command line with these flags."""
    flags["forge"] = ForgeChoice(flags.get("forge", "auto"))
    given = {name.replace("_", "-"): value for name, value in flags.items()}
    return settings_of(environment, Command.CHECK, Values(given))


# where we run


@pytest.mark.parametrize(
    ("environment", "forge"),
    [
        (GITHUB_JOB, ForgeChoice.GITHUB),
        (GHES_JOB, ForgeChoice.GITHUB),
        (GITEA_JOB, ForgeChoice.GITEA),
        (OLD_GITEA_JOB, ForgeChoice.GITEA),
        (FORGEJO_JOB, ForgeChoice.FORGEJO),
        ({}, ForgeChoice.AUTO),
        ({"GITEA_ACTIONS": "false", "GITHUB_API_URL": "https://api.github.com"}, ForgeChoice.GITHUB),
        ({"GITHUB_API_URL": "https://git.example.org/api/v1/"}, ForgeChoice.GITEA),
    ],
)
def test_which_forge_a_runner_belongs_to(environment: dict[str, str], forge: ForgeChoice) -> None:
    """All of them set GitHub's variables: the rarest sign decides."""
    assert environment_of(environment).forge is forge


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS.keys())
def test_what_a_job_tells_of_itself(job: dict[str, str]) -> None:
    """Repository, commit and addresses."""
    here = environment_of(job)
    assert (str(here.calling), here.commit) == ("acme/runtime", "c0ffee")
    assert (here.server, here.api) == (job["GITHUB_SERVER_URL"], job["GITHUB_API_URL"])


@pytest.mark.parametrize(
    ("environment", "is_job"),
    [
        ({"GITHUB_ACTIONS": "true"}, True),
        ({"CI": "true"}, True),
        ({"CI": "woodpecker"}, True),
        ({"CI": "False"}, False),
        ({"CI": "0", "GITHUB_ACTIONS": "false"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("command", [Command.CHECK, Command.COMBINE])
def test_only_jobs_write_the_tracking_issue(
    environment: dict[str, str], command: Command, *, is_job: bool
) -> None:
    """A person's shell does not, whatever server it names."""
    here = {**environment, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_TOKEN": "x" * 40}
    assert settings_of(here, command, Values({})).tracks is is_job
    assert settings_of(environment, Command.COMBINE, Values({})).tracks is is_job


@pytest.mark.parametrize("repository", ["", "runtime", "a/b/c", "../..", "a/b\n"])
def test_a_text_that_is_not_a_repository_is_ignored(repository: str) -> None:
    """No traceback for any environment."""
    assert environment_of({"GITHUB_REPOSITORY": repository}).calling is None


# whose token


@pytest.mark.parametrize(
    ("job", "forge", "token"),
    [
        ("github", "github", "GITHUB_TOKEN"),
        ("ghes", "github", "GITHUB_TOKEN"),
        ("gitea", "gitea", "GITEA_TOKEN"),
        ("forgejo", "forgejo", "FORGEJO_TOKEN"),
    ],
)
def test_in_a_job_the_token_is_that_of_its_forge(job: str, forge: str, token: str) -> None:
    """And the addresses are the job's."""
    settings = settle({**JOBS[job], **TOKENS})
    assert (settings.forge.value, settings.token) == (forge, TOKENS[token])
    assert settings.server == JOBS[job]["GITHUB_SERVER_URL"]
    assert settings.api == JOBS[job]["GITHUB_API_URL"]


@pytest.mark.parametrize("job", ["gitea", "forgejo"])
def test_a_job_of_gitea_has_its_token_in_githubs_variable(job: str) -> None:
    """The runner puts it there."""
    assert settle({**JOBS[job], "GITHUB_TOKEN": "its-own-token", "GH_TOKEN": "of-github"}).token == "its-own-token"


@pytest.mark.parametrize(
    ("job", "forge", "server", "expected"),
    [
        # a job of one server asks another: the job's token stays at home
        ("github", "github", "https://ghe.corp.example", ""),
        ("ghes", "github", "https://github.com", ""),
        ("ghes", "auto", "https://github.com", ""),
        ("gitea", "github", "https://github.com", ""),
        ("forgejo", "auto", "https://github.com", ""),
        ("github", "gitea", "https://git.example.org", "GITEA_TOKEN"),
        ("github", "forgejo", "https://git.example.org", "FORGEJO_TOKEN"),
        ("github", "auto", "https://codeberg.org", "FORGEJO_TOKEN"),
        ("gitea", "gitea", "https://other.example.org", "GITEA_TOKEN"),
        # the same server by its address
        ("github", "auto", "https://github.com/", "GITHUB_TOKEN"),
        ("ghes", "auto", "https://ghe.corp.example", "GITHUB_TOKEN"),
        # outside of a job
        (None, "auto", "", "GITHUB_TOKEN"),
        (None, "github", "https://github.com/", "GITHUB_TOKEN"),
        (None, "github", "https://www.github.com", "GITHUB_TOKEN"),
    ],
)
def test_no_token_goes_to_another_forge(job: str | None, forge: str, server: str, expected: str) -> None:
    """And an address elsewhere drops the API that the job would tell."""
    settings = settle({**(JOBS[job] if job else {}), **TOKENS}, forge=forge, server=server)
    assert settings.token == TOKENS.get(expected, "")
    at_home = job is not None and server.rstrip("/") in {"", JOBS[job]["GITHUB_SERVER_URL"]}
    assert bool(settings.api or settings.graphql) is at_home


UNKNOWN = [
    ("github", "https://ghe.corp.example", "GITHUB_TOKEN", "GH_HOST"),
    ("github", "https://acme.ghe.com", "GITHUB_TOKEN", "GH_HOST"),
    ("github", "https://github.com.evil.example", "GITHUB_TOKEN", "GH_HOST"),
    ("github", "https://evil.example/github.com", "GITHUB_TOKEN", "GH_HOST"),
    ("github", "http://github.com", "GITHUB_TOKEN", "GH_HOST"),
    ("github", "https://github.com:8443", "GITHUB_TOKEN", "GH_HOST"),
    ("gitea", "https://git.example.org", "GITEA_TOKEN", "GITEA_SERVER_URL"),
    ("forgejo", "https://codeberg.org", "FORGEJO_TOKEN", "GITEA_SERVER_URL"),
]


@pytest.mark.parametrize(("forge", "server", "variable", "host"), UNKNOWN)
def test_in_a_shell_a_token_goes_only_where_it_is_known_to_belong(
    forge: str, server: str, variable: str, host: str
) -> None:
    """The shell has it for another tool, and the address may be anyone's: nothing is sent."""
    with pytest.raises(UsageError) as caught:
        settle(TOKENS, forge=forge, server=server)
    assert variable in str(caught.value)
    assert f"set {host} to the server" in str(caught.value)
    assert settle(TOKENS, forge=forge, server=server, token_env=variable).token == TOKENS[variable]
    assert settle({**TOKENS, host: server}, forge=forge, server=server).token == TOKENS[variable]
    with pytest.raises(UsageError):
        settle({**TOKENS, host: "https://another.example"}, forge=forge, server=server)
    # Without a token there is nothing to send.
    assert settle({}, forge=forge, server=server).token == ""


@pytest.mark.parametrize(
    ("server", "told", "said"),
    [
        (
            "http://127.0.0.1:3107",
            "http://127.0.0.1:8080",
            ["than 127.0.0.1:3107,", "URL (127.0.0.1:8080 now) to"],
        ),
        (
            "http://git.example.org",
            "https://git.example.org",
            ["than git.example.org:80,", "(git.example.org now)"],
        ),
        ("https://git.example.org:8443", "", ["than git.example.org:8443,", "set GITEA_SERVER_URL to"]),
        ("http://[::1]:3000", "https://u:s3cret@a.example", ["than [::1]:3000,", "(a.example now)"]),
    ],
)
def test_a_refusal_shows_both_servers_with_their_ports(server: str, told: str, said: list[str]) -> None:
    """They may differ in nothing else."""
    with pytest.raises(UsageError) as caught:
        settle({**TOKENS, "GITEA_SERVER_URL": told}, forge="gitea", server=server)
    assert [part for part in said if part not in str(caught.value)] == []
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
@pytest.mark.parametrize("variable", ["GITEA_SERVER_URL", "GITEA_INSTANCE_URL", "FORGEJO_SERVER_URL"])
def test_the_variable_of_the_server_names_it(forge: str, variable: str) -> None:
    """Where the product is named and the server is not, outside of a job."""
    told = {**TOKENS, variable: "http://127.0.0.1:3107/"}
    settings = settle(told, forge=forge)
    assert settings.server == "http://127.0.0.1:3107"
    assert settings.token == TOKENS[f"{forge.upper()}_TOKEN"]
    assert settle(told).server == ""
    assert settle(told, forge="github").server == ""
    assert settle({**GITEA_JOB, **told}, forge=forge).server == "https://git.example.org"
    named = settle(told, forge=forge, server="https://two.example", token_env="GITEA_TOKEN")
    assert named.server == "https://two.example"
    with pytest.raises(UsageError, match="the server in the environment: ") as caught:
        settle({variable: "https://u:s3cret@a.example"}, forge=forge)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_without_any_server_the_address_is_what_is_missing(forge: str) -> None:
    """And not what the token is for."""
    settings = settle(TOKENS, forge=forge)
    assert (settings.server, settings.token) == ("", "")
    with pytest.raises(UsageError, match=f"forge {forge} needs server"):
        connect(settings, Deadline(60))


@pytest.mark.parametrize(
    ("told", "server", "known"),
    [
        ("ghe.corp.example", "https://ghe.corp.example", True),
        ("https://GHE.corp.example/", "https://ghe.corp.example", True),
        ("ghe.corp.example:8443", "https://ghe.corp.example:8443", True),
        ("ghe.corp.example", "https://ghe.corp.example:443", True),
        ("ghe.corp.example", "http://ghe.corp.example", False),
        ("ghe.corp.example", "https://ghe.corp.example:8443", False),
        ("ghe.corp.example", "https://x.ghe.corp.example", False),
        ("", "https://ghe.corp.example", False),
        ("https://[broken", "https://ghe.corp.example", False),
        ("https://x:port", "https://ghe.corp.example", False),
    ],
)
def test_a_host_is_the_same_with_its_scheme_and_its_port(told: str, server: str, known: bool) -> None:
    assert is_known(server, ForgeChoice.GITHUB, {"GH_HOST": told}) is known


def test_a_login_of_another_tool_says_where_a_token_belongs(tmp_path: Any) -> None:
    """Its own token is not used, and not looked at."""
    (tmp_path / "tea").mkdir()
    (tmp_path / "forgejo-cli").mkdir()
    (tmp_path / "tea" / "config.yml").write_text(
        "logins:\n    - name: work\n      url: https://git.example.org\n      token: s3cret\n    - url: 'https://two.example'\n",
        encoding="utf-8",
    )
    (tmp_path / "forgejo-cli" / "keys.json").write_text('{"hosts": {"codeberg.org": {}}}', encoding="utf-8")
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    for server in ("https://git.example.org", "https://two.example", "https://codeberg.org"):
        assert settle({**TOKENS, **folders}, forge="gitea", server=server).token == TOKENS["GITEA_TOKEN"]
    with pytest.raises(UsageError):
        settle({**TOKENS, **folders}, forge="gitea", server="https://three.example")
    with pytest.raises(UsageError):
        settle({**TOKENS, **folders}, forge="github", server="https://git.example.org")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[1", b'{"hosts": 3}', b"[" * 100_000])
def test_logins_that_cannot_be_read_are_none(content: bytes, tmp_path: Any) -> None:
    for folder, name in (("tea", "config.yml"), ("forgejo-cli", "keys.json")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(content)
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    assert not is_known("https://git.example.org", ForgeChoice.GITEA, folders)
    assert not is_known("https://git.example.org", ForgeChoice.GITEA, {"HOME": str(tmp_path / "none")})


@pytest.mark.parametrize("forge", ["gitea", "forgejo"])
def test_gitea_without_its_own_token_gets_none(forge: str) -> None:
    """GITHUB_TOKEN in a shell is GitHub's."""
    settings = settle(
        {"GITHUB_TOKEN": "of-github", "GH_TOKEN": "of-github"}, forge=forge, server="https://git.example.org"
    )
    assert settings.token == ""


@given(
    st.sampled_from([None, *JOBS]),
    st.sampled_from(["auto", "github", "gitea", "forgejo"]),
    st.sampled_from(["", "https://github.com", "https://ghe.corp.example", "https://git.example.org",
                     "https://codeberg.org", "https://acme.ghe.com"]),
    st.sets(st.sampled_from(sorted(TOKENS))),
)  # fmt: skip
def test_whatever_is_combined_a_token_reaches_its_own_kind_alone(
    job: str | None, forge: str, server: str, given_tokens: set[str]
) -> None:
    """GitHub's never Gitea and the other way round, a job's never another server."""
    environment = {**(JOBS[job] if job else {}), **{name: TOKENS[name] for name in given_tokens}}
    try:
        settings = settle(environment, forge=forge, server=server)
    except UsageError:
        return
    source = settings.token.removesuffix("-value")
    at_home = job is not None and settings.server == JOBS[job]["GITHUB_SERVER_URL"]
    if settings.forge is ForgeChoice.GITHUB:
        assert source in {"", "GITHUB_TOKEN", "GH_TOKEN"}
    else:
        assert source in {"", "GITEA_TOKEN", "FORGEJO_TOKEN", *(["GITHUB_TOKEN"] if at_home else [])}
    if job is not None and not at_home:
        assert source not in {"GITHUB_TOKEN", "GH_TOKEN"}


@pytest.mark.parametrize(
    ("job", "forge"), [("github", "gitea"), ("ghes", "forgejo"), ("gitea", "github"), ("forgejo", "github")]
)
def test_a_forge_that_the_jobs_server_is_not_is_refused(job: str, forge: str) -> None:
    """It would send that forge's token to this one."""
    with pytest.raises(UsageError, match="does not fit this job's server") as caught:
        settle({**JOBS[job], **TOKENS}, forge=forge)
    assert "set server as well" in str(caught.value)


@pytest.mark.parametrize(("job", "forge"), [("gitea", "forgejo"), ("forgejo", "gitea"), ("github", "github")])
def test_either_word_does_for_gitea_and_forgejo(job: str, forge: str) -> None:
    """They speak the same API."""
    assert settle(JOBS[job], forge=forge).forge.value == forge


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ForgeChoice.AUTO, ForgeChoice.GITHUB, True),
        (ForgeChoice.GITHUB, ForgeChoice.AUTO, True),
        (ForgeChoice.LOCAL, ForgeChoice.GITHUB, True),
        (ForgeChoice.GITEA, ForgeChoice.FORGEJO, True),
        (ForgeChoice.GITHUB, ForgeChoice.GITHUB, True),
        (ForgeChoice.GITHUB, ForgeChoice.GITEA, False),
        (ForgeChoice.FORGEJO, ForgeChoice.GITHUB, False),
    ],
)
def test_which_forges_can_be_one_server(one: ForgeChoice, other: ForgeChoice, same: bool) -> None:
    """GitHub is none of the others."""
    assert same_api(one, other) is same_api(other, one) is same


def test_a_named_variable_goes_before_all_others() -> None:
    """Who names it knows where it leads."""
    environment = {**GITHUB_JOB, **TOKENS, "MINE": " my-token\n"}
    assert settle(environment, token_env="MINE").token == "my-token"
    elsewhere = settle(environment, token_env="GITHUB_TOKEN", server="https://ghe.corp.example", forge="github")
    assert elsewhere.token == TOKENS["GITHUB_TOKEN"]


def test_the_merge_token_is_its_own_and_never_in_a_variable_that_is_not_named() -> None:
    """Without one, the token that reads merges."""
    environment = {**TOKENS, "APPROVER": " the-second\n"}
    assert settle(environment, forge="github").merge_token == ""
    assert settle(environment, forge="github", merge_token_env="APPROVER").merge_token == "the-second"
    assert settle(environment, forge="github", merge_token="was-given").merge_token == "was-given"
    with pytest.raises(UsageError, match="that should have the merge token is not set"):
        settle(environment, forge="github", merge_token_env="MISSING")
    with pytest.raises(UsageError, match="merge-token contains blanks"):
        settle(environment, forge="github", merge_token="a b")


def test_folders_have_nothing_to_merge() -> None:
    with pytest.raises(UsageError, match="folders have no pull requests"):
        settings_of({}, Command.LAND, Values({"root": "fleet"}))


def test_a_pull_request_with_the_list_takes_no_output_file() -> None:
    with pytest.raises(UsageError, match="pull-request and output do not go together"):
        settings_of({}, Command.INIT, Values({"pull-request": True, "output": "x.yml"}))


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_a_named_variable_that_holds_nothing_is_a_mistake(value: str | None) -> None:
    """Silence would be an anonymous run."""
    environment = {} if value is None else {"MINE": value}
    with pytest.raises(UsageError, match="the variable MINE that should have the token is not set"):
        settle(environment, token_env="MINE")


@pytest.mark.parametrize(
    "token",
    [
        *(f"{start}a1B2c3D4e5F6" for start in ("ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-")),
        "user:ghp_a1B2c3D4e5F6",
        "0123456789abcdef" * 2,
        "0123456789ABCDEF0123" * 2,
        "x" * 65,
    ],
)
@pytest.mark.parametrize("option", ["token_env", "merge_token_env"])
def test_a_token_in_place_of_the_name_of_a_variable_is_not_shown(option: str, token: str) -> None:
    """The shell has put the value there, and the log of a job may be public."""
    with pytest.raises(UsageError, match="-env takes the name of a variable, and what was given looks") as caught:
        settle({}, forge="github", **{option: token})
    assert token not in str(caught.value)


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "tökén", "a\x00b", "a\tb"])
def test_what_cannot_be_a_token_is_refused_unseen(value: str) -> None:
    """It would break a header, and show the token in the error."""
    with pytest.raises(UsageError, match="GITHUB_TOKEN contains blanks or special characters") as caught:
        settle({"GITHUB_TOKEN": value})
    assert value not in str(caught.value)


@pytest.mark.parametrize("value", ["e", "error", "1234567"])
def test_what_is_too_short_for_a_token_is_refused_unseen(value: str) -> None:
    """It is in every word that is printed, and would be removed from all of them."""
    with pytest.raises(UsageError, match="GITHUB_TOKEN has fewer than 8 characters"):
        settle({"GITHUB_TOKEN": value})
    with pytest.raises(UsageError, match="fewer than 8 characters"):
        settle(GITHUB_JOB, token=value)


def test_an_empty_variable_is_passed_over() -> None:
    """Workflows set empty secrets."""
    assert settle({"GITHUB_TOKEN": " ", "GH_TOKEN": "the-other"}).token == "the-other"


def test_folders_get_no_token(tmp_path: Any) -> None:
    """There is no server to send it to."""
    settings = settle({**GITHUB_JOB, **TOKENS}, root=tmp_path)
    assert (settings.forge, settings.token) == (ForgeChoice.LOCAL, "")


def test_settings_do_not_show_their_token() -> None:
    """They may end up in a traceback."""
    settings = settle({"GITHUB_TOKEN": "s3cret-token"})
    assert settings.token == "s3cret-token"
    assert "s3cret" not in repr(settings)


def test_without_a_forge_no_variable_is_looked_at() -> None:
    """A server of an unknown kind gets no token."""
    assert find_token(TOKENS, ForgeChoice.AUTO, "", in_its_own_job=False) == ""


# addresses


def test_an_unknown_address_needs_its_kind() -> None:
    """A wrong guess would send a token to a third party."""
    with pytest.raises(
        UsageError, match=r"the address https://git\.example\.org does not tell which product runs there"
    ):
        settle({}, server="https://git.example.org")


@pytest.mark.parametrize(
    "server",
    [
        "https://user:s3cret@git.example.org",
        "https://user:s3cret@git.example.org:port",
        "https://git.example.org?token=s3cret",
    ],
)
@pytest.mark.parametrize("forge", ["auto", "gitea"])
def test_an_address_with_a_secret_in_it_is_not_repeated(server: str, forge: str) -> None:
    """Messages end up in logs."""
    with pytest.raises(UsageError) as caught:
        connect(settle({}, server=server, forge=forge), Deadline(600))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("git.example.org", "https://git.example.org"),
        ("localhost:3000", "https://localhost:3000"),
        ("git.example.org/gitea/", "https://git.example.org/gitea"),
        ("http://git.example.org/api/v1", "http://git.example.org"),
        ("https://git.example.org/gitea/api/v1/", "https://git.example.org/gitea"),
        ("https://ghe.example.org/api/v3", "https://ghe.example.org"),
        ("https://ghe.example.org/api/graphql", "https://ghe.example.org"),
        ("https://api.github.com", "https://github.com"),
        ("https://git.example.org/api/v1/repos", "https://git.example.org/api/v1/repos"),
    ],
)
def test_a_server_may_be_written_without_a_scheme_or_with_the_apis_path(written: str, server: str) -> None:
    assert settle({}, server=written, forge=ForgeChoice.GITEA).server == server


def test_a_user_agent_is_a_setting() -> None:
    values = Values({"user-agent": "x/1"})
    assert settings_of({}, Command.CHECK, values).user_agent == "x/1"
