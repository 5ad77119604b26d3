"""Inputs: what YAML users write is understood, empty is the default, and everything else is told by its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.action.inputs import FORGES, Inputs, read, value
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.shards import ShardSpec
from consumer_drift.settings import ForgeChoice

ALL = {Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE}
NAMES = (
    "command",
    "config",
    "token",
    "job-token",
    "forge",
    "server-url",
    "version",
    "only",
    "reconcile",
    "fail-on",
    "report",
    "sarif",
    "summary",
    "concurrency",
    "ca-bundle",
    "cache",
    "dry-run",
    "shard",
    "reports",
    "max-time",
    "handover",
)


def given_inputs(**texts: str) -> dict[str, str]:
    """The variables that a runner sets: upper case, dashes kept."""
    return {f"INPUT_{name.replace('_', '-').upper()}": text for name, text in texts.items()}


def test_nothing_said_is_the_default() -> None:
    assert read({}) == Inputs()
    assert Inputs().fail_on == {Status.DRIFT, Status.ERROR}


def test_empty_means_the_default_for_every_input() -> None:
    assert read({f"INPUT_{name.upper()}": blank for name in NAMES for blank in ("", "  \n")}) == Inputs()


@pytest.mark.parametrize("variable", ["INPUT_FAIL-ON", "INPUT_FAIL_ON"])
def test_a_dash_may_have_become_an_underscore(variable: str) -> None:
    assert value({variable: " error "}, "fail-on") == "error"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(word, True) for word in ("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y")]
    + [(word, False) for word in ("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N")],
)
def test_a_boolean_is_what_yaml_takes_for_one(text: str, expected: bool) -> None:
    inputs = read(given_inputs(reconcile=text, summary=text, dry_run=text, job_token=text))
    assert isinstance(inputs, Inputs)
    assert {inputs.reconcile, inputs.summary, inputs.dry_run, inputs.job_token} == {expected}


@pytest.mark.parametrize("text", ["1", "0", "tRUE", "yEs", "enabled", "truee", "true false", "null", "~"])
def test_nothing_else_is_a_boolean(text: str) -> None:
    assert read(given_inputs(reconcile=text)) == (f"the input reconcile is {text!r}: write true or false",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drift", {Status.DRIFT}),
        ("drift,error,token-scope", ALL),
        (" Drift , TOKEN-SCOPE ", {Status.DRIFT, Status.TOKEN_SCOPE}),
        ("drift\nerror\ntoken-scope\n", ALL),
        ("error error", {Status.ERROR}),
        ("none", set()),
        ("None", set()),
    ],
)
def test_fail_on_names_what_turns_the_step_red(text: str, expected: set[Status]) -> None:
    inputs = read(given_inputs(fail_on=text))
    assert isinstance(inputs, Inputs)
    assert inputs.fail_on == expected


@pytest.mark.parametrize("text", ["drfit", "drift,none", "all", ",", "in-sync", "true"])
def test_a_word_that_fail_on_does_not_know_is_a_mistake(text: str) -> None:
    (mistake,) = read(given_inputs(fail_on=text))
    assert mistake == (
        f"the input fail-on is {text!r}: write drift, error, token-scope, or some of them with commas in between,"
        " or none"
    )


@pytest.mark.parametrize("text", ["a,b", "a, b", "a\nb", "a b", "\n a \n\n b,\n", ",a,,b,"])
def test_a_list_has_commas_or_line_breaks(text: str) -> None:
    inputs = read(given_inputs(only=text))
    assert isinstance(inputs, Inputs)
    assert inputs.only == ("a", "b")


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("16", 16), ("64", 64), ("07", 7)])
def test_concurrency_is_a_number_from_1_to_64(text: str, expected: int) -> None:
    inputs = read(given_inputs(concurrency=text))
    assert isinstance(inputs, Inputs)
    assert inputs.concurrency == expected


@pytest.mark.parametrize("text", ["0", "65", "-1", "1.5", "ten", "٣", "0640000", "1e1", "100"])
def test_other_numbers_are_mistakes(text: str) -> None:
    assert read(given_inputs(concurrency=text)) == (
        f"the input concurrency is {text!r}: write a number from 1 to 64",
    )


@pytest.mark.parametrize("forge", FORGES)
def test_a_forge_goes_by_its_name_in_any_case(forge: str) -> None:
    inputs = read(given_inputs(forge=forge.upper()))
    assert isinstance(inputs, Inputs)
    assert inputs.forge == ForgeChoice(forge)


def test_folders_are_no_forge_of_a_job() -> None:
    assert read(given_inputs(forge="local")) == (
        "the input forge is 'local': write auto or github or gitea or forgejo",
    )


def test_every_mistake_is_told_at_once() -> None:
    mistakes = read(given_inputs(command="sync", forge="svn", reconcile="maybe", fail_on="x", concurrency="x"))
    assert isinstance(mistakes, tuple)
    assert [mistake.split()[2] for mistake in mistakes] == [
        "command",
        "forge",
        "reconcile",
        "fail-on",
        "concurrency",
    ]


def test_a_token_is_not_shown_by_accident() -> None:
    assert "secret" not in repr(read(given_inputs(token="secret")))


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20)))
def test_no_text_in_any_input_is_more_than_a_mistake(texts: dict[str, str]) -> None:
    found = read({f"INPUT_{name.upper()}": text for name, text in texts.items()})
    assert isinstance(found, Inputs) or (found and all(f"the input {one.split()[2]} is" in one for one in found))


@pytest.mark.parametrize(("text", "expected"), [("3/10", ShardSpec(3, 10)), (" 1/1 ", ShardSpec(1, 1))])
def test_a_shard_is_a_share_and_how_many_there_are(text: str, expected: ShardSpec) -> None:
    inputs = read(given_inputs(shard=text))
    assert isinstance(inputs, Inputs)
    assert inputs.shard == expected


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("shard", "11/10", "as 3/10"),
        ("shard", "3", "as 3/10"),
        ("max_time", "0", "write seconds"),
        ("max_time", "50m", "write seconds"),
        ("max_time", "432001", "write seconds"),
        ("max_time", "-1", "write seconds"),
    ],
)
def test_what_is_no_share_and_no_time_says_how_to_write_one(name: str, text: str, why: str) -> None:
    [mistake] = read(given_inputs(**{name: text}))  # type: ignore[misc]
    assert mistake.startswith(f"the input {name.replace('_', '-')} is {text!r}: ")
    assert why in mistake


def test_paths_of_reports_may_hold_blanks() -> None:
    inputs = read(given_inputs(reports="a b/*.json, c.json\n\n d.json ", max_time="90"))
    assert isinstance(inputs, Inputs)
    assert inputs.reports == ("a b/*.json", "c.json", "d.json")
    assert inputs.max_time == 90
