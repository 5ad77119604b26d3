"""Reviews of pull requests. https://docs.gitea.com/api (repository, repoCreatePullReview)"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator import checks
from tests.emulator.gitea import shapes
from tests.emulator.gitea.call import when
from tests.emulator.gitea.pulls import one, requests_of

if TYPE_CHECKING:
    from tests.emulator.checks import ReviewRow
    from tests.emulator.gitea.call import Call
    from tests.emulator.records import PullRequest
    from tests.emulator.routes import Router
    from tests.emulator.wire import Response

PATH = "/repos/{owner}/{repo}/pulls/{index}/reviews"
STATES = {"CHANGES_REQUESTED": "REQUEST_CHANGES", "COMMENTED": "COMMENT"}
EVENTS = {"APPROVED": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def register(router: Router) -> None:
    router.route("GET", PATH, scope=("repository",))(listing)
    router.route("POST", PATH, scope=("repository",), token=True)(create)


def _shape(call: Call, pull: PullRequest, row: ReviewRow) -> dict[str, Any]:
    html = f"{call.url}/{pull.repository.full_name}/pulls/{pull.number}"
    return {
        "id": row.id,
        "user": shapes.person(call, row.author),
        "team": None,
        "state": STATES.get(row.state, row.state),
        "body": "",
        "commit_id": row.commit,
        "stale": row.commit != pull.head_tip,
        "official": checks.counts(pull, row),
        "dismissed": row.dismissed,
        "comments_count": 0,
        "submitted_at": when(row.submitted_at),
        "updated_at": when(row.submitted_at),
        "html_url": f"{html}#issuecomment-{row.id}",
        "pull_request_url": html,
    }


def listing(call: Call) -> Response:
    repo = requests_of(call)
    pull = one(call, repo)
    return call.page(pull.reviews, lambda row: _shape(call, pull, row))


def create(call: Call) -> Response:
    """Submit a review; Gitea's own words for the two that it refuses."""
    repo = requests_of(call)
    pull = one(call, repo)
    body = call.body()
    event = body.get("event") or ""
    mine = pull.author == call.caller.login
    if event == "APPROVED" and mine:
        call.refuse(422, "approve your own pull is not allowed")
    if event == "REQUEST_CHANGES" and mine:
        call.refuse(422, "reject your own pull is not allowed")
    if pull.state != "open":
        call.refuse(422, "can't submit review for a closed or merged PR")
    state = EVENTS.get(event)
    if state is None:
        call.refuse(422, "review event is required")
    row = repo.review(pull.number, call.caller.login or "", state, commit=body.get("commit_id") or None)
    return call.json(_shape(call, pull, row))
