"""Versions that can be installed: a release that is tagged and not on the index is no target yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.commands import Command
from consumer_drift.settings import UsageError
from tests.emulator import Emulator, World
from tests.registries.emulator import Registry
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Run

FORGES = ("github", "gitea")
PIN = ".runtime-version"


@dataclass
class Fleet:
    """Releases 1.2.0 to 1.4.0, the last one an hour old, and consumers by the version that they pin."""

    pins: dict[str, str] = field(default_factory=lambda: {"core": "1.3.0"})
    world: World = field(default_factory=World)
    token: str = ""

    def __post_init__(self) -> None:
        acme = self.world.organisation("acme")
        runtime = acme.repository("runtime", {"VERSION": "0"})
        for text in ("1.2.0", "1.3.0", "1.3.1", "1.4.0"):
            runtime.commit({"VERSION": text}, "main", message=text, date=self.world.now())
            runtime.tag(f"v{text}")
            self.world.advance(hours=1)
        for name, text in self.pins.items():
            acme.repository(name, {PIN: f"{text}\n"})

    def run(self, forge: str, folder: Path, published: str, **more: Any) -> Run:
        """Check it against a registry."""
        kind = {"kind": "classic", "scopes": ["repo", "read:org"]} if forge == "github" else {"scopes": ["all"]}
        token = self.world.token("bot", **{**kind, "sees": "all"}).secret
        self.token = token
        names = "".join(f"  - {name}\n" for name in self.pins)
        text = f"source:\n  published: {published}\npins: [{{file: {PIN}}}]\nconsumers:\n{names}reconcile: false\n"
        with Emulator(self.world, forge) as emulator:
            return check(emulator, text, folder, token, **more)


def pypi(server: Registry, more: str = "") -> str:
    """``source.published`` of the emulated index."""
    return f"{{pypi: acme-runtime, index: '{server.url}/simple'{more}}}"


@pytest.mark.parametrize("forge", FORGES)
def test_the_target_is_the_newest_release_that_is_there(forge: str, tmp_path: Path) -> None:
    """A newer one is a warning on the source."""
    fleet = Fleet({"core": "1.3.1", "late": "1.3.0", "early": "1.4.0"})
    with Registry(present=("1.2.0", "1.3.0", "1.3.1")) as server:
        run = fleet.run(forge, tmp_path, pypi(server))
    assert run.report.target.version == "1.3.1"
    assert "1.4.0 (2026-11-22 15:00 UTC) is tagged and not on 127.0.0.1" in run.report.target.origin
    assert sorted(run.codes) == ["ahead", "behind", "unpublished"]
    [finding] = [one for one in run.report.findings if one.code.value == "unpublished"]
    assert (finding.level.value, finding.counts_as) == ("warning", None)
    assert "1.4.0 is tagged since 2026-11-22 15:00 UTC and not on" in finding.message
    assert "so consumers are compared with 1.3.1" in finding.message


@pytest.mark.parametrize(("hours", "code"), [(71, 0), (72, 2)])
def test_a_release_that_is_not_published_for_longer_than_the_grace_is_an_error(
    hours: int, code: int, tmp_path: Path
) -> None:
    """Of the source: no consumer can do anything about it."""
    fleet = Fleet({"core": "1.3.1"})
    fleet.world.advance(hours=hours)
    with Registry(present=("1.3.1",)) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert (run.codes, run.report.exit_code) == (["unpublished"], code)


def test_everything_published_is_as_without_a_registry(tmp_path: Path) -> None:
    """And the report counts the registry's requests."""
    fleet = Fleet({"core": "1.4.0"})
    with Registry(present=("1.4.0",)) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
        assert len(server.seen) == 1
    assert (run.codes, run.report.target.version) == ([], "1.4.0")


def test_a_pinned_version_that_is_gone_is_a_dead_pin(tmp_path: Path) -> None:
    """Yanked, deleted or removed: the consumer cannot be installed again, also while a bump is open."""
    fleet = Fleet({"core": "1.3.0", "other": "1.3.1"})
    fleet.world.repository("acme/core").pull("bump/runtime-1.4.0", files={PIN: "1.4.0\n"})
    fleet.world.repository("acme/other").pull("bump/runtime-1.4.0", files={PIN: "1.4.0\n"})
    with Registry(present=("1.3.1", "1.4.0"), yanked=("1.3.0",)) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert sorted(run.codes) == ["dead-pin", "in-flight", "in-flight"]
    assert run.report.exit_code == 1
    states = {str(one.name): one.state.value for one in run.report.consumers}
    assert states == {"acme/core": "dead-pin", "acme/other": "in-flight"}
    assert "pins 1.3.0 at .runtime-version:1, which can no longer be installed" in run.messages


@pytest.mark.parametrize("fault", ["unauthorized", "no-project", "server-error", "wall-200", "redirect-elsewhere"])
def test_a_registry_that_cannot_be_read_leaves_the_target_unknown(fault: str, tmp_path: Path) -> None:
    """An error, whatever consumers pin: it is never drift, and never green."""
    fleet = Fleet({"core": "1.2.0", "other": "1.4.0"})
    with Registry(fault=fault) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert (run.codes, run.report.exit_code) == (["target-unknown"], 2)
    assert "whether 1.4.0 is published on 127.0.0.1" in run.messages


@pytest.mark.parametrize(("bumped", "code", "status"), [(False, "behind", 1), (True, "in-flight", 2)])
def test_a_failure_for_a_pinned_version_is_an_error_of_its_consumer(
    bumped: bool, code: str, status: int, tmp_path: Path
) -> None:
    """It may be gone, so an open bump is no excuse; the others are judged as ever."""
    fleet = Fleet({"core": "1.3.0", "other": "1.4.0"})
    if bumped:
        fleet.world.repository("acme/core").pull("bump/runtime-1.4.0", files={PIN: "1.4.0\n"})
    with Registry(present=("1.4.0",), fault="too-many-requests", at="1.3.0") as server:
        run = fleet.run("gitea", tmp_path, f"{{url: '{server.url}/files/{{version}}/runtime.tar.gz'}}")
    assert (sorted(run.codes), run.report.exit_code) == (sorted([code, "unreadable"]), status)
    [finding] = [one for one in run.report.findings if one.code.value == "unreadable"]
    assert str(finding.consumer) == "acme/core"
    assert "pins 1.3.0 at .runtime-version:1; whether 127.0.0.1" in finding.message
    assert "has it could not be read: " in finding.message
    assert {str(one.name): one.state.value for one in run.report.consumers} == {
        "acme/core": "unreadable",
        "acme/other": "in-sync",
    }


def test_a_fixed_version_that_is_not_published_is_an_error_at_once(tmp_path: Path) -> None:
    """The configuration names what cannot be installed."""
    fleet = Fleet({"core": "1.3.1"})
    with Registry(present=("1.3.0", "1.3.1")) as server:
        run = fleet.run("gitea", tmp_path, f"{pypi(server)}\n  version: 1.4.0")
    assert (run.report.target.version, run.codes, run.report.exit_code) == ("1.3.1", ["unpublished"], 2)
    assert "1.4.0 is named by `source.version` since 2026-11-22 15:00 UTC and not on 127.0.0.1" in run.messages


def test_an_unpublished_release_with_a_date_of_the_future_is_a_warning(tmp_path: Path) -> None:
    """Its age is not known, so nothing proves that the grace is over."""
    fleet = Fleet({"core": "1.4.0"})
    runtime = fleet.world.repository("acme/runtime")
    runtime.commit({"VERSION": "1.5.0"}, "main", message="1.5.0", date=fleet.world.now() + timedelta(days=999))
    runtime.tag("v1.5.0")
    with Registry(present=("1.4.0",)) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert (run.codes, run.report.exit_code) == (["unpublished"], 0)
    assert "1.5.0 is tagged and not on" in run.messages


def test_none_of_the_releases_is_there(tmp_path: Path) -> None:
    """Then it is another registry, and the target is unknown."""
    fleet = Fleet()
    with Registry(present=("9.0.0",)) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert run.codes == ["target-unknown"]
    assert "none of the newest 4 releases is on" in run.messages


@pytest.mark.parametrize(
    ("version", "days", "code"),
    [("1.4.0", 0, 0), ("1.4.0", 9, 2), ("1.4.1", 0, 0), ("1.4.1", 9, 0)],
    ids=["tagged today", "tagged last week", "without a tag", "without a tag for long"],
)
@pytest.mark.parametrize("forge", FORGES)
def test_a_version_in_a_file_is_compared_with_the_list_of_the_index(
    forge: str, version: str, days: int, code: int, tmp_path: Path
) -> None:
    """The file names the next version before it is published. Its tag tells its age, without one nothing does."""
    fleet = Fleet({"core": "1.3.1"})
    fleet.world.repository("acme/runtime").commit({"VERSION": version}, "main", message="next")
    fleet.world.advance(days=days)
    with Registry(present=("1.2.0", "1.3.1", "2.0.0")) as server:
        published = f"{pypi(server)}\n  file: VERSION"
        run = fleet.run(forge, tmp_path, published)
    assert (run.report.target.version, run.codes) == ("1.3.1", ["unpublished"])
    assert run.report.exit_code == code
    assert f"{version} is named by the source" in run.messages
    assert (" since 2026-" in run.messages) == (version == "1.4.0")


def test_a_bump_goes_to_what_can_be_installed(tmp_path: Path) -> None:
    """Or the consumer's checks would fail."""
    fleet = Fleet({"core": "1.3.0"})
    with Registry(present=("1.3.0", "1.3.1")) as server:
        run = fleet.run("gitea", tmp_path, pypi(server), command=Command.PROPAGATE)
    [(_, bump)] = run.report.bumps
    assert bump.branch == "bump/runtime-1.3.1"


def test_the_token_is_that_of_the_named_variable(tmp_path: Path) -> None:
    """The server's own never goes to a registry."""
    fleet = Fleet({"core": "1.4.0"})
    with Registry(present=("1.4.0",), token="s3cret") as server:
        published = pypi(server, ", token-env: INDEX_TOKEN")
        run = fleet.run("gitea", tmp_path, published, variable={"INDEX_TOKEN": "s3cret"}.get)
        assert run.codes == []
        with pytest.raises(UsageError, match=r"INDEX_TOKEN that .* names is not set"):
            fleet.run("gitea", tmp_path, published)
        with pytest.raises(UsageError, match="which a registry must not get"):
            fleet.run("gitea", tmp_path, published, variable=lambda _name: fleet.token)
        assert all(fleet.token not in authorization for *_, authorization in server.seen)


@pytest.mark.parametrize("form", ["u:{}", "{}:x-oauth-basic", "u%3A{}", "u: {}", "u:{0[0]}%{1:02x}{2}"])
@pytest.mark.parametrize("which", ["token", "merge_token"])
def test_the_token_of_the_server_is_refused_within_another_value(form: str, which: str, tmp_path: Path) -> None:
    """As a password, or percent-encoded: it is the same secret."""
    fleet = Fleet({"core": "1.4.0"})
    merge = "merge-token-of-the-server"

    def variable(_name: str) -> str:
        secret = fleet.token if which == "token" else merge
        return form.format(secret, ord(secret[1]), secret[2:])

    with Registry(present=("1.4.0",)) as server:
        with pytest.raises(UsageError, match="which a registry must not get"):
            fleet.run("gitea", tmp_path, pypi(server, ", token-env: OTHER"), variable=variable, merge_token=merge)
        assert server.seen == []


def test_a_token_in_place_of_the_name_of_a_variable_is_not_shown(tmp_path: Path) -> None:
    """Neither where it could be a name, nor where it could not."""
    fleet = Fleet({"core": "1.4.0"})
    with Registry(present=("1.4.0",)) as server:
        with pytest.raises(UsageError, match="looks like a token itself") as caught:
            fleet.run("gitea", tmp_path, pypi(server, ", token-env: ghp_a1B2c3D4e5F6"))
        run = fleet.run("gitea", tmp_path, pypi(server, ", token-env: glpat-a1B2c3D4e5F6"))
    assert "a1B2c3D4e5F6" not in str(caught.value)
    assert "looks like a token itself" in run.messages
    assert "a1B2c3D4e5F6" not in run.shown


def test_a_release_that_never_came_does_not_start_the_grace(tmp_path: Path) -> None:
    """Nothing could be taken over before the next one."""
    fleet = Fleet({"core": "1.2.0"})
    runtime = fleet.world.repository("acme/runtime")
    fleet.world.advance(days=10)
    runtime.commit({"VERSION": "1.5.0"}, "main", message="1.5.0", date=fleet.world.now())
    runtime.tag("v1.5.0")
    fleet.world.repository("acme/core").pull("bump/runtime-1.5.0", files={PIN: "1.5.0\n"})
    with Registry(present=("1.2.0", "1.5.0")) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert run.codes == ["in-flight"]
    with Registry(present=("1.2.0", "1.3.0", "1.5.0")) as server:
        run = fleet.run("gitea", tmp_path, pypi(server))
    assert run.codes == ["behind"]


def test_a_given_version_is_not_looked_for(tmp_path: Path) -> None:
    """Who names a version means it."""
    fleet = Fleet({"core": "1.4.0"})
    with Registry(fault="server-error") as server:
        run = fleet.run("gitea", tmp_path, pypi(server), target="1.4.0")
        assert server.seen == []
    assert run.codes == []
