"""Which reports make a page, and what a public page does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consumer_drift.history.file import parse, text
from consumer_drift.history.record import record
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.history import History
from consumer_drift.model.report import Report
from consumer_drift.model.repository import RepositoryName
from consumer_drift.page.build import NoPage, build
from consumer_drift.settings import PageVisibility
from tests.page import fleets
from tests.page.reading import Page
from tests.render import reports as golden

PRIVATE = RepositoryName("acme", "template-0001")


def page(reports, visibility: PageVisibility = PageVisibility.PUBLIC, history: History | None = None) -> Page:
    """The parsed page."""
    return Page(build(reports, history or History(), visibility)["index.html"])


def test_a_public_page_never_names_a_private_repository() -> None:
    made = replace(fleets.mixed()[-1], private=(PRIVATE,))
    with pytest.raises(NoPage, match="names 1 repository that not everyone can see"):
        build([made], History(), PageVisibility.PUBLIC)
    assert str(PRIVATE) in page([made], PageVisibility.PRIVATE).named("body")[0].text


def test_a_private_repository_of_an_older_run_is_no_reason_to_refuse() -> None:
    """Its name is not on the page: older runs are numbers there."""
    *older, last = fleets.in_sync()
    gone = replace(older[-1].consumers[0], name=RepositoryName("acme", "secret"))
    older[-1] = replace(older[-1], private=(gone.name,), consumers=(gone, *older[-1].consumers[1:]))
    assert "secret" not in build([*older, last], History(), PageVisibility.PUBLIC)["index.html"]


def test_a_name_whose_visibility_is_not_known_is_withheld_on_a_public_page() -> None:
    reports = fleets.mixed()
    assert "acme/gone" not in page(reports).named("body")[0].text
    assert "acme/gone" in page(reports, PageVisibility.PRIVATE).named("body")[0].text


def test_text_that_may_name_hidden_repositories_is_not_on_a_public_page() -> None:
    made = fleets.mixed()[-1]
    finding = Finding.of(Code.HIDDEN_REPOSITORIES, "the listing does not contain acme/secret")
    made = replace(made, findings=(*made.findings, finding))
    assert "acme/secret" not in page([made]).named("body")[0].text
    assert "hidden-repositories" in page([made]).named("body")[0].text
    assert "acme/secret" in page([made], PageVisibility.PRIVATE).named("body")[0].text


def test_reports_and_history_are_the_same_runs() -> None:
    """A run that is in both counts once."""
    reports = fleets.mixed()
    history = parse(text(run for one in reports if (run := record(one)) is not None))
    assert build(reports[-1:], history, PageVisibility.PUBLIC) == build(reports, History(), PageVisibility.PUBLIC)
    assert build(reports, history, PageVisibility.PUBLIC) == build(reports, History(), PageVisibility.PUBLIC)


def test_the_order_of_the_reports_does_not_matter() -> None:
    reports = fleets.mixed()
    assert build(reports[::-1], History(), PageVisibility.PUBLIC) == build(
        reports, History(), PageVisibility.PUBLIC
    )


def test_runs_of_another_source_are_left_out_and_said() -> None:
    reports = fleets.in_sync()
    other = replace(reports[0], target=replace(reports[0].target, source="acme/other"))
    made = page([other, *reports[1:]])
    assert made.number("n-runs") == len(reports) - 1
    assert "1 run of another source left out" in made.named("body")[0].text


def test_a_shard_is_no_report_of_the_fleet() -> None:
    with pytest.raises(NoPage, match="join those of shards"):
        build([golden.shard()], History(), PageVisibility.PRIVATE)


@pytest.mark.parametrize("name", [name for name in golden.GOLDEN if name not in {"shard", "judged"}])
def test_every_kind_of_report_has_a_page(name: str) -> None:
    """Also one that ended before it read anything."""
    report = golden.GOLDEN[name]()
    made = page([replace(report, at=report.at or golden.NOON)], PageVisibility.PRIVATE)
    assert made.by_id("verdict").text.endswith(".")
    assert made.unclosed == []


@pytest.mark.parametrize("command", ["validate", "init", "page", "doctor"])
def test_a_report_that_compared_nothing_never_replaces_one_that_did(command: str) -> None:
    drift = fleets.mixed()[-1]
    assert drift.at is not None
    later = replace(Report.without_results(command, ()), at=drift.at + timedelta(hours=1))
    kept = build([drift, later], History(), PageVisibility.PUBLIC)
    assert kept == build([drift], History(), PageVisibility.PUBLIC)
    with pytest.raises(NoPage, match="no report is of a check"):
        build([later], History(), PageVisibility.PUBLIC)
