"""Each kind of text is checked, and a wrong one is told with what a right one looks like."""

import pytest

from tests.config.loading import told, whole

# What is written, and all that is told about it.
MISTAKES = [
    ("prereleases: maybe\n", ["1:14 prereleases: must be true or false, not 'maybe'"]),
    ("prereleases: [yes]\n", ["1:14 prereleases: must be true or false, not a list"]),
    (
        "owner: acme/core\n",
        ["1:8 owner: 'acme/core' is not an owner's name: letters, digits, '.', '_' and '-', as in acme"],
    ),
    ("owner: .git\n", ["1:8 owner: '.git' is not an owner's name: letters, digits, '.', '_' and '-', as in acme"]),
    ("owner: ''\n", ["1:8 owner: is empty: write a text, or remove it"]),
    (
        "consumers: [a/b/c]\n",
        [
            (
                "1:13 consumers[0]: 'a/b/c' is no repository's name: letters, digits, '.', '_' and '-', as "
                "name or owner/name"
            )
        ],
    ),
    (
        "consumers: ['a b']\n",
        [
            (
                "1:13 consumers[0]: 'a b' is no repository's name: letters, digits, '.', '_' and '-', as "
                "name or owner/name"
            )
        ],
    ),
    ("consumers: ['']\n", ["1:13 consumers[0]: is empty: write a text, or remove it"]),
    (
        "consumers: [..]\n",
        [
            (
                "1:13 consumers[0]: '..' is no repository's name: letters, digits, '.', '_' and '-', as name "
                "or owner/name"
            )
        ],
    ),
    (
        "consumers: [core.git]\n",
        [
            (
                "1:13 consumers[0]: 'core.git' is no repository's name: letters, digits, '.', '_' and '-', "
                "as name or owner/name"
            )
        ],
    ),
    (
        "consumers: [http://x/y]\n",
        [
            (
                "1:13 consumers[0]: 'http://x/y' is no repository's name: letters, digits, '.', '_' and '-', "
                "as name or owner/name"
            )
        ],
    ),
    (
        "consumers: [{name: core, branch: a..b}]\n",
        [
            (
                "1:34 consumers[0].branch: 'a..b' is not a valid branch name: a branch name may"
                " not be '@' or 'HEAD', "
                "start with '-', or contain '..' or '@{'"
            )
        ],
    ),
    (
        "consumers: [{name: core, branch: a b}]\n",
        ["1:34 consumers[0].branch: 'a b' is not a valid branch name: a branch name may not contain ' '"],
    ),
    (
        "consumers: [{name: core, branch: a/.b}]\n",
        [
            (
                "1:34 consumers[0].branch: 'a/.b' is not a valid branch name: no part of a branch"
                " name may start with "
                "'.' or end in '.lock', and the name may not end in '.'"
            )
        ],
    ),
    (
        "consumers: [{name: core, branch: /a}]\n",
        ["1:34 consumers[0].branch: '/a' is not a valid branch name: no part of a branch name may be empty"],
    ),
    (
        "consumers: [{name: core, branch: ''}]\n",
        ["1:34 consumers[0].branch: '' is not a valid branch name: no part of a branch name may be empty"],
    ),
    (
        "pins: [{file: /etc/passwd}]\n",
        [
            (
                "1:15 pins[0].file: '/etc/passwd' is not relative: write the path from the repository's "
                "root, without '/'"
            )
        ],
    ),
    ("pins: [{file: 'C:\\x'}]\n", ["1:15 pins[0].file: 'C:\\x' contains a backslash: separate folders with '/'"]),
    (
        "pins: [{file: C:/x}]\n",
        [("1:15 pins[0].file: 'C:/x' is not relative: write the path from the repository's root, without '/'")],
    ),
    ("pins: [{file: ../x}]\n", ["1:15 pins[0].file: '../x' leads out of the repository: remove '..'"]),
    ("pins: [{file: a/../b}]\n", ["1:15 pins[0].file: 'a/../b' leads out of the repository: remove '..'"]),
    (
        "pins: [{file: .git/config}]\n",
        ["1:15 pins[0].file: '.git/config' is in .git, which does not belong to a repository's files"],
    ),
    (
        "pins: [{file: a/.GIT/b}]\n",
        ["1:15 pins[0].file: 'a/.GIT/b' is in .git, which does not belong to a repository's files"],
    ),
    ("pins: [{file: 'a\\b'}]\n", ["1:15 pins[0].file: 'a\\b' contains a backslash: separate folders with '/'"]),
    (
        'pins: [{file: "a\\tb"}]\n',
        [("1:15 pins[0].file: 'a\\tb' contains a control character or a line break: write it on one line")],
    ),
    ("pins: [{file: ''}]\n", ["1:15 pins[0].file: is empty: write a path inside the repository"]),
    ("pins: [{file: ./a}]\n", ["1:15 pins[0].file: './a' contains the step '.': remove it"]),
    ("pins: [{file: a//b}]\n", ["1:15 pins[0].file: 'a//b' does not name a file: remove the extra '/'"]),
    ("pins: [{file: a/}]\n", ["1:15 pins[0].file: 'a/' does not name a file: remove the extra '/'"]),
    (
        "forbid: [/a]\n",
        ["1:10 forbid[0]: '/a' is not relative: write the path from the repository's root, without '/'"],
    ),
    ("forbid: [../a]\n", ["1:10 forbid[0]: '../a' leads out of the repository: remove '..'"]),
    ("forbid: ['']\n", ["1:10 forbid[0]: is empty: write a path inside the repository"]),
    ("forbid: [a//b]\n", ["1:10 forbid[0]: 'a//b' contains '//': write one '/'"]),
    ("forbid: ['a\\b']\n", ["1:10 forbid[0]: 'a\\b' contains a backslash: separate folders with '/'"]),
    ("forbid: [.git/]\n", ["1:10 forbid[0]: '.git/' is in .git, which does not belong to a repository's files"]),
    (
        "pins: [{file: a, requirement: acme==1}]\n",
        [
            (
                "1:31 pins[0].requirement: 'acme==1' is not a package name: write the name alone, without "
                "extras or a version"
            )
        ],
    ),
    (
        "pins: [{file: a, requirement: ['acme[x]']}]\n",
        [
            (
                "1:32 pins[0].requirement[0]: 'acme[x]' is not a package name: write the name alone, without "
                "extras or a version"
            )
        ],
    ),
    (
        "pins: [{file: a, image: 'x:1'}]\n",
        [
            (
                "1:25 pins[0].image: 'x:1' is not an image name: write it without tag and digest, as "
                "ghcr.io/acme/runtime"
            )
        ],
    ),
    (
        "pins: [{file: a, image: x@sha256:1}]\n",
        [
            (
                "1:25 pins[0].image: 'x@sha256:1' is not an image name: write it without tag and digest, as "
                "ghcr.io/acme/runtime"
            )
        ],
    ),
    (
        "pins: [{file: a, uses: a/b@v1}]\n",
        [
            (
                "1:24 pins[0].uses: 'a/b@v1' is not an action: write owner/name, or owner/name/path,"
                " without '@' and ref"
            )
        ],
    ),
    (
        "pins: [{file: a, uses: b}]\n",
        [("1:24 pins[0].uses: 'b' is not an action: write owner/name, or owner/name/path, without '@' and ref")],
    ),
    ("pins: [{file: a, key: ''}]\n", ["1:23 pins[0].key: is empty: write a text, or remove it"]),
    ("pins: [{file: a, optional: perhaps}]\n", ["1:28 pins[0].optional: must be true or false, not 'perhaps'"]),
    ("source: {tags: runtime}\n", ["1:16 source.tags: 'runtime' needs {version} exactly once, as in v{version}"]),
    (
        "source: {tags: 'v{version}-{version}'}\n",
        ["1:16 source.tags: 'v{version}-{version}' needs {version} exactly once, as in v{version}"],
    ),
    (
        "source: {tags: 'a b{version}'}\n",
        ["1:16 source.tags: no tag can match 'a b{version}': a tag name may not contain ' '"],
    ),
    (
        'source: {tags: "v{version}\\n"}\n',
        [("1:16 source.tags: 'v{version}\\n' contains a control character or a line break: write it on one line")],
    ),
    ("exempt: [{name: old, reason: '  '}]\n", ["1:30 exempt[0].reason: is empty: write a text, or remove it"]),
    (
        'exempt: [{name: old, reason: "a\\nb"}]\n',
        [("1:30 exempt[0].reason: 'a\\nb' contains a control character or a line break: write it on one line")],
    ),
    (
        "exempt: [{name: old, reason: a, until: 2027-02-30}]\n",
        ["1:40 exempt[0].until: '2027-02-30' is not a date in the calendar: write one as 2027-06-30"],
    ),
    (
        "exempt: [{name: old, reason: a, until: soon}]\n",
        ["1:40 exempt[0].until: 'soon' is not a date: write one as 2027-06-30"],
    ),
    (
        "exempt: [{name: old, reason: a, until: 20270630}]\n",
        ["1:40 exempt[0].until: '20270630' is not a date: write one as 2027-06-30"],
    ),
    (
        "reconcile: {include: [acme/x]}\n",
        [
            (
                "1:23 reconcile.include[0]: 'acme/x' contains a '/': patterns match names without their owner, as "
                "in template-*"
            )
        ],
    ),
    (
        "reconcile: {visibility: private}\n",
        ["1:25 reconcile.visibility: must be 'all' or 'public', not 'private'"],
    ),
    (
        "policy: {grace: 3 days}\n",
        [("1:17 policy.grace: '3 days' is not a duration: write a number and a unit, as 90m, 72h, 3d or 1w")],
    ),
    (
        "policy: {grace: 72}\n",
        [("1:17 policy.grace: '72' is not a duration: write a number and a unit, as 90m, 72h, 3d or 1w")],
    ),
    (
        "policy: {grace: -1h}\n",
        [("1:17 policy.grace: '-1h' is not a duration: write a number and a unit, as 90m, 72h, 3d or 1w")],
    ),
    ("policy: {in-flight: notice}\n", ["1:21 policy.in-flight: must be 'advisory' or 'drift', not 'notice'"]),
    ("policy: {ahead: warn}\n", ["1:17 policy.ahead: must be 'drift' or 'advisory', not 'warn'"]),
    (
        "propagate: {branch: bump}\n",
        ["1:21 propagate.branch: 'bump' lacks {version}: every version needs its own branch"],
    ),
    (
        "propagate: {branch: 'bump {version}'}\n",
        ["1:21 propagate.branch: 'bump 1.0.0' is not a valid branch name: a branch name may not contain ' '"],
    ),
    (
        "propagate: {branch: 'bump/{version}.lock'}\n",
        [
            (
                "1:21 propagate.branch: 'bump/1.0.0.lock' is not a valid branch name: no part of a"
                " branch name may start "
                "with '.' or end in '.lock', and the name may not end in '.'"
            )
        ],
    ),
    (
        "propagate: {branch: 'x-{verison}'}\n",
        ["1:21 propagate.branch: '{verison}' is not a placeholder here: use {source} and {version}"],
    ),
    (
        'propagate: {title: "a\\nb"}\n',
        [("1:20 propagate.title: 'a\\nb' contains a control character or a line break: write it on one line")],
    ),
    ("propagate: {title: ''}\n", ["1:20 propagate.title: is empty: write a text, or remove it"]),
    (
        "propagate: {title: 'a { version }'}\n",
        ["1:20 propagate.title: '{ version }' is not a placeholder here: use {source} and {version}"],
    ),
    (
        "propagate: {body: 'a {repo}'}\n",
        ["1:19 propagate.body: '{repo}' is not a placeholder here: use {source} and {version}"],
    ),
    ('propagate: {body: "a\\x07"}\n', ["1:19 propagate.body: contains a control character: remove it"]),
    ("propagate: {draft: 2}\n", ["1:20 propagate.draft: must be true or false, not '2'"]),
    (
        "propagate: {auto-merge: true}\n",
        ["1:25 propagate.auto-merge: true does not name a method: write merge, squash or rebase"],
    ),
    (
        "land: {checks: some}\n",
        ['1:16 land.checks: must be a list, not a text; write ["some"]'],
    ),
    ("land: {method: fast}\n", ["1:16 land.method: must be 'merge', 'squash' or 'rebase', not 'fast'"]),
    ("land: {most: 0}\n", ["1:14 land.most: must be a number from 1 to 9999, not '0'"]),
    (
        "land: {stop: {failing: all}}\n",
        ["1:24 land.stop.failing: must be a number from 1 to 9999, not 'all'"],
    ),
    (
        "land: {check: [unit]}\n",
        ["1:8 land.check: unknown key; did you mean 'checks'?"],
    ),
    (
        "propagate: {auto-merge: fast}\n",
        ["1:25 propagate.auto-merge: must be false, 'merge', 'squash' or 'rebase', not 'fast'"],
    ),
    (
        "propagate: {reviewers: ['@me']}\n",
        [("1:25 propagate.reviewers[0]: '@me' is not a reviewer: write a user's name without '@', or owner/team")],
    ),
    (
        "propagate: {reviewers: [a/b/c]}\n",
        [
            (
                "1:25 propagate.reviewers[0]: 'a/b/c' is not a reviewer: write a user's name without"
                " '@', or owner/team"
            )
        ],
    ),
    ("propagate: {labels: ['']}\n", ["1:22 propagate.labels[0]: is empty: write a text, or remove it"]),
]


@pytest.mark.parametrize(("text", "messages"), MISTAKES)
def test_a_text_that_is_not_of_its_keys_kind_is_told_with_its_place(text: str, messages: list[str]) -> None:
    assert told(whole(text)) == messages
