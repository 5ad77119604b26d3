"""Which rules for branches are for a bump branch, and whether they let it be pushed."""

from __future__ import annotations

import pytest

from consumer_drift.forges.gitea.abilities import fits
from consumer_drift.forges.gitea.parse_rights import BranchRule, branch_rules
from consumer_drift.support.json_fields import JsonValue


@pytest.mark.parametrize(
    ("rule", "branch", "found"),
    [
        ("bump/runtime-1", "bump/runtime-1", True),
        ("Bump/Runtime-1", "bump/runtime-1", True),
        ("bump/*", "bump/runtime-1", True),
        ("bump/?untime-1", "bump/runtime-1", True),
        ("*", "bump/runtime-1", False),  # a star stays within its part
        ("**", "bump/runtime-1", True),
        ("release/*", "bump/runtime-1", False),
        ("{bump,main}/*", "bump/runtime-1", None),
        ("bump/[r]*", "bump/runtime-1", None),
    ],
)
def test_a_rule_is_for_a_branch_by_its_name(rule: str, branch: str, found: bool | None) -> None:
    assert fits(rule, branch) is found


def test_a_rule_is_open_closed_or_neither() -> None:
    row = {
        "rule_name": "bump/*",
        "enable_push": True,
        "enable_push_whitelist": False,
        "protected_file_patterns": "",
    }
    rows = [row, {**row, "enable_push": False}, {**row, "enable_push_whitelist": True}]
    rows += [{**row, "require_signed_commits": True}, {**row, "protected_file_patterns": "*.yml"}]
    neither = BranchRule("bump/*", is_open=False, is_closed=False)
    assert branch_rules(JsonValue(rows)) == (
        BranchRule("bump/*", is_open=True, is_closed=False),
        BranchRule("bump/*", is_open=False, is_closed=True),
        *(neither, neither, neither),
    )
