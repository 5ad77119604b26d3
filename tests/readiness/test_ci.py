"""Whether a workflow starts on every pull request, by its text."""

from __future__ import annotations

import pytest

from consumer_drift.model.observation import Snapshot
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import FileText
from consumer_drift.readiness import ci

FOLDERS = (".gitea/workflows", ".github/workflows")
NAME = RepositoryName("acme", "shop")


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("on: pull_request", True),
        ("on: [push, pull_request]", True),
        ("on:\n  pull_request:\n  push: {branches: [main]}", True),
        ("on: {pull_request: {}}", True),
        ("on: {pull_request_target: }", True),
        ("on: {pull_request: {paths: [docs/**]}}", False),
        ("on: {pull_request: {types: [closed]}}", False),
        ("on: {pull_request: {branches: [next]}}", False),
        ("on: push", False),
        ("on: [", False),
        ("jobs: {on: pull_request}", False),
        ("", False),
    ],
)
def test_a_workflow_starts_where_nothing_filters_its_event(text: str, starts: bool) -> None:
    files = {".github/workflows/test.yml": FileText(text)}
    assert ci.starts(Snapshot(NAME, NAME, files=files), FOLDERS) is starts


def test_the_first_folder_that_has_workflows_counts() -> None:
    files = {
        ".gitea/workflows/a.yml": FileText("on: push"),
        ".github/workflows/b.yml": FileText("on: pull_request"),
    }
    assert not ci.starts(Snapshot(NAME, NAME, files=files), FOLDERS)
    assert ci.starts(Snapshot(NAME, NAME, files=files), FOLDERS[1:])
