"""A second opinion on what may be merged, by other means than the program's: facts alone, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass

TARGET = (1, 4, 0)


@dataclass(frozen=True)
class Facts:
    """What is so about one pull request, in plain words and numbers."""

    mark: str  # opened, unfinished, superseded, none
    is_open: bool
    fork: bool
    head: str
    base: str
    commits: tuple[str, ...]  # ours, theirs, amended, another-branch, update, theirs-as-update
    all_commits_shown: bool
    before: tuple[tuple[int, ...], tuple[int, ...]]  # the two pins where it left its base
    today: tuple[tuple[int, ...], tuple[int, ...]]  # and on the base now
    after: tuple[tuple[int, ...], tuple[int, ...]]  # and at its head
    spare_line: bool  # its head has another line in a pinned file
    touched: tuple[str, ...]  # other paths that it changes
    added: bool  # it deletes, adds or renames a path
    pushed: bool  # its head moved while it was read
    content: str  # read, failed, unread
    checks: tuple[tuple[str, str], ...]  # name, state
    says: str  # what the forge makes of them
    all_checks_shown: bool
    checks_read: bool
    mergeable: bool | None
    draft: bool
    review: str  # none, required, approved, changes-requested
    mine: str  # none, approved, approved-not-counting, approved-older, dismissed, dismissed-older, changes
    author: str
    approver: str  # a login, or "?" where it could not be read
    consent: str  # yes, no, mistake, failed, unread
    wanted: tuple[str, ...] | None
    approve: bool


def may_be_merged(one: Facts) -> bool:
    """The section "Land" of the contract, read line by line."""
    return all(
        (
            one.mark == "opened" and one.is_open,
            not one.fork and one.head == "bump/runtime-1.4.0" and one.base == "main",
            _commits_are_ours(one),
            one.content == "read" and not one.pushed,
            _changes_only_the_pins(one),
            one.checks_read and _checks(one),
            one.mergeable is True and not one.draft,
            _reviews(one),
            one.consent == "yes",
        )
    )


def _commits_are_ours(one: Facts) -> bool:
    # Who has committed our commit again, as "Update with rebase" does, may have changed it: the content tells.
    fine = {"ours", "update", "theirs-as-update", "amended"}
    return bool(one.commits) and set(one.commits) <= fine and one.all_commits_shown


def _changes_only_the_pins(one: Facts) -> bool:
    if one.spare_line or one.touched or one.added:
        return False
    pins = list(zip(one.before, one.today, one.after, strict=True))
    changed = [(old, today, new) for old, today, new in pins if old != new]
    # A file that the branch leaves alone is after the merge what it is on the base now.
    kept = [today for old, today, new in pins if old == new]
    raised = all(old == today and today < TARGET == new for old, today, new in changed)
    return bool(changed) and raised and all(today == TARGET for today in kept)


def _checks(one: Facts) -> bool:
    if not one.all_checks_shown:
        return False
    states = {state for _, state in one.checks}
    if one.says == "none":
        return one.wanted is None and not one.checks
    if one.says != "passing" or states & {"failed", "pending"}:
        return False
    if not one.checks:
        return one.wanted is None
    for part in one.wanted or ():
        fitting = [state for name, state in one.checks if part in name]
        if "passed" not in fitting:
            return False
    return True


def _reviews(one: Facts) -> bool:
    if one.review == "changes-requested":
        return False
    if not one.approve:
        return one.review != "required"
    if "?" in {one.approver, one.author} or "" in {one.approver, one.author}:
        return False
    if one.approver.removesuffix("[bot]").lower() == one.author.removesuffix("[bot]").lower():
        return False
    if one.mine == "dismissed":
        return False
    # An approval is on its way, unless it was given already and does not suffice.
    return not (one.mine in {"approved", "approved-not-counting"} and one.review == "required")
