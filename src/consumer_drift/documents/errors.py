"""What is wrong with a text that is not of its format."""

from __future__ import annotations


class MalformedError(ValueError):
    """The text is not of its format. *why* as ``is no valid JSON: …``; *line* from 1, 0 where unknown."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.line = line
