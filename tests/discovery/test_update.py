"""What ``--update`` writes: every old line stays where it is, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.config import load
from consumer_drift.discovery.candidates import Candidate
from consumer_drift.discovery.suggestion import SharedPin, SuggestedConsumer
from consumer_drift.discovery.update import Changes, updated
from consumer_drift.model.config import Config
from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Sequence

ACME = RepositoryName("acme", "runtime")
IMAGE = Candidate("Dockerfile", "image", "ghcr.io/acme/runtime")
ADDED = Changes(
    (SharedPin(IMAGE, 1, optional=True),),
    (SuggestedConsumer("new", "1.0.0 at Dockerfile:1"), SuggestedConsumer("other", "", (IMAGE.entry,))),
    {0: "acme/a is archived: remove it"},
)
BLOCK = """\
# mine
pins:
  - file: .v   # the file
consumers:
- a  # first
# between
- name: 'b'
  pins:
    - {file: x}   # odd

exempt:
  - {name: z, reason: r}
"""

FLOW = """\
pins: [{file: .v}, {file: Dockerfile, image: ghcr.io/acme/runtime, optional: true}]
# consumer-drift init: acme/a is archived: remove it
consumers: [a, b, new, {name: other, pins: [{file: Dockerfile, image: ghcr.io/acme/runtime}]}]  # all
"""


def extended(text: str, changes: Changes = ADDED) -> str:
    made = updated(text.encode(), changes, ACME)
    assert made is not None
    assert isinstance(load(made, "f", ACME), Config)
    return made.decode()


def test_entries_are_added_behind_the_last_one_in_its_own_indentation() -> None:
    assert (
        extended(BLOCK)
        == """\
# mine
pins:
  - file: .v   # the file
  - file: Dockerfile
    image: ghcr.io/acme/runtime
    optional: true
consumers:
# consumer-drift init: acme/a is archived: remove it
- a  # first
# between
- name: 'b'
  pins:
    - {file: x}   # odd
- new  # 1.0.0 at Dockerfile:1
- name: other
  pins:
    - file: Dockerfile
      image: ghcr.io/acme/runtime

exempt:
  - {name: z, reason: r}
"""
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "pins: [{file: .v}]\nconsumers: [a, b]  # all\n",
            FLOW,
        ),
        ("pins: [{file: .v}]\nconsumers: [\n  a,\n  b,\n]\n", None),
        ("{pins: [{file: .v}], consumers: [a]}", None),
        ("pins: [{file: .v}]\nconsumers:\n  - a", None),
        ("pins: [{file: .v}]\r\nconsumers:\r\n  - a\r\n", None),
        ("---\npins: &p [{file: .v}]\nconsumers:\n  - {name: a, pins: *p}\n...\n", None),
    ],
)
def test_every_way_of_writing_a_list_is_extended(text: str, expected: str | None) -> None:
    made = extended(text)
    assert expected is None or made == expected
    assert "\r\n" not in text or "\n" not in made.replace("\r\n", "")


def test_what_cannot_be_extended_is_left_alone() -> None:
    """The list is another key's."""
    text = b"pins: [{file: .v}]\npropagate: {labels: &l [a]}\nconsumers: *l\n"
    assert isinstance(load(text, "f", ACME), Config)
    assert updated(text, ADDED, ACME) is None


def test_a_proposal_is_made_once() -> None:
    once = extended(BLOCK)
    assert extended(once, Changes((), (), {0: "acme/a is archived: remove it"})) == once


NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True).filter(
    lambda name: not name.endswith(".git") and name not in {".", ".."}
)
COMMENTS = st.sampled_from(["", "  # note", " # - a", "\n", "\n# own line", "\n  # deeper: [x"])
QUOTES = st.sampled_from(["'{}'", '"{}"'])


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A valid configuration in any style, and the names of its consumers."""
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique_by=str.casefold))
    names = [name for name in names if name.casefold() != "runtime"] or ["a"]
    written = [draw(QUOTES).format(name) for name in names]
    sections = {"pins": _section(draw, "pins", ["{file: .v}", "{file: x.json, key: a.b}"])}
    sections["consumers"] = _section(draw, "consumers", [_consumer(draw, one) for one in written])
    sections["policy"] = f"policy: {{grace: 1h}}{draw(COMMENTS)}\n"
    order = draw(st.permutations(sorted(sections)))
    text = draw(st.sampled_from(["", "# top\n", "---\n", "\n\n"])) + "".join(sections[key] for key in order)
    text = text.rstrip("\n") if draw(st.booleans()) else text
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return ("\ufeff" if draw(st.booleans()) else "") + text, names


def _consumer(draw: st.DrawFn, name: str) -> str:
    return draw(st.sampled_from(["{}", "{{name: {}, pins: [{{file: y}}]}}", "{{name: {}, branch: next}}"])).format(
        name
    )


def _section(draw: st.DrawFn, key: str, items: Sequence[str]) -> str:
    style = draw(st.sampled_from(["flow", "lines", "block", "flush"]))
    if style == "flow":
        return f"{key}: [{', '.join(items)}]{draw(COMMENTS)}\n"
    if style == "lines":
        return f"{key}: [\n" + "".join(f"  {item},\n" for item in items) + "]\n"
    indent = "" if style == "flush" else " " * draw(st.integers(1, 5))
    return f"{key}:{draw(st.sampled_from(['', '  # why']))}\n" + "".join(
        f"{indent}- {item}{draw(COMMENTS)}\n" for item in items
    )


@given(lists(), st.lists(NAMES, max_size=3, unique_by=str.casefold), st.booleans(), st.booleans())
def test_every_byte_of_the_old_lines_stays_where_it_was(
    old: tuple[str, list[str]], new: list[str], pin: bool, gone: bool
) -> None:
    text, names = old
    taken = {name.casefold() for name in names}
    fresh = [name for name in new if name.casefold() not in taken]
    changes = Changes(
        (SharedPin(IMAGE, 1, optional=True),) if pin else (),
        tuple(SuggestedConsumer(name, "1.0.0 at x:1") for name in fresh),
        {len(names) - 1: "it is gone: remove it"} if gone else {},
    )
    made = extended(text, changes)
    config = load(made.encode(), "f", ACME)
    assert isinstance(config, Config)
    assert [one.name.name for one in config.consumers] == [*names, *fresh]
    assert text.startswith("\ufeff") is made.startswith("\ufeff")
    assert is_kept(text.removeprefix("\ufeff"), made.removeprefix("\ufeff"))
    assert extended(made, Changes((), (), changes.gone)) == made


def is_kept(old: str, new: str) -> bool:
    """Whether *new* is *old* with insertions: full lines, or entries within the brackets of a line."""
    lines = iter(new.splitlines(keepends=True))
    return all(any(is_line(one, line) for line in lines) for one in old.splitlines(keepends=True))


def is_line(old: str, new: str) -> bool:
    """Whether *new* is the line *old*, or has more entries within its brackets, or ends now in a line break."""
    text, line = old.rstrip("\r\n"), new.rstrip("\r\n")
    return text == line or any(
        line[:index] == text[:index] and line.startswith(", ", index) and line.endswith(text[index:])
        for index in range(len(text))
    )
