"""The JSON Schema tells editors what the loader takes."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from consumer_drift import __version__, links
from consumer_drift.config import LOCATIONS
from consumer_drift.config.json_schema import json_schema
from scripts.configuration_docs import CATALOG, SCHEMA, catalog_text, schema_text
from tests.config import test_convert, test_cross_checks, test_error_messages, test_types
from tests.config.loading import whole
from tests.config.test_loader import EVERY_KEY

ROOT = Path(__file__).parents[2]


class EditorLoader(yaml.SafeLoader):
    """Reads dates as texts, as YAML 1.2 does and with it the editors."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way to be told
        first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(("timestamp", "merge"))]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


VALIDATOR = jsonschema.Draft7Validator(json_schema())

# What one value alone does not tell: texts with a grammar of their own, and what two keys say together.
BEYOND_A_SCHEMA = (
    "is longer than policy.grace",
    "twice", "there is no pin", "nothing to check", "same pin", "is exempt", "is not a placeholder",
    "calendar", "all entries read one", "names no place", "control character", "no repository's name",
    "not a valid branch", "is not an action", "is not an image name", "exactly once", "not an owner's name",
)  # fmt: skip


def complaints(text: str) -> list[str]:
    document: Any = yaml.load(text, Loader=EditorLoader)
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_schema_of_the_draft_that_all_editors_know() -> None:
    jsonschema.Draft7Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_nothing_beside_a_reference_would_be_missed() -> None:
    """A validator of this draft reads the reference alone."""

    def beside(node: Any) -> set[str]:
        if isinstance(node, list):
            return set().union(*map(beside, node)) if node else set()
        if not isinstance(node, dict):
            return set()
        return set().union(set(node) if "$ref" in node else set(), *map(beside, node.values()))

    assert beside(json_schema()) <= {"$ref", "description", "default"}


def test_its_address_is_the_file_at_the_tag_of_the_major_version() -> None:
    """Editors fetch it there, and the page shows the line that makes them do it."""
    address = json_schema()["$id"]
    assert address == links.SCHEMA
    assert address.startswith(
        f"https://raw.githubusercontent.com/{links.REPOSITORY}/v{__version__.split('.')[0]}/"
    )
    assert (ROOT / address.partition("/v1/")[2]).read_text(encoding="utf-8") == schema_text()
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"# yaml-language-server: $schema={address}\n" in page


def test_the_entry_for_the_catalog_matches_every_place_of_the_configuration() -> None:
    text = (ROOT / CATALOG).read_text(encoding="utf-8")
    assert text == catalog_text(), "run: make generate"
    entry = json.loads(text)
    assert set(entry) == {"name", "description", "fileMatch", "url"}
    assert all(location.rpartition("/")[2] in entry["fileMatch"] for location in LOCATIONS)


def test_the_committed_schema_is_up_to_date() -> None:
    committed = (ROOT / SCHEMA).read_text(encoding="utf-8")
    assert committed == schema_text(), "run: make generate"
    assert json.loads(committed) == json_schema()


def test_every_key_has_a_description() -> None:
    schema = json_schema()
    for table in (schema, *schema["definitions"].values()):
        assert table["additionalProperties"] is False
        for key, value in table["properties"].items():
            assert value["description"].endswith("."), key


def test_it_takes_a_file_with_every_key() -> None:
    assert complaints(EVERY_KEY) == []


@pytest.mark.parametrize(
    "text",
    ["reconcile: off\n", "reconcile: yes\n", "owner: 123\n", "source: {version: 1.20}\nscheme: pep440\n",
     "source: [{release: latest}, {tags: 'v{version}'}]\n", "propagate: {auto-merge: squash}\n",
     "land: true\n", "land: off\n", "land: {checks: none, most: 3}\n",
     "consumers: [a, b/c, {name: d, branch: 1.20, pins: [], forbid: [x/]}]\n"],
)  # fmt: skip
def test_it_takes_every_way_to_write_a_value(text: str) -> None:
    assert complaints(whole(text)) == []


@pytest.mark.parametrize(
    ("text", "messages"),
    [*test_error_messages.MISTAKES, *test_types.MISTAKES, *test_cross_checks.MISTAKES, *test_convert.MISTAKES],
)
def test_it_refuses_what_the_loader_refuses_where_a_schema_can(text: str, messages: list[str]) -> None:
    if all(any(part in message for part in BEYOND_A_SCHEMA) for message in messages):
        return
    assert complaints(whole(text))
