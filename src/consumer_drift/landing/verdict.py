"""Whether one bump may be merged: every condition that it does not meet. In doubt it may not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from consumer_drift.assess import consumer_reading
from consumer_drift.assess.pin_states import PinStates, classify
from consumer_drift.bump.edit import Edited, edited, holds_target, why_locked
from consumer_drift.bump.ownership import Mark, foreign_authors, is_ours, marks
from consumer_drift.landing.open_bump import Condition, Unmet
from consumer_drift.model.bump import Branch
from consumer_drift.model.checks import CheckResult, CheckState, ReviewResult, ReviewState, combined, worse
from consumer_drift.model.result import Failure, FileText, NoFile
from consumer_drift.model.sentence import Sentence
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from consumer_drift.landing.open_bump import OpenBump, Rules
    from consumer_drift.model.checks import Check, PullRequestChecks, Review
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.proposal import Proposal
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.versions import Version, VersionFormat


def early(bump: OpenBump, rules: Rules) -> tuple[Unmet, ...]:
    """Return what is not met of the conditions that need no look at the files of the pull request."""
    return tuple(
        chain(
            _ours(bump),
            _branches(bump, rules),
            _checks(bump, rules),
            _merges(bump),
            _reviews(bump, rules),
        )
    )


def unmet(bump: OpenBump, rules: Rules) -> tuple[Unmet, ...]:
    """Return every condition that the bump does not meet; empty where it may be merged, or approved first."""
    first = early(bump, rules)
    # What was not asked for because of these is no condition of its own.
    consent = () if first and bump.consent is None else _consent(bump)
    content = () if first and bump.proposal is None else _content(bump, rules)
    return (*first, *consent, *content)


def needs_approval(bump: OpenBump, rules: Rules) -> bool:
    """Whether the approver has not approved the commit that would be merged."""
    checks = bump.checks
    if not rules.land.approve or isinstance(checks, Failure) or not isinstance(rules.approver, str):
        return rules.land.approve
    mine = _review_of(rules.approver, checks)
    return mine is None or mine.commit != checks.head or mine.state is not ReviewState.APPROVED


def is_failing(bump: OpenBump) -> bool:
    """Whether it is a bump of ours whose checks fail."""
    checks = bump.checks
    failing = not isinstance(checks, Failure) and _result(checks) is CheckResult.FAILING
    return failing and not tuple(_ours(bump))


# whose it is ------------------------------------------------------------------------------------------------


def _ours(bump: OpenBump) -> Iterator[Unmet]:
    body = bump.pull_request.body
    found = marks(body)
    if not is_ours(body):
        yield Unmet(Condition.OURS, "its pull request is not one of ours: its text lacks our mark")
    elif Mark.SUPERSEDED in found:
        yield Unmet(Condition.OURS, "its pull request is being replaced by another one")
    elif Mark.UNFINISHED in found and Mark.OPENED not in found:
        yield Unmet(Condition.OURS, "its pull request is not finished: run propagate again")


def _branches(bump: OpenBump, rules: Rules) -> Iterator[Unmet]:
    pull_request, snapshot = bump.pull_request, bump.reading.snapshot
    if pull_request.from_fork:
        yield Unmet(Condition.OWN_BRANCH, "its pull request is from a fork")
    if pull_request.head != rules.bump_target.head or pull_request.head == snapshot.branch:
        yield Unmet(Condition.OWN_BRANCH, f"its pull request is not from the branch {rules.bump_target.head}")
    if pull_request.base != snapshot.branch:
        yield Unmet(Condition.BASE, f"its pull request goes into {pull_request.base}, not into {snapshot.branch}")
    if not pull_request.is_open:
        yield Unmet(Condition.MERGES, "its pull request is not open")


def _consent(bump: OpenBump) -> Iterator[Unmet]:
    consent = bump.consent
    if consent is None:
        yield Unmet(Condition.CONSENT, "what the consumer allows was not read: run it again")
    elif isinstance(consent, Failure):
        said = Sentence("what it allows could not be read: ", str(consent))
        yield Unmet(Condition.CONSENT, said, consent)
    elif consent.no_land:
        yield Unmet(Condition.CONSENT, consent.no_land)


# checks, reviews, mergeability ------------------------------------------------------------------------------


def _checks(bump: OpenBump, rules: Rules) -> Iterator[Unmet]:
    checks = bump.checks
    if isinstance(checks, Failure):
        yield Unmet(Condition.CHECKS, Sentence("its checks could not be read: ", str(checks)), checks)
        return
    result = _result(checks)
    if result is CheckResult.FAILING:
        yield Unmet(Condition.CHECKS, f"its checks fail{_named(checks.failed)}")
    elif result is CheckResult.PENDING:
        yield Unmet(Condition.CHECKS, f"its checks are not finished{_named(checks.pending)}")
    elif result is CheckResult.NONE and (rules.land.checks is not None or checks.checks):
        yield Unmet(
            Condition.CHECKS,
            "no check is registered for its newest commit (yet): `land.checks: none` is for bumps that have none",
        )
    elif result is CheckResult.WARNING:
        other = tuple(one for one in checks.checks if one.state is not CheckState.PASSED)
        yield Unmet(Condition.CHECKS, f"the server counts its checks as a warning, not as passed{_named(other)}")
    if not checks.complete:
        yield Unmet(Condition.CHECKS, "it has more checks than the server shows")
    for part in rules.land.checks or ():
        why = _why_not_passed(part, checks)
        if why and result is CheckResult.PASSING:
            yield Unmet(Condition.CHECKS, why)


def _result(checks: PullRequestChecks) -> CheckResult:
    """Return what the forge makes of the checks, or what they are where that allows less."""
    return worse(checks.result, combined(checks.checks))


def _why_not_passed(part: str, checks: PullRequestChecks) -> str:
    """Why the check that has *part* in its name did not pass, empty where it did."""
    fitting = [one for one in checks.checks if part.casefold() in one.name.casefold()]
    if not fitting:
        return f"no check has {part!r} in its name"
    bad = tuple(one for one in fitting if one.state in {CheckState.FAILED, CheckState.PENDING})
    if bad:
        return f"the check {part!r} has not passed{_named(bad)}"
    if not any(one.state is CheckState.PASSED for one in fitting):
        return f"the check {part!r} was skipped"
    return ""


def _named(checks: tuple[Check, ...]) -> str:
    return f" ({first_of([one.name for one in checks])})" if checks else ""


def _merges(bump: OpenBump) -> Iterator[Unmet]:
    checks = bump.checks
    if isinstance(checks, Failure):
        return
    if checks.draft:
        yield Unmet(Condition.MERGES, "its pull request is a draft")
    elif checks.mergeable is False:
        yield Unmet(Condition.MERGES, "its pull request does not merge cleanly: run propagate, which replaces it")
    elif checks.mergeable is None:
        yield Unmet(Condition.MERGES, "the server has not computed yet whether it merges cleanly")


def _reviews(bump: OpenBump, rules: Rules) -> Iterator[Unmet]:
    checks = bump.checks
    if isinstance(checks, Failure):
        return
    if checks.review is ReviewResult.CHANGES_REQUESTED:
        who = [one.author for one in checks.reviews if one.state is ReviewState.CHANGES_REQUESTED]
        by = f" by {first_of(who)}" if who else ""
        yield Unmet(Condition.REVIEW, f"changes are requested{by}")
    if rules.land.approve:
        yield from _identity(bump, checks, rules)
    elif checks.review is ReviewResult.REQUIRED:
        yield Unmet(Condition.REVIEW, "its branch requires an approval: approve it, or set `land.approve`")


def _identity(bump: OpenBump, checks: PullRequestChecks, rules: Rules) -> Iterator[Unmet]:
    """Who approves has to be somebody else than who opened it. A dismissed approval is not given again."""
    approver, author = rules.approver, checks.author or bump.pull_request.author
    if isinstance(approver, Failure):
        said = Sentence("whose token approves could not be read: ", str(approver))
        yield Unmet(Condition.IDENTITY, said, approver)
        return
    if not approver or not author:
        yield Unmet(Condition.IDENTITY, "it is not known who opened it, or who would approve it")
        return
    if _login(approver) == _login(author):
        yield Unmet(
            Condition.IDENTITY,
            f"{author} opened it, and the token that approves is of the same user: give a merge token of another",
        )
        return
    mine = _review_of(approver, checks)
    if mine is None or mine.commit != checks.head:
        return
    if mine.state is ReviewState.DISMISSED:
        yield Unmet(Condition.REVIEW, f"somebody dismissed the approval of {approver} for this commit")
    elif mine.state is ReviewState.APPROVED and checks.review is ReviewResult.REQUIRED:
        yield Unmet(Condition.REVIEW, _why_not_enough(mine))


def _why_not_enough(mine: Review) -> str:
    if mine.counts:
        return f"{mine.author} has approved it, and its branch requires more approvals than that"
    return (
        f"the approval of {mine.author} does not count there: add the user to the team or the list whose approvals"
        " the branch requires"
    )


def _review_of(login: str, checks: PullRequestChecks) -> Review | None:
    return next((one for one in checks.reviews if _login(one.author) == _login(login)), None)


def _login(name: str) -> str:
    """GitHub gives the name of an app's user with a suffix in some answers and without it in others."""
    return name.casefold().removesuffix("[bot]")


# what it changes --------------------------------------------------------------------------------------------


def _content(bump: OpenBump, rules: Rules) -> Iterator[Unmet]:
    proposal = bump.proposal
    if proposal is None:
        yield Unmet(Condition.EXACT, "what it changes was not read: run it again")
        return
    if isinstance(proposal, Failure):
        yield Unmet(Condition.EXACT, Sentence("what it changes could not be read: ", str(proposal)), proposal)
        return
    if not isinstance(bump.checks, Failure) and proposal.head != bump.checks.head:
        yield Unmet(Condition.HEAD, "somebody pushed to its branch during the run: run it again")
    why = _why_not_exact(bump, proposal, rules)
    yield from _commits(bump, proposal, only_bump=not why)
    if why:
        yield Unmet(Condition.EXACT, why)
    if not _raises(bump, proposal, rules):
        yield Unmet(Condition.RAISES, "it would lower a pin, or change one to no version")


def _commits(bump: OpenBump, proposal: Proposal, *, only_bump: bool) -> Iterator[Unmet]:
    branch = Branch(bump.pull_request.head, proposal.head, proposal.commits, {}, proposal.whole)
    who = foreign_authors(branch, only_bump=only_bump)
    if who:
        yield Unmet(Condition.OURS, f"its branch has commits of {first_of(who)}: merge it by hand")
    elif not proposal.commits:
        yield Unmet(Condition.OURS, "its branch has no commit of its own")


def _why_not_exact(bump: OpenBump, proposal: Proposal, rules: Rules) -> str:
    """Why it is not exactly the planned edit of the pins, empty where it is.

    The plan is made where the branch left its base, and has to be the one of today: other lines of a file may have
    changed on the base since, and the pins may not.
    """
    reading, target = bump.reading, rules.bump_target
    today = edited(reading, target)
    snapshot = replace(reading.snapshot, files={**reading.snapshot.files, **proposal.before})
    planned = edited(consumer_reading.read(reading.consumer, snapshot, target.config), target)
    if not isinstance(today, Edited):
        return f"its pins cannot be bumped by their versions alone: {today.why}"
    if not isinstance(planned, Edited):
        return "its pins were others when it was opened: run propagate again"
    if not planned.edits:
        return "there is no pin for it to raise"
    if today.locks:
        return f"{why_locked(today.locks)}. Merge it by hand then"
    extra = proposal.others | (proposal.modified - {one.path for one in planned.edits})
    if extra:
        return f"it changes more than the pins: {first_of(sorted(extra))}"
    if any(proposal.after.get(one.path, NoFile()) != FileText(one.after) for one in planned.edits):
        return "its files are not what the bump makes of them: close it, and run propagate again"
    if any(one.version is not None and one.version > target.version for one in reading.pin_states.exact):
        return "its base has a pin that is higher than the target: correct that one first"
    is_of_today = _places(today) == _places(planned) and holds_target(today.pins, proposal.after, target)
    return "" if is_of_today else "its base has other pins than when it was opened: run propagate again"


def _places(change: Edited) -> Counter[tuple[str, str]]:
    return Counter((one.at.path, one.at.value) for one in change.changed)


def _raises(bump: OpenBump, proposal: Proposal, rules: Rules) -> bool:
    """Whether no pin in a changed file has a lower version afterwards, and none is gone."""
    known = rules.bump_target.config.version_format
    for pin in _pins_in(bump, proposal):
        old, new = _versions(pin, proposal.before, known), _versions(pin, proposal.after, known)
        if len(old) != len(new) or any(after < before for before, after in zip(old, new, strict=True)):
            return False
    return True


def _pins_in(bump: OpenBump, proposal: Proposal) -> Iterator[Pin]:
    matches = bump.reading.snapshot.matches
    for pin in bump.reading.consumer.pins:
        paths = matches.get(pin.file)
        if paths is None:
            yield from [pin] if pin.file in proposal.modified else []
        elif not isinstance(paths, Failure):
            yield from (pin.at(path) for path in paths if path in proposal.modified)


def _versions(pin: Pin, files: Mapping[str, FileResult], known: VersionFormat) -> list[Version]:
    exact = PinStates(classify(pin, files.get(pin.file, NoFile()), known)).exact
    return [one.version for one in exact if one.version is not None]
