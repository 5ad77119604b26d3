"""What each finding means, how to fix it, and how to allow it.

The pages in ``docs/findings/`` and the help of SARIF rules are made of this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from consumer_drift.model.findings import Code


@dataclass(frozen=True, slots=True)
class Help:
    """Help for one code, in Markdown.

    *allow* says how to accept the finding, or why that is not possible; *configuration* is a complete
    configuration that does it, empty where none can.
    """

    means: str
    fix: str
    allow: str
    configuration: str = ""


_EXEMPTION = """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
exempt:
  - name: template-iris
    reason: stays on 1.x until the migration of its plugins
    until: 2027-06-30
"""
_OPTIONAL = """\
pins:
  - file: .runtime-version
  - file: requirements.txt
    requirement: acme-runtime
    optional: true
consumers:
  - template-hermes
"""
_OVERRIDE = """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
  - name: core
    pins:
      - file: Dockerfile
        image: ghcr.io/acme/runtime
"""
_EXEMPT = (
    "Move the repository from `consumers:` to `exempt:`, with a reason and, better, a last day. Its pins are then"
    " not compared with the target."
)
_NOT_ALLOWED = "This cannot be switched off: a result that rests on something unread is not a result."

HELP = {
    Code.BEHIND: Help(
        "A listed consumer pins a version that is lower than the target version, and no bump pull request is open"
        " for it, or the open one is older than `policy.grace`. Where the source's tags tell, the message says how"
        " many releases the consumer is behind.",
        "Change the pins in the consumer, or let [`propagate`](../propagate.md) open the pull request that does."
        " If a bump pull request is open, merge it.",
        _EXEMPT + " To allow more time for an open bump pull request, raise `policy.grace`.",
        _EXEMPTION,
    ),
    Code.STALE_LOCK: Help(
        "A listed consumer pins the target version in its manifest, and the lock file beside it still installs"
        " another version, or does not install the package at all. What runs is what the lock file says. The lock"
        " file beside a manifest is compared without being named; one at the root of a workspace counts for its"
        " members.",
        "Run the package manager's command that the message names, in the folder of the lock file, and commit the"
        " lock file. `propagate` never changes a lock file: its hashes would then be those of another version.",
        "To compare only lock files that `locked:` names, set `policy.locks: named`; to compare none, `ignore`.",
        """\
pins:
  - file: pyproject.toml
    requirement: acme-runtime
consumers:
  - template-hermes
policy:
  locks: named
""",
    ),
    Code.AHEAD: Help(
        "A listed consumer pins a version that is higher than the target version. Either it is a pre-release, or"
        " the source has not released that version, or the target is found in the wrong place. A version that no"
        " tag of the source names is [`retracted`](retracted.md) instead, if the target comes from tags.",
        "Release the version, or lower the pin in the consumer. If the target itself is wrong, correct `source:`."
        " `propagate` never lowers a pin.",
        "If consumers try upcoming versions on purpose, make it a warning that does not affect the exit code.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  ahead: advisory
""",
    ),
    Code.MISSING_PIN: Help(
        "A listed consumer has no such pin: the file does not exist on the checked branch, or the file does not"
        " contain the key, line, image, action or package that the configuration names.",
        "Add the pin to the consumer. If the pin is on another branch, set the consumer's `branch:`. Compare the"
        " names in the configuration with the file letter by letter; for a renamed package, give `requirement:` a"
        " list of names.",
        "Mark the pin `optional: true` if consumers may lack it. If only one consumer pins the version elsewhere,"
        " give that consumer its own `pins:`.",
        _OPTIONAL,
    ),
    Code.INVALID_PIN: Help(
        "A listed consumer has the pin, but what is there is not a valid version: the file is empty, binary,"
        " too large or a Git LFS pointer, the text is not a version, it is a commit of no known release (with"
        " `source.branch`: not of that branch), or the suffix of an image's tag may be a variant or a"
        " pre-release. Several valid versions in one file are compared one by one, and are not reported here.",
        "Write the target version there, or the commit of its tag; in a submodule, check out that commit. The"
        " message quotes what was found. Where a file that fits a pattern is too large and has no pin, narrow"
        " the pattern. For an image's suffix, set `suffix: variant` or `suffix: prerelease` beside `image` in"
        " the configuration.",
        "If the file is not a pin of this consumer, give the consumer its own `pins:`.",
        _OVERRIDE,
    ),
    Code.RETRACTED: Help(
        "A listed consumer pins a release that the configuration names under `source.retracted`: the source took"
        " it back, for the reason that the message gives. Or none of the source's tags names the version: its tag"
        " was deleted, or there never was one.",
        "Pin the version that the message names. [`propagate`](../propagate.md) opens the pull request that does;"
        " from a release that `source.retracted` names, and only from one, a bump may go down to a lower version.",
        "If the release is good after all, remove it from `source.retracted`, or create its tag again. If"
        " consumers try upcoming versions on purpose, set `policy.ahead` to `advisory`: then a higher version that"
        " has no tag is [`ahead`](ahead.md), a warning.",
        """\
source:
  repository: acme/runtime
pins:
  - file: .runtime-version
consumers:
  - template-hermes
""",
    ),
    Code.DEAD_PIN: Help(
        "A consumer pins a version below the target version, and the registry that `source.published` names does"
        " not have it: it was yanked, deleted, or removed by a retention rule. The consumer cannot be installed"
        " again. It is reported only where the registry has the package and not this version. A registry that"
        " could not be read says nothing of a consumer.",
        "Bump the consumer to the target version, or publish the version again.",
        "This cannot be allowed for one version. Remove `source.published` to stop asking the registry.",
    ),
    Code.UNPINNED: Help(
        "A listed consumer requires the source without an exact version: a range such as `>=1.4`, `latest`, a"
        " branch, or a tag that moves. What it installs can change from one day to the next, so it cannot be"
        " compared with the target.",
        "Pin an exact version, such as `acme-runtime==1.4.0`, `ghcr.io/acme/runtime:1.4.0` or"
        " `acme/setup-runtime@v1.4.0`.",
        "To accept a moving tag of an action, an image or a Git repository as long as it follows the target"
        " version (`v4` for 4.2.1), set `policy.floating`; the report's table names such pins. If the consumer"
        " pins the exact version elsewhere, give it its own `pins:` that name that place.",
        """\
pins:
  - file: .github/workflows/*.yml
    uses: acme/setup-runtime
consumers:
  - template-hermes
policy:
  floating: {allow: [major]}
""",
    ),
    Code.FORBIDDEN_PATH: Help(
        "A listed consumer contains a path that `forbid:` disallows, for example a copy of the code that it should"
        " install as a package.",
        "Delete the path in the consumer.",
        "Give the consumer its own `forbid:`, which replaces the one at the top of the configuration. An empty"
        " list allows everything.",
        """\
pins:
  - file: .runtime-version
forbid: [workspace/]
consumers:
  - template-hermes
  - name: template-iris
    forbid: []
""",
    ),
    Code.UNLISTED: Help(
        "Reconcile found a pin in a repository of the owner that is neither under `consumers:` nor under"
        " `exempt:`. The repository is not checked, and `propagate` does not bump it. Archived repositories and"
        " the source itself are never reported.",
        "Add the repository to `consumers:`.",
        "Add it to `exempt:` with a reason. To leave out many repositories by their names, use `reconcile.include`"
        " and `reconcile.exclude`.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
exempt:
  - name: template-seo
    reason: prompts only, installs nothing
reconcile:
  exclude: ["sandbox-*"]
""",
    ),
    Code.EXPIRED_EXEMPTION: Help(
        "An exempt repository still has a pin, and the last day of its exemption (`until:`, in UTC) has passed.",
        "Add the repository to `consumers:`, or remove the pin from it.",
        "Set a later `until:`, or remove the key if the exemption has no end.",
        _EXEMPTION,
    ),
    Code.IN_FLIGHT: Help(
        "A listed consumer is behind, an open bump pull request would raise its pin, and the oldest release that"
        " it has not taken over is younger than `policy.grace` (72 hours unless configured). The pull request may"
        " go to the target version or to an earlier release that is higher than the pin. Only one from a branch"
        " of the consumer itself counts: one from a fork could be opened by anyone. A newer release or pull"
        " request does not start the time again. Where the source gives no dates, the time runs from the oldest"
        " bump pull request to one of these releases, the closed ones included.",
        "Merge the pull request. Once that release is older than `policy.grace`, the consumer is reported as"
        " [`behind`](behind.md).",
        "It does not affect the exit code. To report such a consumer as `behind` at once, set"
        " `policy.in-flight: drift`.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  in-flight: advisory
  grace: 7d
""",
    ),
    Code.IN_FLIGHT_UNKNOWN: Help(
        "A listed consumer is behind, the oldest release that it has not taken over is younger than"
        " `policy.grace`, and its pull requests could not be read. So it is not known whether a bump is open. If"
        " the token lacks a permission, the exit code is 3; for any other reason it is 2. Once the release is"
        " older than `policy.grace`, the consumer is reported as [`behind`](behind.md).",
        "Give the token the permission that the message names (`pull-requests: read` on GitHub), or run again if"
        " the server failed.",
        "Give consumers a time in which no pull request is needed, with `policy.window`.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  window: 24h
""",
    ),
    Code.LAGGING: Help(
        "A listed consumer is behind, and the oldest release that it has not taken over is younger than"
        " `policy.window`. No pull request needs to be open during that time. A newer release does not start it"
        " again.",
        "Bump the consumer before the time in the message. After it the consumer is reported as"
        " [`behind`](behind.md), or as [`in-flight`](in-flight.md) if a bump pull request is open.",
        "It does not affect the exit code. Without `policy.window` no consumer is `lagging`.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  window: 24h
  grace: 7d
""",
    ),
    Code.UNPUBLISHED: Help(
        "A newer release of the source is tagged, and the registry that `source.published` names does not have it"
        " yet. So the target version is the newest release that is there. Once the release is older than"
        " `policy.grace`, this is an error; at once if `source.version` names it. It stays a warning while no tag"
        " or release of the source gives it a date.",
        "Look at the job that publishes the release, and publish it. If it was taken back, name it under"
        " `source.retracted`.",
        "Allow more time with `policy.grace`. Without `source.published` the newest tag is the target version,"
        " whether it can be installed or not.",
        """\
source:
  repository: acme/runtime
  published:
    pypi: acme-runtime
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  grace: 7d
""",
    ),
    Code.CONFIGURATION: Help(
        "The configuration is missing, cannot be read, or contains a mistake. There is one finding for each"
        " mistake, with its line and column. Also reported for flags, inputs and reports of shards that do not fit"
        " together. As an error, nothing is checked until it is corrected; as a warning, the rest is checked.",
        "Correct the place that the message names. The message shows how the value is written, and for an unknown"
        " key the one that is probably meant. Editors show most mistakes as you type, with the"
        " [JSON Schema](../configuration.md#editor-support).",
        "This cannot be allowed: a key that is ignored would check something other than what you wrote.",
    ),
    Code.TARGET_UNKNOWN: Help(
        "None of the places under `source:` gave a version, so there is nothing to compare consumers with. The"
        " message lists each place that was tried and why it failed.",
        "Correct `source:`. Tags that do not look like `v1.4.0` need a template such as `runtime-v{version}`, and"
        " pre-releases count only with `prereleases: true`. If a place could not be read, the message says which"
        " permission is missing.",
        "This cannot be allowed. For a source without any release yet, set `source.version`.",
    ),
    Code.UNREADABLE: Help(
        "A listed consumer, one of its files, or whether it has a forbidden path could not be read: it was not"
        " found, the token may not read it, the server did not answer in time, or something other than the server"
        " answered. Which version the consumer pins is unknown, so the result is an error and never in sync.",
        "Follow the rest of the message, which names the cause and the fix; each is also an entry of"
        " [troubleshooting](../troubleshooting/index.md). A repository that is not found and whose name is right"
        " is one that the token cannot see.",
        _NOT_ALLOWED + " Remove a repository that no longer exists from `consumers:`.",
    ),
    Code.BUMP_FAILED: Help(
        "`propagate` could not read or write something that the bump of this consumer needs: a branch, a commit or"
        " the pull request. Other consumers are not affected.",
        "Follow the rest of the message, which names the cause. Most often the token lacks a permission to write;"
        " [tokens](../tokens.md) lists them. Then run `propagate` again: it continues where it stopped.",
        "If this consumer is not to be bumped, move it from `consumers:` to `exempt:`.",
        _EXEMPTION,
    ),
    Code.NOT_READY: Help(
        "`doctor` found something that will not work in this consumer: the message says what, and why. Nothing was"
        " written to find that out.",
        "Do what the message says; the end of the log has every remedy once, with all consumers that need it."
        " [Ask the doctor](../doctor.md) explains each column.",
        "If this consumer is only to be checked, run `doctor --for check`. If it is not to be bumped at all, move"
        " it from `consumers:` to `exempt:`.",
        _EXEMPTION,
    ),
    Code.READINESS_UNKNOWN: Help(
        "`doctor` could not find out whether something will work in this consumer, because the server does not"
        " tell it to this token. It is neither a yes nor a no.",
        "Use a token that is told more, such as one of an administrator of the repository, or see what `propagate"
        " --only` does with that one consumer.",
        "If you know better than the server tells, accept it: it is a notice then, and does not affect the exit"
        " code.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  unproven: accept
""",
    ),
    Code.RECONCILE_FAILED: Help(
        "The owner's repositories could not be listed, or a repository could not be searched for pins, and the"
        " reason is not a missing permission. Unlisted consumers may exist.",
        "Follow the rest of the message, which names the cause; most often it is temporary, and the next run"
        " succeeds. A pin file that cannot be parsed has to be corrected in its repository.",
        "A single repository can be exempt. To do without the search for unlisted consumers, switch reconcile"
        " off.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
reconcile: false
""",
    ),
    Code.RECONCILE_UNAVAILABLE: Help(
        "The token may not list the owner's repositories, and no other way to list them worked. Listed consumers"
        " were checked; unlisted ones cannot be detected.",
        "Grant the permission that the message names; on Gitea and Forgejo it is `read:organization` in addition"
        " to `read:repository`. [Tokens](../tokens.md) shows what each kind of token can do.",
        "If you do not need to detect unlisted consumers, switch reconcile off.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
reconcile: false
""",
    ),
    Code.HIDDEN_REPOSITORIES: Help(
        "The list of the owner's repositories is incomplete, or nothing proves that it is complete, so a"
        " repository that the token cannot see may have a pin. The message says how this is known, where the"
        " server tells, how many repositories are hidden, and what would prove that there are none. A job's own"
        " token is the most frequent cause: it sees public repositories and its own.",
        "Use a token that can read every repository of the owner and prove it: on GitHub an App that is installed"
        " on all repositories, on Gitea and Forgejo a token with `read:organization`."
        " [Tokens](../tokens.md#what-each-token-can-prove) compares the kinds.",
        "If only public repositories can be consumers, say so (`reconcile: {visibility: public}`); then a token"
        " that sees only those gives a complete answer. If nothing proves that the list is complete, and you know"
        " that it is, accept that: the finding is a notice then. This does not cover repositories that are known"
        " to be hidden.",
        """\
pins:
  - file: .runtime-version
consumers:
  - template-hermes
policy:
  unproven: accept
""",
    ),
    Code.BUMP_INCOMPLETE: Help(
        "The bump pull request is open, and something that goes with it failed: a label, a reviewer, auto-merge,"
        " or closing an older bump pull request.",
        "Follow the message. Labels and reviewers have to exist and be reachable for the token; auto-merge has to"
        " be enabled in the consumer's settings, with at least one required check.",
        "It does not affect the exit code. Remove the label, reviewer or `auto-merge` from `propagate:` if you do"
        " not need it.",
    ),
    Code.HISTORY_FAILED: Help(
        "The run could not be added to the history on the branch that `history-branch` names.",
        "Follow the message. The token must be allowed to push to the source repository (`contents: write` or"
        " `write:repository`), and the branch must be one that the history alone uses.",
        "It does not affect the exit code. Remove `history-branch` if you do not need the history.",
    ),
    Code.TRACKING_FAILED: Help(
        "The tracking issue could not be found, opened or changed, or a label or an assignee of it was refused.",
        "Follow the message. The token must be allowed to write issues in the source repository (`issues: write`"
        " on GitHub, `write:issue` and `read:user` on Gitea and Forgejo), and issues must be enabled there.",
        "It does not affect the exit code. Set `tracking: {issue: false}` if you do not need the issue.",
    ),
    Code.ARCHIVED_CONSUMER: Help(
        "A listed consumer is archived. It cannot take a bump and would be behind forever, so its pins are not"
        " compared.",
        "Remove it from `consumers:`. Reconcile does not report archived repositories as unlisted.",
        "It does not affect the exit code.",
    ),
    Code.RENAMED_CONSUMER: Help(
        "A listed consumer was renamed or moved, and the server redirected to its new name. It was checked under"
        " that name.",
        "Change the entry to the new name. The redirect ends as soon as someone creates a repository with the old"
        " name, which would then be checked instead.",
        "It does not affect the exit code.",
    ),
    Code.MIRROR_CONSUMER: Help(
        "A listed consumer is a mirror: a copy of another repository that the server keeps up to date. It takes no"
        " commits of its own, so `propagate` does not bump it. Its pins are compared as usual. A mirror that is"
        " not listed is never `unlisted`.",
        "List the repository that it mirrors, and remove the mirror from `consumers:`.",
        "It does not affect the exit code.",
    ),
    Code.STALE_EXEMPTION: Help(
        "An exemption is not needed: the repository has no pin, is archived, or does not exist.",
        "Remove the entry from `exempt:`, so that a pin that appears there later is reported.",
        "It does not affect the exit code.",
    ),
}
