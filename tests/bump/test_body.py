"""What a pull request says."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from consumer_drift.assess.lock_updates import LockUpdate
from consumer_drift.bump import body
from consumer_drift.bump.edit import ChangedPin
from consumer_drift.bump.ownership import Mark, is_ours, marks
from consumer_drift.model.repository import Location
from tests.bump import cases


def place(path: str, line: int, value: str, to: str = "1.4.0") -> ChangedPin:
    return ChangedPin(Location(cases.NAME, path, line, value=value), to)


CHANGED = (place(".runtime-version", 1, "1.2.0"), place("requirements.txt", 3, "1.3.0"))


def text(more: str = "", changed=CHANGED, **bump_target) -> str:
    made = cases.config(more)
    return body.body(cases.bump_target(made, **bump_target), cases.snapshot(), changed, (), Mark.OPENED)


def test_it_says_what_it_bumps_from_where_what_is_new_and_how_to_make_it_stop() -> None:
    shown = text()
    assert shown.startswith("runtime 1.4.0 is out, and this brings the pins of this repository to it.\n")
    assert "| `.runtime-version:1` | `1.2.0` | `1.4.0` |" in shown
    assert "| `requirements.txt:3` | `1.3.0` | `1.4.0` |" in shown
    page = "https://git.acme.example/acme/runtime"
    assert f"- [v1.4.0]({page}/releases/tag/v1.4.0)\n- [v1.3.0]({page}/releases/tag/v1.3.0)" in shown
    assert "v1.2.0](" not in shown
    assert f"({page}/compare/v1.2.0...v1.4.0)" in shown
    assert "`.github/consumer-drift.yml` of acme/runtime lists this repository" in shown
    assert "removed from that list" in shown
    assert marks(shown) == {"opened"}


def test_a_users_own_text_comes_first_and_the_rest_stays() -> None:
    shown = text("propagate: {title: '{source}→{version}', body: 'See {version} <b>'}\n")
    assert shown.startswith("See 1.4.0 <b>\n\n| file |")
    assert is_ours(shown)


def test_a_moving_tag_is_shown_with_the_tag_that_replaces_it() -> None:
    assert "| `ci.yml:4` | `8` | `9` |" in text(changed=(place("ci.yml", 4, "8", "9"),))


def test_an_empty_text_of_a_user_leaves_no_hole() -> None:
    assert text("propagate: {body: ''}\n").startswith("| file | from | to |")


def test_where_the_pinned_version_is_no_known_release_only_the_target_is_linked() -> None:
    shown = text(changed=(place("a", 1, "0.9.0"),))
    assert "Release:\n\n- [v1.4.0](" in shown
    assert "compare" not in shown


def test_many_releases_are_cut() -> None:
    releases = tuple(f"1.{minor}.0" for minor in range(60))
    shown = text(changed=(place("a", 1, "1.0.0"),), version="1.59.0", releases=releases)
    assert shown.count("/releases/tag/") == 20
    assert "and [39 more](https://git.acme.example/acme/runtime/releases)" in shown


def test_many_pins_are_cut() -> None:
    shown = text(changed=tuple(place(f"f{number}", 1, "1.3.0") for number in range(80)))
    assert "and 30 more" in shown


def test_foreign_text_does_not_come_alive() -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(
        text(changed=(place("a|b`c", 1, "1.3.0 @acme/all <img> #1 -->"),))
    )
    assert "<img" not in shown
    assert "<code>1.3.0 @acme/all &lt;img&gt; #1 --&gt;</code>" in shown
    assert "<td>&lt;code&gt;a" not in shown
    assert shown.count("<td>") == 3


def test_a_superseded_one_links_the_new_one_and_keeps_its_text() -> None:
    old = text()
    shown = body.closed(old, "", "https://git.acme.example/acme/core/pulls/9")
    assert shown.startswith("Superseded by https://git.acme.example/acme/core/pulls/9\n\nruntime 1.4.0 is out")
    assert marks(shown) == {"opened", "superseded"}


def test_one_that_is_closed_for_another_reason_says_it() -> None:
    shown = body.closed(text(), "1.5.0 was taken back", "")
    assert shown.startswith("Closed by consumer-drift: 1.5.0 was taken back.\n\nruntime 1.4.0 is out")
    assert marks(shown) == {"opened", "superseded"}


def test_one_that_conflicts_says_that_a_new_one_follows() -> None:
    shown = body.replaced(text(), "main")
    assert shown.startswith("Closed by consumer-drift: it conflicts with `main`. A new pull request replaces it.")
    assert marks(shown) == {"opened", "superseded"}


@pytest.mark.parametrize(("template", "length"), [("{source} {version}", 13), ("x" * 400, 250)])
def test_a_title_is_filled_and_as_long_as_forges_take(template, length) -> None:
    made = cases.config(f"propagate: {{title: '{template}'}}\n")
    assert len(body.title(cases.bump_target(made))) == length


def test_a_lock_file_that_is_left_says_who_updates_it() -> None:
    made = cases.config()
    locks = (LockUpdate("app/uv.lock", "uv lock --upgrade-package acme"), LockUpdate("x.lock", ""))
    shown = body.body(cases.bump_target(made), cases.snapshot(), CHANGED, locks, Mark.OPENED)
    assert "`app/uv.lock` is not updated here: run `uv lock --upgrade-package acme` in `app` on" in shown
    assert "`x.lock` is not updated here: run the tool that writes it on `bump/runtime-1.4.0`" in shown
