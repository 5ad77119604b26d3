from __future__ import annotations

import pytest

from consumer_drift.pins.key import Key
from consumer_drift.pins.key_path import split_path
from tests.pins.readings import PEP440, absent, damaged, seen

RANGE = "allows more than one version"
PACKAGE = """\
{
\t"name": "web",
\t"dependencies": {
\t\t"@acme/runtime.js": "1.4.0",
\t\t"acme": %s
\t}
}
"""
CARGO = """\
[package]
name = "web" # the name
version = "0.1.0"

[dependencies]
acme = { version = "1.4.0", features = ["tls"] }
plain = "=1.4.0"

[dependencies.own]
git = "https://forge.example/acme/runtime"
tag = "v1.4.0"

[[bin]]
name = "a"
[[bin]]
name = "b"
version = '''
1.4.0'''
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"1.4.0"', "1.4.0 @5"),
        ('"v1.4.0"', "1.4.0 @5"),
        ('"=1.4.0"', "1.4.0 @5"),
        ('"== 1.4.0"', "1.4.0 @5"),
        ('" 1.4.0 "', "1.4.0 @5"),
        ('"npm:@acme/runtime@1.4.0"', "1.4.0 @5"),
        ('"github:acme/runtime#v1.4.0"', "1.4.0 @5"),
        ('"git+ssh://git@forge.example/acme/runtime.git#semver:1.4.0"', "1.4.0 @5"),
        ('"git::https://forge.example/acme/runtime?ref=v1.4.0"', "1.4.0 @5"),
        ('"workspace:1.4.0"', "1.4.0 @5"),
        ('{"version": "1.4.0", "resolved": "https://x"}', "1.4.0 @5"),
        ('"^1.4.0"', f"floating ^1.4.0 @5: {RANGE}"),
        ('"~1.4"', f"floating ~1.4 @5: {RANGE}"),
        ('">=1.4.0 <2"', f"floating >=1.4.0 <2 @5: {RANGE}"),
        ('"1.4.0 || 1.5.0"', f"floating 1.4.0 || 1.5.0 @5: {RANGE}"),
        ('"1.x"', f"floating 1.x @5: {RANGE}"),
        ('"*"', f"floating * @5: {RANGE}"),
        ('"latest"', "floating latest @5: is a moving tag"),
        ("1.20", "floating 1.20 @5: is only part of a version"),
        ('"1.4\\u002e0"', "invalid 1.4.0 @5: is put together in a way that cannot be edited in place"),
        ('""', "invalid  @5: is empty"),
        ("null", "invalid null @5: is not a semantic version"),
        ("true", "invalid true @5: is not a semantic version"),
        ('"\\ud800"', "invalid ? @5: is not a semantic version"),
        ('["1.4.0"]', "invalid  @5: is a list, not a version"),
        ("{}", "floating  @5: is a table that names no version"),
    ],
)
def test_a_json_value_names_one_version_or_says_why_not(value: str, expected: str) -> None:
    """As package managers write them, tabs and all."""
    assert seen(Key("package.json", "dependencies.acme"), PACKAGE % value) == [expected]


def test_jsonc_and_double_keys_are_read() -> None:
    """Editors allow comments and trailing commas; each of two equal keys counts."""
    text = (
        '\ufeff// top\r\n{"a": {/* "b": "9.9.9" */ "b": "1.4.0",}, // end\r\n'
        ' "a": {"b": ["x", "y"], "b": "^1"},}\r\n'
    )
    assert seen(Key("tsconfig.json", "a.b"), text) == [
        "1.4.0 @2",
        "invalid  @3: is a list, not a version",
        f"floating ^1 @3: {RANGE}",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1.4.0", ["1.4.0 @1"]),
        ("\ufeffa: 1.4.0 # pinned\r\n", ["1.4.0 @1"]),
        ("x: é😀\na: 'v1.4.0'\n", ["1.4.0 @2"]),
        ('a: &v !!str "1.4.0"\nb: *v\n', ["1.4.0 @1"]),
        ("b: &v 1.4.0\na: *v\n", ["1.4.0 @1"]),
        ("d: &d {a: 1.4.0}\n<<: *d\n", ["1.4.0 @1"]),
        ("d: &d\n  a: 1.4.0\n<<: [*d, {a: 9.9.9}]\n", ["1.4.0 @2"]),
        ("a: |\n  1.4.0\n", ["1.4.0 @2"]),
        ("a: >-\n\n  1.4.0\nb: 1\n", ["1.4.0 @3"]),
        ("? a\n: 1.4.0\n? [x, y]\n: 1\n", ["1.4.0 @2"]),
        ("a: 1.4.0\n---\nb: 1\n---\na: 1.5.0\n", ["1.4.0 @1", "1.5.0 @5"]),
        ("a: 1.4.0\na: 1.5.0\n", ["1.4.0 @1", "1.5.0 @2"]),
        ("a: 1.20\n", ["floating 1.20 @1: is only part of a version"]),
        ("a: ${VERSION}\n", ["floating ${VERSION} @1: is filled in elsewhere"]),
        ("a:\n", ["invalid  @1: is empty"]),
        ("a: {version: v1.4.0}\n", ["1.4.0 @1"]),
        (
            'a: "1.4\\x2E0"\n',
            ["invalid 1.4.0 @1: is put together in a way that cannot be edited in place"],
        ),
    ],
)
def test_yaml_values_are_found_in_every_document(text: str, expected: list[str]) -> None:
    """Anchors, aliases, merges, tags, quotes and blocks; numbers keep their text."""
    assert seen(Key("values.yaml", "a"), text) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("package.version", "0.1.0 @3"),
        ("dependencies.acme", "1.4.0 @6"),
        ("dependencies.acme.version", "1.4.0 @6"),
        ("dependencies.plain", "1.4.0 @7"),
        ("dependencies.own", "1.4.0 @11"),
        ("bin.1.version", "1.4.0 @18"),
        ("bin.1", "1.4.0 @18"),
        ("bin.0", "floating  @13: is a table that names no version"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_toml_values_are_found_as_cargo_and_poetry_write_them(key: str, expected: str, newline: str) -> None:
    """Plain, in a table, in a list of tables."""
    assert seen(Key("Cargo.toml", key), CARGO.replace("\n", newline)) == [expected]


def test_poetry_lists_one_table_for_each_python() -> None:
    """Each of them is a pin."""
    text = (
        '[tool.poetry.dependencies]\nacme = [\n {version = "1.3.0", python = "<3.9"},\n {version = "1.4.0"},\n]\n'
    )
    assert seen(Key("pyproject.toml", "tool.poetry.dependencies.acme"), text) == ["1.3.0 @3", "1.4.0 @4"]


def test_keys_with_dots_stand_in_quotes() -> None:
    """And @ and / need none."""
    assert seen(Key("package.json", 'dependencies."@acme/runtime.js"'), PACKAGE % "1") == ["1.4.0 @4"]
    assert split_path(r'a."b.\"c\\".@d/e.0') == ("a", 'b."c\\', "@d/e", "0")


@pytest.mark.parametrize(
    ("file", "key", "text"),
    [
        ("a.json", "a.b", "{}"),
        ("a.json", "a.b", '{"a": "1.4.0"}'),
        ("a.json", "a.1", '{"a": ["1.4.0"]}'),
        ("a.json", "a.b", '{"a": [{"b": "1.4.0"}]}'),
        ("a.json", "a", '"1.4.0"'),
        ("a.yml", "a", ""),
        ("a.yml", "a", "# a: 1.4.0\n"),
        ("a.toml", "a.b", "a = 1\n"),
    ],
)
def test_a_key_that_is_not_there_is_absent(file: str, key: str, text: str) -> None:
    """Also where the path ends too early."""
    assert absent(Key(file, key), text) == f"no key {key}"


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("a.json", "", ("is no valid JSON: a value was expected", 1)),
        ("a.json", '{\n"a" 1}', ("is no valid JSON: a colon was expected", 2)),
        ("a.json", '{"a": 1', ("is no valid JSON: a comma or a closing bracket was expected", 1)),
        ("a.json", '{"a": 1]', ("is no valid JSON: a comma or a closing bracket was expected", 1)),
        ("a.json", "[1, , 2]", ("is no valid JSON: a value was expected", 1)),
        ("a.json", "{,}", ("is no valid JSON: a key in quotes was expected", 1)),
        ("a.json", "{a: 1}", ("is no valid JSON: a key in quotes was expected", 1)),
        ("a.json", '\n"x', ("is no valid JSON: the end of a string or of a comment was expected", 2)),
        ("a.json", r'"\q"', ("is no valid JSON: an escape that JSON knows was expected", 1)),
        ("a.json", "{} {}", ("is no valid JSON: nothing more was expected", 1)),
        ("a.json", "01", ("is no valid JSON: a value was expected", 1)),
        ("a.json", "[" * 200, ("is nested more than 100 levels deep", 1)),
        ("a.yml", "- " * 200, ("is nested more than 100 levels deep", 1)),
        ("a.yml", "[" * 5000, ("is nested more than 100 levels deep", 1)),
        ("a.yml", "a: *x\n", ("is no valid YAML: no anchor &x", 1)),
        ("a.yml", "a: [\n", ("is no valid YAML: did not find expected node content", 2)),
        ("a.yml", "a: \x00", ("is no valid YAML: control characters are not allowed", 0)),
        ("a.toml", "a = \n", ("is no valid TOML: a value was expected", 1)),
        ("a.toml", "a = soon\n", ("is no valid TOML: a value was expected", 1)),
        ("a.toml", "\na = 1 2\n", ("is no valid TOML: the end of the line was expected", 2)),
        ("a.toml", 'a = "x\n"', ("is no valid TOML: the end of a string was expected", 1)),
        ("a.toml", "[a\n", ("is no valid TOML: ']' was expected", 1)),
        ("a.toml", "a = 1\n[a.b]\n", ("is no valid TOML: a key that is no value yet was expected", 2)),
        ("a.toml", "a = " + "[" * 200, ("is nested more than 100 levels deep", 1)),
        ("a.toml", "a." * 200 + "a = 1", ("is nested more than 100 levels deep", 1)),
        ("a.toml", "<<<<<<< HEAD\n", ("is no valid TOML: a key was expected", 1)),
    ],
)
def test_a_file_that_is_not_of_its_format_is_damaged(file: str, text: str, expected: tuple[str, int]) -> None:
    """What was expected, and the line."""
    assert damaged(Key(file, "a"), text) == expected


def test_an_alias_bomb_costs_nothing() -> None:
    """Nodes are shared, never copied, and each is looked at once."""
    levels = ["a0: &a0 {k: 1.4.0}"]
    levels += [f"a{n}: &a{n} {{k: *a{n - 1}, k: *a{n - 1}, k: *a{n - 1}}}" for n in range(1, 60)]
    assert seen(Key("a.yml", "a59" + ".k" * 60), "\n".join(levels)) == ["1.4.0 @1"]


@pytest.mark.parametrize(
    ("file", "key", "message"),
    [
        ("Makefile", "a", "tells no format"),
        ("renovate.json5", "a", "use regex"),
        ("a.json", "", "character 1"),
        ("a.json", "a..b", "character 3"),
        ("a.json", "a.", "character 3"),
        ("a.json", 'a."b', "character 3"),
        ("a.json", '"a"b', "a dot was expected"),
    ],
)
def test_a_pin_that_cannot_work_is_refused(file: str, key: str, message: str) -> None:
    """With a sentence for whoever wrote it."""
    with pytest.raises(ValueError, match=message):
        Key(file, key)


def test_two_parts_are_a_whole_version_to_pep_440() -> None:
    """24.1 is what packaging itself is called."""
    assert seen(Key("a.toml", "a"), 'a = "24.1"', PEP440) == ["24.1 @1"]
