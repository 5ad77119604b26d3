"""Mutations on references and commits; those on pull requests are beside this file.

https://docs.github.com/graphql/reference/mutations
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from tests.emulator.git import DIRECTORY, FILE, Entry, Signature
from tests.emulator.github import permission as permissions
from tests.emulator.github.graphql.objects import CommitNode
from tests.emulator.github.graphql.pull_mutations import PullMutations
from tests.emulator.github.graphql.refs import RefNode, all_refs, find_ref
from tests.emulator.github.graphql.repositories import RepositoryNode
from tests.emulator.github.graphql.session import DeniedError, no_repository
from tests.emulator.repository import BranchConflictError

if TYPE_CHECKING:
    from tests.emulator.git import Commit
    from tests.emulator.repository import Repository

ZERO_OID = "0" * 40


class Mutation(PullMutations):
    """Mutation's fields."""

    graphql_type = "Mutation"

    def createRef(self, input: dict[str, Any]) -> dict[str, Any]:
        repository = self.node(input["repositoryId"], "Repository")
        known = self.writable(repository.repository, "contents", "CreateRef")
        full, oid = input["name"], input["oid"]
        if full.count("/") < 2 or not full.startswith(("refs/heads/", "refs/tags/")):
            raise unprocessable(f"Reference name must start with 'refs/heads/' or 'refs/tags/': {full}")
        if oid not in self.session.world.objects.commits:
            raise unprocessable(f"Object '{oid}' does not exist in the repository.")
        if full in all_refs(known):
            # As https://github.com/peel/fiddle recorded it (docs, decision 18).
            raise unprocessable(f'A ref named "{full}" already exists in the repository.')
        name = full.split("/", 2)[2]
        if full.startswith("refs/tags/"):
            known.tags[name] = oid
        else:
            self._set_branch(known, name, oid)
        return {**self.echo(input), "ref": find_ref(repository, full)}

    def _set_branch(self, known: Repository, name: str, oid: str) -> None:
        if known.is_protected(name):
            raise against_a_rule("Cannot create ref due to creations being restricted.")
        try:
            known.set_branch(name, oid)
        except BranchConflictError as conflict:
            # https://github.com/microsoft/vscode-remote-repositories-github/issues/122
            raise unprocessable("Ref cannot be created") from conflict

    def updateRef(self, input: dict[str, Any]) -> dict[str, Any]:
        ref = self.node(input["refId"], "Ref")
        known = self.writable(ref.repository.repository, "contents", "UpdateRef")
        objects = self.session.world.objects
        oid = input["oid"]
        if oid not in objects.commits:
            raise unprocessable(f"Object '{oid}' does not exist in the repository.")
        if not input.get("force") and known.branches[ref.name] not in {c.oid for c in objects.history(oid)}:
            raise unprocessable("Update is not a fast forward")
        self._set_branch(known, ref.name, oid)
        return {**self.echo(input), "ref": RefNode(ref.repository, ref.prefix, ref.name)}

    def deleteRef(self, input: dict[str, Any]) -> dict[str, Any]:
        ref = self.node(input["refId"], "Ref")
        known = self.writable(ref.repository.repository, "contents", "DeleteRef")
        if ref.prefix == "refs/tags/":
            del known.tags[ref.name]
        elif ref.name == known.default_branch or known.is_protected(ref.name):
            raise unprocessable("Cannot delete this branch: it is protected or the default one.")
        else:
            known.delete_branch(ref.name, self.session.caller.login)
        return self.echo(input)

    # commits ---------------------------------------------------------------------------------------------

    def createCommitOnBranch(self, input: dict[str, Any]) -> dict[str, Any]:
        """One atomic commit over many files; the branch must be there, and stand at the head that is expected."""
        repository, name = self._branch(input["branch"])
        known = self.writable(repository.repository, "contents", "CreateCommitOnBranch")
        head = known.tip(name)
        if head is None:
            # https://github.com/github/gh-aw/issues/22564
            raise DeniedError("NOT_FOUND", "Branch not found")
        if input["expectedHeadOid"] != head.oid:
            text = f'Expected branch to point to "{input["expectedHeadOid"]}" but it did not.  Pull and try again.'
            raise DeniedError("STALE_DATA", text)
        if known.is_protected(name):
            raise against_a_rule("Changes must be made through a pull request.")
        changes = self._changes(head, input.get("fileChanges") or {})
        self._check_workflows(known, changes)
        body = input["message"].get("body")
        message = input["message"]["headline"] + (f"\n\n{body}" if body else "")
        # GitHub commits on the author's behalf, and signs it
        by_forge = Signature("GitHub", "noreply@github.com", self.session.world.now())
        login = self.session.caller.login
        commit = known.commit_entries(changes, name, message=message, author=login, committer=by_forge)
        ref = RefNode(repository, "refs/heads/", name)
        return {**self.echo(input), "commit": CommitNode(repository, commit.oid), "ref": ref}

    def _check_workflows(self, known: Repository, changes: dict[str, Entry | None]) -> None:
        """Workflow files take a scope or a permission of their own.

        https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps#available-scopes
        """
        path = next((one for one in changes if one.startswith(".github/workflows/")), None)
        caller = self.session.caller
        if path is None:
            return
        if permissions.kind(caller) in permissions.SCOPED:
            if "workflow" not in permissions.scopes(caller):
                text = f"refusing to allow a Personal Access Token to create or update workflow `{path}`"
                raise DeniedError("FORBIDDEN", f"{text} without `workflow` scope")
        elif not permissions.permitted(caller, known, "workflows", "write"):
            text = f"refusing to allow a GitHub App to create or update workflow `{path}`"
            raise DeniedError("FORBIDDEN", f"{text} without `workflows` permission")

    def _branch(self, branch: dict[str, Any]) -> tuple[RepositoryNode, str]:
        if branch.get("id"):
            ref = self.node(branch["id"], "Ref")
            return ref.repository, ref.name
        full = branch.get("repositoryNameWithOwner") or ""
        if not branch.get("branchName"):
            raise DeniedError("BAD_USER_INPUT", "branchName is required beside repositoryNameWithOwner")
        known = self.session.world.names.get(full.lower())
        if known is None or not self.session.visible(known):
            raise no_repository(full)
        return RepositoryNode(self.session, known), branch["branchName"].removeprefix("refs/heads/")

    def _changes(self, head: Commit, wanted: dict[str, Any]) -> dict[str, Entry | None]:
        objects = self.session.world.objects
        changes: dict[str, Entry | None] = {}
        for row in wanted.get("deletions") or []:
            found = objects.lookup(head, row["path"])
            if found is None or found.mode == DIRECTORY:
                text = f"A path was requested for deletion which does not exist as of commit oid `{head.oid}`"
                raise DeniedError("BAD_USER_INPUT", f"{text}: {row['path']}")
            changes[row["path"]] = None
        for row in wanted.get("additions") or []:
            path = row["path"]
            if not path or path.startswith("/") or {"..", ".", ".git", ""} & set(path.lower().split("/")):
                raise DeniedError("BAD_USER_INPUT", f"A path was requested which is not allowed: {path}")
            # no field of this mutation has a mode: a file that is there keeps its own
            found = head.files.get(path)
            mode = found.mode if found and found.type == "blob" else FILE
            changes[path] = Entry(mode, objects.blob(decoded(row["contents"])))
        return changes


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise DeniedError("BAD_USER_INPUT", f"contents is no base64: {error}") from error


def unprocessable(message: str) -> DeniedError:
    return DeniedError("UNPROCESSABLE", message)


def against_a_rule(message: str) -> DeniedError:
    """A ruleset says no. The older kind of protection has an error type of its own.

    https://github.com/Thinkmill/keystatic/issues/1598; the paragraphs are those of
    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets
    as https://github.com/googleapis/release-please and glunk-works/claude-workbench show them in their logs.
    """
    return DeniedError("FORBIDDEN", f"Repository rule violations found\n\n{message}\n\n")
