"""Sentences keep settings as values until an entry point puts its own names for them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import Report
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Grant, Sentence, Setting, SetTo, capitalized, joined, worded
from consumer_drift.options import OPTIONS, flag_of, input_of
from tests.docs.sentences import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

RAISE = Sentence("raise ", Setting.MAX_TIME, ", or set ", SetTo(Setting.FORGE, "gitea"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (flag_of, "raise --max-time, or set --forge gitea"),
        (input_of, "raise the input max-time, or set forge: gitea"),
    ],
)
def test_each_entry_point_has_its_own_names(name: Callable[[Setting, str], str], expected: str) -> None:
    assert RAISE.worded(name) == expected


def test_as_a_text_it_has_the_plain_names() -> None:
    assert RAISE == "raise max-time, or set forge gitea"


def test_what_is_joined_keeps_its_parts() -> None:
    whole = joined("; ", [capitalized(RAISE), "plain --version", Sentence(RAISE)])
    assert whole.worded(flag_of) == (
        "Raise --max-time, or set --forge gitea; plain --version; raise --max-time, or set --forge gitea"
    )
    assert joined("; ", []) == ""


def test_a_failure_keeps_what_its_remedy_names() -> None:
    failure = Failure(Reason.TIMEOUT, "'--version' is foreign", RAISE)
    text = Sentence("core could not be read: ", str(failure))
    assert text.worded(input_of) == (
        "core could not be read: '--version' is foreign. Raise the input max-time, or set forge: gitea"
    )


def test_foreign_text_is_never_rewritten() -> None:
    """A pin may be called like a flag."""
    finding = Finding.of(Code.INVALID_PIN, "core: '--version' at Makefile:1 is no version")
    report = Report.without_results("check", (finding, replace(finding, message=RAISE)))
    shown = worded(report, input_of)
    assert [one.message for one in shown.findings] == [finding.message, RAISE.worded(input_of)]
    assert type(shown.findings[1].message) is str


@pytest.mark.parametrize("setting", Setting)
def test_every_setting_is_an_option_that_the_command_line_can_name(setting: Setting) -> None:
    assert OPTIONS[setting].flag or OPTIONS[setting].spoken
    assert flag_of(setting)
    assert input_of(setting)


def test_what_to_set_for_a_token_names_the_variables_of_github_alone() -> None:
    """GitHub is the only one that says it: no other forge refuses to answer without a token."""
    assert flag_of(Setting.TOKEN) == (
        "a token (in GITHUB_TOKEN or GH_TOKEN, or in the variable that --token-env names)"
    )
    forges = ROOT / "src" / "consumer_drift" / "forges"
    saying = {
        file.relative_to(forges).parts[0]
        for file in forges.rglob("*.py")
        if re.search(r"Setting\.TOKEN\b", file.read_text(encoding="utf-8"))
    }
    assert saying == {"github"}


def test_a_right_that_a_kind_of_token_cannot_have_needs_another_token() -> None:
    """A job's own token reads no other private repository, whoever its user is."""
    remedy = Sentence("check the name, or ", Grant("give the token access", "access"))
    assert remedy.worded(flag_of) == remedy.worded(input_of) == "check the name, or give the token access"
    assert remedy.worded(lambda _setting, what: f"use a token with {what}") == (
        "check the name, or use a token with access"
    )
    first = capitalized(Sentence(Grant("give it", "access")))
    assert str(first) == first.worded(flag_of) == "Give it"
    assert isinstance(first, Sentence)
    assert first.worded(lambda _setting, what: f"use {what}") == "Use access"
