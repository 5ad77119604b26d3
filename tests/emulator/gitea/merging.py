"""Merging, now or when the checks succeed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.emulator import checks
from tests.emulator.gitea.pulls import is_draft, one, requests_of
from tests.emulator.records import AutoMerge
from tests.emulator.wire import Response

if TYPE_CHECKING:
    from tests.emulator.gitea.call import Call
    from tests.emulator.records import PullRequest
    from tests.emulator.routes import Router
    from tests.emulator.world import World

PATH = "/repos/{owner}/{repo}/pulls/{index}/merge"
STYLES = {"merge", "rebase", "rebase-merge", "squash", "fast-forward-only"}


def register(router: Router) -> None:
    write = {"scope": ("repository",), "token": True}
    router.route("POST", PATH, **write)(merge)
    router.route("GET", PATH, scope=("repository",))(is_merged)
    router.route("DELETE", PATH, **write)(cancel)


def settle(world: World) -> None:
    """Carry out the scheduled merges whose time has come: nothing is required, and a second has passed."""
    due = [p for p in world.scheduled if p.auto_merge and p.state == "open"]
    world.scheduled = due
    for pull in due:
        waiting = pull.auto_merge
        if waiting is None or waiting.due is None or world.now() < waiting.due:
            continue
        if not checks.is_blocked(pull):
            world.merge(pull, waiting.user, delete_branch=waiting.delete_branch)


def merge(call: Call) -> Response:
    repo = requests_of(call)
    call.writable(repo)
    body = call.body()
    pull = one(call, repo)
    style = body.get("Do") or body.get("do") or ""
    if not style:
        call.refuse(422, "[Do]: Required")
    later = bool(body.get("merge_when_checks_succeed"))
    if pull.merged:
        call.refuse(405, "The PR is already merged")
    if pull.state != "open":
        call.not_found()
    if not call.caller.writes(repo):
        call.refuse(405, "User not allowed to merge PR")
    if is_draft(pull):
        call.refuse(405, "Work in progress PRs cannot be merged")
    if pull.checking:
        # it is computed in the background, whoever asks
        pull.checking -= 1
        call.refuse(405, "Please try again later")
    if not call.world.objects.merges(pull.base_tip, pull.head_tip):
        call.refuse(405, "Please try again later")
    delete = bool(body.get("delete_branch_after_merge"))
    if later:
        return _schedule(call, pull, style, delete=delete)
    unmet = _unmet(pull)
    if unmet and not body.get("force_merge"):
        call.refuse(405, f"{unmet}")
    if pull.base_branch in repo.signed:
        call.refuse(405, "wont sign: nokey")
    if style not in STYLES or style not in repo.merge_methods:
        call.refuse(405, f"{style} is not allowed an allowed merge style for this repository")
    if body.get("head_commit_id") not in {None, "", pull.head_tip}:
        call.refuse(409, "head out of date")
    call.world.merge(pull, call.caller.login or "", delete_branch=delete)
    return Response(200)


def _unmet(pull: PullRequest) -> str:
    """What the protection of the base branch lacks (``CheckPullBranchProtections`` in its source)."""
    if checks.missing_check(pull):
        return "Not all required status checks successful"
    said = checks.decision(pull)
    if said == "REVIEW_REQUIRED":
        return "Does not have enough approvals"
    return "There are requested changes" if said == "CHANGES_REQUESTED" else ""


def _schedule(call: Call, pull: PullRequest, style: str, *, delete: bool) -> Response:
    if pull.auto_merge is not None:
        call.refuse(
            409, f"pull request is already scheduled to auto merge when checks succeed [pull_id: {pull.id}]"
        )
    due = call.world.now() + timedelta(seconds=1)
    pull.auto_merge = AutoMerge(call.caller.login or "", style, delete, due)
    call.world.scheduled.append(pull)
    return Response(201)


def is_merged(call: Call) -> Response:
    repo = requests_of(call)
    if one(call, repo).merged:
        return Response(204)
    return call.not_found()


def cancel(call: Call) -> Response:
    repo = requests_of(call)
    pull = one(call, repo)
    if pull.auto_merge is None:
        call.not_found()
    pull.auto_merge = None
    return Response(204)
