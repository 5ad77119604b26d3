"""Reports with any text in any field, the tricky pieces often."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from consumer_drift.model.repository import RepositoryName
from tests.render import reports

if TYPE_CHECKING:
    from consumer_drift.model.report import Report

# Commands of runners, what is unseen, Markdown and HTML, what forges link, and escapes.
PIECES = [
    *(
        "::",
        ":",
        "##[",
        "#",
        "[",
        "]",
        "##",
        "::error::",
        "::set-output name=a::b",
        "##[add-mask]x",
        "::stop-commands::x",
    ),
    *(
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\x00",
        "\x1b[31m",
        "\x85",
        "\u2028",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\xa0",
    ),
    *(
        "|",
        "`",
        "``",
        "\\",
        "*",
        "_",
        "~~",
        "<",
        ">",
        "&",
        "&#124;",
        "<script>",
        "</details>",
        "<!--",
        "$",
        "!",
        "--- |",
    ),
    *(
        "[x](https://e.example)",
        "![x](x)",
        "@acme/owners",
        "#1",
        "http://e.example",
        "www.e.example",
        "a@e.example",
    ),
    *("%", "%0A", "%3A", ",", "title=", "- ", "1. ", "    ", "{0}", '"', "'", "日本", "é", "e\u0301", "🙂", "a"),
]
text = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


def _fill(value: Any, draw: Any) -> Any:
    """*value* with every text in it that a stranger may have written replaced."""
    if isinstance(value, Enum | RepositoryName):
        return value
    if isinstance(value, str):
        return draw(text)
    if isinstance(value, tuple):
        return tuple(_fill(item, draw) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _fill(getattr(value, each.name), draw) for each in fields(value)})
    return value


@st.composite
def any_report(draw: Any) -> Report:
    """One of the golden reports, with drawn text in every place."""
    report: Report = _fill(
        draw(
            st.sampled_from([reports.mixed_day, reports.error, reports.interrupted, reports.bumped, reports.shard])
        )(),
        draw,
    )
    return report
