"""Many runs over one list: merged they say exactly what one run says, and less than all of them says nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift import __version__
from consumer_drift.commands.combine import combine
from consumer_drift.model.report import State
from tests.emulator import Emulator
from tests.sharding.fleets import CONFIG, COUNT, Shards, shown, token, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from consumer_drift.model.report import Report

FORGES = ("github", "gitea", "forgejo")
# Requests for what only a probe looks at.
UNLISTED = r"/repos/acme/(website|template-[a-z]+)/"


@pytest.fixture(params=FORGES)
def shards(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shards]:
    """The fleet on every forge."""
    made = world()
    with Emulator(made, request.param) as emulator:
        yield Shards(emulator, token(made, request.param), tmp_path)


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The reports of ten shards, to be damaged in copies."""
    made = world()
    with Emulator(made, "gitea") as emulator:
        return Shards(emulator, token(made, "gitea"), tmp_path_factory.mktemp("ten")).all()


def refusal(report: Report) -> str:
    """The sentences of a merge that came to nothing."""
    assert report.exit_code == 2
    assert {finding.code.value for finding in report.findings} == {"configuration"}
    assert report.consumers == ()
    return "\n".join(finding.message for finding in report.findings)


def test_ten_shards_merged_say_byte_for_byte_what_one_run_says(shards: Shards) -> None:
    """In every format, but for how long it took and how often it asked."""
    whole = shards.whole()
    codes = {finding.code.value for finding in whole.findings}
    assert codes == {
        "ahead", "behind", "in-flight", "invalid-pin", "forbidden-path", "unlisted", "unreadable",
        "expired-exemption", "stale-exemption", "archived-consumer", "renamed-consumer",
    }  # fmt: skip
    assert len({consumer.state for consumer in whole.consumers}) >= 6
    reports = shards.all()
    assert shown(combine(reports)) == shown(whole)
    assert shown(combine(reports[::-1])) == shown(whole)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_any_number_of_shards_says_the_same(shards: Shards, count: int) -> None:
    """Also more shards than consumers."""
    if shards.emulator.forge == "forgejo":
        pytest.skip("the same API as Gitea's")
    assert shown(combine(shards.all(count))) == shown(shards.whole())


def test_any_nine_of_ten_are_an_error_that_names_the_missing_one(ten: list[Path]) -> None:
    for index in range(COUNT):
        nine = [*ten[:index], *ten[index + 1 :]]
        assert f"of 10 shards, {index + 1} is missing" in refusal(combine(nine))


def test_reconcile_runs_in_the_first_shard_alone(shards: Shards) -> None:
    """The others do not ask for an unlisted repository."""
    log = shards.emulator.requests
    asked = [log.count("GET", UNLISTED)]
    found = []
    for index in range(1, COUNT + 1):
        report = json.loads(shards.shard(index).read_text(encoding="utf-8"))
        found.append((report["coverage"]["reconcile"], report["shard"]["probed"] is not None))
        asked.append(log.count("GET", UNLISTED))
    assert found == [("complete", True)] + [("off", False)] * (COUNT - 1)
    if shards.emulator.forge != "github":
        assert asked[1] > 0
        assert asked[-1] == asked[1]


def test_a_renamed_consumer_of_another_shard_is_not_unlisted_in_the_end(shards: Shards) -> None:
    """The first shard cannot know its new name; the merge can."""
    reports = shards.all()
    alone = json.loads(reports[0].read_text(encoding="utf-8"))
    unlisted = {one["consumer"] for one in alone["findings"] if one["code"] == "unlisted"}
    assert unlisted == {"acme/renamed-now", "acme/template-rogue"}, "those that are listed are not"
    assert [str(one.consumer) for one in combine(reports).findings if one.code.value == "unlisted"] == [
        "acme/template-rogue"
    ]


def test_a_listing_that_lacks_a_consumer_of_another_shard_is_partial(shards: Shards) -> None:
    """It was just read from the same owner, so whatever the listing says of itself, it is not whole."""
    if shards.emulator.forge == "github":
        pytest.skip("GraphQL hides by visibility alone")
    shards.emulator.faults.add("hidden-repositories", path=r"/orgs/acme/repos", hide=["consumer-19"])
    whole = shards.whole()
    [hidden] = [one for one in whole.findings if one.code.value == "hidden-repositories"]
    assert "does not contain acme/consumer-19" in hidden.message
    assert shown(combine(shards.all())) == shown(whole)


def test_a_listing_that_is_refused_is_refused_in_the_whole(shards: Shards) -> None:
    if shards.emulator.forge == "github":
        shards.emulator.faults.add("graphql-forbidden", at=lambda at: at.field == "repositories")
    else:
        shards.emulator.faults.add("missing-scope", path=r"/orgs/acme/repos|/repos/search")
    whole = shards.whole()
    assert "reconcile-unavailable" in {one.code.value for one in whole.findings}
    assert shown(combine(shards.all())) == shown(whole)


def test_without_reconcile_no_listing_is_read(shards: Shards) -> None:
    quiet = Shards(shards.emulator, shards.secret, shards.workspace, CONFIG + "reconcile: false\n")
    assert shown(combine(quiet.all())) == shown(quiet.whole())


def test_a_mistake_in_the_configuration_is_told_once(shards: Shards) -> None:
    wrong = Shards(shards.emulator, shards.secret, shards.workspace, CONFIG + "unknown-key: 1\nother: 2\n")
    reports = wrong.all()
    assert shown(combine(reports)) == shown(wrong.whole())
    assert "are missing" in refusal(combine(reports[:8]))


def test_a_shard_without_a_target_is_never_green(shards: Shards) -> None:
    """The others are kept, and the run is an error."""
    config = "consumers: [consumer-01, consumer-02, consumer-04, consumer-05]\npins: [{file: .runtime-version}]\n"
    some = Shards(shards.emulator, shards.secret, shards.workspace, config + "reconcile: false\n")
    good = some.shard(1, 2)
    tags = r"/tags" if shards.emulator.forge != "github" else None
    where = None if tags else lambda request: b"refs/tags" in request.body
    shards.emulator.faults.add("server-error", path=tags, where=where)
    report = combine([good, some.shard(2, 2)])
    assert report.exit_code == 2
    assert report.target.version == "1.4.0"
    assert [one.state for one in report.consumers] == [State.IN_SYNC] * 2 + [State.NOT_COMPARED] * 2


def test_requests_are_those_of_all_shards_and_seconds_those_of_the_slowest(ten: list[Path]) -> None:
    alone = [json.loads(path.read_text(encoding="utf-8")) for path in ten]
    report = combine(ten)
    assert report.requests == sum(one["requests"] for one in alone)
    assert report.seconds == max(one["seconds"] for one in alone)


def changed(path: Path, folder: Path, change: Callable[[Any], object]) -> Path:
    """A copy of the report at *path* after *change*."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    copy = folder / path.name
    copy.write_text(json.dumps(document), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.update(shard=None, scope="full"), "is of a full list"),
        (lambda one: one.update(command="propagate"), "of another command"),
        (lambda one: one["shard"].update(program="0.0.1"), f"by version 0.0.1, and this is {__version__}"),
        (lambda one: one["shard"].update(count=11), "is shard 3/11, and"),
        (lambda one: one["shard"].update(config="f" * 64), "with another configuration"),
        (lambda one: one.update(config_file="other.yml"), "with another configuration"),
        (lambda one: one.update(forge="Gitea at https://other.example"), "is of Gitea at https://other.example"),
        (lambda one: one["target"].update(version="1.5.0"), "compared with 1.5.0"),
        (lambda one: one["shard"].update(index=4), "shard 4 is there 2 times"),
        (lambda one: one["shard"]["positions"].reverse(), "damaged"),
        (lambda one: one["shard"]["positions"].pop(), "damaged"),
        (lambda one: one["shard"]["positions"].__setitem__(-1, 99), "every consumer of the list once"),
        (lambda one: one["consumers"][0].update(name="acme/other"), "damaged"),
    ],
)
def test_a_report_of_another_run_is_refused(
    change: Callable[[Any], object], words: str, ten: list[Path], tmp_path: Path
) -> None:
    """Each names the file, and says what does not fit."""
    said = refusal(combine([*ten[:2], changed(ten[2], tmp_path, change), *ten[3:]]))
    assert words in said
    assert ten[2].name in said or "every consumer" in said


def test_a_consumer_that_is_in_the_wrong_share_is_noticed(ten: list[Path], tmp_path: Path) -> None:
    """Two reports that were cut and pasted into each other."""
    one, two = (json.loads(path.read_text(encoding="utf-8")) for path in ten[3:5])
    one["shard"]["index"], two["shard"]["index"] = two["shard"]["index"], one["shard"]["index"]
    copies = []
    for document, path in ((one, ten[3]), (two, ten[4])):
        copies.append(tmp_path / path.name)
        copies[-1].write_text(json.dumps(document), encoding="utf-8")
    assert "does not hold the consumers of shard" in refusal(combine([*ten[:3], *copies, *ten[5:]]))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not JSON, or was cut short"),
        (b"{", "is not JSON, or was cut short"),
        (b"\xff\xfe\x00", "is not JSON, or was cut short"),
        (b"[" * 100_000, "is not JSON, or was cut short"),
        (b"[]", "the document is not an object"),
        (b"{}", "schema is missing"),
        (b'{"schema": "consumer-drift/report/2"}', "schema is not consumer-drift/report/1"),
    ],
)
def test_a_file_that_is_no_report_is_refused(data: bytes, words: str, ten: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(data)
    said = refusal(combine([*ten[:9], other]))
    assert str(other) in said
    assert words in said
    # What is missing cannot be told while one of them says nothing.
    assert "missing," not in said


def test_what_cannot_be_read_is_refused(ten: list[Path], tmp_path: Path) -> None:
    said = refusal(combine([*ten, tmp_path, tmp_path / "no.json"]))
    assert "it is a folder" in said
    assert "no.json cannot be read" in said


def test_nothing_to_merge_is_an_error() -> None:
    assert "there is no report to combine" in refusal(combine([]))
