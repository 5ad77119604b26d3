"""Every document we can send is valid against the schema that GitHub publishes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.github import queries
from consumer_drift.model.observation import Wanted
from consumer_drift.model.repository import RepositoryName

SCHEMA = Path(__file__).parents[2] / "data" / "github-schema" / "schema.graphql"


@cache
def schema() -> GraphQLSchema:
    """GitHub's, cut to what we use."""
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


def check(document: str, variables: dict[str, Any]) -> Any:
    """The document's one operation; it and its variables have to be valid."""
    parsed = parse(document)
    assert [error.message for error in validate(schema(), parsed)] == []
    operation = next(one for one in parsed.definitions if one.kind == "operation_definition")
    coerced = get_variable_values(schema(), operation.variable_definitions or (), variables)
    assert not isinstance(coerced, list), coerced
    assert set(variables) == {one.variable.name.value for one in operation.variable_definitions or ()}
    return operation


def names(count: int) -> list[RepositoryName]:
    """Consumers of one owner."""
    return [RepositoryName("acme", f"c{index}") for index in range(count)]


@pytest.mark.parametrize("bump", ["", "bump/runtime-1.4.0"])
@pytest.mark.parametrize("branch", [None, "release/1.x"])
@pytest.mark.parametrize("forbid", [(), ("workspace/",), ("**/x/",), ("workspace/", "a/b")])
@pytest.mark.parametrize("files", [(), (".v",), (".v", "a/b.txt")])
def test_consumers_of_every_kind(
    bump: str, branch: str | None, forbid: tuple[str, ...], files: tuple[str, ...]
) -> None:
    """With and without files, forbidden paths, a branch, a bump to look for."""
    batch = [Wanted(name, files, forbid, branch) for name in names(3)]
    document, variables = queries.consumers(batch, bump)
    operation = check(document, variables)
    assert [one.alias.value for one in operation.selection_set.selections] == ["r0", "r1", "r2"]
    assert ("pullRequests" in document) is bool(bump)
    assert ("root:" in document) is ("workspace/" in forbid)


def test_a_batch_of_consumers_that_differ() -> None:
    """Each its own fragment, and those alike share one."""
    batch = [
        Wanted(names(4)[0], (".v",)),
        Wanted(names(4)[1], (".v",)),
        Wanted(names(4)[2], (".v", "b"), ("w/",)),
        Wanted(names(4)[3], (), (), "main"),
    ]
    document, variables = queries.consumers(batch, "bump")
    check(document, variables)
    assert document.count("fragment Consumer") == 3


def test_fifty_alike_cost_one_fragment() -> None:
    """The document grows by a line a repository."""
    document, _ = queries.consumers([Wanted(name, (".v", "b")) for name in names(50)], "bump")
    # two files, and the folder that they are in
    assert document.count("object(") == 3
    assert len(document) < 8000


@pytest.mark.parametrize("public_only", [True, False])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("cursor", [None, "Y3Vyc29y"])
@pytest.mark.parametrize("files", [(), (".v",), (".v", "b")])
def test_a_page_of_an_owner(public_only: bool, backward: bool, cursor: str | None, files: tuple[str, ...]) -> None:
    """The first and a later one, from either end."""
    document, variables = queries.owner_page(
        "acme", files, public_only=public_only, size=100, cursor=cursor, backward=backward
    )
    check(document, variables)
    assert variables["privacy"] == ("PUBLIC" if public_only else None)
    assert (variables["size"], variables["cursor"]) == (100, cursor)
    assert ("last: $size, before: $cursor" in document) is backward


@pytest.mark.parametrize("public_only", [True, False])
def test_an_owner_by_creation_time(public_only: bool) -> None:
    """The first and the last time, counts, and a page."""
    document, variables = queries.search_page(
        "acme", "org:acme", (".v",), public_only=public_only, size=100, cursor=None
    )
    check(document, variables)
    assert variables["search"] == "org:acme"
    check(*queries.creation_span("acme", public_only=public_only))
    check(*queries.search_counts(["org:acme", "org:umbrella"]))


@pytest.mark.parametrize(
    ("ref", "expression"), [("", "HEAD:a/b.yml"), ("main", "main:a/b.yml"), ("c0ffee", "c0ffee:a/b.yml")]
)
def test_one_file_at_a_ref(ref: str, expression: str) -> None:
    """The default branch where none is named."""
    document, variables = queries.files_at(names(1)[0], ["a/b.yml"], ref)
    check(document, variables)
    assert expression in variables.values()


@pytest.mark.parametrize("paths", [["uv.lock"], ["uv.lock", "a/b.toml"], ["a", "b"]])
def test_several_files_at_a_commit(paths: list[str]) -> None:
    """Lock files, of which only the size is asked for, and others."""
    check(*queries.files_at(names(1)[0], paths, "c0ffee"))


def test_the_tags() -> None:
    """A page of them."""
    check(queries.TAGS, {"owner": "acme", "name": "runtime", "containing": "v", "after": None})


TEXT = st.text(min_size=1, max_size=12)


@given(
    st.lists(
        st.builds(
            Wanted,
            st.sampled_from(names(5)),
            st.lists(TEXT, max_size=3).map(tuple),
            st.lists(st.sampled_from(["w/", "**/x/", '"', "}"]) | TEXT, max_size=2).map(tuple),
            st.none() | TEXT,
        ),
        min_size=1,
        max_size=4,
    ),
    st.just("") | TEXT,
)
def test_no_text_of_a_configuration_gets_into_a_document(batch: list[Wanted], bump: str) -> None:
    """Every value is a variable, so that none can ask for something else."""
    document, variables = queries.consumers(batch, bump)
    check(document, variables)
    plain, _ = queries.consumers(batch, bump and "b")
    assert document == plain
    assert '"' not in document
