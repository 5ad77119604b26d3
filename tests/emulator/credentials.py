"""What a client sends to say who it is."""

from __future__ import annotations

import base64
import binascii


def secret_of(header: str) -> str:
    """The token in an Authorization header: `token`, `bearer`, or either half of `basic`; "" for none."""
    kind, _, value = header.strip().partition(" ")
    value = value.strip()
    if kind.lower() in {"token", "bearer"}:
        return value
    if kind.lower() == "basic":
        try:
            name, _, password = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "?"
        return password if password not in {"", "x-oauth-basic"} else name
    return ""
