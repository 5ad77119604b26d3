"""The texts of a bump's commit and pull request.

Templates are filled by plain replacement, and foreign text is made safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.bump.ownership import Mark, marked, trailer
from consumer_drift.model.versions import short
from consumer_drift.support.escape import code, markdown, url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.assess.lock_updates import LockUpdate
    from consumer_drift.bump.edit import ChangedPin
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.versions import Version

_MOST_PINS = 50
_MOST_RELEASES = 20
_LONGEST_TITLE = 250


def title(bump_target: BumpTarget) -> str:
    """Return the title of the pull request, which is the commit's headline too."""
    return bump_target.fill(bump_target.config.propagate.title)[:_LONGEST_TITLE]


def commit_text(bump_target: BumpTarget) -> str:
    """Return the commit's message below its headline."""
    return trailer(bump_target.head)


def body(
    bump_target: BumpTarget,
    snapshot: Snapshot,
    changed: Sequence[ChangedPin],
    locks: Sequence[LockUpdate],
    mark: Mark,
) -> str:
    """Return the text of the pull request."""
    blocks = [
        bump_target.fill(bump_target.config.propagate.body).strip(),
        "\n".join(_pins(changed)),
        "\n".join(_locks(bump_target, locks)),
        "\n".join(_releases(bump_target, snapshot, changed)),
        _footer(bump_target),
        marked(mark),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def closed(old: str, why: str, new_url: str) -> str:
    """Return the text of a pull request that is closed, because of *why* or of the new one at *new_url*."""
    reason = f"Closed by consumer-drift: {markdown(why, 400)}." if why else f"Superseded by {url(new_url)}"
    return _with_mark(reason, old)


def replaced(old: str, base: str) -> str:
    """Return the text of a pull request that conflicts with *base* and gets a new one from the same branch."""
    reason = f"Closed by consumer-drift: it conflicts with {code(base)}. A new pull request replaces it."
    return _with_mark(reason, old)


def _with_mark(sentence: str, old: str) -> str:
    return f"{sentence}\n\n{old.rstrip()}\n\n{marked(Mark.SUPERSEDED)}\n"


def _pins(changed: Sequence[ChangedPin]) -> Iterator[str]:
    yield "| file | from | to |"
    yield "| --- | --- | --- |"
    for one in changed[:_MOST_PINS]:
        yield f"| {code(one.at.file_and_line)} | {code(short(one.at.value))} | {code(one.to)} |"
    if len(changed) > _MOST_PINS:
        yield f"\nand {len(changed) - _MOST_PINS} more"


def _locks(bump_target: BumpTarget, locks: Sequence[LockUpdate]) -> Iterator[str]:
    """What a lock file needs: only the tool that writes it can update it."""
    for one in locks:
        run = code(one.command) if one.command else "the tool that writes it"
        where = f" in {code(one.folder)}" if one.command and one.folder else ""
        yield f"{code(one.path)} is not updated here: run {run}{where} on {code(bump_target.head)} and commit it."


def _releases(bump_target: BumpTarget, snapshot: Snapshot, changed: Sequence[ChangedPin]) -> Iterator[str]:
    """Links to the new releases. The source is on the same server as the consumer."""
    source = bump_target.config.source.repository
    server = snapshot.web_url.rsplit("/", 2)[0] if snapshot.web_url.count("/") > 3 else ""
    if source is None or not server:
        return
    page = f"{server}/{source}"
    affixes = bump_target.target.affixes
    history = bump_target.target.history
    if history is not None:
        lowest = min((one for value in changed if (one := history.pinned(value.at.value))), default=None)
        if lowest is not None:
            between = f"{lowest.text}...{bump_target.version.text}"
            yield f"[All changes]({url(f'{page}/compare/{between}')})"
        return
    if affixes is None:
        yield f"Releases: {url(f'{page}/releases')}"
        return

    def tag(version: Version) -> str:
        return f"{affixes.prefix}{version.text}{affixes.suffix}"

    known = bump_target.target.releases
    values = {one.at.value for one in changed}
    pinned = [version for version in known if version.text in values]
    lowest = min(pinned) if pinned else None
    new = [version for version in known if (lowest is None or lowest < version) and version <= bump_target.version]
    shown = list(reversed(new if lowest else new[-1:]))
    yield "Releases since then:" if lowest else "Release:"
    yield ""
    for version in shown[:_MOST_RELEASES]:
        yield f"- [{markdown(tag(version))}]({url(f'{page}/releases/tag/{tag(version)}')})"
    if len(shown) > _MOST_RELEASES:
        yield f"- and [{len(shown) - _MOST_RELEASES} more]({url(f'{page}/releases')})"
    if lowest is not None:
        link = url(f"{page}/compare/{tag(lowest)}...{tag(bump_target.version)}")
        yield ""
        yield f"[All changes]({link})"


def _footer(bump_target: BumpTarget) -> str:
    source = bump_target.config.source.repository
    where = (
        f"{code(bump_target.config.file)} of {markdown(str(source))}" if source else code(bump_target.config.file)
    )
    return (
        f"Opened by consumer-drift, because {where} lists this repository. If you close this pull request without"
        f" merging it, it is not opened again for {markdown(bump_target.version.text)}. To get no bumps at all,"
        " have this repository removed from that list. Your own commits on this branch are never overwritten."
    )
