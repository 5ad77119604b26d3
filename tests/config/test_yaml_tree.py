"""YAML that cannot be read, or says more than a configuration needs."""

import pytest

from tests.config.loading import told, whole

# What is written, and all that is told about it.
MISTAKES = [
    (
        "pins: [{file: a}]\npins: [{file: b}]\n",
        ["2:1 pins: written twice, the first time in line 1: keep one of them"],
    ),
    (
        "consumers: [{name: core, name: web}]\n",
        ["1:26 consumers[0].name: written twice, the first time in line 1: keep one of them"],
    ),
    ("? [a]\n: b\n", ["1:3 a key must be a plain text, not a list, a mapping or an alias"]),
    ("? {a: b}\n: c\n", ["1:3 a key must be a plain text, not a list, a mapping or an alias"]),
    ("<<: {a: b}\n", ["1:1 merge keys ('<<') are not supported: write the keys out, or alias the full entry"]),
    (
        "owner: !!python/object:os.system acme\n",
        ["1:8 owner: the tag '!!python/object:os.system' has no meaning here: remove it"],
    ),
    ("owner: !acme x\n", ["1:8 owner: the tag '!acme' has no meaning here: remove it"]),
    ("owner: !!int 5\n", ["1:8 owner: the tag '!!int' has no meaning here: remove it"]),
    (
        "consumers: [*core]\n",
        [("1:13 consumers[0]: no anchor '&core' precedes this alias: put a text that starts with '*' in quotes")],
    ),
    ("owner: &a [*a]\n", ["1:12 owner[0]: the alias '*a' is inside its own anchor: write the value out"]),
    (
        "pins: [\n",
        [
            (
                "2:17 this is not valid YAML (while parsing a flow sequence that starts in line 1: did not find "
                "expected ',' or ']'): close the bracket, and separate the entries by commas"
            )
        ],
    ),
    ("source: {tags: v{version}}\n", ["1:17 put a text with { or } in quotes"]),
    ("owner: [a{2}, b]\n", ["1:10 put a text with { or } in quotes"]),
    (
        "owner: [a {b: 1}]\n",
        [
            (
                "1:11 this is not valid YAML (while parsing a flow sequence that starts in line 1: did not find "
                "expected ',' or ']'): close the bracket, and separate the entries by commas"
            )
        ],
    ),
    ("owner: 'acme\n", ["1:8 the quote that starts here is never closed"]),
    ("\towner: acme\n", ["1:1 YAML does not allow a tab here: indent with spaces"]),
    ("pins:\n\t- file: a\n", ["2:1 YAML does not allow a tab here: indent with spaces"]),
    (
        "owner: a: b\n",
        [
            (
                "1:9 this is not valid YAML (mapping values are not allowed in this context): indent the line as "
                "its neighbours, or quote a text that has ': ' in it"
            )
        ],
    ),
    (
        "forbid: [**/a]\n",
        [
            (
                "1:11 this is not valid YAML (while scanning an alias that starts in line 1: did not"
                " find expected "
                "alphabetic or numeric character): quote a text that starts with '*' or '&'"
            )
        ],
    ),
    ("owner: @acme\n", ["1:8 plain text may not start with '@': put the text in quotes"]),
    ("owner: `a`\n", ["1:8 plain text may not start with '`': put the text in quotes"]),
    (
        'owner: "\\q"\n',
        [
            (
                "1:9 this is not valid YAML (while parsing a quoted scalar that starts in line 1: found unknown "
                "escape character): in double quotes write '\\\\' for a backslash, or use single quotes"
            )
        ],
    ),
    (
        "pins:\n- a\nowner: b\n - c\n",
        [
            "2:3 pins[0]: must be a mapping, not a text; write keys, as in 'file: .runtime-version'",
            "3:8 owner: 'b - c' is not an owner's name: letters, digits, '.', '_' and '-', as in acme",
        ],
    ),
    (
        "owner: !x!y z\n",
        [
            (
                "1:8 this is not valid YAML (while parsing a node that starts in line 1: found undefined tag "
                "handle): remove the tag: the file needs none"
            )
        ],
    ),
    (
        "pins: [a b\nc: d\n",
        [
            (
                "2:2 this is not valid YAML (while parsing a flow sequence that starts in line 1: did not find "
                "expected ',' or ']'): close the bracket, and separate the entries by commas"
            )
        ],
    ),
    (
        "x: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
        ["1:36 more than 32 levels: no key of this file is that deep"],
    ),
]


@pytest.mark.parametrize(("text", "messages"), MISTAKES)
def test_yaml_that_is_not_read_is_told_with_its_place(text: str, messages: list[str]) -> None:
    assert told(whole(text)) == messages


# The same for files that no key could be added to.
WHOLE_FILES = [
    ("", ["1:1 the file is empty: it needs at least 'pins:' and 'consumers:'"]),
    (
        "!!set {a}\n",
        [
            "1:1 the tag '!!set' has no meaning here: remove it",
            "1:1 consumers: is missing: list the repositories that must follow",
            (
                "1:8 a: unknown key; known here: source, scheme, prereleases, owner, pins, consumers, "
                "forbid, exempt, reconcile, policy, propagate, land, tracking"
            ),
        ],
    ),
    ("# nothing\n", ["1:1 the file contains only comments: it needs at least 'pins:' and 'consumers:'"]),
    (
        "%YAML 9.0\n---\na: b\n",
        ["1:1 this is not valid YAML (found incompatible YAML document): remove the %YAML line"],
    ),
    ("- core\n", ["1:1 the file must be a mapping, not a list: write keys, as in 'consumers:'"]),
    ("---\n", ["1:1 the file contains only comments: it needs at least 'pins:' and 'consumers:'"]),
    ("a\n: b\n", ["2:1 this is not valid YAML (did not find expected <document start>): write 'key: value'"]),
    (
        "a: 1\n---\nb: 2\n",
        [
            (
                "1:1 a: unknown key; known here: source, scheme, prereleases, owner, pins, consumers, "
                "forbid, exempt, reconcile, policy, propagate, land, tracking"
            ),
            "1:1 consumers: is missing: list the repositories that must follow",
            "2:1 a second document starts here: keep one, and remove the '---' before the other",
        ],
    ),
    ("core\n", ["1:1 the file must be a mapping, not a text: write keys, as in 'consumers:'"]),
]


@pytest.mark.parametrize(("text", "messages"), WHOLE_FILES)
def test_a_file_that_is_no_mapping_is_told_so(text: str, messages: list[str]) -> None:
    assert told(text) == messages
