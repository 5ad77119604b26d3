"""What each repository shows by itself, before it is known which of them are consumers under a new name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.assess import probed, reconcile
from consumer_drift.model.config import Reconcile, Visibility
from consumer_drift.model.evidence import ReadConsumer
from consumer_drift.model.observation import Listing
from consumer_drift.pins.whole_file import WholeFile
from tests.assess.cases import FILE, NOW, TIMED_OUT, address, config, exempt, listed, name, place, shown

if TYPE_CHECKING:
    from consumer_drift.model.config import Config
    from consumer_drift.model.evidence import ProbedOwner
    from consumer_drift.model.observation import Snapshot

RULES = Reconcile((), (), Visibility.ALL, place(30))


def gathered(rules: Config, *snapshots: Snapshot) -> ProbedOwner:
    """The evidence of a whole listing of *snapshots*."""
    return probed.gather(rules, RULES, Listing("acme", "/orgs/acme/repos", snapshots), NOW, address)


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        ((WholeFile("A"),), (WholeFile("B"),), ["A"]),
        ((), (WholeFile("B"), WholeFile("B")), ["B"]),
        ((), (), []),
    ],
)
def test_which_pins_make_a_repository_a_consumer(common: Any, own: Any, expected: list[str]) -> None:
    """The common ones, or where there are none those of any consumer, each once."""
    rules = config(replace(listed("core"), pins=own), pins=common)
    assert [pin.file for pin in probed.pins_of(rules)] == expected


def test_a_share_of_the_list_knows_the_pins_and_the_names_of_all_of_it() -> None:
    """Else a consumer of another share would be unlisted."""
    whole = (replace(listed("core"), pins=(WholeFile("B"),)), listed("desk"))
    share = replace(config(*whole[1:], pins=()), whole_list=whole)
    assert [pin.file for pin in probed.pins_of(share)] == ["B", FILE]
    [row] = gathered(replace(share, pins=(WholeFile(FILE),)), shown("core", "1.0.0")).repositories
    assert not row.probed


def test_a_repository_that_turns_out_to_be_a_consumer_is_not_unlisted() -> None:
    """It was renamed, and who read it under its old name is another share."""
    found = gathered(config(listed("core")), shown("core"), shown("novel", "1.0.0"))
    assert [one.code.value for one in reconcile.conclude(found, [ReadConsumer(name("core"))], []).findings] == [
        "unlisted"
    ]
    everyone = [ReadConsumer(name("core")), ReadConsumer(name("novel"))]
    assert reconcile.conclude(found, everyone, []).findings == ()
    assert reconcile.conclude(found, everyone, []).probed == 0


def test_a_probe_without_an_answer_says_why_and_whether_it_matters() -> None:
    found = gathered(
        config(listed("core"), exempt=(exempt("wiki"),)),
        replace(shown("lab"), files={FILE: TIMED_OUT}),
        replace(shown("wiki"), files={FILE: TIMED_OUT}),
    )
    lab, wiki = found.repositories
    assert (lab.unread, lab.denied, lab.excused) == (str(TIMED_OUT), False, False)
    assert (wiki.unread, wiki.excused) == (str(TIMED_OUT), True)
