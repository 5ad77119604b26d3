"""Folders as a forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.local.forge import LocalForge
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import BumpSearch, Listing, Observation, Probe, Snapshot, Survey, Wanted
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, FileText, NoFile, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.forges.base import Forge

PIN = ".runtime-version"


def name(text: str) -> RepositoryName:
    return RepositoryName.parse(text, "acme")


def put(root: Path, **pins: str) -> None:
    for place, pin in pins.items():
        put_at(root / place.replace("_", "-"), pin)


def put_at(place: Path, pin: str) -> None:
    place.mkdir(parents=True)
    (place / PIN).write_text(pin)


def look(root: Path, *consumers: str, forbid: tuple[str, ...] = (), skip: tuple[str, ...] = ()) -> Observation:
    wanted = tuple(Wanted(name(text), (PIN,), forbid) for text in consumers)
    known = frozenset(name(text) for text in (*consumers, *skip))
    probe = Probe("acme", (PIN,), known, ("*",), ("*-out",), Visibility.ALL)
    return LocalForge(root).survey(Survey(wanted, probe), lambda _: None)


def read(seen: Observation, text: str) -> Snapshot:
    snapshot = seen.consumers[name(text)]
    assert isinstance(snapshot, Snapshot)
    return snapshot


def listed(seen: Observation) -> dict[str, object]:
    assert isinstance(seen.listing, Listing)
    return {str(one.name): one.files.get(PIN) for one in seen.listing.repositories}


def test_it_is_a_forge(tmp_path: Path) -> None:
    forge: Forge = LocalForge(tmp_path)
    assert str(tmp_path.resolve()) in forge.label
    assert forge.requests == 0
    search = BumpSearch("bump/x", "bump/", lambda _branch: True, closed=True)
    assert forge.pull_requests([Snapshot(name("a"), name("a"))], search) == {name("a"): ()}
    assert forge.file_url(Snapshot(name("a"), name("a")), PIN, 1) == ""


def test_consumers_are_folders_with_or_without_their_owner(tmp_path: Path) -> None:
    put_at(tmp_path / "a", "1")
    put_at(tmp_path / "acme" / "b", "2")
    put_at(tmp_path / "other" / "c", "3")
    seen = look(tmp_path, "a", "b", "other/c")
    assert [read(seen, text).files[PIN] for text in ("a", "b", "other/c")] == [FileText(text) for text in "123"]


def test_the_folder_below_its_owner_goes_first(tmp_path: Path) -> None:
    put_at(tmp_path / "a", "plain")
    put_at(tmp_path / "acme" / "a", "owned")
    assert read(look(tmp_path, "a"), "a").files[PIN] == FileText("owned")


def test_names_compare_without_case(tmp_path: Path) -> None:
    put_at(tmp_path / "Acme" / "Template-A", "1")
    assert read(look(tmp_path, "template-a"), "template-a").files[PIN] == FileText("1")


def test_a_consumer_without_a_folder_is_not_found(tmp_path: Path) -> None:
    seen = look(tmp_path, "gone").consumers[name("gone")]
    assert isinstance(seen, Failure)
    assert seen.reason is Reason.NOT_FOUND


def test_a_consumer_that_is_a_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    put_at(tmp_path / "outside", "1")
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").symlink_to(tmp_path / "outside")
    seen = look(root, "a").consumers[name("a")]
    assert isinstance(seen, Failure)
    assert "symbolic link" in seen.said


def test_forbidden_paths_are_found_by_walking(tmp_path: Path) -> None:
    put_at(tmp_path / "a", "1")
    (tmp_path / "a" / "workspace").mkdir()
    (tmp_path / "a" / "src" / "acme_runtime").mkdir(parents=True)
    (tmp_path / "a" / ".git" / "acme_runtime").mkdir(parents=True)
    seen = read(look(tmp_path, "a", forbid=("workspace/", "**/acme_runtime/", "vendor/")), "a")
    assert seen.forbidden == {
        "workspace/": ("workspace/",),
        "**/acme_runtime/": ("src/acme_runtime/",),
        "vendor/": (),
    }


def test_reconcile_looks_at_the_owners_folders_and_no_hidden_ones(tmp_path: Path) -> None:
    put_at(tmp_path / "a", "1")
    put_at(tmp_path / "b", "1")
    put_at(tmp_path / "b-out", "1")
    put_at(tmp_path / "acme" / "c", "1")
    put_at(tmp_path / ".git", "1")
    (tmp_path / "d").mkdir()
    (tmp_path / "a file").write_text("")
    seen = look(tmp_path, "a")
    assert listed(seen) == {
        "acme/a": None,
        "acme/b": FileText("1"),
        "acme/b-out": None,
        "acme/c": FileText("1"),
        "acme/d": NoFile(),
    }
    assert isinstance(seen.listing, Listing)
    assert (seen.listing.hidden, seen.listing.doubts) == (0, ())


def test_the_folder_of_another_owners_consumer_is_no_repository_of_this_one(tmp_path: Path) -> None:
    put_at(tmp_path / "lib", "1")
    put_at(tmp_path / "other" / "x", "1")
    assert listed(look(tmp_path, "other/lib", "other/x")) == {}


def test_a_repository_named_like_its_owner_is_no_folder_of_repositories(tmp_path: Path) -> None:
    put_at(tmp_path / "acme", "1")
    put_at(tmp_path / "acme" / "docs", "1")
    assert listed(look(tmp_path, "acme/acme")) == {"acme/acme": None}


def test_a_link_out_of_the_root_makes_the_listing_say_so(tmp_path: Path) -> None:
    put_at(tmp_path / "outside", "1")
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").symlink_to(tmp_path / "outside")
    assert isinstance(listed(look(root))["acme/a"], Failure)


def test_the_source_is_a_folder_too(tmp_path: Path) -> None:
    put_at(tmp_path / "runtime", "1")
    forge = LocalForge(tmp_path)
    assert forge.file(name("runtime"), PIN) == FileText("1")
    assert forge.file(name("runtime"), "none") == NoFile()
    for missing in (
        forge.file(name("gone"), PIN),
        forge.file(name("runtime"), PIN, "main"),
        forge.tags(name("runtime"), "v"),
        forge.tags(name("gone"), "v"),
        forge.latest_release(name("runtime")),
    ):
        assert isinstance(missing, Failure)
        assert missing.remedy


@pytest.mark.parametrize("containing", ["runtime-v", ""])
def test_tags_are_those_of_a_checkout(tmp_path: Path, containing: str) -> None:
    tags = tmp_path / "runtime" / ".git" / "refs" / "tags"
    tags.mkdir(parents=True)
    for tag in ("runtime-v1", "cli-v1"):
        (tags / tag).write_text("0" * 40)
    found = LocalForge(tmp_path).tags(name("runtime"), containing)
    assert not isinstance(found, Failure)
    assert sorted(tag.name for tag in found) == sorted(t for t in ("runtime-v1", "cli-v1") if containing in t)
