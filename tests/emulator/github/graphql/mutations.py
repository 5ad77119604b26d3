"""Mutations (none yet)."""

from __future__ import annotations

from tests.emulator.github.graphql.session import Session


class Mutation:
    graphql_type = "Mutation"

    def __init__(self, session: Session) -> None:
        self.session = session
