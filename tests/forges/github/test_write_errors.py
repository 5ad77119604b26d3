"""What a refused mutation means, by the words that GitHub uses."""

import pytest

from consumer_drift.forges.github.responses import GraphError
from consumer_drift.forges.github.write_errors import of_error, of_write
from consumer_drift.model.result import Failure, Reason


@pytest.mark.parametrize(
    ("kind", "message", "reason"),
    [
        ("STALE_DATA", 'Expected branch to point to "a" but it did not. Pull and try again.', Reason.STALE),
        ("UNPROCESSABLE", "A ref named 'refs/heads/bump/x' already exists in the repository.", Reason.STALE),
        ("UNPROCESSABLE", "A pull request already exists for acme:bump/x.", Reason.STALE),
        ("UNPROCESSABLE", 'A ref named "refs/heads/bump/x" already exists in the repository.', Reason.STALE),
        # The branch that was made a moment ago, on a replica that does not have it yet.
        ("NOT_FOUND", "Branch not found", Reason.STALE),
        ("UNPROCESSABLE", "Repository was archived so is read-only", Reason.ARCHIVED),
        ("FORBIDDEN", "Repository rule violations found Cannot create ref", Reason.PROTECTED),
        ("BRANCH_PROTECTION_RULE_VIOLATION", "protected branch 'x' check failed: a rule", Reason.PROTECTED),
        ("UNPROCESSABLE", "Ref cannot be created", Reason.NAME_TAKEN),
        ("UNPROCESSABLE", "cannot lock ref 'refs/heads/bump/x': 'refs/heads/bump' exists", Reason.NAME_TAKEN),
        (
            "FORBIDDEN",
            "GitHub Actions is not permitted to create or approve pull requests (createPullRequest)",
            Reason.SETTING,
        ),
        (
            "FORBIDDEN",
            "refusing to allow an OAuth App to create or update workflow `x` without `workflow` scope",
            Reason.MISSING_SCOPE,
        ),
        ("FORBIDDEN", "Resource not accessible by integration", Reason.MISSING_SCOPE),
        ("FORBIDDEN", "bot does not have the correct permissions to execute `CreateRef`", Reason.READ_ONLY),
        ("NOT_FOUND", "Could not resolve to a node with the global id of 'R_1'", Reason.NOT_FOUND),
        ("UNPROCESSABLE", "something unknown", Reason.UNEXPECTED),
        ("", "Something went wrong while executing your query.", Reason.FORGE_ERROR),
    ],
)
def test_each_refusal_has_a_meaning_and_a_remedy(kind, message, reason) -> None:
    failure = of_error(GraphError(kind, ("commit",), message), "a commit")
    assert failure.reason is reason
    assert failure.remedy


def test_an_answer_as_a_whole_is_told_the_same_way() -> None:
    refused = Failure(Reason.DENIED, "GitHub denies it (403: 'Repository was archived')", "", status=403)
    assert of_write(refused).reason is Reason.ARCHIVED
    cut = Failure(Reason.CUT_SHORT, "the connection broke before archived so is read-only", "")
    assert of_write(cut) is cut
