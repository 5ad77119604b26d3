"""Mutations: their documents, with every value as a variable, and sending them at the pace that GitHub asks for.

https://docs.github.com/en/graphql/reference/mutations
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consumer_drift.forges.github import write_errors
from consumer_drift.forges.github.query_builder import PULL_REQUEST
from consumer_drift.forges.writing import RUN_AGAIN
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.forges.http.throttle import WriteThrottle


# The fields of a mutation run one after the other, so the branch exists when the commit is made.
COMMIT_ON_NEW_BRANCH = """
mutation($ref: CreateRefInput!, $commit: CreateCommitOnBranchInput!) {
  ref: createRef(input: $ref) { ref { id } }
  commit: createCommitOnBranch(input: $commit) { commit { oid } }
}"""


COMMIT = """
mutation($commit: CreateCommitOnBranchInput!) {
  commit: createCommitOnBranch(input: $commit) { commit { oid } }
}"""


OPEN = f"""
mutation($pull: CreatePullRequestInput!) {{
  pull: createPullRequest(input: $pull) {{ pullRequest {{ ...PullRequestFields }} }}
}}{PULL_REQUEST}"""


UPDATE = """
mutation($pull: UpdatePullRequestInput!) {
  pull: updatePullRequest(input: $pull) { pullRequest { id } }
}"""


MERGE = """
mutation($merge: MergePullRequestInput!) {
  merge: mergePullRequest(input: $merge) { pullRequest { id } }
}"""


APPROVE = """
mutation($review: AddPullRequestReviewInput!) {
  review: addPullRequestReview(input: $review) { pullRequestReview { id } }
}"""


DELETE = """
mutation($ref: DeleteRefInput!) {
  ref: deleteRef(input: $ref) { clientMutationId }
}"""


_FINISH = {
    "reviews": ("RequestReviewsInput!", "requestReviews", "clientMutationId"),
    "labels": ("AddLabelsToLabelableInput!", "addLabelsToLabelable", "clientMutationId"),
    "merge": ("EnablePullRequestAutoMergeInput!", "enablePullRequestAutoMerge", "clientMutationId"),
    # Last: the text says that the parts before it were tried.
    "pull": ("UpdatePullRequestInput!", "updatePullRequest", "clientMutationId"),
}


def finish(inputs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one document for what a new pull request still needs: the parts that have *inputs*."""
    used = [(name, *_FINISH[name]) for name in _FINISH if name in inputs]
    declared = ", ".join(f"${name}: {kind}" for name, kind, _, _ in used)
    body = "".join(f"\n  {name}: {field}(input: ${name}) {{ {shown} }}" for name, _, field, shown in used)
    return f"mutation({declared}) {{{body}\n}}"


class Mutations:
    """Sends mutations with one token."""

    def __init__(self, client: GitHubClient, throttle: WriteThrottle) -> None:
        self._client = client
        self._throttle = throttle

    def send(self, document: str, inputs: Mapping[str, Any], asked: str) -> GraphResponse | Failure:
        """Return the answer to a document, which may have errors about its fields. *asked* is for messages."""
        held = self._throttle.wait()
        if held is not None:
            return held
        reply = self._client.graphql(document, inputs, asked, writes=True)
        return write_errors.of_write(reply) if isinstance(reply, Failure) else reply


def failure_of(reply: GraphResponse | Failure, asked: str, *names: str) -> Failure | None:
    """Return why one of the fields *names* was not carried out, or None if all of them were."""
    if isinstance(reply, Failure):
        return reply
    for name in names:
        errors = (*reply.errors_at(name), *reply.global_errors)
        if errors:
            return write_errors.of_error(errors[0], asked)
    missing = [name for name in names if reply.data.get(name) is None]
    return unexplained(asked) if missing else None


def unexplained(asked: str) -> Failure:
    """Return the failure of a field that is null without an error."""
    return Failure(Reason.UNEXPECTED, f"GitHub did nothing about {asked} and gave no reason", RUN_AGAIN)
