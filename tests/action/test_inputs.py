"""Inputs: what YAML users write is understood, empty is the default, and any other text is a mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift import options
from consumer_drift.action.inputs import Inputs, read, value
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.shards import ShardSpec
from consumer_drift.options import OPTIONS, Values
from consumer_drift.settings import ForgeChoice

ALL = {Status.DRIFT, Status.ERROR, Status.TOKEN_SCOPE}
NAMES = [option.input for option in OPTIONS.values() if option.input and option.passed is not None]


def given_inputs(**texts: str) -> dict[str, str]:
    """The variables that a runner sets: upper case, dashes kept."""
    return {f"INPUT_{name.replace('_', '-').upper()}": text for name, text in texts.items()}


def values(environment: dict[str, str]) -> Values:
    """What is read of *environment*, in which there is no mistake."""
    inputs = read(environment)
    assert inputs.mistakes == ()
    return inputs.values


@pytest.mark.parametrize("blank", [None, "", "  \n"])
def test_an_empty_input_has_its_default(blank: str | None) -> None:
    found = values({} if blank is None else {f"INPUT_{name.upper()}": blank for name in NAMES})
    assert [found[option] for option in OPTIONS.values()] == [option.default for option in OPTIONS.values()]
    assert found[options.FAIL_ON] == {Status.DRIFT, Status.ERROR}


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_the_default_in_action_yml_is_the_programs(option: options.Option[object]) -> None:
    text = "" if "${{" in option.default_text else option.default_text
    assert (option.parser.parse(text) if text else option.default) == option.default


@pytest.mark.parametrize("variable", ["INPUT_FAIL-ON", "INPUT_FAIL_ON"])
def test_a_dash_may_have_become_an_underscore(variable: str) -> None:
    assert value({variable: " error "}, "fail-on") == "error"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(word, True) for word in ("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y")]
    + [(word, False) for word in ("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N")],
)
def test_a_boolean_is_what_yaml_takes_for_one(text: str, expected: bool) -> None:
    found = values(given_inputs(reconcile=text, summary=text, dry_run=text, job_token=text))
    flags = (options.RECONCILE, options.SUMMARY, options.DRY_RUN, options.JOB_TOKEN)
    assert {found[flag] for flag in flags} == {expected}


@pytest.mark.parametrize("text", ["1", "0", "tRUE", "yEs", "enabled", "truee", "true false", "null", "~"])
def test_nothing_else_is_a_boolean(text: str) -> None:
    assert read(given_inputs(reconcile=text)).mistakes == (
        f"the input reconcile is {text!r}: write true or false",
    )


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
    assert values(given_inputs(fail_on=text))[options.FAIL_ON] == expected


@pytest.mark.parametrize("text", ["drfit", "drift,none", "all", ",", "in-sync", "true"])
def test_a_word_that_fail_on_does_not_know_is_a_mistake(text: str) -> None:
    (mistake,) = read(given_inputs(fail_on=text)).mistakes
    assert mistake == (
        f"the input fail-on is {text!r}: write drift, error, token-scope, or some of them with commas in between,"
        " or none"
    )


@pytest.mark.parametrize("text", ["a,b", "a, b", "a\nb", "a b", "\n a \n\n b,\n", ",a,,b,"])
def test_a_list_has_commas_or_line_breaks(text: str) -> None:
    assert values(given_inputs(only=text))[options.ONLY] == ("a", "b")


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("16", 16), ("64", 64), ("07", 7)])
def test_concurrency_is_a_number_from_1_to_64(text: str, expected: int) -> None:
    assert values(given_inputs(concurrency=text))[options.CONCURRENCY] == expected


@pytest.mark.parametrize("text", ["0", "65", "-1", "1.5", "ten", "٣", "0640000", "1e1", "100"])
def test_other_numbers_are_mistakes(text: str) -> None:
    assert read(given_inputs(concurrency=text)).mistakes == (
        f"the input concurrency is {text!r}: write a number from 1 to 64",
    )


@pytest.mark.parametrize("forge", ["auto", "github", "gitea", "forgejo"])
def test_a_forge_goes_by_its_name_in_any_case(forge: str) -> None:
    assert values(given_inputs(forge=forge.upper()))[options.FORGE] is ForgeChoice(forge)


@pytest.mark.parametrize("text", ["local", "svn"])
def test_folders_are_no_forge_of_a_job(text: str) -> None:
    assert read(given_inputs(forge=text)).mistakes == (
        f"the input forge is {text!r}: write auto or github or gitea or forgejo",
    )


def test_every_mistake_is_reported_at_once() -> None:
    texts = {"command": "sync", "forge": "svn", "reconcile": "maybe", "fail_on": "x", "concurrency": "x"}
    inputs = read(given_inputs(**texts, summary="false", report="out.json"))
    assert [mistake.split()[2] for mistake in inputs.mistakes] == [name.replace("_", "-") for name in texts]
    assert (inputs.values[options.SUMMARY], inputs.values[options.REPORT]) == (False, "out.json")


def test_a_token_is_not_shown_by_accident() -> None:
    assert "secret" not in repr(read(given_inputs(token="secret")))


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20)))
def test_no_text_in_any_input_is_more_than_a_mistake(texts: dict[str, str]) -> None:
    found = read({f"INPUT_{name.upper()}": text for name, text in texts.items()})
    assert all(f"the input {one.split()[2]} is" in one for one in found.mistakes)


@pytest.mark.parametrize(("text", "expected"), [("3/10", ShardSpec(3, 10)), (" 1/1 ", ShardSpec(1, 1))])
def test_a_shard_is_a_share_and_how_many_there_are(text: str, expected: ShardSpec) -> None:
    assert values(given_inputs(shard=text))[options.SHARD] == expected


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
    [mistake] = read(given_inputs(**{name: text})).mistakes
    assert mistake.startswith(f"the input {name.replace('_', '-')} is {text!r}: ")
    assert why in mistake


def test_paths_of_reports_may_hold_blanks() -> None:
    found = values(given_inputs(reports="a b/*.json, c.json\n\n d.json ", max_time="90"))
    assert found[options.REPORTS] == ("a b/*.json", "c.json", "d.json")
    assert found[options.MAX_TIME] == 90


@pytest.mark.parametrize(
    ("texts", "lacks"),
    [
        ({"token": "", "job-token": "false"}, True),
        ({"token": "secret", "job-token": "false"}, False),
        ({"token": "", "job-token": "true"}, False),
        ({"token": ""}, False),
    ],
)
def test_a_token_that_is_given_and_empty_is_distinct_from_one_that_is_not_given(
    texts: dict[str, str], lacks: bool
) -> None:
    """In the third case the runner has no token at all, in the fourth the step is not that of action.yml."""
    inputs = read({f"INPUT_{name.upper()}": text for name, text in texts.items()})
    assert isinstance(inputs, Inputs)
    assert inputs.lacks_given_token is lacks
