"""The cache's file: read with suspicion, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from typing import TYPE_CHECKING

from consumer_drift.memory.dropped import Dropped

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, most: int) -> bytes | None:
    """The file's bytes, None where there is none. Raises Dropped, also above *most* bytes."""
    try:
        # Neither through a link nor waiting for a named pipe: a checkout of someone's branch may hold either.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Dropped(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Dropped("it is no regular file")
    with open(handle, "rb") as file:  # noqa: PTH123 - Path.open() takes no handle
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise Dropped(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if len(data) > most:
        raise Dropped(f"it is larger than {most // 2**20} MiB")
    return data


def write(path: Path, data: bytes) -> None:
    """Put *data* at *path*, readable for its owner alone. Raises OSError; then what was there is there still."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, so that the last step is a rename within one file system. Its mode is 600 from the start.
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - Path.open() takes no handle
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the same thing
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
