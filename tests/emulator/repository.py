"""A repository of a world: its branches, tags, releases, labels and pull requests, and what may change them."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.emulator.checks import CheckRow, ReviewRow
from tests.emulator.git import Commit, Entry, Signature
from tests.emulator.records import Comment, Content, Issue, Label, PullRequest, Release, entry_of, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.emulator.world import Owner, World


class BranchConflictError(Exception):
    """A branch name that git cannot hold beside another (`bump` beside `bump/x`)."""


@dataclass(eq=False)
class Repository:
    """One repository. Change it through its methods: they keep dates, counters and the world's revision right."""

    id: int
    owner: Owner
    name: str
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    visibility: str = "public"
    default_branch: str = "main"
    archived: bool = False
    archived_at: datetime | None = None
    fork: bool = False
    parent: Repository | None = None
    description: str = ""
    language: str = ""
    template: bool = False
    mirror: bool = False
    takes_pull_requests: bool = True
    runs_workflows: bool = True
    disabled: bool = False
    auto_merge_allowed: bool = True
    merge_methods: tuple[str, ...] = ("merge", "squash", "rebase")
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    pulls: list[PullRequest] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    has_issues: bool = True
    collaborators: dict[str, str] = field(default_factory=dict)
    protected: list[str] = field(default_factory=list)
    """Branch patterns that the API lets no one push to."""
    unlisted: set[str] = field(default_factory=set)
    """Branches that git has and Gitea's own list has not: left by a request that was cut off in between."""
    required_checks: dict[str, list[str]] = field(default_factory=dict)
    """Per branch pattern, the status contexts a merge waits for; none of them ever arrives by itself."""
    required_approvals: dict[str, int] = field(default_factory=dict)
    """Per branch pattern, how many approvals a merge waits for."""
    approvers: set[str] | None = None
    """Whose approvals count; None: those of everybody who may write."""
    dismisses_stale: bool = False
    """Whether a push to a pull request dismisses its approvals."""
    signed: set[str] = field(default_factory=set)
    """Branches that take signed commits alone. An emulated Gitea has no key to sign a merge with."""
    checks: dict[str, list[CheckRow]] = field(default_factory=dict)
    """What was reported about each commit."""
    old_names: list[str] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.owner.world

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def private(self) -> bool:
        return self.visibility != "public"

    @property
    def empty(self) -> bool:
        return not self.branches

    @property
    def head(self) -> Commit | None:
        """The default branch's newest commit."""
        return self.tip(self.default_branch)

    def tip(self, branch: str) -> Commit | None:
        oid = self.branches.get(branch)
        return self.world.objects.commits[oid] if oid else None

    def resolve(self, ref: str) -> Commit | None:
        """A branch, a tag, a full ref, HEAD or a commit's oid (full, or 7 digits and more)."""
        if ref == "HEAD":
            return self.head
        oid = self._named(ref)
        if oid is None and 7 <= len(ref) <= 40:
            oid = next((c for c in self.reachable() if c.startswith(ref)), None)
        return self.world.objects.commits.get(self.world.objects.peel(oid)) if oid else None

    def _named(self, ref: str) -> str | None:
        if ref.startswith("refs/heads/"):
            return self.branches.get(ref.removeprefix("refs/heads/"))
        if ref.startswith("refs/tags/"):
            return self.tags.get(ref.removeprefix("refs/tags/"))
        return self.branches.get(ref) or self.tags.get(ref)

    def found_by_git(self, ref: str) -> Commit | None:
        """What git finds by a ref: of a tag and a branch with the same name the tag.

        https://git-scm.com/docs/gitrevisions
        """
        return self.resolve(f"refs/tags/{ref}" if ref in self.tags else ref)

    def reachable(self) -> set[str]:
        """The oids of every commit some branch, tag or pull request leads to."""
        objects = self.world.objects
        tips = {*self.branches.values(), *map(objects.peel, self.tags.values())}
        tips |= {pull.head_oid for pull in self.pulls}
        return {commit.oid for tip in tips for commit in objects.history(tip)}

    def files(self, branch: str | None = None) -> dict[str, bytes]:
        """{path: bytes} of a branch, as a test wants to compare it; submodules are left out."""
        commit = self.tip(branch or self.default_branch)
        blobs = self.world.objects.blobs
        return {p: blobs[e.oid] for p, e in commit.files.items() if e.oid in blobs} if commit else {}

    # changing it -----------------------------------------------------------------------------------------

    def commit(
        self,
        files: Mapping[str, Content | None],
        branch: str | None = None,
        *,
        message: str = "change",
        author: str | Signature | None = None,
        date: datetime | str | None = None,
        new_branch: str | None = None,
    ) -> Commit:
        """Commit changed files (None deletes one) on a branch, or on a new branch that starts there."""
        with self.world.changing():
            objects = self.world.objects
            changes = {p: None if c is None else entry_of(objects, c) for p, c in files.items()}
            return self.commit_entries(
                changes, branch, message=message, author=author, date=date, new_branch=new_branch
            )

    def commit_entries(
        self,
        changes: Mapping[str, Entry | None],
        branch: str | None = None,
        *,
        message: str = "change",
        author: str | Signature | None = None,
        committer: Signature | None = None,
        date: datetime | str | None = None,
        new_branch: str | None = None,
    ) -> Commit:
        with self.world.changing():
            base = self.tip(branch or self.default_branch)
            entries = dict(base.files) if base else {}
            for path, entry in changes.items():
                entries.pop(path, None)
                if entry is not None:
                    entries[path] = entry
            when = moment(date) if date else self.world.now()
            who = author if isinstance(author, Signature) else self.world.signature(author, when)
            parents = (base.oid,) if base else ()
            commit = self.world.objects.commit(entries, parents, message, who, committer)
            self.set_branch(new_branch or branch or self.default_branch, commit.oid, when)
            return commit

    def set_branch(self, name: str, oid: str, when: datetime | None = None) -> None:
        """Create or move a branch."""
        clash = next((b for b in self.branches if b.startswith(name + "/") or name.startswith(b + "/")), None)
        if name not in self.branches and clash:
            raise BranchConflictError(
                f"cannot lock ref 'refs/heads/{name}': 'refs/heads/{clash}' exists; "
                f"cannot create 'refs/heads/{name}'"
            )
        with self.world.changing():
            self.branches[name] = oid
            for pull in self.pulls_of(name):
                if self.dismisses_stale and pull.head_oid != oid:
                    for review in pull.reviews:
                        review.dismissed = True
                pull.head_oid = oid
            self.pushed(when)

    def pulls_of(self, branch: str) -> list[PullRequest]:
        """Open requests of the owner's network whose head is this repository's branch."""
        return [p for p in self.outgoing if p.head_branch == branch and p.state == "open"]

    @property
    def outgoing(self) -> list[PullRequest]:
        return self.world.outgoing.get(self.id, [])

    def delete_branch(self, name: str, by: str | None = None) -> None:
        """Delete a branch and close the open requests that come from it."""
        with self.world.changing():
            for pull in self.pulls_of(name):
                pull.head_oid = self.branches[name]
                pull.branch_gone = True
                self.world.close(pull, by)
            for pull in self.outgoing:
                if pull.head_branch == name:
                    pull.branch_gone = True
            del self.branches[name]
            self.unlisted.discard(name)
            self.pushed()

    def pushed(self, when: datetime | None = None) -> None:
        self.pushed_at = self.updated_at = when or self.world.now()

    def tag(
        self, name: str, ref: str | None = None, *, message: str | None = None, date: datetime | str | None = None
    ) -> str:
        """Tag a commit (default: the default branch's); with a message the tag is annotated. Returns its oid."""
        with self.world.changing():
            commit = self.resolve(ref or self.default_branch)
            if commit is None:
                raise ValueError(f"{self.full_name} has no {ref or self.default_branch} to tag")
            oid = commit.oid
            if message is not None:
                when = moment(date) if date else commit.committer.date
                oid = self.world.objects.annotate(name, oid, message, self.world.signature(None, when)).oid
            self.tags[name] = oid
            return oid

    def release(
        self,
        tag: str,
        name: str | None = None,
        *,
        author: str | None = None,
        body: str = "",
        draft: bool = False,
        prerelease: bool = False,
        date: datetime | str | None = None,
    ) -> Release:
        """Publish a release; the tag is made when it is not there and the release is no draft."""
        with self.world.changing():
            if tag not in self.tags and not draft:
                self.tag(tag)
            when = moment(date) if date else self.world.now()
            release = Release(
                self.world.next_id("release"),
                tag,
                tag if name is None else name,
                self.world.user(author or self.world.seeder).login,
                when,
                when,
                body,
                draft=draft,
                prerelease=prerelease,
            )
            self.releases.append(release)
            return release

    def label(self, name: str, color: str = "ee0701", description: str = "") -> Label:
        with self.world.changing():
            label = Label(self.world.next_id("label"), name, color, description)
            self.labels.append(label)
            return label

    def find_labels(self, names: Iterable[str | int]) -> list[Label]:
        """The labels of these names (without case) or ids, the owner's own included; unknown ones are left out."""
        wanted = {n.lower() if isinstance(n, str) else n for n in names}
        return [x for x in [*self.labels, *self.owner.labels] if x.id in wanted or x.name.lower() in wanted]

    def pull(
        self,
        head: str,
        *,
        base: str | None = None,
        title: str | None = None,
        body: str = "",
        files: Mapping[str, Content | None] | None = None,
        fork: Repository | None = None,
        author: str | None = None,
        state: str = "open",
        merged: bool = False,
        draft: bool = False,
        labels: Iterable[str] = (),
        created_at: datetime | str | None = None,
    ) -> PullRequest:
        """Open a pull request; a head branch that is not there is made, with `files` as its one commit."""
        with self.world.changing():
            source = fork or self
            base = base or self.default_branch
            when = moment(created_at) if created_at else self.world.now()
            who = self.world.user(author or self.world.seeder).login
            if head not in source.branches:
                source.commit(files or {}, base, message=title or head, author=who, date=when, new_branch=head)
            pull = self.world.open_pull(
                self, source, head, base, title=title or head, body=body, author=who, when=when, draft=draft
            )
            for name in labels:
                pull.labels.append(next(iter(self.find_labels([name])), None) or self.label(name))
            if merged:
                self.world.merge(pull, who, when=when)
            elif state == "closed":
                self.world.close(pull, who, when=when)
            return pull

    @property
    def next_number(self) -> int:
        """The number of the next issue or pull request."""
        return len(self.pulls) + len(self.issues) + 1

    def issue(
        self,
        title: str,
        body: str = "",
        author: str | None = None,
        *,
        labels: Iterable[str | int] = (),
        assignees: Iterable[str] = (),
    ) -> Issue:
        """Open an issue."""
        with self.world.changing():
            who, when = self.world.user(author or self.world.seeder).login, self.world.now()
            row = Issue(self.world.next_id("issue"), self.next_number, title, who, when, when, body)
            row.labels, row.assignees = self.find_labels(list(labels)), list(assignees)
            self.issues.append(row)
            return row

    def issue_by_number(self, number: int) -> Issue | None:
        return next((one for one in self.issues if one.number == number), None)

    def comment(self, number: int, body: str, author: str | None = None) -> Comment:
        with self.world.changing():
            pull = self.pull_by_number(number) or self.issue_by_number(number)
            if pull is None:
                raise LookupError(f"{self.full_name} has no issue or pull request {number}")
            who = self.world.user(author or self.world.seeder).login
            comment = Comment(self.world.next_id("comment"), who, body, self.world.now())
            pull.comments.append(comment)
            pull.updated_at = comment.created_at
            return comment

    def check(
        self,
        name: str,
        state: str = "success",
        *,
        on: str,
        kind: str = "status",
        workflow: str = "",
        after: float = 0,
    ) -> CheckRow:
        """Report a check about a branch's newest commit, or a commit; the server learns of it `after` seconds."""
        with self.world.changing():
            since = self.world.now() + timedelta(seconds=after)
            row = CheckRow(self.world.next_id("check"), name, state, since, kind, workflow)
            self.checks.setdefault(self.branches.get(on, on), []).append(row)
            return row

    def review(self, number: int, author: str, state: str = "APPROVED", *, commit: str | None = None) -> ReviewRow:
        """Submit a review of a pull request's head, or of another commit of it."""
        with self.world.changing():
            pull = self.pull_by_number(number)
            if pull is None:
                raise LookupError(f"{self.full_name} has no pull request {number}")
            who = self.world.user(author).login
            row = ReviewRow(self.world.next_id("review"), who, state, commit or pull.head_tip, self.world.now())
            pull.reviews.append(row)
            return row

    def update_branch(
        self,
        name: str,
        base: str | None = None,
        author: str | None = None,
        files: Mapping[str, Content] | None = None,
    ) -> Commit:
        """Merge the base into a branch, as the button of a pull request does.

        files: what git makes of those that both sides changed, which this does not merge line by line.
        """
        with self.world.changing():
            base = base or self.default_branch
            mine, theirs = self.tip(name), self.tip(base)
            assert mine is not None
            assert theirs is not None
            objects = self.world.objects
            start = objects.merge_base(theirs.oid, mine.oid)
            old = start.files if start else {}
            entries = dict(theirs.files)
            for path in {*old, *mine.files}:
                if old.get(path) != mine.files.get(path):
                    entries.pop(path, None)
                    if path in mine.files:
                        entries[path] = mine.files[path]
            entries |= {path: entry_of(objects, content) for path, content in (files or {}).items()}
            who = self.world.signature(author, self.world.now())
            commit = objects.commit(entries, (mine.oid, theirs.oid), f"Merge branch '{base}' into {name}\n", who)
            self.set_branch(name, commit.oid)
            return commit

    def rebase_branch(self, name: str, author: str, base: str | None = None) -> Commit:
        """Put the commits of a branch on its base, as "Update with rebase" does: *author* commits them again.

        https://github.com/go-gitea/gitea/blob/main/services/pull/update_rebase.go
        """
        with self.world.changing():
            onto, mine = self.tip(base or self.default_branch), self.tip(name)
            assert mine is not None
            assert onto is not None
            objects = self.world.objects
            known = {commit.oid for commit in objects.history(onto.oid)}
            own = [commit for commit in objects.history(mine.oid) if commit.oid not in known]
            who = self.world.signature(author, self.world.now())
            for commit in reversed(own):
                old = objects.commits[commit.parents[0]].files
                entries = {
                    path: entry for path, entry in onto.files.items() if path not in old.keys() - commit.files
                }
                entries |= {path: entry for path, entry in commit.files.items() if old.get(path) != entry}
                onto = objects.commit(entries, (onto.oid,), commit.message, commit.author, who)
            self.set_branch(name, onto.oid)
            return onto

    def pull_by_number(self, number: int) -> PullRequest | None:
        return next((p for p in self.pulls if p.number == number), None)

    def archive(self, *, archived: bool = True) -> None:
        with self.world.changing():
            self.archived = archived
            self.archived_at = self.world.now() if archived else None

    def rename(self, name: str) -> None:
        """Give it another name; the old one redirects from now on."""
        with self.world.changing():
            self.old_names.append(self.name)
            self.world.renamed(self, name)

    def is_protected(self, branch: str) -> bool:
        return any(fnmatch.fnmatchcase(branch, pattern) for pattern in self.protected)

    def protects(self, branch: str) -> bool:
        """Whether any rule is for the branch."""
        return bool(self.is_protected(branch) or self.checks_for(branch) or self.approvals_for(branch))

    def approvals_for(self, branch: str) -> int:
        found = (n for p, n in self.required_approvals.items() if fnmatch.fnmatchcase(branch, p))
        return max(found, default=0)

    def checks_for(self, branch: str) -> list[str]:
        return [
            c
            for pattern, names in self.required_checks.items()
            if fnmatch.fnmatchcase(branch, pattern)
            for c in names
        ]
