"""Whatever a forge shows: the shards' reports, written and read again, join into what one run says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from consumer_drift import __version__, render
from consumer_drift.commands.check import check
from consumer_drift.model.observation import Observation
from consumer_drift.model.shards import ShardSpec
from consumer_drift.sharding import join, report_reader
from consumer_drift.sharding.join import ShardReport, join_reports
from consumer_drift.sharding.take import select
from tests.assess.cases import NOW
from tests.assess.test_properties import FakeForge, worlds

if TYPE_CHECKING:
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Survey
    from consumer_drift.model.report import Report


@dataclass
class Asked(FakeForge):
    """Shows what it is asked for, and no more."""

    def survey(self, survey: Survey, progress: Any, cache: Any = None) -> Observation:
        consumers = {one.name: self.observation.consumers[one.name] for one in survey.consumers}
        return Observation(consumers, self.observation.listing if survey.probe else None)


def run(config: Config, forge: FakeForge, share: ShardSpec | None = None) -> Report:
    """A check of *share*, as a program that reads its JSON report sees it."""
    asked = Asked(forge.observation, forge.released, forge.pulls)
    part, shard = (config, None) if share is None else select(config, share, "the same")
    return replace(check(part, asked, NOW, lambda _name: None, shard), seconds=0.0)  # type: ignore[arg-type]


def parts(config: Config, forge: FakeForge, count: int) -> list[ShardReport]:
    """The reports of all shards, through JSON."""
    found = []
    for index in range(1, count + 1):
        report = report_reader.parse(render.FORMATS["json"](run(config, forge, ShardSpec(index, count))).encode())
        assert report.shard is not None
        found.append(ShardReport(f"{index}.json", report, report.shard))
    return found


@given(worlds(), st.integers(1, 6), st.randoms())
def test_the_shards_joined_are_one_run_byte_for_byte(world, count, random) -> None:
    config, forge = world
    shards = parts(config, forge, count)
    random.shuffle(shards)
    assert join.mistakes(shards, __version__) == ()
    whole = run(config, forge)
    for form in ("json", "log", "markdown", "sarif", "github"):
        assert render.FORMATS[form](join_reports(shards)) == render.FORMATS[form](whole)


@given(worlds(), st.integers(2, 6), st.data())
def test_less_than_all_of_them_are_refused(world, count, data) -> None:
    shards = parts(*world, count)
    lost = data.draw(st.integers(0, count - 1))
    assert join.mistakes([*shards[:lost], *shards[lost + 1 :]], __version__)


@given(worlds(), st.integers(1, 6), st.data())
def test_one_of_them_twice_is_refused(world, count, data) -> None:
    shards = parts(*world, count)
    assert join.mistakes([*shards, data.draw(st.sampled_from(shards))], __version__)
