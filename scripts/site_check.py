"""Check the built documentation site: every link leads somewhere, and nothing is loaded from another host.

``python -m scripts.site_check site``
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urlsplit

from consumer_drift import links

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a browser loads by itself, and the attribute that names it. A link is loaded only when somebody follows it.
_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
# Links that name an address and load nothing.
_NAMED = {"canonical", "prev", "next", "alternate"}
_IN_STYLES = re.compile(r"(?:url\(|@import )\s*['\"]?(https?:)?//")


@dataclass
class Html(HTMLParser):
    """What one page links to, loads, and can be linked at."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    unnamed_images: int = 0
    diagrams: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect from one element."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in _LOADED and _LOADED[tag] in given and given.get("rel", "") not in _NAMED:
            self.loads.append(given[_LOADED[tag]])
        self.unnamed_images += tag == "img" and not given.get("alt")
        self.diagrams += "mermaid" in given.get("class", "").split()


def mistakes(site: Path) -> list[str]:
    """Return everything that is wrong with the site in the folder *site*, as sentences."""
    pages = {file.resolve(): _read(file) for file in sorted(site.rglob("*.html"))}
    if not pages:
        return [f"{site} holds no pages"]
    found = [mistake for file in pages for mistake in _in_page(file, pages, site.resolve())]
    styles = (file for file in sorted(site.rglob("*.css")) if _IN_STYLES.search(file.read_text(encoding="utf-8")))
    return [*found, *(f"{style.relative_to(site)} loads from another host" for style in styles)]


def _read(file: Path) -> Html:
    page = Html()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def _in_page(file: Path, pages: dict[Path, Html], site: Path) -> Iterator[str]:
    page, where = pages[file], file.relative_to(site)
    for address in page.loads:
        if urlsplit(address).netloc:
            yield f"{where} loads {address} from another host"
        elif not _target(address, file, site).exists():
            yield f"{where} loads {address}, which is not there"
    for link in page.links:
        yield from (f"{where} links to {link}, {what}" for what in _broken(link, file, pages, site))
    if page.unnamed_images:
        yield f"{where} has {page.unnamed_images} images without alternative text"
    if page.diagrams:
        yield f"{where} has a Mermaid diagram, whose script would be loaded from another host: use a picture"


def _broken(link: str, file: Path, pages: dict[Path, Html], site: Path) -> Iterator[str]:
    if urlsplit(link).scheme or urlsplit(link).netloc:
        return
    target, anchor = _target(link, file, site), unquote(urldefrag(link).fragment)
    if not target.exists():
        yield "which is not there"
    elif anchor and target in pages and anchor not in pages[target].anchors:
        yield "and that page has no such heading"


def _target(link: str, file: Path, site: Path) -> Path:
    """Return the file that *link* on the page *file* leads to. A folder's address means its index."""
    path = unquote(urlsplit(link).path)
    if not path:
        return file
    # The page for what is not found is served at every depth, so its links start at the host.
    start = site if path.startswith("/") else file.parent
    target = (start / _without_base(path)).resolve()
    return target / "index.html" if target.is_dir() else target


def _without_base(path: str) -> str:
    # A project's site lives in a folder named after its repository.
    return path.removeprefix(urlsplit(links.DOCUMENTATION).path).lstrip("/")


def main(arguments: list[str]) -> int:
    """Return the process's exit code."""
    site = Path(arguments[0] if arguments else "site")
    found = mistakes(site)
    print("\n".join(found) or f"{site}: {len(list(site.rglob('*.html')))} pages, every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
