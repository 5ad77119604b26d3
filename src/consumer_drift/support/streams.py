"""Standard output and standard error, which may be full or have lost their reader."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def open_closed() -> None:
    """Open the standard streams that the process was started without, as with ``>&-``: Python has None for them.

    Standard output stays one that cannot be written to, since a result that does not arrive is an error.
    """
    null = {name: os.open(os.devnull, flags) for name, flags in _NULL.items() if getattr(sys, name) is None}
    for name, descriptor in null.items():
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


_NULL = {"stdin": os.O_RDONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}


def show(stream: TextIO, text: str = "") -> OSError | None:
    """Write *text* in UTF-8, whatever the locale says, after what is buffered. Return what failed.

    A stream that failed once takes everything in silence from then on: the interpreter writes again at exit, and
    would replace the exit code. A reader that is gone is no failure.
    """
    try:
        stream.flush()
        if text:
            stream.buffer.write(text.encode("utf-8", "backslashreplace"))
            stream.buffer.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return None if isinstance(error, BrokenPipeError) else error
    return None
