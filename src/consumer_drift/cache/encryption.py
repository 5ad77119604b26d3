"""A cache that only who has the token can read, and nobody without it can write.

Caches of a job are within reach of others: a pull request's job may restore them, another job may save one under
the same key. So the content is encrypted, since it holds files of private repositories, and authenticated, since a
forged "in sync" would be believed. Both keys come from the token, which itself is nowhere in the file.

The standard library has no cipher, and a dependency is a risk to whoever runs this with a token. So the key stream
is SHAKE-256 over a key that is used once, and an HMAC over everything is checked before anything is decrypted:
https://csrc.nist.gov/pubs/fips/202/final and https://www.rfc-editor.org/rfc/rfc2104
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets

from consumer_drift.cache.entries import CacheRejected

_FORMAT = "consumer-drift cache 1"
_SALT = 32
_TAG = 32
_LONGEST_HEAD = 400


def encrypt(plain: bytes, token: str, program: str) -> bytes:
    """*plain* as a file of the *program*'s version: a line that names it, a tag, and the encrypted rest."""
    salt = secrets.token_bytes(_SALT)
    head = json.dumps({"format": _FORMAT, "program": program, "salt": salt.hex()}).encode("ascii") + b"\n"
    hidden = _mixed(plain, _key(token, salt, "encrypt"))
    return head + _tag(head, hidden, token, salt) + hidden


def decrypt(data: bytes, token: str, program: str) -> bytes:
    """What ``seal`` was given. Raises Dropped where the file is not from this token and this *program*."""
    line, newline, rest = data[: _LONGEST_HEAD + _TAG].partition(b"\n")
    salt = _salt(line, program) if newline else None
    if salt is None or len(rest) < _TAG:
        raise CacheRejected("it is damaged, or no cache of this program")
    head = line + newline
    start = len(head) + _TAG
    tag, hidden = data[len(head) : start], data[start:]
    if not hmac.compare_digest(tag, _tag(head, hidden, token, salt)):
        raise CacheRejected("it was written with another token, or has been changed since")
    return _mixed(hidden, _key(token, salt, "encrypt"))


def _salt(line: bytes, program: str) -> bytes | None:
    """What the head tells; None where it is none. Raises Dropped where another version wrote it."""
    try:
        head = json.loads(line)
        # Not of one type with the others before it is looked at: anybody may have written it.
        named, version, salt = head["format"], head["program"], bytes.fromhex(head["salt"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(named, str) or not named.startswith("consumer-drift cache "):
        return None
    if (named, version) != (_FORMAT, program):
        raise CacheRejected("another version of this program wrote it")
    return salt


def _key(token: str, salt: bytes, purpose: str) -> bytes:
    return hmac.digest(token.encode(), purpose.encode() + b"\0" + salt, "sha256")


def _tag(head: bytes, hidden: bytes, token: str, salt: bytes) -> bytes:
    tag = hmac.new(_key(token, salt, "authenticate"), head, "sha256")
    tag.update(hidden)
    return tag.digest()


def _mixed(data: bytes, key: bytes) -> bytes:
    """*data* with the key stream laid over it, which is its own reverse."""
    stream = hashlib.shake_256(key).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")
