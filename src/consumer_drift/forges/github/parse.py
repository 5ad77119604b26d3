"""GraphQL data to snapshots. Functions that read raise InvalidJson if a value is not what the API promises."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import (
    LINK_MODE,
    SUBMODULE_MODE,
    TreeEntry,
    folder_of,
    is_top_level,
    matching_files,
    matching_paths,
    names_above,
    parent,
    parents,
)
from consumer_drift.forges.github.responses import invalid_response, unexplained
from consumer_drift.forges.github.rights import ProtectionRule, Ruleset, Told
from consumer_drift.model.branch import BranchEntry, StoredBranch
from consumer_drift.model.bump import Commit
from consumer_drift.model.checks import (
    Check,
    CheckResult,
    CheckState,
    PullRequestChecks,
    Review,
    ReviewResult,
    ReviewState,
    worse,
)
from consumer_drift.model.observation import Role, Snapshot, Tag
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.proposal import Proposal
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, NoText, Reason
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.forges.github.responses import GraphError, GraphResponse
    from consumer_drift.model.observation import Wanted
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.readiness import BumpPlan
    from consumer_drift.model.repository import RepositoryName

    Path = tuple[str | int, ...]

# GitHub returns no text above about 500 kB; a file above this size is no pin, and its blob is not fetched either.
_LARGEST_BLOB = 10 * 1024 * 1024


_GRANT = "grant it read access to pull requests (fine-grained or app: Pull requests; classic: repo)"


# consumers --------------------------------------------------------------------------------------------------


class Split:
    """The query was too much for GitHub; a smaller one may succeed."""


@dataclass(frozen=True, slots=True)
class WithoutPullRequests:
    """The token may read the repository but not its pull requests, which hides both: ask without those."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A file whose text was not shown: its blob's id, and its size in bytes.

    *was_asked*: GitHub was asked for the text and does not show it whole.
    """

    oid: str
    size: int
    was_asked: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """A repository that was read. *blobs*: files whose texts were not shown; *commit*: what was read.

    *id* is GitHub's own, which stays when the repository is renamed; empty if it was not requested.
    """

    snapshot: Snapshot
    blobs: Mapping[str, BlobRef] = field(default_factory=dict)
    commit: str = ""
    id: str = ""


def consumer(
    reply: GraphResponse, alias: str, wanted: Wanted, *, alone: bool
) -> Read | Failure | Split | WithoutPullRequests:
    """Return what *reply* shows of *wanted*. *alone*: there is no smaller batch to try."""
    node = reply.data.get(alias)
    # What cannot be known of checks makes no consumer unreadable.
    errors = tuple(error for error in reply.errors_at(alias) if error.path[1:2] != ("checked",))
    if node is None and not errors and reply.errors_at(alias):
        return Split()
    if node is None:
        return _missing(reply, errors, wanted, alone=alone)
    transient = next((error for error in errors if error.is_transient), None)
    if transient is None and reply.global_errors and _has_null(node):
        transient = reply.global_errors[0]
    if transient is not None:
        return transient.failure(str(wanted.name)) if alone else Split()
    fatal = next((error for error in errors if not _is_of_a_part(error)), None)
    if fatal is not None:
        return fatal.failure(str(wanted.name))
    try:
        return _read(node, reply, (alias,), wanted)
    except InvalidJson as error:
        return invalid_response(str(wanted.name), error)


def _missing(
    reply: GraphResponse, errors: Sequence[GraphError], wanted: Wanted, *, alone: bool
) -> Failure | Split | WithoutPullRequests:
    first = next(iter((*errors, *reply.global_errors)), None)
    if first is None:
        return unexplained(str(wanted.name))
    if first.is_transient and not alone:
        return Split()
    if first.path[1:2] in {("pullRequests",), ("openPullRequests",)}:
        failure = first.failure(f"the pull requests of {wanted.name}")
        return WithoutPullRequests(replace(failure, remedy=_GRANT) if failure.is_permission else failure)
    return first.failure(str(wanted.name))


def _has_null(node: JsonValue) -> bool:
    return not isinstance(node.value, dict) or any(value is None for value in node.value.values())


def _is_of_a_part(error: GraphError) -> bool:
    """Return whether it is about a file, the root or the pull requests, which have an answer of their own."""
    part = error.path[1] if len(error.path) > 1 else ""
    return isinstance(part, str) and (
        part in {"root", "pullRequests", "openPullRequests"} or part[:1] in {"f", "m"}
    )


def _read(node: JsonValue, reply: GraphResponse, path: Path, wanted: Wanted) -> Read | Failure:
    snapshot, commit = repository(node, wanted.name)
    if wanted.branch and not commit and not snapshot.empty:
        return Failure(
            Reason.NOT_FOUND,
            f"{snapshot.name} has no branch {wanted.branch!r}",
            "correct or remove the consumer's `branch:`",
            asked=str(wanted.name),
        )
    read = with_files(snapshot, node, reply, path, wanted.files)
    snapshot = replace(
        read.snapshot,
        forbidden=_forbidden(node, reply, path, wanted.forbid, commit),
        pull_requests=_pull_requests(node, reply, path),
        open_pull_requests=_open_count(node),
    )
    return replace(read, snapshot=snapshot, commit=commit)


def _name(node: JsonValue) -> str:
    """Return the name that the forge uses, for messages."""
    name = node.get("nameWithOwner")
    return "the repository" if name is None else str(name.value)


def repository(node: JsonValue, asked: RepositoryName | None) -> tuple[Snapshot, str]:
    """Return the state of a repository without its files, and the commit of its branch ("" if there is none)."""
    name = node["nameWithOwner"].repository()
    branch = node.get("branch")
    commit = branch["target"]["oid"].text() if branch is not None else ""
    snapshot = Snapshot(
        asked=asked or name,
        name=name,
        web_url=node["url"].text(),
        branch=branch["name"].text() if branch is not None else "",
        archived=node["isArchived"].flag(),
        mirror=node["isMirror"].flag(),
        empty=node["isEmpty"].flag(),
        public=not node["isPrivate"].flag(),
        commit=commit,
    )
    return snapshot, commit


def tag(node: JsonValue) -> Tag:
    """Return a tag. An annotated tag is an object of its own that leads to the commit."""
    target = node["target"]
    inner = target.get("target")
    commit = inner or target
    tagger = target.get("tagger")
    own, of_commit = tagger.get("date") if tagger is not None else None, commit.get("committedDate")
    date = own or of_commit
    return Tag(
        node["name"].text(), commit["oid"].text(), date.moment() if date is not None else None, own is not None
    )


def stored_branch(node: JsonValue, name: str) -> StoredBranch:
    """Return the branch *name* with what is at its root."""
    shown = node.get("defaultBranchRef")
    is_default = shown is not None and shown["name"].text() == name
    is_public = not node["isPrivate"].flag()
    ref = node.get("ref")
    if ref is None:
        return StoredBranch(name, is_default=is_default, is_public=is_public)
    commit = ref["target"]
    entries = (
        BranchEntry(row["mode"].number(), row["name"].text(), row["oid"].text())
        for row in commit["tree"]["entries"]
    )
    return StoredBranch(name, commit["oid"].text(), tuple(entries), is_default, is_public=is_public)


def releases(connection: JsonValue) -> tuple[Tag, ...]:
    """Return the tags of a page of releases, without drafts and pre-releases."""
    return tuple(
        Tag(row["tagName"].text(), date=row["publishedAt"].moment())
        for row in connection["nodes"]
        if not row["isDraft"].flag() and not row["isPrerelease"].flag()
    )


_ROLES = {"READ": Role.READ, "TRIAGE": Role.READ, "WRITE": Role.WRITE, "MAINTAIN": Role.WRITE, "ADMIN": Role.ADMIN}


def told(reply: GraphResponse, alias: str, plan: BumpPlan) -> Told:
    """Return what the fields of ``queries.abilities`` tell of one repository."""
    node = reply.data[alias]
    scopes = reply.headers.get("x-oauth-scopes")
    role = node.get("viewerPermission")
    viewer = reply.data.get("viewer")
    above = [name for index, name in enumerate(names_above(plan.head)) if node.get(f"p{index}") is not None]
    below = node.get("below")
    longer = [f"{plan.head}/{row['name'].text()}" for row in below["nodes"]] if below is not None else []
    return Told(
        frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None,
        _ROLES.get(role.text()) if role is not None else None,
        next(iter((*above, *longer)), ""),
        has_head=node.get("head") is not None,
        viewer=viewer["login"].text() if viewer is not None else "",
        merge_methods=frozenset(method for key, method in _METHODS.items() if node[key].flag()),
        auto_merge_allowed=node["autoMergeAllowed"].flag(),
        labels=tuple(name for index, name in enumerate(plan.wanted.labels) if node.get(f"l{index}") is not None),
        users=tuple(name for index, name in enumerate(plan.users) if _is_assignable(node, f"u{index}", name)),
        requires=_requirement(node),
        has_checks=_has_checks(node),
        rulesets=_rulesets(node),
        rules=_rules(node),
    )


_METHODS = {"mergeCommitAllowed": "merge", "squashMergeAllowed": "squash", "rebaseMergeAllowed": "rebase"}


def _is_assignable(node: JsonValue, key: str, login: str) -> bool:
    """Whether *login* has access to the repository: those who can be assigned can also be asked to review."""
    shown = node.get(key)
    rows = shown["nodes"] if shown is not None else ()
    return any(row["login"].text().casefold() == login.casefold() for row in rows)


def _requirement(node: JsonValue) -> bool | None:
    """Whether the branch's own protection requires something before a merge, None where that was not told."""
    base = node.get("base")
    if base is None:
        return None
    rule = base.get("refUpdateRule")
    if rule is None:
        return False
    contexts, reviews = rule.get("requiredStatusCheckContexts"), rule.get("requiredApprovingReviewCount")
    return bool(contexts is not None and len(contexts)) or bool(reviews is not None and reviews.number())


def _has_checks(node: JsonValue) -> bool:
    """Whether anything reported checks of the newest commit."""
    base = node.get("base")
    target = base.get("target") if base is not None else None
    return target is not None and target.get("statusCheckRollup") is not None


def _rulesets(node: JsonValue) -> tuple[Ruleset, ...] | None:
    """Return the rulesets for branches, None where not all of them were told."""
    shown = node.get("rulesets")
    if shown is None:
        return None
    rows = [row for row in shown["nodes"] if not row.is_null]
    return tuple(map(_ruleset, rows)) if len(rows) == shown["totalCount"].number() else None


def _ruleset(row: JsonValue) -> Ruleset:
    names = row["conditions"].get("refName")
    number = row.get("databaseId")
    rules = row.get("rules")
    return Ruleset(
        number.number() if number is not None else 0,
        row["name"].text(),
        row["enforcement"].text() == "ACTIVE",
        tuple(name.text() for name in names["include"]) if names is not None else ("~ALL",),
        tuple(name.text() for name in names["exclude"]) if names is not None else (),
        frozenset(rule["type"].text() for rule in rules["nodes"]) if rules is not None else frozenset(),
    )


def _rules(node: JsonValue) -> tuple[ProtectionRule, ...] | None:
    """Return the rules for branches of the older kind, None where not all of them were told."""
    shown = node.get("branchProtectionRules")
    if shown is None:
        return None
    rows = [row for row in shown["nodes"] if not row.is_null]
    if len(rows) != shown["totalCount"].number():
        return None
    keys = ("lockBranch", "requiresApprovingReviews", "requiresStatusChecks", "restrictsPushes")
    return tuple(
        ProtectionRule(row["pattern"].text(), row["isAdminEnforced"].flag(), any(row[key].flag() for key in keys))
        for row in rows
    )


# files ------------------------------------------------------------------------------------------------------


_SUBMODULE = NoText("a submodule", is_file=False)


def files(
    node: JsonValue, reply: GraphResponse, path: Path, wanted: Sequence[str]
) -> tuple[dict[str, FileResult], dict[str, BlobRef]]:
    """Return an answer for every wanted file, and those (by path) whose texts were not shown."""
    answers: dict[str, FileResult] = {}
    blobs: dict[str, BlobRef] = {}
    folders = parents(wanted)
    for index, file in enumerate(wanted):
        if is_pattern(file):
            continue
        folder = f"m{folders.index(parent(file))}"
        errors = reply.errors_at(*path, f"f{index}") or reply.errors_at(*path, folder)
        if errors:
            answers[file] = errors[0].failure(f"{_name(node)}:{file}")
            continue
        answer = content(node[f"f{index}"], _entry_of(node[folder], file))
        if isinstance(answer, BlobRef):
            blobs[file] = answer
        else:
            answers[file] = answer
    return answers, blobs


def _entry_of(folder: JsonValue, file: str) -> JsonValue | None:
    """Return the entry of *file* in its folder, None if there is no such file or folder."""
    if folder.is_null or "entries" not in folder:
        return None
    name = posixpath.basename(posixpath.normpath(file))
    return next((row for row in folder["entries"] if row["name"].value == name), None)


def content(node: JsonValue, entry: JsonValue | None) -> FileResult | BlobRef:
    """Return what ``blob`` returns, unless the mode of the *entry* says that the content is not that of a file."""
    mode = None if entry is None else entry["mode"].number()
    if entry is not None and mode == SUBMODULE_MODE:
        # GitHub shows no object: the commit is another repository's.
        commit = entry.get("oid")
        return _SUBMODULE if commit is None else replace(_SUBMODULE, commit=commit.text())
    if node.is_null != (mode is None):
        raise node.invalid("is not what its folder says")
    if node.is_null:
        return NoFile()
    return NoText("a symbolic link") if mode == LINK_MODE else blob(node)


def with_files(
    snapshot: Snapshot, node: JsonValue, reply: GraphResponse, path: Path, wanted: Sequence[str]
) -> Read:
    """Return *snapshot* with an answer for every wanted file, those that fit a pattern included.

    A pattern that only the whole tree can answer is left out of ``matches``.
    """
    answers, blobs = files(node, reply, path, wanted)
    matches: dict[str, tuple[str, ...] | Failure] = {}
    for index, pattern in enumerate(wanted):
        if not is_pattern(pattern) or (place := folder_of(pattern)) is None:
            continue
        errors = reply.errors_at(*path, f"f{index}")
        if errors:
            matches[pattern] = errors[0].failure(f"{_name(node)}:{pattern}")
            continue
        shown = dict(_in_folder(node[f"f{index}"], *place))
        fitting = matching_files([pattern], [TreeEntry(one, is_folder=False) for one in shown])[pattern]
        matches[pattern] = fitting
        for file in () if isinstance(fitting, Failure) else fitting:
            answer = blob(shown[file])
            if isinstance(answer, BlobRef):
                blobs[file] = answer
            else:
                answers[file] = answer
    return Read(replace(snapshot, files=answers, matches=matches), blobs, snapshot.commit)


def _in_folder(node: JsonValue, folder: str, levels: int) -> Iterator[tuple[str, JsonValue]]:
    """Yield the path and the blob of every file that is *levels* below *folder*."""
    if node.is_null or node["__typename"].text() != "Tree":
        return
    for row in node["entries"]:
        path = f"{folder}/{row['name'].text()}".lstrip("/")
        content = row["object"]
        if content.is_null or row["mode"].number() == LINK_MODE:
            continue
        if levels > 1:
            yield from _in_folder(content, path, levels - 1)
        elif row["type"].text() == "blob":
            yield path, content


def blob(node: JsonValue) -> FileResult | BlobRef:
    """Return the file, or its blob where the text was not shown in full."""
    kind = node["__typename"].text()
    if kind != "Blob":
        return NoText("a folder", is_file=False) if kind == "Tree" else _SUBMODULE
    size = node["byteSize"].number()
    if size > _LARGEST_BLOB:
        return NoText(f"a file of more than {_LARGEST_BLOB // 2**20} MiB")
    binary = node.get("isBinary")
    if node.get("text") is None or node["isTruncated"].flag() or (binary is not None and binary.flag()):
        return BlobRef(node["oid"].text(), size, "text" in node)
    return FileText(node["text"].text())


def _forbidden(
    node: JsonValue, reply: GraphResponse, path: Path, patterns: Sequence[str], commit: str
) -> Mapping[str, tuple[str, ...] | Failure]:
    """Return the answers for patterns that the root alone tells; the others need the whole tree."""
    here = [pattern for pattern in patterns if is_top_level(pattern)]
    if not here:
        return {}
    errors = reply.errors_at(*path, "root")
    if errors:
        return dict.fromkeys(here, errors[0].failure(f"the root of {_name(node)}"))
    root = node["root"]
    if root.is_null and commit:
        raise InvalidJson("the branch has a commit and no root")
    return matching_paths(here, [] if root.is_null else [_entry(row) for row in root["entries"]])


def _entry(row: JsonValue) -> TreeEntry:
    return TreeEntry(row["name"].text(), row["type"].text() in {"tree", "commit"})


# pull requests and commits ----------------------------------------------------------------------------------


def _pull_requests(node: JsonValue, reply: GraphResponse, path: Path) -> PullRequests | Failure | None:
    if "pullRequests" not in node:
        return None
    errors = reply.errors_at(*path, "pullRequests")
    if errors:
        return errors[0].failure(f"the pull requests of {_name(node)}")
    known = _checked(node, reply, path)
    found = (pull_request(row) for row in node["pullRequests"]["nodes"])
    return tuple(replace(one, checks=known.get(one.id)) for one in found)


def _checked(node: JsonValue, reply: GraphResponse, path: Path) -> dict[str, PullRequestChecks]:
    """Return the checks that were asked for together with the pull requests, by the ids of these."""
    shown = node.get("checked")
    if shown is None or reply.errors_at(*path, "checked") or reply.global_errors:
        return {}
    return {row["id"].text(): checks(row) for row in shown["nodes"]}


def _open_count(node: JsonValue) -> int | None:
    """Return how many pull requests are open, None where that was not asked for or is denied."""
    shown = node.get("openPullRequests")
    return shown["totalCount"].number() if shown is not None else None


_MERGEABLE = {"MERGEABLE": True, "CONFLICTING": False}


def pull_request(row: JsonValue) -> PullRequest:
    """Return a pull request from the fields of ``queries.PULL_REQUEST``."""
    try:
        state = PullRequestState(row["state"].text().lower())
    except ValueError as error:
        raise row["state"].invalid(f"is {row['state'].value!r}") from error
    return PullRequest(
        number=row["number"].number(),
        url=row["url"].text(),
        head=row["headRefName"].text(),
        base=row["baseRefName"].text(),
        state=state,
        created_at=row["createdAt"].moment(),
        from_fork=row["isCrossRepository"].flag(),
        # UNKNOWN until GitHub has computed it.
        mergeable=_MERGEABLE.get(row["mergeable"].text()),
        title=row["title"].text(),
        body=row["body"].text(),
        author=_author(row),
        id=row["id"].text(),
    )


_CONCLUSIONS = {"SUCCESS": CheckState.PASSED, "NEUTRAL": CheckState.SKIPPED, "SKIPPED": CheckState.SKIPPED}
_STATUSES = {"SUCCESS": CheckState.PASSED, "PENDING": CheckState.PENDING, "EXPECTED": CheckState.PENDING}
_ROLLUPS = {
    "SUCCESS": CheckResult.PASSING,
    "PENDING": CheckResult.PENDING,
    "EXPECTED": CheckResult.PENDING,
}
_REVIEWS = {
    "APPROVED": ReviewState.APPROVED,
    "CHANGES_REQUESTED": ReviewState.CHANGES_REQUESTED,
    "DISMISSED": ReviewState.DISMISSED,
}


def checks(row: JsonValue) -> PullRequestChecks:
    """Return the checks of a pull request from the fields of ``queries.checks``."""
    head = row["headRefOid"].text()
    commit = next((one["commit"] for one in row["commits"]["nodes"] if one["commit"]["oid"].text() == head), None)
    rollup = commit.get("statusCheckRollup") if commit is not None else None
    reviews = tuple(_reviews(row))
    known = PullRequestChecks(
        head,
        CheckResult.NONE,
        review=_review_result(row, reviews),
        reviews=reviews,
        mergeable=_MERGEABLE.get(row["mergeable"].text()),
        draft=row["isDraft"].flag(),
        author=_author(row),
    )
    return known if rollup is None else _with_checks(known, rollup)


def _with_checks(known: PullRequestChecks, rollup: JsonValue) -> PullRequestChecks:
    contexts = rollup["contexts"]
    shown = [one for one in contexts["nodes"] if not one.is_null]
    newest = tuple(_newest(shown))
    result = _ROLLUPS.get(rollup["state"].text(), CheckResult.FAILING)
    pending = any(one.state is CheckState.PENDING for one in newest)
    return replace(
        known,
        # Of what is still running, the rollup may know later than its rows.
        result=worse(result, CheckResult.PENDING) if pending else result,
        checks=newest,
        complete=len(list(contexts["nodes"])) == contexts["totalCount"].number(),
    )


def _newest(rows: Sequence[JsonValue]) -> Iterator[Check]:
    """Yield each check once: a run that was started again is shown beside the one before it."""
    latest: dict[tuple[str, str], tuple[str, Check]] = {}
    for row in rows:
        key, started, check = _check(row)
        if key not in latest or latest[key][0] <= started:
            latest[key] = started, check
    yield from (check for _, check in latest.values())


# Later than any time, as ISO 8601 texts compare: a run that has not started yet is the newest.
_NOT_YET = "9"


def _check(row: JsonValue) -> tuple[tuple[str, str], str, Check]:
    """Return what tells a check from others, when it started, and the check."""
    if row["__typename"].text() == "StatusContext":
        name = row["context"].text()
        state = _STATUSES.get(row["state"].text(), CheckState.FAILED)
        return (name, ""), "", Check(name, state, _text(row, "targetUrl"))
    suite = row["checkSuite"].get("workflowRun")
    workflow = suite["workflow"]["name"].text() if suite is not None else ""
    event = suite["event"].text() if suite is not None else ""
    name = f"{workflow} / {row['name'].text()}" if workflow else row["name"].text()
    state = CheckState.PENDING
    if row["status"].text() == "COMPLETED":
        state = _CONCLUSIONS.get(_text(row, "conclusion"), CheckState.FAILED)
    return (name, event), _text(row, "startedAt") or _NOT_YET, Check(name, state, _text(row, "detailsUrl"))


def _text(row: JsonValue, key: str) -> str:
    found = row.get(key)
    return found.text() if found is not None else ""


def _reviews(row: JsonValue) -> Iterator[Review]:
    shown = row.get("latestOpinionatedReviews")
    for one in shown["nodes"] if shown is not None else ():
        state = _REVIEWS.get(one["state"].text())
        if state is not None:
            commit = one.get("commit")
            yield Review(
                _author(one),
                state,
                commit["oid"].text() if commit is not None else "",
                one["authorCanPushToRepository"].flag(),
            )


def _review_result(row: JsonValue, reviews: Sequence[Review]) -> ReviewResult:
    """GitHub decides where the branch requires reviews; elsewhere the reviews themselves count."""
    decided = _text(row, "reviewDecision")
    if any(one.state is ReviewState.CHANGES_REQUESTED for one in reviews) or decided == "CHANGES_REQUESTED":
        return ReviewResult.CHANGES_REQUESTED
    if decided == "REVIEW_REQUIRED":
        return ReviewResult.REQUIRED
    approved = decided == "APPROVED" or any(one.state is ReviewState.APPROVED for one in reviews)
    return ReviewResult.APPROVED if approved else ReviewResult.NONE


def _author(row: JsonValue) -> str:
    author = row.get("author")
    return author["login"].text() if author is not None else ""


def own_pull_requests(connection: JsonValue, of: RepositoryName) -> tuple[PullRequest, ...]:
    """Return the pull requests of the repository *of* whose head is its own branch."""
    return tuple(
        found
        for row in connection["nodes"]
        if row["repository"]["nameWithOwner"].repository() == of and not (found := pull_request(row)).from_fork
    )


def commits(base: JsonValue | None) -> tuple[tuple[Commit, ...], bool]:
    """Return the commits that only a branch has, and whether these are all (not if GitHub tells none)."""
    compared = base.get("compare") if base is not None else None
    if compared is None:
        return (), False
    shown = compared["commits"]
    found = tuple(_commit(row) for row in shown["nodes"])
    return found, len(found) == shown["totalCount"].number()


def _commit(node: JsonValue) -> Commit:
    who, by_forge = _made_by(node)
    changed = node.get("changedFilesIfAvailable")
    return Commit(
        node["message"].text(),
        who,
        by_forge,
        changed.number() if changed is not None else None,
        node["parents"]["totalCount"].number() > 1,
    )


# More files than this are not shown: https://docs.github.com/en/rest/commits/commits#compare-two-commits
_MOST_COMPARED = 300


def proposal(compared: JsonValue, head: str) -> tuple[str, Proposal]:
    """Return where *head* left its base, and what it brings, from a REST comparison and without contents."""
    commits = tuple(_rest_commit(row) for row in compared["commits"])
    files = [(row["filename"].text(), row["status"].text()) for row in compared["files"]]
    whole = len(commits) == compared["total_commits"].number() and len(files) < _MOST_COMPARED
    modified = frozenset(path for path, status in files if status == "modified")
    others = frozenset(path for path, status in files if status != "modified")
    start = compared["merge_base_commit"]["sha"].text()
    return start, Proposal(head, commits, modified, others, {}, {}, whole)


def _rest_commit(row: JsonValue) -> Commit:
    commit = row["commit"]
    who, by_forge = _made_by(commit)
    return Commit(commit["message"].text(), who, by_forge, is_merge=len(list(row["parents"])) > 1)


def _made_by(commit: JsonValue) -> tuple[str, bool]:
    """Return who made the commit as it is now, and whether GitHub has committed it, as it does for its API."""
    author, committer = _person(commit, "author"), _person(commit, "committer")
    by_forge = committer[0].startswith("GitHub") and committer[1].startswith("noreply@")
    return (author[0] if by_forge else committer[0] or author[0]) or "somebody", by_forge


def _person(node: JsonValue, key: str) -> tuple[str, str]:
    person = node.get(key)
    if person is None or not isinstance(person.value, dict):
        return "", ""
    return str(person.value.get("name") or ""), str(person.value.get("email") or "")
