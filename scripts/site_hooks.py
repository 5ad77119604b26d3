"""Hooks of the documentation site: the address, the navigation, and links that leave ``docs/``.

https://www.mkdocs.org/user-guide/configuration/#hooks and https://www.mkdocs.org/dev-guide/plugins/#events
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import links

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
INDEXES = ("index.md", "README.md")
# Code, or a link. Code comes first, so that no link inside of it is taken for a link of the page.
_CODE_OR_LINK = re.compile(
    r"^(?P<fence> *```).*?^(?P=fence) *$|`[^`\n]+`|\]\((?P<link>\.\./[^)\s]+)\)", re.MULTILINE | re.DOTALL
)
# Entries of the navigation are the rows of tables and the items of lists; a link in a sentence is none.
_HEADING_OR_ENTRY = re.compile(
    r"^## (?P<heading>.+)$|^[|-] \[(?P<title>[^]]+)\]\((?P<page>[^):#]+\.md)\)", re.MULTILINE
)

Nav = list[dict[str, object]]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the site's addresses and its navigation."""
    config.site_url = (os.environ.get("SITE_URL") or links.DOCUMENTATION).rstrip("/") + "/"
    config.repo_url = links.REPOSITORY_PAGE
    config.repo_name = links.REPOSITORY.partition("/")[2]
    config.edit_uri = "edit/main/docs/"
    config.nav = navigation(Path(config.docs_dir))
    return config


def navigation(docs: Path) -> Nav:
    """Return the navigation that the index page of the folder *docs* describes.

    Each heading is a section, and each row or item that begins with a link to a page is an entry, in the order of
    the page. The index of a folder brings the folder's other pages along.
    """
    index = next(docs / name for name in INDEXES if (docs / name).exists())
    nav: Nav = [{"Home": index.name}]
    entries = nav
    for found in _HEADING_OR_ENTRY.finditer(index.read_text(encoding="utf-8")):
        if found["heading"]:
            entries = []
            nav.append({found["heading"]: entries})
        elif not found["page"].startswith("../"):
            entries.append({found["title"]: _entry(found["page"], docs)})
    return [entry for entry in nav if all(entry.values())]


def _entry(page: str, docs: Path) -> object:
    folder, _, name = page.rpartition("/")
    if name not in INDEXES:
        return page
    others = sorted(file.name for file in (docs / folder).glob("*.md") if file.name not in INDEXES)
    return [page, *({_title(docs / folder / other): f"{folder}/{other}"} for other in others)]


def _title(file: Path) -> str:
    """Return the heading of the page in *file*, without backticks."""
    found = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].replace("`", "") if found else file.stem


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Return *markdown* with links to files outside of ``docs/`` leading to the repository."""
    folder = posixpath.dirname(f"docs/{page.file.src_uri}")
    return outside_links(markdown, folder, config.repo_url or "")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Return *html* with the examples of findings wrapped: a message is one long line."""
    return html.replace('class="language-text', 'class="wrap language-text') if _is_finding(page) else html


def _is_finding(page: Page) -> bool:
    return page.file.src_uri.startswith("findings/")


def outside_links(markdown: str, folder: str, repository: str) -> str:
    """Return *markdown* of a page in *folder* with links out of ``docs/`` made addresses of *repository*."""

    def linked(found: re.Match[str]) -> str:
        if not found["link"]:
            return found[0]
        path, separator, heading = found["link"].partition("#")
        target = posixpath.normpath(posixpath.join(folder, path))
        if target.startswith("docs/"):
            return found[0]
        kind = "tree" if (ROOT / target).is_dir() else "blob"
        return f"]({repository}/{kind}/{os.environ.get('SITE_REF') or 'main'}/{target}{separator}{heading})"

    return _CODE_OR_LINK.sub(linked, markdown)
