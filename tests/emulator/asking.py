"""Ask an emulator as a client would."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.emulator.server import Emulator
    from tests.emulator.tokens import Token


def client(emulator: Emulator, token: Token | None = None, **headers: str) -> httpx.Client:
    """A client of an emulator's REST API, as this token or without one."""
    if token is not None:
        headers["Authorization"] = f"token {token.secret}"
    # loading the system's certificates takes longer than most tests, and nothing here is encrypted
    return httpx.Client(base_url=emulator.api_url, headers=headers, timeout=60, verify=False)


def graphql(emulator: Emulator, token: Token, query: str, **variables: Any) -> dict[str, Any]:
    """A GraphQL answer's whole body."""
    headers = {"Authorization": f"bearer {token.secret}"}
    body = {"query": query, "variables": variables}
    response = httpx.post(emulator.graphql_url, json=body, headers=headers, timeout=60, verify=False)
    assert response.status_code == 200, response.text
    return response.json()


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
