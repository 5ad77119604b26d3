"""A token that reached a report's text is gone before any renderer sees it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from consumer_drift.model.findings import Code, Finding, Place
from consumer_drift.model.report import State
from consumer_drift.model.repository import Location
from consumer_drift.model.sentence import Sentence, Setting, worded
from consumer_drift.options import flag_of
from consumer_drift.render import FORMATS
from consumer_drift.render.redaction import finished, redacted
from tests.render import reports

TOKEN = "github_pat_c4n4ry_C4N4RY*c4n4ry"
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


def leaky():
    """The canary in every kind of place."""
    finding = Finding.of(
        Code.UNREADABLE,
        f"Authorization: Basic {BASIC} and {TOKEN}",
        place=Place(TOKEN, 1),
        related=(Location(reports.name("core"), TOKEN, 1, f"https://git.example/{TOKEN}", TOKEN),),
    )
    consumer = replace(
        reports.consumer("core", 1, State.UNREADABLE, Location(reports.name("core"), TOKEN, 1, TOKEN, TOKEN)),
        note=TOKEN,
    )
    target = replace(reports.TARGET, origin=TOKEN, looked_at=(TOKEN,))
    return replace(reports.all_clear(), forge=TOKEN, target=target, consumers=(consumer,), findings=(finding,))


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_shows_a_secret(form: str) -> None:
    shown = FORMATS[form](redacted(leaky(), [TOKEN])).replace("\\", "")
    assert "c4n4ry" not in shown
    assert BASIC[20:40] not in shown
    assert "***" in shown or "\\*\\*\\*" in FORMATS[form](redacted(leaky(), [TOKEN]))


@pytest.mark.parametrize("secrets", [[], [""], ["not in it at all"]])
def test_a_report_without_secrets_stays_as_it_is(secrets: list[str]) -> None:
    assert redacted(leaky(), secrets) == leaky()


def test_words_of_our_own_stay() -> None:
    parsed = json.loads(FORMATS["json"](redacted(leaky(), ["unreadable", "error"])))
    assert parsed["findings"][0]["code"] == "unreadable"
    assert parsed["status"] == "error"


def test_names_of_settings_and_secrets_are_replaced_at_once() -> None:
    report = replace(leaky(), forge=Sentence("set ", Setting.TOKEN, f" to {TOKEN}"))
    assert finished(report, flag_of, [TOKEN]) == redacted(worded(report, flag_of), [TOKEN])
