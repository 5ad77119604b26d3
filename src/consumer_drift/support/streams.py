"""Standard output and standard error, which may be full or have lost their reader."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


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
