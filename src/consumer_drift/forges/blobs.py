"""Git's own name for a file's content."""

from __future__ import annotations

import hashlib


def blob_id(text: str, object_format: str = "sha1") -> str:
    """The id under which git keeps *text*, by the repository's hash (``sha1`` or ``sha256``).

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    content = text.encode()
    kind = hashlib.sha256 if object_format == "sha256" else _sha1
    return kind(b"blob %d\0" % len(content) + content).hexdigest()


def _sha1(data: bytes) -> hashlib._Hash:
    return hashlib.sha1(data, usedforsecurity=False)
