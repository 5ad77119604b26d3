"""Mutations on pull requests, and what every mutation checks first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator import checks
from tests.emulator import faulttexts as texts
from tests.emulator.github import permission as permissions
from tests.emulator.github.graphql.connections import cursor
from tests.emulator.github.graphql.owners import actor
from tests.emulator.github.graphql.pulls import CommentNode, PullRequestNode, ReviewNode
from tests.emulator.github.graphql.query import find_node
from tests.emulator.github.graphql.session import DeniedError, Session
from tests.emulator.github.rest.pulls import check_new
from tests.emulator.records import AutoMerge

if TYPE_CHECKING:
    from tests.emulator.records import PullRequest
    from tests.emulator.repository import Repository


METHODS = {"MERGE": "Merge commits", "SQUASH": "Squash merges", "REBASE": "Rebase merges"}


class PullMutations:
    """What can be done to pull requests."""

    def __init__(self, session: Session) -> None:
        self.session = session

    # what every mutation needs ---------------------------------------------------------------------------

    def node(self, text: str, kind: str) -> Any:
        """The node of an id; raises NOT_FOUND when it is none of that kind."""
        found = find_node(self.session, text)
        if found is None or found.graphql_type != kind:
            raise DeniedError("NOT_FOUND", f"Could not resolve to a node with the global id of '{text}'")
        return found

    def writable(self, known: Repository, permission: str, mutation: str, *, reader: bool = False) -> Repository:
        """The repository, when this caller may change it; `reader`: reading it is enough."""
        session = self.session
        session.require(known, permission, "write")
        if permissions.rank(session.caller, known) < 2 and not reader:
            if permissions.kind(session.caller) not in permissions.SCOPED:
                raise session.lacking()
            login = session.caller.login
            text = f"{login} does not have the correct permissions to execute `{mutation}`"
            raise DeniedError("FORBIDDEN", text)
        if known.archived:
            # sourcegraph/sourcegraph-public-snapshot recorded it for createPullRequest and updatePullRequest.
            raise DeniedError("UNPROCESSABLE", "Repository was archived so is read-only")
        return known

    def echo(self, input: dict[str, Any]) -> dict[str, Any]:
        mine = actor(self.session, self.session.caller.login)
        return {"clientMutationId": input.get("clientMutationId"), "actor": mine}

    def _pull(self, text: str, mutation: str) -> PullRequestNode:
        node = self.node(text, "PullRequest")
        mine = node.pull.author == self.session.caller.login
        self.writable(node.pull.repository, "pull_requests", mutation, reader=mine)
        return node

    def _answer(self, input: dict[str, Any], pull: PullRequest) -> dict[str, Any]:
        self.session.world.revision += 1
        repository = self.node(f"R_{pull.repository.id}", "Repository")
        return {**self.echo(input), "pullRequest": PullRequestNode(repository, pull)}

    # opening, closing, editing ---------------------------------------------------------------------------

    def createPullRequest(self, input: dict[str, Any]) -> dict[str, Any]:
        repository = self.node(input["repositoryId"], "Repository")
        known = self.writable(repository.repository, "pull_requests", "CreatePullRequest", reader=True)
        settings = self.session.world.settings
        if permissions.kind(self.session.caller) == "job" and not settings.actions_may_open_pulls:
            raise DeniedError("FORBIDDEN", texts.NO_ACTIONS_PULLS.rstrip(".") + " (createPullRequest)")
        source, branch = self._head(input, known)
        base = input["baseRefName"].removeprefix("refs/heads/")
        errors = check_new(known, source, branch, base)
        if errors or source is None:
            fields = [e.get("message") or f"{e['field'].capitalize()} sha can't be blank" for e in errors]
            raise DeniedError("UNPROCESSABLE", ", ".join(fields))
        pull = self.session.world.open_pull(
            known,
            source,
            branch,
            base,
            title=input["title"],
            body=input.get("body") or "",
            author=self.session.caller.login or "",
            draft=bool(input.get("draft")),
        )
        return self._answer(input, pull)

    def _head(self, input: dict[str, Any], known: Repository) -> tuple[Repository | None, str]:
        branch = input["headRefName"].removeprefix("refs/heads/")
        source = known
        if input.get("headRepositoryId"):
            source = self.node(input["headRepositoryId"], "Repository").repository
        owner, colon, name = branch.rpartition(":")
        if colon and owner.lower() != known.owner.login.lower():
            forks = [r for r in self.session.world.repositories.values() if r.parent is known]
            source = next((r for r in forks if r.owner.login.lower() == owner.lower()), None)
        return source, name

    def closePullRequest(self, input: dict[str, Any]) -> dict[str, Any]:
        pull = self._pull(input["pullRequestId"], "ClosePullRequest").pull
        if pull.state == "open":
            self.session.world.close(pull, self.session.caller.login)
        return self._answer(input, pull)

    def reopenPullRequest(self, input: dict[str, Any]) -> dict[str, Any]:
        pull = self._pull(input["pullRequestId"], "ReopenPullRequest").pull
        if pull.merged or pull.branch_gone:
            raise DeniedError("UNPROCESSABLE", "Could not open the pull request.")
        self.session.world.reopen(pull)
        return self._answer(input, pull)

    def updatePullRequest(self, input: dict[str, Any]) -> dict[str, Any]:
        pull = self._pull(input["pullRequestId"], "UpdatePullRequest").pull
        pull.title = input.get("title") or pull.title
        pull.body = input["body"] if input.get("body") is not None else pull.body
        if input.get("labelIds") is not None:
            pull.labels = [self.node(one, "Label").label for one in input["labelIds"]]
        if input.get("state") == "CLOSED" and pull.state == "open":
            self.session.world.close(pull, self.session.caller.login)
        pull.updated_at = self.session.world.now()
        return self._answer(input, pull)

    def convertPullRequestToDraft(self, input: dict[str, Any]) -> dict[str, Any]:
        return self._set_draft(input, "ConvertPullRequestToDraft", draft=True)

    def markPullRequestReadyForReview(self, input: dict[str, Any]) -> dict[str, Any]:
        return self._set_draft(input, "MarkPullRequestReadyForReview", draft=False)

    def _set_draft(self, input: dict[str, Any], mutation: str, *, draft: bool) -> dict[str, Any]:
        pull = self._pull(input["pullRequestId"], mutation).pull
        pull.draft = draft
        return self._answer(input, pull)

    # merging ---------------------------------------------------------------------------------------------

    def enablePullRequestAutoMerge(self, input: dict[str, Any]) -> dict[str, Any]:
        """Waits for what is required; refused where nothing is, as the pull request could be merged at once.

        Two refusals: a branch without protection, https://github.com/hatena/Hatena-Blog-Workflows-Boilerplate/issues/12,
        and one whose protection is satisfied already, which glunk-works/claude-workbench recorded.
        """
        node = self._pull(input["pullRequestId"], "EnablePullRequestAutoMerge")
        pull = node.pull
        if not pull.repository.auto_merge_allowed:
            raise DeniedError("UNPROCESSABLE", "Pull request Auto merge is not allowed for this repository")
        method = input.get("mergeMethod") or "MERGE"
        if method.lower() not in pull.repository.merge_methods:
            text = f"Merge method {METHODS[method].lower()} are not allowed on this repository"
            raise DeniedError("UNPROCESSABLE", text)
        if pull.draft:
            raise DeniedError("UNPROCESSABLE", "Pull request Pull request is in draft state")
        if not pull.repository.protects(pull.base_branch):
            raise DeniedError(
                "UNPROCESSABLE", "Pull request Protected branch rules not configured for this branch"
            )
        if node.mergeStateStatus in {"CLEAN", "UNSTABLE"}:
            state = node.mergeStateStatus.lower()
            raise DeniedError("UNPROCESSABLE", f"Pull request Pull request is in {state} status")
        pull.auto_merge = AutoMerge(self.session.caller.login or "", method)
        return self._answer(input, pull)

    def disablePullRequestAutoMerge(self, input: dict[str, Any]) -> dict[str, Any]:
        pull = self._pull(input["pullRequestId"], "DisablePullRequestAutoMerge").pull
        pull.auto_merge = None
        return self._answer(input, pull)

    def mergePullRequest(self, input: dict[str, Any]) -> dict[str, Any]:
        node = self._pull(input["pullRequestId"], "MergePullRequest")
        self.writable(node.pull.repository, "contents", "MergePullRequest")
        if input.get("expectedHeadOid") not in {None, node.headRefOid}:
            raise DeniedError("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.")
        refused = self._why_not_merged(node, input.get("mergeMethod") or "MERGE")
        if refused:
            raise DeniedError("UNPROCESSABLE", refused)
        self.session.world.merge(node.pull, self.session.caller.login or "")
        return self._answer(input, node.pull)

    def _why_not_merged(self, node: PullRequestNode, method: str) -> str:
        """What the rules of the base branch say, in GitHub's words."""
        pull = node.pull
        if node.mergeStateStatus == "DRAFT":
            return "Pull Request is still a draft"
        if node.mergeStateStatus == "DIRTY":
            # The words since 2026, by REST as well: https://github.com/openclaw/clawsweeper
            return "Pull Request has merge conflicts"
        if node.state != "OPEN" or node.mergeStateStatus == "UNKNOWN":
            return "Pull Request is not mergeable"
        if method.lower() not in pull.repository.merge_methods:
            return f"{METHODS[method]} are not allowed on this repository."
        missing = checks.missing_check(pull)
        if missing:
            return f'Required status check "{missing}" is expected.'
        wanted = pull.repository.approvals_for(pull.base_branch)
        if checks.decision(pull) == "REVIEW_REQUIRED":
            return f"At least {wanted} approving review is required by reviewers with write access."
        if checks.decision(pull) == "CHANGES_REQUESTED":
            return "Changes have been requested"
        return ""

    def addPullRequestReview(self, input: dict[str, Any]) -> dict[str, Any]:
        """Submit a review, or keep it pending without an event, which is not emulated."""
        node = self.node(input["pullRequestId"], "PullRequest")
        pull = node.pull
        self.writable(pull.repository, "pull_requests", "AddPullRequestReview", reader=True)
        event = input.get("event")
        settings = self.session.world.settings
        if (
            event == "APPROVE"
            and permissions.kind(self.session.caller) == "job"
            and not settings.actions_may_open_pulls
        ):
            raise DeniedError("FORBIDDEN", texts.NO_ACTIONS_PULLS.rstrip(".") + " (addPullRequestReview)")
        if event in {"APPROVE", "REQUEST_CHANGES"} and pull.author == self.session.caller.login:
            what = "approve" if event == "APPROVE" else "request changes on"
            raise DeniedError("UNPROCESSABLE", f"Review Can not {what} your own pull request")
        state = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}.get(event or "", "COMMENTED")
        row = pull.repository.review(
            pull.number, self.session.caller.login or "", state, commit=input.get("commitOID")
        )
        answer = self._answer(input, pull)
        return {
            **self.echo(input),
            "pullRequestReview": ReviewNode(answer["pullRequest"], row),
            "reviewEdge": None,
        }

    # talking ---------------------------------------------------------------------------------------------

    def addComment(self, input: dict[str, Any]) -> dict[str, Any]:
        node = self.node(input["subjectId"], "PullRequest")
        known = self.writable(node.pull.repository, "issues", "AddComment", reader=True)
        comment = known.comment(node.pull.number, input["body"], self.session.caller.login)
        edge = {"node": CommentNode(node, comment), "cursor": cursor(len(node.pull.comments) - 1)}
        return {**self.echo(input), "subject": node, "commentEdge": edge}

    def addLabelsToLabelable(self, input: dict[str, Any]) -> dict[str, Any]:
        node = self.node(input["labelableId"], "PullRequest")
        # for a pull request's labels its own permission is enough
        self.writable(node.pull.repository, "pull_requests", "AddLabelsToLabelable")
        for one in input["labelIds"]:
            label = self.node(one, "Label").label
            if label not in node.pull.labels:
                node.pull.labels.append(label)
        return {**self.echo(input), "labelable": self._answer(input, node.pull)["pullRequest"]}

    def requestReviews(self, input: dict[str, Any]) -> dict[str, Any]:
        pull = self._pull(input["pullRequestId"], "RequestReviews").pull
        names = [self.node(one, "User").login for one in input.get("userIds") or []]
        if pull.author in names:
            raise DeniedError("UNPROCESSABLE", "Review cannot be requested from pull request author.")
        kept = pull.reviewers if input.get("union") else []
        pull.reviewers = [*kept, *(n for n in names if n not in kept)]
        return self._answer(input, pull)
