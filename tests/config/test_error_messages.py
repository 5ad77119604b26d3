"""A wrong value's message says what to write instead."""

import pytest

from tests.config.loading import told, whole

# What is written, and all that is told about it.
MISTAKES = [
    ("shceme: semver\n", ["1:1 shceme: unknown key; did you mean 'scheme'?"]),
    (
        "in_flight: drift\n",
        [
            (
                "1:1 in_flight: unknown key; known here: source, scheme, prereleases, owner, pins, "
                "consumers, forbid, exempt, reconcile, policy, propagate, land, tracking"
            )
        ],
    ),
    (
        "frobnicate: 1\n",
        [
            (
                "1:1 frobnicate: unknown key; known here: source, scheme, prereleases, owner, pins, "
                "consumers, forbid, exempt, reconcile, policy, propagate, land, tracking"
            )
        ],
    ),
    ("grace: 3d\n", ["1:1 grace: unknown key; 'grace' belongs under 'policy'"]),
    ("name: x\n", ["1:1 name: unknown key; 'name' belongs under 'consumers' or 'exempt'"]),
    (
        "consumers:\n  - core\n  - {name: x, branhc: main}\n",
        ["3:15 consumers[1].branhc: unknown key; did you mean 'branch'?"],
    ),
    ("consumers: core\n", ['1:12 consumers: must be a list, not a text; write ["core"]']),
    ("consumers:\n  core: {}\n", ["2:3 consumers: must be a list, not a mapping; start each entry with '- '"]),
    (
        "consumers: [[core]]\n",
        ["1:13 consumers[0]: must be a mapping, not a list; write a name, or keys as in 'name: core'"],
    ),
    ("consumers:\n  -\n", ["2:4 consumers[0]: has no value: write one, or remove it"]),
    ("consumers: [{branch: x}]\n", ["1:13 consumers[0].name: is missing: it is required here"]),
    ("owner:\n", ["1:7 owner: has no value: write one, or remove it"]),
    ("owner: ~\n", ["1:8 owner: has no value: write one, or remove it"]),
    ("owner: [a]\n", ["1:8 owner: must be a text, not a list"]),
    ("scheme: Semver\n", ["1:9 scheme: must be 'semver' or 'pep440', not 'Semver'; did you mean 'semver'?"]),
    ("scheme: calver\n", ["1:9 scheme: must be 'semver' or 'pep440', not 'calver'"]),
    ("scheme: {a: b}\n", ["1:9 scheme: must be 'semver' or 'pep440', not a mapping"]),
    (
        "source: acme/runtime\n",
        ["1:9 source: must be a mapping, not a text; write keys, as in 'repository: acme/runtime'"],
    ),
    ("source: {release: newest}\n", ["1:19 source.release: must be 'latest', not 'newest'"]),
    ("pins: 7\n", ["1:7 pins: must be a list, not a text; write a list, as in '- file: VERSION'"]),
    (
        "pins: [VERSION]\n",
        ["1:8 pins[0]: must be a mapping, not a text; write keys, as in 'file: .runtime-version'"],
    ),
    ("pins: [{}]\n", ["1:8 pins[0].file: is missing: it is required here"]),
    (
        "pins: {file: VERSION}\n",
        ["1:7 pins: must be a list, not a mapping; write a list, as in '- file: VERSION'"],
    ),
    (
        "exempt: [core2]\n",
        [
            (
                "1:10 exempt[0]: must be a mapping, not a text; write 'name: …' with 'reason: …': an "
                "exemption needs its reason"
            )
        ],
    ),
    ("exempt: [{name: old}]\n", ["1:10 exempt[0].reason: is missing: it is required here"]),
    ("exempt: [{name: old, reason: }]\n", ["1:30 exempt[0].reason: has no value: write one, or remove it"]),
    ("exempt: [{reason: old}]\n", ["1:10 exempt[0].name: is missing: it is required here"]),
    ("reconcile: maybe\n", ["1:12 reconcile: must be true or false, not 'maybe'"]),
    (
        "reconcile: [a]\n",
        [
            (
                "1:12 reconcile: must be a mapping, not a list; write true, false, or keys as in 'include: "
                '["template-*"]\''
            )
        ],
    ),
    ("reconcile:\n", ["1:11 reconcile: has no value: write one, or remove it"]),
    (
        "reconcile: {include: template-*}\n",
        ['1:22 reconcile.include: must be a list, not a text; write ["template-*"]'],
    ),
    ("policy: strict\n", ["1:9 policy: must be a mapping, not a text; write keys, as in 'grace: 72h'"]),
    ("policy: {include: [a]}\n", ["1:10 policy.include: unknown key; 'include' belongs under 'reconcile'"]),
    (
        "propagate: true\n",
        ["1:12 propagate: must be a mapping, not a text; write keys, as in 'labels: [dependencies]'"],
    ),
    ("propagate: {labels: a b}\n", ['1:21 propagate.labels: must be a list, not a text; write ["a b"]']),
    (
        "'': x\n",
        [
            (
                "1:1 '': unknown key; known here: source, scheme, prereleases, owner, pins, consumers, "
                "forbid, exempt, reconcile, policy, propagate, land, tracking"
            )
        ],
    ),
    (
        '"a\\nb": x\n',
        [
            (
                "1:1 'a\\nb': unknown key; known here: source, scheme, prereleases, owner, pins, consumers, "
                "forbid, exempt, reconcile, policy, propagate, land, tracking"
            )
        ],
    ),
]


@pytest.mark.parametrize(("text", "messages"), MISTAKES)
def test_a_value_of_the_wrong_shape_is_told_with_its_place_and_what_to_write(
    text: str, messages: list[str]
) -> None:
    assert told(whole(text)) == messages
