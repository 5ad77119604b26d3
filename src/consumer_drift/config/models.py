"""The configuration file's keys: their types, defaults and descriptions. The JSON Schema is made of these.

Only checks of one key are here; those of several keys are in ``validate`` and ``convert``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from consumer_drift.config.entry import (
    Choice,
    ConfigEntry,
    EntryKey,
    ListOf,
    ListOrNone,
    Nested,
    NestedOrFlag,
    NestedOrText,
    OneOrMany,
    Type,
    entry_key,
    key_with_default,
    list_key,
    optional_key,
    required_key,
)
from consumer_drift.config.types import (
    ADDRESS,
    ADDRESS_TEMPLATE,
    AGE,
    BODY,
    BRANCH,
    BUMP_BRANCH,
    COUNT,
    DAY,
    DISTRIBUTION,
    FILE_PATH,
    FILE_PATTERN,
    FLAG,
    FORBIDDEN_PATTERN,
    IMAGE,
    LINE,
    MERGE,
    NAME_PATTERN,
    NUMBER,
    OWNER,
    REPOSITORY,
    REVIEWER,
    TAGS,
    TITLE,
    USES,
    VARIABLE,
)
from consumer_drift.model.config import (
    Ahead,
    AutoMerge,
    InFlight,
    LockBumps,
    Locks,
    MergeMethod,
    Unproven,
    Visibility,
)
from consumer_drift.model.versions import FloatingLevel, Scheme
from consumer_drift.pins.kind import PinKind, Value
from consumer_drift.pins.kinds import KINDS

if TYPE_CHECKING:
    from consumer_drift.config.entry import Json

DEFAULT_TAGS = "v{version}"
PIN_KINDS = tuple(kind.key for kind in KINDS)
ORIGIN_KINDS = ("tags", "branch", "release", "file", "version")
REGISTRY_KINDS = ("pypi", "npm", "oci", "go", "url")

_BODY = """{source} {version} is out, and this brings the pins of this repository to it.

Merge it when the checks are green. Close it to stay where you are: it is not opened again for {version}.
"""


def _at_most_one(keys: tuple[str, ...]) -> list[Any]:
    none = {"not": {"anyOf": [{"required": [key]} for key in keys]}}
    return [*_exactly_one(keys), none]


def _exactly_one(keys: tuple[str, ...]) -> list[Any]:
    return [{"required": [key]} for key in keys]


class RetractedEntry(ConfigEntry):
    """A release that was taken back."""

    hint = "write keys, as in 'version: 1.5.0'"

    version = required_key(NUMBER, "The version that was taken back.")
    reason = required_key(LINE, "Why. Shown in findings.")
    use = optional_key(NUMBER, "The version to use instead, named in findings. Default: the target version.")


class PublishedEntry(ConfigEntry):
    """Where releases can be installed from. A release that is not there is no target version."""

    rules: ClassVar[Json] = {"oneOf": _exactly_one(REGISTRY_KINDS)}
    hint = "write keys, as in 'pypi: acme-runtime'"

    pypi = optional_key(DISTRIBUTION, "A package of a Python index. A version whose files are all yanked is gone.")
    npm = optional_key(LINE, "A package of an npm registry.")
    oci = optional_key(
        LINE,
        "An image, as ghcr.io/acme/runtime. Its tag is the version, or the template after a colon, as in"
        " `ghcr.io/acme/runtime:v{version}`.",
    )
    go = optional_key(LINE, "A module of a Go module proxy. Its versions are those of the tags, with a `v`.")
    url = optional_key(
        ADDRESS_TEMPLATE,
        "The address of a file, in which `{version}` is the version. Asked for its headers alone.",
    )
    index = optional_key(
        ADDRESS,
        "The address of the registry. Default: the public one, and for an image the first part of its name.",
    )
    token_env = optional_key(
        VARIABLE,
        "The name of the environment variable that has the registry's token, or `user:password`. Never the token"
        " of the server.",
    )


class SourceEntry(ConfigEntry):
    """Where to find the target version."""

    rules: ClassVar[Json] = {"oneOf": _at_most_one(ORIGIN_KINDS), "dependencies": {"key": ["file"]}}
    hint = "write keys, as in 'repository: acme/runtime'"

    repository = optional_key(
        REPOSITORY,
        "The repository that publishes the version, as owner/name. Default: the repository that has this file.",
    )
    tags = optional_key(
        TAGS,
        "The highest version among the tags that match this template, in which `{version}` is the version."
        " Default, if no other place is given: `v{version}`.",
    )
    branch = optional_key(
        BRANCH,
        "A branch: its newest commit is the target, and consumers pin its commits. Only `repository` can be next"
        " to it.",
    )
    release = optional_key(Choice(("latest",)), "`latest`: the tag of the latest release.")
    file = optional_key(FILE_PATH, "A file on the default branch that contains only the version.")
    key = optional_key(
        LINE, "The key of the version in `file`, as in `pins[].key`. The format follows from the file name."
    )
    version = optional_key(NUMBER, "A fixed version.")
    retracted = list_key(
        Nested(RetractedEntry),
        "Releases that were taken back: never the target version, an error where a consumer pins one, and the only"
        " versions from which a bump may go down.",
    )
    published = optional_key(
        Nested(PublishedEntry),
        "Where releases can be installed from: the target version is the newest one that is there.",
    )


class _PinFile(ConfigEntry):
    file = required_key(
        FILE_PATTERN,
        "The path of the file in the consumer, or a pattern: `*` and `?` stay in a folder,"
        " `**` crosses folders. Every file that fits and has the pin is compared.",
    )


_VALUES: dict[Value, Type[str]] = {
    Value.LINE: LINE,
    Value.DISTRIBUTION: DISTRIBUTION,
    Value.IMAGE: IMAGE,
    Value.USES: USES,
}


def _key(kind: PinKind) -> EntryKey[Any]:
    value = _VALUES[kind.value]
    return optional_key(OneOrMany(value), kind.description) if kind.many else optional_key(value, kind.description)


if TYPE_CHECKING:
    _PinKeys = _PinFile
else:
    _PinKeys = type("_PinKeys", (_PinFile,), {kind.key: _key(kind) for kind in KINDS})


class PinEntry(_PinKeys):
    """A place where a consumer has the version. With `file` alone, the file contains only the version."""

    rules: ClassVar[Json] = {"oneOf": _at_most_one(PIN_KINDS)}
    hint = "write keys, as in 'file: .runtime-version'"

    suffix = optional_key(
        Choice(("variant", "prerelease")),
        "What a word such as `dev`, `edge` or `nightly` behind the version in an image's tag is: a `variant`,"
        " which a bump keeps, or a `prerelease`. Without it such a tag is an invalid pin.",
    )
    optional = key_with_default(FLAG, default=False, description="`true`: a consumer may lack this pin.")


class ConsumerEntry(ConfigEntry):
    """A repository that must follow the target version."""

    hint = "write a name, or keys as in 'name: core'"

    name = required_key(REPOSITORY, "The repository, as name (of the `owner`) or owner/name.")
    branch = optional_key(BRANCH, "The branch to check. Default: the default branch.")
    pins = optional_key(ListOf(Nested(PinEntry)), "Overrides the top-level `pins`.")
    forbid = optional_key(ListOf(FORBIDDEN_PATTERN), "Overrides the top-level `forbid`.")


class ExemptEntry(ConfigEntry):
    """A repository that may have a pin without being a consumer."""

    hint = "write 'name: …' with 'reason: …': an exemption needs its reason"

    name = required_key(REPOSITORY, "The repository, as name (of the `owner`) or owner/name.")
    reason = required_key(LINE, "Why it is exempt, in one line.")
    until = optional_key(DAY, "The last day of the exemption (UTC), such as 2027-06-30. Default: forever.")


class ReconcileEntry(ConfigEntry):
    """Which of the owner's repositories are searched for unlisted consumers."""

    hint = "write true, false, or keys as in 'include: [\"template-*\"]'"

    include = optional_key(
        ListOf(NAME_PATTERN, least=1), "Patterns of names to search. Default: every repository of the owner."
    )
    exclude = list_key(NAME_PATTERN, "Patterns of names to leave out.")
    visibility = key_with_default(
        Choice(Visibility),
        default=Visibility.ALL,
        description="`public`: only public repositories can be consumers, so a token that sees only those is"
        " enough for a complete answer.",
    )


class FloatingEntry(ConfigEntry):
    """Which moving tags are accepted as pins, as long as they follow the target version."""

    hint = "write keys, as in 'allow: [major]'"

    allow = list_key(
        Choice(FloatingLevel),
        "`major`: `v4` is accepted for a target version 4.x.y; `minor`: `v4.2` for 4.2.y. It counts for `uses`,"
        " images without a digest, and tags in addresses of Git repositories.",
    )


class PolicyEntry(ConfigEntry):
    """How findings affect the result: as drift, as a warning or as a notice."""

    hint = "write keys, as in 'grace: 72h'"

    in_flight = key_with_default(
        Choice(InFlight),
        default=InFlight.ADVISORY,
        description="A consumer that is behind and has an open bump pull request is a notice (`advisory`) or"
        " `drift`.",
    )
    grace = key_with_default(
        AGE,
        default=timedelta(hours=72),
        description="How long after the oldest release that the consumer has not taken over: a number and m, h, d"
        " or w (minutes, hours, days, weeks).",
        shown="72h",
    )
    window = key_with_default(
        AGE,
        default=timedelta(),
        description="How long after that release a consumer may lag without a pull request; not longer than"
        " `grace`.",
        shown="0h",
    )
    ahead = key_with_default(
        Choice(Ahead),
        default=Ahead.DRIFT,
        description="A pin above the target version is `drift` or a warning (`advisory`).",
    )
    unproven = key_with_default(
        Choice(Unproven),
        default=Unproven.WARN,
        description="If nothing proves that all repositories of the owner were seen: exit code 3 (`warn`) or a"
        " notice (`accept`).",
    )
    locks = key_with_default(
        Choice(Locks),
        default=Locks.FOLLOW,
        description="Which lock files are compared: also those beside a manifest that pins the package (`follow`),"
        " only those of `locked` pins (`named`), or none (`ignore`).",
    )
    floating = entry_key(FloatingEntry, "Which moving tags, such as `v4`, are accepted as pins.")


class PropagateEntry(ConfigEntry):
    """The bump pull request. `{source}` and `{version}` are replaced."""

    hint = "write keys, as in 'labels: [dependencies]'"

    branch = key_with_default(
        BUMP_BRANCH, default="bump/{source}-{version}", description="Its branch; must contain `{version}`."
    )
    title = key_with_default(TITLE, default="chore(deps): bump {source} to {version}", description="Its title.")
    body = key_with_default(BODY, default=_BODY, description="Its description.")
    labels = list_key(LINE, "Its labels.")
    reviewers = list_key(REVIEWER, "Users to request a review from, or teams as owner/team.")
    draft = key_with_default(FLAG, default=False, description="`true`: open it as a draft.")
    auto_merge = key_with_default(
        MERGE,
        default=AutoMerge.OFF,
        description="The merge method that the server uses once the checks pass; `false`: no auto-merge.",
        shown=False,
    )
    locks = key_with_default(
        Choice(LockBumps),
        default=LockBumps.REFUSE,
        description="Where a lock file has to change too, which only its package manager can do: no pull request"
        " (`refuse`), or one without the lock file that names the command to run (`leave`).",
    )
    delete_branch = key_with_default(
        FLAG,
        default=False,
        description="`true`: delete its branch once it is merged, where the server does not. Takes a few requests"
        " for each consumer at the target version.",
    )
    concurrency = key_with_default(
        COUNT,
        default=4,
        description="How many consumers are written to at once on Gitea and Forgejo; `1`: one after the other, as"
        " always on GitHub.",
    )


class StopEntry(ConfigEntry):
    """When `land` merges nothing more."""

    hint = "write keys, as in 'failing: 1'"

    failing = optional_key(
        COUNT, "So many bumps with failing checks, and no other bump is merged in that run. Default: no limit."
    )


class LandEntry(ConfigEntry):
    """Which bumps `land` merges. Without this key it merges none."""

    hint = "write true, false, or keys as in 'checks: [unit]'"

    checks = key_with_default(
        ListOrNone(LINE),
        default=(),
        description="Parts of the names of checks. Each must be there and have passed. Default: at least one check"
        " is there, and all have passed. `none`: a bump without any check may be merged too.",
    )
    method = key_with_default(Choice(MergeMethod), default=MergeMethod.MERGE, description="How to merge.")
    approve = key_with_default(
        FLAG,
        default=False,
        description="`true`: approve a bump before it is merged, with the merge token, which must belong to"
        " somebody else than the author of the bump.",
    )
    most = key_with_default(COUNT, default=20, description="The most merges in one run.")
    stop = entry_key(StopEntry, "When nothing more is merged.")


class TrackingEntry(ConfigEntry):
    """One issue of the source repository that says where the consumers are."""

    hint = "write keys, as in 'issue: true'"

    issue = key_with_default(
        FLAG, default=False, description="`true`: keep the issue. It is opened when there is drift."
    )
    labels = list_key(LINE, "The labels that it is opened with.")
    assignees = list_key(OWNER, "The users that it is assigned to when it is opened.")


class Document(ConfigEntry):
    """The configuration file."""

    rules: ClassVar[Json] = {"required": ["consumers"]}
    hint = "write keys, of which 'consumers' is required"

    source = key_with_default(
        OneOrMany(Nested(SourceEntry)),
        default=(SourceEntry.empty(),),
        description="Where to find the target version: one place, or a list of places, tried in order; the first"
        " that yields a version is used. Default: the highest `vX.Y.Z` tag of the repository that has this file.",
        shown={"tags": DEFAULT_TAGS},
    )
    scheme = key_with_default(
        Choice(Scheme), default=Scheme.SEMVER, description="How versions are written and ordered."
    )
    prereleases = key_with_default(
        FLAG, default=False, description="`true`: a pre-release may be the target version."
    )
    owner = optional_key(
        OWNER,
        "The organization or user whose repositories are searched for unlisted consumers, and the owner of names"
        " that are written without one. Default: the owner of the repository that has this file.",
    )
    pins = list_key(Nested(PinEntry), "Where each consumer has the version.")
    # ``validate`` requires it and that it is not empty: without it, the other keys can still be checked.
    consumers = key_with_default(
        ListOf(NestedOrText(ConsumerEntry, ConsumerEntry.name), least=1),
        default=(),
        description="The consumer list: the repositories that must follow, as names or mappings.",
        shown=None,
    )
    forbid = list_key(
        FORBIDDEN_PATTERN,
        "Paths that a consumer must not contain: patterns from the root of the repository. `**` matches any number"
        " of folders, and a final `/` matches folders only.",
    )
    exempt = list_key(Nested(ExemptEntry), "Repositories that may have a pin without being consumers.")
    reconcile = key_with_default(
        NestedOrFlag(ReconcileEntry, FLAG),
        default=ReconcileEntry.empty(),
        description="Whether and where to search for repositories that have a pin and are neither listed nor"
        " exempt. `false` switches the search off.",
        shown=True,
    )
    policy = entry_key(PolicyEntry, "How findings affect the result.")
    propagate = entry_key(PropagateEntry, "The bump pull request.")
    land = key_with_default(
        NestedOrFlag(LandEntry, FLAG),
        default=None,
        description="Which bumps `land` merges. `false`: none.",
        shown=False,
    )
    tracking = entry_key(TrackingEntry, "One issue of the source repository about all consumers.")
