"""The bump branch's name, and what a name says of its bump."""

import pytest

from tests.bump import cases


@pytest.mark.parametrize(
    ("template", "branch", "version"),
    [
        ("bump/{source}-{version}", "bump/runtime-1.4.0", "1.4.0"),
        ("bump/{source}-{version}", "bump/runtime-1.4.0-rc.1", "1.4.0-rc.1"),
        ("bump/{source}-{version}", "bump/runtime-", None),
        ("bump/{source}-{version}", "bump/runtime-v1.4.0", None),
        ("bump/{source}-{version}", "bump/other-1.4.0", None),
        ("bump/{source}-{version}", "x/bump/runtime-1.4.0", None),
        ("{version}/{source}", "1.4.0/runtime", "1.4.0"),
        ("{version}", "1.4.0", "1.4.0"),
        ("b/{version}/{source}-{version}", "b/1.4.0/runtime-1.4.0", "1.4.0"),
        ("b/{version}/{source}-{version}", "b/1.4.0/runtime-1.3.0", None),
        ("b/{version}/{source}-{version}", "b/1.4.0/runtime-1.10.0", None),
        ("b/{version}/{source}-{version}", "b/x", None),
    ],
)
def test_a_branch_tells_its_version_where_the_template_fits_it_whole(template, branch, version) -> None:
    found = cases.config(f"propagate: {{branch: '{template}'}}\n").bump_version(branch)
    assert (found.text if found else None) == version


@pytest.mark.parametrize(
    ("template", "piece"),
    [("bump/{source}-{version}", "bump/runtime-"), ("{version}/{source}", "/runtime"), ("{version}", "")],
)
def test_a_forge_is_asked_for_what_every_bump_branch_holds(template, piece) -> None:
    assert cases.config(f"propagate: {{branch: '{template}'}}\n").bump_search_term == piece


def test_templates_are_filled_by_plain_replacement() -> None:
    assert cases.bump_target().fill("{source} {version} {version.text} %s {{version}}") == (
        "runtime 1.4.0 {version.text} %s {1.4.0}"
    )
