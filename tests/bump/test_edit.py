"""A consumer's files with every pin at the target, and not one other byte changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.assess import consumer_reading
from consumer_drift.bump.edit import Edited, NotEditable, edited, holds_target, rebased, unified
from consumer_drift.model.bump import Edit
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.model.versions import Scheme, parse_version
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.locked import Locked
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.bump import cases
from tests.growth import grows_linearly

COMMIT = "c" * 40
OLD = "0" * 40
RUNTIME = RepositoryName("acme", "runtime")
ACTION = Uses("ci.yml", "acme/runtime")


def edit(pins, files, bump_target=None, **more):
    answers = {path: FileText(one) if isinstance(one, str) else one for path, one in files.items()}
    bump_target = bump_target or cases.bump_target()
    known = {text: parse_version(version, Scheme.SEMVER) for text, version in ((OLD, "1.3.0"), (COMMIT, "1.4.0"))}
    config = replace(bump_target.config, commits={RUNTIME: known})
    bump_target = replace(bump_target, config=config, **more)
    reading = consumer_reading.read(cases.consumer(pins), cases.snapshot(files=answers), bump_target.config)
    return edited(reading, bump_target)


def test_two_pins_in_one_file_are_one_edit() -> None:
    text = "ARG V=1.2.0\nFROM acme/runtime:1.3.0-slim\n"
    pins = [Image("Dockerfile", "acme/runtime"), Regex("Dockerfile", r"^ARG V=(?P<version>\S+)$")]
    done = edit(pins, {"Dockerfile": text})
    assert done.edits == (Edit("Dockerfile", text, "ARG V=1.4.0\nFROM acme/runtime:1.4.0-slim\n"),)
    assert [(one.at.line, one.at.value) for one in done.changed] == [(2, "1.3.0"), (1, "1.2.0")]


@pytest.mark.parametrize(
    ("pin", "line"),
    [(Requirement("r.txt", ("acme",)), "acme==1.3.0\n"), (Key(".tool-versions", "acme"), "acme 1.3.0\n")],
    ids=["requirements.txt", "tool-versions"],
)
def test_a_file_with_a_pin_in_many_places_is_read_once_and_not_once_for_each(pin, line: str) -> None:
    assert grows_linearly(lambda size: lambda: edit([pin], {pin.file: line * size}), 150)


def test_what_is_at_the_target_or_no_exact_version_stays() -> None:
    text = "acme-runtime==1.3.0\nacme-tools==1.4\n"
    pins = [Requirement("r.txt", ("acme-runtime",)), Requirement("r.txt", ("acme-tools",))]
    bump_target = cases.bump_target(cases.config("scheme: pep440\n"))
    done = edit(pins, {"r.txt": text}, bump_target)
    assert done.edits[0].after == "acme-runtime==1.4.0\nacme-tools==1.4\n"
    assert len(done.changed) == 1


def test_files_that_hold_no_text_are_no_business_of_it() -> None:
    pins = [WholeFile("a"), WholeFile("b"), WholeFile("c")]
    files = {"a": NoText("a binary file"), "b": NoFile(), "c": FileText("1.3.0")}
    assert [one.path for one in edit(pins, files).edits] == ["c"]


@pytest.mark.parametrize(
    ("pin", "text", "why"),
    [
        (Requirement("r.txt", ("acme",)), "acme==1.3.0 --hash=sha256:00\n", "r.txt:1 is tied to a hash"),
        (Image("Dockerfile", "acme/r"), "FROM acme/r:1.3.0@sha256:00\n", "Dockerfile:1 is tied to a digest"),
        (ACTION, f"jobs: {{a: {{uses: acme/runtime/x@{'0' * 40}}}}} # v1.3.0\n", "ci.yml:1 is tied to a commit"),
    ],
)
def test_what_ties_a_pin_to_one_artefact_keeps_it_from_being_bumped(pin, text, why) -> None:
    found = edit([pin], {pin.file: text})
    assert isinstance(found, NotEditable)
    assert found.why.startswith(why)


@pytest.mark.parametrize("file", ["Cargo.lock", "a/uv.lock", "package-lock.json", "pnpm-lock.yaml"])
def test_a_lock_file_is_never_edited_as_text(file: str) -> None:
    """Its hashes would then be those of another version."""
    done = edit([Regex(file, r"version = (?P<version>\S+)")], {file: "version = 1.3.0\nhash = abc\n"})
    assert isinstance(done, NotEditable)
    assert "lock file" in done.why


def test_a_lock_at_the_target_is_nobodys_concern() -> None:
    pins = [Requirement("r.txt", ("acme",)), WholeFile("v")]
    done = edit(pins, {"r.txt": "acme==1.4.0 --hash=sha256:00\n", "v": "1.3.0"})
    assert isinstance(done, Edited)


def test_a_commit_that_is_known_is_changed_with_its_comment() -> None:
    text = f'jobs:\n  a:\n    uses: "acme/runtime/x@{"0" * 40}"  # pin@v1.3.0\n'
    done = edit([ACTION], {"ci.yml": text}, commits={RUNTIME: COMMIT})
    assert done.edits[0].after == f'jobs:\n  a:\n    uses: "acme/runtime/x@{COMMIT}"  # pin@v1.4.0\n'


versions = st.sampled_from(["1.0.0", "0.9.12", "1.3.0-rc.1", "1.3.9", "1.4.0-beta"])
noise = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\n\r#\"'{}[]&*!|>%@`\\\x00:,-=+@"),
    max_size=12,
)
ends = st.sampled_from(["\n", "\r\n"])


@given(st.lists(st.tuples(noise, versions, ends), min_size=1, max_size=5), st.booleans(), st.booleans())
def test_only_the_versions_characters_change(lines, bom, final) -> None:
    """Comments in any language, both line ends, a BOM, no final newline: all of it stays."""
    before = after = "\ufeff" if bom else ""
    for text, version, end in lines:
        before += f"acme-runtime=={version}  # {text.strip()}{end}"
        after += f"acme-runtime==1.4.0  # {text.strip()}{end}"
    if not final:
        before, after = before.removesuffix("\n").removesuffix("\r"), after.removesuffix("\n").removesuffix("\r")
    pin = Requirement("r.txt", ("acme-runtime",))
    done = edit([pin], {"r.txt": before})
    assert done.edits[0].after == after
    assert holds_target([pin], {"r.txt": FileText(after)}, cases.bump_target())


@pytest.mark.parametrize(
    ("files", "held"),
    [
        ({"a": FileText("1.4.0"), "b.json": FileText('{"x": "1.4.0"}')}, True),
        ({"a": FileText("1.5.0"), "b.json": FileText('{"x": "1.4.0"}')}, True),
        ({"a": FileText("1.4.0"), "b.json": FileText('{"x": "1.3.0"}')}, False),
        ({"a": FileText("1.4.0"), "b.json": FileText("{}")}, False),
        ({"a": FileText("1.4.0"), "b.json": FileText('{"x": "^1.4.0"}')}, False),
        ({"a": FileText("1.4.0"), "b.json": FileText("{")}, False),
        ({"a": FileText("1.4.0"), "b.json": NoFile()}, False),
        ({"a": FileText("1.4.0")}, False),
    ],
)
def test_a_branch_is_right_where_every_pin_is_there_at_the_target(files, held) -> None:
    assert holds_target([WholeFile("a"), Key("b.json", "x")], files, cases.bump_target()) is held


def test_edits_are_put_onto_what_a_branch_has() -> None:
    edits = (Edit("a", "1", "2"), Edit("b", "1", "2"), Edit("c", "1", "2"))
    there = {"a": FileText("2"), "b": FileText("1.5"), "c": NoFile()}
    assert rebased(edits, there) == (Edit("b", "1.5", "2"), Edit("c", None, "2"))


def test_a_diff_is_what_patch_understands() -> None:
    assert unified([Edit("x/v", "a\n1.3.0", "a\n1.4.0")]) == (
        "--- a/x/v\n+++ b/x/v\n@@ -1,2 +1,2 @@\n a\n-1.3.0\n\\ No newline at end of file\n"
        "+1.4.0\n\\ No newline at end of file\n"
    )


LOCKED = {
    "package.json": '{"dependencies": {"acme": "1.3.0"}}',
    "package-lock.json": '{"lockfileVersion": 3, "packages": {"node_modules/acme": {"version": "1.3.0"}}}',
}
ACME = Key("package.json", "dependencies.acme")


def test_a_manifest_whose_lock_would_stay_behind_is_not_bumped() -> None:
    found = edit([ACME], LOCKED)
    assert isinstance(found, NotEditable)
    assert found.why == ("package-lock.json is a lock file: run `npm install --package-lock-only acme@1.4.0`")


@pytest.mark.parametrize("pins", [[ACME], [ACME, Locked("package-lock.json", ("acme",))]])
def test_where_the_configuration_says_so_the_lock_is_left_and_named(pins) -> None:
    made = cases.config("propagate: {locks: leave}\n")
    done = edit(pins, LOCKED, cases.bump_target(made))
    assert isinstance(done, Edited)
    assert [one.path for one in done.edits] == ["package.json"]
    assert [one.path for one in done.locks] == ["package-lock.json"]
    assert [pin.file for pin in done.pins] == ["package.json"]


@pytest.mark.parametrize("locks", ["refuse", "leave"])
def test_a_lock_alone_cannot_be_bumped(locks) -> None:
    made = cases.config(f"propagate: {{locks: {locks}}}\n")
    found = edit([Locked("package-lock.json", ("acme",))], LOCKED, cases.bump_target(made))
    assert isinstance(found, NotEditable)
    assert "npm install --package-lock-only acme@1.4.0" in found.why


def test_a_lock_that_is_not_followed_is_no_reason_against_a_bump() -> None:
    made = cases.config("policy: {locks: named}\n")
    assert isinstance(edit([ACME], LOCKED, cases.bump_target(made)), Edited)
