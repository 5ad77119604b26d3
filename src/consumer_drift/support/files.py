"""Write a file so that a reader, or an interrupted run, meets the old content or the new one and never half."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_limited(path: Path, most: int) -> bytes:
    """Return the content of *path*, which may be a pipe or a device, if it has at most so many bytes.

    Raises OSError, with EFBIG as its number if there are more.
    """
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most // 2**20} MiB")
    return data


def replace_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write *data* beside *path*, then rename it into place. Missing folders are made.

    *mode* is the new file's permission bits. None keeps those of the file that *path* names, and follows the
    umask where there is none. A symbolic link at *path* is replaced, not followed.

    Raises OSError; *path* is then unchanged, and nothing is left beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    import secrets  # noqa: PLC0415 - it loads what signs messages

    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666 if mode is None else mode)
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - Path.open() takes no handle
            _keep_mode(path, handle, mode)
            stream.write(data)
            stream.flush()
            # Some file systems report a full disk only here, and rename before the data is on it.
            os.fsync(handle)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def append_file(path: Path, data: bytes) -> None:
    """Add *data* to *path* in one write, so that two runs at once keep both. Missing folders are made.

    A last line that an interrupted run left without its end is ended first.

    Raises OSError; what was written of *data* is then removed, unless somebody else has appended meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    with open(handle, "r+b", buffering=0) as stream:  # noqa: PTH123 - Path.open() takes no handle
        size = stream.seek(0, os.SEEK_END)
        ended = size == 0 or (stream.seek(-1, os.SEEK_END) >= 0 and stream.read(1) == b"\n")
        left = (b"" if ended else b"\n") + data
        end = size
        try:
            # A disk that becomes full takes a part first, and says why when it is given the rest.
            while left:
                written = stream.write(left)
                left, end = left[written:], end + written
            os.fsync(handle)
        except OSError:
            with contextlib.suppress(OSError):
                if stream.seek(0, os.SEEK_END) == end:
                    stream.truncate(size)
            raise


def _keep_mode(path: Path, handle: int, mode: int | None) -> None:
    if mode is None and path.is_file() and not path.is_symlink():
        os.fchmod(handle, path.stat().st_mode & 0o7777)
