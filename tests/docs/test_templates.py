"""The forms for issues and pull requests are ones that GitHub accepts, and name what exists.

https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

from __future__ import annotations

import re

import pytest
import yaml

from consumer_drift import links
from tests.docs.sentences import ROOT

FORMS = sorted(file for file in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if file.name != "config.yml")
# The fields of each element, required ones first.
ATTRIBUTES = {
    "markdown": ({"value"}, set()),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
}


def test_there_are_forms() -> None:
    assert [form.stem for form in FORMS] == ["bug", "feature"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_has_what_github_requires(form: object) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert {"name", "description", "body"} <= set(content) <= {"name", "description", "body", "labels", "title"}
    asked = [element for element in content["body"] if element["type"] != "markdown"]
    assert asked, "a form needs at least one field"
    for element in content["body"]:
        required, optional = ATTRIBUTES[element["type"]]
        given = set(element["attributes"])
        assert required <= given <= required | optional
    for fields in ([element["id"] for element in asked], [element["attributes"]["label"] for element in asked]):
        assert len(fields) == len(set(fields))
    for element in asked:
        assert re.fullmatch(r"[\w-]+", element["id"])
        # YAML reads some words as booleans, and GitHub refuses those as options.
        assert all(isinstance(option, str) for option in element["attributes"].get("options", []))


def test_the_links_of_the_chooser_are_whole() -> None:
    config = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8"))
    for link in config["contact_links"]:
        assert set(link) == {"name", "url", "about"}
        assert link["url"].startswith((links.DOCUMENTATION, links.REPOSITORY_PAGE))


def test_the_checklist_names_targets_of_make_that_exist() -> None:
    checklist = (ROOT / ".github" / "pull_request_template.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z]+)`", checklist)) <= set(targets)
