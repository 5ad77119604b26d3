"""The mutations we send, each document one step of a bump.

https://docs.github.com/en/graphql/reference/mutations
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# The fields of one document run one after the other: the branch is there when the commit is made.
COMMIT_ON_NEW_BRANCH = """
mutation($ref: CreateRefInput!, $commit: CreateCommitOnBranchInput!) {
  ref: createRef(input: $ref) { ref { id } }
  commit: createCommitOnBranch(input: $commit) { commit { oid } }
}"""

COMMIT = """
mutation($commit: CreateCommitOnBranchInput!) {
  commit: createCommitOnBranch(input: $commit) { commit { oid } }
}"""

OPEN = """
mutation($pull: CreatePullRequestInput!) {
  pull: createPullRequest(input: $pull) {
    pullRequest {
      id number url title body state createdAt headRefName baseRefName isCrossRepository
      repository { nameWithOwner }
      author { login }
    }
  }
}"""

UPDATE = """
mutation($pull: UpdatePullRequestInput!) {
  pull: updatePullRequest(input: $pull) { pullRequest { id } }
}"""

DELETE = """
mutation($ref: DeleteRefInput!) {
  ref: deleteRef(input: $ref) { clientMutationId }
}"""

_FINISH = {
    "reviews": ("RequestReviewsInput!", "requestReviews", "clientMutationId"),
    "labels": ("AddLabelsToLabelableInput!", "addLabelsToLabelable", "clientMutationId"),
    "merge": ("EnablePullRequestAutoMergeInput!", "enablePullRequestAutoMerge", "clientMutationId"),
    # Last: the text says that everything before it was tried.
    "pull": ("UpdatePullRequestInput!", "updatePullRequest", "clientMutationId"),
}


def finish(inputs: Mapping[str, Mapping[str, Any]]) -> str:
    """One document for all that a new pull request still needs: those of its parts that have *inputs*."""
    used = [(name, *_FINISH[name]) for name in _FINISH if name in inputs]
    declared = ", ".join(f"${name}: {kind}" for name, kind, _, _ in used)
    body = "".join(f"\n  {name}: {field}(input: ${name}) {{ {shown} }}" for name, _, field, shown in used)
    return f"mutation({declared}) {{{body}\n}}"
