"""What keys must be to each other."""

import pytest

from tests.config.loading import told, whole

# What is written, and all that is told about it.
MISTAKES = [
    (
        "pins: []\nconsumers: [core]\n",
        ["1:1 pins: there is no pin, neither here nor at a consumer: write one, as in 'file: VERSION'"],
    ),
    (
        "consumers: []\n",
        ["1:1 consumers: the list is empty, so nothing would be checked: name at least one repository"],
    ),
    ("pins: [{file: VERSION}]\nconsumers:\n", ["2:10 consumers: has no value: write one, or remove it"]),
    (
        "pins: []\nconsumers: []\n",
        ["2:1 consumers: the list is empty, so nothing would be checked: name at least one repository"],
    ),
    (
        "forbid: [x]\npins: []\nconsumers: [core]\n",
        ["2:1 pins: there is no pin, neither here nor at a consumer: write one, as in 'file: VERSION'"],
    ),
    (
        "consumers:\n  - core\n  - {name: web, pins: []}\n",
        ["3:5 consumers[1]: has neither pins nor forbidden paths, so there is nothing to check"],
    ),
    (
        "consumers:\n  - {name: web, pins: [], forbid: []}\n  - core\n",
        ["2:5 consumers[0]: has neither pins nor forbidden paths, so there is nothing to check"],
    ),
    (
        "pins: [{file: a, key: b, image: c}]\n",
        [
            (
                "1:26 pins[0].image: is next to 'key', and an entry has at most one of requirement, "
                "image, uses, module, submodule, locked, key, regex: split it into two entries"
            )
        ],
    ),
    (
        "pins: [{file: a.json, key: b, regex: c, uses: d/e}]\n",
        [
            (
                "1:31 pins[0].regex: is next to 'key', and an entry has at most one of requirement, "
                "image, uses, module, submodule, locked, key, regex: split it into two entries"
            ),
            (
                "1:41 pins[0].uses: is next to 'key', and an entry has at most one of requirement, image, "
                "uses, module, submodule, locked, key, regex: split it into two entries"
            ),
        ],
    ),
    (
        "land: {checks: []}\n",
        ["1:8 land.checks: the list is empty: name a check, or write 'checks: none' to merge bumps without any"],
    ),
    (
        "pins: [{file: a, requirement: []}]\n",
        ["1:18 pins[0].requirement: the list is empty: name a package, or remove the key"],
    ),
    (
        "reconcile: {include: []}\n",
        [
            (
                "1:13 reconcile.include: the list is empty: nothing would be searched; to switch the "
                "search off, write reconcile: false"
            )
        ],
    ),
    (
        "policy: {window: 73h}\n",
        [
            (
                "1:18 policy.window: is longer than policy.grace: without a pull request a consumer may not lag "
                "longer than with one"
            )
        ],
    ),
    (
        "policy: {window: 73h, grace: soon}\n",
        ["1:30 policy.grace: 'soon' is not a duration: write a number and a unit, as 90m, 72h, 3d or 1w"],
    ),
    ("source: []\n", ["1:1 source: the list is empty: name a place that has the version, or remove the key"]),
    (
        "source: {tags: 'v{version}', version: 1.0.0}\n",
        [
            (
                "1:30 source.version: is next to 'tags', and an entry has at most one of tags, branch, release, "
                "file, version: split it into two entries"
            )
        ],
    ),
    ("source: {key: a.b}\n", ["1:10 source.key: needs the file that contains it: add 'file:'"]),
    (
        "source: [{release: latest}, {repository: a/b}]\n",
        ["1:29 source[1]: names no place that has the version: write one of tags, branch, release, file, version"],
    ),
    (
        "source: [{repository: a/b, release: latest}, {repository: a/c, tags: 'v{version}'}]\n",
        [
            (
                "1:59 source[1].repository: all entries read one repository, and source[0].repository names "
                "another: remove one of them"
            )
        ],
    ),
]


@pytest.mark.parametrize(("text", "messages"), MISTAKES)
def test_keys_that_contradict_each_other_are_told_at_the_one_to_change(text: str, messages: list[str]) -> None:
    assert told(whole(text)) == messages


def test_a_pin_that_the_policy_ignores_is_a_mistake() -> None:
    """It would pass without being compared."""
    text = (
        "pins: [{file: uv.lock, locked: acme}]\nconsumers: [{name: core, pins: [{file: a/uv.lock, locked: b}]}]\n"
        "policy: {locks: ignore}\n"
    )
    said = "is not compared with 'policy.locks: ignore': remove one of the two"
    assert told(whole(text)) == [
        f"1:32 pins[0].locked: {said}",
        f"2:59 consumers[0].pins[0].locked: {said}",
    ]
