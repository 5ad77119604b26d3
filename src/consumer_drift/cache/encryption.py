"""Encrypt and authenticate the cache file with a key derived from the token.

Other jobs can reach a job's caches: the job of a pull request can restore them, and any job on the default branch
can save one. The file contains pinned files of private repositories, so it is encrypted; a forged entry would be
believed, so it is authenticated. AES-256-GCM does both: https://csrc.nist.gov/pubs/sp/800/38/d/final

``cryptography`` is an optional dependency (``consumer-drift[cache]``), imported when the file is read or written.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from consumer_drift.cache.entries import CacheRejected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PREFIX = "consumer-drift cache "
_FORMAT = f"{_PREFIX}2"
_SALT_BYTES = 32
# Each file has a key of its own, derived from its salt, so a nonce never repeats with one key.
_NONCE = bytes(12)
_LONGEST_HEADER = 400

# How much longer an encrypted file is than its content, at most: the header line and the tag.
OVERHEAD = 1024


def is_available() -> bool:
    """Return whether ``cryptography`` is installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - only a run with a cache needs it

    return find_spec("cryptography") is not None


def encrypt(plain: bytes, token: str, program: str) -> bytes:
    """Return *plain* as a file of this *program* version: a header line, then the ciphertext with its tag."""
    salt = os.urandom(_SALT_BYTES)
    header = json.dumps({"format": _FORMAT, "program": program, "salt": salt.hex()}).encode("ascii") + b"\n"
    return header + _cipher(token, salt).encrypt(_NONCE, plain, header)


def decrypt(data: bytes, token: str, program: str) -> bytes:
    """Return the plain text of a file that ``encrypt`` wrote.

    Raises CacheRejected if the file was not written with this token by this *program* version.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - optional, see above

    line, newline, _ = data[:_LONGEST_HEADER].partition(b"\n")
    salt = _salt(line, program) if newline else None
    if salt is None:
        raise CacheRejected("it is damaged, or not a cache of this program")
    header = line + newline
    try:
        return _cipher(token, salt).decrypt(_NONCE, data[len(header) :], header)
    except InvalidTag as error:
        raise CacheRejected("it was written with another token, or has been changed since") from error


def _salt(line: bytes, program: str) -> bytes | None:
    """Return the salt from the header, or None if it is not a header. Raises CacheRejected for another version."""
    try:
        header = json.loads(line)
        # Anybody may have written it, so each of these may have any type.
        kind, version, salt = header["format"], header["program"], bytes.fromhex(header["salt"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(kind, str) or not kind.startswith(_PREFIX):
        return None
    if (kind, version) != (_FORMAT, program):
        raise CacheRejected("another version of this program wrote it")
    return salt


def _cipher(token: str, salt: bytes) -> AESGCM:
    """Return the cipher for the file with this *salt*: https://www.rfc-editor.org/rfc/rfc5869"""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - optional, see above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=_FORMAT.encode()).derive(token.encode()))
