"""The documentation site: its navigation, the links that leave it, and the check of what was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift import links
from scripts.site_check import main, mistakes
from scripts.site_hooks import navigation, outside_links

if TYPE_CHECKING:
    from pathlib import Path

REPOSITORY = links.REPOSITORY_PAGE


def folder(root: Path, **files: str) -> Path:
    for name, text in files.items():
        file = root / name.replace("__", "/").replace("_md", ".md").replace("_html", ".html").replace(
            "_css", ".css"
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def test_the_navigation_follows_the_index_page(tmp_path: Path) -> None:
    index = """# Documentation

[A link in a sentence](start.md) is no entry.

## Use it

| page | for |
| --- | --- |
| [Configuration](configuration.md) | keys |
| [Security](../SECURITY.md) | is no page of the site |
| [Findings](findings/README.md) | one page each |

## Elsewhere

[Changelog](../CHANGELOG.md)
"""
    docs = folder(
        tmp_path,
        README_md=index,
        findings__README_md="",
        findings__b_md="# `unlisted`\n",
        findings__a_md="no heading",
    )
    findings = ["findings/README.md", {"a": "findings/a.md"}, {"unlisted": "findings/b.md"}]
    assert navigation(docs) == [
        {"Home": "README.md"},
        {"Use it": [{"Configuration": "configuration.md"}, {"Findings": findings}]},
    ]


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("[list](../CHANGELOG.md)", f"[list]({REPOSITORY}/blob/main/CHANGELOG.md)"),
        ("[a](../SECURITY.md#tokens)", f"[a]({REPOSITORY}/blob/main/SECURITY.md#tokens)"),
        ("[folder](../examples)", f"[folder]({REPOSITORY}/tree/main/examples)"),
        ("[page](../docs/tokens.md)", "[page](../docs/tokens.md)"),
        ("[page](tokens.md#a) [web](https://example.org)", "[page](tokens.md#a) [web](https://example.org)"),
        ("`![a](../raw/b.svg)`", "`![a](../raw/b.svg)`"),
        ("[`a.yml`](../LICENSE) and `b`", f"[`a.yml`]({REPOSITORY}/blob/main/LICENSE) and `b`"),
        ("```md\n[code](../README.md)\n```\n", "```md\n[code](../README.md)\n```\n"),
    ],
)
def test_a_link_out_of_the_folder_leads_to_the_repository(markdown: str, made: str) -> None:
    assert outside_links(markdown, "docs", REPOSITORY) == made


def test_a_link_from_a_folder_below_leads_there_too() -> None:
    assert outside_links("[a](../../SECURITY.md) [b](../tokens.md)", "docs/findings", REPOSITORY) == (
        f"[a]({REPOSITORY}/blob/main/SECURITY.md) [b](../tokens.md)"
    )


GOOD = """<link rel="canonical" href="https://example.org/"><link rel="stylesheet" href="style.css">
<h1 id="top">a</h1><img src="picture.png" alt="a picture">
<a href="sub/#there">b</a> <a href="#top">c</a> <a href="https://example.org/gone">d</a>"""


def test_a_site_whose_links_all_lead_somewhere_has_no_mistakes(tmp_path: Path) -> None:
    site = folder(
        tmp_path, index_html=GOOD, sub__index_html='<h1 id="there"></h1><a href="..">up</a>', style_css=""
    )
    (site / "picture.png").touch()
    assert mistakes(site) == []
    assert main([str(site)]) == 0


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<a href="gone/">a</a>', "index.html links to gone/, which is not there"),
        ('<a href="#gone">a</a>', "index.html links to #gone, and that page has no such heading"),
        (
            '<a href="other.html#gone">a</a>',
            "index.html links to other.html#gone, and that page has no such heading",
        ),
        ('<img src="gone.png" alt="a">', "index.html loads gone.png, which is not there"),
        ('<img src="other.html">', "index.html has 1 images without alternative text"),
        (
            '<script src="https://cdn.example/x.js"></script>',
            "index.html loads https://cdn.example/x.js from another host",
        ),
        (
            '<link rel="stylesheet" href="//cdn.example/x.css">',
            "index.html loads //cdn.example/x.css from another host",
        ),
        (
            '<pre class="mermaid"></pre>',
            "index.html has a Mermaid diagram, whose script would be loaded from another host: use a picture",
        ),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, html: str, said: str) -> None:
    site = folder(tmp_path, index_html=html, other_html="")
    assert mistakes(site) == [said]
    assert main([str(site)]) == 1


@pytest.mark.parametrize("style", ["a { src: url(https://cdn.example/f) }", '@import "//cdn.example/f.css";'])
def test_a_style_that_loads_from_another_host_is_named(tmp_path: Path, style: str) -> None:
    assert mistakes(folder(tmp_path, index_html="", a_css=style)) == ["a.css loads from another host"]


def test_an_empty_site_is_a_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path) == [f"{tmp_path} holds no pages"]
