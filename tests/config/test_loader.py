"""A whole file is loaded, or everything that is wrong with it is told at once."""

from datetime import date, timedelta
from pathlib import Path

from consumer_drift.config import load
from consumer_drift.model.config import (
    Ahead,
    AutoMerge,
    Exemption,
    FromTags,
    InFlight,
    Policy,
    Propagate,
    Reconcile,
    Visibility,
)
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code, Level, Place
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.versions import Scheme
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.config.loading import CALLING, FILE, config_of, findings_of, told, whole

EVERY_KEY = (Path(__file__).parent / "data/every-key.yml").read_text(encoding="utf-8")


def test_a_file_with_every_key_is_loaded() -> None:
    config = config_of(EVERY_KEY, RepositoryName("elsewhere", "caller"))
    assert config.file == FILE
    assert config.source.repository == RepositoryName("acme", "runtime")
    assert config.source.origins == (FromTags("runtime-v{version}"),)
    assert (config.scheme, config.prereleases, config.owner) == (Scheme.SEMVER, False, "acme")
    assert config.pins == (
        WholeFile(".runtime-version", False),
        Requirement("requirements.txt", ("acme-runtime",), True),
        Image("Dockerfile", "ghcr.io/acme/runtime", False),
        Uses(".github/workflows/ci.yml", "acme/setup-runtime", False),
        Key("package.json", "dependencies.acme", False),
        Regex("Makefile", r"^RUNTIME = (?P<version>\S+)$", False),
    )
    hermes, core, legacy = config.consumers
    assert [str(one.name) for one in config.consumers] == [
        "acme/template-hermes",
        "acme/core",
        "acme/template-legacy",
    ]
    assert [one.place.line for one in config.consumers] == [23, 24, 27]
    assert (hermes.pins, hermes.forbid) == (config.pins, ("workspace/", "**/acme_runtime/"))
    assert (core.pins, core.forbid, core.branch) == ((), ("workspace/",), None)
    assert legacy.branch == "release/1.x"
    assert config.consumers_place == Place(FILE, 22, 1)
    exempt = RepositoryName("acme", "template-seo-agent")
    assert config.exempt == (
        Exemption(exempt, "prompts only, installs nothing", Place(FILE, 33, 5), date(2027, 6, 30)),
    )
    assert config.reconcile == Reconcile(("template-*",), (), Visibility.ALL, Place(FILE, 37, 1))
    assert config.policy == Policy(timedelta(hours=72), InFlight.ADVISORY, Ahead.DRIFT)
    assert config.propagate == Propagate(
        "bump/{source}-{version}",
        "chore(deps): bump {source} to {version}",
        "{source} {version} is out.\n",
        ("dependencies",),
        (),
        False,
        AutoMerge.OFF,
    )


def test_what_is_not_written_has_its_default() -> None:
    config = config_of("pins: [{file: VERSION}]\nconsumers: [core]\n")
    assert config.source.repository == CALLING
    assert config.source.place == Place(FILE, 1, 1)
    assert (config.owner, config.scheme, config.prereleases) == ("acme", Scheme.SEMVER, False)
    assert config.reconcile == Reconcile((), (), Visibility.ALL, Place(FILE, 2, 1))
    assert config.policy == Policy(timedelta(hours=72))
    assert config.propagate.branch == "bump/{source}-{version}"
    assert "{version}" in config.propagate.title
    assert "{version}" in config.propagate.body
    assert config.propagate.auto_merge is AutoMerge.OFF


def test_switches_and_choices_are_read_as_yaml_writes_them() -> None:
    for text in ("false", "no", "off", "False"):
        assert config_of(whole(f"reconcile: {text}\n")).reconcile is None
        assert config_of(whole(f"propagate: {{auto-merge: {text}}}\n")).propagate.auto_merge is AutoMerge.OFF
    for text in ("true", "yes", "On", "{}"):
        assert config_of(whole(f"reconcile: {text}\n")).reconcile is not None
    assert config_of(whole("propagate: {auto-merge: rebase}\n")).propagate.auto_merge is AutoMerge.REBASE
    assert config_of(whole("consumers: [{name: on, branch: 1.20}]\n")).consumers[0].branch == "1.20"
    assert config_of(whole("policy: {grace: 1w, in-flight: drift, ahead: advisory}\n")).policy == Policy(
        timedelta(weeks=1), InFlight.DRIFT, Ahead.ADVISORY
    )


def test_every_mistake_is_told_in_one_run_and_in_the_files_order() -> None:
    text = """\
source: {tags: runtime}
shceme: semver
owner: acme/core
pins:
  - file: ../x
  - {file: a.json, key: b, image: c}
  - {file: VERSION}
  - {file: VERSION}
consumers:
  - core
  - Core
  - {name: web, branhc: main}
  - {name: docs, pins: [], forbid: []}
exempt:
  - {name: old}
  - {name: core, reason: twice}
policy: {grace: soon}
policy: {}
propagate: {draft: maybe}
"""
    assert [message.partition(": ")[0] for message in told(text)] == [
        "1:16 source.tags",
        "2:1 shceme",
        "3:8 owner",
        "5:11 pins[0].file",
        "6:28 pins[1].image",
        "8:5 pins[3]",
        "11:5 consumers[1]",
        "12:17 consumers[2].branhc",
        "13:5 consumers[3]",
        "15:5 exempt[0].reason",
        "16:5 exempt[1]",
        "17:17 policy.grace",
        "18:1 policy",
        "19:20 propagate.draft",
    ]


def test_one_mistake_does_not_make_others_up() -> None:
    assert len(told(whole("pins: [{file: a, regexx: b}, {file: a}]\n"))) == 1
    assert len(told(whole("consumers: [{name: a b}]\n"))) == 1
    assert len(told(whole("owner: '!'\nconsumers: [core, web]\n"), calling=None)) == 2
    assert len(told(whole("source: {repository: a b}\nowner: acme\n"), calling=None)) == 1


def test_a_finding_is_an_error_of_the_configuration_at_its_place() -> None:
    (finding,) = findings_of(whole("consumers:\n  - core\n  - {name: x, branhc: main}\n"))
    assert (finding.code, finding.level, finding.counts_as) == (Code.CONFIGURATION, Level.ERROR, Status.ERROR)
    assert finding.place == Place(FILE, 3, 15)
    assert finding.message == "consumers[1].branhc: unknown key; did you mean 'branch'?"


def test_a_message_stays_short_and_on_one_line_whatever_is_quoted_in_it() -> None:
    for text in (f"scheme: {'x' * 5000}\n", f"{'k' * 5000}: 1\n", 'owner: "a\\e[31m\\nb"\n', '"\\e\\n": 1\n'):
        (finding,) = findings_of(whole(text))
        assert len(finding.message) <= 600
        assert finding.message.isprintable()


def test_outside_of_a_job_the_owner_must_be_named() -> None:
    text = whole("source: {version: 1.0.0}\n")
    assert told(text, calling=None) == [
        "1:1 owner: is not known outside of a job: write whose repositories to search, as in 'owner: acme'"
    ]
    assert config_of("owner: acme\n" + text, calling=None).owner == "acme"
    source = "source: {repository: acme/runtime, tags: 'v{version}'}\n"
    assert config_of(whole(source), calling=None).owner == "acme"
    assert config_of(f"owner: umbrella\n{whole(source)}", calling=None).owner == "umbrella"


def test_a_bumps_branch_must_be_one_for_the_sources_own_name() -> None:
    text = whole("source: {repository: acme/.github}\n")
    (message,) = told(text)
    assert message.startswith(
        "1:1 propagate.branch: becomes 'bump/.github-1.0.0', which is not a valid branch name: "
    )
    assert config_of(text + "propagate: {branch: 'bump-{source}-{version}'}\n").propagate.branch


def test_the_same_bytes_give_the_same_answer() -> None:
    assert load(EVERY_KEY.encode(), FILE, CALLING) == load(EVERY_KEY.encode(), FILE, CALLING)
