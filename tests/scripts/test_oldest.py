"""A lower bound in pyproject.toml is a version that the suite has run with."""

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from scripts.oldest import mistake


@pytest.mark.parametrize(
    ("requirement", "installed", "expected"),
    [
        ("click>=8.4", "8.4.0", ""),
        ("hishel>=0.1.5,<2", "0.1.5", ""),
        ("actions-toolkit==0.1.15", "0.1.15", ""),
        (
            "click>=8.1",
            "8.4.0",
            "click>=8.1 promises a version that was not tried: the oldest here is 8.4.0",
        ),
        ("hishel<2", "0.1.5", "hishel<2 has no lower bound: write >=0.1.5"),
    ],
)
def test_a_bound_that_was_not_tried_is_a_mistake(requirement: str, installed: str, expected: str) -> None:
    assert mistake(Requirement(requirement), Version(installed)) == expected
