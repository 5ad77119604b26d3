"""The page about the configuration says what the program does."""

import re
from pathlib import Path

import pytest

from consumer_drift.config import LOCATIONS
from consumer_drift.config.json_schema import json_schema
from scripts.configuration_docs import END, REFERENCE, START, main, with_reference
from scripts.configuration_tables import reference
from tests.config.loading import config_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / REFERENCE).read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_tables_are_up_to_date() -> None:
    assert with_reference(PAGE) == PAGE, "run: make generate"


def test_every_key_has_its_row() -> None:
    schema = json_schema()
    keys = [key for table in (schema, *schema["definitions"].values()) for key in table["properties"]]
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", reference(), re.MULTILINE)) == sorted(keys)


def test_the_places_are_listed_in_the_order_they_are_searched() -> None:
    listed = PAGE.partition("<!-- locations -->")[2].partition("<!-- end of locations -->")[0]
    assert tuple(re.findall(r"`(.*?)`", listed)) == LOCATIONS


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_loads(example: str) -> None:
    assert config_of(example).consumers


def test_both_files_are_written_again(tmp_path: Path) -> None:
    page = tmp_path / REFERENCE
    page.parent.mkdir()
    page.write_text(f"before\n{START}\nold\n{END}\nafter\n", encoding="utf-8")
    main(tmp_path)
    assert page.read_text(encoding="utf-8") == f"before\n{START}\n\n{reference()}\n{END}\nafter\n"
    assert (tmp_path / "schema/consumer-drift.schema.json").exists()


def test_a_page_without_the_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="lacks the marks"):
        with_reference("nothing")
