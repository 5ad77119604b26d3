"""The configuration file's keys: their types, defaults and descriptions. The JSON Schema is made of these.

Only checks of one key are here; those of several keys are in ``validate`` and ``convert``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator
from pydantic_core import PydanticCustomError, core_schema

from consumer_drift.config.types import (
    FLAG_SCHEMA,
    Address,
    AddressTemplate,
    Age,
    Body,
    Branch,
    BumpBranch,
    Count,
    Day,
    Distribution,
    FilePath,
    FilePattern,
    Flag,
    ForbiddenPattern,
    Image,
    Line,
    Merge,
    NamePattern,
    Number,
    Owner,
    Repository,
    Reviewer,
    Tags,
    Title,
    Uses,
    Variable,
    flag,
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
from consumer_drift.pins import KINDS, PinKind, Value

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


DEFAULT_TAGS = "v{version}"
PIN_KINDS = tuple(kind.key for kind in KINDS)
ORIGIN_KINDS = ("tags", "branch", "release", "file", "version")
REGISTRY_KINDS = ("pypi", "npm", "oci", "go", "url")

_BODY = """{source} {version} is out, and this brings the pins of this repository to it.

Merge it when the checks are green. Close it to stay where you are: it is not opened again for {version}.
"""


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A single value is a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(core) | {"minItems": 1}
        return {"anyOf": [many["items"], many]}

    @staticmethod
    def expand(value: Any) -> Any:
        """Return a list."""
        return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class TextFor:
    """A text is a mapping with only this *key*."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        table = handler(core)
        text = handler.resolve_ref_schema(table)["properties"][self.key]
        return {"anyOf": [{key: text[key] for key in ("type", "pattern")}, table]}

    def expand(self, value: Any) -> Any:
        """Return a mapping."""
        return {self.key: value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Switch:
    """``true`` is a mapping of defaults, ``false`` is None."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [*FLAG_SCHEMA["anyOf"], handler(core)]}

    @staticmethod
    def expand(value: Any) -> Any:
        """Return a mapping, or None for off."""
        if isinstance(value, dict):
            return value
        if isinstance(value, str):
            return {} if flag(value) else None
        raise PydanticCustomError("model_type", "expected a mapping")


@dataclass(frozen=True, slots=True)
class ListOrNone:
    """The word ``none`` instead of a list is None."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"enum": ["none"]}, handler(core) | {"minItems": 1}]}

    @staticmethod
    def expand(value: Any) -> Any:
        """Return a list, or None for ``none``."""
        return None if isinstance(value, str) and value.casefold() == "none" else value


def _at_most_one(keys: tuple[str, ...]) -> Any:
    none = {"not": {"anyOf": [{"required": [key]} for key in keys]}}
    return [*({"required": [key]} for key in keys), none]


def _exactly_one(keys: tuple[str, ...]) -> Any:
    return [{"required": [key]} for key in keys]


def _list(item: str, **more: Any) -> Any:
    """A list, empty by default."""
    return Field(default=(), description=item, **more)


def _optional(description: str) -> Any:
    return Field(default=None, description=description)


class ConfigEntry(BaseModel):
    """A mapping of the file. *hint* says what to write instead of a wrong value."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"))
    hint: ClassVar[str] = ""

    @field_validator("*", mode="before")
    @classmethod
    def _has_value(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("no_value", "has no value")
        return value


class RetractedEntry(ConfigEntry):
    """A release that was taken back."""

    hint = "write keys, as in 'version: 1.5.0'"

    version: Number = Field(description="The version that was taken back.")
    reason: Line = Field(description="Why. Shown in findings.")
    use: Number | None = _optional("The version to use instead, named in findings. Default: the target version.")


class PublishedEntry(ConfigEntry):
    """Where releases can be installed from. A release that is not there is no target version."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _exactly_one(REGISTRY_KINDS)})
    hint = "write keys, as in 'pypi: acme-runtime'"

    pypi: Distribution | None = _optional(
        "A package of a Python index. A version whose files are all yanked is gone."
    )
    npm: Line | None = _optional("A package of an npm registry.")
    oci: Line | None = _optional(
        "An image, as ghcr.io/acme/runtime. Its tag is the version, or the template after a colon, as in"
        " `ghcr.io/acme/runtime:v{version}`."
    )
    go: Line | None = _optional("A module of a Go module proxy. Its versions are those of the tags, with a `v`.")
    url: AddressTemplate | None = _optional(
        "The address of a file, in which `{version}` is the version. Asked for its headers alone."
    )
    index: Address | None = _optional(
        "The address of the registry. Default: the public one, and for an image the first part of its name."
    )
    token_env: Variable | None = _optional(
        "The name of the environment variable that has the registry's token, or `user:password`. Never the token"
        " of the server."
    )


class SourceEntry(ConfigEntry):
    """Where to find the target version."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": _at_most_one(ORIGIN_KINDS), "dependencies": {"key": ["file"]}}
    )
    hint = "write keys, as in 'repository: acme/runtime'"

    repository: Repository | None = _optional(
        "The repository that publishes the version, as owner/name. Default: the repository that has this file."
    )
    tags: Tags | None = _optional(
        "The highest version among the tags that match this template, in which `{version}` is the version."
        " Default, if no other place is given: `v{version}`."
    )
    branch: Branch | None = _optional(
        "A branch: its newest commit is the target, and consumers pin its commits. Only `repository` can be next"
        " to it."
    )
    release: Literal["latest"] | None = _optional("`latest`: the tag of the latest release.")
    file: FilePath | None = _optional("A file on the default branch that contains only the version.")
    key: Line | None = _optional(
        "The key of the version in `file`. The format, JSON, YAML or TOML, follows from the file name."
    )
    version: Number | None = _optional("A fixed version.")
    retracted: tuple[RetractedEntry, ...] = _list(
        "Releases that were taken back: never the target version, an error where a consumer pins one, and the only"
        " versions from which a bump may go down."
    )
    published: PublishedEntry | None = _optional(
        "Where releases can be installed from: the target version is the newest one that is there."
    )


class _PinFile(ConfigEntry):
    file: FilePattern = Field(
        description="The path of the file in the consumer, or a pattern: `*` and `?` stay in a folder,"
        " `**` crosses folders. Every file that fits and has the pin is compared."
    )


_VALUES: dict[Value, Any] = {
    Value.LINE: Line,
    Value.DISTRIBUTION: Distribution,
    Value.IMAGE: Image,
    Value.USES: Uses,
}


_MANY: dict[Value, Any] = {
    Value.LINE: Annotated[tuple[Line, ...], OneOrMany()],
    Value.DISTRIBUTION: Annotated[tuple[Distribution, ...], OneOrMany()],
}


def _field(kind: PinKind) -> Any:
    return (_MANY if kind.many else _VALUES)[kind.value] | None, _optional(kind.description)


if TYPE_CHECKING:
    _PinFields = _PinFile
else:
    _PinFields = create_model("_PinFields", __base__=_PinFile, **{kind.key: _field(kind) for kind in KINDS})


class PinEntry(_PinFields):
    """A place where a consumer has the version. With `file` alone, the file contains only the version."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _at_most_one(PIN_KINDS)})
    hint = "write keys, as in 'file: .runtime-version'"

    suffix: Literal["variant", "prerelease"] | None = _optional(
        "What a word such as `dev`, `edge` or `nightly` behind the version in an image's tag is: a `variant`,"
        " which a bump keeps, or a `prerelease`. Without it such a tag is an invalid pin."
    )
    optional: Flag = Field(default=False, description="`true`: a consumer may lack this pin.")


class ConsumerEntry(ConfigEntry):
    """A repository that must follow the target version."""

    hint = "write a name, or keys as in 'name: core'"

    name: Repository = Field(description="The repository, as name (of the `owner`) or owner/name.")
    branch: Branch | None = _optional("The branch to check. Default: the default branch.")
    pins: tuple[PinEntry, ...] | None = _optional("Overrides the top-level `pins`.")
    forbid: tuple[ForbiddenPattern, ...] | None = _optional("Overrides the top-level `forbid`.")


class ExemptEntry(ConfigEntry):
    """A repository that may have a pin without being a consumer."""

    hint = "write 'name: …' with 'reason: …': an exemption needs its reason"

    name: Repository = Field(description="The repository, as name (of the `owner`) or owner/name.")
    reason: Line = Field(description="Why it is exempt, in one line.")
    until: Day | None = _optional("The last day of the exemption (UTC), such as 2027-06-30. Default: forever.")


class ReconcileEntry(ConfigEntry):
    """Which of the owner's repositories are searched for unlisted consumers."""

    hint = "write true, false, or keys as in 'include: [\"template-*\"]'"

    include: tuple[NamePattern, ...] | None = Field(
        default=None,
        description="Patterns of names to search. Default: every repository of the owner.",
        json_schema_extra={"minItems": 1},
    )
    exclude: tuple[NamePattern, ...] = _list("Patterns of names to leave out.")
    visibility: Visibility = Field(
        default=Visibility.ALL,
        description="`public`: only public repositories can be consumers, so a token that sees only those is"
        " enough for a complete answer.",
    )


class FloatingEntry(ConfigEntry):
    """Which moving tags are accepted as pins, as long as they follow the target version."""

    hint = "write keys, as in 'allow: [major]'"

    allow: tuple[FloatingLevel, ...] = _list(
        "`major`: `v4` is accepted for a target version 4.x.y; `minor`: `v4.2` for 4.2.y. It counts for `uses`,"
        " images without a digest, and tags in addresses of Git repositories."
    )


class PolicyEntry(ConfigEntry):
    """How findings affect the result: as drift, as a warning or as a notice."""

    hint = "write keys, as in 'grace: 72h'"

    in_flight: InFlight = Field(
        default=InFlight.ADVISORY,
        description="A consumer that is behind and has an open bump pull request is a notice (`advisory`) or"
        " `drift`.",
    )
    grace: Age = Field(
        default=timedelta(hours=72),
        description="How long after the oldest release that the consumer has not taken over: a number and m, h, d"
        " or w (minutes, hours, days, weeks).",
        json_schema_extra={"default": "72h"},
    )
    window: Age = Field(
        default=timedelta(),
        description="How long after that release a consumer may lag without a pull request; not longer than"
        " `grace`.",
        json_schema_extra={"default": "0h"},
    )
    ahead: Ahead = Field(
        default=Ahead.DRIFT, description="A pin above the target version is `drift` or a warning (`advisory`)."
    )
    unproven: Unproven = Field(
        default=Unproven.WARN,
        description="If nothing proves that all repositories of the owner were seen: exit code 3 (`warn`) or a"
        " notice (`accept`).",
    )
    locks: Locks = Field(
        default=Locks.FOLLOW,
        description="Which lock files are compared: also those beside a manifest that pins the package (`follow`),"
        " only those of `locked` pins (`named`), or none (`ignore`).",
    )
    floating: FloatingEntry = Field(
        default_factory=FloatingEntry, description="Which moving tags, such as `v4`, are accepted as pins."
    )


class PropagateEntry(ConfigEntry):
    """The bump pull request. `{source}` and `{version}` are replaced."""

    hint = "write keys, as in 'labels: [dependencies]'"

    branch: BumpBranch = Field(
        default="bump/{source}-{version}", description="Its branch; must contain `{version}`."
    )
    title: Title = Field(default="chore(deps): bump {source} to {version}", description="Its title.")
    body: Body = Field(default=_BODY, description="Its description.")
    labels: tuple[Line, ...] = _list("Its labels.")
    reviewers: tuple[Reviewer, ...] = _list("Users to request a review from, or teams as owner/team.")
    draft: Flag = Field(default=False, description="`true`: open it as a draft.")
    auto_merge: Merge = Field(
        default=AutoMerge.OFF,
        description="The merge method that the server uses once the checks pass; `false`: no auto-merge.",
        json_schema_extra={"default": False},
    )
    locks: LockBumps = Field(
        default=LockBumps.REFUSE,
        description="Where a lock file has to change too, which only its package manager can do: no pull request"
        " (`refuse`), or one without the lock file that names the command to run (`leave`).",
    )
    delete_branch: Flag = Field(
        default=False,
        description="`true`: delete its branch once it is merged, where the server does not. Takes a few requests"
        " for each consumer at the target version.",
    )
    concurrency: Count = Field(
        default=4,
        description="How many consumers are written to at once on Gitea and Forgejo; `1`: one after the other, as"
        " always on GitHub.",
        json_schema_extra={"default": 4},
    )


class StopEntry(ConfigEntry):
    """When `land` merges nothing more."""

    hint = "write keys, as in 'failing: 1'"

    failing: Count | None = _optional(
        "So many bumps with failing checks, and no other bump is merged in that run. Default: no limit."
    )


class LandEntry(ConfigEntry):
    """Which bumps `land` merges. Without this key it merges none."""

    hint = "write true, false, or keys as in 'checks: [unit]'"

    checks: Annotated[tuple[Line, ...] | None, ListOrNone()] = Field(
        default=(),
        description="Parts of the names of checks. Each must be there and have passed. Default: at least one check"
        " is there, and all have passed. `none`: a bump without any check may be merged too.",
    )
    method: MergeMethod = Field(default=MergeMethod.MERGE, description="How to merge.")
    approve: Flag = Field(
        default=False,
        description="`true`: approve a bump before it is merged, with the merge token, which must belong to"
        " somebody else than the author of the bump.",
    )
    most: Count = Field(default=20, description="The most merges in one run.", json_schema_extra={"default": 20})
    stop: StopEntry = Field(default_factory=StopEntry, description="When nothing more is merged.")


class TrackingEntry(ConfigEntry):
    """One issue of the source repository that says where the consumers are."""

    hint = "write keys, as in 'issue: true'"

    issue: Flag = Field(default=False, description="`true`: keep the issue. It is opened when there is drift.")
    labels: tuple[Line, ...] = _list("The labels that it is opened with.")
    assignees: tuple[Owner, ...] = _list("The users that it is assigned to when it is opened.")


class Document(ConfigEntry):
    """The configuration file."""

    model_config = ConfigDict(json_schema_extra={"required": ["consumers"]})
    hint = "write keys, of which 'consumers' is required"

    source: Annotated[tuple[SourceEntry, ...], OneOrMany()] = Field(
        default=(SourceEntry(),),
        description="Where to find the target version: one place, or a list of places, tried in order; the first"
        " that yields a version is used. Default: the highest `vX.Y.Z` tag of the repository that has this file.",
        json_schema_extra={"default": {"tags": DEFAULT_TAGS}},
    )
    scheme: Scheme = Field(default=Scheme.SEMVER, description="How versions are written and ordered.")
    prereleases: Flag = Field(default=False, description="`true`: a pre-release may be the target version.")
    owner: Owner | None = _optional(
        "The organization or user whose repositories are searched for unlisted consumers, and the owner of names"
        " that are written without one. Default: the owner of the repository that has this file."
    )
    pins: tuple[PinEntry, ...] = _list("Where each consumer has the version.")
    # ``validate`` requires it and that it is not empty: without it, the other keys can still be checked.
    consumers: tuple[Annotated[ConsumerEntry, TextFor("name")], ...] = Field(
        default_factory=tuple,
        description="The consumer list: the repositories that must follow, as names or mappings.",
        json_schema_extra={"minItems": 1},
    )
    forbid: tuple[ForbiddenPattern, ...] = _list(
        "Paths that a consumer must not contain: patterns from the root of the repository. `**` matches any number"
        " of folders, and a final `/` matches folders only."
    )
    exempt: tuple[ExemptEntry, ...] = _list("Repositories that may have a pin without being consumers.")
    reconcile: Annotated[ReconcileEntry | None, Switch()] = Field(
        default=ReconcileEntry(),
        description="Whether and where to search for repositories that have a pin and are neither listed nor"
        " exempt. `false` switches the search off.",
        json_schema_extra={"default": True},
    )
    policy: PolicyEntry = Field(default_factory=PolicyEntry, description="How findings affect the result.")
    propagate: PropagateEntry = Field(default_factory=PropagateEntry, description="The bump pull request.")
    land: Annotated[LandEntry | None, Switch()] = Field(
        default=None,
        description="Which bumps `land` merges. `false`: none.",
        json_schema_extra={"default": False},
    )
    tracking: TrackingEntry = Field(
        default_factory=TrackingEntry, description="One issue of the source repository about all consumers."
    )
